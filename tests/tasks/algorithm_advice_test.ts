import assert from "node:assert/strict";
import { ALGORITHM_ENTRIES, DIRECT } from "lib/nn/algorithms/algorithm_table.ts";
import { chooseEntry, findEntry } from "lib/nn/algorithms/choose_entry.ts";
import { algorithmAdvice } from "../../tasks/algorithm_advice.ts";

const PROCESSOR = { device: "CPU", runsMachineCode: true } as const;
const ADVICE = /were not measured on this kind: deno task bench --algorithms --write measures them/;

Deno.test("a measurement is offered where the last one tried no machine code, and not after it, whatever it found", () => {
  const direct = findEntry(DIRECT);
  assert.match(algorithmAdvice(PROCESSOR, direct), ADVICE);
  assert.match(algorithmAdvice(PROCESSOR, findEntry("avx512-bf16-intel-2-2026-11-26")), ADVICE);
  assert.equal(algorithmAdvice(PROCESSOR, findEntry("avx512-bf16-amd-2-2026-11-29")), "");
  assert.equal(algorithmAdvice(PROCESSOR, { ...direct, date: "2027-01-01" }), "", "measured, and nothing is faster");
});

Deno.test("nothing is offered on a GPU, and where machine code cannot run", () => {
  const entry = findEntry(DIRECT);
  assert.equal(algorithmAdvice({ ...PROCESSOR, device: "GPU" }, entry), "");
  assert.equal(algorithmAdvice({ ...PROCESSOR, runsMachineCode: false }, entry), "");
});

Deno.test("processors with AVX2, and AMD's with AVX-512, have an entry that was measured with machine code", () => {
  const machines = [
    { vectorWidth: 8, bfloat16: "", processor: "AMD EPYC 7742" },
    { vectorWidth: 8, bfloat16: "", processor: "11th Gen Intel(R) Core(TM) i7-11800H" },
    { vectorWidth: 16, bfloat16: "AVX-512", processor: "AMD EPYC 9654" },
    { vectorWidth: 16, bfloat16: "", processor: "AMD Ryzen 9" },
  ] as const;
  for (const machine of machines) {
    for (const threads of [1, 2, 16]) {
      const name = chooseEntry({ device: "CPU", threads, ...machine }, ALGORITHM_ENTRIES);
      const advice = algorithmAdvice(PROCESSOR, findEntry(name));
      assert.equal(advice, "", `${machine.processor} with ${threads} threads: ${name}`);
    }
  }
});
