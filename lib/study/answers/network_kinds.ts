import { hasName } from "../../io/registry_names.ts";
import { mean } from "../../math/mean.ts";
import { architectureLabel } from "../../nn/architectures/architectures.ts";
import { LOSSES } from "../../train/losses/losses.ts";
import type { StudyAnalysis } from "../analyse/analysis_record.ts";

/** The members of one architecture and loss: one per seed. */
export interface NetworkKind {
  architecture: string;
  loss: string;
  /** Such as "UNet with BCE". */
  label: string;
  /** The seed of each training. */
  seeds: number[];
  /** Out-of-fold Dice: `[seed][image]`. */
  dice: number[][];
  /** Their mean. */
  estimate: number;
}

/** Returns the label of a loss in sentences. */
export function lossLabel(name: string): string {
  if (name === "focal") return "focal loss";
  return hasName(LOSSES, name) ? LOSSES[name].label : name;
}

/** Groups members by architecture and loss; the kind with the highest mean Dice is first. */
export function networkKinds({ members }: Pick<StudyAnalysis, "members">): NetworkKind[] {
  return [...Map.groupBy(members, ({ architecture, loss }) => `${architecture} ${loss}`).values()].map((kind) => {
    const [{ architecture, loss }] = kind, dice = kind.map(({ outOfFold }) => outOfFold);
    return {
      architecture,
      loss,
      label: `${architectureLabel(architecture)} with ${lossLabel(loss)}`,
      seeds: kind.map(({ seed }) => seed),
      dice,
      estimate: mean(dice.map(mean)),
    };
  }).sort((a, b) => b.estimate - a.estimate);
}

/** Returns the kind with the highest Dice of each architecture, the best first. So the scored images choose its loss. */
export function bestKinds(analysis: Pick<StudyAnalysis, "members">): NetworkKind[] {
  return [...Map.groupBy(networkKinds(analysis), ({ architecture }) => architecture).values()].map(([best]) => best);
}
