/** Thrown for a file that is not what `torch.save` writes, or holds more than weights. */
export class PyTorchFileError extends Error {
  override readonly name = "PyTorchFileError";
}

/** Throws a {@linkcode PyTorchFileError} with the reason why the file is not sound. */
export function failPyTorch(why: string): never {
  throw new PyTorchFileError(`not a sound PyTorch file: ${why}`);
}
