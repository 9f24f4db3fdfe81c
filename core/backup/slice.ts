import { sha256 } from '../vault/canonical';

/** One of `slices`, counted from 0, to which an id belongs for ever. */
export function sliceOf(id: string, slices: number): number {
  return Number.parseInt(sha256(id).slice(0, 8), 16) % slices;
}
