/**
 * The part of TensorFlow's C API that this project calls.
 *
 * Every pointer is passed as a `u64` (a `bigint`): pointers are read from and written to arrays
 * (`retvals`, `TF_Output[]`), and a `bigint` allows both without an object per pointer.
 */
import { isQuiet } from "./library.ts";

const address = "u64" as const;
const bytes = "buffer" as const;

const definitions = {
  TF_Version: { parameters: [], result: "pointer" },
  TF_NewStatus: { parameters: [], result: address },
  TF_DeleteStatus: { parameters: [address], result: "void" },
  TF_GetCode: { parameters: [address], result: "i32" },
  TF_Message: { parameters: [address], result: "pointer" },

  TF_NewBuffer: { parameters: [], result: address },
  TF_DeleteBuffer: { parameters: [address], result: "void" },

  TF_AllocateTensor: { parameters: ["i32", bytes, "i32", "usize"], result: address },
  TF_DeleteTensor: { parameters: [address], result: "void" },
  TF_TensorData: { parameters: [address], result: address },
  TF_TensorByteSize: { parameters: [address], result: "usize" },

  TFE_NewContextOptions: { parameters: [], result: address },
  TFE_ContextOptionsSetConfig: { parameters: [address, bytes, "usize", address], result: "void" },
  TFE_ContextOptionsSetDevicePlacementPolicy: { parameters: [address, "i32"], result: "void" },
  TFE_DeleteContextOptions: { parameters: [address], result: "void" },
  TFE_NewContext: { parameters: [address, address], result: address },
  TFE_ContextListDevices: { parameters: [address, address], result: address },
  TF_DeviceListCount: { parameters: [address], result: "i32" },
  TF_DeviceListName: { parameters: [address, "i32", address], result: "pointer" },
  TF_DeviceListType: { parameters: [address, "i32", address], result: "pointer" },
  TF_DeleteDeviceList: { parameters: [address], result: "void" },
  TFE_ContextAddFunction: { parameters: [address, address, address], result: "void" },
  TFE_ContextRemoveFunction: { parameters: [address, bytes, address], result: "void" },

  TFE_NewTensorHandle: { parameters: [address, address], result: address },
  TFE_DeleteTensorHandle: { parameters: [address], result: "void" },
  TFE_TensorHandleDataType: { parameters: [address], result: "i32" },
  TFE_TensorHandleNumDims: { parameters: [address, address], result: "i32" },
  TFE_TensorHandleDim: { parameters: [address, "i32", address], result: "i64" },
  TFE_TensorHandleResolve: { parameters: [address, address], result: address },

  TFE_NewOp: { parameters: [address, bytes, address], result: address },
  TFE_DeleteOp: { parameters: [address], result: "void" },
  TFE_OpAddInput: { parameters: [address, address, address], result: "void" },
  TFE_OpSetAttrString: { parameters: [address, bytes, bytes, "usize"], result: "void" },
  TFE_OpSetAttrInt: { parameters: [address, bytes, "i64"], result: "void" },
  TFE_OpSetAttrFloat: { parameters: [address, bytes, "f32"], result: "void" },
  TFE_OpSetAttrBool: { parameters: [address, bytes, "u8"], result: "void" },
  TFE_OpSetAttrType: { parameters: [address, bytes, "i32"], result: "void" },
  TFE_OpSetAttrShape: { parameters: [address, bytes, bytes, "i32", address], result: "void" },
  TFE_OpSetAttrIntList: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TFE_OpSetAttrFloatList: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TFE_OpSetAttrBoolList: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TFE_OpSetAttrTypeList: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TFE_Execute: { parameters: [address, bytes, bytes, address], result: "void" },
  /** The same function, run on a worker thread so that the event loop is not blocked. */
  TFE_ExecuteAsync: {
    name: "TFE_Execute",
    parameters: [address, bytes, bytes, address],
    result: "void",
    nonblocking: true,
  },

  TF_NewGraph: { parameters: [], result: address },
  TF_DeleteGraph: { parameters: [address], result: "void" },
  TF_NewOperation: { parameters: [address, bytes, bytes], result: address },
  TF_AddInput: { parameters: [address, { struct: [address, "i32"] }], result: "void" },
  TF_AddInputList: { parameters: [address, bytes, "i32"], result: "void" },
  TF_AddControlInput: { parameters: [address, address], result: "void" },
  TF_SetAttrString: { parameters: [address, bytes, bytes, "usize"], result: "void" },
  TF_SetAttrStringList: { parameters: [address, bytes, bytes, bytes, "i32"], result: "void" },
  TF_SetAttrFuncName: { parameters: [address, bytes, bytes, "usize"], result: "void" },
  TF_SetAttrInt: { parameters: [address, bytes, "i64"], result: "void" },
  TF_SetAttrFloat: { parameters: [address, bytes, "f32"], result: "void" },
  TF_SetAttrBool: { parameters: [address, bytes, "u8"], result: "void" },
  TF_SetAttrType: { parameters: [address, bytes, "i32"], result: "void" },
  TF_SetAttrShape: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TF_SetAttrIntList: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TF_SetAttrFloatList: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TF_SetAttrBoolList: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TF_SetAttrTypeList: { parameters: [address, bytes, bytes, "i32"], result: "void" },
  TF_SetAttrTensor: { parameters: [address, bytes, address, address], result: "void" },
  TF_FinishOperation: { parameters: [address, address], result: address },
  TF_OperationOutputType: { parameters: [{ struct: [address, "i32"] }], result: "i32" },
  TF_GraphGetTensorNumDims: {
    parameters: [address, { struct: [address, "i32"] }, address],
    result: "i32",
  },
  TF_GraphGetTensorShape: {
    parameters: [address, { struct: [address, "i32"] }, bytes, "i32", address],
    result: "void",
  },
  TF_GraphSetTensorShape: {
    parameters: [address, { struct: [address, "i32"] }, bytes, "i32", address],
    result: "void",
  },
  TF_GraphGetOpDef: { parameters: [address, bytes, address, address], result: "void" },
  TF_GraphToFunctionWithControlOutputs: {
    parameters: [
      address, // graph
      bytes, // name
      "u8", // append_hash_to_fn_name
      "i32", // num_opers (-1: all)
      "u64", // opers
      "i32",
      bytes, // inputs
      "i32",
      bytes, // outputs
      "u64", // output_names
      "i32",
      bytes, // control_outputs
      "u64", // control_output_names
      "u64", // options
      "u64", // description
      address, // status
    ],
    result: address,
  },
  TF_GetRegisteredKernelsForOp: { parameters: [bytes, address], result: address },
  TF_DeleteFunction: { parameters: [address], result: "void" },

  // From the C library that TensorFlow links to.
  copyToAddress: { name: "memcpy", parameters: [address, bytes, "usize"], result: "void" },
  copyFromAddress: { name: "memcpy", parameters: [bytes, address, "usize"], result: "void" },
  SetMinLogLevel: {
    name: "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE",
    parameters: ["i32"],
    result: "void",
    optional: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of the opened C API. */
export type Symbols = Deno.DynamicLibrary<typeof definitions>["symbols"];

/** Opens the library at `path`. Throws what `Deno.dlopen` throws. */
export function openLibrary(path: string): Symbols {
  return quietly(() => Deno.dlopen(path, definitions).symbols);
}

/**
 * Calls `open` with standard error redirected to /dev/null, unless the user has set how much TensorFlow logs: while its
 * library loads, TensorFlow 2.21 logs that oneDNN is on, and no setting prevents it. Failures are still thrown as exceptions.
 */
export function quietly<T>(open: () => T): T {
  if (!isQuiet()) return open();
  const name = Deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6";
  const libc = Deno.dlopen(name, {
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const { dup, dup2, open: openFile, close } = libc.symbols;
  const writeOnly = 1;
  const standardError = dup(2);
  const nullDevice = openFile(cString("/dev/null"), writeOnly);
  dup2(nullDevice, 2);
  try {
    return open();
  } finally {
    dup2(standardError, 2);
    close(standardError);
    close(nullDevice);
    libc.close();
  }
}

const encoder = new TextEncoder();
const cStrings = new Map<string, Uint8Array<ArrayBuffer>>();

/** Copies `text` into a zero-terminated string. */
export function toCString(text: string): Uint8Array<ArrayBuffer> {
  const encoded = encoder.encode(text);
  const copy = new Uint8Array(encoded.length + 1);
  copy.set(encoded);
  return copy;
}

/** Copies `text` into a zero-terminated string and caches it: op and attribute names recur. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  let found = cStrings.get(text);
  if (!found) cStrings.set(text, found = toCString(text));
  return found;
}

/** Reads the zero-terminated text at `pointer`. */
export function readCString(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : new Deno.UnsafePointerView(pointer).getCString();
}
