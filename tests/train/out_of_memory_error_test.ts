// @tags slow
import assert from "node:assert/strict";
import { compile, tf } from "lib";
import { TensorFlowError } from "lib/tensorflow";
import { OutOfMemoryError } from "lib/train";
import { explainStepError } from "lib/train/out_of_memory_error.ts";

const explain = (error: unknown, batchSize: number, precision: "float32" | "mixed") => () =>
  explainStepError(error, { batchSize, cropSize: 512, precision });

Deno.test("a step that does not fit into memory ends with an error that names a smaller batch", async () => {
  // The products of all pairs of pairs of 2048 numbers: 70 TB.
  const step = compile((x: tf.Tensor) => {
    const pairs = tf.mul(tf.reshape(x, [-1, 1]), tf.reshape(x, [1, -1]));
    return tf.mean(tf.mul(tf.reshape(pairs, [-1, 1]), tf.reshape(pairs, [1, -1])));
  });
  const error = await step(tf.fill([2048], 1)).then(() => assert.fail("70 TB fit"), (error) => error);
  assert.throws(explain(error, 8, "float32"), (explained) => {
    assert.ok(explained instanceof OutOfMemoryError, String(explained));
    assert.match(
      explained.message,
      /batchSize 8 and cropSize 512 .* such as 4, or a smaller cropSize, or set precision/,
    );
    return true;
  });
  step.dispose();
});

Deno.test("the error of a step names only options that can still be smaller, and other errors pass", () => {
  const exhausted = new TensorFlowError("training step", 8, "OOM when allocating tensor");
  assert.throws(explain(exhausted, 1, "mixed"), /choose a smaller cropSize$/);
  assert.throws(explain(exhausted, 8, "mixed"), /such as 4, or a smaller cropSize$/);
  const other = new TensorFlowError("training step", 3, "invalid argument");
  assert.throws(explain(other, 8, "mixed"), other);
});
