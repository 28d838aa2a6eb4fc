import assert from "node:assert/strict";
import { join } from "node:path";
import { gridEntries, StudyGrid } from "lib/runs";
import { continuedGrid, readGrid, readStudyGrid, writeStudyGrid } from "lib/runs/grid/study_grid.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const selections = (grid: StudyGrid) => gridEntries(grid).map(({ config }) => config.selection);

Deno.test("a new study's runs end with their last step, unless its grid says otherwise", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "grid.json"), study = join(folder.path, "study");
  const blocks = [
    { architectures: ["unet"], losses: ["bce"], folds: [0] },
    { architectures: ["unet"], losses: ["focal"], folds: [0], config: { selection: "best" } },
  ];
  const read = async (config: Record<string, unknown>) => {
    await Deno.writeTextFile(path, JSON.stringify({ config, blocks }));
    return await readGrid(path);
  };
  assert.deepEqual(selections(await continuedGrid(study, await read({}))), ["last", "best"]);
  assert.deepEqual(selections(await continuedGrid(study, await read({ selection: "best" }))), ["best", "best"]);
  await assert.rejects(async () => continuedGrid(study, await read({ patience: 3 })), {
    name: "ConfigError",
    message:
      /^The grid's patience is 3, and a study's runs end with their last step.*Add "selection": "best" to the grid's/,
  });
  assert.deepEqual(
    selections(await continuedGrid(study, await read({ patience: 3, selection: "best" }))),
    ["best", "best"],
  );
});

Deno.test("a study goes on with the selection that it began with", async () => {
  await using folder = await temporaryFolder();
  const grid = StudyGrid.parse({ blocks: [{ folds: [0], architectures: ["unet"], losses: ["bce"] }] });
  // As a version before this default wrote it.
  await writeStudyGrid(folder.path, grid);
  assert.deepEqual(selections(await continuedGrid(folder.path, grid)), ["best"]);
  assert.deepEqual(selections((await readStudyGrid(folder.path))!), ["best"]);
  await writeStudyGrid(folder.path, await continuedGrid(join(folder.path, "new"), grid));
  assert.deepEqual(selections(await continuedGrid(folder.path, grid)), ["last"]);
});

Deno.test("a study of another task than foreground is refused with a way out", () => {
  for (
    const grid of [{ config: { task: "border" }, blocks: [{ folds: [0] }] }, {
      blocks: [{ folds: [0], config: { task: "border" } }],
    }]
  ) {
    assert.throws(
      () => gridEntries(StudyGrid.parse(grid)),
      /task is "border", but a study compares models of the task "foreground": leave task out, or train each model/,
    );
  }
});
