// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { loadModel, RunError } from "lib";
import { trainRun } from "lib/runs";
import { tidyFinishedRun } from "lib/runs/finished_run.ts";
import { PREDICTIONS } from "lib/runs/kept_maps.ts";
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

/** The names in a folder, without the lock. */
const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== "lock").sort();

const FINISHED = ["config.json", PREDICTIONS, "run.json"];

/** Unpacks a run's archive of maps, as earlier versions left the files. */
async function unpack(run: string) {
  const path = join(run, PREDICTIONS);
  for (const [name, bytes] of Object.entries(unzipSync(await Deno.readFile(path)))) {
    await Deno.writeFile(join(run, name), bytes);
  }
  return { path, archive: await Deno.readFile(path) };
}

Deno.test("a run keeps its maps in one file; damaged, it is trained again, and says so", async () => {
  await using folder = await temporaryFolder();
  const { folder: run, record } = await train(folder.path, true);
  assert.deepEqual(names(run), FINISHED);
  const path = join(run, PREDICTIONS), archive = await Deno.readFile(path);
  assert.deepEqual(Object.keys(unzipSync(archive)), record.maps.map(({ file }) => file));
  archive[archive.length >> 1] ^= 1;
  await Deno.writeFile(path, archive);
  const again = await train(folder.path, true);
  assert.equal(again.reused, false);
  assert.match(again.warnings.join(), /validation-epoch\d\.maps in .*predictions\.zip .*: this run is trained again/);
  assert.deepEqual(again.record.maps, record.maps);
  assert.equal((await train(folder.path, true)).reused, true);
});

Deno.test("loose maps of an earlier version are read, and gathered where the folder can be written", async () => {
  await using folder = await temporaryFolder();
  const { folder: run, predict } = await train(folder.path, true);
  const maps = await predict();
  const { path, archive } = await unpack(run);
  await Deno.remove(path);
  const loose = names(run);
  // Where a folder lies no file can be opened, whoever asks.
  await Deno.remove(join(run, "lock"));
  await Deno.mkdir(join(run, "lock"));
  const shown = await train(folder.path, true);
  assert.deepEqual([shown.reused, shown.warnings], [true, []]);
  assert.deepEqual(await shown.predict(), maps);
  assert.deepEqual(names(run), loose);
  await Deno.remove(join(run, "lock"));

  const partial = ".predictions.zip.1.partial";
  await Deno.writeFile(join(run, partial), archive.subarray(0, 1000));
  const gathered = await train(folder.path, true);
  assert.deepEqual([gathered.reused, gathered.warnings], [true, []]);
  assert.deepEqual(await gathered.predict(), maps);
  assert.deepEqual(names(run), FINISHED);
  assert.deepEqual(await Deno.readFile(path), archive);

  // Killed before the loose files were removed; the grid finds the run.
  await unpack(run);
  await tidyFinishedRun(run, gathered.record);
  assert.deepEqual(names(run), FINISHED);

  await unpack(run);
  await Deno.remove(path);
  const [file] = loose.filter((name) => name.endsWith(".maps"));
  await Deno.truncate(join(run, file), 100);
  const again = await train(folder.path, true);
  assert.equal(again.reused, false);
  assert.match(again.warnings.join(), /\.maps cannot be read .*: this run is trained again/);
  assert.deepEqual(await Deno.readFile(path), archive);
});

Deno.test("a run that was killed after its maps were gathered continues from its checkpoint", async () => {
  await using folder = await temporaryFolder();
  const kept = smallTraining({ epochs: 2, keepEpochs: [1], selection: "last", checkpointMinutes: 1e-6 });
  const options = { config: kept, dataset, results: folder.path, keepMaps: true };
  const { rename } = Deno;
  let run = "";
  // The record is the first file that cannot be written.
  Deno.rename = async (from, to) => {
    if (String(to).endsWith("run.json")) throw new Error("killed");
    await rename(from, to);
  };
  try {
    await assert.rejects(trainRun(options), /killed/);
  } finally {
    Deno.rename = rename;
  }
  [run] = names(folder.path).map((name) => join(folder.path, name));
  const loose = ["validation-epoch1.maps", "validation-epoch2.maps"];
  const left = names(run);
  for (const name of [PREDICTIONS, ...loose]) assert.ok(left.includes(name), `${name}: ${left}`);
  const archive = await Deno.readFile(join(run, PREDICTIONS));
  let steps = 0;
  const { record } = await trainRun({ ...options, onProgress: ({ phase }) => phase === "training" && steps++ });
  assert.ok(steps <= 1, `${steps} steps were trained again`);
  assert.deepEqual(record.maps.map(({ file }) => file), loose);
  assert.deepEqual(names(run), FINISHED);
  assert.deepEqual(await Deno.readFile(join(run, PREDICTIONS)), archive);
});

Deno.test("the maps of a best epoch that was to be kept anyway are recorded once", async () => {
  await using folder = await temporaryFolder();
  // It finds nothing, so that no epoch is better than the first.
  const kept = smallTraining({ epochs: 3, keepEpochs: [1, 2], selection: "best", learningRate: 0.5 });
  const { record } = await trainRun({ config: kept, dataset, results: folder.path, keepMaps: true });
  assert.equal(record.bestEpoch, 1);
  assert.deepEqual(record.maps.map(({ epoch }) => epoch), [2, 1]);
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
