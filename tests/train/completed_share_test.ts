import assert from "node:assert/strict";
import { TimeLeft } from "lib/display/time_left.ts";
import { completedShare } from "lib/train/completed_share.ts";

/** The shares and the estimates of the time left in a training, with the time that is really left. */
function follow({ perStep = 1, perValidation = 20, expected = 20, epochs = 5, stepsPerEpoch = 60 } = {}) {
  const seconds = { steps: 0, waiting: 0, validation: 0, checkpoints: 0 }, pace = new TimeLeft();
  const steps = epochs * stepsPerEpoch, all = steps * perStep + epochs * perValidation;
  const seen: { share: number; left: number | undefined; really: number; epoch: number }[] = [];
  let at = 0, step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const report = (validation: number) => {
      // A batch's forward pass is a third of a step.
      const work = { step, steps, validation, validations: epochs, seconds, validationBatches: 3 * expected / perStep };
      const share = completedShare(work);
      pace.record(share, at);
      seen.push({ share, left: pace.seconds(at), really: all - at, epoch });
    };
    for (let i = 0; i < stepsPerEpoch; i++) {
      step++;
      at += perStep;
      seconds.steps += perStep;
      report(epoch);
    }
    at += perValidation;
    seconds.validation += perValidation;
    report(epoch + 1);
  }
  return seen;
}

Deno.test("a training's share grows evenly with its time, validations included", () => {
  for (const expected of [20, 5, 60]) {
    const seen = follow({ expected });
    assert.equal(seen.at(-1)!.share, 1);
    // Once a validation was measured, whatever was expected of it.
    for (const { share, really } of seen.filter(({ epoch }) => epoch > 0)) {
      assert.ok(Math.abs(1 - share - really / 400) < 1e-9, `${share}, ${really}`);
    }
  }
});

Deno.test("the time left does not jump at the first validation where it takes as long as its pixels let expect", () => {
  for (const { left, really } of follow()) {
    if (left !== undefined) assert.ok(Math.abs(left - really) < 1e-6, `${left} instead of ${really}`);
  }
});

Deno.test("a training without a step or a validation has a share too", () => {
  const seconds = { steps: 0, waiting: 0, validation: 0, checkpoints: 0 };
  const work = { steps: 10, validation: 0, seconds, validationBatches: 2 };
  assert.equal(completedShare({ ...work, step: 0, validations: 1 }), 0);
  assert.equal(completedShare({ ...work, step: 5, validations: 0 }), 0.5);
});
