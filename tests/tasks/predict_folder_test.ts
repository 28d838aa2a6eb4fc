// @tags slow long
import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { encode } from "fast-png";
import { FORMAT_LIST } from "lib/images/formats/formats.ts";
import { EARLIER_AVX2 } from "lib/nn/algorithms/algorithm_table.ts";
import { loadModel, saveModel } from "lib/nn/weights/model_file.ts";
import { tf } from "lib/tensorflow/mod.ts";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { expandGlobs } from "../../tasks/predict/expand_globs.ts";
import { listImages } from "../../tasks/predict/list_images.ts";
import { masksNotes } from "../../tasks/predict/masks_notes.ts";
import { readMark } from "../../tasks/predict/result_mark.ts";
import { resultNames } from "../../tasks/predict/result_names.ts";
import { removePartial } from "../../tasks/predict/remove_partial.ts";
import { writeTiff } from "../images/formats/tiff/write_tiff.ts";
import { saveSmallModel } from "./small_model.ts";
import { runTask, runTaskWith } from "./run_task.ts";

/** Writes files, and their folders. */
async function write(root: string, files: Record<string, Uint8Array | string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(root, name)), { recursive: true });
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(join(root, name), bytes);
  }
}

/** All files below a folder, sorted, with their contents. */
async function filesIn(root: string, below = ""): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (
    const { name, isDirectory } of [...Deno.readDirSync(join(root, below))].sort((a, b) => a.name < b.name ? -1 : 1)
  ) {
    const path = join(below, name);
    if (isDirectory) { for (const [each, bytes] of await filesIn(root, path)) files.set(each, bytes); }
    else files.set(path, await Deno.readFile(join(root, path)));
  }
  return files;
}

function image(seed: number, side = 32): Uint8Array {
  const data = Uint8Array.from({ length: side * side }, (_, i) => (i * (7 + seed)) % 251);
  return encode({ width: side, height: side, channels: 1, depth: 8, data });
}

Deno.test("resultNames() keeps places, and extensions where nothing else tells images apart", () => {
  const names = (...places: string[]) => resultNames(places);
  assert.deepEqual(names("w1/img.png", "w2/img.png"), ["w1/img", "w2/img"]);
  assert.deepEqual(names("a.png", "a.tif", "b.png"), ["a.png", "a.tif", "b"]);
  assert.deepEqual(names("A.png", "a.tif"), ["A.png", "a.tif"]);
  // Pages of a.tif are a#1 and a#2.
  assert.deepEqual(names("a.tif", "a#1.png"), ["a.tif", "a#1.png"]);
  assert.deepEqual(names("x.y.png", "x.z.png"), ["x.y", "x.z"]);
  // An extension that stays does not take the name of a third image.
  assert.deepEqual(names("a.png", "a.tif", "a.png.png"), ["a.png", "a.tif", "a.png.png"]);
  assert.deepEqual(names("a.png", "a.tif", "a.tif#1.png"), ["a.png", "a.tif", "a.tif#1.png"]);
});

Deno.test("listImages() finds images at any depth and leaves out what is none", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path;
  await write(root, {
    "in/a.png": "",
    "in/deep/er/b.tif": "",
    "in/.hidden.png": "",
    "in/.cache/c.png": "",
    "in/model.safetensors": "",
    "in/notes.txt": "",
    "in/out/a_mask.png": "",
    "in/Thumbs.db": "",
    "other/a.png": "",
  });
  await Deno.symlink(join(root, "in"), join(root, "in/deep/circle"));
  const places = async (given: string[], output: string) =>
    (await listImages(given.map((path) => join(root, path)), join(root, output))).images.map(({ place }) => place);
  assert.deepEqual(await places(["in"], "in/out"), ["a.png", "deep/er/b.tif"]);
  assert.deepEqual(await places(["in", "other"], "in/out"), ["in/a.png", "in/deep/er/b.tif", "other/a.png"]);
  assert.deepEqual(await places(["in/a.png", "in/a.png", "in"], "in/out"), ["a.png", "deep/er/b.tif"]);
  assert.deepEqual(await places(["in/deep/er/b.tif"], "out"), ["b.tif"]);
  await assert.rejects(places(["in"], "in"), /contains the images and is also the output folder/);
  await Deno.mkdir(join(root, "empty"));
  await assert.rejects(places(["empty"], "out"), new RegExp(`empty has no ${FORMAT_LIST} image`));
});

