/** Words by which programs and people mark masks. Cellpose appends `_cp_masks`, napari and ImageJ users the others. */
const MASK = "cp_?masks?|gt_?masks?|seg_?masks?|masks?|labels?|labell?ed|segm?|segs|segmentations?|gt|ground_?truth|" +
  "annotations?|annotated|targets?|instances?";
const IMAGE = "images?|imgs?|im|raw|orig|originals?|inputs?";
const GAP = "[_\\-. ]+";

/** A name without one of the words, and the word as it is in the name, with its gap. */
export interface Stripped {
  rest: string;
  word: string;
}

/** Words stand at a name's end, after a gap or a digit, or at its start, before a gap or a digit. */
function patterns(words: string): RegExp[] {
  return [
    // The shortest rest, then the longest: "a_cp_masks" is a mask of "a" or of "a_cp".
    new RegExp(`^(?<rest>.+?)(?<word>(?:${GAP}|(?<=\\d))(?:${words}))$`, "i"),
    new RegExp(`^(?<rest>.+)(?<word>(?:${GAP}|(?<=\\d))(?:${words}))$`, "i"),
    new RegExp(`^(?<word>(?:${words})(?:${GAP}|(?=\\d)))(?<rest>.+)$`, "i"),
  ];
}

const PATTERNS = { mask: patterns(MASK), image: patterns(IMAGE) };

/** All ways in which a name consists of a word for masks (or images) and a rest. */
export function stripWords(name: string, kind: "mask" | "image"): Stripped[] {
  const found = new Map<string, string>();
  for (const pattern of PATTERNS[kind]) {
    const { rest, word } = pattern.exec(name)?.groups ?? {};
    if (rest !== undefined && !found.has(rest)) found.set(rest, word);
  }
  return [...found].map(([rest, word]) => ({ rest, word }));
}

/** Whether a file's name says that it is a mask. */
export function isMaskName(name: string): boolean {
  return stripWords(name, "mask").length > 0;
}
