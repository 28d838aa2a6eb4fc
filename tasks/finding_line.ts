import type { Finding } from "lib/datasets";

/**
 * Formats a finding as a line of text.
 *
 * @param shown largest number of images that are named. Default 5.
 */
export function findingLine({ severity, message, ids, namesImage = false }: Finding, shown = 5): string {
  const listed = namesImage ? [] : ids.slice(0, shown);
  const list = listed.length ? `: ${listed.join(", ")}${ids.length > shown ? ", …" : ""}` : "";
  return `${severity.padEnd(8)} ${message}${list}`;
}
