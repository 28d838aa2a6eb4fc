import assert from "node:assert/strict";
import { join } from "node:path";
import { gridEntries, StudyGrid } from "lib/runs";
import { generateDataset } from "lib";
import { continuedGrid, readGrid, readStudyGrid, withDataOptions, writeStudyGrid } from "lib/runs/grid/study_grid.ts";
import { weightsSize } from "lib/runs/grid/weights_size.ts";
import { profileGrid } from "lib/study";
import { fitProfile } from "lib/study/fit_profile.ts";
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

Deno.test("a demonstration that began before the statistics keeps the identity of its runs", async () => {
  await using folder = await temporaryFolder();
  const imagenet = profileGrid("quick");
  imagenet.config.encoderWeights = "imagenet";
  const statistics = async (study: string) =>
    new Set(gridEntries(await continuedGrid(study, imagenet)).map(({ config }) => config.inputStatistics));
  // As a version before the option wrote it.
  await writeStudyGrid(folder.path, { ...imagenet, config: { ...imagenet.config, inputStatistics: undefined } });
  assert.deepEqual(await statistics(folder.path), new Set(["none"]));
  const begun = gridEntries((await readStudyGrid(folder.path))!);
  assert.deepEqual(gridEntries(await continuedGrid(folder.path, imagenet)), begun);
  // A study that begins now has them.
  const now = join(folder.path, "now");
  assert.deepEqual(await statistics(now), new Set(["imagenet"]));
  await writeStudyGrid(now, await continuedGrid(now, imagenet));
  assert.deepEqual(await statistics(now), new Set(["imagenet"]));
});

Deno.test("with several classes BCE is cross-entropy, and a grid has one task", () => {
  const losses = (config: Record<string, unknown>) =>
    gridEntries(StudyGrid.parse({ config, blocks: [{ folds: [0], architectures: ["unet"] }] })).map(({ config }) =>
      config.loss
    );
  assert.deepEqual(losses({}), ["bce", "focal"]);
  for (const task of ["border", "classes"]) assert.deepEqual(losses({ task }), ["cross-entropy", "focal"]);
  const mixed = StudyGrid.parse({ blocks: [{ folds: [0] }, { folds: [1], config: { task: "border" } }] });
  assert.throws(() => gridEntries(mixed), {
    name: "ConfigError",
    message: "The blocks of the grid have the tasks foreground, border: give one task in the config of the grid",
  });
  assert.throws(() => losses({ task: "clases" }), /task is "clases": .*did you mean classes/);
});

Deno.test("a grid takes the names of classes from the data, and a profile leaves out what its task does not have", async () => {
  const dataset = await generateDataset({ count: 2, size: 32, kinds: 2 });
  const withTask = (task: string) => {
    const grid = profileGrid("quick", "own");
    return withDataOptions({ ...grid, config: { ...grid.config, task } }, dataset);
  };
  const names = ["background", "round", "long"];
  assert.deepEqual(withTask("classes").config.classNames, names);
  assert.equal(withTask("border").config.classNames, undefined);
  assert.throws(
    () => withDataOptions(withTask("classes"), { name: "plain" }),
    /task is "classes", but plain has none/,
  );

  const { grid, notes } = fitProfile(withTask("classes"), dataset);
  assert.deepEqual(notes, [
    'Without the runs "label noise", which the task classes does not have with these data',
    'Without the runs "output prior", which the task classes does not have with these data',
    "Without normalised focal loss, which the task classes does not have",
  ]);
  const entries = gridEntries(grid);
  assert.deepEqual(new Set(entries.map(({ config }) => config.loss)), new Set(["cross-entropy", "focal"]));
  assert.deepEqual(entries[0].config.classNames, names);
  const blocks = (task: string) => fitProfile(withTask(task), dataset).grid.blocks.map(({ name }) => name);
  assert.ok(blocks("border").includes("label-noise") && !blocks("border").includes("output-prior"));
  assert.deepEqual(fitProfile(withTask("foreground"), dataset), { grid: withTask("foreground"), notes: [] });
  assert.ok(weightsSize(grid).parameters > 0);
});
