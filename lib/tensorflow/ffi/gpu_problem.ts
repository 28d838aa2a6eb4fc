/** The state of NVIDIA's driver. */
export interface DriverState {
  /** The newest CUDA version that it supports, as 1000 · major + 10 · minor; `undefined` if no driver opens. */
  cuda?: number;
  /** The error of its initialisation (`CUresult`), 0 if none. */
  error: number;
  /** Number of GPUs that it finds. */
  devices: number;
}

/** The oldest CUDA version whose drivers run libraries of CUDA 12, and its driver version. */
const OLDEST = { cuda: 12000, driver: 525 };

/** Reads the state of NVIDIA's driver, without TensorFlow. */
export function readDriver(file = "libcuda.so.1"): DriverState {
  try {
    // The library stays open: TensorFlow uses it too.
    const { symbols } = Deno.dlopen(file, {
      cuInit: { parameters: ["u32"], result: "i32" },
      cuDriverGetVersion: { parameters: ["buffer"], result: "i32" },
      cuDeviceGetCount: { parameters: ["buffer"], result: "i32" },
    });
    const { cuInit, cuDriverGetVersion, cuDeviceGetCount } = symbols;
    const cuda = new Int32Array(1), devices = new Int32Array(1);
    cuDriverGetVersion(cuda);
    const error = cuInit(0) || cuDeviceGetCount(devices);
    return { cuda: cuda[0], error, devices: devices[0] };
  } catch {
    return { error: 0, devices: 0 };
  }
}

/**
 * Explains why TensorFlow's GPU build runs on the CPU, and what to do about it.
 *
 * @param unopened CUDA libraries that failed to open, each with its reason
 */
export function gpuProblem({ cuda, error, devices }: DriverState, unopened: readonly string[]): string {
  const reason = cuda === undefined
    ? "there is no NVIDIA driver (libcuda.so.1 does not open): install one"
    : cuda < OLDEST.cuda
    ? `the NVIDIA driver supports CUDA ${Math.floor(cuda / 1000)}.${cuda % 1000 / 10}, but CUDA 12 is needed: ` +
      `update it to ${OLDEST.driver} or newer`
    : error || devices === 0
    ? `the NVIDIA driver finds no GPU${error ? ` (CUDA error ${error})` : ""}: check the output of nvidia-smi`
    : unopened.length
    ? `these CUDA libraries do not open: ${unopened.join("; ")}. Delete .tensorflow/gpu and run "deno task setup --gpu"`
    : "set TF_CPP_MIN_LOG_LEVEL=0 to see TensorFlow's reason";
  return `No GPU is used, TensorFlow runs on the CPU: ${reason}. Set TENSORFLOW_DEVICE=cpu to use the CPU without this message.`;
}
