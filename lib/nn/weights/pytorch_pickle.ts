import { failPyTorch } from "./pytorch_error.ts";
import { type ElementType, STORAGES } from "./pytorch_storage.ts";
import { unpickle } from "./unpickle.ts";

/** Numbers outside the pickle. In a legacy file a storage may be a view of another one. */
export class Storage {
  /**
   * @param length elements
   * @param offset first element, if the storage is a view
   */
  constructor(readonly type: ElementType, readonly key: string, readonly length: number, readonly offset: number) {}
}

/** A tensor as described in the pickle: a strided view of a storage. */
export class StoredTensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

const ALLOWED = new Set([
  ...STORAGES.keys(),
  "collections.OrderedDict",
  "torch._utils._rebuild_tensor",
  "torch._utils._rebuild_tensor_v2",
  "torch._utils._rebuild_parameter",
  "torch.Size",
]);

/** Weights have up to five axes. */
const MAX_AXES = 16;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MAX_AXES && value.every(isCount);
}

/**
 * Reads the pickle that describes the weights; its tensors refer to storages by key.
 *
 * @returns the value, the end of the pickle, and the element types of the storages
 * @throws {PyTorchFileError} if it does not describe weights.
 * @throws {UnpickleError} if it is not a pickle.
 */
export function readPickle(
  bytes: Uint8Array,
  start = 0,
): { value: unknown; end: number; types: ReadonlyMap<string, ElementType> } {
  const types = new Map<string, ElementType>();
  // A pickle can refer to one list repeatedly, so the number of copied elements is limited.
  let copied = 0;
  const orderedDict = (pairs: unknown): Map<unknown, unknown> => {
    if (!Array.isArray(pairs)) failPyTorch("a dictionary does not consist of pairs");
    copied += pairs.length;
    if (copied > bytes.length) failPyTorch("its dictionaries hold more than the file does");
    return new Map(pairs.map((pair) => {
      if (!Array.isArray(pair) || pair.length !== 2) failPyTorch("a dictionary does not consist of pairs");
      return [pair[0], pair[1]];
    }));
  };
  const rebuildTensor = ([storage, offset, shape, strides]: unknown[]): StoredTensor => {
    if (!(storage instanceof Storage) || !isCount(offset)) failPyTorch("a tensor has no storage");
    if (!isShape(shape)) failPyTorch(`a tensor's shape is not a list of up to ${MAX_AXES} integers`);
    if (!isShape(strides) || strides.length !== shape.length) failPyTorch("a tensor's strides do not fit its shape");
    return new StoredTensor(storage, offset, shape, strides);
  };
  const read = unpickle(bytes, {
    allowed: ALLOWED,
    call(name, args) {
      if (name === "collections.OrderedDict") return orderedDict(args.length ? args[0] : []);
      if (name === "torch.Size" || name === "torch._utils._rebuild_parameter") return args[0];
      if (!name.startsWith("torch._utils._rebuild_tensor")) failPyTorch(`it calls ${name}`);
      return rebuildTensor(args);
    },
    persistent(id) {
      const [kind, named, key, , length, window] = Array.isArray(id) ? id : [];
      if (kind !== "storage" || typeof key !== "string" || !isCount(length)) {
        failPyTorch("it refers to something unknown");
      }
      const name = (named as { global?: unknown } | null | undefined)?.global;
      const type = typeof name === "string" ? STORAGES.get(name) : undefined;
      if (!type) failPyTorch("it has a storage of an unknown type");
      if ((types.get(key) ?? type) !== type) failPyTorch("a storage has two types");
      types.set(key, type);
      // Legacy files: (key of the view, its offset, its length).
      const [, offset, size] = Array.isArray(window) ? window : [null, 0, length];
      if (!isCount(offset) || !isCount(size)) failPyTorch("a storage's window is unknown");
      return new Storage(type, key, size, offset);
    },
  }, start);
  return { ...read, types };
}
