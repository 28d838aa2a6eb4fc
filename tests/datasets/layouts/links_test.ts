import assert from "node:assert/strict";
import { join } from "node:path";
import { DatasetError, ImageError } from "lib";
import { loadFolder } from "lib/datasets";
import { folderWith, rejects, write } from "./write_files.ts";

Deno.test("links to files and folders are followed, and circles end", async () => {
  await using folder = await folderWith(["images/a.png", "masks/a.png", "elsewhere/b.png", "elsewhere/b_mask.png"]);
  const at = (path: string) => join(folder.path, path);
  await Deno.symlink(at("elsewhere/b.png"), at("images/b.png"));
  await Deno.symlink(at("elsewhere/b_mask.png"), at("masks/b.png"));
  await Deno.symlink(at("images"), at("images/again"));
  await Deno.symlink(folder.path, at("masks/up"));
  const { samples } = await loadFolder(folder.path);
  assert.deepEqual(samples.map(({ id }) => id).slice(0, 2), ["a", "b"]);
  await Deno.symlink(at("nowhere"), at("images/slides"));
  assert.match((await loadFolder(folder.path)).notes!.join(), /images\/slides is left out: it is a broken link/);
  await Deno.symlink(at("nowhere.png"), at("images/c.png"));
  await Deno.symlink(at("elsewhere/b_mask.png"), at("masks/c.png"));
  await rejects(loadFolder(folder.path), ImageError, /images\/c\.png cannot be read: it is a link to .*nowhere\.png/);
});

Deno.test("a broken link without a partner is named as one, with its target", async () => {
  await using folder = await folderWith(["images/a.png", "masks/a.png"]);
  for (const side of ["images", "masks"]) {
    const link = join(folder.path, side, "b.png");
    await Deno.symlink("/nowhere/b.png", link);
    await rejects(
      loadFolder(folder.path),
      DatasetError,
      new RegExp(
        `${side}/b\\.png cannot be read: it is a link to /nowhere/b\\.png, which cannot be read: copy the file`,
      ),
    );
    await Deno.remove(link);
  }
});

Deno.test("linked folders of the Science Bowl and a linked table are read", async () => {
  await using bowl = await folderWith(["store/aa/images/aa.png", "store/aa/masks/1.png"]);
  await Deno.mkdir(join(bowl.path, "set"));
  await Deno.symlink(join(bowl.path, "store/aa"), join(bowl.path, "set/aa"));
  assert.equal((await loadFolder(join(bowl.path, "set"))).layout, "science-bowl");

  await using runs = await folderWith(["store/a.png"]);
  await write(join(runs.path, "store/t.csv"), "ImageId,EncodedPixels\na,1 3\n");
  await Deno.mkdir(join(runs.path, "set"));
  await Deno.symlink(join(runs.path, "store/t.csv"), join(runs.path, "set/t.csv"));
  await Deno.symlink(join(runs.path, "store"), join(runs.path, "set/images"));
  assert.equal((await loadFolder(join(runs.path, "set"))).layout, "run-length");

  await using pairs = await folderWith(["store/images/a.png", "store/masks/a.png"]);
  await Deno.symlink(join(pairs.path, "store"), join(pairs.path, "set"));
  const { name, samples } = await loadFolder(join(pairs.path, "set"));
  assert.deepEqual([name, samples.length], ["set", 1]);
});
