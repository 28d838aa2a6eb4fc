import assert from "node:assert/strict";
import type { RuntimeInfo } from "lib/tensorflow";
import type { Precision } from "lib/tensorflow/ffi/precision.ts";
import { precisionAdvice } from "../../tasks/precision_advice.ts";
import { predictionAdvice } from "../../tasks/predict/prediction_advice.ts";

type Processor = Pick<RuntimeInfo, "device" | "bfloat16" | "processor">;

const ZEN4: Processor = { device: "CPU", bfloat16: "AVX-512", processor: "AMD EPYC 9654" };
const XEON: Processor = { device: "CPU", bfloat16: "AVX-512", processor: "Intel(R) Xeon(R) Processor" };
const TILES: Processor = { ...XEON, bfloat16: "AMX" };
const EARLIER: Processor = { device: "CPU", bfloat16: "", processor: "AMD EPYC 7742" };

Deno.test("16 bits are offered where they are much faster, unless the user has chosen", () => {
  assert.equal(
    precisionAdvice(TILES, undefined, "training"),
    "This processor multiplies bfloat16: -p precision=mixed makes training up to twice as fast",
  );
  assert.match(precisionAdvice(TILES, undefined, "prediction"), /: --precision mixed makes prediction up to twice/);
  assert.equal(precisionAdvice(ZEN4, undefined, "training"), "", "float32 is nearly as fast there");
  for (const processor of [ZEN4, TILES]) {
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

Deno.test("float16 on a processor is not judged by bfloat16", () => {
  for (const processor of [ZEN4, XEON, TILES, EARLIER]) {
    assert.equal(
      precisionAdvice(processor, "mixed-float16", "prediction"),
      "Processors are not known to multiply float16 faster than float32 (on a Xeon: 0.80 times as fast): " +
        "prediction with precision mixed-float16 is probably slower",
    );
  }
});

Deno.test("a choice that is slower is answered also when prediction resumes, but nothing is offered then", async () => {
  const advise = (processor: Processor, chosen: Precision | undefined, images: number, hasBegun: boolean) =>
    predictionAdvice(processor, chosen, { images, hasBegun: () => Promise.resolve(hasBegun) });
  for (const hasBegun of [false, true]) assert.match(await advise(XEON, "mixed", 1, hasBegun), /is slower than/);
  assert.match(await advise(TILES, undefined, 20, false), /up to twice as fast/);
  assert.equal(await advise(TILES, undefined, 20, true), "");
  assert.equal(await advise(TILES, undefined, 19, false), "");
});

Deno.test("a GPU gets no advice about its processor", () => {
  for (const chosen of [undefined, "mixed", "mixed-float16"] as const) {
    assert.equal(precisionAdvice({ ...ZEN4, device: "GPU" }, chosen, "training"), "");
    assert.equal(precisionAdvice({ ...EARLIER, device: "GPU" }, chosen, "training"), "");
  }
});
