import { join } from "node:path";
import { z } from "zod";
import { replaceText } from "lib/io/replace_file.ts";

/** A completed check. */
const Entry = z.object({
  name: z.string(),
  bar: z.string(),
  passed: z.boolean(),
  counts: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
  /** Repetitions. */
  count: z.number(),
  /** Repetitions in the full test. */
  full: z.number(),
  seed: z.number(),
  seconds: z.number(),
  machine: z.object({
    processor: z.string(),
    cores: z.number(),
    platform: z.string(),
    deno: z.string(),
    tensorflow: z.string(),
    commit: z.string(),
    date: z.string(),
  }),
});
export type StressEntry = z.infer<typeof Entry>;

/** Schema of the report's file of numbers. */
const Report = z.object({ checks: z.array(Entry) });

/** Formats the report as a page. */
export function stressMarkdown(entries: readonly StressEntry[]): string {
  const counts = (entry: StressEntry) => Object.entries(entry.counts).map(([what, n]) => `${n} ${what}`).join(", ");
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const rows = entries.map((entry) => {
    const { name, bar, passed, count, full, seed, seconds } = entry;
    const share = count < full ? ` (${count} of ${full})` : "";
    return `| \`${name}\`${share} | ${cell(bar)} | ${passed ? "passed" : "**missed**"} | ${
      cell(counts(entry))
    } | ${seed} | ${Math.round(seconds)} s |`;
  });
  const machines = Map.groupBy(
    entries,
    ({ machine: { processor, cores, platform, deno, tensorflow, commit, date } }) =>
      `${date}, ${processor}, ${cores} cores, ${platform}, Deno ${deno}, TensorFlow ${tensorflow}, commit ${
        commit || "unknown"
      }`,
  );
  const notes = entries.filter(({ notes }) => notes.length > 0);
  return [
    "# Stress tests",
    "",
    "Made by `deno task test:stress`.",
    "",
    "| check | what has to hold | | counts | seed | time |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    ...[...machines].map(([machine, group]) => `- ${group.map(({ name }) => name).join(", ")}: ${machine}`),
    ...notes.flatMap(({ name, notes }) => ["", `## ${name}`, "", ...notes.map((note) => `- ${note}`)]),
    "",
  ].join("\n");
}

/**
 * Writes `stress.json` and `stress.md`. Checks that did not run this time keep their last results.
 *
 * @param order names of all checks, in order
 */
export async function writeReport(folder: string, entries: readonly StressEntry[], order: readonly string[]) {
  const path = join(folder, "stress.json");
  let earlier: StressEntry[] = [];
  try {
    earlier = Report.parse(JSON.parse(await Deno.readTextFile(path))).checks;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw new Error(`${path} is not a report: remove it (${error})`);
  }
  const known = new Map([...earlier, ...entries].map((entry) => [entry.name, entry]));
  const checks = order.flatMap((name) => known.get(name) ?? []);
  await replaceText(path, JSON.stringify({ checks }, null, 1) + "\n");
  await replaceText(join(folder, "stress.md"), stressMarkdown(checks));
}
