import { type DescribedPage, type Description, stridedChannels } from "./described_page.ts";
import { plausibleSides } from "../plausible_sides.ts";
import { readOme } from "./ome.ts";
import { micrometresPerUnit } from "./units.ts";

/** Maximum length of a shape's description; longer texts describe something else. */
const MAX_SHAPE_LENGTH = 65536;

/**
 * tifffile takes the rows of an image with two channels in its last axis for pages, of two columns each, unless it is given
 * `planarconfig`. With so few columns, and this many rows and pages, there is no other reading.
 */
const LEAST_ROWS = 16;

const ONE_CHANNEL = { ...stridedChannels(1, 1), imageJ: false };

/** Reads descriptions by OME, ImageJ and tifffile. */
export function readDescription(page: DescribedPage): Description {
  const { text } = page;
  if (/<(?:\w{1,20}:)?OME[\s>]/.test(text)) return { imageJ: false, ...readOme(page) };
  if (text.startsWith("ImageJ=")) return readImageJ(page);
  if (text.length <= MAX_SHAPE_LENGTH && (text.trimStart().startsWith("{") || text.startsWith("shape=("))) {
    return { ...ONE_CHANNEL, ...readShape(page) };
  }
  return ONE_CHANNEL;
}

/** ImageJ takes these from the resolution that a camera or a scanner wrote, so they say nothing of the object. */
const PRINTED_UNITS = new Set([micrometresPerUnit("inch"), micrometresPerUnit("cm")]);

function readImageJ({ text, samples, resolution, verticalResolution }: DescribedPage): Description {
  const line = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1].trim();
  const unit = micrometresPerUnit(line("unit") ?? ""), size = unit / (resolution ?? NaN);
  const sides = PRINTED_UNITS.has(unit) ? undefined : plausibleSides(unit / (verticalResolution ?? NaN), size);
  const [z, t] = ["slices", "frames"].map((name) => Number(line(name) ?? 1));
  // tifffile counts the planes of a stack in colour as channels, which ImageJ's stacks in colour do not have.
  const channels = samples === 1 || z * t > 1 ? Number(line("channels") ?? 1) : 1;
  return {
    planes: Number(line("images") ?? 1) || undefined,
    ...stridedChannels(Number.isInteger(channels) && channels >= 1 ? channels : 1, 1),
    ...(Number.isInteger(z) && Number.isInteger(t) && z * t > 1 ? { axes: { z, t, first: "z" } } : {}),
    ...(size > 0 && Number.isFinite(size) ? { pixelSize: size } : {}),
    ...(sides ? { pixelSides: sides } : {}),
    imageJ: true,
  };
}

/**
 * Reads tifffile's description: `{"shape": [5, 2, 64, 64], "axes": "ZCYX"}`, or in old files `shape=(5, 2, 64, 64)`.
 */
function readShape({ text, samples, pages }: DescribedPage): Partial<Description> {
  let shape: unknown, axes: unknown;
  try {
    ({ shape, axes } = text.startsWith("shape=(")
      ? { shape: JSON.parse(`[${text.slice(7, text.indexOf(")")).replace(/,\s*$/, "")}]`), axes: undefined }
      : JSON.parse(text));
  } catch {
    return {};
  }
  if (!(Array.isArray(shape) && shape.every((side) => Number.isInteger(side) && side > 0))) return {};
  const letters = typeof axes === "string" && axes.length === shape.length ? axes.toUpperCase() : undefined;
  const [outer, rows, columns] = shape.length < 3 ? [0, 0, 0] : shape.slice(-3) as number[];
  const isNarrow = columns === 2 && letters?.at(-1) !== "X";
  if (samples === 1 && isNarrow && rows >= LEAST_ROWS && outer >= LEAST_ROWS) {
    throw new Error(
      `tifffile wrote its ${columns} channels as ${pages} pages of ${columns} × ${rows} pixels: write it again with ` +
        'planarconfig="contig"',
    );
  }
  // Interleaved samples are the last axis of the shape; otherwise they precede rows and columns.
  const inner = samples > 1 && shape.at(-1) === samples && letters?.at(-1) !== "X" ? 3 : 2;
  let leading = shape.slice(0, -inner) as number[];
  let names = letters?.slice(0, -inner) ?? "";
  const product = (sides: number[]) => sides.reduce((a, b) => a * b, 1);
  if (inner === 2 && samples > 1 && leading.at(-1) === samples && product(leading) !== pages) {
    leading = leading.slice(0, -1);
    names = names.slice(0, -1);
  }
  const planes = product(leading), at = names.lastIndexOf("C");
  const channels = at >= 0 ? stridedChannels(leading[at], product(leading.slice(at + 1))) : {};
  return { planes, ...channels, ...namedAxes(names, leading) };
}

/** Returns the axes of a stack by tifffile's letters of its leading axes, unless it has axes other than Z, T and C. */
function namedAxes(names: string, sides: readonly number[]): Pick<Description, "axes"> {
  const long = Array.from(names, (name, k) => ({ name, side: sides[k] })).filter(({ side }) => side > 1);
  const pages = long.filter(({ name }) => name !== "C"),
    size = (letter: string) => pages.find(({ name }) => name === letter)?.side;
  if (pages.length === 0 || pages.some(({ name }) => name !== "Z" && name !== "T")) return {};
  return { axes: { z: size("Z") ?? 1, t: size("T") ?? 1, first: pages.at(-1)!.name === "Z" ? "z" : "t" } };
}
