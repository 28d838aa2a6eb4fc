import assert from "node:assert/strict";
import { dirname, join, normalize } from "node:path";
import { exists } from "lib/io/exists.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { TrainingConfig } from "lib/train/config.ts";
import { chooseCommand, HelpRequest, readLine } from "../../tasks/commands/read_line.ts";
import { LAYERS } from "../../tasks/layers/layers.ts";
import { layerRows, layersPicture } from "../../tasks/layers/layers_picture.ts";
import { TASKS } from "../../tasks/run.ts";
import { anchors, links, type Page, readPages, shellWords } from "./markdown.ts";

const pages = await readPages();
const page = (path: string): Page => pages.find((each) => each.path === path)!;
const { tasks: declared } = JSON.parse(await Deno.readTextFile(join(projectFolder(), "deno.json")));

/** Programs of others that a page may call. */
const PROGRAMS = ["cd", "git", "python", "python3", "smp/bin/pip", "smp/bin/python", "srun", "uv"];

/**
 * Reads the words after `deno task`.
 *
 * @param nameAlone whether a name without its arguments is taken too, as a sentence may name a command
 */
async function readCommand([name, ...args]: string[], nameAlone = false): Promise<void> {
  assert.ok(name in declared, `there is no task ${name}`);
  const task = TASKS.find(({ command }) => command.name === name);
  if (!task || nameAlone && args.length === 0) return;
  const [command, rest] = await chooseCommand(task.command, args);
  if (nameAlone && rest.length === 0) return;
  try {
    await readLine(command, rest);
  } catch (error) {
    if (!(error instanceof HelpRequest)) throw error;
  }
}

/** Checks a line of a shell block, of any program. */
async function checkLine(line: string): Promise<void> {
  const words = shellWords(line);
  while (/^\w+=/.test(words[0] ?? "")) words.shift();
  if (words.length === 0) return;
  const [program, ...args] = words;
  if (program === "npx") {
    assert.deepEqual(args.slice(0, 3), ["-y", "deno@2.9.6", "task"]);
    return await readCommand(args.slice(3));
  }
  if (program === "deno" && args[0] === "task") return await readCommand(args.slice(1));
  for (const file of args.filter((word) => /\.(ts|py)$/.test(word))) {
    assert.ok(await exists(join(projectFolder(), file)), `there is no ${file}`);
  }
  assert.ok(program === "deno" && ["run", "add"].includes(args[0]) || PROGRAMS.includes(program), `unknown ${program}`);
}

Deno.test("every link of a document leads to a file and a heading that exist", async () => {
  let checked = 0;
  for (const from of pages) {
    for (const link of links(from)) {
      if (/^https?:/.test(link)) continue;
      const [file, anchor] = link.split("#");
      const target = file ? normalize(join(dirname(from.path), file)) : from.path;
      assert.ok(await exists(join(projectFolder(), target)), `${from.path}: ${link} leads nowhere`);
      if (anchor) {
        assert.ok(anchors(page(target)).includes(anchor), `${from.path}: ${target} has no heading #${anchor}`);
      }
      checked++;
    }
  }
  assert.ok(checked > 60, String(checked));
});

Deno.test("every page under docs can be reached from README and ARCHITECTURE", () => {
  const reached = new Set(["README.md", "ARCHITECTURE.md"]);
  for (const from of reached) {
    const found = page(from);
    if (!found) continue;
    for (const link of links(found)) {
      if (!/^https?:/.test(link)) reached.add(normalize(join(dirname(from), link.split("#")[0])));
    }
  }
  assert.deepEqual(pages.map(({ path }) => path).filter((path) => path.startsWith("docs/") && !reached.has(path)), []);
});

Deno.test("README and ARCHITECTURE stay short", () => {
  const count = (text: string) => ({ lines: text.split("\n").length - 1, words: text.split(/\s+/).length - 1 });
  const readme = count(page("README.md").text), architecture = count(page("ARCHITECTURE.md").text);
  assert.ok(readme.lines <= 120, `README.md has ${readme.lines} lines`);
  assert.ok(readme.words <= 1200, `README.md has ${readme.words} words`);
  assert.ok(architecture.lines <= 60, `ARCHITECTURE.md has ${architecture.lines} lines`);
});

