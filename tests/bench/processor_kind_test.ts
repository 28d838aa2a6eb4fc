import assert from "node:assert/strict";
import { processorKind } from "../../bench/processor_kind.ts";

Deno.test("results of each kind of processor have a name of their own", () => {
  const kind = (vectorWidth: number, bfloat16: "" | "AVX-512" | "AMX", processor = "Intel(R) Xeon(R) Processor") =>
    processorKind({ vectorWidth, bfloat16, processor });
  assert.equal(kind(8, "", "AMD EPYC"), "");
  assert.equal(kind(16, "AVX-512"), "-avx512");
  assert.equal(kind(16, "AVX-512", "AMD EPYC"), "-avx512-amd");
  assert.equal(kind(16, "AMX"), "-amx");
});
