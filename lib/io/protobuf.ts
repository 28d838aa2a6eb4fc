/** A number in 64 or in 32 bits; a plain number is an integer of variable length. */
export type Fixed = { readonly double: number } | { readonly float: number };

/** A field of a message: its number and its value. Bytes are also texts and messages. */
export type Field = readonly [field: number, value: number | boolean | Uint8Array | Fixed];

/** Wire types of protobuf. */
const VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5;

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = BigInt(value);; rest >>= 7n) {
    if (rest < 128n) return [...out, Number(rest)];
    out.push(Number(rest & 127n) | 128);
  }
}

function fixed(value: Fixed): Uint8Array {
  const view = new DataView(new ArrayBuffer("double" in value ? 8 : 4));
  if ("double" in value) view.setFloat64(0, value.double, true);
  else view.setFloat32(0, value.float, true);
  return new Uint8Array(view.buffer);
}

/**
 * Encodes a message of protocol buffers.
 *
 * @param fields its fields; integers are 0 or more
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function encodeMessage(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  for (const [field, value] of fields) {
    const key = (wire: number) => varint(field * 8 + wire);
    if (value instanceof Uint8Array) {
      out.push(...key(BYTES), ...varint(value.length));
      for (const byte of value) out.push(byte);
    } else if (typeof value === "object") out.push(...key("double" in value ? FIXED64 : FIXED32), ...fixed(value));
    else out.push(...key(VARINT), ...varint(Number(value)));
  }
  return new Uint8Array(out);
}

/** Yields the fields of a serialised message: integers, or bytes. Numbers of 32 and 64 bits are left out. */
export function* readFields(data: Uint8Array): Generator<[number, Uint8Array | number]> {
  let at = 0;
  const next = () => {
    let value = 0, factor = 1, byte: number;
    do {
      byte = data[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte & 128);
    return value;
  };
  while (at < data.length) {
    const key = next();
    const wire = key & 7;
    if (wire === VARINT) yield [key >> 3, next()];
    else if (wire === BYTES) {
      const length = next();
      yield [key >> 3, data.subarray(at, at + length)];
      at += length;
    } else at += wire === FIXED64 ? 8 : 4;
  }
}
