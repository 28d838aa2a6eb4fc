import { rowMajorStrides } from "../../math/row_major_strides.ts";
import { type Zippable, zipSync } from "fflate";
import { PickleWriter } from "./pickle_writer.ts";
import { arrayBytes, type NamedArray } from "./safetensors.ts";
import { WeightsError } from "./weights_error.ts";

/** PyTorch's names of the storages of arrays. */
const STORAGES: Readonly<Record<NamedArray["dtype"], string>> = {
  F16: "HalfStorage",
  F32: "FloatStorage",
  I32: "IntStorage",
  I64: "LongStorage",
  U8: "ByteStorage",
};

/** The archive's only folder. */
const ROOT = "archive";

/** Storages start at multiples of this, in bytes, as PyTorch writes them for memory maps. */
const ALIGNMENT = 64;

/** Number of the extra field that only takes space: PyTorch's is "FB". */
const PADDING_FIELD = 0x4246;

/** Length of a local header before its name, and of the head of an extra field. */
const LOCAL_HEADER = 30, FIELD_HEAD = 4;

/** The largest archive without 64-bit fields, in bytes. */
const MOST_BYTES = 2 ** 32 - 1;

/** Writes the pickle of an `OrderedDict` of tensors; the storage of each is a file that has its position as its name. */
export function pickleStateDict(arrays: ReadonlyMap<string, NamedArray>): Uint8Array {
  const pickle = new PickleWriter();
  const emptyDictionary = () => {
    pickle.global("collections", "OrderedDict");
    pickle.tuple();
    pickle.reduce();
  };
  const integers = (values: readonly number[]) => () =>
    pickle.tuple(...values.map((value) => () => pickle.integer(value)));
  const tensor = ({ dtype, shape, data }: NamedArray, key: number) => {
    const storage = () => {
      pickle.tuple(
        () => pickle.constant("storage"),
        () => pickle.global("torch", STORAGES[dtype]),
        () => pickle.text(String(key)),
        () => pickle.constant("cpu"),
        () => pickle.integer(data.length),
      );
      pickle.persistent();
    };
    pickle.global("torch._utils", "_rebuild_tensor_v2");
    // Storage, first element, shape, strides, whether it has a gradient, and hooks.
    pickle.tuple(
      storage,
      () => pickle.integer(0),
      integers(shape),
      integers(rowMajorStrides(shape)),
      () => pickle.false(),
      emptyDictionary,
    );
    pickle.reduce();
  };
  emptyDictionary();
  pickle.items([...arrays].map(([name, array], key) => () => {
    pickle.text(name);
    tensor(array, key);
  }));
  return pickle.end();
}

/**
 * Writes arrays as a state dict that PyTorch 1.6 and later read with `torch.load(path, weights_only=True)`: a zip archive
 * with a pickle, and the numbers of each tensor in a file. It holds no other value, so neither the normalisation nor the
 * threshold.
 *
 * @returns the content of a `.pth` file; the same arrays give the same bytes
 * @throws {WeightsError} if it would be larger than 4 GB.
 * @see https://docs.pytorch.org/docs/stable/notes/serialization.html
 */
export function encodePyTorch(arrays: ReadonlyMap<string, NamedArray>): Uint8Array {
  const bytes = arrays.values().reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes > MOST_BYTES) {
    throw new WeightsError(
      `The weights take ${(bytes / 1e9).toFixed(1)} GB, and a .pth file at most 4: write a .safetensors file`,
    );
  }
  const files: Zippable = {};
  let end = 0;
  const add = (name: string, content: Uint8Array, aligned = false) => {
    const path = `${ROOT}/${name}`, start = end + LOCAL_HEADER + path.length;
    const padding = aligned ? (ALIGNMENT - (start + FIELD_HEAD) % ALIGNMENT) % ALIGNMENT : 0;
    files[path] = [content, aligned ? { extra: { [PADDING_FIELD]: new Uint8Array(padding) } } : {}];
    end = start + (aligned ? FIELD_HEAD + padding : 0) + content.length;
  };
  const text = new TextEncoder();
  add("data.pkl", pickleStateDict(arrays));
  add("byteorder", text.encode("little"));
  [...arrays.values()].forEach((array, key) => add(`data/${key}`, arrayBytes(array), true));
  add("version", text.encode("3\n"));
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) });
}
