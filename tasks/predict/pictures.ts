import type { StackAxes } from "lib/images";

/** What is known of the pictures of a file in addition to their pixels. */
export interface Pictures {
  pages: number;
  /** Height and width of a pixel in pixels of the full size, at a smaller level of a pyramid. */
  scale?: readonly [height: number, width: number];
  /** What the pages of a stack are, if the file states it. */
  axes?: StackAxes;
}
