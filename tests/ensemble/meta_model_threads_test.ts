// @tags slow
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { META_MODELS } from "lib/ensemble/meta_model.ts";
import { runsNativeOps } from "lib/native_ops/mod.ts";
import { runProgram } from "../run_program.ts";

const FIT = fileURLToPath(new URL("./fit_and_print.ts", import.meta.url));

/** Returns the weights and the maps, as digests, of meta-models that a process fits. */
const fit = (env: Record<string, string>) => runProgram(FIT, env);

Deno.test({
  name: "meta-models are equal bit for bit with any number of threads, and whichever entry of the table is in use",
  // Elsewhere oneDNN or Eigen compute the gradients, whose sums depend on the threads.
  ignore: !runsNativeOps(),
  async fn() {
    const one = await fit({ TF_NUM_INTRAOP_THREADS: "1" });
    assert.equal(one.length, 2 * META_MODELS.length);
    assert.equal(new Set(one).size, one.length);
    assert.deepEqual(await fit({ TF_NUM_INTRAOP_THREADS: "2" }), one);
    assert.deepEqual(await fit({ TF_NUM_INTRAOP_THREADS: "3", CONVOLUTION_ALGORITHMS: "direct" }), one);
    assert.deepEqual(await fit({ CONVOLUTION_ALGORITHMS: "avx2-amd-2-2026-11-29" }), one);
  },
});
