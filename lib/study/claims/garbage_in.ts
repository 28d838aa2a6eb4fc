import { mean } from "../../math/mean.ts";
import { qualityCurve, qualityPoints } from "../compare/comparisons.ts";
import type { ClaimDefinition } from "./claim.ts";
import { showInterval } from "./show_interval.ts";

/** The claim that an ensemble gains less from weaker members. */
export const garbageIn: ClaimDefinition = {
  claim: "Garbage in, garbage out: the weaker the members, the less an ensemble gains.",
  judge({ analysis }) {
    const points = qualityPoints(analysis);
    if (points.length < 4) return undefined;
    const { slope, turns } = qualityCurve(points);
    // The interval of the slope by leaving out one point at a time (jackknife).
    const left = points.map((_, i) => qualityCurve(points.filter((_, k) => k !== i)).slope);
    const middle = mean(left);
    const spread = Math.sqrt(
      (left.length - 1) / left.length * left.reduce((sum, value) => sum + (value - middle) ** 2, 0),
    );
    const low = slope - 1.96 * spread, high = slope + 1.96 * spread;
    return {
      rule: "The slope of gain over member quality is above 0 with its whole interval.",
      finding: `slope ${showInterval({ estimate: slope, low, high, groups: points.length })} over ${
        points.length / 2
      } levels, ${turns ? "with a" : "no"} turning point`,
      verdict: low > 0 ? "supported" : high < 0 ? "refuted" : "inconclusive",
    };
  },
};
