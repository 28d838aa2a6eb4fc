/** What NVIDIA's driver says of itself. */
export interface DriverState {
  /** The CUDA version that it knows, as 1000 · major + 10 · minor; `undefined` where no driver opens. */
  cuda?: number;
  /** The error with which it started (`CUresult`), 0 if none. */
  error: number;
  /** GPUs that it sees. */
  devices: number;
}

/** The oldest CUDA whose drivers run libraries of CUDA 12, and the driver that came with it. */
const OLDEST = { cuda: 12000, driver: 525 };

/** Asks NVIDIA's driver, without TensorFlow. */
export function readDriver(file = "libcuda.so.1"): DriverState {
  try {
    // It stays open: TensorFlow has it open too.
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
 * Why TensorFlow's GPU build runs on the CPU, and what to do about it.
 *
 * @param unopened CUDA libraries that did not open, each with its reason
 */
export function gpuProblem({ cuda, error, devices }: DriverState, unopened: readonly string[]): string {
  const reason = cuda === undefined
    ? "there is no NVIDIA driver (libcuda.so.1 does not open): install one"
    : cuda < OLDEST.cuda
    ? `the NVIDIA driver knows CUDA ${Math.floor(cuda / 1000)}.${cuda % 1000 / 10} and CUDA 12 is needed: ` +
      `update it to ${OLDEST.driver} or newer`
    : error || devices === 0
    ? `the NVIDIA driver finds no GPU${error ? ` (CUDA error ${error})` : ""}: see what nvidia-smi says`
    : unopened.length
    ? `these CUDA libraries do not open: ${unopened.join("; ")}. Delete .tensorflow/gpu and run "deno task setup --gpu"`
    : "TensorFlow says why with TF_CPP_MIN_LOG_LEVEL=0";
  return `No GPU is used, TensorFlow runs on the CPU: ${reason}. TENSORFLOW_DEVICE=cpu chooses the CPU without this message.`;
}
