/**
 * Judges the pages of `deno task export --page` in Chromium, without a network: size of the page, time to the first and to
 * the next result of an image of 512², and memory, for every architecture with every encoder. With a trained model and
 * images, compares the masks and objects of the model's page with those of `deno task predict` instead.
 *
 *     deno run -A bench/page.ts
 *     deno run -A bench/page.ts results/RUN IMAGE...
 *
 * About 15 minutes on 2 cores; a stopped run goes on. On a busy computer the processor seconds say more than the clock.
 * The command of the browser may be in CHROME. Writes results/bench/page.json.
 */
import { join } from "node:path";
import { encode } from "fast-png";
import { generateDataset, openSegmenter, registryNames, TrainedModel } from "lib";
import { exists } from "lib/io/exists.ts";
import { replaceText } from "lib/io/replace_file.ts";
import { ARCHITECTURES, ENCODERS } from "lib/nn";
import { projectFolder } from "lib/runs";
import { provenance } from "lib/runs/provenance.ts";
import { pageBytes } from "../tasks/export/page.ts";
import { findBrowser } from "../tasks/report/find_browser.ts";
import { variedModel } from "../tests/onnx/varied_model.ts";
import { compareMasks } from "./page/compare_masks.ts";
import { measurePage, type PageCost } from "./page/measure_page.ts";

const SIDE = 512;
/** What is required of a UNet with MobileNetV2, and of the masks. */
const BARS = { seconds: 10, megabytes: 40, differentShare: 0.001 };

type Timed = { architecture: string; encoder: string } & PageCost;

interface Record {
  what: string;
  bars: typeof BARS;
  /** Whether the measurements that are there keep the bars. */
  passed: boolean;
  costs?: { provenance: object; browser: string; results: Timed[] };
  masks?: { provenance: object; browser: string } & Awaited<ReturnType<typeof compareMasks>>;
}

const output = join(projectFolder(), "results/bench/page.json");
const [source, ...images] = Deno.args, folder = await Deno.makeTempDir();

async function write(part: Pick<Record, "costs" | "masks">): Promise<void> {
  const { costs, masks } = { ...await read(), ...part };
  const small =
    costs?.results.filter(({ architecture, encoder }) => architecture === "unet" && encoder === "mobilenet_v2") ?? [];
  const record: Record = {
    what:
      `Pages in a browser without a network: an image of ${SIDE}², seconds with and without the start of the browser`,
    bars: BARS,
    passed: small.every(({ first, megabytes }) => first <= BARS.seconds && megabytes <= BARS.megabytes) &&
      (costs?.results ?? []).every(({ problems }) => problems === 0) && !masks?.problems &&
      (masks?.masks ?? []).every(({ different, pixels }) => different <= BARS.differentShare * pixels),
    ...(costs && { costs }),
    ...(masks && { masks }),
  };
  await replaceText(output, `${JSON.stringify(record, null, 1)}\n`);
}

async function read(): Promise<Partial<Record>> {
  return await exists(output) ? JSON.parse(await Deno.readTextFile(output)) : {};
}

/** Writes the images to segment: the first one and the next. */
async function writeImages(): Promise<{ path: string; name: string }[]> {
  const { samples } = await generateDataset({ count: 2, size: SIDE, seed: 4, modality: "fluorescence" });
  return await Promise.all(samples.map(async ({ image: { width, height, channels, data } }, i) => {
    const name = `image-${i}.png`, path = join(folder, name);
    await Deno.writeFile(path, encode({ width, height, channels, depth: 8, data: Uint8Array.from(data) }));
    return { path, name };
  }));
}

try {
  const command = await findBrowser();
  if (!command) throw new Error("There is no Chromium: install it, or name its command in CHROME");
  const { stdout } = await new Deno.Command(command, { args: ["--version"] }).output();
  const browser = new TextDecoder().decode(stdout).trim(), html = join(folder, "page.html");
  const about = { provenance: provenance(), browser };
  if (source) {
    using segmenter = await openSegmenter(source);
    const path = join(source, "model.safetensors"), { objectParameters } = segmenter;
    await Deno.writeFile(html, await pageBytes(segmenter, { name: "model", path, objectParameters }));
    await write({ masks: { ...about, ...await compareMasks({ browser: command, html, source, images, folder }) } });
  } else {
    const pair = await writeImages(), results = (await read()).costs?.results ?? [];
    for (const encoder of registryNames(ENCODERS)) {
      for (const architecture of registryNames(ARCHITECTURES)) {
        if (results.some((known) => known.architecture === architecture && known.encoder === encoder)) continue;
        using segmenter = new TrainedModel(variedModel({ architecture, encoder }), {
          normalization: "robust",
          threshold: 0.5,
        });
        const name = `${architecture} ${encoder}`;
        await Deno.writeFile(html, await pageBytes(segmenter, { name, path: html, objectParameters: undefined }));
        const cost = await measurePage(command, html, pair);
        results.push({ architecture, encoder, ...cost });
        console.error(name, JSON.stringify(cost));
        await write({ costs: { ...about, results } });
      }
    }
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
