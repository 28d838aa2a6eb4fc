import type { z } from "zod";
import type { SegmentationModel } from "../segmentation_model.ts";
import type { CommonModelOptions } from "./model_options.ts";

/** An architecture as the registry `ARCHITECTURES` has it. */
export interface ArchitectureDefinition<Options extends CommonModelOptions> {
  /** Its name in tables and charts. */
  label: string;
  /** The publication that describes it. */
  source: string;
  /** Time of a training step with ResNet-34 on a CPU, a UNet's being 1: for estimates before any was measured. */
  relativeTime: number;
  /** Checks the options that not every architecture has, by name. */
  options: Readonly<Record<string, z.ZodType>>;
  /**
   * Builds a model with fresh weights.
   *
   * @throws {OptionError} for options that do not go together.
   */
  build(options: Options): SegmentationModel;
}
