import { failPyTorch } from "./pytorch_error.ts";
import { StoredTensor } from "./pytorch_pickle.ts";
import { makeArray } from "./pytorch_storage.ts";
import type { NamedArray } from "./safetensors.ts";

/** Names under which training scripts save the weights together with other values. */
const WRAPPERS = ["state_dict", "model_state_dict", "model"];

/** How often the bytes of a file may be read: weights that share a storage read it more than once. */
const MOST_READS = 2;

/** Bytes that may always be read. */
const FREE_BYTES = 1_000_000;

/**
 * Copies the tensors in a dictionary to arrays.
 *
 * @param value value of the pickle
 * @throws {PyTorchFileError} if the value is not a dictionary of weights, or if a tensor does not fit its storage.
 */
export function collectTensors(value: unknown, storages: ReadonlyMap<string, Uint8Array>): Map<string, NamedArray> {
  if (!(value instanceof Map)) failPyTorch("it holds no dictionary of weights");
  const inner = WRAPPERS.map((key) => value.get(key)).find((found) => found instanceof Map);
  let left = FREE_BYTES;
  for (const { length } of storages.values()) left += MOST_READS * length;
  const arrays = new Map<string, NamedArray>();
  for (const [key, tensor] of (inner ?? value) as Map<unknown, unknown>) {
    if (typeof key !== "string" || !(tensor instanceof StoredTensor)) continue;
    const name = JSON.stringify(key.slice(0, 100));
    const count = checkedCount(tensor, name, storages);
    left -= count * tensor.storage.type.size;
    if (left < 0) failPyTorch(`its tensors up to ${name} share their numbers more than ${MOST_READS} times over`);
    arrays.set(key, readTensor(tensor, count, storages.get(tensor.storage.key)!));
  }
  if (arrays.size === 0) failPyTorch("it holds no weights");
  return arrays;
}

/** Returns the number of a tensor's elements. */
function checkedCount(
  { storage: { type, key, length, offset: window }, offset, shape, strides }: StoredTensor,
  name: string,
  storages: ReadonlyMap<string, Uint8Array>,
): number {
  const bytes = storages.get(key);
  if (!bytes) failPyTorch(`the numbers of ${name} are missing`);
  const count = shape.reduce((product, side) => product * side, 1);
  if (count === 0) return 0;
  const last = shape.reduce((at, side, i) => at + (side - 1) * strides[i], offset);
  if (!(last < length && (window + last + 1) * type.size <= bytes.length)) {
    failPyTorch(`${name} reaches beyond its storage`);
  }
  // Strides of 0 could make a small storage huge: no tensor may have more elements than its storage.
  if (!(count * type.size <= bytes.length)) failPyTorch(`${name} has more elements than its storage`);
  return count;
}

function readTensor(tensor: StoredTensor, count: number, bytes: Uint8Array): NamedArray {
  const { storage: { type, offset: window }, offset, strides } = tensor;
  const shape = [...tensor.shape];
  const first = window + offset;
  if (type.take && isContiguous(shape, strides)) {
    const { buffer } = bytes.slice(first * type.size, (first + count) * type.size);
    return { dtype: type.dtype, shape, data: type.take(buffer as ArrayBuffer) };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = makeArray(type.dtype, count);
  const index = new Array(shape.length).fill(0);
  for (let i = 0, at = first; i < count; i++) {
    data[i] = type.read(view, at * type.size);
    // The next element in row-major order.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return { dtype: type.dtype, shape, data };
}

/** Returns whether the elements are contiguous in row-major order. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis];
  }
  return true;
}
