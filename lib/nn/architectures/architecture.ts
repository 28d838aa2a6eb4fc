import type { z } from "zod";
import type { SegmentationModel } from "../segmentation_model.ts";
import type { CommonModelOptions } from "./model_options.ts";

/** An entry of the registry `ARCHITECTURES`. */
export interface ArchitectureDefinition<Options extends CommonModelOptions> {
  /** Its name in tables and charts. */
  label: string;
  /** The publication that describes it. */
  source: string;
  /** Time of a training step with ResNet-34 on a CPU, relative to UNet: for estimates before a step was measured. */
  relativeTime: number;
  /** Its class in segmentation_models.pytorch; absent if that has none. */
  smp?: {
    name: string;
    /** The option `upsampling` for a depth of the encoder, if it does not follow from the other options there. */
    upsampling?(encoderDepth: number): number;
  };
  /** Schemas of the options that not every architecture has, by name. */
  options: Readonly<Record<string, z.ZodType>>;
  /**
   * Builds a model with fresh weights.
   *
   * @throws {OptionError} if the options contradict each other.
   */
  build(options: Options): SegmentationModel;
}
