import assert from "node:assert/strict";
import { join } from "node:path";
import { DatasetError, ImageError } from "lib";
import { loadFolder } from "lib/datasets";
import { fillRuns } from "lib/datasets/layouts/fill_runs.ts";
import { folderWith, picture, rejects, write } from "./write_files.ts";

Deno.test("run lengths count from 1, down the columns or along the rows", () => {
  const labels = new Uint16Array(12);
  fillRuns(labels, [3, 4], "1 2 6 2", 1, "table");
  // Columns of three pixels: rows 0 and 1 of the first; row 2 of the second, row 0 of the third.
  assert.deepEqual([...labels], [1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0]);
  const rows = new Uint16Array(12);
  fillRuns(rows, [3, 4], "1 2 6 2", 1, "table", "rows");
  assert.deepEqual([...rows], [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  for (
    const [runs, message] of [
      ["12 2", /t\.csv: the run "12 2" is outside 4 × 3 pixels: check that .* this image, and the order of --runs$/],
      ["0 2", /t\.csv: the run "0 2" begins at 0, but counting starts at 1: add 1 to every start of the table$/],
      ["3 0", /the run "3 0" has no pixel: give a start and a length from 1 on$/],
      ["1 x", /the run "1 x" is not a whole start and a whole length: correct the table$/],
      ["1 2 3", /t\.csv: "1 2 3" \(3 numbers\) is not pairs of start and length: write them with blanks between/],
      ["5,2", /t\.csv: "5,2" \(1 number\) is not pairs of start and length: write them with blanks between/],
    ] as const
  ) assert.throws(() => fillRuns(labels, [3, 4], runs, 1, "t.csv"), message, runs);
});

Deno.test("a CSV of run lengths with a folder of images", async () => {
  await using folder = await folderWith(["images/a.png", "images/b.png"]);
  const table = join(folder.path, "train.csv");
  await write(table, "ImageId,EncodedPixels\na.png,1 3\na.png,10 1\nb.png,\n");
  const { samples, layout, notes } = await loadFolder(folder.path);
  assert.equal(layout, "run-length");
  assert.deepEqual([...samples[0].labels.data], [1, 0, 0, 2, 1, 0, 0, 0, 1, 0, 0, 0]);
  assert.ok(samples[1].labels.data.every((label) => label === 0));
  assert.deepEqual(notes, ["The runs in train.csv count pixels down the columns"]);
  await write(table, "ImageId,EncodedPixels\na,1 3\n");
  await rejects(loadFolder(folder.path), DatasetError, /train\.csv does not name .*b\.png: add a line/);
  await write(table, "ImageId,EncodedPixels\na,1 3\nb,\nc,1 1\n");
  await rejects(loadFolder(folder.path), DatasetError, /names "c", but there is no such image/);
  await write(table, "ImageId,EncodedPixels\na,1 30\nb,\n");
  await rejects(
    loadFolder(folder.path),
    ImageError,
    /train\.csv, object 1 of \S+images\/a\.png: the run "1 30" is outside/,
  );
});

Deno.test("-1 and nan in a table of run lengths stand for an image without objects", async () => {
  await using folder = await folderWith(["images/a.png", "images/b.png", "images/c.png"]);
  for (const column of ["EncodedPixels", "runs"]) {
    await write(join(folder.path, "train.csv"), `ImageId,${column}\na.png,1 3\nb.png,-1\nc.png,NaN\n`);
    const { samples } = await loadFolder(folder.path, { runs: "columns" });
    assert.deepEqual(samples.map(({ labels }) => labels.data.filter(Boolean).length), [3, 0, 0], column);
  }
});

Deno.test("the table of the Sartorius competition counts along the rows, and names its folder", async () => {
  await using folder = await folderWith(["train/a.png", "test/b.png"]);
  const table = join(folder.path, "train.csv");
  await write(table, "id,annotation,width,height,cell_type\na,1 3,4,3,astro\na,10 1,4,3,astro\n");
  await write(join(folder.path, "sample_submission.csv"), "id,predicted\nb,1 1\n");
  const { samples, notes } = await loadFolder(folder.path);
  assert.deepEqual([...samples[0].labels.data], [1, 1, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0]);
  assert.deepEqual(notes, [
    "The runs in train.csv count pixels along the rows",
    "test is left out, with 1 image",
  ]);
  await write(table, "id,annotation,width,height,cell_type\na,1 3,3,4,astro\n");
  await rejects(loadFolder(folder.path), ImageError, /a\.png is 4 × 3, but .*train\.csv states 3 × 4/);
});

Deno.test("images with one name in two subfolders have the objects of their own lines", async () => {
  await using folder = await folderWith(["images/a/1.png", "images/b/1.png", "images/c/2.png"]);
  const table = join(folder.path, "t.csv");
  const lines = (...names: string[]) =>
    write(table, `ImageId,EncodedPixels\n${names.map((name, i) => `${name},${i + 1} 1\n`).join("")}`);
  // Pixels 1, 2 and 3 down the first column.
  for (
    const names of [["a/1.png", "b/1.png", "2.png"], ["images/a/1.png", "./images/b/1", "elsewhere/2.tif"], [
      "a/1",
      "images/b/1.png",
      "c/2.png",
    ]]
  ) {
    await lines(...names);
    const { samples } = await loadFolder(folder.path);
    assert.deepEqual(samples.map(({ id, labels }) => [id, labels.data.indexOf(1)]), [["a_1", 0], ["b_1", 4], [
      "c_2",
      8,
    ]]);
  }
  await lines("1.png", "2.png");
  await rejects(
    loadFolder(folder.path),
    DatasetError,
    /t\.csv names "1", which could mean .*a\/1\.png or .*b\/1\.png: give the path in the folder of images \("a\/1"\)/,
  );
  await lines("a/1.png", "b/1.png", "x/2.png", "y/2.png");
  await rejects(
    loadFolder(folder.path),
    DatasetError,
    /t\.csv names "x\/2" and "y\/2", which could mean .*c\/2\.png: /,
  );
  await lines("a/1.png", "2.png");
  await rejects(loadFolder(folder.path), DatasetError, /t\.csv does not name .*b\/1\.png: add a line/);
  await lines("a/1.png", "b/1.png", "c/1.png", "2.png");
  await rejects(loadFolder(folder.path), DatasetError, /t\.csv names "c\/1", but there is no such image in/);
});

Deno.test("a column of another name does not say the order of its runs: its user does", async () => {
  await using folder = await folderWith(["images/a.png"]);
  for (const name of ["annotation", "rle", "outline of the cell"]) {
    await write(join(folder.path, "cells.csv"), `id,${name}\na,1 3\n`);
    await rejects(
      loadFolder(folder.path),
      DatasetError,
      new RegExp(`cells\\.csv: the column "${name}" does not show .*: give --runs rows or --runs columns`),
    );
    const first = async (
      runs: "rows" | "columns",
    ) => [...(await loadFolder(folder.path, { runs })).samples[0].labels.data];
    assert.deepEqual(await first("rows"), [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(await first("columns"), [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
  }
});

/** A text as UTF-16 with a byte-order mark. */
function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2));
  view.setUint16(0, 0xfeff, littleEndian);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i + 2, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

Deno.test("a table of run lengths is read in any usual encoding, with any delimiter", async () => {
  await using folder = await folderWith({ "images/é.png": picture() });
  const table = join(folder.path, "t.csv");
  const lines = (delimiter: string, end = "\n") =>
    ["ImageId" + delimiter + "EncodedPixels", `é.png${delimiter}1 3`, ""].join(end);
  for (
    const content of [
      "\uFEFF" + lines(","),
      lines(";", "\r\n"),
      lines("\t"),
      '"ImageId","EncodedPixels"\n" é.PNG ","1 3"\n',
      "sep=;\n" + lines(";"),
      utf16(lines(","), true),
      utf16(lines(";", "\r\n"), false),
      Uint8Array.from(lines(","), (letter) => letter.charCodeAt(0)),
    ]
  ) {
    await write(table, content);
    const [{ labels }] = (await loadFolder(folder.path)).samples;
    assert.deepEqual([...labels.data], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], String(content));
  }
});
