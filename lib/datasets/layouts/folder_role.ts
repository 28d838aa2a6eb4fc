/** Predefined parts of a data set. */
export type Part = "train" | "val" | "test";

/** The content of a folder according to its name. */
export interface FolderRole {
  part?: Part;
  content?: "images" | "masks";
  /** 0 for the usual name, more for others; of several folders, the one with the lowest rank is used. */
  rank: number;
}

const PARTS: Record<string, Part> = {
  train: "train",
  training: "train",
  tr: "train",
  val: "val",
  valid: "val",
  validation: "val",
  test: "test",
  testing: "test",
  ts: "test",
};
/** Names of folders, from the usual one to rare ones. */
const CONTENTS: Record<"images" | "masks", readonly (readonly string[])[]> = {
  images: [["images"], ["image", "img", "imgs"], ["raw", "raw_images", "original", "originals", "input", "inputs"]],
  masks: [
    ["masks"],
    ["mask", "label", "labels"],
    ["gt", "ground_truth", "groundtruth", "seg", "segs", "segmentation", "segmentations"],
    ["annotation", "annotations", "target", "targets", "label_images", "mask_images"],
  ],
};

/** Splits the name of a part from a folder's name: `train_images`, `images-val`, nnU-Net's `imagesTr`. */
function splitPart(name: string): { part?: Part; rest: string } {
  const camel = /^(.+[a-z])(Tr|Ts|Val|Train|Test)$/.exec(name);
  const plain = (camel ? `${camel[1]}_${camel[2]}` : name).normalize("NFC").toLowerCase().replace(/[\s-]+/g, "_");
  const words = Object.keys(PARTS).join("|");
  const { before, rest, after } = new RegExp(
    `^(?:(?<before>${words})(?:_|$))?(?<rest>.*?)(?:(?:_|^)(?<after>${words}))?$`,
  ).exec(plain)?.groups ?? {};
  const part = PARTS[before ?? after ?? ""];
  return part && !(before && after) ? { part, rest } : { rest: plain };
}

/**
 * Recognises a folder by its name: `images` and `Masks` contain images and masks, `val` is a part, `labelsTr` contains
 * the masks of the training part.
 *
 * @returns `undefined` for any other name
 */
export function folderRole(name: string): FolderRole | undefined {
  const { part, rest } = splitPart(name);
  if (rest === "") return part ? { part, rank: 0 } : undefined;
  for (const content of ["images", "masks"] as const) {
    const rank = CONTENTS[content].findIndex((words) => words.includes(rest));
    // `images` takes precedence over `Images` if both exist.
    if (rank >= 0) return { part, content, rank: rank + (name === name.toLowerCase() ? 0 : 0.5) };
  }
}
