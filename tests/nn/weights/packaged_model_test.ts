import assert from "node:assert/strict";
import { join } from "node:path";
import { zipSync } from "fflate";
import { encodeSafetensors, readWeights } from "lib/nn";
import { WeightsError } from "lib/nn/weights/weights_error.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const model = encodeSafetensors(
  new Map([["head.weight", { dtype: "F32", shape: [64], data: Float32Array.from({ length: 64 }, (_, i) => i / 3) }]]),
  { normalization: "robust" },
);
const rdf = new TextEncoder().encode("type: model\n");

for (const level of [0, 6] as const) {
  Deno.test(`a package's model file is read ${level ? "if another program compressed it" : "as it is stored"}`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "package.zip");
    await Deno.writeFile(path, zipSync({ "rdf.yaml": rdf, "model.safetensors": model }, { level }));
    using file = await readWeights(path);
    assert.equal(file.metadata.normalization, "robust");
    assert.deepEqual(file.arrays.get("head.weight")!.data, Float32Array.from({ length: 64 }, (_, i) => i / 3));
  });
}

Deno.test("a package of another program is refused, and the weights in it are named", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "foreign.zip");
  const refuses = async (message: RegExp) =>
    await assert.rejects(
      readWeights(path),
      (error) => error instanceof WeightsError && error.message.startsWith(path) && message.test(error.message),
    );
  await Deno.writeFile(path, zipSync({ "rdf.yaml": rdf, "weights.pt": model, "test.npy": rdf }, { level: 0 }));
  await refuses(/ is a bioimage\.io package without a model\.safetensors.* Unpack it, and import weights\.pt$/);
  await Deno.writeFile(path, zipSync({ "bioimageio.yaml": rdf, "model.onnx": rdf }));
  await refuses(/None of its 2 files can be imported$/);
});

Deno.test("a package that claims many times its length is refused before it is unpacked", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "large.zip"), shape = [5_000_000];
  const zeros = encodeSafetensors(new Map([["zeros", { dtype: "F32", shape, data: new Float32Array(shape[0]) }]]), {});
  const bytes = zipSync({ "model.safetensors": zeros, "rdf.yaml": rdf });
  assert.ok(bytes.length < 100_000);
  await Deno.writeFile(path, bytes);
  await assert.rejects(readWeights(path), /large\.zip is a .*\("model\.safetensors" claims 2000\d{4} bytes in \d{5}\)/);
});

Deno.test("a damaged package is refused", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "damaged.zip");
  for (const level of [0, 6] as const) {
    const bytes = zipSync({ "model.safetensors": model, "rdf.yaml": rdf }, { level });
    bytes[level ? 80 : 400] ^= 0x10;
    await Deno.writeFile(path, bytes);
    await assert.rejects(readWeights(path), /damaged\.zip is a damaged bioimage\.io package \(.+\): export it again/);
  }
});
