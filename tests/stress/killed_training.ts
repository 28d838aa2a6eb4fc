/** A training for `kills.ts` to kill. It prints each step, each warning, and the end. */
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
