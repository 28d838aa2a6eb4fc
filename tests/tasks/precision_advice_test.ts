import assert from "node:assert/strict";
import type { RuntimeInfo } from "lib/tensorflow";
import { precisionAdvice } from "../../tasks/precision_advice.ts";

type Processor = Pick<RuntimeInfo, "device" | "bfloat16" | "processor">;

const ZEN4: Processor = { device: "CPU", bfloat16: "AVX-512", processor: "AMD EPYC 9654" };
const XEON: Processor = { device: "CPU", bfloat16: "AVX-512", processor: "Intel(R) Xeon(R) Processor" };
const TILES: Processor = { ...XEON, bfloat16: "AMX" };
const EARLIER: Processor = { device: "CPU", bfloat16: "", processor: "AMD EPYC 7742" };

Deno.test("16 bits are offered where the processor multiplies bfloat16 faster, unless the user has chosen", () => {
  for (const processor of [ZEN4, TILES]) {
    assert.equal(
      precisionAdvice(processor, undefined, "training"),
      "This processor multiplies bfloat16: -p precision=mixed makes training up to twice as fast",
    );
    assert.match(
      precisionAdvice(processor, undefined, "prediction"),
      /: --precision mixed makes prediction up to twice/,
    );
    for (const chosen of ["float32", "mixed", "mixed-bfloat16"] as const) {
      assert.equal(precisionAdvice(processor, chosen, "training"), "");
    }
  }
});

Deno.test("a choice of 16 bits that makes the work slower is answered", () => {
  assert.equal(
    precisionAdvice(EARLIER, "mixed", "training"),
    "This processor has no instructions for bfloat16: training with precision mixed is slower than with float32",
  );
  assert.match(
    precisionAdvice(XEON, "mixed", "prediction"),
    /^This processor multiplies bfloat16 no faster than float32: prediction with precision mixed is slower/,
  );
  for (const processor of [EARLIER, XEON]) {
    for (const chosen of [undefined, "float32"] as const) {
      assert.equal(precisionAdvice(processor, chosen, "training"), "");
    }
  }
});

Deno.test("a GPU gets no advice about its processor", () => {
  for (const chosen of [undefined, "mixed"] as const) {
    assert.equal(precisionAdvice({ ...ZEN4, device: "GPU" }, chosen, "training"), "");
    assert.equal(precisionAdvice({ ...EARLIER, device: "GPU" }, chosen, "training"), "");
  }
});
