/**
 * Times each 3 × 3 convolution of a network in the engine of predictions: oneDNN's direct one, and Winograd's method with tiles of
 * 2 × 2 and 4 × 4 pixels, on one thread. The chosen one is marked.
 *
 *     deno run -A bench/convolutions.ts [--architecture unet] [--encoder resnet34] [--images 2] [--side 256]
 */
import { parseArgs } from "node:util";
import { runtimeInfo } from "lib";
import { progressBar, table } from "lib/display";
import { createModel, type ModelOptions } from "lib/nn";
import { CodeStore } from "lib/nn/engine/code_store.ts";
import { type ConvolutionLayer, engineNetwork } from "lib/nn/engine/engine_layers.ts";
import { planEngine, type PlannedLayer } from "lib/nn/engine/engine_plan.ts";
import { LayerCalls } from "lib/nn/engine/layer_calls.ts";
import { MapMemory } from "lib/nn/engine/map_memory.ts";
import { NativeConstants } from "lib/nn/engine/native_constants.ts";
import { StoredKernels } from "lib/nn/engine/stored_kernels.ts";
import { TransformedKernels } from "lib/nn/engine/winograd/transformed_kernels.ts";
import { isTileable, planTiles, transformBytes } from "lib/nn/engine/winograd/winograd_plan.ts";
import { foldConvolutions } from "lib/nn/recording/fold_convolutions.ts";
import { recordForward } from "lib/nn/recording/record_forward.ts";
import { CallList, NativeMemory, OneDnn, Primitives, scratchBytes } from "lib/onednn/mod.ts";

const ROUNDS = 7, TILES = [undefined, 2, 4] as const;

const { values } = parseArgs({
  options: {
    architecture: { type: "string", default: "unet" },
    encoder: { type: "string", default: "resnet34" },
    images: { type: "string", default: "2" },
    side: { type: "string", default: "256" },
  },
});
const images = Number(values.images), side = Number(values.side), oneDnn = OneDnn.open();
if (!oneDnn) throw new Error("oneDNN cannot be called here: see docs/developer/onednn.md");
const model = createModel({ architecture: values.architecture, encoder: values.encoder } as ModelOptions);
const recording = foldConvolutions(recordForward(model)), recorded = new Map(recording.constants);
const network = engineNetwork(recording, model.inChannels);
if (!network) throw new Error(`The engine has no layers for ${values.architecture} with ${values.encoder}`);
const plan = planEngine(network, recorded, { height: side, width: side, channels: 3 }, "float32", {
  images,
  threads: 1,
});
using kernels = new StoredKernels(oneDnn), primitives = new Primitives(oneDnn), code = new CodeStore();
using constants = new NativeConstants(oneDnn), transformedKernels = new TransformedKernels(oneDnn);

/** Milliseconds of a layer: the least of some rounds. */
async function time(planned: PlannedLayer & { layer: ConvolutionLayer }): Promise<number> {
  const { layer, winograd } = planned, workspace = images * plan.bytes, maps = new MapMemory({ plan, base: 0, images });
  const transforms = winograd
    ? transformBytes(winograd, maps.place(layer.input).channels, maps.place(layer.output))
    : 0;
  const layers = new LayerCalls(
    { primitives, constants, kernels, transformedKernels, recorded, code },
    maps,
    workspace,
  );
  const calls = oneDnn!.onOneThread(() => layers.calls(planned, 0, layers.rows(planned)));
  await transformedKernels.compute({
    threads: 1,
    run: (lists) => Promise.resolve(lists.forEach((list) => list.run())),
  });
  using memory = new NativeMemory(workspace + transforms + scratchBytes(calls));
  new Float32Array(memory.view(0, workspace)).fill(0.5);
  using list = new CallList(oneDnn!, calls, { address: memory.address, scratch: workspace + transforms });
  list.run();
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    list.run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** Milliseconds of convolutions of the same shapes, by algorithm, how many there are, and which one is chosen. */
const rows = new Map<string, { times: number[]; count: number; chosen: number }>();
const bar = progressBar("Convolutions");
for (const [i, planned] of plan.layers.entries()) {
  const { layer, winograd } = planned;
  await bar.update((i + 1) / plan.layers.length);
  if (layer.kind !== "convolution") continue;
  const kernel = recorded.get(layer.kernel)!.shape,
    [input, output] = [layer.input, layer.output].map((id) => plan.places.get(id)!);
  if (!isTileable(layer, kernel, input.channels, output.channels)) continue;
  const name =
    `${output.height} × ${output.width}, ${input.channels} to ${output.channels} channels, dilation ${layer.dilation}`;
  const times: number[] = [];
  for (const tile of TILES) {
    times.push(await time({ layer, winograd: tile && planTiles(tile, input.channels, output.channels) }));
  }
  const known = rows.get(name), chosen = TILES.indexOf(winograd?.tile);
  rows.set(name, {
    times: known ? times.map((value, i) => Math.min(value, known.times[i])) : times,
    count: (known?.count ?? 0) + 1,
    chosen,
  });
}
await bar.finish();
console.log(`${runtimeInfo().processor}, one thread, ${images} images, milliseconds (* chosen)`);
console.log(table(
  ["convolution", "number", "direct", "2 × 2", "4 × 4"],
  [...rows].map(([name, { times, count, chosen }]) => [
    name,
    String(count),
    ...times.map((value, i) => `${value.toFixed(2)}${i === chosen ? " *" : "  "}`),
  ]),
));