Deno.test("listImages() leaves out folders of masks next to images, unless they are named", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path;
  await write(root, {
    "pairs/images/a.png": "",
    "pairs/masks/a.png": "",
    "inside/a.png": "",
    "inside/labels/a.png": "",
    "nnunet/imagesTr/a.png": "",
    "nnunet/labelsTr/a.png": "",
    "bowl/1/images/1.png": "",
    "bowl/1/masks/x.png": "",
    "bowl/1/masks/y.png": "",
    "plain/targets/a.png": "",
  });
  const list = async (...given: string[]) => {
    const { images, masks } = await listImages(given.map((path) => join(root, path)), join(root, "out"));
    return [
      images.map(({ path }) => relative(root, path)),
      masks.folders.map(({ path, count }) => [relative(root, path), count]),
    ];
  };
  assert.deepEqual(await list("pairs"), [["pairs/images/a.png"], [["pairs/masks", 1]]]);
  assert.deepEqual(await list("inside"), [["inside/a.png"], [["inside/labels", 1]]]);
  assert.deepEqual(await list("nnunet"), [["nnunet/imagesTr/a.png"], [["nnunet/labelsTr", 1]]]);
  assert.deepEqual(await list("bowl"), [["bowl/1/images/1.png"], [["bowl/1/masks", 2]]]);
  // The name of a folder alone makes no masks, and a user may want them.
  assert.deepEqual(await list("plain"), [["plain/targets/a.png"], []]);
  assert.deepEqual(await list("pairs/masks"), [["pairs/masks/a.png"], []]);
});

Deno.test("listImages() leaves out masks next to their images, unless they are named", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path;
  await write(root, {
    "in/a.tif": "",
    "in/a_mask.png": "",
    "in/sub/b.png": "",
    "in/sub/b_cp_masks.png": "",
    "in/sub/target_cells.png": "",
    "alone/a_mask.png": "",
  });
  const list = async (...given: string[]) => {
    const { images, masks } = await listImages(given.map((path) => join(root, path)), join(root, "out"));
    return [images.map(({ path }) => relative(root, path)), masks.files.map((path) => relative(root, path))];
  };
  assert.deepEqual(await list("in"), [
    ["in/a.tif", "in/sub/b.png", "in/sub/target_cells.png"],
    ["in/a_mask.png", "in/sub/b_cp_masks.png"],
  ]);
  // A name alone makes no mask.
  assert.deepEqual(await list("alone"), [["alone/a_mask.png"], []]);
  assert.deepEqual(await list("in/a_mask.png", "in"), [
    ["in/a_mask.png", "in/a.tif", "in/sub/b.png", "in/sub/target_cells.png"],
    ["in/sub/b_cp_masks.png"],
  ]);
  const notes = masksNotes({ folders: [{ path: "x/masks", count: 2 }], files: ["a_mask.png"] });
  assert.deepEqual(notes, [
    "Left out 2 files in 1 folder of masks: x/masks. To segment masks too, name their folder",
    "Left out 1 mask next to its image: a_mask.png. To segment masks too, name their files",
  ]);
});

Deno.test("listImages() treats what a pattern matches like the content of a folder", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path;
  await write(root, {
    "data/a.png": "",
    "data/a_mask.png": "",
    "data/README.txt": "",
    "data/w1/images/b.png": "",
    "data/w1/masks/b.png": "",
    "data/w1/masks/c.png": "",
    "data/notes/d.txt": "",
    "data/out/a_mask.png": "",
    "data/out/w1/images/b_labels.tif": "",
  });
  const list = async (pattern: string) => {
    const { images, masks } = await listImages(await expandGlobs([join(root, pattern)]), join(root, "data/out"));
    assert.ok(images.every(({ found }) => found));
    return {
      images: images.map(({ place }) => place),
      masks: [...masks.files, ...masks.folders.map(({ path, count }) => `${path}:${count}`)].map((each) =>
        relative(root, each)
      ),
    };
  };
  const whole = { images: ["a.png", "w1/images/b.png"], masks: ["data/a_mask.png", "data/w1/masks:2"] };
  for (const pattern of ["data/*", "data/**", "data/**/*.png"]) assert.deepEqual(await list(pattern), whole, pattern);
  // A pattern of masks alone names them.
  assert.deepEqual(await list("data/*_mask.png"), { images: ["a_mask.png"], masks: [] });
  assert.deepEqual(await list("data/w1/masks/*"), { images: ["b.png", "c.png"], masks: [] });
  for (const pattern of ["data/*.txt", "data/no*", "data/o*", "data/o*/*.png"]) {
    await assert.rejects(list(pattern), /No PNG.* image matches \S+, apart from masks .* output folder/, pattern);
  }
});

