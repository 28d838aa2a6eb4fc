/** Words in the names of masks. Cellpose appends `_cp_masks`; users of napari and ImageJ the others. */
const MASK = "cp_?masks?|gt_?masks?|seg_?masks?|masks?|labels?|labell?ed|segm?|segs|segmentations?|gt|ground_?truth|" +
  "annotations?|annotated|targets?|instances?";
const IMAGE = "images?|imgs?|im|raw|orig|originals?|inputs?";
const GAP = "[_\\-. ]+";

/** A name without one of the words, and the word as spelled in the name, with its separator. */
export interface Stripped {
  rest: string;
  word: string;
}

/**
 * Makes patterns of words at a name's end, after a separator or digit, or at its start, before a separator or digit.
 */
function patterns(words: string): RegExp[] {
  return [
    // Match the shortest rest and the longest: "a_cp_masks" is a mask of "a" or of "a_cp".
    new RegExp(`^(?<rest>.+?)(?<word>(?:${GAP}|(?<=\\d))(?:${words}))$`, "i"),
    new RegExp(`^(?<rest>.+)(?<word>(?:${GAP}|(?<=\\d))(?:${words}))$`, "i"),
    new RegExp(`^(?<word>(?:${words})(?:${GAP}|(?=\\d)))(?<rest>.+)$`, "i"),
  ];
}

const PATTERNS = { mask: patterns(MASK), image: patterns(IMAGE) };

/** Splits a name into a word for masks (or images) and a rest, in all possible ways. */
export function stripWords(name: string, kind: "mask" | "image"): Stripped[] {
  const found = new Map<string, string>();
  for (const pattern of PATTERNS[kind]) {
    const { rest, word } = pattern.exec(name)?.groups ?? {};
    if (rest !== undefined && !found.has(rest)) found.set(rest, word);
  }
  return [...found].map(([rest, word]) => ({ rest, word }));
}

/** Returns whether a file is a mask according to its name. */
export function isMaskName(name: string): boolean {
  return stripWords(name, "mask").length > 0;
}
