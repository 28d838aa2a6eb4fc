// @tags slow
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { workflowFiles } from "lib/study/workflow/workflow_files.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { findSnakemake } from "../../cluster/snakemake.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

/** Names that a data set's folder may give to its runs. */
const RUNS = ["my cells-fold0", "it's; touch harm-fold0", '"$HOME"-fold0'];

/**
 * A program in Deno's place: it writes its arguments, a line for each. It fails where a file asks for it, except for a part
 * of the analysis.
 */
const PROGRAM = `#!/bin/bash
printf '%s\\n' "$@" --- "\${SETUP_CHECK_ONLY:-unset}" >> "$(dirname "$0")/calls.$2"
if [ -e "$(dirname "$0")/fail.$2" ] && [[ "$*" != *--part* ]]; then exit 1; fi
`;

/** Writes a workflow of those runs, whose results and project are in folders with characters that need quotes. */
async function writeJobs(root: string): Promise<{ folder: string; results: string }> {
  const deno = join(root, "deno"), folder = join(root, "jobs"), results = join(root, "results {of} the lab");
  await Deno.writeTextFile(deno, PROGRAM, { mode: 0o755 });
  await Deno.mkdir(results);
  const files = await workflowFiles({
    deno,
    project: root,
    grid: join(folder, "grid.json"),
    results,
    source: { folder: join(root, "{data}; x") },
    keepWeights: true,
    force: true,
    acceptWithoutDigest: true,
    threads: 1,
    gpus: 0,
    predictionsMinutes: 15,
    analysis: { memory: 10, minutes: 120, parts: ["members", "ensemble-residual"] },
    memory: 1000,
  });
  files["runs.tsv"] = ["run\tmem_mb\tminutes", ...RUNS.map((run) => `${run}\t10\t1`), ""].join("\n");
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(join(folder, name, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, name), text);
  }
  return { folder, results };
}

Deno.test({
  name: "Snakemake passes names with spaces, quotes and ; on as they are, and never deletes an analysis",
  // It is skipped by name where Snakemake is not installed.
  ignore: await findSnakemake(true) === undefined,
  async fn() {
    await using temporary = await temporaryFolder();
    const root = temporary.path, { folder, results } = await writeJobs(root);
    const snakemake = await findSnakemake(true);
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(snakemake!, {
        args: ["--profile", "profiles/local", "--cores", "1", "--retries", "0", ...args],
        cwd: folder,
        env: { XDG_CACHE_HOME: join(root, "cache") },
      }).output();
      return { code, log: new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout) };
    };
    const calls = async (task: string) =>
      (await Deno.readTextFile(join(root, `calls.${task}`))).trim().split("\n").join(" ").split(/ --- \w+ ?/);

    // An analysis that fails leaves the one of before. It begins anew, so its repetition has a longer time limit.
    await Deno.writeTextFile(join(results, "analysis.json"), "{}");
    await Deno.writeTextFile(join(root, "fail.study"), "");
    const failed = await run("--retries", "1");
    assert.equal(failed.code, 1, failed.log);
    assert.deepEqual(
      failed.log.matchAll(/^localrule analysis:\n(?: {4}.*\n)*? {4}resources: .*runtime=(\d+)/gm).map(([, time]) =>
        time
      ).toArray(),
      ["120", "240"],
      failed.log,
    );
    assert.equal(await Deno.readTextFile(join(results, "analysis.json")), "{}");
    const options = `--grid ${folder}/grid.json --results ${results} --data ${root}/{data}; x --accept-earlier`;
    assert.deepEqual(
      (await calls("run")).filter(Boolean).sort(),
      RUNS.flatMap((name) => ["", " --training-only"].map((end) => `task run ${name} ${options} --threads 1${end}`))
        .sort(),
    );
    const study = `task study ${options} --force`;
    const parts = ["ensemble-residual", "members"].map((part) => `${study} --part ${part}`);
    assert.deepEqual((await calls("study")).filter(Boolean).sort(), [study, study, ...parts]);

    // Only the analysis is repeated, without its parts; the report may download what it needs, and the jobs may not.
    await Deno.remove(join(root, "fail.study"));
    const done = await run("report");
    assert.equal(done.code, 0, done.log);
    assert.equal((await calls("run")).filter(Boolean).length, 2 * RUNS.length);
    assert.deepEqual((await calls("study")).filter(Boolean).sort(), [study, study, study, ...parts]);
    assert.match(await Deno.readTextFile(join(root, "calls.run")), /^---\n1$/m);
    const report = await Deno.readTextFile(join(root, "calls.report"));
    assert.match(report, /^--accept-earlier\n--notebooks-only\n---\n1$/m);
    assert.match(report, /^--accept-earlier\n---\nunset$/m);
    // What lies between two jobs of one run, and the parts of an analysis, leave no marks.
    const marks = [...Deno.readDirSync(join(folder, "finished"))].map(({ name }) => name);
    assert.deepEqual(marks.sort(), [...RUNS, "analysis", "notebooks", "report"].sort());
    assert.match((await run("-n", "report")).log, /Nothing to be done/);
  },
});

