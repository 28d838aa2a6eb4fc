import { type LabelImage, VOID_CLASS } from "./image.ts";

/** Returns whether pixels of a mask are void. */
export function hasVoid({ classes }: Pick<LabelImage, "classes">): boolean {
  return classes?.includes(VOID_CLASS) ?? false;
}

/**
 * Sets the labels of void pixels to 0, so that they belong to no object.
 *
 * @param data labels to change, true or predicted, `[height, width]`
 * @param mask the mask whose classes may be void
 * @returns `data` itself without void, else a copy
 */
export function clearVoid<Data extends LabelImage["data"] | Uint8Array>(
  data: Data,
  { classes }: Pick<LabelImage, "classes">,
): Data {
  if (!classes || !hasVoid({ classes })) return data;
  return data.map((label, i) => classes[i] === VOID_CLASS ? 0 : label) as Data;
}
