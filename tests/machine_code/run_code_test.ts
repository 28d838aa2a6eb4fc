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
