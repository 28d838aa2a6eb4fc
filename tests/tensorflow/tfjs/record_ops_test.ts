import assert from "node:assert/strict";
import { isRecording, recordedOp, recordOps, tf } from "lib/tensorflow";

Deno.test("recordOps() lists ops in order, with the tensors that they read", () => {
  const weight = tf.tensor1d([2, 3]);
  const { ops, inputs, output, constants, ranks } = recordOps(
    (x) => tf.concat([tf.mul(x, weight), tf.add(x, 1)], 0),
    [tf.tensor1d([4, 5])],
  );
  assert.deepEqual(ops.map(({ name }) => name), ["Mul", "Add", "ConcatV2"]);
  const [product, sum, joined] = ops;
  assert.equal(product.inputs[0], inputs[0]);
  assert.deepEqual(constants.get(product.inputs[1]), { shape: [2], values: Float32Array.of(2, 3) });
  assert.deepEqual([...constants.get(sum.inputs[1])!.values], [1]);
  // tfjs makes the axis for the op, and frees it at once.
  assert.deepEqual(joined.inputs.slice(0, 2), [product.outputs[0], sum.outputs[0]]);
  assert.deepEqual([...constants.get(joined.inputs[2])!.values], [0]);
  assert.deepEqual([output, ranks.get(output)], [joined.outputs[0], 1]);
});

Deno.test("recordedOp() is one op in a recording, also within another one, and only computes otherwise", () => {
  const double = (x: tf.Tensor) => recordedOp("Double", [x], { by: 2 }, () => tf.add(x, x));
  const fourfold = (x: tf.Tensor) => recordedOp("Fourfold", [x], {}, () => double(double(x)));
  const x = tf.tensor1d([1, 2]);
  assert.deepEqual([...fourfold(x).dataSync()], [4, 8]);
  const { ops } = recordOps((x) => tf.relu(fourfold(double(x))), [x]);
  assert.deepEqual(ops.map(({ name, attributes }) => [name, name === "Double" ? attributes : {}]), [
    ["Double", { by: 2 }],
    ["Fourfold", {}],
    ["Relu", {}],
  ]);
});

Deno.test("a recorded op that returns its input has another id", () => {
  const { ops, inputs, output } = recordOps((x) => recordedOp("Nothing", [x], {}, () => x), [tf.scalar(1)]);
  assert.deepEqual(ops.map(({ name, inputs }) => [name, inputs]), [["Nothing", inputs]]);
  assert.equal(output, ops[0].outputs[0]);
  assert.notEqual(output, inputs[0]);
});

Deno.test("a recording ends with the function, also if it throws", () => {
  const fail = () => {
    assert.equal(isRecording(), true);
    throw new Error("no result");
  };
  assert.throws(() => recordOps(fail, []), /no result/);
  assert.equal(isRecording(), false);
});

Deno.test("a recorded op whose shape is known computes nothing in a recording", () => {
  let computed = 0;
  const double = (x: tf.Tensor) =>
    recordedOp("Double", [x], {}, () => {
      computed++;
      return tf.concat([x, x]);
    }, () => [4]);
  const x = tf.tensor1d([1, 2]), { ops, ranks, output } = recordOps((x) => tf.relu(double(x)), [x]);
  assert.deepEqual([ops.map(({ name }) => name), ranks.get(output), computed], [["Double", "Relu"], 1, 0]);
  assert.deepEqual([...double(x).dataSync(), computed], [1, 2, 1, 2, 1]);
});
