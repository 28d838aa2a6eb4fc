import assert from "node:assert/strict";
import { encode as encodePng } from "fast-png";
import { DatasetError, generateDataset, ImageError } from "lib";
import { loadFolder } from "lib/datasets";
import { VOID_CLASS } from "lib/images/image.ts";
import { encodeLabelTiff } from "lib/objects";
import { folderWith, labels, picture, rejects } from "./layouts/write_files.ts";

const CLASSES = { "0": "background", "3": "round", "200": "long" };
const json = (value: unknown) => JSON.stringify(value);

/** A 4 × 3 mask of colours: black, but for the first pixels. */
const colours = (...values: number[]) =>
  encodePng({
    width: 4,
    height: 3,
    channels: 3,
    depth: 8,
    data: Uint8Array.from({ length: 36 }, (_, i) => ((values[Math.floor(i / 3)] ?? 0) >> (16 - 8 * (i % 3))) & 255),
  });

Deno.test("classes.json gives names to the values of masks, and one value may be void", async () => {
  await using folder = await folderWith({
    "images/a.png": picture(),
    "masks/a.png": labels(3, 200, 255, 3),
    "classes.json": json({ classes: CLASSES, void: 255 }),
  });
  const { classes, samples: [{ labels: found }] } = await loadFolder(folder.path);
  assert.deepEqual(classes, ["background", "round", "long"]);
  assert.deepEqual(found.classes!.subarray(0, 5), Uint8Array.of(1, 2, VOID_CLASS, 1, 0));
  // Objects are the connected parts of each class; void is none.
  assert.deepEqual([...found.data.subarray(0, 5)], [1, 3, 0, 2, 0]);
});

Deno.test("values keep their numbers beyond 65,535, and are sorted by number", async () => {
  const data = new Uint32Array(12);
  data.set([70_000, 5, 4_294_967_295]);
  await using folder = await folderWith({
    "images/a.png": picture(),
    "masks/a.tif": encodeLabelTiff([{ width: 4, height: 3, data }]),
    "classes.json": json({ classes: { "00": "background", 70000: "large", "05": "small" }, void: 4_294_967_295 }),
  });
  const { classes, samples: [{ labels: found }] } = await loadFolder(folder.path);
  assert.deepEqual(classes, ["background", "small", "large"]);
  assert.deepEqual(found.classes!.subarray(0, 4), Uint8Array.of(2, 1, VOID_CLASS, 0));
});

Deno.test("a large value without a name is an error that shows it", async () => {
  await using folder = await folderWith({
    "images/a.png": picture(),
    "masks/a.tif": encodeLabelTiff([{ width: 4, height: 3, data: new Uint32Array(12).fill(70_000) }]),
    "classes.json": json({ classes: { 0: "background", 1: "cell" } }),
  });
  await rejects(loadFolder(folder.path), ImageError, /has the value 70000 in 12 pixels, which classes\.json does not/);
});

Deno.test("colours are classes too, and black is the background wherever it is listed", async () => {
  await using folder = await folderWith({
    "images/a.png": picture(),
    "masks/a.png": colours(0xff0000, 0x00ff00, 0xffffff),
    "classes.json": json({
      classes: { "#ff0000": "round", "#00FF00": "long", "#000000": "background" },
      void: "#ffffff",
    }),
  });
  const { classes, samples: [{ labels }] } = await loadFolder(folder.path);
  assert.deepEqual(classes, ["background", "round", "long"]);
  assert.deepEqual(labels.classes!.subarray(0, 4), Uint8Array.of(1, 2, VOID_CLASS, 0));
});

Deno.test("a manifest names classes, and values with one name are one class", async () => {
  await using folder = await folderWith({
    "a.png": picture(),
    "b.png": labels(1, 2, 3),
    "manifest.json": json({
      version: 1,
      classes: { 0: "background", 1: "cell", 2: "debris", 3: "cell" },
      images: [{ image: "a.png", mask: "b.png" }],
    }),
  });
  const { classes, samples: [{ labels: found }] } = await loadFolder(folder.path);
  assert.deepEqual(classes, ["background", "cell", "debris"]);
  assert.deepEqual(found.classes!.subarray(0, 4), Uint8Array.of(1, 2, 1, 0));
});

