/** An id made of others: a parent's first, each percent-encoded, so that no part can hold the separator. */
export function compositeId(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}

/** The parts of a composite id, in order. */
export function partsOf(id: string): string[] {
  return id.split('/').map(decodeURIComponent);
}
