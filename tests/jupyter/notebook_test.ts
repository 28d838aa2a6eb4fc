// @tags slow notebooks
import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDataset, openDataset } from "lib";
import { projectFolder } from "lib/runs";
import { profileGrid, runStudy } from "lib/study";
import { notebookSource } from "lib/study/report/notebook_source.ts";
import { writeImageFolder } from "../fixtures/image_folder.ts";

const root = projectFolder();

interface Output {
  output_type: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

/** Runs code cells as a notebook; returns how it ended and the outputs of the executed copy. */
async function runCells(
  sources: string[],
  parameters = {},
): Promise<{ success: boolean; text: string; outputs: Output[][] }> {
  const folder = await Deno.makeTempDir({ dir: join(root, "notebooks"), prefix: ".test-" });
  try {
    const notebook = {
      cells: sources.map((source, i) => ({
        cell_type: "code",
        id: `cell-${i}`,
        metadata: i === 0 ? { tags: ["parameters"] } : {},
        source,
        execution_count: null,
        outputs: [],
      })),
      metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    const path = join(folder, "test.ipynb"), out = join(folder, "out.ipynb");
    await Deno.writeTextFile(path, JSON.stringify(notebook));
    const { success, stderr } = await new Deno.Command(join(root, ".venv/bin/python"), {
      args: [join(root, "tasks/jupyter/run_notebook.py"), path, out, JSON.stringify(parameters)],
      env: { JUPYTER_PREFER_ENV_PATH: "1" },
    }).output();
    const text = new TextDecoder().decode(stderr);
    const executed = await Deno.readTextFile(out).then(JSON.parse, () => ({ cells: [] }));
    return { success, text, outputs: executed.cells.map(({ outputs }: { outputs: Output[] }) => outputs) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const joinText = (outputs: Output[]) => outputs.flatMap(({ text }) => text ?? []).join("");

Deno.test("notebookSource() gives the code cells as one module", () => {
  const cell = (cell_type: string, source: string | string[]) => ({ cell_type, source });
  const text = JSON.stringify({
    cells: [cell("markdown", "# Title"), cell("code", ["let a = 1;\n", "a"]), cell("code", "a + 1")],
  });
  assert.equal(notebookSource(text), "// cell 1\nlet a = 1;\na\n\n// cell 2\na + 1\nexport {};\n");
  assert.throws(() => notebookSource("{}"), SyntaxError);
});

Deno.test("a notebook runs with its parameters, loses no output, and shows figures as SVG and PNG", async () => {
  const cells = Array.from({ length: 40 }, (_, i) => `console.log("cell " + ${i} * factor);`);
  const chart = `import { lossCurve } from "lib/plots";\nlossCurve([1, 0.5, 0.4])`;
  const { success, text, outputs } = await runCells(["let factor = 1;", ...cells, chart], { factor: 3 });
  assert.ok(success, text);
  // The first two cells are the parameters and what was injected after them.
  cells.forEach((_, i) => assert.equal(joinText(outputs[i + 2]), `cell ${3 * i}\n`));
  const { data, metadata } = outputs.at(-1)![0];
  assert.match(String([data!["image/svg+xml"]].flat().join("")), /^<svg/);
  assert.match(String(data!["image/png"]), /^iVBOR/);
  // Drawn for sharp screens, with twice as many pixels.
  const [svg] = /^<svg[^>]*>/.exec([data!["image/svg+xml"]].flat().join(""))!;
  const [width, height] = [/ width="(\d+)"/, / height="(\d+)"/].map((pattern) => Number(pattern.exec(svg)![1]));
  assert.deepEqual(metadata, { "image/png": { width, height } });
});

Deno.test("a notebook stops at its first error, fails, and keeps the executed copy", async () => {
  const { success, text, outputs } = await runCells([
    "let a = 1;",
    `console.log("before");`,
    `throw new Error("broken " + a);`,
    `console.log("after");`,
  ]);
  assert.equal(success, false);
  assert.match(text, /failed in cell 3 of 4/);
  assert.match(text, /broken 1/);
  assert.equal(joinText(outputs[1]), "before\n");
  assert.equal(outputs[2][0].output_type, "error");
  assert.deepEqual(outputs[3], []);
});

Deno.test("a syntax error is shown in its cell, and told with its line", async () => {
  const { success, text, outputs } = await runCells(["let a = 1;", "const b = 2;\n\nconst x = ;", "a"]);
  assert.equal(success, false);
  assert.match(text, /failed in cell 2 of 3/);
  assert.match(text, /SyntaxError: Expression expected \(line 3, column 11\)\n\n3 \| const x = ;\n {2}\| {11}\^/);
  assert.equal(outputs[1][0].output_type, "error");
});

Deno.test("an unknown parameter is refused with the known ones", async () => {
  const { success, text } = await runCells(["let epochs = 1;\nlet fold = 0;"], { epoch: 3 });
  assert.equal(success, false);
  assert.match(text, /no parameter "epoch": did you mean "epochs"\? It has epochs, fold/);
});

Deno.test("Stop ends a training with a checkpoint, and a busy loop, and the kernel keeps its state", async () => {
  const results = await Deno.makeTempDir();
  try {
    const { stdout, stderr } = await new Deno.Command(join(root, ".venv/bin/python"), {
      args: [join(root, "tests/jupyter/stop_cell.py"), root, results],
      env: { JUPYTER_PREFER_ENV_PATH: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
    assert.match(text, /^\{/, new TextDecoder().decode(stderr));
    const { stopped, apart, missing, waiting, busy, unset, range, still, after } = JSON.parse(text);
    assert.match(stopped, /^Stopped at step \d+, checkpoint in .*: run the same command again to continue\.\n$/);
    assert.match(apart, /^Stopped.*: run the same command again to continue\.\n$/);
    // openStudy() began to make the study that was missing.
    assert.match(missing, /Stopped/);
    assert.ok((await Deno.stat(join(results, "studies/tiny/grid.json"))).isFile);
    assert.equal(waiting, "Stopped.\n");
    assert.equal(busy, "Stopped.\n");
    assert.match(unset, /^run has no value: the cell that declares it was stopped or failed, run it again$/);
    assert.equal(range, "begins\nStopped.\n");
    assert.match(still, /^[01]\n$/);
    assert.equal(after, "8\n");
    for (const folder of [results, join(results, "members")]) {
      const [{ name }] = [...Deno.readDirSync(folder)].filter(({ name }) => !["members", "studies"].includes(name));
      assert.ok((await Deno.stat(join(folder, name, "checkpoint.safetensors"))).isFile);
    }
  } finally {
    await Deno.remove(results, { recursive: true });
  }
});

/** A folder for all notebooks, with small images and results. */
const shared = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(shared, { recursive: true }));
const images = join(shared, "images"), results = join(shared, "results");

Deno.test("the tiny study that the notebooks show is made from small images", async () => {
  const { samples } = await generateDataset({ count: 16, size: 96, seed: 20 });
  await writeImageFolder(images, samples);
  const { analysis } = await runStudy({
    grid: profileGrid("tiny"),
    dataset: await openDataset(images),
    results: join(results, "tiny"),
    keepWeights: false,
  });
  assert.equal(analysis.members.length, 4);
});

const short = ["-p", "study=tiny", "-p", `results=${results}`];
// A study that comes with the project decides, and the tiny one is shown next to it.
const tiny = [...short, "-p", "verdicts=quick"];
const member = [...short, "-p", `dataFolder=${images}`];
// The range test trains each network 40 steps more: with the fastest one it is enough.
const withoutRange = [...member, "-p", "rangeTest=false"];
const notebooks: [name: string, parameters: string[]][] = [
  ["06-focal-vs-bce", tiny],
  ["07-ensembles", tiny],
  ["08-negative-results", tiny],
  ["01-data-exploration", ["-p", `dataFolder=${images}`]],
  ["02-unet", withoutRange],
  ["03-deeplabv3", withoutRange],
  ["04-deeplabv3plus", withoutRange],
  ["05-pspnet", member],
];

for (const [name, parameters] of notebooks) {
  Deno.test(`the notebook ${name} runs from the command line`, async () => {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(root, "tasks/notebook.ts"), name, ...parameters],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const path = new TextDecoder().decode(stdout).trim();
    const { cells } = JSON.parse(await Deno.readTextFile(path));
    const outputs = cells.flatMap(({ outputs = [] }: { outputs?: Output[] }) => outputs);
    assert.ok(outputs.some(({ data }: Output) => data?.["image/png"]));
    assert.ok(outputs.every(({ output_type }: Output) => output_type !== "error"));
    if (parameters !== tiny) return;
    const tables = outputs.map(({ data }: Output) => [data?.["text/plain"]].flat().join(""));
    assert.ok(tables.some((text: string) => /^claim +rule +quick +tiny/.test(text)), "the verdicts of both studies");
  });
}

Deno.test("every notebook of the project is run by these tests", async () => {
  const there = (await Array.fromAsync(Deno.readDir(join(root, "notebooks")))).map(({ name }) => name)
    .filter((name) => name.endsWith(".ipynb") && !name.startsWith("."));
  assert.deepEqual(there.sort(), notebooks.map(([name]) => `${name}.ipynb`).sort());
});
