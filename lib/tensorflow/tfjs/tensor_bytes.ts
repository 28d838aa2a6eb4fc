import { DataType } from "../ffi/dtype.ts";

function checkLength<T extends { length: number }>(array: T, length: number): T {
  if (array.length !== length) throw new RangeError(`${array.length} values do not fill a tensor of ${length}`);
  return array;
}

/**
 * Converts a tensor's values to TensorFlow's memory layout.
 *
 * @param values numbers, as a typed array or a list
 * @param dtype a value of {@linkcode DataType}
 * @throws {TypeError} for text and types that tfjs lacks; {@linkcode RangeError} for too many or too few values.
 */
export function tensorBytes(values: unknown, dtype: number, shape: readonly number[]): ArrayBufferView<ArrayBuffer> {
  if (dtype === DataType.string) {
    throw new TypeError("String tensors are not supported: decode images and text outside TensorFlow");
  }
  const array = values as ArrayLike<number> & Partial<ArrayBufferView<ArrayBuffer>>;
  const elements = shape.reduce((product, side) => product * side, 1);
  const length = dtype === DataType.complex64 ? 2 * elements : elements;
  switch (dtype) {
    case DataType.float32:
    case DataType.complex64:
      return checkLength(
        values instanceof Float32Array ? values as Float32Array<ArrayBuffer> : Float32Array.from(array),
        length,
      );
    case DataType.int32:
      return checkLength(
        values instanceof Int32Array ? values as Int32Array<ArrayBuffer> : Int32Array.from(array),
        length,
      );
    case DataType.int64:
      // tfjs passes an int64 scalar as one Int32.
      return checkLength(BigInt64Array.from(Array.from(array).slice(0, length), BigInt), length);
    case DataType.bool:
    case DataType.uint8:
      return checkLength(
        values instanceof Uint8Array ? values as Uint8Array<ArrayBuffer> : Uint8Array.from(array),
        length,
      );
    default:
      throw new TypeError(`Tensors of TensorFlow's dtype ${dtype} cannot be made from values`);
  }
}

/**
 * Converts a tensor's bytes to the array type that tfjs expects; int64 becomes int32.
 *
 * @param dtype a value of {@linkcode DataType}
 */
export function tensorValues(bytes: Uint8Array<ArrayBuffer>, dtype: number): Float32Array | Int32Array | Uint8Array {
  switch (dtype) {
    case DataType.float32:
    case DataType.complex64:
      return new Float32Array(bytes.buffer);
    case DataType.int32:
      return new Int32Array(bytes.buffer);
    case DataType.int64:
      return Int32Array.from(new BigInt64Array(bytes.buffer), Number);
    default:
      return bytes;
  }
}
