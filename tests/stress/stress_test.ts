import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import type { StressCheck, StressOptions } from "./check.ts";
import { writeReport } from "./report.ts";
import { runChecks } from "./run_checks.ts";

/** Makes a check whose last repetitions fail. */
const check = (full: number, failures: number): StressCheck => ({
  count: full,
  load: () =>
    Promise.resolve({
      run: ({ count, seed }: StressOptions) =>
        Promise.resolve({
          name: "",
          bar: "None is lost",
          passed: failures === 0,
          counts: { tries: count, lost: failures },
          notes: failures ? [`seed ${seed}`] : [],
        }),
    }),
});
const broken: StressCheck = { count: 3, load: () => Promise.reject(new Error("no such module")) };

Deno.test("each stress check runs its share of repetitions, at least one, and one that throws has missed its bar", async () => {
  const entries = await runChecks({ many: check(500, 0), few: check(3, 1), broken }, { share: 0.05, seed: 7 });
  assert.deepEqual(entries.map(({ name, count, full, passed }) => ({ name, count, full, passed })), [
    { name: "many", count: 25, full: 500, passed: true },
    { name: "few", count: 1, full: 3, passed: false },
    { name: "broken", count: 1, full: 3, passed: false },
  ]);
  assert.deepEqual(entries[1].notes, ["seed 7"]);
  assert.match(entries[2].notes[0], /no such module/);
});

Deno.test("the stress report keeps what an earlier run found of the other checks", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const order = ["first", "second"];
    const options = { share: 1, seed: 1 };
    await writeReport(folder, await runChecks({ second: check(2, 1) }, options), order);
    await writeReport(folder, await runChecks({ first: check(2, 0) }, options), order);
    await writeReport(folder, await runChecks({ second: check(4, 0) }, options), order);
    const { checks } = JSON.parse(await Deno.readTextFile(join(folder, "stress.json")));
    assert.deepEqual(checks.map(({ name, passed }: { name: string; passed: boolean }) => [name, passed]), [
      ["first", true],
      ["second", true],
    ]);
    const rows = (await Deno.readTextFile(join(folder, "stress.md"))).split("\n").filter((line) => /^\| `/.test(line));
    assert.match(rows[1], /^\| `second` \| None is lost \| passed \| 4 tries, 0 lost \| 1 \| \d+ s \|$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an unknown stress check is refused with the nearest one", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(projectFolder(), "tests/stress/main.ts"), "--only", "run_al"],
  }).output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), /^There is no check "run_al": did you mean run_all\?/);
});
