import { warnOfDevice } from "./device_warning.ts";
import { gpuProblem, readDriver } from "./gpu_problem.ts";
import {
  cudaFolder,
  findLibrary,
  isQuiet,
  LibraryError,
  openCudaLibraries,
  setEnvironment,
  TENSORFLOW_VERSION,
} from "./library.ts";
import { releaseLoadedPages } from "./loaded_pages.ts";
import { readProcessor } from "./processor.ts";
import { configProto } from "./protobuf.ts";
import { cString, openLibrary, readCString, type Symbols } from "./symbols.ts";

/** The kind of device that runs ops. */
export type Device = "CPU" | "GPU";

/** The result of {@linkcode runtimeInfo}. */
export interface RuntimeInfo {
  /** TensorFlow's version. */
  tensorflow: string;
  /** The library's path. */
  library: string;
  /** The device that runs the ops: `GPU` if TensorFlow found one, else `CPU`. */
  device: Device;
  /** TensorFlow's names of all devices. */
  devices: string[];
  /** Threads that share one op on the CPU. */
  threads: number;
  /** The processor's name if the system reports it, else its architecture. */
  processor: string;
  /** The processor's instructions for products in bfloat16, which `precision: "mixed"` uses; empty if it has none. */
  bfloat16: "AMX" | "AVX-512" | "";
  /** 32-bit lanes of a core's vector unit: 16 with AVX-512, 8 with AVX2, 4 otherwise or if unknown. */
  vectorWidth: number;
  /** Why a GPU build runs on the CPU, as printed to standard error; empty if nothing is wrong. */
  warning: string;
}

/** Returns the fastest instructions for products in bfloat16 that the flags of a processor name. */
export function bfloat16Instructions(flags: string): RuntimeInfo["bfloat16"] {
  if (/\bamx_bf16\b/.test(flags)) return "AMX";
  return /\bavx512_bf16\b/.test(flags) ? "AVX-512" : "";
}

/** TensorFlow's library and one eager context, opened once per process. */
export class Context {
  readonly symbols: Symbols;
  readonly handle: bigint;
  /** The status of synchronous calls; each asynchronous call makes another. */
  readonly status: bigint;
  readonly info: RuntimeInfo;

  constructor() {
    const library = findLibrary();
    const hideGpus = Deno.env.get("TENSORFLOW_DEVICE") === "cpu";
    const cuda = cudaFolder(library);
    // Also where GPUs are hidden: with a driver but without these libraries, the GPU build opens no context at all.
    const unopened = library.gpu ? openCudaLibraries(cuda) : [];
    const quiet = isQuiet();
    setEnvironment(library);
    try {
      this.symbols = openLibrary(library.path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LibraryError(
        `${library.path} does not open as TensorFlow ${TENSORFLOW_VERSION} (${reason}): run "deno task setup" again`,
      );
    }
    const symbols = this.symbols;
    // Errors are returned as a status; log lines on standard error would only break progress bars.
    const onlyErrors = 2, onlyFatal = 3;
    // TensorFlow logs a missing GPU as an error; `warning` reports it below.
    if (quiet) symbols.SetMinLogLevel?.(onlyFatal);
    this.status = symbols.TF_NewStatus();
    const threads = Number(Deno.env.get("TF_NUM_INTRAOP_THREADS")) || navigator.hardwareConcurrency;
    const config = configProto({
      intraOpThreads: threads,
      interOpThreads: Number(Deno.env.get("TF_NUM_INTEROP_THREADS")) || threads,
      hideGpus,
    });
    const options = symbols.TFE_NewContextOptions();
    symbols.TFE_ContextOptionsSetConfig(options, config, BigInt(config.length), this.status);
    this.check("TFE_ContextOptionsSetConfig");
    symbols.TFE_ContextOptionsSetDevicePlacementPolicy(options, 2); // copy between devices silently
    this.handle = symbols.TFE_NewContext(options, this.status);
    symbols.TFE_DeleteContextOptions(options);
    if (quiet) symbols.SetMinLogLevel?.(onlyErrors);
    if (library.gpu && symbols.TF_GetCode(this.status) !== 0) {
      throw new LibraryError(`${library.path}: ${this.message()}. ${gpuProblem(readDriver(), unopened)}`);
    }
    this.check("TFE_NewContext");

    releaseLoadedPages(library.path);

    const list = symbols.TFE_ContextListDevices(this.handle, this.status);
    const devices: string[] = [];
    const types: string[] = [];
    for (let i = 0; i < symbols.TF_DeviceListCount(list); i++) {
      devices.push(readCString(symbols.TF_DeviceListName(list, i, this.status)));
      types.push(readCString(symbols.TF_DeviceListType(list, i, this.status)));
    }
    symbols.TF_DeleteDeviceList(list);
    const processor = readProcessor();
    const device = types.includes("GPU") ? "GPU" : "CPU";
    this.info = {
      tensorflow: readCString(symbols.TF_Version()),
      library: library.path,
      device,
      devices,
      threads,
      processor: processor.name,
      vectorWidth: /\bavx512f\b/.test(processor.flags) ? 16 : /\bavx2\b/.test(processor.flags) ? 8 : 4,
      bfloat16: bfloat16Instructions(processor.flags),
      warning: library.gpu && !hideGpus && device === "CPU" ? gpuProblem(readDriver(), unopened) : "",
    };
    warnOfDevice(this.info.warning);
  }

  /** Throws the message of `status` if it is not OK. */
  check(call: string, status = this.status): void {
    if (this.symbols.TF_GetCode(status) !== 0) throw new Error(`${call}: ${this.message(status)}`);
  }

  /** Copies the bytes of a `TF_Buffer`. */
  readBuffer(buffer: bigint): Uint8Array<ArrayBuffer> {
    // struct TF_Buffer: a pointer to the data, then its length.
    const header = new BigUint64Array(2);
    this.symbols.copyFromAddress(header, buffer, 16n);
    const bytes = new Uint8Array(Number(header[1]));
    if (bytes.length) this.symbols.copyFromAddress(bytes, header[0], header[1]);
    return bytes;
  }

  /** Returns whether this build of TensorFlow has a kernel for an op. */
  hasKernel(op: string): boolean {
    const buffer = this.symbols.TF_GetRegisteredKernelsForOp(cString(op), this.status);
    this.check(op);
    // The list of an op without kernels is empty.
    const { length } = this.readBuffer(buffer);
    this.symbols.TF_DeleteBuffer(buffer);
    return length > 0;
  }

  message(status = this.status): string {
    return readCString(this.symbols.TF_Message(status));
  }
}

let context: Context | undefined;

/** Returns the process's context, opened on first use. */
export function getContext(): Context {
  return context ??= new Context();
}

/** Returns the device of the process's context; `undefined` if none is open. */
export function openedDevice(): Device | undefined {
  return context?.info.device;
}

/**
 * Returns TensorFlow's version, its device, its number of threads and the processor's features.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runtimeInfo } from "lib";
 *
 * const { tensorflow, device } = runtimeInfo();
 * assert.match(tensorflow, /^2\./);
 * assert.ok(device.length > 0);
 * ```
 */
export function runtimeInfo(): RuntimeInfo {
  return getContext().info;
}
