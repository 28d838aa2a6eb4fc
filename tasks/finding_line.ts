import type { Finding } from "lib/datasets";

/**
 * A finding as a line of text.
 *
 * @param shown how many of its images are named at most. Default 5.
 */
export function findingLine({ severity, message, ids, namesImage = false }: Finding, shown = 5): string {
  const listed = namesImage ? [] : ids.slice(0, shown);
  const list = listed.length ? `: ${listed.join(", ")}${ids.length > shown ? ", …" : ""}` : "";
  return `${severity.padEnd(8)} ${message}${list}`;
}
