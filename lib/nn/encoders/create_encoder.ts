import type { WeightScope } from "../weights.ts";
import type { Encoder, EncoderName, EncoderOptions } from "./encoder.ts";
import { mobilenetV2 } from "./mobilenet_v2.ts";
import { resnet } from "./resnet.ts";

/** Builds the encoder of that name, its weights under `scope`. */
export function createEncoder(scope: WeightScope, name: EncoderName, options: EncoderOptions): Encoder {
  return name === "mobilenet_v2" ? mobilenetV2(scope, options) : resnet(scope, name, options);
}
