import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { encodePyTorch, pickleStateDict } from "lib/nn/weights/encode_pytorch.ts";
import { decodePyTorchFile } from "lib/nn/weights/pytorch_file.ts";
import type { NamedArray } from "lib/nn/weights/safetensors.ts";
import fixture from "../../fixtures/pickles.json" with { type: "json" };

const ARRAYS: Record<string, (count: number) => Pick<NamedArray, "dtype" | "data">> = {
  float32: (count) => ({ dtype: "F32", data: new Float32Array(count) }),
  float16: (count) => ({ dtype: "F16", data: new Float16Array(count) }),
  int64: (count) => ({ dtype: "I64", data: new BigInt64Array(count) }),
  int32: (count) => ({ dtype: "I32", data: new Int32Array(count) }),
  uint8: (count) => ({ dtype: "U8", data: new Uint8Array(count) }),
};

type Tensor = readonly [name: string, shape: number[], dtype: string];

function zeros(tensors: readonly Tensor[]): Map<string, NamedArray> {
  return new Map(tensors.map(([name, shape, dtype]) => {
    return [name, { shape, ...ARRAYS[dtype](shape.reduce((product, side) => product * side, 1)) }];
  }));
}

Deno.test("the pickles come from the script beside them", async () => {
  const script = await Deno.readFile(new URL("../../fixtures/make_pickle_fixtures.py", import.meta.url));
  assert.equal(fixture.script, createHash("sha256").update(script).digest("hex"), "run the script again");
});

for (const name of ["two scalars", "types and ranks"] as const) {
  Deno.test(`the pickle of ${name} is that of torch.save, byte for byte`, () => {
    const { tensors, pickle } = fixture.cases[name];
    assert.equal(pickleStateDict(zeros(tensors as unknown as Tensor[])).toHex(), pickle);
  });
}

Deno.test("the pickle of more than a thousand tensors sets them in parts, as torch.save does", () => {
  const tensors = Array.from({ length: 1003 }, (_, i): Tensor => [`layer.${i}.bias`, [i % 3 + 1], "float32"]);
  const digest = createHash("sha256").update(pickleStateDict(zeros(tensors))).digest("hex");
  assert.equal(digest, fixture.cases["more than a thousand tensors"].sha256);
});

Deno.test("a state dict is an archive whose storages are aligned, and its arrays are read back", () => {
  const arrays = new Map<string, NamedArray>([
    ["weight", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 4, 5e-9, 6) }],
    ["running_var.num_batches_tracked", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) }],
    ["bytes", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 200, 255) }],
    ["empty", { dtype: "F32", shape: [0, 3], data: new Float32Array() }],
  ]);
  const file = encodePyTorch(arrays);
  assert.deepEqual(decodePyTorchFile(file), arrays);
  assert.deepEqual(encodePyTorch(arrays), file);
  // Local headers: the numbers of each storage start at a multiple of 64.
  const view = new DataView(file.buffer, file.byteOffset), names: string[] = [];
  for (let at = 0; view.getUint32(at, true) === 0x04034b50;) {
    const size = view.getUint32(at + 18, true),
      start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(file.subarray(at + 30, at + 30 + view.getUint16(at + 26, true)));
    assert.equal(view.getUint16(at + 8, true), 0, "stored");
    if (name.startsWith("archive/data/")) assert.equal(start % 64, 0, name);
    names.push(name);
    at = start + size;
  }
  assert.deepEqual(names, [
    "archive/data.pkl",
    "archive/byteorder",
    ...[0, 1, 2, 3].map((key) => `archive/data/${key}`),
    "archive/version",
  ]);
});
