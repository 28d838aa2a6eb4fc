import assert from "node:assert/strict";
import { join } from "node:path";
import { DatasetError, ImageError } from "lib";
import { describeGroups, loadFolder, sampleModality } from "lib/datasets";
import { writeTiff } from "../../images/formats/tiff/write_tiff.ts";
import { folderWith, picture, rejects, write } from "./write_files.ts";

Deno.test("a manifest says what files cannot: group, split, modality, pixel size", async () => {
  await using folder = await folderWith({ "x/one.png": picture(), "x/mask.png": picture() });
  const path = join(folder.path, "manifest.json");
  const entry = { image: "x/one.png", mask: "x/mask.png", group: "p1", split: "test", pixelSize: 0.5 };
  const write1 = (...images: unknown[]) => write(path, JSON.stringify({ version: 1, modality: "electron", images }));
  await write1(entry, { id: "two", image: "x/one.png", mask: ["x/mask.png"], modality: "phase" });
  for (const from of [folder.path, path]) {
    const dataset = await loadFolder(from);
    assert.equal(dataset.layout, "manifest");
    const [one, two] = dataset.samples;
    assert.deepEqual([one.id, one.group, one.split, one.pixelSize, sampleModality(one)], [
      "one",
      "p1",
      "test",
      0.5,
      "electron",
    ]);
    assert.deepEqual([two.id, two.group, two.split, sampleModality(two)], ["two", "two", undefined, "phase"]);
    assert.equal(describeGroups(dataset), "2 images in 2 groups (from the manifest)");
  }
  await write1({ ...entry, grup: "typo" });
  await rejects(
    loadFolder(path),
    DatasetError,
    /manifest\.json: image 1 \(x\/one\.png\): unknown key "grup": did you mean "group"\?/,
  );
  await write1({ ...entry, split: "validation" });
  await rejects(loadFolder(path), DatasetError, /image 1 \(x\/one\.png\), split is "validation"/);
  await write1({ ...entry, channels: [0] });
  await rejects(loadFolder(path), DatasetError, /image 1 \(x\/one\.png\), channels, 0 is 0/);
  await write1(entry, entry);
  await rejects(loadFolder(path), DatasetError, /two images named "one"/);
  await write(path, JSON.stringify([entry]));
  await rejects(loadFolder(path), DatasetError, /manifest\.json: it must look like \{"version": 1, "images"/);
  await write(path, JSON.stringify({ version: 2, images: [entry] }));
  await rejects(loadFolder(path), DatasetError, /manifest\.json: version is 2: give 1/);
  await write(path, "{");
  await rejects(loadFolder(path), DatasetError, /manifest\.json is not JSON/);
  await write1({ ...entry, image: "x/none.png" });
  await rejects(loadFolder(path), ImageError, /none\.png cannot be read/);
});

Deno.test("a manifest names files in its own folder, unless more is allowed", async () => {
  await using folder = await folderWith({ "in/one.png": picture(), "in/mask.png": picture(), "out.png": picture() });
  const inside = join(folder.path, "in"), path = join(inside, "manifest.json");
  await Deno.symlink(join(folder.path, "out.png"), join(inside, "link.png"));
  await Deno.symlink("one.png", join(inside, "alias.png"));
  const name = (image: string, mask: unknown = "mask.png") =>
    write(path, JSON.stringify({ version: 1, images: [{ id: "a", image, mask }] }));
  for (const outside of ["../out.png", join(folder.path, "out.png"), "link.png", "/dev/zero", "../missing.png"]) {
    for (const [image, mask] of [[outside, "mask.png"], ["one.png", outside]]) {
      await name(image, mask);
      await rejects(loadFolder(path), DatasetError, /image 1 names ".*", which is outside the manifest's folder/);
    }
  }
  await name("../out.png");
  assert.equal((await loadFolder(path, { allowOutside: true })).samples.length, 1);
  for (const within of ["one.png", "./one.png", "../in/one.png", "alias.png", join(inside, "one.png")]) {
    await name(within);
    assert.equal((await loadFolder(path)).samples.length, 1);
  }
  await name("/dev/zero");
  await rejects(
    loadFolder(path, { allowOutside: true }),
    ImageError,
    /\/dev\/zero cannot be read: it is a device, not a file/,
  );
});

Deno.test("backslashes of Windows separate folders, unless a file has them in its name", async () => {
  await using folder = await folderWith({ "i/a.png": picture(1), "m/a.png": picture(2), "i\\a.png": picture(3) });
  const read = async (image: string, mask: unknown) => {
    const images = [{ image, mask }];
    await write(join(folder.path, "manifest.json"), JSON.stringify({ version: 1, images }));
    const [{ id, image: { data } }] = (await loadFolder(folder.path)).samples;
    return [id, data[0]];
  };
  assert.deepEqual(await read(".\\i\\a.png", "m\\a.png"), ["a", 1]);
  assert.deepEqual(await read("i/a.png", ["m\\a.png"]), ["a", 1]);
  assert.deepEqual(await read("i\\a.png", "m/a.png"), ["i\\a", 3]);
  await rejects(read("..\\out.png", "m/a.png"), DatasetError, /image 1 names "\.\.\/out\.png", which is outside/);
});

Deno.test("a manifest may begin with a byte-order mark", async () => {
  await using folder = await folderWith({ "one.png": picture(), "mask.png": picture() });
  const images = [{ image: "one.png", mask: "mask.png" }];
  await write(join(folder.path, "manifest.json"), "\uFEFF" + JSON.stringify({ version: 1, images }));
  assert.equal((await loadFolder(folder.path)).samples[0].id, "one");
});

Deno.test("channels come from the command, the image, or all images; a mask has none", async () => {
  // Three channels, interleaved: 1, 2, 3 everywhere.
  const three = writeTiff([{
    width: 2,
    height: 2,
    data: Uint8Array.from({ length: 12 }, (_, i) => 1 + i % 3),
    photometric: 2,
  }]);
  const mask = writeTiff([{ width: 2, height: 2, data: Uint8Array.of(0, 1, 0, 1) }]);
  await using folder = await folderWith({ "a.tif": three, "mask.tif": mask });
  const entry = { image: "a.tif", mask: "mask.tif" };
  const first = async (manifest: unknown, channels?: number[]) => {
    await write(join(folder.path, "manifest.json"), JSON.stringify(manifest));
    const [{ image, labels }] = (await loadFolder(folder.path, channels && { channels })).samples;
    assert.deepEqual([...labels.data], [0, 1, 0, 1]);
    return [image.channels, ...image.data.slice(0, image.channels)];
  };
  assert.deepEqual(await first({ version: 1, images: [entry] }), [3, 1, 2, 3]);
  assert.deepEqual(await first({ version: 1, images: [entry], channels: [2] }), [1, 2]);
  assert.deepEqual(await first({ version: 1, images: [{ ...entry, channels: [3] }], channels: [2] }), [1, 3]);
  assert.deepEqual(await first({ version: 1, images: [{ ...entry, channels: [3] }] }, [3, 2, 1]), [3, 3, 2, 1]);
});
