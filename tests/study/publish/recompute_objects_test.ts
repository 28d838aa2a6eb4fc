import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { studentQuantile } from "lib/math/student_distribution.ts";
import { Random } from "lib/math/random.ts";
import { projectFolder } from "lib/runs";
import { compareObjectScores, imageScoreCsv, objectScores, openStudy } from "lib/study";
import { temporaryFolder } from "../../io/temporary_folder.ts";
import { numpyPython } from "./numpy_python.ts";

const SCRIPT = fileURLToPath(new URL("../../fixtures/recompute_objects.py", import.meta.url));
const python = await numpyPython();
const { analysis } = await openStudy("quick", join(projectFolder(), "results/committed"));
const images = analysis.outOfFold.ids.length, random = new Random(3);
const truth = Array.from({ length: images }, () => random.integer(30));

/** Draws counts of objects; of the true ones a share is found, which falls with the threshold. */
function drawCounts(share: number) {
  const found = truth.map((count) => Math.round(count * Math.min(1, Math.max(0, share + 0.1 * random.normal()))));
  return {
    truth,
    predicted: found.map((count) => count + random.integer(4)),
    matches: Array.from({ length: 10 }, (_, k) => found.map((count) => Math.floor(count * (1 - k / 12)))),
    intersection: found.map((count) => 50 * count),
    union: truth.map((count) => 100 * count),
  };
}

Deno.test({
  name: `NumPy computes the differences of all scores of objects from the table of scores${
    python ? "" : " (skipped: there is no Python with NumPy)"
  }`,
  ignore: !python,
  fn: async () => {
    const given = {
      ...analysis,
      members: analysis.members.map((member, m) => ({ ...member, objects: drawCounts(0.4 + 0.01 * m) })),
      ensembles: analysis.ensembles.map((ensemble, e) => ({ ...ensemble, objects: drawCounts(0.4 + 0.03 * e) })),
    };
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(join(folder.path, "scores.csv"), imageScoreCsv({ analysis: given }));
    const { success, stdout, stderr } = await new Deno.Command(python!, { args: [SCRIPT, folder.path] }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const recomputed = JSON.parse(new TextDecoder().decode(stdout)), compared = compareObjectScores(given);
    assert.equal(compared.length, Object.keys(recomputed).length);
    for (const { id, scores } of compared) {
      assert.equal(Object.keys(recomputed[id]).length, Object.keys(objectScores(given.ensembles[0])!).length);
      for (const [score, { difference }] of Object.entries(scores)) {
        const { difference: estimate, error } = recomputed[id][score];
        assert.ok(
          Math.abs(difference.estimate - estimate) < 1e-9,
          `${id} ${score}: ${difference.estimate}, ${estimate}`,
        );
        // The jackknife's standard error, with the t of the groups.
        const half = studentQuantile(0.975, difference.groups - 1) * error;
        const ratio = (difference.high - difference.estimate) / half;
        assert.ok(ratio > 0.9 && ratio < 1.1, `${id} ${score}: ${ratio} times the jackknife's width`);
      }
    }
  },
});
