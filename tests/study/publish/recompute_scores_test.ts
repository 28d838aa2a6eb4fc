import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { mean } from "lib/math/mean.ts";
import { projectFolder } from "lib/runs";
import { compareEnsembles, imageScoreCsv, openStudy } from "lib/study";
import { writeAnalysis } from "lib/study/analyse/study_store.ts";
import { partDice } from "lib/study/compare/comparisons.ts";
import { numpyPython } from "./numpy_python.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const SCRIPT = fileURLToPath(new URL("../../fixtures/recompute_scores.py", import.meta.url));
const PARTS = { "out-of-fold": "outOfFold", test: "test" } as const;

const python = await numpyPython();
const skipped = python ? "" : " (skipped: there is no Python with NumPy)";
const { analysis } = await openStudy("quick", join(projectFolder(), "results/committed"));

/** The study as one of two seeds, which have the same networks. */
const seeded = {
  ...analysis,
  members: analysis.members.map((member, m) => ({ ...member, loss: "bce", seed: m % 2 })),
  ensembles: analysis.ensembles.map((ensemble, e) => ({
    ...ensemble,
    bySeed: [ensemble.outOfFold, analysis.members[e % analysis.members.length].outOfFold],
  })),
};

/** Runs the script on the files of an analysis. */
async function recompute(given: typeof analysis, csv = imageScoreCsv({ analysis: given })) {
  await using folder = await temporaryFolder();
  await writeAnalysis(folder.path, given);
  await Deno.writeTextFile(join(folder.path, "scores.csv"), csv);
  const { success, stdout, stderr } = await new Deno.Command(python!, { args: [SCRIPT, folder.path] }).output();
  return { success, output: new TextDecoder().decode(stdout), errors: new TextDecoder().decode(stderr) };
}

for (const [name, given] of [["one seed", analysis], ["two seeds", seeded]] as const) {
  Deno.test({
    name: `NumPy computes means and paired differences of ${name} from the table of scores${skipped}`,
    ignore: !python,
    fn: async () => {
      const { success, output, errors } = await recompute(given);
      assert.ok(success, errors);
      const { members, ensembles } = JSON.parse(output);
      const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);
      for (const [split, part] of Object.entries(PARTS)) {
        for (const member of given.members) near(members[member.name][split], mean(partDice(member, part)));
        const compared = compareEnsembles(given, part);
        assert.equal(compared.length, Object.keys(ensembles).length);
        for (const { id, versusBest } of compared) near(ensembles[id][split], versusBest.difference.estimate);
      }
    },
  });
}

Deno.test({
  name: `a score that differs between the table and the analysis is found${skipped}`,
  ignore: !python,
  fn: async () => {
    const csv = imageScoreCsv({ analysis }).replace(/(,out-of-fold,\d,member,unet bce,unet,bce,1,)[\d.]+/, "$10.123");
    const { success, errors } = await recompute(analysis, csv);
    assert.ok(!success);
    assert.match(errors, /unet bce, out-of-fold: 0\.\d+ in scores\.csv, 0\.\d+ in analysis\.json/);
  },
});
