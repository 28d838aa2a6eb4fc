import { createHash } from "node:crypto";
import { readRegularFile } from "../../io/regular_file.ts";
import { decodePyTorchFile, PyTorchFileError } from "./pytorch_file.ts";
import { packagedModel } from "./packaged_model.ts";
import { decodeSafetensors, SafetensorsError, TensorFile } from "./safetensors.ts";
import { checkSafetensors } from "./safetensors_file.ts";
import { refuseUnusableWeights } from "./usable_weights.ts";
import { parseWeightsSource } from "./weights_source.ts";
import { WeightsError } from "./weights_error.ts";

/**
 * Returns whether a file is a zip archive, or a pickle of protocol 2 or later. The header of a safetensors file starts
 * at byte 8 with a brace.
 */
function isPyTorch(file: Uint8Array): boolean {
  if (file[8] === 0x7b) return false;
  return (file[0] === 0x50 && file[1] === 0x4b) || file[0] === 0x80;
}

/**
 * Reads a file of weights of safetensors or `torch.save`, or a bioimage.io package of this project, with any name. Checksums in the file must fit. No weight may
 * be NaN or infinite, and no variance negative.
 *
 * @param source the path; `PATH#sha256=DIGEST` reads only a file with this SHA-256, of which all 64 digits are given
 * @throws {SafetensorsError} or {PyTorchFileError} naming the file and what is wrong with it.
 * @throws {WeightsError} if the digest is invalid, or the file has another one.
 */
export async function readWeights(source: string): Promise<TensorFile> {
  const { path, sha256 } = parseWeightsSource(source);
  let file: Uint8Array;
  try {
    file = await readRegularFile(path);
  } catch (error) {
    throw new SafetensorsError(`${path} cannot be read: ${(error as Error).message}`);
  }
  if (sha256) {
    const found = createHash("sha256").update(file).digest("hex");
    if (found !== sha256) {
      throw new WeightsError(
        `${path} has the SHA-256 ${found} instead of ${sha256}: it is another file, or a damaged copy`,
      );
    }
  }
  // A package's model is in its safetensors file.
  if (isPyTorch(file)) file = packagedModel(file, path) ?? file;
  let decoded: TensorFile;
  try {
    if (isPyTorch(file)) decoded = new TensorFile(decodePyTorchFile(file));
    else checkSafetensors(file, decoded = decodeSafetensors(file));
  } catch (error) {
    if (error instanceof PyTorchFileError) throw new PyTorchFileError(`${path} is ${error.message}`);
    if (error instanceof SafetensorsError) throw new SafetensorsError(`${path} is ${error.message}`);
    throw error;
  }
  refuseUnusableWeights(decoded.arrays, path);
  return decoded;
}
