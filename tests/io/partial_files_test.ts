import assert from "node:assert/strict";
import { join } from "node:path";
import { partialName, removePartialFolders, removePartials } from "lib/io/partial_files.ts";
import { replaceFolder } from "lib/io/replace_folder.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/** The number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
  await child.status;
  return child.pid;
}

Deno.test("a long name is shortened to what a disk takes, and is told from others that end as it does", () => {
  const names = ["a", "b", "é"].map((first) => `${first.repeat(120)}${"c".repeat(120)}_mask.png`);
  const partials = names.map(partialName);
  assert.equal(new Set(partials).size, 3);
  for (const name of partials) {
    assert.ok(new TextEncoder().encode(name).length <= 255);
    assert.match(name, new RegExp(`^\\..*c_mask\\.png\\.${Deno.pid}\\.partial$`));
  }
});

Deno.test("what killed processes left half-written is removed; what a living one writes, and other files, stay", async () => {
  await using folder = await temporaryFolder();
  const dead = await endedProcess();
  const write = (name: string) => Deno.writeTextFile(join(folder.path, name), "half");
  const ours = `.run.json.${Deno.pid}.partial`, others = `.analysis.json.${Deno.ppid}.partial`;
  for (const name of [`.run.json.${dead}.partial`, ours, others, ".notes.partial", "run.json", `.a.${dead}.part`]) {
    await write(name);
  }
  await Deno.mkdir(join(folder.path, `.folder.${dead}.partial`));
  assert.deepEqual(await removePartials(folder.path), [`.run.json.${dead}.partial`]);

  // A file of this process's number that is older than the process was another's, as in a container.
  const before = new Date(performance.timeOrigin - 60_000);
  await Deno.utime(join(folder.path, ours), before, before);
  // What nobody has written for a day is nobody's.
  const yesterday = new Date(Date.now() - 86_400_000);
  await Deno.utime(join(folder.path, others), yesterday, yesterday);
  assert.deepEqual((await removePartials(folder.path)).sort(), [others, ours].sort());

  // Under a lock, only names that may be written elsewhere ask for their process.
  await write(ours);
  await write(others);
  assert.deepEqual(await removePartials(folder.path, (name) => name === "analysis.json"), [others]);
  assert.deepEqual(await removePartials(join(folder.path, "none")), []);
});

Deno.test("in a folder that other computers share, only the age of a partial file counts", async () => {
  await using folder = await temporaryFolder();
  const names = [`.grid.json.${await endedProcess()}.partial`, `.data.json.${Deno.pid}.partial`];
  for (const name of names) await Deno.writeTextFile(join(folder.path, name), "half");
  // Older than this process, but another computer's process of the same number may be older too.
  const before = new Date(performance.timeOrigin - 60_000);
  await Deno.utime(join(folder.path, names[1]), before, before);
  assert.deepEqual(await removePartials(folder.path, undefined, undefined, true), []);
  const yesterday = new Date(Date.now() - 86_400_000);
  for (const name of names) await Deno.utime(join(folder.path, name), yesterday, yesterday);
  assert.deepEqual((await removePartials(folder.path, undefined, undefined, true)).sort(), names.sort());
});

Deno.test("folders that killed processes left are removed with what is in them; those of living ones stay", async () => {
  await using folder = await temporaryFolder();
  const dead = await endedProcess();
  const names = [`.report.${dead}.partial`, partialName("report"), `.other.${dead}.partial`];
  for (const name of names) await Deno.mkdir(join(folder.path, name, "inside"), { recursive: true });
  await Deno.writeTextFile(join(folder.path, `.report.${dead + 1}.partial`), "a file");
  assert.deepEqual(await removePartialFolders(folder.path, (name) => name === "report"), names.slice(0, 1));
  assert.deepEqual(await removePartialFolders(join(folder.path, "none"), () => true), []);
  const left = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assert.deepEqual(left.sort(), [...names.slice(1), `.report.${dead + 1}.partial`].sort());
});

Deno.test("a folder takes the place of another, also where several are put there at once", async () => {
  await using folder = await temporaryFolder();
  const target = join(folder.path, "report");
  const sources = await Promise.all([1, 2, 3].map(async (i) => {
    const path = join(folder.path, `new${i}`);
    await Deno.mkdir(path);
    await Deno.writeTextFile(join(path, "index.html"), String(i));
    return path;
  }));
  await Deno.mkdir(join(target, "old"), { recursive: true });
  await Promise.all(sources.map((path) => replaceFolder(path, target)));
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["report"]);
  assert.deepEqual([...Deno.readDirSync(target)].map(({ name }) => name), ["index.html"]);
});
