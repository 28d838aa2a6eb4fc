const views = new WeakMap<Uint8Array, Uint8Array<ArrayBuffer>>();

/**
 * Returns the same bytes as a plain `Uint8Array`. Node's `Buffer` is a subclass whose `slice` shares memory instead of
 * copying it.
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
