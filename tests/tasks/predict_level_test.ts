import assert from "node:assert/strict";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { temporaryFolder } from "../io/temporary_folder.ts";
import { segment } from "./predict_without_network.ts";

const { cases }: { cases: { name: string; tiff: string }[] } = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/pyramids.json", import.meta.url)),
);

for (const maxPixels of [1e8, 100]) {
  const part = maxPixels < 1e8 ? ", part by part" : "";
  Deno.test(`outlines of a level have full-size coordinates for QuPath, and its own for ImageJ${part}`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.tif"), { tiff } = cases.find(({ name }) => name === "OME-TIFF with SubIFDs")!;
    await Deno.writeFile(path, Uint8Array.fromBase64(tiff));
    // The levels have 75 × 90, 38 × 45 and 19 × 23 pixels, and all of them are foreground.
    for (const [level, width, height, factor] of [[0, 75, 90, 1], [1, 38, 45, 2], [2, 19, 23, 4]]) {
      const output = join(folder.path, String(level));
      await segment(path, output, { level, maxPixels, products: new Set(["geojson", "rois"]) });
      const { features } = JSON.parse(await Deno.readTextFile(join(output, "a_objects.geojson")));
      const [right, bottom] = [width * factor, height * factor];
      const corners = new Set(features[0].geometry.coordinates[0].map(String));
      assert.deepEqual(corners, new Set(["0,0", `${right},0`, `${right},${bottom}`, `0,${bottom}`]));
      const roi = new DataView(unzipSync(await Deno.readFile(join(output, "a_rois.zip")))["0001.roi"].buffer);
      assert.deepEqual([8, 10, 12, 14].map((at) => roi.getUint16(at)), [0, 0, height, width]);
    }
  });
}
