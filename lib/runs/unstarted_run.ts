import { isEventFile } from "../train/tensorboard/event_files.ts";
import { OWNER } from "./lock_owner.ts";
import { LOCK } from "./lock_run.ts";

/** The configuration in a run's folder. */
export const CONFIG = "config.json";

/** Removes a run's folder at the end of a block: see {@linkcode removeUnstarted}. */
export interface UnstartedRun extends AsyncDisposable {
  /** Leaves the folder as it is. */
  keep(): void;
}

/**
 * Removes a run's folder at the end of a block if it holds nothing but the lock, the configuration and curves: the training
 * failed before it kept anything, as with a loss function that throws.
 *
 * @param folder folder of the run, which this process has locked
 * @param isHeld returns whether it still has
 */
export function removeUnstarted(folder: string, isHeld: () => Promise<boolean>): UnstartedRun {
  let kept = false;
  return {
    keep() {
      kept = true;
    },
    async [Symbol.asyncDispose]() {
      if (kept || !await isHeld()) return;
      try {
        const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
        if (names.every((name) => [LOCK, OWNER, CONFIG].includes(name) || isEventFile(name))) {
          await Deno.remove(folder, { recursive: true });
        }
      } catch {
        // The error that ended the training matters more than a folder that stays.
      }
    },
  };
}
