import type { Finding } from "lib/datasets";

/**
 * A finding as a line of text.
 *
 * @param shown how many of its images are named at most. Default 5.
 */
export function findingLine({ severity, message, ids }: Finding, shown = 5): string {
  // An image that cannot be read is named by the message.
  const named = ids.length === 1 && message.includes(ids[0]) ? [] : ids.slice(0, shown);
  const list = named.length ? `: ${named.join(", ")}${ids.length > shown ? ", …" : ""}` : "";
  return `${severity.padEnd(8)} ${message}${list}`;
}
