import { efficientnetB0 } from "./efficientnet_b0.ts";
import type { EncoderDefinition } from "./encoder.ts";
import { mobilenetV2 } from "./mobilenet_v2.ts";
import { resnet101, resnet18, resnet34, resnet50 } from "./resnet.ts";

/**
 * The encoders. To add one, define it in a file and list it here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ENCODERS, registryNames } from "lib";
 *
 * assert.ok(registryNames(ENCODERS).includes("resnet34"));
 * ```
 */
export const ENCODERS = {
  resnet18,
  resnet34,
  resnet50,
  resnet101,
  mobilenet_v2: mobilenetV2,
  "efficientnet-b0": efficientnetB0,
} as const satisfies Record<string, EncoderDefinition>;

/** An encoder's name, as segmentation_models.pytorch writes it. */
export type EncoderName = keyof typeof ENCODERS;
