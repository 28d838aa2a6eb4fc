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

/** Marks the void pixels of a mask with 1, `[height, width]`; `undefined` if it has none. */
export function findVoid({ classes }: Pick<LabelImage, "classes">): Uint8Array | undefined {
  if (!classes || !hasVoid({ classes })) return undefined;
  return classes.map((each) => each === VOID_CLASS ? 1 : 0);
}

/**
 * Returns the values of the pixels that are not void.
 *
 * @param values one per pixel
 * @param voidPixels 1 for void pixels; absent if there are none
 * @returns `values` itself without void
 */
export function withoutVoid(values: ArrayLike<number>, voidPixels?: Uint8Array): ArrayLike<number> {
  return voidPixels ? Float32Array.from(values).filter((_, i) => voidPixels[i] === 0) : values;
}
