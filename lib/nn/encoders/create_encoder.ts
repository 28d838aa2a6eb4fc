import type { WeightScope } from "../weights.ts";
import type { Encoder, EncoderName, EncoderOptions } from "./encoder.ts";
import { resnet } from "./resnet.ts";

/** Builds the encoder of that name, its weights under `scope`. */
export function createEncoder(scope: WeightScope, name: EncoderName, options: EncoderOptions): Encoder {
  return resnet(scope, name, options);
}
