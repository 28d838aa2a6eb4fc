import assert from "node:assert/strict";
import { join } from "node:path";
import { StagedProducts } from "../../tasks/predict/large/staged_products.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

const namesIn = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("a product that fails while it is written leaves no file, and the others get their names", async () => {
  await using folder = await temporaryFolder();
  const { signal } = new AbortController(), files = new StagedProducts(folder.path, signal);
  const write = (name: string, ...parts: Parameters<StagedProducts["stage"]>[1]) =>
    files.attempt(parts, () => files.stage(name, parts).write(new Uint8Array(3e6)));
  await write("labels.tif", "labels");
  await write("rois.zip", "rois");
  await write("table.csv", "table", "report");
  await write("page.jpg", "report");
  assert.equal(namesIn(folder.path).length, 4);
  assert.equal(await files.attempt(["labels"], () => 7), 7);
  const full = new Error("the disk is full");
  for (const parts of [["rois"], ["report"]] as const) {
    await files.attempt(parts, () => {
      throw full;
    });
  }
  // The table is needed without the report too.
  assert.equal(namesIn(folder.path).length, 2);
  await files.attempt(["rois"], () => assert.fail("a product that failed is not worked on"));
  const digests = await files.close();
  assert.deepEqual([...digests.keys()], ["labels.tif", "table.csv"]);
  // A folder with the name of a file.
  await Deno.mkdir(join(folder.path, "labels.tif", "full"), { recursive: true });
  assert.deepEqual(await files.commit(), ["table.csv"]);
  assert.deepEqual(namesIn(folder.path), ["labels.tif", "table.csv"]);
  assert.deepEqual([...files.problems.keys()], ["rois", "report", "labels"]);
  assert.equal(files.problems.get("rois"), full);
});

Deno.test("work that is stopped is no failure of a product", async () => {
  await using folder = await temporaryFolder();
  const stop = new AbortController(), files = new StagedProducts(folder.path, stop.signal);
  const work = async () => {
    await files.attempt(["mask"], () => {
      files.stage("mask.tif", ["mask"]);
      stop.abort(new Error("stopped"));
      stop.signal.throwIfAborted();
    });
  };
  await assert.rejects(work(), /stopped/);
  assert.equal(files.problems.size, 0);
  await files.discard();
  assert.deepEqual(namesIn(folder.path), []);
});