Deno.test({
  name: "docs/cluster.md answers each finding of Snakemake's lint, and no other",
  // It is skipped by name where Snakemake is not installed.
  ignore: await findSnakemake(true) === undefined,
  async fn() {
    await using temporary = await temporaryFolder();
    const { folder } = await writeJobs(temporary.path);
    const { stdout, stderr } = await new Deno.Command(await findSnakemake(true) as string, {
      args: ["--lint"],
      cwd: folder,
      env: { XDG_CACHE_HOME: join(temporary.path, "cache") },
    }).output();
    const log = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    const found = new Set(log.matchAll(/^ {4}\* (.*?)\.?:$/gm).map(([, title]) => title));
    const text = await Deno.readTextFile(join(projectFolder(), "docs/cluster.md"));
    const table = text.slice(text.indexOf("| finding |"), text.indexOf("## Why nothing is lost"));
    const answered = table.matchAll(/^\| `(.*?)` \|/gm).map(([, title]) => title).toArray();
    assert.deepEqual([...found].sort(), answered.sort(), log);
  },
});

/** Whether Snakemake's plugins for Kubernetes are installed beside it. */
async function hasKubernetes(): Promise<boolean> {
  const snakemake = await findSnakemake(true);
  if (!snakemake) return false;
  const args = ["-c", "import snakemake_executor_plugin_kubernetes, snakemake_storage_plugin_fs"];
  const python = new Deno.Command(join(dirname(snakemake), "python"), { args, stderr: "null" });
  return await python.output().then(({ success }) => success, () => false);
}

Deno.test({
  name: "a dry run with the profile for Kubernetes lists all jobs",
  // It is skipped by name where the plugins are not installed.
  ignore: !await hasKubernetes(),
  async fn() {
    await using temporary = await temporaryFolder();
    const { folder } = await writeJobs(temporary.path);
    const { code, stdout, stderr } = await new Deno.Command(await findSnakemake(true) as string, {
      args: ["--profile", "profiles/kubernetes", "-n"],
      cwd: folder,
      env: { XDG_CACHE_HOME: join(temporary.path, "cache") },
    }).output();
    const log = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert.equal(code, 0, log);
    for (const rule of ["training", "predictions"]) assert.match(log, new RegExp(`^${rule} +3$`, "m"));
    assert.match(log, /^part +2$/m);
    assert.match(log, /^analysis +1$/m);
  },
});

Deno.test("the jobs of a workflow quote the names of its runs, and have no result as an output", async () => {
  await using temporary = await temporaryFolder();
  const { folder } = await writeJobs(temporary.path);
  const text = await Deno.readTextFile(join(folder, "Snakefile"));
  assert.match(text, /task run \{wildcards\.run:q\} /);
  const outputs = text.matchAll(/^ {4}output:\n(.*)$/gm).map(([, line]) => line.trim()).toArray();
  assert.deepEqual(outputs, [
    'temp(touch("finished/trained/{run}")),',
    'touch("finished/{run}"),',
    'temp(touch("finished/parts/{part}")),',
    'touch("finished/analysis"),',
    'touch("finished/notebooks"),',
    'touch("finished/report"),',
  ]);
  assert.match(text, /^localrules:\n {4}all,\n {4}report,$/m);
});

Deno.test("a repetition asks for more memory, up to three times the first and to what a node has", async () => {
  await using temporary = await temporaryFolder();
  const { folder } = await writeJobs(temporary.path);
  const [more] = /^def more\(.*\n(?: {4}.*\n)+/m.exec(await Deno.readTextFile(join(folder, "Snakefile")))!;
  const program = `config = {}\n${more}\nprint([more(1600, attempt) for attempt in range(1, 32)])\n` +
    `config = {"max_mem_mb": 2000}\nprint([more(each, 4) for each in (1000, 1600, 2500)])\n`;
  const { stdout, stderr } = await new Deno.Command(join(projectFolder(), ".venv/bin/python"), {
    args: ["-c", program],
  })
    .output();
  assert.equal(new TextDecoder().decode(stderr), "");
  const [first, limited] = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(first, [1600, 2400, 3200, 4000, ...Array.from({ length: 27 }, () => 4800)]);
  assert.deepEqual(limited, [2000, 2000, 2500]);
});
