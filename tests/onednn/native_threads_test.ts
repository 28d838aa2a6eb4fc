import assert from "node:assert/strict";
import { Assembler, ExecutableMemory, runsMachineCode } from "lib/machine_code/mod.ts";
import { type Call, CallList, MEETING, NativeMemory, OneDnn } from "lib/onednn/mod.ts";
import { NativeThreads } from "lib/onednn/native_threads.ts";

const oneDnn = OneDnn.open(), ignore = oneDnn === undefined || !runsMachineCode();

/** Code that adds eight numbers to eight others, `repetitions` times. */
function additions(repetitions = 1): ExecutableMemory {
  const assembler = new Assembler();
  assembler.argument("rsi", 0);
  assembler.argument("rdi", 1);
  assembler.repeat("rdx", repetitions, () => {
    assembler.load(0, { base: "rdi", offset: 0 });
    assembler.add(0, 0, { base: "rsi", offset: 0 });
    assembler.store({ base: "rdi", offset: 0 }, 0);
  });
  return new ExecutableMemory(assembler.finish());
}

/** Code that returns a status: `mov eax, status; ret`. */
const failing = (status: number) => new ExecutableMemory(Uint8Array.of(0xb8, status, 0, 0, 0, 0xc3));

const threadsOf = (count: number) => new NativeThreads(Array.from({ length: count }, () => oneDnn!.newStream()));
const listOf = (calls: readonly (Call | typeof MEETING)[]) => new CallList(oneDnn!, calls, { address: 0n, scratch: 0 });

for (const count of [1, 2, 7]) {
  Deno.test({
    name: `what threads write before a meeting is there for all after it, of ${count}`,
    ignore,
    async fn() {
      const threads = threadsOf(count), rounds = 300, vector = 32;
      using code = additions(), memory = new NativeMemory(vector * count);
      const numbers = new Float32Array(memory.view(0, vector * count));
      const at = (thread: number) => memory.address + BigInt(vector * (thread % count));
      // In each round, thread after thread, everyone adds the neighbour's numbers to its own.
      const lists = Array.from({ length: count }, (_, thread) =>
        listOf(
          Array.from({ length: rounds }, (_, round) => [
            ...(round % count === thread ? [{ code: code.address, places: [at(thread + 1), at(thread)] }] : []),
            MEETING as typeof MEETING,
          ]).flat(),
        ));
      for (let run = 0; run < 3; run++) {
        numbers.fill(1e-30);
        const expected = Array<number>(count).fill(Math.fround(1e-30));
        for (let round = 0; round < rounds; round++) {
          const mine = round % count;
          expected[mine] = Math.fround(expected[mine] + expected[(mine + 1) % count]);
        }
        assert.deepEqual(await threads.run(lists), Array(count).fill(0));
        assert.deepEqual([...numbers], expected.flatMap((value) => Array(8).fill(value)));
      }
      for (const list of lists) list[Symbol.dispose]();
    },
  });
}

Deno.test({
  name: "a thread whose call fails makes no more of them, but attends the meetings, and computes in the next run",
  ignore,
  async fn() {
    const threads = threadsOf(2);
    using code = additions(), seven = failing(7), memory = new NativeMemory(96);
    const numbers = new Float32Array(memory.view(0, 96));
    numbers.fill(1);
    const add = (to: number): Call => ({ code: code.address, places: [memory.address, memory.address + BigInt(to)] });
    const fail: Call = { code: seven.address, places: [] };
    using first = listOf([add(32), fail, add(32), MEETING, add(32), MEETING]);
    using second = listOf([MEETING, MEETING, add(64)]), empty = listOf([]), good = listOf([add(32)]);
    assert.deepEqual(await threads.run([first, second]), [7, 0]);
    assert.deepEqual([numbers[8], numbers[16]], [2, 2]);
    assert.deepEqual(await threads.run([good, empty]), [0, 0]);
    assert.equal(numbers[8], 3);
  },
});

Deno.test({
  name: "a run whose promise is lost is waited for",
  ignore,
  async fn() {
    const threads = threadsOf(2), repetitions = 30_000_000;
    using code = additions(repetitions), memory = new NativeMemory(64);
    const numbers = new Float32Array(memory.view(0, 64));
    numbers.fill(0).fill(1, 0, 8);
    using long = listOf([{ code: code.address, places: [memory.address, memory.address + 32n] }]), empty = listOf([]);
    void threads.run([empty, long]);
    const start = performance.now();
    await threads.rest();
    // Sums of ones end at 2²⁴.
    assert.equal(numbers[8], 2 ** 24);
    const waited = performance.now() - start;
    await threads.rest();
    assert.ok(performance.now() - start - waited < Math.max(waited, 50), "nothing is left to wait for");
  },
});
