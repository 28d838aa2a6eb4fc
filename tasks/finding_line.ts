import type { Finding } from "lib";

/**
 * Formats a finding as a line of text.
 *
 * @param shown largest number of images that are named. Default 5.
 */
export function findingLine({ severity, message, ids }: Finding, shown = 5): string {
  // The message already names an image that cannot be read.
  const named = ids.length === 1 && message.includes(ids[0]) ? [] : ids.slice(0, shown);
  const list = named.length ? `: ${named.join(", ")}${ids.length > shown ? ", …" : ""}` : "";
  return `${severity.padEnd(8)} ${message}${list}`;
}
