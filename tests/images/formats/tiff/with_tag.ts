/** Where an entry of the first directory lies. */
function findEntry(bytes: Uint8Array, tag: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = view.getUint32(4, true);
  for (let i = 0; i < view.getUint16(at, true); i++) {
    if (view.getUint16(at + 2 + 12 * i, true) === tag) return at + 2 + 12 * i;
  }
  throw new Error(`no tag ${tag}`);
}

/** A file with another number in one of its first directory's tags. */
export function withTag(bytes: Uint8Array, tag: number, value: number): Uint8Array {
  const changed = bytes.slice(), entry = findEntry(bytes, tag), view = new DataView(changed.buffer);
  view.setUint32(entry + 8, value, true);
  return changed;
}
