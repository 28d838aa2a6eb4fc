import { UserError } from "../io/user_error.ts";

/**
 * Thrown for a model that cannot be described as a bioimage.io package; the message says why.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel, TrainedModel } from "lib";
 * import { bioimageioPackage, PackageError } from "lib/bioimageio";
 *
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2" });
 * using segmenter = new TrainedModel(model, { normalization: "depth", threshold: 0.5 });
 * await assert.rejects(bioimageioPackage(segmenter, { name: "nuclei", authors: ["A. Author"] }), PackageError);
 * ```
 */
export class PackageError extends UserError {
  override readonly name = "PackageError";
}
