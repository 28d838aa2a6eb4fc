import assert from "node:assert/strict";
import { join } from "node:path";
import { gridEntries, projectFolder } from "lib/runs";
import { continuedGrid, writeStudyGrid } from "lib/runs/grid/study_grid.ts";
import { memberGrid, profileGrid } from "lib/study";
import { temporaryFolder } from "../io/temporary_folder.ts";

const MEMBER = { architecture: "unet", loss: "bce", fold: 0, seed: 1 } as const;

/** Returns the input statistics of a member with other options. */
async function findStatistics(folder: string, options?: Record<string, unknown>): Promise<string> {
  return gridEntries(await memberGrid(folder, { ...MEMBER, options }))[0].config.inputStatistics;
}

Deno.test("a member that starts from ImageNet's weights has their statistics, in a study that has none", async () => {
  await using folder = await temporaryFolder();
  const study = join(folder.path, "quick");
  await Deno.mkdir(study);
  await writeStudyGrid(study, await continuedGrid(study, profileGrid("quick")));
  // Without a folder, the profile; with the fixture, a study of an earlier version.
  const folders = [
    study,
    join(folder.path, "new", "quick"),
    join(projectFolder(), "tests/fixtures/earlier-study/quick"),
  ];
  for (const each of folders) {
    assert.equal(await findStatistics(each, { encoderWeights: "imagenet" }), "imagenet", each);
    assert.equal(await findStatistics(each, { encoderWeights: "imagenet", inputStatistics: "none" }), "none");
    assert.equal(await findStatistics(each, { encoderWeights: "none" }), "none");
    assert.equal(await findStatistics(each, { epochs: 1 }), "none");
    assert.equal(await findStatistics(each), "none");
  }
});

Deno.test("a member of a study that began from ImageNet's weights without statistics keeps its identity", async () => {
  await using folder = await temporaryFolder();
  const grid = profileGrid("quick");
  await writeStudyGrid(folder.path, {
    ...grid,
    config: { ...grid.config, encoderWeights: "imagenet", inputStatistics: undefined },
  });
  assert.equal(await findStatistics(folder.path), "none");
  assert.equal(await findStatistics(folder.path, { encoderWeights: "imagenet" }), "none");
});
