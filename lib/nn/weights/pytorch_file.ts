import { failPyTorch, PyTorchFileError } from "./pytorch_error.ts";
import { readPickle } from "./pytorch_pickle.ts";
import { collectTensors } from "./pytorch_tensors.ts";
import type { NamedArray } from "./safetensors.ts";
import { listZip, readStored, type ZipEntry } from "./stored_zip.ts";
import { unpickle, UnpickleError } from "./unpickle.ts";

export { PyTorchFileError };

function inArchive<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return failPyTorch(`its archive is damaged (${(error as Error).message}): download or copy it again`);
  }
}

function decodeZip(file: Uint8Array): Map<string, NamedArray> {
  const entries = inArchive(() => listZip(file));
  if (entries.some(({ name }) => /(^|\/)constants\.pkl$/.test(name))) {
    throw new PyTorchFileError("a TorchScript program, not weights: save the model's state_dict() with torch.save");
  }
  const read = (entry: ZipEntry) => inArchive(() => readStored(file, entry));
  const pickle = entries.find(({ name }) => name === "data.pkl" || name.endsWith("/data.pkl"));
  if (!pickle) failPyTorch("its archive has no data.pkl");
  const root = pickle.name.slice(0, -"data.pkl".length);
  const order = entries.find(({ name }) => name === `${root}byteorder`);
  if (order && new TextDecoder().decode(read(order)) !== "little") failPyTorch("its numbers are big-endian");
  const folder = `${root}data/`;
  const storages = new Map(
    entries.filter(({ name }) => name.startsWith(folder)).map((
      entry,
    ) => [entry.name.slice(folder.length), read(entry)]),
  );
  return collectTensors(readPickle(read(pickle)).value, storages);
}

/** The first pickle of a file that PyTorch before 1.6 wrote. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;

function decodeLegacy(file: Uint8Array): Map<string, NamedArray> {
  const plain = {
    allowed: new Set<string>(),
    call: () => failPyTorch("it calls a function"),
    persistent: () => failPyTorch("it refers to something unknown"),
  };
  const magic = unpickle(file, plain);
  if (magic.value !== LEGACY_MAGIC) failPyTorch("it does not start as PyTorch's files do");
  const protocol = unpickle(file, plain, magic.end);
  if (protocol.value !== 1001) failPyTorch("it has an unknown protocol");
  const system = unpickle(file, plain, protocol.end);
  const little = system.value instanceof Map ? system.value.get("little_endian") : undefined;
  if (little !== true) failPyTorch("its numbers are big-endian");
  const object = readPickle(file, system.end);
  const keys = unpickle(file, plain, object.end);
  if (!Array.isArray(keys.value)) failPyTorch("it has no list of storages");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const storages = new Map<string, Uint8Array>();
  let at = keys.end;
  for (const key of keys.value as unknown[]) {
    if (typeof key !== "string" || storages.has(key)) failPyTorch("its list of storages is damaged");
    if (at + 8 > file.length) failPyTorch("it is cut short");
    const count = Number(view.getBigInt64(at, true));
    const size = object.types.get(key)?.size ?? failPyTorch("nothing says what one of its storages holds");
    at += 8;
    if (count < 0 || at + count * size > file.length) failPyTorch("it is cut short");
    storages.set(key, file.subarray(at, at + count * size));
    at += count * size;
  }
  return collectTensors(object.value, storages);
}

/**
 * Reads the weights in a file of `torch.save` (`.pth`, `.pt`), the zip archives of PyTorch 1.6 and later, whose
 * checksums must fit, and the older pickles, which have none. Nothing in the file is executed: only tensors, their
 * storages and dictionaries are read. Halves and doubles become float32, whole numbers of 8 and 16 bits with a sign
 * int32.
 *
 * @throws {PyTorchFileError} saying what is wrong, or what the file contains besides weights.
 */
export function decodePyTorchFile(file: Uint8Array): Map<string, NamedArray> {
  try {
    return file[0] === 0x50 && file[1] === 0x4b ? decodeZip(file) : decodeLegacy(file);
  } catch (error) {
    if (error instanceof UnpickleError) failPyTorch(error.message);
    throw error;
  }
}
