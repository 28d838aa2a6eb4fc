import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import {
  ensembleAnswer,
  ensembleHeadline,
  methodsText,
  openStudy,
  openWorlds,
  precisionFinding,
  worldRows,
} from "lib/study";
import { loneNote, loneSelection, loneSentence } from "lib/study/compare/lone_selection.ts";
import { firstPage } from "lib/study/report/first_page.ts";

const committed = join(projectFolder(), "results/committed");
const weak = await openStudy("weak-members", committed), mixed = await openStudy("mixed-kinds", committed);

/** The analysis with the Dice of the best single member as that of greedy selection, in some folds, and other weights. */
function withSelection({ analysis }: typeof weak, folds: readonly number[], weights: number[] | null = null) {
  const best = analysis.ensembles.find(({ id }) => id === "best-single")!;
  const ensembles = analysis.ensembles.map((each) =>
    each.id === "greedy-selection"
      ? {
        ...each,
        weights,
        outOfFold: each.outOfFold.map((dice, i) =>
          folds.includes(analysis.outOfFold.folds[i]) ? best.outOfFold[i] : dice
        ),
      }
      : each
  );
  return { ...analysis, ensembles };
}

Deno.test("a greedy selection of several networks has no note", () => {
  assert.equal(loneSelection(mixed.analysis), undefined);
  assert.equal(loneSentence(mixed.analysis), undefined);
  assert.doesNotMatch(ensembleAnswer(mixed.analysis), /one network/);
  const ensembles = mixed.analysis.ensembles.filter(({ id }) => id !== "greedy-selection");
  assert.equal(loneNote({ ...mixed.analysis, ensembles }, "greedy-selection"), undefined);
});

Deno.test("a greedy selection of one network says for which folds", () => {
  const note = (analysis: typeof mixed.analysis) => loneNote(analysis, "greedy-selection");
  const alone = [1, 0, 0, 0, 0, 0, 0, 0];
  assert.equal(note(withSelection(mixed, [1])), "one network for 1 of 3 folds");
  assert.equal(note(withSelection(mixed, [0, 1, 2], alone)), "one network for each fold");
  assert.equal(note(withSelection(mixed, [], alone)), "one network on all folds together");
  assert.equal(
    loneSentence(withSelection(mixed, [], alone)),
    "Greedy selection chose one network on all folds together (unet bce): there it is the best single member itself, and no ensemble.",
  );
  assert.equal(
    loneSentence(withSelection(mixed, [0, 1, 2], alone)),
    "Greedy selection chose one network for each fold (unet bce) and on all folds together (unet bce): there it is the best single member itself, and no ensemble.",
  );
});

Deno.test("equal Dice of maps that find nothing is no sign of one network, and one member is no choice", () => {
  const made = withSelection(mixed, [0, 1, 2]), nothing = made.outOfFold.ids.map(() => 0);
  const none = {
    ...made,
    members: made.members.map((member) => ({ ...member, outOfFold: nothing })),
    ensembles: made.ensembles.map((each) => ({ ...each, outOfFold: nothing })),
  };
  assert.equal(loneSelection(none), undefined);
  assert.equal(loneSelection({ ...made, members: made.members.slice(0, 1) }), undefined);
});

Deno.test("the report, the tables and the methods of a study say where greedy selection is one network", async () => {
  const { analysis } = weak, note = "one network for 2 of 3 folds";
  const { markdown, figures } = firstPage(weak, { demonstration: false });
  assert.match(markdown, /Greedy selection chose one network for 2 of 3 folds \(.*\) and on all folds together/);
  assert.match(markdown, new RegExp(`objects, greedy selection \\(${note}\\) differs`));
  assert.match(figures.ensembles.description, new RegExp(`greedy selection \\(${note}\\) -0\\.004`));
  assert.match(precisionFinding(weak), new RegExp(`greedy selection \\(${note}\\) is equivalent`));
  assert.match(methodsText(weak), /Greedy selection chose one network/);
  const rows = worldRows((await openWorlds()).filter(({ name }) => name === "weak-members"), "ensembles");
  const greedy = rows.filter(([name]) => name.startsWith("greedy selection"));
  assert.ok(greedy.length === 3 && greedy.every(([, cell]) => cell.endsWith(`; ${note}`)));
  // An ensemble that the headline names has its note too.
  const gaining = analysis.ensembles.map((each) =>
    each.id === "greedy-selection"
      ? { ...each, outOfFold: each.outOfFold.map((dice, i) => analysis.outOfFold.folds[i] === 1 ? dice + 0.1 : dice) }
      : each
  );
  assert.match(ensembleHeadline({ ...analysis, ensembles: gaining }), new RegExp(`greedy selection \\(${note}\\)`));
});
