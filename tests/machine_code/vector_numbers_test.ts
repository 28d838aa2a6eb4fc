import assert from "node:assert/strict";
import { OptionError } from "lib/io/option_error.ts";
import { vectorNumbers, widestOf } from "lib/machine_code/vector_numbers.ts";

Deno.test("vectors are as wide as the processor allows, unless MACHINE_CODE_VECTORS narrows them", () => {
  assert.equal(widestOf("fma avx2", undefined), 8);
  assert.equal(widestOf("fma avx2 avx512f avx512bw", undefined), 16);
  assert.equal(widestOf("fma avx2 avx512f", ""), 16);
  assert.equal(widestOf("fma avx2 avx512f", "8"), 8);
  for (const given of ["16", "4", "wide"]) assert.throws(() => widestOf("fma avx2", given), OptionError);
});

Deno.test("vectors divide what they compute", () => {
  assert.equal(vectorNumbers(48, 16), 16);
  assert.equal(vectorNumbers(40, 16), 8);
  assert.equal(vectorNumbers(48, 8), 8);
});
