import { join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { CARD } from "lib/runs/model_card/write_model_card.ts";

/** Reads the licence that the first lines of a run's card state; `undefined` if the card has none. */
export async function cardLicense(run: string): Promise<string | undefined> {
  const path = join(run, CARD);
  if (!await exists(path)) return undefined;
  const [, front = ""] = /^---\n(.*?)\n---\n/s.exec(await Deno.readTextFile(path)) ?? [];
  const license = /^license:\s*["']?([^"'#\s]+)/m.exec(front)?.[1];
  return license === "unknown" ? undefined : license;
}
