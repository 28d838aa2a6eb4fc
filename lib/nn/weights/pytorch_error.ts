import { UserError } from "../../io/user_error.ts";

/** Thrown for a file that `torch.save` did not write, or that contains more than weights. */
export class PyTorchFileError extends UserError {
  override readonly name = "PyTorchFileError";
}

/** Throws a {@linkcode PyTorchFileError} with the reason why the file is not sound. */
export function failPyTorch(why: string): never {
  throw new PyTorchFileError(`not a sound PyTorch file: ${why}`);
}
