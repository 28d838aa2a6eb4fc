import { z } from "zod";
import { DatasetError } from "../dataset.ts";

/** The keys that name classes, in `classes.json` and in a manifest. */
export const CLASS_KEYS = {
  /** Names by value (`"1"`) or colour (`"#ff0000"`). */
  classes: z.record(z.string(), z.string().min(1)).optional(),
  /** The value or colour of pixels that count neither in the loss nor in a score. */
  void: z.union([z.int().nonnegative(), z.string()]).optional(),
};

/** Schema of the keys that name classes. */
const ClassKeys = z.object(CLASS_KEYS);

/** The meaning of the values or colours in a data set's masks. */
export interface ClassTable {
  /** The file that names them, for messages. */
  path: string;
  /** Names of the classes, the background first. */
  names: readonly string[];
  /** Whether masks are read as colours. */
  colours: boolean;
  /** Class of each value, or colour as the number 0xRRGGBB. */
  byValue: ReadonlyMap<number, number>;
  /** The value or colour of void. */
  void?: number;
}

const COLOUR = /^#[0-9a-f]{6}$/i, VALUE = /^\d{1,10}$/, LARGEST = 2 ** 32 - 1;

/** Parses a value or a colour; returns `undefined` for anything else. */
function parseKey(key: string): { number: number; colour: boolean } | undefined {
  if (COLOUR.test(key)) return { number: parseInt(key.slice(1), 16), colour: true };
  if (VALUE.test(key) && Number(key) <= LARGEST) return { number: Number(key), colour: false };
}

/**
 * Reads the names of classes. The first class is the background: 0 or black where it is named, else the lowest value or
 * the first colour. Values with equal names are one class.
 *
 * @param path the file, for messages
 * @returns `undefined` if no classes are named
 * @throws {DatasetError} naming the file and the entry.
 */
export function classTable(given: z.output<typeof ClassKeys>, path: string): ClassTable | undefined {
  const { classes, void: unlabelled } = given;
  if (!classes) {
    if (unlabelled === undefined) return undefined;
    throw new DatasetError(`${path} has void without classes: name the classes too`);
  }
  const entries = Object.entries(classes).map(([key, name]) => {
    const parsed = parseKey(key);
    if (parsed) return { key, name, ...parsed };
    throw new DatasetError(
      `${path}: "${key}" is neither a value up to ${LARGEST} nor a colour: write "1" or "#ff0000"`,
    );
  });
  const [first] = entries, other = entries.find(({ colour }) => colour !== first.colour);
  if (other) {
    throw new DatasetError(
      `${path} names the value "${first.key}" and "${other.key}": name values, or colours, but not both`,
    );
  }
  const keys = new Map<number, string>();
  for (const { key, number } of entries) {
    const twin = keys.get(number);
    if (twin !== undefined) throw new DatasetError(`${path} names "${twin}" and "${key}", which are equal: remove one`);
    keys.set(number, key);
  }
  // Colours stay as they are written.
  const rank = ({ number, colour }: typeof first) => colour ? Number(number !== 0) : number;
  entries.sort((a, b) => rank(a) - rank(b));
  const names = [...new Set(entries.map(({ name }) => name))];
  if (names.length < 2) throw new DatasetError(`${path} names one class: name two or more, the background among them`);
  if (names.length > 100) throw new DatasetError(`${path} names ${names.length} classes: name at most 100`);
  const table = {
    path,
    names,
    colours: first.colour,
    byValue: new Map(entries.map(({ number, name }) => [number, names.indexOf(name)])),
  };
  if (unlabelled === undefined) return table;
  const parsed = parseKey(String(unlabelled));
  if (!parsed || parsed.colour !== first.colour) {
    throw new DatasetError(
      `${path}: void is ${JSON.stringify(unlabelled)}: give ${
        first.colour ? 'a colour, such as "#ffffff"' : "a value, such as 255"
      }`,
    );
  }
  if (table.byValue.has(parsed.number)) {
    throw new DatasetError(
      `${path}: void is ${JSON.stringify(unlabelled)}, which is also a class: remove one of the two`,
    );
  }
  return { ...table, void: parsed.number };
}
