import { pagePlace } from "../../../images/stack_axes.ts";
import { type PageAxis, stackAxes } from "../page_axis.ts";
import type { TiffFlavour } from "./tiff_flavour.ts";

/** The order of a stack's planes: channels change fastest, then pages. */
export interface StackLayout {
  pages: number;
  axis: PageAxis;
  /** Names of the channels, one or more; an empty name is left out. */
  channels: readonly string[];
}

/**
 * Returns where a page is in the file: ImageJ's stacks run along z first.
 *
 * @param page counted from 0
 */
export function writtenPage(stack: Pick<StackLayout, "pages" | "axis">, page: number, flavour: TiffFlavour): number {
  if (flavour === "ome") return page;
  const axes = stackAxes(stack), { z, t } = pagePlace(axes, page);
  return t * axes.z + z;
}
