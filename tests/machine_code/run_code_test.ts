// @tags slow
import assert from "node:assert/strict";
import { Assembler, ExecutableMemory, runsMachineCode } from "lib/machine_code/mod.ts";
import { CallList, NativeMemory, OneDnn } from "lib/onednn/mod.ts";

const oneDnn = OneDnn.open(), ignore = oneDnn === undefined || !runsMachineCode();

Deno.test({
  name: "loops repeat as often as they say, constants fill a vector, and arguments are found",
  ignore,
  fn() {
    const assembler = new Assembler();
    assembler.argument("rsi", 0);
    assembler.argument("rdi", 1);
    assembler.fill(9, 2.5);
    assembler.clear(1);
    // 3 · 4 additions of 2.5, and 3 of the number that `broadcast` finds.
    assembler.repeat("rdx", 3, () => {
      assembler.repeat("r10", 4, () => assembler.add(1, 1, 9));
      assembler.broadcast(2, { base: "rsi", offset: 4 });
      assembler.add(1, 1, 2);
    });
    assembler.repeat("r10", 0, () => assembler.clear(1));
    assembler.store({ base: "rdi", offset: 32 }, 1);
    using code = new ExecutableMemory(assembler.finish()), memory = new NativeMemory(96);
    const numbers = new Float32Array(memory.view(0, 96));
    numbers.fill(0)[1] = 100;
    const call = { code: code.address, places: [memory.address, 0] };
    using list = new CallList(oneDnn!, [call, call], { address: memory.address, scratch: 0 });
    list.run();
    assert.deepEqual([...numbers], [0, 100, ...Array(6).fill(0), ...Array(8).fill(330), ...Array(8).fill(0)]);
  },
});

Deno.test({
  name: "numbers are rounded to the nearest of 16 bits, to even in the middle, and read again",
  ignore,
  fn() {
    const assembler = new Assembler();
    assembler.argument("rsi", 0);
    assembler.argument("rdi", 1);
    assembler.load(4, { base: "rsi", offset: 0 });
    assembler.storeBfloat16({ base: "rdi", offset: 0 }, 4, [12, 5]);
    assembler.loadBfloat16(9, { base: "rdi", offset: 0 });
    assembler.store({ base: "rsi", offset: 0 }, 9);
    using code = new ExecutableMemory(assembler.finish()), memory = new NativeMemory(48);
    const numbers = new Float32Array(memory.view(0, 32)), halves = new Uint16Array(memory.view(32, 16));
    const call = { code: code.address, places: [memory.address, memory.address + 32n] };
    using list = new CallList(oneDnn!, [call, call], { address: memory.address, scratch: 0 });
    const unit = 2 ** -7;
    // What is given, and what is nearest: 8 bits are kept.
    const cases: [number, number][] = [
      [1, 1],
      [-1 - 0.49 * unit, -1],
      [1 + 0.5 * unit, 1],
      [1 + 1.5 * unit, 1 + 2 * unit],
      [-1 - 1.51 * unit, -1 - 2 * unit],
      [2 - 0.4 * unit, 2],
      [3.4e38, Infinity],
      [-Infinity, -Infinity],
      [NaN, NaN],
      [-0, -0],
      [1.5 * 2 ** -133, 2 * 2 ** -133],
      [2 ** -149, 0],
      [257, 256],
      [-259, -260],
      [0.1, 0.10009765625],
      [65504, 65536],
    ];
    for (let first = 0; first < cases.length; first += 8) {
      const some = cases.slice(first, first + 8);
      numbers.set(some.map(([given]) => given));
      list.run();
      assert.deepEqual([...numbers], some.map(([, nearest]) => nearest));
      assert.deepEqual(
        [...halves],
        some.map(([, nearest]) => new Uint32Array(Float32Array.of(nearest).buffer)[0] >>> 16),
      );
    }
  },
});
