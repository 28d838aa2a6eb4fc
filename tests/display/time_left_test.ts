import assert from "node:assert/strict";
import { TimeLeft, timeLeftNote } from "../../lib/display/time_left.ts";

/** The estimates after each advance by a hundredth, at these times. */
function estimates(times: number[]): (number | undefined)[] {
  const pace = new TimeLeft();
  return times.map((at, i) => {
    pace.record((i + 1) / 100, at);
    return pace.seconds(at);
  });
}

Deno.test("what comes before the first advance does not count, and there is no estimate before the pace is known", () => {
  // Twenty seconds of compiling, then a hundredth each second.
  const found = estimates([20, 21, 22, 23, 24]);
  assert.deepEqual(found.slice(0, 3), [undefined, undefined, undefined]);
  assert.ok(Math.abs(found[3]! - 96) < 1e-6 && Math.abs(found[4]! - 95) < 1e-6, String(found));
  assert.ok(estimates([0, 0.1, 0.2, 0.3, 0.4]).every((seconds) => seconds === undefined));
});

Deno.test("the estimate follows the pace of the last half minute", () => {
  const slow = Array.from({ length: 40 }, (_, i) => 2 * i), fast = Array.from({ length: 40 }, (_, i) => 78 + i + 1);
  const found = estimates([...slow, ...fast]);
  assert.ok(Math.abs(found[39]! - 120) < 1);
  assert.ok(Math.abs(found[79]! - 20) < 1);
});

Deno.test("an estimate runs down while work pauses, and there is none once it has run out", () => {
  const pace = new TimeLeft();
  for (let i = 1; i <= 5; i++) pace.record(i / 10, i);
  assert.equal(Math.round(pace.seconds(7)!), 3);
  assert.equal(pace.seconds(100), undefined);
});

Deno.test("timeLeftNote() says no more than an estimate knows", () => {
  assert.deepEqual([undefined, NaN, 0, 59, 61, 200, 7300].map(timeLeftNote), [
    "",
    "",
    ", less than a minute left",
    ", less than a minute left",
    ", about 1 min left",
    ", about 3 min left",
    ", about 2.0 h left",
  ]);
});
