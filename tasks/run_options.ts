import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder } from "lib/runtime/library.ts";
import { parseAssignments } from "./parse_assignments.ts";

/** The options that `train` and `study` share: data, results, and the configuration's choices. */
export function runOptions() {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      data: { type: "string", default: "" },
      groups: { type: "string" },
      "skip-bad": { type: "boolean", default: false },
      results: { type: "string", default: join(projectFolder(), "results") },
      parameter: { type: "string", short: "p", multiple: true, default: [] },
    },
  });
  return {
    data: values.data,
    loading: { ...(values.groups ? { groups: values.groups } : {}), skipBad: values["skip-bad"] },
    results: values.results,
    given: parseAssignments(values.parameter),
  };
}
