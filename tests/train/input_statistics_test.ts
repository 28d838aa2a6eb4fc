import assert from "node:assert/strict";
import { parseConfig, TrainingConfig } from "lib";
import { continuedGrid, gridEntries, readStudyGrid, StudyGrid, writeStudyGrid } from "lib/runs/grid/study_grid.ts";
import { configHash, RecordedConfig } from "lib/train/config.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("a training from ImageNet weights standardises by ImageNet's statistics, unless it says otherwise", () => {
  const statistics = (given: object) => parseConfig(given).inputStatistics;
  assert.equal(statistics({}), "none");
  assert.equal(statistics({ encoderWeights: "encoder.pth" }), "none");
  assert.equal(statistics({ encoderWeights: "imagenet" }), "imagenet");
  assert.equal(statistics({ encoderWeights: "imagenet", inputStatistics: "none" }), "none");
  assert.equal(statistics({ encoderWeights: "imagenet", normalization: "zscore" }), "none");
  assert.equal(statistics({ inputStatistics: "imagenet" }), "imagenet");
  assert.throws(
    () => parseConfig({ normalization: "zscore", inputStatistics: "imagenet" }),
    /inputStatistics is "imagenet": leave it out: with normalization=zscore/,
  );
});

Deno.test("the statistics are part of a run's identity, and an earlier record keeps its own", () => {
  const before = RecordedConfig.parse({ encoderWeights: "imagenet", normalization: "robust" });
  assert.equal(before.inputStatistics, "none");
  const now = parseConfig({ encoderWeights: "imagenet" });
  assert.notEqual(configHash(now, "data"), configHash(before, "data"));
  const { inputStatistics: _, ...others } = before;
  assert.equal(configHash(before, "data"), configHash(TrainingConfig.parse(others), "data"));
});

Deno.test("a study that began without the statistics goes on without them, and a new one goes on with them", async () => {
  await using folder = await temporaryFolder();
  const grid = StudyGrid.parse({
    blocks: [
      { folds: [0], architectures: ["unet"], losses: ["bce"] },
      { folds: [1], architectures: ["unet"], losses: ["bce"], config: { encoderWeights: "imagenet" } },
    ],
  });
  const statistics = (entries: StudyGrid) => gridEntries(entries).map(({ config }) => config.inputStatistics);
  assert.deepEqual(statistics(grid), ["none", "imagenet"]);
  await writeStudyGrid(folder.path, await continuedGrid(folder.path, grid));
  assert.deepEqual(statistics((await readStudyGrid(folder.path))!), ["none", "imagenet"]);
  assert.deepEqual(statistics(await continuedGrid(folder.path, grid)), ["none", "imagenet"]);
  // As earlier versions wrote it.
  await writeStudyGrid(folder.path, { ...grid, config: { inputStatistics: undefined } });
  assert.deepEqual(statistics((await readStudyGrid(folder.path))!), ["none", "none"]);
  assert.deepEqual(statistics(await continuedGrid(folder.path, grid)), ["none", "none"]);
});
