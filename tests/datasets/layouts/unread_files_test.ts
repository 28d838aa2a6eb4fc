import assert from "node:assert/strict";
import { join } from "node:path";
import { DatasetError, ImageError } from "lib";
import { loadFolder } from "lib/datasets";
import { encode as encodePng } from "fast-png";
import { unreadNote } from "lib/datasets/layouts/unread_files.ts";
import { folderWith, labels, picture, rejects, write } from "./write_files.ts";

Deno.test("files that are not read are counted by format, with the way out", () => {
  assert.equal(
    unreadNote("images", ["a.npy", "b.npy", "c.gif"]),
    "3 files in images are not read: 2 .npy, 1 .gif: save them as PNG or TIFF",
  );
  assert.equal(
    unreadNote("images", ["a.czi", "b.tif.gz", "c", "readme.txt"]),
    "3 files in images are not read: 1 .czi: save them as TIFF, with Fiji for example; 1 .tif.gz: unpack them; " +
      "1 without an image's extension: add the extension of its format, such as .png or .tif, to the name of each image",
  );
  assert.equal(
    unreadNote("images", ["a.ome.zarr"]),
    "1 file in images is not read: a.ome.zarr: save it as PNG or TIFF",
  );
  assert.equal(unreadNote("images", ["notes.md", "sizes.csv"]), undefined);
});

Deno.test("other formats among the images are named, the operating system's own files are not", async () => {
  await using folder = await folderWith({
    "images/a.png": picture(),
    "masks/a.png": labels(1),
    "images/b.npy": "x",
    "images/c.zarr/0/0": "x",
    "images/Thumbs.db": "x",
    "images/.DS_Store": "x",
    "images/._a.png": "x",
    "images/a.png:Zone.Identifier": "x",
    "images/groups.csv": "id,group\na,x\n",
  });
  const { samples, notes } = await loadFolder(folder.path);
  assert.equal(samples.length, 1);
  assert.match(notes![0], /^2 files in .*images are not read: 1 \.npy, 1 \.zarr: save them as PNG or TIFF$/);
  assert.match(notes![1], /images\/groups\.csv is not read: move it one folder up/);
  assert.equal(notes!.length, 2);
});

Deno.test("BigTIFF's, JPEG's and BMP's other extensions are read", async () => {
  const png = picture();
  await using folder = await folderWith({
    "images/a.btf": png,
    "masks/a.tif": labels(1),
    "images/b.jfif": png,
    "masks/b.bmp": labels(1),
  });
  // What a file is, its first bytes say.
  assert.deepEqual((await loadFolder(folder.path)).samples.map(({ id }) => id), ["a", "b"]);
});

Deno.test("Git LFS pointers and empty files are named, with what to do", async () => {
  await using folder = await folderWith({ "images/a.png": picture(), "masks/a.png": labels(1) });
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;
  await write(join(folder.path, "masks/a.png"), pointer);
  await rejects(
    loadFolder(folder.path),
    ImageError,
    /masks\/a\.png is a Git LFS pointer, not the image: run "git lfs pull"/,
  );
  await write(join(folder.path, "masks/a.png"), "");
  await rejects(loadFolder(folder.path), ImageError, /masks\/a\.png is empty \(0 bytes\): copy it again/);
  await write(join(folder.path, "groups.csv"), pointer);
  await rejects(
    loadFolder(folder.path, { groups: join(folder.path, "groups.csv") }),
    DatasetError,
    /groups\.csv is a Git LFS pointer, not the table/,
  );
});

Deno.test("a named pipe with an image's or a table's name is refused, and nothing waits for it", async () => {
  await using folder = await folderWith({
    "images/a.png": picture(),
    "masks/a.png": picture(),
    "masks/b.png": picture(),
  });
  const pipe = async (path: string) => {
    assert.ok((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
    return path;
  };
  await pipe(join(folder.path, "images/b.png"));
  await rejects(loadFolder(folder.path), ImageError, /images\/b\.png cannot be read: it is a named pipe, not a file/);
  assert.equal((await loadFolder(folder.path, { skipBad: true })).samples.length, 1);
  const groups = await pipe(join(folder.path, "groups.csv"));
  await rejects(
    loadFolder(folder.path, { groups, skipBad: true }),
    DatasetError,
    /groups\.csv cannot be read: it is a named pipe/,
  );
});

Deno.test("skipBad leaves out what cannot be read, and says why", async () => {
  const ids = ["a", "b", "c", "d"];
  await using folder = await folderWith(ids.flatMap((id) => [`images/${id}.png`, `masks/${id}.png`]));
  await write(join(folder.path, "images/b.png"), picture().subarray(0, 50));
  await Deno.remove(join(folder.path, "masks/c.png"));
  await write(join(folder.path, "masks/e.png"), picture());
  await write(
    join(folder.path, "masks/d.png"),
    encodePng({ width: 2, height: 2, data: new Uint8Array(4), channels: 1, depth: 8 }),
  );
  await rejects(loadFolder(folder.path), DatasetError, /c\.png has no mask/);
  const { samples, skipped } = await loadFolder(folder.path, { skipBad: true });
  assert.deepEqual(samples.map(({ id }) => id), ["a"]);
  assert.deepEqual(skipped!.map(({ id }) => id), ["b", "c", "d", "e"]);
  assert.match(skipped![0].reason, /images\/b\.png cannot be read/);
  assert.match(skipped![2].reason, /masks\/d\.png is 2 × 2, but its image is 4 × 3/);
  await Deno.remove(join(folder.path, "images/a.png"));
  await rejects(
    loadFolder(folder.path, { skipBad: true }),
    DatasetError,
    /None of the images in .* can be read; the first of 5 problems/,
  );
});

Deno.test("files larger than allowed are refused before they are read", async () => {
  await using folder = await folderWith(["images/a.png", "masks/a.png"]);
  await rejects(loadFolder(folder.path, { maxBytes: 20 }), ImageError, /images\/a\.png has \d+ bytes, more than 20/);
});
