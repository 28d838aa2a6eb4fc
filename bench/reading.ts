/**
 * Compares the speed of reading a folder of images with that of Pillow and tifffile, and of the npm packages fast-png
 * and geotiff: 300 PNG and 300 TIFF files of 512² pixels, 8 and 16 bit. The sides alternate.
 *
 *     deno run -A bench/reading.ts [--rounds 7] [--images 300]
 *
 * About 4 minutes on 2 cores. Writes results/bench/reading.json.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { decode, encode } from "fast-png";
import { fromArrayBuffer } from "geotiff";
import { generateDataset } from "lib";
import { decodeImage } from "lib/images";
import { projectFolder } from "lib/runs";
import { replaceText } from "lib/io/replace_file.ts";
import { provenance } from "lib/runs/provenance.ts";
import { pinnedPython } from "./pinned_python.ts";
import { Side } from "./side.ts";
import { pairedRatio } from "./statistics.ts";
import { median } from "lib/math/mean.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, images: { type: "string", default: "300" } },
});
const rounds = Number(values.rounds), count = Number(values.images);
const SIDE = 512, KINDS = ["png", "tif"] as const;

const python = await pinnedPython("reading", "Pillow and tifffile");
const folder = await Deno.makeTempDir();

async function readFolder(kind: string, read: (bytes: Uint8Array, name: string) => unknown): Promise<number> {
  const path = join(folder, kind);
  const names = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  const start = performance.now();
  for (const name of names) await read(await Deno.readFile(join(path, name)), name);
  return (performance.now() - start) / 1000;
}

const READERS = {
  ours: decodeImage,
  packages: async (bytes: Uint8Array, name: string) => {
    if (name.endsWith(".png")) return decode(bytes, { checkCrc: true });
    const image = await (await fromArrayBuffer(bytes.slice().buffer)).getImage();
    return await image.readRasters({ interleave: true });
  },
};

try {
  const { samples } = await generateDataset({ count: 12, size: SIDE, seed: 3 });
  for (const kind of ["png", "tif"]) await Deno.mkdir(join(folder, kind));
  for (let i = 0; i < count; i++) {
    const { image: { data } } = samples[i % samples.length];
    const deep = i % 2 === 1;
    const pixels = deep ? Uint16Array.from(data, (value, at) => 257 * value + at % 251) : Uint8Array.from(data);
    const png = encode({ width: SIDE, height: SIDE, data: pixels, channels: 1, depth: deep ? 16 : 8 });
    await Deno.writeFile(join(folder, "png", `${i}.png`), png);
  }
  const side = new Side("Python", python, [join(projectFolder(), "bench/reading_side.py"), folder]);
  const versions = await side.hello();
  const seconds: Record<string, Record<string, number[]>> = {};
  for (const kind of KINDS) seconds[kind] = { ours: [], packages: [], python: [] };
  for (let round = -1; round < rounds; round++) {
    const python = (await side.run(1)).seconds;
    for (const [k, kind] of KINDS.entries()) {
      for (const [name, read] of Object.entries(READERS)) {
        const taken = await readFolder(kind, read);
        if (round >= 0) seconds[kind][name].push(taken);
      }
      if (round >= 0) seconds[kind].python.push(python[k]);
    }
  }
  await side.end();
  const results = KINDS.map((kind) => {
    const { ours, packages, python } = seconds[kind];
    return {
      kind,
      images: count,
      filesPerSecond: Object.fromEntries(
        Object.entries(seconds[kind]).map(([name, taken]) => [name, count / median(taken)]),
      ),
      ratioToPackages: pairedRatio(ours, packages),
      ratioToPython: pairedRatio(ours, python),
    };
  });
  for (const { kind, filesPerSecond: { ours }, ratioToPackages, ratioToPython } of results) {
    const interval = ({ ratio, low, high }: typeof ratioToPython) =>
      `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
    console.log(
      `${kind}: ${ours.toFixed(0)} files/s; ${interval(ratioToPackages)} times as fast as ${
        kind === "png" ? "fast-png" : "geotiff"
      }, ${interval(ratioToPython)} as ${kind === "png" ? "Pillow" : "tifffile"}`,
    );
  }
  const record = {
    date: new Date().toISOString().slice(0, 10),
    provenance: provenance(),
    versions,
    side: SIDE,
    rounds,
    results,
  };
  await replaceText(join(projectFolder(), "results/bench/reading.json"), JSON.stringify(record, null, 1) + "\n");
} finally {
  await Deno.remove(folder, { recursive: true });
}
