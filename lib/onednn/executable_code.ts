import { ExecutableMemory, MachineCodeError } from "../machine_code/mod.ts";
import { OneDnnError } from "./onednn.ts";

/**
 * Makes code, and puts it into memory.
 *
 * @throws {OneDnnError} if the code cannot be made, or this process may not run code of its own.
 */
export function executableCode(make: () => Uint8Array): ExecutableMemory {
  try {
    return new ExecutableMemory(make());
  } catch (error) {
    if (!(error instanceof MachineCodeError)) throw error;
    throw new OneDnnError(error.message, { cause: error });
  }
}
