import { meanDice } from "../selection.ts";
import type { EnsembleMethodDefinition } from "./method.ts";

/** The member with the highest mean Dice, with which ensembles are compared. */
export const bestSingle: EnsembleMethodDefinition = {
  label: "best single member",
  source: "Džeroski & Ženko 2004",
  stores: "weights",
  fit(images) {
    const scores = images[0].maps.map((_, m) => meanDice(images, ({ maps }) => maps[m]));
    const best = scores.indexOf(Math.max(...scores));
    return Promise.resolve({
      predict: ({ maps }) => maps[best],
      weights: scores.map((_, m) => m === best ? 1 : 0),
    });
  },
};
