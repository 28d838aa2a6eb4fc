import assert from "node:assert/strict";
import { join } from "node:path";
import { unzipSync } from "fflate";
import {
  archiveMaps,
  checkKeptMaps,
  haveKeptMaps,
  PREDICTIONS,
  readKeptMaps,
  removeLooseMaps,
  tidyLooseMaps,
} from "lib/runs/kept_maps.ts";
import { MapsError, writeMaps } from "lib/runs/probability_maps.ts";
import { RunError } from "lib/runs/run_error.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const FILES = ["validation-epoch2.maps", "test-epoch2.maps", "validation-epoch1.maps"];
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const allowed = () => Promise.resolve();

/** Writes loose files as a run does while it trains, and returns their record. */
async function looseMaps(folder: string) {
  return await Promise.all(FILES.map(async (file, k) => {
    const probabilities = Float32Array.from({ length: 1200 }, (_, i) => 1 / (1 + Math.exp(Math.sin(i * (k + 3)))));
    return { file, sha256: await writeMaps(join(folder, file), [{ id: file, width: 40, height: 30, probabilities }]) };
  }));
}

/** Flips a bit in the middle of a file, or of a piece of it. */
async function damage(path: string, piece?: Uint8Array) {
  const bytes = await Deno.readFile(path);
  const start = piece ? bytes.findIndex((_, at) => piece.every((value, i) => bytes[at + i] === value)) : 0;
  bytes[start + ((piece ?? bytes).length >> 1)] ^= 1;
  await Deno.writeFile(path, bytes);
}

Deno.test("all maps of a run are gathered in one archive, with the bytes of the loose files", async () => {
  await using folder = await temporaryFolder();
  const kept = await looseMaps(folder.path);
  const loose = await Promise.all(FILES.map((file) => Deno.readFile(join(folder.path, file))));
  const before = await Promise.all(kept.map((each) => readKeptMaps(folder.path, each)));
  await archiveMaps(folder.path, kept);
  await removeLooseMaps(folder.path);
  assert.deepEqual(names(folder.path), [PREDICTIONS]);
  const entries = unzipSync(await Deno.readFile(join(folder.path, PREDICTIONS)));
  assert.deepEqual(FILES.map((file) => entries[file]), loose);
  assert.deepEqual(await Promise.all(kept.map((each) => readKeptMaps(folder.path, each))), before);
  assert.equal(await haveKeptMaps(folder.path, kept), true);
  assert.equal(await haveKeptMaps(folder.path, []), false);
});

Deno.test("damaged maps do not disturb the reading of others, and are named with their archive", async () => {
  await using folder = await temporaryFolder();
  const kept = await looseMaps(folder.path), path = join(folder.path, PREDICTIONS);
  const sound = await readKeptMaps(folder.path, kept[0]);
  await archiveMaps(folder.path, kept);
  const piece = await Deno.readFile(join(folder.path, FILES[1]));
  await removeLooseMaps(folder.path);
  await damage(path, piece);
  assert.deepEqual(await readKeptMaps(folder.path, kept[0]), sound);
  await assert.rejects(
    checkKeptMaps(folder.path, kept[1]),
    (error: Error) =>
      error instanceof MapsError &&
      error.message.startsWith(`${FILES[1]} in ${path} `) && /: delete its folder to run it again$/.test(error.message),
  );
  // Nothing is gained by writing it again.
  const before = await Deno.readFile(path);
  await assert.rejects(archiveMaps(folder.path, kept), MapsError);
  assert.deepEqual(await Deno.readFile(path), before);
  await Deno.truncate(path, 100);
  await assert.rejects(readKeptMaps(folder.path, kept[0]), /validation-epoch2\.maps in .*zip cannot be read/);
  await Deno.remove(path);
  await assert.rejects(readKeptMaps(folder.path, kept[0]), /validation-epoch2\.maps in .*zip cannot be read/);
  assert.equal(await haveKeptMaps(folder.path, kept), false);
});

Deno.test("a damaged archive is made again from the loose files beside it, and from its sound entries", async () => {
  await using folder = await temporaryFolder();
  const kept = await looseMaps(folder.path), path = join(folder.path, PREDICTIONS);
  await archiveMaps(folder.path, kept);
  const sound = await Deno.readFile(path);
  await damage(path, await Deno.readFile(join(folder.path, FILES[1])));
  // As after a kill while the loose files were removed.
  await Deno.remove(join(folder.path, FILES[0]));
  await readKeptMaps(folder.path, kept[1]);
  await tidyLooseMaps(folder.path, kept, allowed);
  assert.deepEqual(names(folder.path), [PREDICTIONS]);
  assert.deepEqual(await Deno.readFile(path), sound);
});

Deno.test("an archive of an earlier attempt is replaced, and a whole one is not written again", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, PREDICTIONS);
  const kept = await looseMaps(folder.path);
  const other = await writeMaps(join(folder.path, FILES[0]), []);
  await archiveMaps(folder.path, [{ file: FILES[0], sha256: other }]);
  await looseMaps(folder.path);
  await archiveMaps(folder.path, kept);
  for (const each of kept) await checkKeptMaps(folder.path, each);
  const { ino } = await Deno.stat(path);
  await archiveMaps(folder.path, kept);
  // Killed after the record was written: only the loose files are to be removed.
  const lost = () => Promise.reject(new RunError("another computer took over"));
  await tidyLooseMaps(folder.path, kept, lost);
  assert.equal(names(folder.path).length, 4);
  await tidyLooseMaps(folder.path, kept, allowed);
  assert.deepEqual(names(folder.path), [PREDICTIONS]);
  assert.equal((await Deno.stat(path)).ino, ino);
  assert.equal(Object.keys(unzipSync(await Deno.readFile(path))).length, 3);
});

Deno.test("loose files stay where they are damaged, or the archive cannot be written", async () => {
  await using folder = await temporaryFolder();
  const kept = await looseMaps(folder.path);
  const full = () => Promise.reject(Object.assign(new Error("No space left on device"), { code: "ENOSPC" }));
  await tidyLooseMaps(folder.path, kept, full);
  assert.deepEqual(names(folder.path), FILES.toSorted());
  await damage(join(folder.path, FILES[1]));
  await tidyLooseMaps(folder.path, kept, allowed);
  assert.deepEqual(names(folder.path), FILES.toSorted());
  await readKeptMaps(folder.path, kept[0]);
  await assert.rejects(readKeptMaps(folder.path, kept[1]), (error: Error) => !error.message.includes(PREDICTIONS));
});

Deno.test("maps that another process gathers while they are looked for are found", async () => {
  await using folder = await temporaryFolder();
  const kept = await looseMaps(folder.path);
  const { open } = Deno;
  let isGathered = false;
  Deno.open = async (path, options) => {
    if (path === join(folder.path, FILES[0]) && !isGathered) {
      isGathered = true;
      await archiveMaps(folder.path, kept);
      await removeLooseMaps(folder.path);
    }
    return await open(path, options);
  };
  try {
    await checkKeptMaps(folder.path, kept[0]);
  } finally {
    Deno.open = open;
  }
  assert.equal(isGathered, true);
});
