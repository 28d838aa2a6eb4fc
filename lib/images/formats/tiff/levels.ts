import { type Directory, readSubdirectories } from "./directory.ts";
import { TAG } from "./tags.ts";

/** The pictures of a level. */
export interface Level {
  /** A directory for each picture in full size. */
  pages: Directory[];
  /** Height and width of one of its pixels in pixels of the full size. */
  scale: readonly [height: number, width: number];
}

const size = (directory: Directory) =>
  [directory.number(TAG.ImageWidth, 0), directory.number(TAG.ImageLength, 0)] as const;

/** Returns whether a directory is a smaller copy of a picture: other small pictures are thumbnails, labels and maps. */
function isReduced(directory: Directory, page: Directory): boolean {
  const [width, height] = size(directory), [fullWidth, fullHeight] = size(page);
  // Writers round sides up or down at each halving.
  const alike = Math.abs(width * fullHeight / fullWidth - height) <= Math.max(2, 0.02 * height);
  const same = [TAG.SamplesPerPixel, TAG.BitsPerSample].every((tag) => directory.number(tag) === page.number(tag));
  return width > 0 && height > 0 && width < fullWidth && height <= fullHeight && alike && same;
}

/** Lists the smaller copies of a picture, the largest first. */
function listReduced(directories: readonly Directory[], pages: readonly Directory[], page: number): Directory[] {
  const full = pages[page];
  const subdirectories = full.has(TAG.SubIFDs) ? readSubdirectories(full, TAG.SubIFDs) : [];
  // In the main chain, copies follow their picture.
  const first = directories.indexOf(full) + 1, next = directories.indexOf(pages[page + 1]);
  const isScan = directories[0].text(TAG.ImageDescription).startsWith("Aperio");
  const following = directories.slice(first, next < 0 ? undefined : next).filter((directory) => {
    const kind = directory.number(TAG.NewSubfileType, 0);
    // A scan's copies are tiled and have no mark; its thumbnail has strips.
    if (isScan) return directory.has(TAG.TileWidth) && kind === 0;
    return (kind & 5) === 1 || directory.number(TAG.SubfileType) === 2;
  });
  return [...subdirectories, ...following].filter((directory) => isReduced(directory, full))
    .sort((a, b) => size(b)[0] - size(a)[0]);
}

/** Returns the factor between two sides: a whole number, unless rounding does not explain the difference. */
function factor(full: number, reduced: number): number {
  const whole = Math.round(full / reduced);
  // Each of several halvings rounds by up to one pixel.
  return Math.abs(full / whole - reduced) <= 2 ? whole : full / reduced;
}

/**
 * Finds the pictures of a pyramid's level. They are subdirectories of the full size (OME-TIFF), or follow it in the main
 * chain, marked as reduced copies or, in Aperio's scans, tiled.
 *
 * @param directories the main chain
 * @param pages the pictures in full size
 * @param level 1 or higher
 * @throws {Error} if there is no such level; the message lists those that there are.
 */
export function findLevels(directories: readonly Directory[], pages: readonly Directory[], level: number): Level {
  const reduced = pages.map((_, page) => listReduced(directories, pages, page));
  const chosen = reduced.map((levels) => levels[level - 1]);
  if (!chosen.every((directory) => directory !== undefined)) {
    const count = Math.min(...reduced.map((levels) => levels.length));
    const names = [pages[0], ...reduced[0].slice(0, count)].map((directory, i) =>
      `${i} (${size(directory).join(" × ")})`
    );
    throw new Error(
      `it has ${count === 0 ? "only the level" : "the levels"} ${names.join(", ")}, but level ${level} was chosen`,
    );
  }
  const [fullWidth, fullHeight] = size(pages[0]), [width, height] = size(chosen[0]);
  const down = factor(fullHeight, height), across = factor(fullWidth, width);
  return { pages: chosen, scale: [down, across] };
}
