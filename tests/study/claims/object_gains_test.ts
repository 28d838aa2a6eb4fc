import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { OBJECT_GAIN_HEADS, objectGainFinding, objectGainRows, openStudy, type StudyAnalysis } from "lib/study";

const groups = Array.from({ length: 12 }, (_, i) => `g${i}`);
const around = (mean: number) => groups.map((_, i) => mean + 0.01 * Math.sin(i));

/** Counts of images with 10 true objects, of which some are found at every threshold. */
const found = (matches: number, predicted = matches) => ({
  truth: groups.map(() => 10),
  predicted: groups.map(() => predicted),
  matches: Array.from({ length: 10 }, () => groups.map(() => matches)),
  intersection: groups.map(() => 10 * matches),
  union: groups.map(() => 100),
});

interface Entry {
  id: string;
  dice: number;
  objects?: ReturnType<typeof found>;
  precision?: number[];
}

function study(...ensembles: Entry[]): { name: string; analysis: StudyAnalysis } {
  const members = [{ dice: 0.8, objects: found(6), precision: around(0.6) }];
  const entry = ({ dice, ...rest }: Omit<Entry, "id">) => ({
    ...rest,
    seed: 1,
    inFold: false,
    outOfFold: around(dice),
    test: [],
    bySeed: [],
  });
  const best = { id: "best-single", dice: 0.8, objects: found(6), precision: around(0.6) };
  const analysis = {
    task: "foreground",
    outOfFold: { groups, folds: groups.map((_, i) => i % 3) },
    members: members.map(entry),
    ensembles: [best, ...ensembles].map((each) => ({ ...entry(each), id: each.id })),
  };
  return { name: "cells", analysis: analysis as unknown as StudyAnalysis };
}

const soft = { id: "soft-voting", dice: 0.9, objects: found(8), precision: around(0.8) };
/** It finds as many objects as the best single member, and spurious ones. */
const greedy = { id: "greedy-selection", dice: 0.9, objects: found(6, 8), precision: around(0.55) };
const weighted = { id: "weighted-soft-voting", dice: 0.8, objects: found(6), precision: around(0.6) };
const RULE = "(an interval wholly above +0.01 is a gain, in these trainings).";

Deno.test("ensembles that gain Dice gain objects, do not, or some do", () => {
  assert.equal(
    objectGainFinding(study(soft, weighted)),
    `Yes: in study "cells" 1 of 2 ensembles gains Dice; of these, the number that gains objects is 1 by each score ${RULE}`,
  );
  assert.equal(
    objectGainFinding(study(greedy)),
    `No: in study "cells" 1 of 1 ensemble gains Dice; of these, the number that gains objects is 0 by each score, and the ` +
      `number with worse objects is 1 by mean AP, 1 by pooled AP at 0.5, 1 by pooled AP at 0.5–0.95, 1 by F1 at 0.5 and 0 by AJI ${RULE}`,
  );
  assert.match(
    objectGainFinding(study(soft, greedy)),
    /^In part: in study "cells" 2 of 2 ensembles gain Dice; of these, the number that gains objects is 1 by each score, and/,
  );
  assert.match(
    objectGainFinding(study(weighted)),
    /^Undecided: in study "cells" none of 1 ensemble gains Dice; of all 1, the number that gains objects is 0 by each score \(/,
  );
});

Deno.test("the table has a row of each ensemble, and a dash for what an earlier version did not keep", () => {
  const [row] = objectGainRows(study(soft));
  assert.deepEqual(row.slice(0, 2), ["cells", "soft voting"]);
  assert.deepEqual(row.slice(2), [
    "+0.100 (0.100 to 0.100): better",
    "+0.200 (0.200 to 0.200): better",
    "+0.200 (0.200 to 0.200): better",
    "+0.200 (0.200 to 0.200): better",
    "+0.139 (0.139 to 0.139): better",
    "+0.200 (0.200 to 0.200): better",
  ]);
  const earlier = study({ ...soft, objects: undefined });
  for (const entry of [...earlier.analysis.members, ...earlier.analysis.ensembles]) delete entry.objects;
  const [precisionOnly] = objectGainRows(earlier);
  assert.equal(precisionOnly.length, OBJECT_GAIN_HEADS.length);
  assert.deepEqual(precisionOnly.slice(3), ["+0.200 (0.200 to 0.200): better", "–", "–", "–", "–"]);
  assert.match(objectGainFinding(earlier), /^Yes: .* the number that gains objects is 1 by mean AP \(/);
});

Deno.test("a committed study of an earlier version opens, and the finding says why it has no scores of objects", async () => {
  const { name, analysis } = await openStudy("dsb2018_fluo", join(projectFolder(), "results/committed"));
  const dropped = ({ objects: _, precision: __, ...rest }: StudyAnalysis["members"][number]) => rest;
  const without = { ...analysis, members: analysis.members.map(dropped) };
  assert.match(
    objectGainFinding({ name, analysis: without }),
    /^Study "dsb2018_fluo" has no scores of objects, because /,
  );
  for (const row of objectGainRows({ name, analysis: without })) {
    assert.match(row[2], /^[+−]?0\.\d{3} \(/);
    assert.deepEqual(row.slice(3), ["–", "–", "–", "–", "–"]);
  }
});
