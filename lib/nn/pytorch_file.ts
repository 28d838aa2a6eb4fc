import { unzipSync } from "fflate";
import type { NamedArray } from "./safetensors.ts";
import { unpickle, UnpickleError } from "./unpickle.ts";

/** Thrown for a file that is not what `torch.save` writes, or holds more than weights. */
export class PyTorchFileError extends Error {
  override readonly name = "PyTorchFileError";
}

/** How an element is stored: its size in bytes, and how one is read. */
interface ElementType {
  size: number;
  read(view: DataView, byte: number): number | bigint;
  dtype: "F32" | "I64";
}

const float = (size: number, read: ElementType["read"]): ElementType => ({ size, read, dtype: "F32" });
const whole = (size: number, read: ElementType["read"]): ElementType => ({ size, read, dtype: "I64" });

function bfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
}

const STORAGES: Record<string, ElementType> = {
  "torch.FloatStorage": float(4, (view, at) => view.getFloat32(at, true)),
  "torch.DoubleStorage": float(8, (view, at) => view.getFloat64(at, true)),
  "torch.HalfStorage": float(2, (view, at) => view.getFloat16(at, true)),
  "torch.BFloat16Storage": float(2, (view, at) => bfloat16(view.getUint16(at, true))),
  "torch.LongStorage": whole(8, (view, at) => view.getBigInt64(at, true)),
  "torch.IntStorage": whole(4, (view, at) => BigInt(view.getInt32(at, true))),
  "torch.ShortStorage": whole(2, (view, at) => BigInt(view.getInt16(at, true))),
  "torch.CharStorage": whole(1, (view, at) => BigInt(view.getInt8(at))),
  "torch.ByteStorage": whole(1, (view, at) => BigInt(view.getUint8(at))),
  "torch.BoolStorage": whole(1, (view, at) => BigInt(view.getUint8(at))),
};

const ALLOWED = new Set([
  ...Object.keys(STORAGES),
  "collections.OrderedDict",
  "torch._utils._rebuild_tensor",
  "torch._utils._rebuild_tensor_v2",
  "torch._utils._rebuild_parameter",
  "torch.Size",
]);

/** A tensor as the pickle describes it: a window with strides on a storage. */
class StoredTensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: number[],
    readonly strides: number[],
  ) {}
}

