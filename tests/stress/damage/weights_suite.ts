import { PyTorchFileError } from "lib/nn/weights/pytorch_file.ts";
import { readWeights } from "lib/nn/weights/read_weights.ts";
import { encodeSafetensors, type NamedArray, SafetensorsError, type TensorFile } from "lib/nn/weights/safetensors.ts";
import type { Random } from "lib/math/random.ts";
import { CRAFTED_SAFETENSORS, withHeader } from "./crafted_safetensors.ts";
import { CRAFTED_TORCH } from "./crafted_torch.ts";
import { damage, joinBytes } from "./damage.ts";
import type { DamagedFormat } from "./suite.ts";
import { dictionary, named, number, pickle, raw, tensor, text, torchFile, tuple } from "./torch_file.ts";

const fixture = (name: string) => Deno.readFileSync(new URL(`../../fixtures/weights/${name}`, import.meta.url));

const numbers = (file: TensorFile) => [...file.arrays.values()].map(({ data }) => [...data].join()).join(";");

const weights: Pick<DamagedFormat, "read" | "isNamed"> = {
  async read(path) {
    const file = await readWeights(path);
    const decoded = file.arrays.values().reduce((sum, { data }) => sum + data.byteLength, 0);
    return { value: file, decoded };
  },
  isNamed: (error, path) =>
    (error instanceof PyTorchFileError || error instanceof SafetensorsError) && error.message.startsWith(path) &&
    error.message.length < path.length + 1000,
};

const zips = [fixture("zip.pth"), fixture("checkpoint.pth")];
const zipNumbers = await Promise.all(
  ["zip.pth", "checkpoint.pth"].map(async (name) =>
    numbers(await readWeights(new URL(`../../fixtures/weights/${name}`, import.meta.url).pathname))
  ),
);
const legacy = fixture("legacy.pth");
const arrays = new Map<string, NamedArray>([
  ["encoder.conv1.weight", {
    dtype: "F32",
    shape: [4, 3, 3, 3],
    data: Float32Array.from({ length: 108 }, (_, i) => i / 7),
  }],
  ["encoder.bn1.num_batches_tracked", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) }],
  ["flags", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 0, 1) }],
]);
const safetensors = encodeSafetensors(arrays, { model: `{"architecture":"unet"}`, threshold: "0.5" });

/** Parts of a pickle of weights, to be combined in any order. */
const PARTS: readonly Uint8Array[] = [
  ...[
    "(",
    "t",
    "l",
    "]",
    ")",
    "}",
    "a",
    "e",
    "s",
    "u",
    "d",
    "R",
    "Q",
    "b",
    "0",
    "N",
    "\x88",
    "\x89",
    ".",
    "\x85",
    "\x86",
    "\x87",
    "\x93",
    "\x94",
  ]
    .map(raw),
  ...["q\x00", "q\x01", "h\x00", "h\x01", "K\x01", "K\x00", "M\xff\xff", "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"]
    .map(raw),
  named("collections.OrderedDict"),
  named("torch._utils._rebuild_tensor_v2"),
  named("torch._utils._rebuild_parameter"),
  named("torch.FloatStorage"),
  named("torch.ByteStorage"),
  named("torch.Size"),
  text("storage"),
  text("0"),
  text("cpu"),
  text("w"),
  number(4),
  number(-1),
  tuple(number(2), number(2)),
  tuple(text("storage"), named("torch.FloatStorage"), text("0"), text("cpu"), number(4)),
  tensor("0", 4, [2, 2], [2, 1]),
  tensor("0", 4, [2, 2], [1, 2]),
];

function randomPickle(random: Random): Uint8Array {
  const parts = Array.from({ length: 1 + random.integer(40) }, () => PARTS[random.integer(PARTS.length)]);
  const value = random.next() < 0.3 ? dictionary([["w", joinBytes(parts)]]) : joinBytes(parts);
  return torchFile(pickle(value), { 0: new Uint8Array(16).fill(1) });
}

/** Makes a header of valid and invalid entries. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  1,
  4,
  -1,
  1.5,
  1e300,
  2 ** 53,
  "",
  "U8",
  "F32",
  "constructor",
  [],
  {},
  [4],
  [0, 4],
  [4, 0],
  [[]],
  {
    dtype: "U8",
    shape: [4],
    data_offsets: [0, 4],
  },
];

function randomHeader(random: Random): Uint8Array {
  const pick = () => VALUES[random.integer(VALUES.length)];
  const names = ["w", "v", "__metadata__", "__proto__", "constructor", "", "dtype"];
  const header: [string, unknown][] = Array.from({ length: random.integer(5) }, () => {
    const place: Record<string, unknown> = { dtype: "U8", shape: [4], data_offsets: [0, 4] };
    for (const key of Object.keys(place)) if (random.next() < 0.4) place[key] = pick();
    return [names[random.integer(names.length)], random.next() < 0.3 ? pick() : place];
  });
  const json = `{${header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`;
  const cut = random.next() < 0.2 ? json.slice(0, random.integer(json.length)) : json;
  return withHeader(cut, new Uint8Array(random.integer(9)), random.next() < 0.1 ? random.integer(200) : undefined);
}

/** Files of weights by format. */
export const FORMATS: Readonly<Record<string, DamagedFormat>> = {
  "PyTorch's archives": {
    ...weights,
    crafted: CRAFTED_TORCH,
    make(random) {
      const i = random.integer(zips.length);
      return {
        name: "zip.pth",
        bytes: damage(zips[i], random, [...zips, legacy]),
        // An archive has checksums: a value read is the one written, or all of another fixture.
        isSame: (read) => zipNumbers.includes(numbers(read as TensorFile)),
      };
    },
  },
  "PyTorch's old files": {
    ...weights,
    make: (random) => ({ name: "legacy.pth", bytes: damage(legacy, random, [legacy, ...zips]) }),
  },
  "made-up pickles": { ...weights, make: (random) => ({ name: "pickle.pth", bytes: randomPickle(random) }) },
  safetensors: {
    ...weights,
    crafted: CRAFTED_SAFETENSORS,
    make: (random) => ({ name: "model.safetensors", bytes: damage(safetensors, random, [safetensors, ...zips]) }),
  },
  "made-up safetensors": {
    ...weights,
    make: (random) => ({ name: "header.safetensors", bytes: randomHeader(random) }),
  },
};
