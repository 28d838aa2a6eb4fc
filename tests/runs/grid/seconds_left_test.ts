import assert from "node:assert/strict";
import { parseConfig } from "lib";
import { type Job, type RunRecord, secondsLeft } from "lib/runs";

const config = parseConfig({ architecture: "pspnet", epochs: 4 });
const job = (state: Job["state"], changes: Partial<Job> = {}): Job => ({
  block: "main",
  run: "run",
  config,
  progress: 0,
  seconds: 0,
  ...changes,
  state,
} as Job);
const done = job("done", { progress: 1, seconds: 100 }), waiting = job("waiting");
/** A run that this process has trained for a second after an earlier one. */
const continued = job("done", {
  progress: 1,
  seconds: 1,
  record: { seconds: { steps: 90, waiting: 0, validation: 10, checkpoints: 0 } } as RunRecord,
});

Deno.test("finished runs say what the others take, by their epochs", () => {
  assert.equal(secondsLeft([done, waiting, waiting]), 200);
  assert.equal(secondsLeft([done, job("waiting", { config: { ...config, epochs: 8 } })]), 200);
  assert.equal(secondsLeft([done, done]), 0);
});

Deno.test("there is no estimate before a run has finished, or while others train the rest", () => {
  assert.ok(Number.isNaN(secondsLeft([waiting, waiting])));
  assert.ok(Number.isNaN(secondsLeft([job("running", { progress: 0.5, seconds: 30 }), waiting])));
  assert.ok(Number.isNaN(secondsLeft([done, job("locked")])));
});

Deno.test("runs side by side share the time only as far as they can", () => {
  assert.equal(secondsLeft([done, ...Array(4).fill(waiting)], 2), 200);
  assert.equal(secondsLeft([done, waiting, waiting, waiting], 2), 200);
  const running = [0.9, 0.25].map((progress) => job("running", { progress, seconds: 90 }));
  assert.equal(secondsLeft([done, ...running], 2), 75);
});

Deno.test("a run that was continued counts with the seconds of all its sittings", () => {
  assert.equal(secondsLeft([continued, waiting]), 100);
});
