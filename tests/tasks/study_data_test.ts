// @tags slow
import assert from "node:assert/strict";
import { generateDataset } from "lib";
import { join } from "node:path";
import { readGrid, runGrid, StudyGrid } from "lib/runs";
import { readStudySource, writeStudySource } from "lib/study/study_source.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { studyData } from "../../tasks/study_data.ts";

const generated = { count: 8, size: 64, seed: 3, difficulty: 1 };
const grid = StudyGrid.parse({
  config: { encoder: "resnet18", cropSize: 32, folds: 2, epochs: 1, selection: "last" },
  generated,
  blocks: [{ folds: [0, 1], architectures: ["pspnet"], losses: ["bce"] }],
});

Deno.test("a grid describes generated images, which training processes generate too", async () => {
  await using folder = await temporaryFolder();
  const { dataset, datasetFor, source } = await studyData(undefined, grid, {});
  assert.equal(dataset.fingerprint, (await generateDataset(generated)).fingerprint);
  assert.equal(
    (await datasetFor!(0.5)).fingerprint,
    (await generateDataset({ ...generated, difficulty: 0.5 })).fingerprint,
  );
  await writeStudySource(folder.path, source);
  assert.deepEqual(await readStudySource(folder.path), { folder: "", generated });
  const processes = { jobs: 2, threads: 1 };
  const jobs = await runGrid({ grid, dataset, datasetFor, source, results: folder.path, processes });
  assert.deepEqual(jobs.map(({ state }) => state), ["done", "done"]);
});

Deno.test("a grid with generated images refuses a folder of images, and values that generate none", async () => {
  await assert.rejects(studyData("my-images", grid, {}), {
    name: "ConfigError",
    message: /^The grid describes generated images, and --data names my-images: leave out --data/,
  });
  const failure = StudyGrid.safeParse({ ...grid, generated: { count: 0 } }).error;
  assert.deepEqual(failure?.issues.map(({ path }) => path), [["generated", "count"]]);
  await using folder = await temporaryFolder();
  const path = join(folder.path, "grid.json");
  await Deno.writeTextFile(path, JSON.stringify({ ...grid, generated: { cuont: 9 } }));
  await assert.rejects(readGrid(path), /generated has no entry "cuont": did you mean "count"/);
});
