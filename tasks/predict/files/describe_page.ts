import type { LabelImage } from "lib/images";
import { type ObjectClass, objectColumn, objectCsvHeader, type ObjectDescription, type ObjectTable } from "lib/objects";
import { parseColor, SERIES_COLORS } from "lib/plots/palette.ts";

/** What is known of the objects of a page in addition to their outlines. */
export interface DescribedPage {
  /** The measurements, and with classes the column `class`. */
  table: ObjectTable;
  /** Number of objects of each class, by its name; absent without classes. */
  classCounts?: Record<string, number>;
  classes: readonly ObjectClass[];
  /** Returns the class and the measurements of an object. */
  describe(label: number): ObjectDescription;
}

/** Columns that the outlines of an object already tell. */
const PLACES = /^(label|class|bbox-\d|centroid-\d)$/;

/** Returns the class of each label: the class of its first pixel. */
export function labelClasses({ data, classes }: LabelImage): Map<number, number> {
  const found = new Map<number, number>();
  if (classes) {
    for (let i = 0; i < data.length; i++) if (data[i] > 0 && !found.has(data[i])) found.set(data[i], classes[i]);
  }
  return found;
}

/**
 * Describes the objects of a page for the files that other programs open.
 *
 * @param classNames names of the classes, without the background's
 */
export function describePage(labels: LabelImage, table: ObjectTable, classNames: readonly string[]): DescribedPage {
  return describeObjects(table, classNames, labels.classes && labelClasses(labels));
}

/**
 * Counts the objects of each class, by its name.
 *
 * @param classNames names of the classes, without the background's
 * @param found class of each object; the first class is the background
 */
export function countByClass(classNames: readonly string[], found: Iterable<number>): Record<string, number> {
  const counts = classNames.map(() => 0);
  for (const number of found) counts[number - 1]++;
  return Object.fromEntries(classNames.map((name, i) => [name, counts[i]]));
}

/** Returns the classes for files: they have the colours of charts. */
export function objectClasses(classNames: readonly string[]): ObjectClass[] {
  return classNames.map((name, position) => ({
    name,
    color: parseColor(SERIES_COLORS[position % SERIES_COLORS.length]),
  }));
}

/**
 * Describes objects, as {@linkcode describePage} does.
 *
 * @param found class of each label, if there are classes
 */
export function describeObjects(
  table: ObjectTable,
  classNames: readonly string[],
  found: ReadonlyMap<number, number> | undefined,
): DescribedPage {
  const numbers = objectColumn(table, "label"), rows = new Map(Array.from(numbers, (label, k) => [label, k]));
  const names = objectCsvHeader(table), columns = [...table.columns.values()];
  // Names in a file end with a unit.
  const shown = Array.from(table.columns.keys()).flatMap((key, i) => PLACES.test(key) ? [] : [i]);
  const classes = found ? objectClasses(classNames) : [];
  const withClass = found &&
    new Map([...table.columns, ["class", Float64Array.from(numbers, (label) => found.get(label)!)]]);
  return {
    table: withClass ? { ...table, columns: withClass } : table,
    classes,
    ...(found && { classCounts: countByClass(classNames, found.values()) }),
    describe(label) {
      const k = rows.get(label)!;
      return {
        // The first class is the background.
        ...(found && { class: found.get(label)! - 1 }),
        measurements: Object.fromEntries(shown.map((i) => [names[i], columns[i][k]])),
      };
    },
  };
}
