import { CFunction, type Operand } from "../machine_code/mod.ts";
import { DataType, dataTypeSize } from "../tensorflow/ffi/dtype.ts";
import { isHalf, type KernelFunctions, type NativeWork } from "./native_work.ts";

/** Code that goes on at the address that is its first argument: `jmp rdi`. */
export const JUMP_TO_FIRST_ARGUMENT = Uint8Array.of(0xff, 0xe7);

/**
 * Writes the code that makes a kernel, `void *f(TF_OpKernelConstruction *)`: it returns the value of an attribute.
 *
 * @param attribute address of the attribute's name
 */
export function constructionCode(functions: KernelFunctions, attribute: bigint): Uint8Array<ArrayBuffer> {
  const code = new CFunction(3), construction = { slot: 1 }, status = { slot: 2 }, value = 3;
  code.keepArgument(0, construction.slot);
  code.call(functions.TF_NewStatus, []);
  code.keepResult(status.slot);
  code.call(functions.TF_OpKernelConstruction_GetAttrInt64, [construction, attribute, { addressOf: value }, status]);
  code.call(functions.TF_DeleteStatus, [status]);
  return code.finish(value);
}

/**
 * Writes the code of a work, `void f(void *, TF_OpKernelContext *)`: it finds the inputs, allocates the outputs or passes
 * inputs on, and makes the calls. If TensorFlow has no memory left, the op fails with its message.
 *
 * @param codes addresses of the code of the calls
 * @param dimensions for each output the address of its shape, as numbers of 64 bits
 */
export function kernelCode(
  functions: KernelFunctions,
  work: NativeWork,
  codes: readonly bigint[],
  dimensions: readonly bigint[],
): Uint8Array<ArrayBuffer> {
  const { inputs, outputs, calls } = work;
  const tensors = inputs + outputs.length, places = Math.max(0, ...calls.map(({ places }) => places.length));
  const context = 1, status = 2, firstTensor = 3, firstData = firstTensor + tensors, arguments_ = firstData + tensors;
  const code = new CFunction(arguments_ + places);
  const slot = (index: number): Operand => ({ slot: index });
  const keepData = (tensor: number) => {
    code.call(functions.TF_TensorData, [slot(firstTensor + tensor)]);
    code.keepResult(firstData + tensor);
  };
  code.keepArgument(1, context);
  for (let tensor = 0; tensor < tensors; tensor++) code.set(firstTensor + tensor, 0n);
  code.call(functions.TF_NewStatus, []);
  code.keepResult(status);
  for (let i = 0; i < inputs; i++) {
    code.call(functions.TF_GetInput, [slot(context), BigInt(i), { addressOf: firstTensor + i }, slot(status)]);
    keepData(i);
  }
  outputs.forEach((shape, i) => {
    if (work.passesOn) {
      code.call(functions.TF_SetOutput, [slot(context), BigInt(i), slot(firstTensor + i), slot(status)]);
      return;
    }
    const type = isHalf(work, inputs + i) ? DataType.bfloat16 : DataType.float32;
    const bytes = shape.reduce((product, side) => product * side, dataTypeSize(type));
    const about = [BigInt(type), dimensions[i], BigInt(shape.length), BigInt(bytes), slot(status)];
    code.call(functions.TF_AllocateOutput, [slot(context), BigInt(i), ...about]);
    code.ifZero(() => code.call(functions.TF_OpKernelContext_Failure, [slot(context), slot(status)]));
    code.keepResult(firstTensor + inputs + i);
    keepData(inputs + i);
  });
  for (const [index, { places }] of calls.entries()) {
    places.forEach((place, i) => {
      if (typeof place === "bigint") code.set(arguments_ + i, place);
      else code.set(arguments_ + i, slot(firstData + place.tensor), place.offset);
    });
    code.call(codes[index], [0n, 0n, 0n, { addressOf: arguments_ }]);
  }
  code.end();
  for (let tensor = 0; tensor < tensors; tensor++) code.call(functions.TF_DeleteTensor, [slot(firstTensor + tensor)]);
  code.call(functions.TF_DeleteStatus, [slot(status)]);
  return code.finish();
}
