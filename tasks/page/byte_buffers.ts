/**
 * Returns the buffers of the arrays in a message, so that they are handed over and not copied. The sender loses them.
 *
 * @param message plain objects and lists, with typed arrays
 */
export function byteBuffers(message: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const gather = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer as ArrayBuffer);
    else if (Array.isArray(value)) value.forEach(gather);
    else if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
      Object.values(value).forEach(gather);
    }
  };
  gather(message);
  return [...buffers];
}
