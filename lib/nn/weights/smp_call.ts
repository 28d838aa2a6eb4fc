import { hasName } from "../../io/registry_names.ts";
import type { ArchitectureDefinition } from "../architectures/architecture.ts";
import { ARCHITECTURES } from "../architectures/architectures.ts";
import type { CommonModelOptions } from "../architectures/model_options.ts";
import type { SegmentationModel } from "../segmentation_model.ts";

/** The names of a model's options in segmentation_models.pytorch. */
export const SMP_OPTIONS: Readonly<Record<string, string>> = {
  inChannels: "in_channels",
  classes: "classes",
  encoderDepth: "encoder_depth",
  encoderOutputStride: "encoder_output_stride",
  decoderChannels: "decoder_channels",
  decoderInterpolation: "decoder_interpolation",
  decoderAttention: "decoder_attention_type",
  atrousRates: "decoder_atrous_rates",
  asppSeparable: "decoder_aspp_separable",
  asppDropout: "decoder_aspp_dropout",
  pspOutChannels: "psp_out_channels",
  pspDropout: "psp_dropout",
  pyramidChannels: "decoder_pyramid_channels",
  segmentationChannels: "decoder_segmentation_channels",
  mergePolicy: "decoder_merge_policy",
  fpnDropout: "decoder_dropout",
};

/** Writes a value as Python does. */
function inPython(value: unknown): string {
  return typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value);
}

/**
 * Writes the Python expression that builds a model in segmentation_models.pytorch, whose `load_state_dict(strict=True)`
 * takes the model's weights.
 *
 * @returns `undefined` for an architecture that the package does not have
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createModel } from "lib";
 * import { smpCall } from "lib/nn/weights/smp_call.ts";
 *
 * const model = createModel({ architecture: "pspnet", encoder: "mobilenet_v2", inChannels: 1 });
 * assert.equal(smpCall(model), 'smp.PSPNet("mobilenet_v2", encoder_weights=None, in_channels=1, classes=1)');
 * model.dispose();
 * ```
 */
export function smpCall({ architecture, encoder, options }: SegmentationModel): string | undefined {
  const definition: ArchitectureDefinition<CommonModelOptions> | undefined = hasName(ARCHITECTURES, architecture)
    ? ARCHITECTURES[architecture]
    : undefined;
  if (!definition?.smp) return undefined;
  const { name, upsampling } = definition.smp, given = new Map<string, unknown>(Object.entries(options));
  const chosen = Object.entries(SMP_OPTIONS).flatMap(([ours, theirs]) => {
    const value = given.get(ours);
    return value === undefined ? [] : [`${theirs}=${inPython(value)}`];
  });
  const depth = given.get("encoderDepth");
  if (upsampling && typeof depth === "number") chosen.push(`upsampling=${upsampling(depth)}`);
  return `smp.${name}(${[JSON.stringify(encoder), "encoder_weights=None", ...chosen].join(", ")})`;
}