/** Numbers outside the pickle. A legacy file's storage may be a window on another one. */
class Storage {
  constructor(readonly type: ElementType, readonly key: string, readonly length: number, readonly offset: number) {}
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function fail(what: string): never {
  throw new PyTorchFileError(`not a sound PyTorch file: ${what}`);
}

/** Reads the pickle that describes the weights; its tensors refer to storages by key. */
function readPickle(bytes: Uint8Array, start = 0): { value: unknown; end: number } {
  return unpickle(bytes, {
    allowed: ALLOWED,
    call(name, args) {
      if (name === "collections.OrderedDict") {
        const [pairs = []] = args as [unknown[][]?];
        return new Map(pairs.map(([key, value]) => [key, value]));
      }
      if (name === "torch.Size") return args[0];
      if (name === "torch._utils._rebuild_parameter") return args[0];
      if (!name.startsWith("torch._utils._rebuild_tensor")) fail(`it calls ${name}`);
      const [storage, offset, shape, strides] = args;
      if (!(storage instanceof Storage) || !isCount(offset)) fail("a tensor has no storage");
      if (!Array.isArray(shape) || !shape.every(isCount)) fail(`a tensor has the shape ${shape}`);
      if (!Array.isArray(strides) || strides.length !== shape.length || !strides.every(isCount)) {
        fail(`a tensor has the strides ${strides}`);
      }
      return new StoredTensor(storage, offset, shape, strides);
    },
    persistent(id) {
      const [kind, type, key, , length, window] = Array.isArray(id) ? id : [];
      const name = (type as { global?: string } | undefined)?.global ?? "";
      if (kind !== "storage" || typeof key !== "string" || !isCount(length)) fail("it refers to something unknown");
      if (!(name in STORAGES)) fail(`it has a storage of ${name}`);
      // Legacy files: (key of the window, its offset, its length).
      const [, offset, size] = Array.isArray(window) ? window : [null, 0, length];
      if (!isCount(offset) || !isCount(size)) fail("a storage's window is unknown");
      return new Storage(STORAGES[name], key, size, offset);
    },
  }, start);
}

function materialize(tensor: StoredTensor, name: string, storages: ReadonlyMap<string, Uint8Array>): NamedArray {
  const { storage: { type, key, length, offset: window }, offset, shape, strides } = tensor;
  const bytes = storages.get(key);
  if (!bytes) fail(`the numbers of "${name}" are missing`);
  const count = shape.reduce((product, side) => product * side, 1);
  const last = count === 0 ? 0 : shape.reduce((at, side, i) => at + (side - 1) * strides[i], offset);
  if (count > 0 && (last >= length || (window + last + 1) * type.size > bytes.length)) {
    fail(`"${name}" reaches beyond its storage`);
  }
  // Strides of 0 could make much of little: no weight is larger than the file that holds it.
  if (count * type.size > bytes.length) fail(`"${name}" has more elements than its storage`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = type.dtype === "F32" ? new Float32Array(count) : new BigInt64Array(count);
  const index = new Array(shape.length).fill(0);
  let at = window + offset;
  for (let i = 0; i < count; i++) {
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

/** Names under which training scripts keep the weights beside other things. */
const WRAPPERS = ["state_dict", "model_state_dict", "model"];

function collect(value: unknown, storages: ReadonlyMap<string, Uint8Array>): Map<string, NamedArray> {
  if (!(value instanceof Map)) fail("it holds no dictionary of weights");
  const inner = WRAPPERS.map((key) => value.get(key)).find((found) => found instanceof Map) as typeof value | undefined;
  const arrays = new Map<string, NamedArray>();
  for (const [key, tensor] of inner ?? value) {
    if (typeof key === "string" && tensor instanceof StoredTensor) arrays.set(key, materialize(tensor, key, storages));
  }
  if (arrays.size === 0) fail("it holds no weights");
  return arrays;
}

/** A model has hundreds of tensors; a damaged archive may claim millions. */
const MAX_ENTRIES = 100_000;

function decodeZip(file: Uint8Array): Map<string, NamedArray> {
  let entries: Record<string, Uint8Array>;
  let program = false;
  let count = 0;
  try {
    entries = unzipSync(file, {
      filter: ({ name, compression }) => {
        if (++count > MAX_ENTRIES) fail(`its archive claims more than ${MAX_ENTRIES} entries`);
        program ||= /(^|\/)constants\.pkl$/.test(name);
        if (!/(^|\/)(data\.pkl|byteorder|data\/[^/]+)$/.test(name)) return false;
        // torch.save stores without compression: a file's entries are never larger than the file.
        if (compression !== 0) fail(`"${name}" is compressed`);
        return true;
      },
    });
  } catch (error) {
    throw error instanceof PyTorchFileError ? error : fail(`its archive is damaged (${(error as Error).message})`);
  }
  if (program) {
    throw new PyTorchFileError("a TorchScript program, not weights: save the model's state_dict() with torch.save");
  }
  const pickle = Object.keys(entries).find((name) => name === "data.pkl" || name.endsWith("/data.pkl"));
  if (!pickle) fail("its archive has no data.pkl");
  const root = pickle.slice(0, -"data.pkl".length);
  const order = entries[`${root}byteorder`];
  if (order && new TextDecoder().decode(order) !== "little") fail("its numbers are big-endian");
  const storages = new Map(
    Object.entries(entries).filter(([name]) => name.startsWith(`${root}data/`))
      .map(([name, bytes]) => [name.slice(root.length + "data/".length), bytes]),
  );
  return collect(readPickle(entries[pickle]).value, storages);
}

/** The first pickle of a file that PyTorch before 1.6 wrote. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;

function decodeLegacy(file: Uint8Array): Map<string, NamedArray> {
  const plain = { allowed: new Set<string>(), call: () => fail("it calls"), persistent: () => fail("it refers") };
  const magic = unpickle(file, plain);
  if (magic.value !== LEGACY_MAGIC) fail("it does not start as PyTorch's files do");
  const protocol = unpickle(file, plain, magic.end);
  if (protocol.value !== 1001) fail(`its protocol is ${protocol.value}`);
  const system = unpickle(file, plain, protocol.end);
  const little = system.value instanceof Map ? system.value.get("little_endian") : undefined;
  if (little !== true) fail("its numbers are big-endian");
  const object = readPickle(file, system.end);
  const keys = unpickle(file, plain, object.end);
  if (!Array.isArray(keys.value)) fail("it has no list of storages");
  // Which type a storage has is said where a tensor refers to it.
  const types = new Map<string, ElementType>();
  const visit = (value: unknown): void => {
    if (value instanceof Map) { for (const inner of value.values()) visit(inner); }
    else if (value instanceof StoredTensor) types.set(value.storage.key, value.storage.type);
  };
  visit(object.value);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const storages = new Map<string, Uint8Array>();
  let at = keys.end;
  for (const key of keys.value as string[]) {
    if (at + 8 > file.length) fail("it is cut short");
    const count = Number(view.getBigInt64(at, true));
    const size = types.get(key)?.size ?? fail(`nothing says what the storage "${key}" holds`);
    at += 8;
    if (count < 0 || at + count * size > file.length) fail("it is cut short");
    storages.set(key, file.subarray(at, at + count * size));
    at += count * size;
  }
  return collect(object.value, storages);
}

/**
 * Reads the weights in a file of `torch.save` (`.pth`, `.pt`), the zip archives of PyTorch 1.6 and later
 * and the older pickles. Nothing in the file is executed: only tensors, their storages and dictionaries
 * are understood. Halves and doubles become float32, whole numbers int64.
 *
 * @throws {PyTorchFileError} naming what is wrong, or what it holds besides weights.
 */
export function decodePyTorchFile(file: Uint8Array): Map<string, NamedArray> {
  try {
    return file[0] === 0x50 && file[1] === 0x4b ? decodeZip(file) : decodeLegacy(file);
  } catch (error) {
    if (error instanceof UnpickleError) throw new PyTorchFileError(`not a sound PyTorch file: ${error.message}`);
    throw error;
  }
}
