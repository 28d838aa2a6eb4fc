import { join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { CARD } from "lib/runs/model_card/write_model_card.ts";

/** The card of a run. */
export interface RunCard {
  path: string;
  /** `undefined` if the run has none. */
  text?: string;
}

/** Reads the card of a run. */
export async function readRunCard(run: string): Promise<RunCard> {
  const path = join(run, CARD);
  return await exists(path) ? { path, text: await Deno.readTextFile(path) } : { path };
}
