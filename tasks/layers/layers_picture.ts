import { COLORS } from "lib/plots/palette.ts";
import { escapeHtml } from "lib/display/escape_html.ts";

/** A layer of `lib` in the table of ARCHITECTURE.md. */
export interface LayerRow {
  /** Its folder, such as `lib/io`. */
  folder: string;
  content: string;
}

/** Groups of neighbouring layers, each given by its highest layer. */
const FAMILIES = [
  { upTo: "math", title: "basics", color: COLORS.grey },
  { upTo: "native_ops", title: "computing", color: COLORS.orange },
  { upTo: "batches", title: "images and data", color: COLORS.green },
  { upTo: "ensemble", title: "models", color: COLORS.blue },
  { upTo: "bioimageio", title: "output", color: COLORS.pink },
  { upTo: "study", title: "runs and study", color: COLORS.sky },
] as const;

const WIDTH = 900, HEIGHT = 32, GAP = 4, LEFT = 132;

/** Returns the rows of the first table in ARCHITECTURE.md, from the lowest layer to the highest. */
export function layerRows(architecture: string): LayerRow[] {
  return Array.from(
    architecture.matchAll(/^\| `(lib\/[a-z_]+)` \| (.+) \|$/gm),
    ([, folder, content]) => ({ folder, content: content.replaceAll("`", "") }),
  );
}

/** Draws the layers as SVG, the lowest at the bottom. */
export function layersPicture(rows: readonly LayerRow[]): string {
  const y = (i: number) => GAP + (rows.length - i) * (HEIGHT + GAP);
  const band = (top: number, height: number, x: number, width: number, style: string) =>
    `<rect x="${x}" y="${top}" width="${width}" height="${height}" rx="4" ${style}/>`;
  const text = (x: number, top: number, height: number, content: string, style: string) =>
    `<text x="${x}" y="${top + height / 2 + 4.5}" ${style}>${escapeHtml(content)}</text>`;
  const users = [
    band(GAP, HEIGHT, LEFT, WIDTH - LEFT - GAP, `fill="#ffffff" stroke="#555555" stroke-dasharray="4 3"`),
    text(LEFT + 12, GAP, HEIGHT, "tasks, notebooks, your program: they import any layer", `fill="#222222"`),
  ];
  let first = 0;
  const families = FAMILIES.flatMap(({ upTo, title, color }) => {
    const last = rows.findIndex(({ folder }) => folder === `lib/${upTo}`), top = y(last);
    const height = y(first) + HEIGHT - top;
    const bands = rows.slice(first, last + 1).flatMap(({ folder, content }, k) => [
      band(y(first + k), HEIGHT, LEFT, WIDTH - LEFT - GAP, `fill="${color}" fill-opacity="0.12"`),
      text(LEFT + 12, y(first + k), HEIGHT, folder, `fill="#222222" font-weight="bold"`),
      text(LEFT + 144, y(first + k), HEIGHT, content, `fill="#222222" font-size="12"`),
    ]);
    first = last + 1;
    return [
      band(top, height, GAP, LEFT - 2 * GAP, `fill="${color}" fill-opacity="0.3"`),
      text(LEFT / 2, top, height, title, `fill="#222222" text-anchor="middle"`),
      ...bands,
    ];
  });
  const height = y(0) + HEIGHT + GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"` +
    ` font-family="DejaVu Sans, Verdana, sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...users,
    ...families,
    "</svg>\n",
  ].join("\n");
}
