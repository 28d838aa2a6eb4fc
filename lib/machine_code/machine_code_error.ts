/** Thrown if this process may not run machine code that it makes, or if code cannot be written for what is asked. */
export class MachineCodeError extends Error {
  override readonly name = "MachineCodeError";
}
