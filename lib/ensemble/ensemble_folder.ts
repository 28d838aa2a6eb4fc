import { join } from "node:path";
import { replaceText } from "../io/replace_file.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";

/** The file that describes an ensemble, in its folder. */
export const ENSEMBLE = "ensemble.json";

/** Returns the file of a member in an ensemble's folder; members count from 0. */
export function memberFile(member: number): string {
  return `member-${member + 1}.safetensors`;
}

/**
 * Saves an ensemble as a folder. An old description is removed first and the new one is written last, so that a save that
 * is interrupted leaves no old description of new members.
 *
 * @param description content of {@linkcode ENSEMBLE}
 * @param saveRest writes the files besides the members'
 */
export async function saveEnsemble(
  folder: string,
  members: readonly Segmenter[],
  description: unknown,
  saveRest?: () => Promise<void>,
): Promise<void> {
  try {
    await Deno.remove(join(folder, ENSEMBLE));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const [i, member] of members.entries()) await member.save(join(folder, memberFile(i)));
  await saveRest?.();
  await replaceText(join(folder, ENSEMBLE), JSON.stringify(description, null, 1) + "\n");
}
