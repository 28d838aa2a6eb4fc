import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { DatasetError, openDataset } from "lib";
import { describeGroups, findGroups, loadFolder, readGroups } from "lib/datasets";
import { withTileGroups } from "lib/datasets/group_notes.ts";
import { findTiles } from "lib/datasets/tile_names.ts";
import { folderWith, rejects, write } from "./layouts/write_files.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";

async function readText(text: string, ids = ["a", "b"]): Promise<Map<string, string>> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "groups.tsv");
  await write(path, text);
  return await readGroups(path, ids, "mine");
}

Deno.test("readGroups() takes commas, semicolons and tabs, quotes, either name of the column, and file names", async () => {
  const expected = new Map([["a", "x"], ["b", "x; y"]]);
  for (
    const text of [
      "id\tmosaic_group\na\tx\nb\tx; y\n",
      "id,group\r\na.png,x\r\nb.tif,x; y\r\n",
      'id;group\na;x\nb;"x; y"\n',
      '\uFEFF"ID","Group","note"\n"a"," x ",\n"images/b.png","x; y","one, two"\n\n',
      'Image;Group;\na;x;\nb;"x; y";\n',
    ]
  ) {
    assert.deepEqual(await readText(text), expected, text);
  }
  assert.deepEqual(await readText("id,group\na,x\n", ["a.ome"]), new Map([["a.ome", "x"]]));
  assert.deepEqual(await readText("id,group\nCELL1,x\n", ["Cell1"]), new Map([["Cell1", "x"]]));
  await rejects(
    readText("id,group\nCELL1,x\n", ["Cell1", "cell1"]),
    DatasetError,
    /names "CELL1", which is not in mine/,
  );
  assert.deepEqual(await readText("id,group\ne\u0301,x\n", ["\u00e9"]), new Map([["\u00e9", "x"]]));
  assert.deepEqual(await readText("id,group\nsub/a.png,x\n", ["sub_a"]), new Map([["sub_a", "x"]]));
  assert.deepEqual(await readText("id,group\nz#1,x\nz#2,x\n", ["z"]), new Map([["z", "x"]]));
  await rejects(readText("id,group\nz#1,x\nz#2,y\n", ["z"]), DatasetError, /names "z#2" twice/);
});

Deno.test("readGroups() names the line that is wrong, and the id that may be meant", async () => {
  await rejects(readText("id,group\n1,x\n", ["001"]), DatasetError, /names "1", which is not in mine: write "001" if/);
  await rejects(readText("id,group\na,\nb,x\n"), DatasetError, /gives "a" no group: fill it in/);
  await rejects(
    readText("id,group\na,x,y\n"),
    DatasetError,
    /2 columns, but a line with 3 values \("a x y"\): put quotes/,
  );
  await rejects(readText("id,set,group\na,other,x\n"), DatasetError, /no line with "set" mine \(found other\)/);
  await rejects(readText(""), DatasetError, /groups\.tsv is empty/);
});

Deno.test("findGroups() looks in the folder and next to it, whatever the capitals", async () => {
  for (const name of ["my-images/groups.csv", "my-images/Groups.tsv", "my-images_groups.tsv", "my_groups.csv"]) {
    await using folder = await folderWith(["images/a.png", "masks/a.png"]);
    assert.equal(await findGroups(folder.path), undefined);
    const table = join(dirname(folder.path), name);
    await write(table, "id,group\na,x\n");
    assert.equal(await findGroups(folder.path), table);
    assert.equal(await findGroups(`${folder.path}/`), table);
    for (const options of [{}, { groups: undefined }]) {
      const dataset = await openDataset(folder.path, options);
      assert.equal(describeGroups(dataset), `1 image in 1 group (from ${table})`);
    }
  }
  await using two = await folderWith({ "groups.csv": "", "groups.tsv": "" });
  await rejects(findGroups(two.path), DatasetError, /two tables of groups, groups\.csv and groups\.tsv: remove one/);
});

Deno.test("a data set without a table says that every image is a group", async () => {
  await using folder = await folderWith(["images/a.png", "masks/a.png", "images/b.png", "masks/b.png"]);
  assert.equal(describeGroups(await loadFolder(folder.path)), "2 images (every image is a group: no groups table)");
});

Deno.test("findTiles() finds tiles by their names, and takes no dates and numbers for tiles", () => {
  const stems = (...ids: string[]) => findTiles(ids).map(({ stem, ids }) => [stem, ids.length]);
  assert.deepEqual(stems("x_tile_0_1", "x_tile_1_1", "y_tile_0_1", "y_tile_7_1"), [["x", 2], ["y", 2]]);
  assert.deepEqual(stems("x_r0_c1", "x_r1_c1", "z"), [["x", 2]]);
  assert.deepEqual(stems("slide3_y0_x512", "slide3_y512_x512"), [["slide3", 2]]);
  assert.deepEqual(stems("s-x10y0", "s-x20y0"), [["s", 2]]);
  assert.deepEqual(stems("x-000-000", "x-000-001", "x-001-000", "x-001-001"), [["x", 4]]);
  assert.deepEqual(stems("cell_patch12", "cell_patch13"), [["cell", 2]]);
  assert.deepEqual(stems("a_2018-03-12", "a_2018-03-13", "b_2019-01-02", "a_2020-11-01"), []);
  assert.deepEqual(stems("set01_train", "set02_train"), []);
  assert.deepEqual(stems("img_001", "img_002", "img_003", "img_004"), []);
  assert.deepEqual(stems("003cee89", "0280fa8f", "03b9306f"), []);
});

Deno.test("images that are named like tiles of one field hint at a table", async () => {
  const ids = ["x_tile_0_1", "x_tile_0_2", "y_tile_0_1", "y_tile_0_2"];
  await using folder = await folderWith(ids.flatMap((id) => [`images/${id}.png`, `masks/${id}.png`]));
  const dataset = await openDataset(folder.path);
  assert.match(
    dataset.notes!.join(),
    /^4 images are named like tiles of 2 fields \("x" with 2, "y" with 2\), .*: name the fields in groups\.csv/,
  );
  assert.deepEqual(withTileGroups(dataset).samples.map(({ group }) => group), ["x", "x", "y", "y"]);
  await write(join(folder.path, "groups.csv"), "id,group\n" + ids.map((id) => `${id},same`).join("\n"));
  const grouped = await openDataset(folder.path);
  assert.deepEqual(grouped.notes, []);
  assert.deepEqual(withTileGroups(grouped).samples.map(({ group }) => group), ["same", "same", "same", "same"]);
});
