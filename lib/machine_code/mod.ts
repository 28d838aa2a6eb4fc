/**
 * Machine code that the project writes itself, for x86-64 processors.
 * @module
 */
export { Assembler } from "./assembler.ts";
export { CFunction, type Operand, type Slot } from "./c_function.ts";
export { CodeWriter } from "./code_writer.ts";
export { ExecutableMemory } from "./executable_memory.ts";
export { functionAddresses } from "./function_addresses.ts";
export { type Memory, type Register, type Vector, type VectorNumbers } from "./instruction_encoder.ts";
export { MachineCodeError } from "./machine_code_error.ts";
export { runsMachineCode } from "./runs_machine_code.ts";
export { vectorNumbers, widestVectors } from "./vector_numbers.ts";
