import assert from 'node:assert/strict';

type Item = Readonly<Record<string, unknown>>;

/** What may happen to an item on its way through the years. */
export const damages = {
  dropped: (): Item | undefined => undefined,
  /** A bit of its bytes, a letter else. */
  flipped: (item: Item): Item | undefined => changed(item, flipped, (text) => `${text}x`),
  /** The half of its bytes, or of a text. */
  truncated: (item: Item): Item | undefined =>
    changed(
      item,
      (bytes) => bytes.slice(0, bytes.length >> 1),
      (text) => text.slice(0, text.length >> 1),
    ),
};

function changed(
  item: Item,
  ofBytes: (bytes: Uint8Array) => Uint8Array,
  ofText: (text: string) => string,
): Item {
  const own = Object.entries(item).filter(([name]) => !['pk', 'sk', 'check'].includes(name));
  const [name, value] =
    own.find(([, value]) => value instanceof Uint8Array) ??
    own.find(([, value]) => typeof value === 'string' && value !== '') ??
    assert.fail(`nothing to change in ${item.pk} ${item.sk}`);
  return { ...item, [name]: value instanceof Uint8Array ? ofBytes(value) : ofText(String(value)) };
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}
