import { UserError } from "../../io/user_error.ts";

/** Thrown for a file that is not what `torch.save` writes, or holds more than weights. */
export class PyTorchFileError extends UserError {
  override readonly name = "PyTorchFileError";
}

/** @throws {PyTorchFileError} that the file is not sound, and why. */
export function failPyTorch(why: string): never {
  throw new PyTorchFileError(`not a sound PyTorch file: ${why}`);
}
