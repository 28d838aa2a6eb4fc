import assert from "node:assert/strict";
import { setGpuVariables } from "lib/tensorflow/ffi/gpu_variables.ts";

Deno.test("variables of a GPU are set unless the user has set them", () => {
  const set = (given: Record<string, string>) => {
    const variables = new Map(Object.entries(given));
    setGpuVariables("/opt/cuda", {
      has: (name) => variables.has(name),
      set: (name, value) => variables.set(name, value),
    });
    return Object.fromEntries(variables);
  };
  assert.deepEqual(set({}), {
    XLA_FLAGS: "--xla_gpu_cuda_data_dir=/opt/cuda",
    TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT: "1",
  });
  const given = { XLA_FLAGS: "--xla_dump_to=/tmp/hlo", TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT: "0" };
  assert.deepEqual(set(given), given);
});
