import { join } from "node:path";

/** The file that describes an ensemble, in its folder. */
export const ENSEMBLE = "ensemble.json";

/** Returns the file of a member in an ensemble's folder; members count from 0. */
export function memberFile(member: number): string {
  return `member-${member + 1}.safetensors`;
}

/**
 * Removes an ensemble's description before its other files are written. A save that is interrupted then leaves no old
 * description of new members.
 */
export async function removeDescription(folder: string): Promise<void> {
  try {
    await Deno.remove(join(folder, ENSEMBLE));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
