import { anyMemberPredicts } from "../evaluate/diversity.ts";
import { diceScoreOrOne } from "../evaluate/metrics.ts";
import type { Dispute } from "./dispute.ts";
import type { EnsembleImage } from "./ensemble_image.ts";

/** Finds the pixels on which members differ about foreground. */
export function foregroundDispute({ maps, truth, voidPixels }: EnsembleImage): Dispute {
  // Counts of the other pixels, for which every weighted mean decides as all members do.
  const settled = { truePositive: 0, falsePositive: 0, falseNegative: 0 };
  const places = new Uint32Array(truth.length);
  let count = 0;
  for (let p = 0; p < truth.length; p++) {
    if (voidPixels?.[p]) continue;
    const found = maps[0][p] > 0.5;
    if (anyMemberPredicts(maps, p, !found)) places[count++] = p;
    else if (truth[p] > 0) found ? settled.truePositive++ : settled.falseNegative++;
    else if (found) settled.falsePositive++;
  }
  const disputed = places.subarray(0, count);
  const inside = Uint8Array.from(disputed, (p) => truth[p] > 0 ? 1 : 0);
  const disputedMaps = maps.map((map) => Float32Array.from(disputed, (p) => map[p]));
  const sums = new Float32Array(count);
  return {
    scoreWith(member, size) {
      const map = disputedMaps[member], half = 0.5 * size;
      let { truePositive, falsePositive, falseNegative } = settled;
      for (let p = 0; p < inside.length; p++) {
        const found = sums[p] + map[p] > half;
        if (inside[p] > 0) found ? truePositive++ : falseNegative++;
        else if (found) falsePositive++;
      }
      return diceScoreOrOne({ truePositive, falsePositive, falseNegative });
    },
    add(member) {
      const map = disputedMaps[member];
      for (let p = 0; p < map.length; p++) sums[p] += map[p];
    },
  };
}
