/** Okabe & Ito's colours, which colour-blind readers can distinguish. */
export const COLORS = {
  blue: "#0072b2",
  orange: "#d55e00",
  green: "#009e73",
  yellow: "#f0e442",
  sky: "#56b4e9",
  pink: "#cc79a7",
  grey: "#555555",
} as const;

/** Colours of lines that are readable on bright and on dark images. */
export const LINE_COLORS = [COLORS.yellow, COLORS.sky, COLORS.orange, COLORS.pink, COLORS.green, "#ffffff"] as const;

/** Colours of the series of a chart, in order. */
export const SERIES_COLORS = [COLORS.blue, COLORS.orange, COLORS.green, COLORS.pink, COLORS.sky, COLORS.grey] as const;

/** Returns the red, green and blue of a colour such as `#0072b2`, 0 to 255. */
export function parseColor(hex: string): [red: number, green: number, blue: number] {
  const part = (at: number) => parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}
