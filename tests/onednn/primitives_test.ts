// @tags slow
import assert from "node:assert/strict";
import {
  ARGUMENT,
  CallList,
  MEETING,
  NativeMemory,
  OneDnn,
  OneDnnError,
  type Primitive,
  Primitives,
  Team,
} from "lib/onednn/mod.ts";
import { noise } from "../fixtures/formula.ts";

const oneDnn = OneDnn.open(), ignore = oneDnn === undefined;

/** Runs a primitive with float32 tensors; `given` is written before, and the destination is returned. */
function run(primitive: Primitive, given: ReadonlyMap<number, Float32Array>, count: number): Float32Array {
  const bytes = (argument: number) => (given.get(argument)?.length ?? count) * 4;
  const tensors = [...primitive.tensors.keys()].filter((argument) => argument !== ARGUMENT.scratchpad);
  const memories = new Map(tensors.map((argument) => [argument, new NativeMemory(bytes(argument))]));
  for (const [argument, values] of given) {
    new Float32Array(memories.get(argument)!.view(0, values.byteLength)).set(values);
  }
  const places = new Map([...memories].map(([argument, { address }]) => [argument, address]));
  using scratch = new NativeMemory(primitive.scratchBytes);
  using list = new CallList(oneDnn!, [{ primitive, places }], { address: scratch.address, scratch: 0 });
  list.run();
  const out = new Float32Array(memories.get(ARGUMENT.destination)!.view(0, 4 * count)).slice();
  for (const memory of memories.values()) memory[Symbol.dispose]();
  return out;
}

const type = "float32";

Deno.test({
  name: "a product of matrices is the sum of products, with one left matrix for a whole batch",
  ignore,
  fn() {
    using primitives = new Primitives(oneDnn!);
    const [batch, rows, inner, columns] = [3, 4, 5, 6];
    const left = Float32Array.from(noise("left", rows * inner)),
      right = Float32Array.from(noise("right", batch * inner * columns));
    const primitive = primitives.matrixProduct(
      { shape: [1, rows, inner], type },
      { shape: [batch, inner, columns], type },
      { shape: [batch, rows, columns], type },
    );
    const given = new Map([[ARGUMENT.source, left], [ARGUMENT.weights, right]]);
    const found = run(primitive, given, batch * rows * columns);
    for (let b = 0; b < batch; b++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) sum += left[i * inner + k] * right[(b * inner + k) * columns + j];
          assert.ok(Math.abs(found[(b * rows + i) * columns + j] - sum) < 1e-5);
        }
      }
    }
  },
});

Deno.test({
  name: "a copy moves numbers to another order, and to bfloat16 and back with half of the mantissa",
  ignore,
  fn() {
    using primitives = new Primitives(oneDnn!);
    const values = Float32Array.from(noise("copied", 6));
    const turned = run(
      primitives.copy({ shape: [2, 3], type }, { shape: [2, 3], type, strides: [1, 2] }),
      new Map([[ARGUMENT.source, values]]),
      6,
    );
    assert.deepEqual([...turned], [0, 3, 1, 4, 2, 5].map((i) => values[i]));
    const short = run(
      primitives.copy({ shape: [6], type }, { shape: [6], type: "bfloat16" }),
      new Map([[ARGUMENT.source, values]]),
      6,
    );
    const back = run(
      primitives.copy({ shape: [6], type: "bfloat16" }, { shape: [6], type }),
      new Map([[ARGUMENT.source, short]]),
      6,
    );
    back.forEach((value, i) => assert.ok(Math.abs(value - values[i]) <= Math.abs(values[i]) * 2 ** -8));
    assert.notDeepEqual(back, values);
  },
});

Deno.test({
  name: "a convolution adds to what is there, and cuts off at 0 or also at 6",
  ignore,
  fn() {
    using primitives = new Primitives(oneDnn!);
    const window = { stride: [1, 1], dilation: [1, 1], before: [0, 0], after: [0, 0] };
    const map = { shape: [1, 1, 1, 3], type, strides: [3, 1, 3, 1] } as const;
    for (
      const [activation, expected] of [["relu", [0, 5, 13]], ["relu6", [0, 5, 6]], [undefined, [-3, 5, 13]]] as const
    ) {
      const primitive = primitives.convolution(map, { shape: [1, 1, 1, 1], type }, map, window, {
        sum: true,
        activation,
      });
      const given = new Map([
        [ARGUMENT.source, Float32Array.of(-2, 1, 4)],
        // oneDNN may choose a padded layout of the kernel; the first number is the only one that counts.
        [ARGUMENT.weights, new Float32Array(1024).fill(2, 0, 1)],
        [ARGUMENT.bias, Float32Array.of(1)],
        [ARGUMENT.destination, Float32Array.of(0, 2, 4)],
      ]);
      assert.deepEqual([...run(primitive, given, 3)], expected.map((value) => value));
    }
  },
});

Deno.test({
  name: "what oneDNN cannot do is refused with an error, and nothing is left behind",
  ignore,
  fn() {
    using primitives = new Primitives(oneDnn!);
    assert.throws(
      () =>
        primitives.matrixProduct({ shape: [1, 2, 3], type }, { shape: [1, 4, 5], type }, { shape: [1, 2, 5], type }),
      OneDnnError,
    );
  },
});

Deno.test({
  name: "the threads of a team wait for each other, and a turn waits for the one before",
  ignore,
  async fn() {
    const team = Team.get(oneDnn!), log: string[] = [];
    using primitives = new Primitives(oneDnn!);
    const steps = 200, cells = 64;
    // Each step copies what the other thread copied in the step before. A thread that did not wait would copy zeros.
    const primitive = primitives.copy({ shape: [cells], type }, { shape: [cells], type });
    const row = (step: number, thread: number) => 4 * cells * (step * team.threads + thread);
    const bytes = row(steps + 1, 0);
    const one = async (mark: number) => {
      log.push(`start ${mark}`);
      const memory = team.memory(bytes), values = new Float32Array(memory.view(0, bytes));
      values.fill(0);
      for (let thread = 0; thread < team.threads; thread++) {
        values.fill(mark + thread, row(0, thread) / 4, row(0, thread + 1) / 4);
      }
      const lists = Array.from({ length: team.threads }, (_, thread) =>
        new CallList(
          oneDnn!,
          Array.from({ length: steps }, (_, step) =>
            [
              {
                primitive,
                places: new Map([
                  [ARGUMENT.source, row(step, (thread + 1) % team.threads)],
                  [ARGUMENT.destination, row(step + 1, thread)],
                ]),
              },
              MEETING,
            ] as const).flat(),
          { address: memory.address, scratch: 0 },
        ));
      await team.run(lists);
      for (let thread = 0; thread < team.threads; thread++) {
        assert.equal(values[row(steps, thread) / 4 + cells - 1], mark + (thread + steps) % team.threads);
      }
      for (const list of lists) list[Symbol.dispose]();
      log.push(`end ${mark}`);
    };
    await Promise.all([100, 200, 300].map((mark) => team.turn(() => one(mark))));
    assert.deepEqual(log, [100, 200, 300].flatMap((mark) => [`start ${mark}`, `end ${mark}`]));
    await assert.rejects(team.turn(() => Promise.reject(new Error("broken"))), /broken/);
    await team.turn(() => one(400));
  },
});
