import { stackAxes } from "../page_axis.ts";
import type { StackLayout } from "./stack_layout.ts";

/** Values shown as black and as white. */
export type DisplayRange = readonly [low: number, high: number];

/**
 * Writes the text by which ImageJ knows a stack's axes, its unit of length and its contrast, as `ij.io.FileSaver` does.
 *
 * @param hasUnit whether the resolution is in pixels per µm
 */
export function describeForImageJ(
  { channels, ...stack }: StackLayout,
  { hasUnit, range }: { hasUnit: boolean; range: DisplayRange },
): string {
  const planes = stack.pages * channels.length, { z, t } = stackAxes(stack), hasBoth = z > 1 && t > 1;
  return [
    "ImageJ=1.54f",
    ...(planes > 1 ? [`images=${planes}`] : []),
    ...(channels.length > 1 ? [`channels=${channels.length}`] : []),
    ...(z > 1 ? [`slices=${z}`] : []),
    ...(t > 1 ? [`frames=${t}`] : []),
    ...(channels.length > 1 || hasBoth ? ["hyperstack=true"] : []),
    ...(channels.length > 1 ? ["mode=grayscale"] : []),
    ...(hasUnit ? ["unit=micron"] : []),
    "loop=false",
    `min=${range[0].toFixed(1)}`,
    `max=${range[1].toFixed(1)}`,
    "",
  ].join("\n");
}
