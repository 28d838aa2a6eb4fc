/**
 * Draws the two worst and the two best predictions of the network that `deno task train` trains without options to
 * `docs/unet-predictions.png`.
 *
 *     deno run -A tasks/draw_predictions.ts
 */
import { join } from "node:path";
import { openDataset, parseConfig } from "lib";
import { predictionMontage, projectFolder, trainWithProgress } from "lib/runs";

const dataset = await openDataset();
const run = await trainWithProgress({
  config: parseConfig({}),
  dataset,
  results: join(projectFolder(), "results"),
});
await (await predictionMontage(run, dataset, 2)).save(join(projectFolder(), "docs/unet-predictions.png"));
