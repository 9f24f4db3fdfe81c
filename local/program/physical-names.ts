import { createHash } from 'node:crypto';
import type { Registration } from './graph';

/** Names, ids and ARNs of one resource, equal for equal resources. */
export class PhysicalNames {
  private readonly digest: string;

  constructor(
    private readonly registration: Registration,
    private readonly accountId: string,
    private readonly region: string,
  ) {
    this.digest = createHash('sha256')
      .update(`${accountId}/${region}/${registration.type}/${registration.name}`)
      .digest('hex');
  }

  /** The input's own name, else its prefix and what the provider adds, else Pulumi's auto-name. */
  name(input = 'name'): string {
    const given = this.registration.inputs[input];
    const prefix = this.registration.inputs[`${input}Prefix`];
    if (typeof given === 'string') return given;
    return typeof prefix === 'string'
      ? `${prefix}${this.hex(26)}`
      : `${this.registration.name}-${this.hex(7)}`;
  }

  /** `length` (at most 64) hexadecimal digits. */
  hex(length: number): string {
    return this.digest.slice(0, length);
  }

  /** An id as DataZone makes them: lower-case letters and digits. */
  token(length = 14): string {
    return BigInt(`0x${this.digest}`).toString(36).slice(0, length);
  }

  uuid(): string {
    const at = (from: number, to: number) => this.digest.slice(from, to);
    return [at(0, 8), at(8, 12), at(12, 16), at(16, 20), at(20, 32)].join('-');
  }

  /** `arn:aws:<service>:<region>:<account>:<resource>`. */
  arn(service: string, resource: string, region = this.region): string {
    return `arn:aws:${service}:${region}:${this.accountId}:${resource}`;
  }
}
