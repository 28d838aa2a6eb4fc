import { join } from "node:path";
import { parseArgs } from "node:util";
import { RUN_ORDERS } from "lib/data/layouts/fill_runs.ts";
import type { LoadOptions } from "lib/data/load_folder.ts";
import { projectFolder } from "lib/runtime/library.ts";
import { ConfigError } from "lib/train/config.ts";
import { parseAssignments } from "./parse_assignments.ts";

/** What a command line says about files that do not say it themselves. */
export const READING = {
  channels: { type: "string" },
  runs: { type: "string" },
  "allow-outside": { type: "boolean", default: false },
} as const;

/**
 * Reads `--channels 1,2,3`, `--runs rows` and `--allow-outside`.
 *
 * @throws {ConfigError} if a channel is no number from 1 on, or there is no such order.
 */
export function readingOptions(
  values: { channels?: string; runs?: string; "allow-outside"?: boolean },
): Pick<LoadOptions, "channels" | "runs" | "allowOutside"> {
  const channels = values.channels?.split(",").map(Number);
  if (channels && !([1, 3].includes(channels.length) && channels.every((each) => Number.isInteger(each) && each > 0))) {
    throw new ConfigError(
      `--channels is "${values.channels}": give one channel, or three for red, green, blue, counted from 1 ("1,2,3")`,
    );
  }
  const runs = RUN_ORDERS.find((order) => order === values.runs);
  if (values.runs !== undefined && !runs) {
    throw new ConfigError(`--runs is "${values.runs}": give ${RUN_ORDERS.join(" or ")}`);
  }
  return { ...(channels && { channels }), ...(runs && { runs }), allowOutside: values["allow-outside"] ?? false };
}

/** The options that `train` and `study` share: data, results, and the configuration's choices. */
const OPTIONS = {
  data: { type: "string", default: "" },
  groups: { type: "string" },
  "skip-bad": { type: "boolean", default: false },
  ...READING,
  force: { type: "boolean", default: false },
  results: { type: "string" },
  parameter: { type: "string", short: "p", multiple: true, default: [] as string[] },
} as const;

/** What a command line of `train` says. */
export function runOptions() {
  return shared(parseArgs({ args: Deno.args, options: OPTIONS }).values);
}

/** What a command line of `study` says; its `results` may be left out. */
export function studyOptions() {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      ...OPTIONS,
      profile: { type: "string", default: "quick" },
      grid: { type: "string" },
      jobs: { type: "string" },
    },
  });
  const { results, profile, grid, jobs } = values;
  return { ...shared(values), results, profile, grid, jobs };
}

interface SharedValues {
  data: string;
  groups?: string;
  "skip-bad": boolean;
  force: boolean;
  channels?: string;
  runs?: string;
  results?: string;
  parameter: string[];
}

function shared(values: SharedValues) {
  return {
    data: values.data,
    loading: {
      ...(values.groups ? { groups: values.groups } : {}),
      skipBad: values["skip-bad"],
      ...readingOptions(values),
    },
    results: values.results ?? join(projectFolder(), "results"),
    given: parseAssignments(values.parameter),
    force: values.force,
  };
}
