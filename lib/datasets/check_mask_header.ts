import type { ImageHeader } from "../images/decode_image.ts";
import { ImageError } from "../images/image.ts";
import { pagePlace, placePage, type StackAxes } from "../images/stack_axes.ts";
import { describeOrientation } from "./orientation_warning.ts";

/** A file and what its header says. */
interface HeaderOf extends Pick<ImageHeader, "width" | "height" | "pages" | "orientation" | "axes"> {
  path: string;
}

/**
 * Checks that a mask has the size, the pages, the planes and the times of its image.
 *
 * @param image its image; `isStack` says whether other pages of its file are read too
 * @throws {ImageError} naming both files and the solution.
 */
export function checkMaskHeader(mask: HeaderOf, image: HeaderOf & { isStack: boolean }): void {
  const { path } = mask, { pages } = image;
  if (mask.width !== image.width || mask.height !== image.height) {
    const turned = mask.orientation === image.orientation
      ? ""
      : `; the image has ${describeOrientation(image)} and the mask ${
        describeOrientation(mask)
      }, which are applied: save both upright`;
    throw new ImageError(
      `${path} is ${mask.width} × ${mask.height}, but its image is ${image.width} × ${image.height}: ` +
        `a mask must have its image's size${turned}`,
    );
  }
  if (mask.pages > 1 && mask.pages !== pages) {
    throw new ImageError(
      `${path} has ${mask.pages} pages, but its image has ${pages}: save a mask with one page for each of the image's`,
    );
  }
  if (mask.pages === 1 && image.isStack) {
    throw new ImageError(
      `${path} has 1 page, but its image ${image.path} has ${pages}: save a mask with ${pages} pages, or the image's ` +
        "pages as files with a mask for each",
    );
  }
  if (mask.pages > 1) checkAxes(mask, image);
}

/**
 * Returns the page of a mask that belongs to a page of its image, counted from 0. If both files state planes and times, it is
 * that of the same plane and time, whatever their order.
 *
 * @param page of the image
 */
export function maskPage(mask: Pick<HeaderOf, "pages" | "axes">, image: Pick<HeaderOf, "axes">, page: number): number {
  if (mask.pages === 1) return 0;
  const axes = statedAxes(mask, image);
  return axes ? placePage(axes.own, pagePlace(axes.other, page)) : page;
}

/** Checks that each plane and time of an image has a page in its mask, if both files state planes and times. */
function checkAxes(mask: HeaderOf, image: HeaderOf): void {
  const axes = statedAxes(mask, image);
  if (!axes) return;
  const { own, other } = axes;
  if (own.z === other.z && own.t === other.t) return;
  throw new ImageError(
    `${mask.path} has ${describeAxes(own)}, but its image ${image.path} has ${describeAxes(other)}: ` +
      "save the mask with the planes and times of its image",
  );
}

/** Returns the axes of a mask and of its image, if both files state planes and times. */
function statedAxes(
  mask: Pick<HeaderOf, "axes">,
  image: Pick<HeaderOf, "axes">,
): { own: StackAxes; other: StackAxes } | undefined {
  const hasBoth = ({ z, t }: StackAxes) => z > 1 && t > 1, { axes: own } = mask, { axes: other } = image;
  return own && other && hasBoth(own) && hasBoth(other) ? { own, other } : undefined;
}

function describeAxes({ z, t }: StackAxes): string {
  return `${z} planes at ${t} times`;
}
