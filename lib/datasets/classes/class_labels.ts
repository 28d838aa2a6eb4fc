import { basename } from "node:path";
import { ImageError, type LabelImage, VOID_CLASS } from "../../images/image.ts";
import { numberClassParts } from "../../evaluate/class_parts.ts";
import { labelImage } from "../../objects/labeled_objects.ts";
import type { ClassTable } from "./class_table.ts";

/** Formats a value or a colour as in `classes.json`. */
function writeValue(value: number, { colours }: ClassTable): string {
  return colours ? `#${value.toString(16).padStart(6, "0")}` : String(value);
}

/**
 * Converts the values of a mask to classes. The connected parts of each class but the background are its objects.
 *
 * @param values value of each pixel, or its colour as the number 0xRRGGBB, `[height, width]`
 * @param path the mask, for messages
 * @throws {ImageError} for a value without a name.
 */
export function classLabels(
  values: ArrayLike<number>,
  { width, height }: { width: number; height: number },
  table: ClassTable,
  path: string,
): LabelImage {
  const classes = new Uint8Array(values.length);
  for (let i = 0; i < classes.length; i++) {
    const found = values[i] === table.void ? VOID_CLASS : table.byValue.get(values[i]);
    if (found === undefined) refuseValue(values, values[i], table, path);
    classes[i] = found;
  }
  const { numbers, count } = numberClassParts(classes, { width, height }, table.names.length);
  return { ...labelImage(numbers, { width, height }, count), classes };
}

function refuseValue(values: ArrayLike<number>, value: number, table: ClassTable, path: string): never {
  let pixels = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === value) pixels++;
  const kind = table.colours ? "colour" : "value", shown = writeValue(value, table);
  throw new ImageError(
    `${path} has the ${kind} ${shown} in ${pixels === 1 ? "one pixel" : `${pixels} pixels`}, which ` +
      `${basename(table.path)} does not name: add "${shown}" to its classes, or make it void`,
  );
}
