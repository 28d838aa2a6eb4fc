import assert from "node:assert/strict";
import { trainingNote } from "lib/runs/training_note.ts";

Deno.test("the note of a training whose steps are done says that it is scored", () => {
  const progress = {
    phase: "training",
    epoch: 5,
    epochs: 5,
    step: 9,
    steps: 9,
    done: 0.9,
    loss: 0.25,
    history: [],
  } as const;
  assert.equal(trainingNote(progress), "epoch 5/5, loss 0.2500");
  assert.equal(trainingNote({ ...progress, phase: "validation" }), "epoch 5/5, validating");
  assert.equal(trainingNote({ ...progress, done: 1 }), "epoch 5/5, scoring");
});
