// @tags slow
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { missedKills } from "./missed_kills.ts";
import { clusterMarkdown, type ClusterReport } from "./report.ts";
import { editWorkflow } from "./snakemake.ts";

Deno.test("the test of a cluster is skipped by name where Slurm is not installed", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(projectFolder(), "tests/cluster/main.ts")],
    env: { PATH: "/nowhere" },
  }).output();
  assert.equal(code, 0);
  assert.match(new TextDecoder().decode(stdout), /^test:cluster is skipped: \w+ is not installed/);
});

Deno.test("the lines that the test of a cluster edits are in the workflow's files", async () => {
  await using folder = await temporaryFolder();
  const profile = join(folder.path, "profiles/slurm");
  await Deno.mkdir(profile, { recursive: true });
  await Deno.writeTextFile(join(folder.path, "config.yaml"), "threads: 4\nparts: []\nanalysis_threads: 2\n");
  await Deno.copyFile(join(projectFolder(), "lib/study/workflow/templates/slurm.yaml"), join(profile, "config.yaml"));
  await editWorkflow(folder.path, 9);
  const edited = await Deno.readTextFile(join(profile, "config.yaml"));
  for (const line of ["retries: 9", "slurm-status-command: squeue", "  slurm_partition: main"]) {
    assert.ok(edited.split("\n").includes(line), line);
  }
});

Deno.test("a kind of kill that was asked for and never happened is named", () => {
  const done = { job: 1, "node daemon": 0, Snakemake: 2, controller: 0 };
  assert.deepEqual(missedKills(1, done), ["node daemon", "controller"]);
  assert.deepEqual(missedKills(0, done), []);
});

Deno.test("the report of a cluster counts kills and losses, and gives both times of a command", () => {
  const report: ClusterReport = {
    study: "tiny",
    slurm: "slurm-wlm 22.05.8",
    snakemake: "9.27.1",
    nodes: 3,
    studies: 2,
    runs: 22,
    kills: { job: 3, "node daemon": 2, Snakemake: 1, controller: 4 },
    lost: 0,
    twice: 1,
    different: 0,
    limited: { stops: 2, isEqual: true },
    finishedRun: { wall: 2.16, cpu: 0.61 },
    dryRun: { runs: 1000, wall: 14, cpu: 2.4 },
    seed: 1,
    seconds: 1800,
    load: 26,
  };
  const lines = clusterMarkdown(report).split("\n");
  assert.ok(lines.includes("| kills | 3 of a job, 2 of a node daemon, 1 of Snakemake, 4 of the controller |"));
  assert.ok(lines.includes("| runs published twice | 1 |"));
  assert.ok(
    lines.includes("| a training that Slurm's time limit stopped 2 times, and one without a limit | equal |"),
  );
  assert.ok(
    lines.includes(
      "| both commands of a job whose run is finished (training, predictions) | 0.6 s of the processor, 2.2 s by the clock |",
    ),
  );
});
