import type { Contrast, ContrastFloor } from "lib/images";

/**
 * Returns why the objects found in an empty field may be noise.
 *
 * @param floor the contrast of the training images; absent if several networks have different ones
 */
export function emptyFieldWarning(floor: ContrastFloor | undefined, measure: () => Contrast): string {
  const contrast = floor
    ? `Its contrast is ${measure().peak.toFixed(1)} (noise alone has about 5), the training images' ` +
      `${floor.structure.toFixed(0)} or more`
    : "Its contrast is below that of every member's training images";
  return `probably an empty field. ${contrast}: the objects found may be noise`;
}
