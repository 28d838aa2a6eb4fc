/** A training for `kills.ts` to kill: says each step, each warning, and that it has ended. */
import { generateDataset, parseConfig } from "lib";
import { trainRun } from "lib/runs";

const [results, config] = Deno.args;
await trainRun({
  config: parseConfig(JSON.parse(config)),
  dataset: await generateDataset({ count: 10, size: 64, seed: 8 }),
  results,
  onProgress: ({ step }) => console.log("step", step),
  onWarning: (message) => console.log("warning", message),
});
console.log("finished");
