/** The parts of the environment that {@linkcode setGpuVariables} reads and sets. */
export type Environment = Pick<typeof Deno.env, "has" | "set">;

/**
 * Sets the variables that TensorFlow reads on a GPU. Those that the user has set stay.
 *
 * - `XLA_FLAGS`: where XLA finds its assembler.
 * - `TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT`: batch normalisation in 16 bits reads maps as they lie. Otherwise
 *   TensorFlow turns each to channels first and back, which takes a third of a step.
 *
 * @param cuda folder of the CUDA libraries
 */
export function setGpuVariables(cuda: string, environment: Environment = Deno.env): void {
  const values = {
    XLA_FLAGS: `--xla_gpu_cuda_data_dir=${cuda}`,
    TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT: "1",
  };
  for (const [name, value] of Object.entries(values)) {
    if (!environment.has(name)) environment.set(name, value);
  }
}