Deno.test("listImages() notes files that are left out, and lists broken links, which fail", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, data = join(root, "data");
  await write(root, {
    "data/a.png": "",
    "data/x.czi": "",
    "data/sub/y.webp": "",
    "data/notes.txt": "",
    "data/z.zarr/0.png": "",
    "data/out/objects.geojson": "",
  });
  await Deno.symlink("/nowhere/b.png", join(data, "broken.png"));
  await Deno.symlink("/nowhere", join(data, "slides"));
  const { images, notes } = await listImages([data], join(data, "out"));
  assert.deepEqual(images.map(({ place }) => place), ["a.png", "broken.png"]);
  assert.deepEqual(notes, [
    `3 files in ${data} are not read: 1 .webp, 1 .zarr: save them as PNG or TIFF; 1 .czi: save them as TIFF, with Fiji for example`,
    `${data}/slides is left out: it is a broken link`,
  ]);
  await Deno.remove(join(data, "a.png"));
  await Deno.remove(join(data, "broken.png"));
  await assert.rejects(
    listImages([data], join(data, "out")),
    /data has no PNG.* image \(3 files in .*\): name the folder/,
  );
});

Deno.test("masks are kept only if they were computed with the same algorithms", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = join(root, "model.safetensors");
  await saveSmallModel(model);
  await write(root, { "a.png": image(1) });
  const run = (entry: string) =>
    runTaskWith(
      { CONVOLUTION_ALGORITHMS: entry },
      "predict",
      model,
      join(root, "a.png"),
      "--output",
      join(root, "out"),
    );
  for (
    const [entry, expected] of [["direct", /a_mask\.png/], ["direct", /Kept the masks of 1/], [
      EARLIER_AVX2,
      /Replaced 1/,
    ]] as const
  ) {
    const { code, out, error } = await run(entry);
    assert.equal(code, 0, error);
    assert.match(out, expected);
  }
});

Deno.test("a pattern that matches the output folder resumes, and segments no mask", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = join(root, "model.safetensors"), out = join(root, "data/out");
  await saveSmallModel(model);
  await write(root, { "data/a.png": image(1), "data/w1/b.png": image(2), "data/README.txt": "images" });
  for (const pattern of ["data/*", "data/**/*.png"]) {
    const { code, out: said, error } = await runTask("predict", model, join(root, pattern), "--output", out);
    assert.equal(code, 0, error);
    assert.deepEqual([...(await filesIn(out)).keys()], ["a_mask.png", "w1/b_mask.png"]);
    if (pattern !== "data/*") assert.match(said, /Kept the masks of 2 images already segmented/);
  }
});

Deno.test("removePartial() removes what dead processes left, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const names = [
    ".a_mask.png.999999999.partial",
    `.a_mask.png.${Deno.pid}.partial`,
    ".other.999999999.partial",
    "a_mask.png",
  ];
  await write(folder.path, Object.fromEntries(names.map((name) => [name, ""])));
  await removePartial(folder.path, [".", "missing"]);
  assert.deepEqual([...(await filesIn(folder.path)).keys()], [names[1], names[2], names[3]].sort());
});

