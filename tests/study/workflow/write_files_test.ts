import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFiles, writtenFiles } from "lib/study/workflow/write_files.ts";
import { writeMarks } from "lib/study/workflow/write_marks.ts";
import { temporaryFolder } from "../../io/temporary_folder.ts";

const place = { results: "/lab/results", data: "" };

Deno.test("a file that nobody edited is written again, and an edited one stays edited", async () => {
  await using folder = await temporaryFolder();
  const write = async (text: string) =>
    await writeFiles(
      folder.path,
      { "config.yaml": text, "profiles/a.yaml": "a" },
      place,
      await writtenFiles(folder.path, place),
    );
  const config = () => Deno.readTextFile(join(folder.path, "config.yaml"));
  assert.deepEqual(await write("one"), []);
  assert.deepEqual(await write("two"), []);
  assert.equal(await config(), "two");
  await Deno.writeTextFile(join(folder.path, "config.yaml"), "two, edited");
  for (const text of ["two", "three"]) assert.deepEqual(await write(text), ["config.yaml"]);
  assert.equal(await config(), "two, edited");
  await Deno.remove(join(folder.path, "config.yaml"));
  assert.deepEqual(await write("four"), []);
});

Deno.test("files of another study are refused, and so are those of other data", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await writtenFiles(folder.path, place), undefined);
  await writeFiles(folder.path, { Snakefile: "" }, place);
  await assert.rejects(
    writtenFiles(folder.path, { ...place, results: "/lab/others" }),
    /is the workflow of the study \/lab\/results, not of \/lab\/others: give another folder with --workflow, or delete/,
  );
  await assert.rejects(
    writtenFiles(folder.path, { ...place, data: "/lab/images" }),
    /is the workflow of generated images, not of \/lab\/images: give another folder/,
  );
  await Deno.writeTextFile(join(folder.path, "written.json"), "{");
  await assert.rejects(writtenFiles(folder.path, place), /written\.json is damaged: give another folder/);
});

Deno.test("marks of runs that are unknown or not finished are removed", async () => {
  await using folder = await temporaryFolder();
  const marks = () => [...Deno.readDirSync(join(folder.path, "finished"))].map(({ name }) => name).sort();
  await writeMarks(folder.path, ["a", "b"], false);
  for (const name of ["analysis", "report", "unknown"]) {
    await Deno.writeTextFile(join(folder.path, "finished", name), "");
  }
  await Deno.utime(join(folder.path, "finished/b"), 1000, 1000);
  await writeMarks(folder.path, ["b", "c"], true);
  assert.deepEqual(marks(), ["analysis", "b", "c", "report"]);
  // An older mark keeps its date, as a new one would repeat the analysis.
  assert.equal((await Deno.stat(join(folder.path, "finished/b"))).mtime?.getTime(), 1_000_000);
  await writeMarks(folder.path, ["b", "c"], false);
  assert.deepEqual(marks(), ["b", "c"]);
});
