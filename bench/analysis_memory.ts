/**
 * Measures the memory of a study's analysis over the number of its runs: the demonstration's smallest study (`tiny`), with
 * copies of one run as further seeds.
 *
 *     deno run -A bench/analysis_memory.ts [--runs 11,100,1000]
 *
 * A few minutes on 2 cores. Writes results/bench/analysis-memory.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder } from "lib/runs";
import { demoStudy, profileGrid, runStudy } from "lib/study";
import { replaceText } from "lib/io/replace_file.ts";
import { gridJobs } from "lib/runs/grid/grid_jobs.ts";
import { provenance } from "lib/runs/provenance.ts";
import { readRun } from "lib/runs/run_store.ts";
import { analyseStudy } from "lib/study/analyse/analyse_study.ts";
import { processMemory } from "./process_memory.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "11,100,1000" },
    analyse: { type: "string" },
    results: { type: "string" },
  },
});
const grid = profileGrid("tiny");

/** Analyses the study with copies of its last run of the block of seeds, and prints this process's memory. */
async function analyse(results: string, runs: number): Promise<void> {
  const { dataset } = await demoStudy();
  const jobs = await gridJobs(grid, () => Promise.resolve(dataset));
  for (const job of jobs) job.record = await readRun(join(results, job.run));
  const seed = jobs.findLast(({ block }) => block === "seeds")!;
  while (jobs.length < runs) {
    const run = `${seed.run}-copy${jobs.length}`, config = { ...seed.config, seed: 1000 + jobs.length };
    await Deno.symlink(join(results, seed.run), join(results, run)).catch(() => {});
    // Each has its own lists, as if it were read from its file.
    jobs.push({ ...seed, run, config, record: { ...structuredClone(seed.record!), run, config } });
  }
  const before = processMemory("VmRSS");
  const analysis = await analyseStudy({ dataset, jobs, results });
  console.log(JSON.stringify({
    runs: analysis.runs?.length,
    members: analysis.members.length,
    beforeMegabytes: Math.round(before / 1e6),
    peakMegabytes: Math.round(processMemory("VmHWM") / 1e6),
  }));
}

if (values.analyse) {
  await analyse(values.results!, Number(values.analyse));
} else {
  const results = await Deno.makeTempDir();
  try {
    await runStudy({ ...await demoStudy(), grid, results, keepWeights: false });
    const measured = [];
    for (const runs of values.runs.split(",")) {
      const args = ["run", "-A", "--no-check", import.meta.filename!, "--analyse", runs, "--results", results];
      const { stdout, success } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
      if (!success) throw new Error(`The analysis of ${runs} runs failed`);
      const text = new TextDecoder().decode(stdout).trim();
      console.error(text);
      measured.push(JSON.parse(text));
    }
    const record = {
      provenance: provenance(),
      what: "Peak memory of a process that analyses a study, over the number of runs; the members stay the same",
      measured,
    };
    await replaceText(
      join(projectFolder(), "results/bench/analysis-memory.json"),
      JSON.stringify(record, null, 1) + "\n",
    );
  } finally {
    await Deno.remove(results, { recursive: true });
  }
}
