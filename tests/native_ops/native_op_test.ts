// @tags slow
import assert from "node:assert/strict";
import { Assembler, ExecutableMemory } from "lib/machine_code/mod.ts";
import { nativeOp, type NativeWork, runsNativeOps } from "lib/native_ops/mod.ts";
import { NativeMemory } from "lib/onednn/mod.ts";
import { compile, controlDependency, TensorFlowError, tf, TraceError } from "lib/tensorflow";

const ignore = !runsNativeOps();

/** Adds eight numbers of one tensor, from `offset` bytes on, to the first eight of another. */
function sum(offset: number): NativeWork {
  const make = () => {
    const assembler = new Assembler();
    for (const [i, register] of (["rsi", "rdi", "r8"] as const).entries()) assembler.argument(register, i);
    assembler.load(0, { base: "rsi", offset: 0 });
    assembler.add(0, 0, { base: "rdi", offset: 0 });
    assembler.store({ base: "r8", offset: 0 }, 0);
    return assembler.finish();
  };
  const places = [{ tensor: 0, offset: 0 }, { tensor: 1, offset }, { tensor: 2, offset: 0 }];
  return { inputs: 2, outputs: [[2, 4]], calls: [{ code: { key: "test: sum", make }, places }] };
}

const a = tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]), b = tf.range(0, 16);

Deno.test({
  name: "a native op computes at once, and in a compiled step that knows the shape of its result",
  ignore,
  async fn() {
    const [y] = nativeOp(sum(32), [a, b]);
    assert.deepEqual(y.shape, [2, 4]);
    assert.deepEqual([...y.dataSync()], [9, 11, 13, 15, 17, 19, 21, 23]);
    const step = compile((a: tf.Tensor, b: tf.Tensor) => tf.mul(nativeOp(sum(0), [a, b])[0], [[1], [2]]));
    const z = await step(a, b);
    assert.deepEqual([...z.dataSync()], [1, 3, 5, 7, 18, 22, 26, 30]);
    tf.dispose([y, z]);
    step.dispose();
  },
});

Deno.test({
  name: "a step in bfloat16 hands tensors in 16 bits on, and nothing else has any",
  ignore,
  async fn() {
    const work: NativeWork = { inputs: 1, outputs: [[8], [2]], halves: [0, 1], calls: [] };
    // Copies eight numbers of 16 bits.
    const make = () => {
      const assembler = new Assembler();
      for (const [i, register] of (["rsi", "rdi"] as const).entries()) assembler.argument(register, i);
      assembler.loadBfloat16(0, { base: "rsi", offset: 0 });
      assembler.storeBfloat16({ base: "rdi", offset: 0 }, 0, [1, 2]);
      return assembler.finish();
    };
    const places = [{ tensor: 0, offset: 0 }, { tensor: 1, offset: 0 }];
    const copy = (x: tf.Tensor) =>
      nativeOp({ ...work, calls: [{ code: { key: "test: copy", make }, places }] }, [x])[0];
    const step = compile((a: tf.Tensor) => tf.mul(copy(tf.add(a, 256)), 2), { precision: "mixed-bfloat16" });
    const y = await step(a);
    // Of 257 to 264, the odd ones are rounded.
    assert.deepEqual([...y.dataSync()], [512, 516, 520, 520, 520, 524, 528, 528]);
    y.dispose();
    step.dispose();
    const other = compile(copy, { precision: "mixed-float16" });
    await assert.rejects(() => other(a) as Promise<unknown>, TraceError);
    assert.throws(() => copy(a), TraceError);
  },
});

Deno.test({
  name: "code is freed with the last compiled step that has it",
  ignore,
  async fn() {
    const codes = ExecutableMemory.count, memory = NativeMemory.allocated;
    const steps = [4, 8].map((offset) => compile((a: tf.Tensor, b: tf.Tensor) => nativeOp(sum(offset), [a, b])[0]));
    for (const step of steps) (await step(a, b)).dispose();
    // One that both call, and one of each op; the first test's code for ops outside steps may be the former.
    const held = ExecutableMemory.count - codes;
    assert.ok(held === 2 || held === 3);
    steps[0].dispose();
    assert.equal(ExecutableMemory.count - codes, held - 1);
    const y = await steps[1](a, b);
    assert.equal(y.dataSync()[0], 1 + 2);
    y.dispose();
    steps[1].dispose();
    assert.equal(ExecutableMemory.count, codes);
    assert.equal(NativeMemory.allocated, memory);
  },
});

