import assert from "node:assert/strict";
import { ResourceVariable, tf } from "lib/tensorflow";
import { Optimizer } from "lib/train/optimizers.ts";

Deno.test("an optimizer names a weight that the loss leaves out", () => {
  const used = new ResourceVariable(tf.ones([2]), true, "used");
  const unused = new ResourceVariable(tf.ones([2]), true, "unused");
  const optimizer = new Optimizer([used, unused], { name: "sgd" });
  const control = optimizer.control(1, 0.1);
  const { value, grads } = tf.variableGrads(() => tf.sum(used) as tf.Scalar, [used, unused]);
  assert.throws(() => optimizer.apply(grads, control), {
    name: "OptionError",
    message: /^The weight "unused" has no gradient, .*: compute the loss from the logits of the whole model$/,
  });
  tf.dispose([value, grads, control, used, unused]);
  optimizer.dispose();
});
