import { ExecutableMemory, functionAddresses, MachineCodeError, runsMachineCode } from "../machine_code/mod.ts";
import { NativeMemory } from "../onednn/mod.ts";
import { getContext } from "../tensorflow/ffi/context.ts";
import { toCString } from "../tensorflow/ffi/symbols.ts";
import { constructionCode, JUMP_TO_FIRST_ARGUMENT } from "./kernel_code.ts";
import { KERNEL_FUNCTIONS, type KernelFunctions } from "./native_work.ts";

/**
 * The op's name. TensorFlow ends the process if an op is registered twice, and each thread of JavaScript in a process has its own
 * copy of this module: so each registers an op of its own.
 */
export const OP = `NativeWork_${crypto.randomUUID().replaceAll("-", "")}`;

/** What the op's nodes are called, and the op's attributes: the types of its inputs and of its outputs, and the kernel's address. */
export const NAME = "NativeWork", INPUTS = "Tin", OUTPUTS = "Tout", WORK = "work";

/** TensorFlow's functions that register an op. */
const REGISTRATION = {
  TF_NewOpDefinitionBuilder: { parameters: ["buffer"], result: "u64" },
  TF_OpDefinitionBuilderAddAttr: { parameters: ["u64", "buffer"], result: "void" },
  TF_OpDefinitionBuilderAddInput: { parameters: ["u64", "buffer"], result: "void" },
  TF_OpDefinitionBuilderAddOutput: { parameters: ["u64", "buffer"], result: "void" },
  TF_OpDefinitionBuilderSetIsStateful: { parameters: ["u64", "u8"], result: "void" },
  TF_OpDefinitionBuilderSetShapeInferenceFunction: { parameters: ["u64", "u64"], result: "void" },
  TF_RegisterOpDefinition: { parameters: ["u64", "u64"], result: "void" },
  TF_NewKernelBuilder: { parameters: ["buffer", "buffer", "u64", "u64", "u64"], result: "u64" },
  TF_RegisterKernelBuilder: { parameters: ["buffer", "u64", "u64"], result: "void" },
} as const;

/** TensorFlow's function that leaves the shapes of an op's outputs open: they are set where the op is traced. */
const UNKNOWN_SHAPE = "TF_ShapeInferenceContextSetUnknownShape";

/** Copies a text to memory that lives as long as the process. */
function nativeText(text: string): bigint {
  const bytes = toCString(text), memory = new NativeMemory(bytes.length);
  new Uint8Array(memory.view(0, bytes.length)).set(bytes);
  return memory.address;
}

/** Returns the addresses of the kernel's functions, which live as long as the process; nothing if it may not run them. */
function kernelMemory(functions: KernelFunctions): { construct: bigint; compute: bigint } | undefined {
  let compute: ExecutableMemory | undefined;
  try {
    compute = new ExecutableMemory(JUMP_TO_FIRST_ARGUMENT);
    const construct = new ExecutableMemory(constructionCode(functions, nativeText(WORK)));
    return { construct: construct.address, compute: compute.address };
  } catch (error) {
    compute?.[Symbol.dispose]();
    if (error instanceof MachineCodeError) return undefined;
    throw error;
  }
}

/**
 * Registers the op. Its kernel goes on at the address that is its attribute {@linkcode WORK}.
 *
 * @returns the functions that a work's code calls; nothing if this machine runs no machine code of its own
 */
export function registerOp(): KernelFunctions | undefined {
  if (!runsMachineCode()) return undefined;
  const context = getContext(), { info: { library }, status } = context;
  const functions = functionAddresses(library, KERNEL_FUNCTIONS);
  const registration = functionAddresses(library, [UNKNOWN_SHAPE, ...Object.keys(REGISTRATION)]);
  if (!functions || !registration) return undefined;
  const code = kernelMemory(functions);
  if (!code) return undefined;
  const { symbols } = Deno.dlopen(library, REGISTRATION), definition = symbols.TF_NewOpDefinitionBuilder(toCString(OP));
  for (const attribute of [`${INPUTS}: list(type)`, `${OUTPUTS}: list(type)`, `${WORK}: int`]) {
    symbols.TF_OpDefinitionBuilderAddAttr(definition, toCString(attribute));
  }
  symbols.TF_OpDefinitionBuilderAddInput(definition, toCString(`x: ${INPUTS}`));
  symbols.TF_OpDefinitionBuilderAddOutput(definition, toCString(`y: ${OUTPUTS}`));
  // Equal nodes must not become one: each has memory of its own, which others write.
  symbols.TF_OpDefinitionBuilderSetIsStateful(definition, 1);
  symbols.TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, registration[UNKNOWN_SHAPE]);
  symbols.TF_RegisterOpDefinition(definition, status);
  context.check("TF_RegisterOpDefinition");
  const kernel = symbols.TF_NewKernelBuilder(toCString(OP), toCString("CPU"), code.construct, code.compute, 0n);
  symbols.TF_RegisterKernelBuilder(toCString(OP), kernel, status);
  context.check("TF_RegisterKernelBuilder");
  return functions;
}
