import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import type { TestStudy } from "./cluster_study.ts";
import { studyTask } from "./cluster_study.ts";

/** Time of a command, in seconds. */
export interface CommandTime {
  /** By the clock, which includes waiting for other programs. */
  wall: number;
  /** Of the processor, in this program and its children. */
  cpu: number;
}

/** Times a command by bash. @throws if it fails, or its output lacks a text. */
async function time(
  command: string,
  folder: string,
  env: Record<string, string>,
  expected: RegExp,
): Promise<CommandTime> {
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `TIMEFORMAT='times %R %U %S'; time { ${command}; }`],
    cwd: folder,
    env,
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const [, wall, user, system] = text.match(/^times ([\d.]+) ([\d.]+) ([\d.]+)$/m)?.map(Number) ?? [];
  if (!success || !expected.test(text)) throw new Error(`${command} failed or lacks ${expected}: ${text}`);
  return { wall, cpu: user + system };
}

/** Times the two commands of a job whose run is finished: of its training and of its predictions. */
export async function timeFinishedRun(results: string, run: string): Promise<CommandTime> {
  const command = `"${Deno.execPath()}" task run ${run} --grid none.json --results "${results}"`;
  const both = `${command} --training-only && ${command}`;
  return await time(both, projectFolder(), { SETUP_CHECK_ONLY: "1" }, /(?:was finished before[^]*){2}/);
}

/** Times a dry run of Snakemake over a study whose runs are finished. */
export async function timeDryRun(
  snakemake: string,
  study: TestStudy,
  folder: string,
  count: number,
): Promise<CommandTime> {
  const results = join(folder, "results"), workflow = join(folder, "jobs");
  await studyTask([...study.options, "--results", results, "--workflow", workflow]);
  const table = join(workflow, "runs.tsv");
  const [head, first] = (await Deno.readTextFile(table)).split("\n");
  const [, ...rest] = first.split("\t");
  const names = Array.from({ length: count }, (_, i) => `run-${i}`);
  await Deno.writeTextFile(table, [head, ...names.map((name) => [name, ...rest].join("\t")), ""].join("\n"));
  for (const name of names) {
    await Deno.mkdir(join(results, name), { recursive: true });
    await Deno.writeTextFile(join(results, name, "run.json"), "{}");
    await Deno.writeTextFile(join(workflow, "finished", name), "");
  }
  await Deno.writeTextFile(join(workflow, "finished/analysis"), "");
  return await time(`"${snakemake}" --profile profiles/local -n`, workflow, {}, /Nothing to be done/);
}
