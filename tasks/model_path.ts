import { join } from "node:path";
import { MODEL } from "lib/study/finished_run.ts";

/** The model's file that a user names: itself, or the run's folder that holds it. */
export async function modelPath(given: string): Promise<string> {
  const isFolder = (await Deno.stat(given).catch(() => undefined))?.isDirectory;
  return isFolder ? join(given, MODEL) : given;
}
