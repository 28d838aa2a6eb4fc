import { Trainer } from "../../train/trainer.ts";
import type { TrainingConfig } from "../../train/config.ts";
import { refuseSingleValues } from "../../train/single_values.ts";
import { refuseVoid } from "../refuse_void.ts";
import { refuseUnscorable } from "../scorable.ts";
import type { dataFinder } from "./grid_jobs.ts";
import type { Job } from "./job.ts";

/**
 * Throws for the first run that cannot be trained or scored, before hours of training.
 *
 * @throws {UserError} with the reason.
 */
export async function checkJobs(jobs: readonly Job[], findData: ReturnType<typeof dataFinder>): Promise<void> {
  for (const job of jobs) {
    const data = await findData(job);
    refuseVoid(job.config, data);
    refuseUnscorable(job.config, data);
  }
  const smallest = (config: TrainingConfig) => JSON.stringify([Trainer.poolKey(config), config.cropSize]);
  const single = jobs.filter(({ config }) => config.batchSize === 1);
  new Map(single.map(({ config }) => [smallest(config), config])).forEach((config) => refuseSingleValues(config));
}
