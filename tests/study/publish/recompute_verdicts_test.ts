// @tags slow
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { differenceVerdict, type Interval } from "lib/evaluate";
import { projectFolder } from "lib/runs";
import { compareEnsembles, compareLosses, compareTuned, imageScoreCsv, openStudy, WORLDS } from "lib/study";
import { numpyPython } from "./numpy_python.ts";
import { exists } from "lib/io/exists.ts";
import { findStudy } from "lib/study/find_study.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const SCRIPT = fileURLToPath(new URL("../../fixtures/recompute_verdicts.py", import.meta.url));
const python = await numpyPython("scipy");
const skipped = python ? "" : " (skipped: there is no Python with SciPy)";
const committed = join(projectFolder(), "results/committed");

interface Judged {
  estimate: number;
  low: number;
  high: number;
  verdict: string;
}

function assertEqual(found: Judged, expected: Interval, what: string): void {
  for (const end of ["estimate", "low", "high"] as const) {
    assert.ok(Math.abs(found[end] - expected[end]) < 1e-5, `${what}: ${end} is ${expected[end]}, not ${found[end]}`);
  }
  // A table has six digits, so an end on the margin itself could fall on either side.
  assert.equal(differenceVerdict(expected), found.verdict, what);
}

for (const name of ["quick", ...Object.keys(WORLDS)]) {
  if (!await findStudy(name, committed)) continue;
  Deno.test({
    name:
      `SciPy computes intervals and verdicts of the ensembles and losses of ${name} from its table of scores${skipped}`,
    ignore: !python,
    fn: async () => {
      const { analysis } = await openStudy(name, committed);
      await using folder = await temporaryFolder();
      const table = join(folder.path, "scores.csv");
      const stored = join(committed, name, "scores.csv");
      await Deno.writeTextFile(
        table,
        await exists(stored) ? await Deno.readTextFile(stored) : imageScoreCsv({ analysis }),
      );
      const { stdout, stderr, success } = await new Deno.Command(python!, { args: [SCRIPT, table] }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const { ensembles, losses, tuned } = JSON.parse(new TextDecoder().decode(stdout));
      for (const [split, part] of [["out-of-fold", "outOfFold"], ["test", "test"]] as const) {
        const compared = compareEnsembles(analysis, part);
        assert.equal(Object.keys(ensembles[split]).length, compared.length);
        for (const { id, versusBest: { difference } } of compared) {
          assertEqual(ensembles[split][id], difference, `${id} ${split}`);
        }
      }
      const compared = compareTuned(analysis);
      assert.equal(Object.keys(tuned).length, compared.length);
      for (const { id, versusBest: { difference } } of compared) assertEqual(tuned[id], difference, `${id}, tuned`);
      assertEqual(losses, compareLosses(analysis).at(-1)!.difference, "BCE − focal");
    },
  });
}
