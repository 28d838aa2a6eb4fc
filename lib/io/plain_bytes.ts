const views = new WeakMap<Uint8Array, Uint8Array<ArrayBuffer>>();

/**
 * The same bytes as a plain `Uint8Array`: Node's `Buffer` is one too, but its `slice` shares memory where others copy.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  let view = views.get(bytes);
  if (!view) {
    view = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
    views.set(bytes, view);
  }
  return view;
}
