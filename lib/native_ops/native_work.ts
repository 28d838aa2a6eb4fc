/** Machine code of `Assembler`, by a name that tells it from all other code. */
export interface NativeCode {
  key: string;
  make: () => Uint8Array;
}

/** Where numbers are: at an address, or a number of bytes after the beginning of a tensor. */
export type NativePlace = bigint | {
  /** Index of the tensor: the inputs first, then the outputs. */
  tensor: number;
  offset: number;
};

/** Machine code and the addresses that it takes. */
export interface NativeCall {
  code: NativeCode;
  places: readonly NativePlace[];
}

/** What an op computes: calls of machine code, one after the other, in one thread. */
export interface NativeWork {
  /** Number of inputs. */
  inputs: number;
  /** Shapes of the outputs. */
  outputs: readonly (readonly number[])[];
  /** Indexes of the tensors that are bfloat16, which a step traced in 16 bits has; the others are float32. Default: none */
  halves?: readonly number[];
  /** Whether the outputs are the first inputs, which share their memory; then there are no calls. Default: they are new */
  passesOn?: boolean;
  calls: readonly NativeCall[];
}

/** Whether a tensor of a work is bfloat16. */
export function isHalf({ halves = [] }: NativeWork, tensor: number): boolean {
  return halves.includes(tensor);
}

/** TensorFlow's functions that the kernel of a work calls. */
export const KERNEL_FUNCTIONS = [
  "TF_NewStatus",
  "TF_DeleteStatus",
  "TF_OpKernelConstruction_GetAttrInt64",
  "TF_OpKernelContext_Failure",
  "TF_GetInput",
  "TF_AllocateOutput",
  "TF_SetOutput",
  "TF_TensorData",
  "TF_DeleteTensor",
] as const;

/** Addresses of TensorFlow's functions. */
export type KernelFunctions = Readonly<Record<(typeof KERNEL_FUNCTIONS)[number], bigint>>;
