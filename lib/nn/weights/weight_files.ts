import type { EncoderDefinition } from "../encoders/encoder.ts";
import { ENCODERS } from "../encoders/encoders.ts";
import type { NamedArray } from "./safetensors.ts";
import type { SegmentationModel } from "../segmentation_model.ts";
import { loadStateDict } from "./state_dict.ts";
import { WeightsError } from "./weights_error.ts";

/** The result of {@linkcode loadWeights}. */
export interface LoadedWeights {
  /** Whether the file contained a whole model or an encoder. */
  part: "model" | "encoder";
  /** The library that names weights like this. */
  names: "segmentation_models.pytorch" | "timm" | EncoderDefinition["names"];
  /** Weights in the file that the model does not have, those of the classifier. */
  unused: string[];
}

const CLASSIFIER = /^(_?fc|classifier|last_linear)\./;

/** DeepLabV3's decoder was a list in SMP before 0.4. */
function renewed(name: string): string {
  const parts = ["aspp", "conv", "bn"];
  return name.replace(/^decoder\.([012])\./, (_, i) => `decoder.${parts[i]}.`);
}

/** Removes a prefix that all names share, as wrappers such as `DataParallel` add one. */
function unwrapped(arrays: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  for (const prefix of ["module.", "model.", "_orig_mod."]) {
    if ([...arrays.keys()].every((name) => name.startsWith(prefix))) {
      return unwrapped(new Map([...arrays].map(([name, array]) => [name.slice(prefix.length), array])));
    }
  }
  return new Map(arrays);
}

/**
 * Adapts a first convolution of three channels to another number of channels, as SMP does. One channel gets the sum of
 * the three; more channels repeat the three, scaled to the same total.
 */
export function adaptFirstConvolution(kernel: NamedArray, inChannels: number): NamedArray {
  const [out, given, height, width] = kernel.shape;
  if (given === inChannels) return kernel;
  const area = height * width, source = kernel.data as Float32Array;
  const data = new Float32Array(out * inChannels * area);
  for (let o = 0; o < out; o++) {
    for (let c = 0; c < inChannels; c++) {
      for (let i = 0; i < area; i++) {
        const at = (o * inChannels + c) * area + i;
        if (inChannels === 1) {
          for (let g = 0; g < given; g++) data[at] += source[(o * given + g) * area + i];
        } else data[at] = source[(o * given + c % given) * area + i] * (given / inChannels);
      }
    }
  }
  return { dtype: "F32", shape: [out, inChannels, height, width], data };
}

/**
 * Loads the weights of a file into a model: a whole model of segmentation_models.pytorch, or an encoder of it, of
 * torchvision, of efficientnet_pytorch or of timm. It loads all weights, or none if one does not fit.
 *
 * @throws {WeightsError} naming weights that are missing, unknown or of another shape.
 */
export function loadWeights(model: SegmentationModel, arrays: ReadonlyMap<string, NamedArray>): LoadedWeights {
  const given = unwrapped(arrays);
  const names = [...given.keys()];
  if (names.some((name) => name.startsWith("decoder."))) {
    const state = new Map([...given].map(([name, array]) => [renewed(name), array]));
    loadStateDict(model, state);
    return { part: "model", names: "segmentation_models.pytorch", unused: [] };
  }
  const { names: library, firstConvolution, fromTimm }: EncoderDefinition = ENCODERS[model.encoder];
  const isTimm = given.has("conv_stem.weight");
  const isSmp = names.every((name) => name.startsWith("encoder."));
  const state = new Map<string, NamedArray>();
  const missing = new Set([...model.weights].map(({ name }) => name).filter((name) => name.startsWith("encoder.")));
  const unused: string[] = [];
  for (const [name, array] of given) {
    if (CLASSIFIER.test(name)) {
      unused.push(name);
      continue;
    }
    const ours = isTimm ? fromTimm?.(name) : isSmp ? name.slice("encoder.".length) : name;
    if (ours === undefined) throw new WeightsError(`"${name}" is not a weight of ${model.encoder}`);
    const fits = ours === firstConvolution && array.shape.length === 4 &&
      array.data instanceof Float32Array;
    state.set(`encoder.${ours}`, fits ? adaptFirstConvolution(array, model.inChannels) : array);
    missing.delete(`encoder.${ours}`);
  }
  if (missing.size > 0) {
    const [first] = missing;
    throw new WeightsError(
      `These weights are not for the encoder ${model.encoder}: ${first} is missing${
        missing.size > 1 ? ` and ${missing.size - 1} more` : ""
      }`,
    );
  }
  loadStateDict(model, state, "encoder.");
  return { part: "encoder", names: isTimm ? "timm" : isSmp ? "segmentation_models.pytorch" : library, unused };
}
