import { z } from "zod";

/**
 * Schema of the generated images of a study, where they are not the demo data: options of `generateDataset`.
 */
export const GeneratedImages = z.strictObject({
  /** Number of images. */
  count: z.int().positive(),
  /** Side of the square images in pixels. */
  size: z.int().min(32),
  /** Seed of the random numbers. */
  seed: z.int(),
  /** From 0 (easy) to 1 (as hard as the original study's images). */
  difficulty: z.number().min(0).max(1),
}).partial();
/** The generated images of a study, where they are not the demo data: options of `generateDataset`. */
export type GeneratedImages = z.output<typeof GeneratedImages>;
