import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder } from "lib/runtime/library.ts";
import { parseAssignments } from "./parse_assignments.ts";

/** The options that `train` and `study` share: data, results, and the configuration's choices. */
const OPTIONS = {
  data: { type: "string", default: "" },
  groups: { type: "string" },
  "skip-bad": { type: "boolean", default: false },
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

function shared(
  values: { data: string; groups?: string; "skip-bad": boolean; force: boolean; results?: string; parameter: string[] },
) {
  return {
    data: values.data,
    loading: { ...(values.groups ? { groups: values.groups } : {}), skipBad: values["skip-bad"] },
    results: values.results ?? join(projectFolder(), "results"),
    given: parseAssignments(values.parameter),
    force: values.force,
  };
}