Deno.test("predict segments a folder, goes on after bad images, keeps what is done, and replaces nothing of others", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = join(root, "model.safetensors"), out = join(root, "out");
  await saveSmallModel(model);
  const page = (seed: number) => ({
    width: 32,
    height: 32,
    data: Uint8Array.from({ length: 1024 }, (_, i) => i * seed % 251),
  });
  await write(root, {
    "in/w1/img.png": image(1),
    "in/w2/img.png": image(2),
    "in/masks/img.png": image(2),
    "in/w1/same.png": image(3),
    "in/w1/same.tif": writeTiff([page(3), page(5)]),
    "in/broken.png": image(4).subarray(0, 60),
    "in/bad\x1b[2J.png": "no image",
    "in/model.safetensors": "weights",
    "in/x.czi": "stack",
  });
  await Deno.symlink("/nowhere/z.png", join(root, "in/gone.png"));
  const run = (...args: string[]) => runTask("predict", model, ...args, "--output", out);
  const first = await run(join(root, "in"));
  assert.equal(first.code, 1);
  assert.match(
    first.error,
    /3 images could not be segmented:\n {2}.*bad\\x1b\[2J\.png is .*not a PNG.*\n {2}.*broken\.png cannot be read/,
  );
  assert.match(first.error, /\n {2}\S+in\/gone\.png cannot be read: it is a link to \/nowhere\/z\.png, which cannot/);
  assert.match(first.error, /1 file in \S+\/in is not read: x\.czi: save it as TIFF, with Fiji/);
  assert.match(first.error, /Left out 1 file in 1 folder of masks: \S+\/in\/masks\. To segment masks too, name/);
  assert.ok(!(first.out + first.error).includes("\x1b[2J"));
  const expected = ["img", "same.png", "same.tif#1", "same.tif#2"].map((name) => `w1/${name}_mask.png`);
  const made = await filesIn(out);
  assert.deepEqual([...made.keys()], [...expected, "w2/img_mask.png"].sort());
  for (const bytes of made.values()) {
    const { key, source } = readMark(bytes)!;
    for (const digest of [key, source!.content, source!.place]) assert.match(digest, /^[0-9a-f]{64}$/);
  }

  // A second run computes what is missing or damaged alone, and gives the same bytes.
  const old = new Date(2020, 1, 1);
  for (const path of made.keys()) await Deno.utime(join(out, path), old, old);
  await Deno.remove(join(out, "w2/img_mask.png"));
  const damaged = made.get("w1/img_mask.png")!.slice();
  damaged[60] ^= 4;
  await write(out, { "w1/img_mask.png": damaged, "w1/.img_mask.png.999999999.partial": "half" });
  const second = await run(join(root, "in"));
  assert.match(second.out, /Kept the masks of 3 images already segmented with the same settings/);
  assert.deepEqual(await filesIn(out), made);
  assert.equal((await Deno.stat(join(out, "w1/same.png_mask.png"))).mtime?.getTime(), old.getTime());

  // Other settings replace results, as is said; drawn masks stay.
  const other = await run(join(root, "in/w2"), join(root, "in/w1/img.png"), "--threshold", "0.9");
  assert.equal(other.code, 0, other.error);
  assert.match(
    other.out,
    /above 0\.9 are foreground[^]*Replaced 2 results of other settings, or of images that have changed/,
  );
  await write(out, { "img_mask.png": image(9) });
  const refused = await run(join(root, "in/w1/img.png"));
  assert.match(refused.error, /img_mask\.png exists already, and predict did not write it/);
  assert.deepEqual(await Deno.readFile(join(out, "img_mask.png")), image(9));
});

Deno.test("predict replaces no result of another image, and one of the same image that was changed or moved", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = join(root, "model.safetensors"), out = join(root, "out");
  await saveSmallModel(model);
  const stack = (seed: number) =>
    writeTiff([1, 2].map((page) => ({
      width: 32,
      height: 32,
      data: Uint8Array.from({ length: 1024 }, (_, i) => i * (seed + page) % 251),
    })));
  await write(root, { "w1/img.png": image(1), "w2/img.png": image(2), "s1/st.tif": stack(2), "s2/st.tif": stack(5) });
  const run = (...args: string[]) => runTask("predict", model, ...args, "--output", out);
  assert.equal((await run(join(root, "w1/img.png"), join(root, "s1/st.tif"))).code, 0);
  const first = await filesIn(out);
  assert.deepEqual([...first.keys()], ["s1/st#1_mask.png", "s1/st#2_mask.png", "w1/img_mask.png"]);
  assert.equal((await run(join(root, "w1/img.png"))).code, 0);
  const refused = await run(join(root, "w2/img.png"));
  assert.equal(refused.code, 1);
  assert.match(
    refused.error,
    /^\S+img_mask\.png is the result of another image, segmented before\. Choose another --output/,
  );

  // Which pages a file has is known once it is read: it alone fails.
  assert.equal((await run(join(root, "s1"))).code, 0);
  await write(root, { "s2/other.png": image(3) });
  const pages = await run(join(root, "s2"));
  assert.equal(pages.code, 1);
  assert.match(
    pages.error,
    /2 images could not be segmented:\n {2}\S+st\.tif#1 is not segmented: \S+ is the result of another/,
  );
  assert.ok((await Deno.stat(join(out, "other_mask.png"))).isFile);

  await write(root, { "w1/img.png": image(7) });
  assert.match(
    (await run(join(root, "w1/img.png"))).out,
    /Replaced 1 result of other settings, or of images that have/,
  );
  await Deno.rename(join(root, "w1"), join(root, "moved"));
  const moved = await run(join(root, "moved/img.png"), "--threshold", "0.9");
  assert.match(moved.out, /Replaced 1 result/, moved.error);
});

