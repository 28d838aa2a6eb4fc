import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { openStudy } from "lib/study";
import { compareVerdicts } from "../../bench/compare_verdicts.ts";

const { analysis } = await openStudy("quick", join(projectFolder(), "results/committed"));

Deno.test("a study has the verdicts of itself: on each loss and each ensemble, on two parts", () => {
  const { members, ensembles } = analysis, architectures = new Set(members.map(({ architecture }) => architecture));
  const count = 2 * (architectures.size + 1 + 2 * (ensembles.length - 1));
  assert.deepEqual(compareVerdicts({ analysis }, { analysis }), { count, changed: [] });
});

Deno.test("a verdict that differs is listed with both intervals", () => {
  const members = analysis.members.map((member) =>
    member.architecture === "pspnet" && member.loss === "focal"
      ? { ...member, outOfFold: member.outOfFold.map((dice) => dice - 0.5) }
      : member
  );
  const { changed } = compareVerdicts({ analysis }, { analysis: { ...analysis, members } });
  const [name, , later] = changed.find(([name]) => name.startsWith("BCE less focal, PSPNet"))!;
  assert.equal(name, "BCE less focal, PSPNet, out of fold");
  assert.match(later, /^0\.\d+ \(.+\), better$/);
  assert.ok(changed.every(([name]) => name.endsWith("out of fold") && !name.includes("best single")));
});

Deno.test("studies of other networks are refused", () => {
  const members = analysis.members.filter(({ architecture }) => architecture !== "unet");
  const other = { analysis: { ...analysis, members } };
  const refusal = /Only one of the studies has "BCE less focal, UNet, out of fold"/;
  assert.throws(() => compareVerdicts({ analysis }, other), refusal);
  assert.throws(() => compareVerdicts(other, { analysis }), refusal);
});