Deno.test("README names the main job and the tests", () => {
  const lines = page("README.md").blocks.filter(({ language }) => language === "sh").flatMap(({ code }) =>
    code.split("\n").map((line) => shellWords(line).join(" "))
  );
  for (const name of ["study", "test"]) assert.ok(lines.includes(`npx -y deno@2.9.6 task ${name}`), name);
});

Deno.test("every command of a shell block is known, and its options are read", async () => {
  let read = 0;
  for (const { path, blocks } of pages) {
    for (const { code, line } of blocks.filter(({ language }) => language === "sh")) {
      for (const [i, command] of code.split("\n").entries()) {
        try {
          await checkLine(command);
        } catch (error) {
          throw new Error(`${path}:${line + i}: ${command}: ${error}`);
        }
        read++;
      }
    }
  }
  assert.ok(read > 40, String(read));
});

Deno.test("every command in a sentence or a table is known, and its options are read", async () => {
  let read = 0;
  for (const { path, prose } of pages) {
    for (const [command, words] of prose.matchAll(/`deno task ([^`]+)`/g)) {
      if (words.startsWith("NAME")) continue;
      try {
        await readCommand(shellWords(words), true);
      } catch (error) {
        throw new Error(`${path}: ${command}: ${error}`);
      }
      read++;
    }
  }
  assert.ok(read > 40, String(read));
});

Deno.test("docs/commands.md lists every command", () => {
  const { prose } = page("docs/commands.md");
  for (const name of Object.keys(declared)) assert.match(prose, new RegExp(`^\\| \`deno task ${name}\\b`, "m"), name);
});

Deno.test("docs/training.md lists every training option", () => {
  const { prose } = page("docs/training.md");
  for (const name of Object.keys(TrainingConfig.shape)) {
    assert.match(prose, new RegExp(`^\\| [^|]*\`${name}\``, "m"), name);
  }
});

/** All files of the project's own folders, from the project's folder on. */
async function projectFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(projectFolder(), folder))) {
    const path = `${folder}/${name}`;
    files.push(...isDirectory ? await projectFiles(path) : [path]);
  }
  return files;
}

/** Files that a run or the reader makes. */
const MADE = ["dice.svg", "segment.ts"];

Deno.test("every file that a document names is there", async () => {
  const folders = ["lib", "tasks", "bench", "tests", "notebooks", "docs", "results/bench"];
  const files = (await Promise.all(folders.map(projectFiles))).flat();
  let found = 0;
  for (const { path, prose } of pages.filter(({ path }) => path !== "CHANGELOG.md")) {
    for (const [, name] of prose.matchAll(/`([\w/.-]+\.(?:ts|py|js|ipynb|svg))`/g)) {
      if (name.includes("NAME") || MADE.includes(name)) continue;
      assert.ok(files.some((file) => file === name || file.endsWith(`/${name}`)), `${path}: there is no ${name}`);
      found++;
    }
  }
  assert.ok(found > 80, String(found));
});

Deno.test("docs/environment.md lists every variable that the code reads", async () => {
  const { prose } = page("docs/environment.md");
  const files = (await Promise.all(["lib", "tasks", "bench"].map(projectFiles))).flat();
  const names = new Set<string>();
  for (const file of files.filter((path) => /\.(ts|py)$/.test(path))) {
    const source = await Deno.readTextFile(join(projectFolder(), file));
    const read = /(?:Deno\.env\.(?:get|has)|environment|environ\.get)\("([A-Z_0-9]+)"/g;
    for (const [, variable] of source.matchAll(read)) names.add(variable);
  }
  assert.ok(names.size >= 12, [...names].join(" "));
  for (const name of names) assert.match(prose, new RegExp(`^\\|[^|]*\`${name}\``, "m"), name);
});

Deno.test("ARCHITECTURE's table and picture show the layers that the check knows, in its order", async () => {
  const rows = layerRows(page("ARCHITECTURE.md").text);
  const layers = [...new Set(LAYERS.map((layer) => `lib/${layer.split("/")[0]}`))];
  assert.deepEqual(rows.map(({ folder }) => folder), layers);
  const drawn = await Deno.readTextFile(join(projectFolder(), "docs/developer/layers.svg"));
  assert.equal(drawn, layersPicture(rows), "draw it again: deno run -A tasks/draw_layers.ts");
});

Deno.test("JSON blocks are JSON", () => {
  for (const { path, blocks } of pages) {
    for (const { code, line } of blocks.filter(({ language }) => language === "json")) {
      assert.doesNotThrow(() => JSON.parse(code), `${path}:${line}`);
    }
  }
});
