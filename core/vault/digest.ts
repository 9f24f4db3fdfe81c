import { createHash } from 'node:crypto';
import { canonicalize } from './canonical';

const modulus = 1n << 256n;

/**
 * Digest of a set of resources: the sum, modulo 2^256, of SHA-256 over [kind, scope, id, hash]. It does not depend
 * on order, partial digests add up, and anyone can compute it again from either Region.
 */
export class Digest {
  private sum = 0n;
  private members = 0;

  add(kind: string, scopeId: string, id: string, hash: string): void {
    const member = createHash('sha256')
      .update(canonicalize([kind, scopeId, id, hash]))
      .digest('hex');
    this.sum = (this.sum + BigInt(`0x${member}`)) % modulus;
    this.members += 1;
  }

  get count(): number {
    return this.members;
  }

  /** 64 hexadecimal characters. */
  toString(): string {
    return this.sum.toString(16).padStart(64, '0');
  }

  /** The digest of two disjoint sets together, from their texts. */
  static sumOf(one: string, other: string): string {
    return ((BigInt(`0x${one}`) + BigInt(`0x${other}`)) % modulus).toString(16).padStart(64, '0');
  }
}
