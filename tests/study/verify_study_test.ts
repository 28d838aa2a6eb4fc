import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/runs";
import { judgeClaims, openStudy, type Study, verifyStudy } from "lib/study";
import { NUMERICS, provenance } from "lib/runs/provenance.ts";
import { roundingTolerance } from "lib/study/rounding_spread.ts";
import { earlierNumerics, unknownInstructions } from "lib/study/verify_study.ts";

const committed = await openStudy("quick", join(projectFolder(), "tests/fixtures/earlier-study"));
// These records of an earlier version say no instruction set.
const machine = { threads: 1, device: "CPU", processor: "AMD EPYC", instructions: "AVX2", algorithms: "" };
const study: Study = { ...committed, runs: committed.runs.map((run) => ({ ...run, machines: [machine] })) };

const findBroken = (rerun: Study, before = study) =>
  verifyStudy(before, rerun).filter(({ holds }) => !holds).map(({ quantity }) => quantity);

/** Adds to the mean Dice of members or ensembles. */
function shift<Entry extends { outOfFold: number[] }>(entries: Entry[], by: number, chosen: (entry: Entry) => boolean) {
  for (const entry of entries) if (chosen(entry)) entry.outOfFold = entry.outOfFold.map((dice) => dice + by);
}

Deno.test("verifyStudy() finds a changed number on the same machine, and allows it elsewhere", () => {
  assert.ok(study.runs.length > 20);
  assert.deepEqual(findBroken(study), []);
  const changed = structuredClone(study);
  changed.runs[3].imageDice.model[0] = 0.123;
  // A baseline needs no training, and Otsu's rule has changed.
  changed.runs[4].imageDice.otsu[0] = 0.123;
  assert.deepEqual(findBroken(changed), [study.runs[3].run]);
  // The same name with other instructions is another machine, and so is a record that does not name them.
  for (const other of [{ instructions: "AVX-512" }, { instructions: "" }, { compiler: "XLA" as const }]) {
    for (const run of changed.runs) run.machines = [{ ...machine, ...other }];
    assert.deepEqual(findBroken(changed), []);
  }
  assert.match(unknownInstructions(committed)!, /^61 records of 61 do not say which instructions .*\("AMD EPYC"\)/);
  assert.equal(unknownInstructions(study), undefined);
  const [missing] = verifyStudy(study, { ...study, runs: study.runs.slice(1) });
  assert.deepEqual([missing.after, missing.holds], ["missing", false]);
});

Deno.test("verifyStudy() compares losses bit for bit, but for records of versions with another arithmetic", () => {
  const made = (numerics?: string): Study => ({
    ...study,
    runs: study.runs.map((run) => ({ ...run, provenance: { ...run.provenance, numerics } })),
  });
  const changed = structuredClone(made(NUMERICS));
  changed.runs[3].stepLosses[5] *= 1 + 1e-7;
  assert.deepEqual(findBroken(changed, made(NUMERICS)), [study.runs[3].run]);
  const [check] = verifyStudy(made(NUMERICS), changed).filter(({ holds }) => !holds);
  assert.deepEqual([check.isEqual, check.tolerance], [false, 0]);
  for (const earlier of [undefined, "2026-01-01"]) {
    assert.deepEqual(findBroken(changed, made(earlier)), []);
    assert.match(
      earlierNumerics(made(earlier))!,
      /^61 records of 61 come from versions whose training rounds otherwise/,
    );
  }
  assert.equal(earlierNumerics(made(NUMERICS)), undefined);
  assert.equal(provenance().numerics, NUMERICS);
});

Deno.test("verifyStudy() compares a run, a member and an ensemble with the committed ones within their spread", () => {
  const names = committed.runs.map(({ run }) => run);
  for (const [by, broken] of [[-0.01, names], [0.01, []]] as const) {
    const moved = structuredClone(committed);
    for (const { scores, config } of moved.runs) scores.model.dice += by - roundingTolerance(config.architecture);
    assert.deepEqual(findBroken(moved, committed), broken);
  }
  const changed = structuredClone(committed);
  const isPspnet = ({ architecture }: { architecture: string }) => architecture === "pspnet";
  const runs = changed.runs.filter(({ config }) => isPspnet(config));
  for (const { scores } of runs) scores.model.dice -= 0.25;
  const { members, ensembles } = changed.analysis;
  shift(members, -0.15, isPspnet);
  shift(ensembles, -0.5, ({ id }) => id === "soft-voting");
  const broken = findBroken(changed, committed);
  for (const { run } of runs) assert.ok(broken.includes(run), run);
  for (const name of ["pspnet bce", "pspnet focal", "soft voting"]) {
    assert.ok(broken.includes(`${name}, mean Dice out of fold`), name);
  }
  assert.equal(runs.length, 14);
  const without = structuredClone(committed);
  without.analysis.ensembles.pop();
  assert.equal(findBroken(without, committed).length, 1);
});

Deno.test("verifyStudy() names the claim whose verdict changes, on any machine", () => {
  const other = structuredClone(committed);
  shift(other.analysis.ensembles, 0.3, ({ id }) => id === "soft-voting");
  const find = (each: Study) => judgeClaims(each).find(({ id }) => id === "soft-voting")!;
  assert.notEqual(find(other).verdict, find(committed).verdict);
  assert.ok(findBroken(other, committed).includes(find(committed).claim));
  assert.ok(!findBroken(committed, committed).includes(find(committed).claim));
});
