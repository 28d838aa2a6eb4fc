import { type DescribedPage, type Description, stridedChannels } from "./described_page.ts";
import { refuseNarrowChannels, refuseNarrowPages, refuseOtherAxes } from "./last_axis.ts";
import { plausibleSides } from "../plausible_sides.ts";
import { readOme } from "./ome.ts";
import { micrometresPerUnit } from "./units.ts";

/** Maximum length of a shape's description; longer texts describe something else. */
const MAX_SHAPE_LENGTH = 65536;

const ONE_CHANNEL = { ...stridedChannels(1, 1), imageJ: false };

const isOme = (text: string) => /<(?:\w{1,20}:)?OME[\s>]/.test(text);
const isImageJ = (text: string) => text.startsWith("ImageJ=");
const isShape = (text: string) =>
  text.length <= MAX_SHAPE_LENGTH && (text.trimStart().startsWith("{") || text.startsWith("shape=("));

/** Returns whether a text is a description by OME, ImageJ or tifffile. */
export function describesPages(text: string): boolean {
  return isOme(text) || isImageJ(text) || /^\s{0,9}(?:\{\s{0,9}"shape"|shape=\()/.test(text);
}

/** Reads descriptions by OME, ImageJ and tifffile. */
export function readDescription(page: DescribedPage): Description {
  const { text, samples, separate } = page;
  if (isShape(text)) return { ...ONE_CHANNEL, ...readShape(page) };
  const description = isOme(text)
    ? { imageJ: false, ...readOme(page) }
    : isImageJ(text)
    ? readImageJ(page)
    : ONE_CHANNEL;
  if (text === "" && page.software.startsWith("tifffile")) refuseNarrowPages(page, page.pages);
  refuseNarrowChannels(page, separate ? samples : description.channels);
  return description;
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
function readShape(page: DescribedPage): Partial<Description> {
  const { text, samples, separate, pages } = page;
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
  // Interleaved samples are the last axis of the shape; otherwise they precede rows and columns.
  const inner = samples > 1 && shape.at(-1) === samples && letters?.at(-1) !== "X" ? 3 : 2;
  let leading = shape.slice(0, -inner) as number[];
  let names = letters?.slice(0, -inner) ?? "", channel = inner === 3 ? letters?.at(-1) ?? "" : "";
  const product = (sides: number[]) => sides.reduce((a, b) => a * b, 1);
  if (inner === 2 && samples > 1 && leading.at(-1) === samples && product(leading) !== pages) {
    leading = leading.slice(0, -1);
    [names, channel] = [names.slice(0, -1), names.slice(-1)];
  }
  if (letters) refuseOtherAxes(page, letters, [letters.at(-inner)!, letters.at(1 - inner)!, channel]);
  else if (separate) refuseNarrowChannels(page, samples);
  else refuseNarrowPages(page, leading.at(-1) ?? 1);
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
