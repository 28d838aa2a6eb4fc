import { OneDnn } from "./onednn.ts";
import { Team } from "./team.ts";

/**
 * Starts the threads that call oneDNN. A program that is waiting for a file may start them meanwhile, which takes a tenth of a
 * second. Does nothing where oneDNN cannot be called.
 */
export function startThreads(): void {
  try {
    const oneDnn = OneDnn.open();
    if (oneDnn) Team.get(oneDnn);
  } catch {
    // The first prediction meets the same error.
  }
}
