/**
 * oneDNN's primitives, called directly in the library that contains TensorFlow.
 * @module
 */
export { OneDnn, OneDnnError } from "./onednn.ts";
export { type Afterwards, type Layout, type Primitive, Primitives, type Window } from "./primitives.ts";
export {
  type Call,
  CallList,
  type CodeCall,
  MEETING,
  type Place,
  type PrimitiveCall,
  scratchBytes,
} from "./call_list.ts";
export { executableCode } from "./executable_code.ts";
export { NativeMemory } from "./native_memory.ts";
export { ARGUMENT, type NumberType } from "./symbols.ts";
export { Team } from "./team.ts";
