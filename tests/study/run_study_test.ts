// @tags slow
import assert from "node:assert/strict";
import { ConfigError, generateDataset } from "lib";
import { StudyGrid } from "lib/runs";
import { runStudy } from "lib/study";
import { temporaryFolder } from "../io/temporary_folder.ts";

Deno.test("a study with fewer than two complete members is refused before it trains", async () => {
  await using folder = await temporaryFolder();
  const dataset = await generateDataset({ count: 8, size: 64, modality: "fluorescence" });
  const block = { architectures: ["unet"], losses: ["bce", "focal"] };
  for (const blocks of [[{ ...block, losses: ["bce"], folds: [0, 1] }], [{ ...block, folds: [0] }]]) {
    const grid = StudyGrid.parse({ config: { folds: 2 }, blocks });
    await assert.rejects(
      runStudy({ grid, dataset, results: `${folder.path}/study` }),
      (error: Error) =>
        error instanceof ConfigError && /two members or more.*and it has 0|and it has 1/.test(error.message),
    );
  }
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("a study with a threshold of its own is refused before it trains, as it scores at 0.5 and tunes others", async () => {
  await using folder = await temporaryFolder();
  const dataset = await generateDataset({ count: 8, size: 64 });
  const grid = StudyGrid.parse({ config: { folds: 2, threshold: 0.3 }, blocks: [{ folds: [0, 1] }] });
  await assert.rejects(
    runStudy({ grid, dataset, results: `${folder.path}/study` }),
    (error: Error) =>
      error instanceof ConfigError && /^threshold is 0\.3, .*leave it out.*--threshold/.test(error.message),
  );
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});
