import assert from "node:assert/strict";
import { generateDataset, splitDataset } from "lib";
import { splitChart } from "lib/plots";
import { gridEntries, StudyGrid, studyTable } from "lib/runs";

const grid = StudyGrid.parse({
  config: { folds: 3 },
  blocks: [{ folds: [0, 1, 2], architectures: ["unet"], losses: ["bce"] }],
});

Deno.test("folds have the number of the option fold, in tables and in charts", async () => {
  const cells = gridEntries(grid).map((entry) => ({
    ...entry,
    run: "",
    state: "running" as const,
    progress: entry.config.fold / 10,
    seconds: 0,
  }));
  assert.match(String(studyTable(cells)), /fold 0 +fold 1 +fold 2\n.*\nunet bce +0 % +10 % +20 %/);
  const dataset = await generateDataset({ count: 6, size: 32 });
  const { description } = splitChart(dataset, splitDataset(dataset, { folds: 2 }));
  assert.match(description, /fold 0 .*; fold 1 /);
});