Deno.test({
  name: "a step whose trace fails frees its code",
  ignore,
  async fn() {
    const codes = ExecutableMemory.count;
    const step = compile((a: tf.Tensor, b: tf.Tensor) => {
      nativeOp(sum(16), [a, b]);
      throw new Error("no such step");
    });
    await assert.rejects(() => step(a, b) as Promise<unknown>, /no such step/);
    assert.equal(ExecutableMemory.count, codes);
    step.dispose();
  },
});

Deno.test({
  name: "works outside steps give their code back when others run",
  ignore,
  fn() {
    const before = ExecutableMemory.count;
    for (let id = 0; id < 400; id++) {
      tf.tidy(() => nativeOp({ ...sum(0), outputs: [[2, 4], [id + 1]] }, [a, b]));
    }
    assert.ok(ExecutableMemory.count - before <= 300);
  },
});

Deno.test({
  name: "equal ops of a step have memory of their own",
  ignore,
  async fn() {
    const step = compile((a: tf.Tensor, b: tf.Tensor) => {
      const empty = () => nativeOp({ inputs: 1, outputs: [[8]], calls: [] }, [a])[0];
      const [first, second] = [empty(), empty()];
      const write = (to: tf.Tensor, offset: number) => {
        const { calls: [{ code }] } = sum(0);
        const places = [{ tensor: 0, offset: 0 }, { tensor: 1, offset }, { tensor: 2, offset: 0 }];
        return nativeOp({ inputs: 3, outputs: [[1]], calls: [{ code, places }] }, [a, b, to])[0];
      };
      const written = (to: tf.Tensor, offset: number) => controlDependency(to, write(to, offset));
      return tf.sub(written(second, 32), written(first, 0));
    }, { fuse: true });
    const y = await step(a, b);
    assert.deepEqual([...y.dataSync()], Array(8).fill(8));
    y.dispose();
    step.dispose();
  },
});

Deno.test({
  name: "an op can pass its inputs on, in the same memory",
  ignore,
  async fn() {
    const pass = (x: tf.Tensor) => nativeOp({ inputs: 1, outputs: [x.shape], passesOn: true, calls: [] }, [x])[0];
    const step = compile((a: tf.Tensor) => pass(pass(tf.mul(a, 2)))), plain = compile((a: tf.Tensor) => tf.mul(a, 2));
    const [y, z] = [pass(a), await step(a)];
    assert.deepEqual([...y.dataSync()], [...a.dataSync()]);
    assert.deepEqual([...z.dataSync()], [2, 4, 6, 8, 10, 12, 14, 16]);
    assert.equal(step.plan(a), plain.plan(a), "no memory of its own is planned");
    tf.dispose([y, z]);
    for (const each of [step, plain]) each.dispose();
  },
});

Deno.test({
  name: "an output for which there is no memory fails the op with TensorFlow's message, and the process goes on",
  ignore,
  async fn() {
    const step = compile((a: tf.Tensor) => nativeOp({ inputs: 1, outputs: [[8], [2 ** 45]], calls: [] }, [a])[0]);
    await assert.rejects(step(a), (error) => error instanceof TensorFlowError && /OOM/.test(error.message));
    step.dispose();
    const [y] = nativeOp(sum(0), [a, b]);
    assert.equal(y.dataSync()[1], 3);
    y.dispose();
  },
});

Deno.test({
  name: "another thread of the process runs native ops too",
  ignore,
  async fn() {
    const source = `
      import { nativeOp, runsNativeOps } from ${JSON.stringify(import.meta.resolve("lib/native_ops/mod.ts"))};
      import { tf } from ${JSON.stringify(import.meta.resolve("lib/tensorflow"))};
      const [y] = runsNativeOps() ? nativeOp({ inputs: 1, outputs: [[3]], calls: [] }, [tf.tensor1d([1])]) : [];
      self.postMessage(y?.shape[0]);`;
    const url = URL.createObjectURL(new Blob([source], { type: "application/typescript" }));
    const worker = new Worker(url, { type: "module" });
    const size = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
    assert.equal(size, 3);
    worker.terminate();
    URL.revokeObjectURL(url);
  },
});
