/** What is written around a chart. */
export interface ChartHeading {
  /** What the chart shows, for readers who cannot see it. */
  description: string;
  /** The finding, or the question that the chart answers. */
  title?: string;
  /** How to read the chart. */
  subtitle?: string;
  /** Numbers that are not drawn. */
  caption?: string;
}

/** Puts a title in front of a chart's description, with a full stop unless it is a question. */
export function headed(title: string | undefined, description: string): string {
  if (!title) return description;
  return `${title}${/[.?!]$/.test(title) ? "" : "."} ${description}`;
}