Deno.test("a value that classes.json does not name is an error that names file, value and way out", async () => {
  await using folder = await folderWith({
    "images/a.png": picture(),
    "masks/a.png": labels(3, 7, 7),
    "classes.json": json({ classes: CLASSES }),
  });
  await rejects(
    loadFolder(folder.path),
    ImageError,
    /masks\/a\.png has the value 7 in 2 pixels, which classes\.json does not name: add "7" to its classes, or make it void/,
  );
});

Deno.test("classes.json that cannot be is refused with the entry and an example", async () => {
  const cases: [unknown, RegExp][] = [
    [{}, /classes\.json: classes is missing: it must look like \{"classes"/],
    [{ classes: { "0": "background" } }, /names one class: name two or more/],
    [
      { classes: { "0": "background", "#ff0000": "cell" } },
      /names the value "0" and "#ff0000": name values, or colours/,
    ],
    [
      { classes: { "0": "background", red: "cell" } },
      /"red" is neither a value up to 4294967295 nor a colour: write "1" or "#ff0000"/,
    ],
    [{ classes: { 0: "background", 1: "a", "01": "b" } }, /names "1" and "01", which are equal: remove one/],
    [
      { classes: { "#000000": "background", "#FF0000": "a", "#ff0000": "b" } },
      /names "#FF0000" and "#ff0000", which are equal: remove one/,
    ],
    [{ classes: { 0: "background", 4294967296: "a" } }, /"4294967296" is neither a value up to 4294967295 nor/],
    [{ classes: CLASSES, void: "#ffffff" }, /void is "#ffffff": give a value, such as 255/],
    [{ classes: CLASSES, void: 3 }, /void is 3, which is also a class: remove one of the two/],
    [{ classes: CLASSES, voids: 3 }, /voids, which is not known/],
  ];
  for (const [content, message] of cases) {
    await using folder = await folderWith({
      "images/a.png": picture(),
      "masks/a.png": labels(3),
      "classes.json": json(content),
    });
    await rejects(loadFolder(folder.path), DatasetError, message);
  }
});

Deno.test("masks of single objects have no classes", async () => {
  await using folder = await folderWith({
    "a.png": picture(),
    "b.png": labels(1),
    "manifest.json": json({ version: 1, classes: CLASSES, images: [{ image: "a.png", mask: ["b.png"] }] }),
  });
  await rejects(loadFolder(folder.path), ImageError, /names classes, but the masks of .*a\.png are single objects/);
});

Deno.test("another name of a class is another data set", async () => {
  const fingerprints = [];
  for (const name of ["long", "short"]) {
    await using folder = await folderWith({
      "images/a.png": picture(),
      "masks/a.png": labels(3),
      "classes.json": json({ classes: { ...CLASSES, 200: name } }),
    });
    fingerprints.push((await loadFolder(folder.path)).fingerprint);
  }
  assert.notEqual(fingerprints[0], fingerprints[1]);
});

Deno.test("two kinds of generated cells have classes, and the objects that one kind would have", async () => {
  const { samples, classes } = await generateDataset({ count: 3, size: 96, seed: 5, kinds: 2 });
  assert.deepEqual(classes, ["background", "round", "long"]);
  const seen = new Set(samples.flatMap(({ labels }) => [...labels.classes!]));
  assert.deepEqual([...seen].sort(), [0, 1, 2]);
  for (const { labels: { data, classes } } of samples) {
    const byObject = new Map<number, number>();
    data.forEach((label, i) => {
      if (!byObject.has(label)) byObject.set(label, classes![i]);
      assert.equal(byObject.get(label), classes![i]);
    });
    assert.equal(byObject.get(0), 0);
  }
  await assert.rejects(generateDataset({ count: 1, kinds: 2, modality: "electron" }), {
    name: "RangeError",
    message: /kinds is 2, but cells of "electron" have one kind/,
  });
});
