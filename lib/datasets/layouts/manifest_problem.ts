import type { z } from "zod";
import { editDistance } from "../../io/edit_distance.ts";
import { explainIssue, valueAt } from "../../io/explain_issue.ts";

/** An example of a manifest, for messages. */
const EXAMPLE = '{"version": 1, "images": [{"image": "a.tif", "mask": "a_mask.tif"}]}';

/** Names an image of a manifest by its position and its file, if it has one: `image 3 (c.tif)`. */
function nameImage(parsed: unknown, index: number): string {
  const entry = (parsed as { images: unknown[] }).images[index] as { image?: unknown } | undefined;
  return `image ${index + 1}${typeof entry?.image === "string" ? ` (${entry.image})` : ""}`;
}

/**
 * Describes what is wrong with a manifest, and how to correct it.
 *
 * @param parsed the file's content
 * @param issue Zod's first finding
 * @param keys the allowed keys of a manifest and of its images
 */
export function manifestProblem(
  parsed: unknown,
  issue: z.core.$ZodIssue,
  keys: { manifest: readonly string[]; image: readonly string[] },
): string {
  const [list, index, ...rest] = issue.path;
  const inImage = list === "images" && typeof index === "number";
  const where = inImage ? [nameImage(parsed, index), ...rest].join(", ") : issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = inImage ? keys.image : keys.manifest, [key] = issue.keys;
    const nearest = known.toSorted((a, b) => editDistance(key, a) - editDistance(key, b))[0];
    return `${where ? `${where}: ` : ""}unknown key "${key}": did you mean "${nearest}"? (${known.join(", ")})`;
  }
  const value = valueAt(parsed, issue.path);
  if (issue.path.length === 0) return `it must look like ${EXAMPLE}`;
  if (value === undefined) return `${where} is missing: it must look like ${EXAMPLE}`;
  return `${where} is ${JSON.stringify(value).slice(0, 100)}: ${explainIssue(issue, value)}`;
}