Deno.test("an image whose result's name is too long, or whose output overflows, fails alone", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, path = join(root, "model.safetensors"), out = join(root, "out");
  await saveSmallModel(path);
  // With an extension and a suffix of 9 bytes the first is just short enough.
  const [fits, long] = [246, 250].map((length) => "a".repeat(length));
  await write(root, { [`in/${fits}.png`]: image(1), [`in/${long}.png`]: image(2), "in/b.png": image(3) });
  const { code, error } = await runTask("predict", path, join(root, "in"), "--output", out);
  assert.equal(code, 1);
  assert.match(
    error,
    /1 image could not be segmented:\n {2}\S+\/a{250}\.png is not segmented: .* \(259 bytes\), is too long for the disk\. Give/,
  );
  assert.deepEqual([...(await filesIn(out)).keys()], [`${fits}_mask.png`, "b_mask.png"]);

  const { model, ...use } = await loadModel(path);
  for (const { name, variable } of model.weights) {
    if (name === "segmentation_head.0.weight") variable!.assign(tf.fill(variable!.shape, 3e38));
  }
  await saveModel(path, model, use);
  model.dispose();
  const overflow = await runTask("predict", path, join(root, "in/b.png"), "--output", join(root, "empty"));
  assert.equal(overflow.code, 1);
  assert.match(
    overflow.error,
    /could not be segmented:\n {2}\S+b\.png: The model's output overflows at \d+ of 1024 pixels, .* again with a lower/,
  );
  assert.deepEqual([...(await filesIn(join(root, "empty"))).keys()], []);
});

Deno.test("predict waits for no pipe, and overwrites no folder", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = join(root, "model.safetensors"), out = join(root, "out");
  await saveSmallModel(model);
  await write(root, { "in/a.png": image(1), "out/b_mask.png/c": "" });
  await new Deno.Command("mkfifo", { args: [join(root, "in/pipe.png")] }).output();
  const { code, error } = await runTask("predict", model, join(root, "in"), "--output", out);
  assert.equal(code, 1);
  assert.match(
    error,
    /1 image could not be segmented:\n {2}.*pipe\.png cannot be read: it is a named pipe, not a file/,
  );
  assert.ok((await Deno.stat(join(out, "a_mask.png"))).isFile);
  await Deno.rename(join(root, "in/a.png"), join(root, "in/b.png"));
  const refused = await runTask("predict", model, join(root, "in/b.png"), "--output", out);
  assert.match(refused.error, /b_mask\.png exists already, and predict did not write it/);
});

Deno.test("predict that is killed goes on, and leaves the files of an undisturbed run", async () => {
  await using folder = await temporaryFolder();
  const root = folder.path, model = join(root, "model.safetensors");
  await saveSmallModel(model);
  await write(root, Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`in/${i}.png`, image(i, 64)])));
  const whole = await runTask("predict", model, join(root, "in"), "--output", join(root, "whole"), "--probabilities");
  assert.equal(whole.code, 0, whole.error);
  const count = () => [...Deno.readDirSync(join(root, "out"))].filter(({ name }) => !name.startsWith(".")).length;
  await Deno.mkdir(join(root, "out"));
  for (const target of [5, 30]) {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "tasks/predict.ts",
        model,
        join(root, "in"),
        "--output",
        join(root, "out"),
        "--probabilities",
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    let ended = false;
    void child.status.then(() => ended = true);
    while (!ended && count() < target) await new Promise((done) => setTimeout(done, 2));
    if (!ended) child.kill("SIGKILL");
    await child.status;
    assert.ok(count() >= target);
  }
  const last = await runTask("predict", model, join(root, "in"), "--output", join(root, "out"), "--probabilities");
  assert.equal(last.code, 0, last.error);
  assert.match(last.out, /images already segmented/);
  assert.deepEqual(await filesIn(join(root, "out")), await filesIn(join(root, "whole")));
});

Deno.test("predict says that a study kept no weights, and how such a model is trained", async () => {
  const { error } = await runTask("predict", "results/committed/quick", "a.png");
  assert.match(error, /results\/committed\/quick is a study that kept records but no weights/);
  const [{ name }] = [...Deno.readDirSync("results/committed/quick")].filter(({ name }) =>
    name.includes("pspnet-resnet18-focal-fold1")
  );
  const run = await runTask("predict", `results/committed/quick/${name}`, "a.png");
  assert.match(run.error, /has no weights: its study kept only the records of its runs/);
  assert.match(run.error, /deno task train --data FOLDER -p architecture=pspnet .*-p loss=focal .*-p fold=1/);
  assert.match(
    (await runTask("predict", "results/none", "a.png")).error,
    /There is no model results\/none: .*or a study/,
  );
});
