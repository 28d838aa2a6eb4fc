import assert from "node:assert/strict";
import { join } from "node:path";
import { comparePaired } from "lib/evaluate";
import { projectFolder } from "lib/runs";
import { BEST_SINGLE, compareByModality, compareEnsembles, modalityRows, openStudy } from "lib/study";

const { analysis } = await openStudy("weak-members", join(projectFolder(), "results/committed"));
const { outOfFold } = analysis;
/** Every third image is called stained: no group has two images here. */
const modalities = outOfFold.ids.map((_, i) => i % 3 === 0 ? "stained" : "fluorescence");
const mixed = { ...analysis, outOfFold: { ...outOfFold, modalities } };

Deno.test("an ensemble is compared on each modality alone, with its groups alone", () => {
  const kinds = compareByModality(mixed);
  assert.deepEqual(kinds.map(({ modality, images, groups }) => [modality, images, groups]), [
    ["fluorescence", 48, 48],
    ["stained", 24, 24],
  ]);
  for (const { modality, ensembles } of kinds) {
    const pick = <T>(values: readonly T[]) => values.filter((_, i) => modalities[i] === modality);
    const [vote, best] = ["soft-voting", BEST_SINGLE].map((id) =>
      pick(analysis.ensembles.find((each) => each.id === id)!.outOfFold)
    );
    const { difference } = comparePaired([vote], [best], pick(outOfFold.groups));
    assert.deepEqual(ensembles.find(({ id }) => id === "soft-voting")!.versusBest.difference, difference);
  }
  assert.notEqual(
    kinds[0].ensembles[0].versusBest.difference.estimate,
    kinds[1].ensembles[0].versusBest.difference.estimate,
  );
});

Deno.test("images of one modality are compared as all images are", () => {
  const [{ ensembles, images }, ...others] = compareByModality(analysis);
  assert.deepEqual([images, others], [outOfFold.ids.length, []]);
  assert.deepEqual(ensembles, compareEnsembles(analysis, "outOfFold"));
});

Deno.test("a table of modalities has a column for each", () => {
  const [head, ...rows] = modalityRows(mixed);
  assert.deepEqual(head, ["", "fluorescence", "stained"]);
  assert.deepEqual(rows[0], ["images, groups", "48, 48", "24, 24"]);
  for (const row of rows) assert.equal(row.length, head.length, row[0]);
  const cells = new Map(rows.map(([name, ...cells]) => [name, cells]));
  assert.match(cells.get("soft voting − best single member")![1], /^[−+]?0\.\d{3} \(.* to .*\): /);
});
