import type { Team } from "lib/onednn/mod.ts";

/** Makes the calls of lists in the calling thread. */
export const ONE_THREAD: Pick<Team, "threads" | "run"> = {
  threads: 1,
  run: (lists) => {
    for (const list of lists) list.run();
    return Promise.resolve();
  },
};
