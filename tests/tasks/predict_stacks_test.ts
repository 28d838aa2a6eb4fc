import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { unzipSync } from "fflate";
import type { Segmenter } from "lib";
import { decodeLabels, type Image, type ImageSource } from "lib/images";
import { readTiffHeader } from "lib/images/formats/tiff/tiff.ts";
import { pagePlace, type StackAxes } from "lib/images/stack_axes.ts";
import { createTask } from "lib/task";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { segment } from "./predict_without_network.ts";

const folder = new URL("../fixtures/", import.meta.url);
const { script, cases }: {
  script: string;
  cases: {
    what: string;
    channels: number;
    pages: number;
    /** The axes of the pages as tifffile reads them, the slowest first; null if they are neither planes nor times. */
    axes: string | null;
    z: number;
    t: number;
    tiff: string;
  }[];
} = JSON.parse(await Deno.readTextFile(new URL("stacks.json", folder)));

const map = ({ data, channels }: Image) => Float32Array.from(data.filter((_, i) => i % channels === 0), (v) => v / 255);

/** A segmenter whose foreground are the bright pixels. */
const segmenter = {
  task: "foreground",
  taskDefinition: createTask({}),
  threshold: 0.5,
  isEmpty: () => false,
  isEmptyContrast: () => false,
  predict: (image: Image) => Promise.resolve(map(image)),
  async *predictRows(source: ImageSource) {
    const { width, height } = source;
    yield { top: 0, height, data: map(await source.read({ x: 0, y: 0, width, height })) };
  },
} as Partial<Segmenter> as Segmenter;

Deno.test("the fixtures of stacks come from their script", () => {
  const text = Deno.readTextFileSync(new URL("make_stack_fixtures.py", folder));
  assert.equal(script, createHash("sha256").update(text).digest("hex"), "run make_stack_fixtures.py again");
});

for (const { what, channels, pages, axes, z, t, tiff } of cases) {
  const source = Uint8Array.fromBase64(tiff);
  const expected: StackAxes | undefined = axes ? { z, t, first: axes.endsWith("Z") ? "z" : "t" } : undefined;

  Deno.test(`the axes of a stack are read: ${what}`, () => {
    const header = readTiffHeader(source);
    assert.equal(header.pages, pages);
    assert.deepEqual(header.axes && { z: header.axes.z, t: header.axes.t }, expected && { z, t });
    if (z > 1 && t > 1) assert.equal(header.axes!.first, expected!.first);
  });

  for (const maxPixels of [1e8, 10]) {
    const part = maxPixels < 1e8 ? ", part by part" : "";
    Deno.test(`results of a stack have its axes: ${what}${part}`, async () => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, "a.tif"), output = join(folder.path, "out");
      await Deno.writeFile(path, source);
      const { failures } = await segment(path, output, {
        segmenter,
        maxPixels,
        products: new Set(["labels", "probability", "geojson", "rois"]),
        ...(channels > 1 && { channels: [1] }),
      });
      assert.deepEqual(failures, []);
      const about = expected ?? { z: pages, t: 1, first: "z" as const };
      const places = Array.from({ length: pages }, (_, page) => pagePlace(about, page));

      // In ImageJ's stacks, z runs first.
      for (const name of ["labels", "probability", ...(maxPixels < 1e8 ? ["mask"] : [])]) {
        const file = await Deno.readFile(join(output, `a_${name}.tif`)), text = new TextDecoder("latin1").decode(file);
        assert.equal(Number(/^slices=(\d+)$/m.exec(text)?.[1] ?? 1), about.z);
        assert.equal(Number(/^frames=(\d+)$/m.exec(text)?.[1] ?? 1), about.t);
        assert.equal(/^hyperstack=true$/m.test(text), about.z > 1 && about.t > 1);
        const read = readTiffHeader(file).axes!;
        assert.deepEqual([read.z, read.t], [about.z, about.t]);
        const value = name === "mask" ? 255 : 1;
        for (const [page, place] of places.entries()) {
          const { data } = await decodeLabels(file, name, { page: place.t * about.z + place.z });
          assert.deepEqual([...data], Array.from({ length: 16 }, (_, i) => i === 8 + page ? value : 0));
        }
      }

      const { features } = JSON.parse(await Deno.readTextFile(join(output, "a_objects.geojson")));
      assert.deepEqual(
        features.map(({ geometry }: { geometry: { plane: unknown } }) => geometry.plane),
        places.map((place) => ({ c: -1, ...place })),
      );

      const rois = Object.entries(unzipSync(await Deno.readFile(join(output, "a_rois.zip"))));
      assert.equal(rois.length, pages);
      for (const [page, [name, bytes]] of rois.sort().entries()) {
        assert.equal(name, `p0${page + 1}-0001.roi`);
        const view = new DataView(bytes.buffer, bytes.byteOffset), second = view.getInt32(60);
        const position = [56, second + 4, second + 8, second + 12].map((at) => view.getInt32(at)), place = places[page];
        assert.deepEqual(position, about.z > 1 && about.t > 1 ? [0, 0, place.z + 1, place.t + 1] : [page + 1, 0, 0, 0]);
      }
    });
  }
}
