import type { Samples } from "../format.ts";
import type { SampleKind } from "./layout.ts";

type SampleArray = { new (buffer: ArrayBuffer): Samples; readonly BYTES_PER_ELEMENT: number };

/** Makes an array of zeros for samples of a type. */
export function allocate(kind: SampleKind, bits: number, count: number): Samples {
  return new (arrayFor(kind, bits))(new ArrayBuffer(count * arrayFor(kind, bits).BYTES_PER_ELEMENT));
}

function arrayFor(kind: SampleKind, bits: number): SampleArray {
  if (kind === "float") return (bits === 64 ? Float64Array : Float32Array) as SampleArray;
  if (kind === "signed") {
    return ({ 8: Int8Array, 16: Int16Array, 32: Int32Array, 64: BigInt64Array }[bits]) as SampleArray;
  }
  return (bits <= 8 ? Uint8Array : bits <= 16 ? Uint16Array : bits <= 32 ? Uint32Array : BigUint64Array) as SampleArray;
}

/** Returns the size of a row of a block in bytes: rows are aligned to bytes. */
export function rowBytes(samplesPerRow: number, bits: number): number {
  return Math.ceil(samplesPerRow * bits / 8);
}

/**
 * Unpacks the samples of a block's rows from their stored bytes.
 *
 * @param bytes rows, padded to whole bytes only; may be changed
 * @returns `rows * samplesPerRow` samples
 */
export function unpack(
  bytes: Uint8Array,
  { kind, bits, littleEndian, rows, samplesPerRow }: {
    kind: SampleKind;
    bits: number;
    littleEndian: boolean;
    rows: number;
    samplesPerRow: number;
  },
): Samples {
  const count = rows * samplesPerRow;
  if (kind === "float" && bits < 32) return unpackSmallFloats(bytes, bits, littleEndian, count);
  if (bits === 8 || bits === 16 || bits === 32 || bits === 64) {
    const size = bits / 8;
    // Copy: uncompressed samples are the file's bytes, which must not be swapped, and their offset may be odd.
    const copied = size === 1 ? bytes : new Uint8Array(bytes.subarray(0, count * size));
    if (!littleEndian) swapBytes(copied, size);
    const Samples = arrayFor(kind, bits);
    if (size === 1) {
      return kind === "signed"
        ? new Int8Array(copied.buffer, copied.byteOffset, count)
        : new Uint8Array(copied.buffer, copied.byteOffset, count);
    }
    return new Samples(copied.buffer as ArrayBuffer);
  }
  return bits === 1 || bits === 2 || bits === 4
    ? unpackFractions(bytes, bits, rows, samplesPerRow)
    : unpackBits(bytes, bits, rows, samplesPerRow);
}

/** Unpacks unsigned samples of 1, 2 or 4 bits, the highest bits first. */
function unpackFractions(bytes: Uint8Array, bits: 1 | 2 | 4, rows: number, samplesPerRow: number): Uint8Array {
  const out = new Uint8Array(rows * samplesPerRow), mask = (1 << bits) - 1;
  const stride = rowBytes(samplesPerRow, bits);
  for (let y = 0, to = 0; y < rows; y++) {
    const end = to + samplesPerRow;
    for (let at = y * stride; to < end; at++) {
      const byte = bytes[at];
      for (let shift = 8 - bits; shift >= 0 && to < end; shift -= bits) out[to++] = byte >> shift & mask;
    }
  }
  return out;
}

/** Reverses the bytes of each value in place. */
function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at + size <= bytes.length; at += size) {
    for (let low = at, high = at + size - 1; low < high; low++, high--) {
      const first = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = first;
    }
  }
}

/** Unpacks unsigned samples of other depths, the highest bit first. */
function unpackBits(bytes: Uint8Array, bits: number, rows: number, samplesPerRow: number): Samples {
  const out = allocate("unsigned", bits, rows * samplesPerRow) as Uint8Array | Uint16Array | Uint32Array;
  const stride = rowBytes(samplesPerRow, bits), top = 2 ** bits;
  for (let y = 0, to = 0; y < rows; y++) {
    // At most 7 bits remain from a sample, so that there are at most 39 bits, which doubles represent exactly.
    let at = y * stride, bitCount = 0, buffer = 0;
    for (let x = 0; x < samplesPerRow; x++) {
      while (bitCount < bits) {
        buffer = buffer * 256 + bytes[at++];
        bitCount += 8;
      }
      bitCount -= bits;
      const rest = 2 ** bitCount;
      const value = Math.floor(buffer / rest);
      out[to++] = value % top;
      buffer -= value * rest;
    }
  }
  return out;
}

/** Unpacks IEEE 754 half precision, and TIFF's 24 bits with 7 bits of exponent and 16 of fraction. */
function unpackSmallFloats(bytes: Uint8Array, bits: number, littleEndian: boolean, count: number): Float32Array {
  const out = new Float32Array(count), size = bits / 8;
  const [exponentBits, fractionBits] = bits === 16 ? [5, 10] : [7, 16];
  const bias = 2 ** (exponentBits - 1) - 1, fractionTop = 2 ** fractionBits, exponentTop = 2 ** exponentBits - 1;
  for (let i = 0; i < count; i++) {
    let word = 0;
    for (let k = 0; k < size; k++) word = word * 256 + bytes[i * size + (littleEndian ? size - 1 - k : k)];
    const fraction = word % fractionTop, exponent = Math.floor(word / fractionTop) % (exponentTop + 1);
    const sign = word >= 2 ** (bits - 1) ? -1 : 1;
    out[i] = sign *
      (exponent === exponentTop
        ? (fraction ? NaN : Infinity)
        : exponent === 0
        ? fraction / fractionTop * 2 ** (1 - bias)
        : (1 + fraction / fractionTop) * 2 ** (exponent - bias));
  }
  return out;
}
