// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { loadModel, RunError } from "lib";
import { trainRun } from "lib/runs";
import { smallDataset, smallTraining } from "../fixtures/small_training.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const dataset = await smallDataset();
const config = smallTraining({ epochs: 2 });
const FILES = ["best.safetensors", "model.safetensors"];

/** Trains, or takes the finished run, and gives what was said. */
async function train(results: string, keepMaps = false) {
  const warnings: string[] = [];
  const run = await trainRun({ config, dataset, results, keepMaps, onWarning: (warning) => warnings.push(warning) });
  return { ...run, warnings };
}

Deno.test("a finished run's damaged or missing weights are made again from the other file, bit for bit", async () => {
  await using folder = await temporaryFolder();
  const { folder: run, record } = await train(folder.path);
  const { model, objectParameters } = await loadModel(join(run, "model.safetensors"));
  model.dispose();
  assert.deepEqual(objectParameters, record.objects!.tuned.parameters);
  const contents = await Promise.all(FILES.map((name) => Deno.readFile(join(run, name))));
  for (const [i, name] of FILES.entries()) {
    const path = join(run, name), [other] = FILES.filter((each) => each !== name);
    const flipped = contents[i].slice();
    flipped[flipped.length - 100] ^= 8;
    for (const damage of [() => Deno.writeFile(path, flipped), () => Deno.remove(path)]) {
      await damage();
      const { reused, warnings } = await train(folder.path);
      assert.equal(reused, true);
      assert.match(warnings.join(), new RegExp(`${name} .*: ${name} was made again from ${other}`));
      assert.deepEqual(await Deno.readFile(path), contents[i]);
    }
  }
  assert.deepEqual((await train(folder.path)).warnings, []);

  for (const name of FILES) await Deno.remove(join(run, name));
  const again = await train(folder.path);
  assert.equal(again.reused, false);
  assert.match(again.warnings.join(), /best\.safetensors .*model\.safetensors .*: this run is trained again/);
  assert.deepEqual(await Deno.readFile(join(run, FILES[0])), contents[0]);
});

Deno.test("a finished run whose maps are damaged is trained again, and says so", async () => {
  await using folder = await temporaryFolder();
  const { folder: run, record } = await train(folder.path, true);
  const path = join(run, record.maps[0].file);
  const bytes = await Deno.readFile(path);
  bytes[bytes.length >> 1] ^= 1;
  await Deno.writeFile(path, bytes);
  const again = await train(folder.path, true);
  assert.equal(again.reused, false);
  assert.match(again.warnings.join(), /validation-epoch\d\.maps .*: this run is trained again/);
  assert.deepEqual(again.record.maps, record.maps);
});

Deno.test("a finished run is shown from a disk that cannot be written; another ends with the file's name", async () => {
  await using folder = await temporaryFolder();
  const { folder: run } = await train(folder.path);
  const lock = join(run, "lock");
  // Where a folder lies no file can be opened, whoever asks.
  await Deno.remove(lock);
  await Deno.mkdir(lock);
  assert.equal((await train(folder.path)).reused, true);
  await Deno.remove(join(run, "run.json"));
  await assert.rejects(
    train(folder.path),
    (error: Error) => error instanceof RunError && /lock cannot be written .*--results/.test(error.message),
  );
});

Deno.test("a file system without locks is named, with the way out", async () => {
  await using folder = await temporaryFolder();
  const { tryLock } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.tryLock = () => Promise.reject(new Error("Operation not supported (os error 95)"));
  try {
    await assert.rejects(
      train(folder.path),
      (error: Error) =>
        error instanceof RunError && /lock cannot be locked \(Operation not supported.*--results/.test(error.message),
    );
  } finally {
    Deno.FsFile.prototype.tryLock = tryLock;
  }
});
