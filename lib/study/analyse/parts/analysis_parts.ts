import { ENSEMBLE_METHODS } from "../../../ensemble/methods/methods.ts";
import { BASELINES } from "../../../evaluate/baselines.ts";
import { hasName, registryNames } from "../../../io/registry_names.ts";
import type { AnalyseOptions } from "../analyse_options.ts";
import { CurrentAnalysis, type StudyAnalysis } from "../analysis_record.ts";
import { measureControls } from "../controls.ts";
import { oracleMap } from "../correct_pixels.ts";
import { describeMembers } from "../describe_members.ts";
import { measureDisagreement } from "../disagreement.ts";
import { gatherMaps } from "../gather_maps.ts";
import { gatherInFold, IN_FOLD_STACKERS, inFoldStacker } from "../in_fold_stackers.ts";
import { leftOutSections } from "../left_out.ts";
import type { MemberRuns } from "../members.ts";
import { qualityLevels } from "../quality_levels.ts";
import { scoreBaseline } from "../score_baseline.ts";
import { listEnsemblers, scoreEnsemble } from "../score_ensemble.ts";
import type { StudyMaps } from "../study_maps.ts";
import type { AnalysisPart } from "./analysis_part.ts";

const { shape } = CurrentAnalysis;

/** Fields that are computed together, as all need the Dice of each member. */
const MEMBER_FIELDS = CurrentAnalysis.pick({
  baselines: true,
  members: true,
  ambiguity: true,
  diversity: true,
  pairs: true,
  together: true,
  oracle: true,
});

/** The name of the part that describes the members. */
export const MEMBERS = "members";

/** Returns the name of the part that scores an ensemble. */
export const ensemblePart = (id: string) => `ensemble-${id}`;

/** The names of all parts that an analysis may have. */
export const PART_NAMES: readonly string[] = [
  ...[...registryNames(ENSEMBLE_METHODS), ...registryNames(IN_FOLD_STACKERS)].map(ensemblePart),
  MEMBERS,
  "sweeps",
  "controls",
];

/** The parts of an analysis. */
export interface AnalysisParts {
  /** Of each ensemble. */
  ensembles: AnalysisPart<StudyAnalysis["ensembles"][number]>[];
  members: AnalysisPart<MemberValues>;
  sweeps: AnalysisPart<StudyAnalysis["quality"]>;
  controls: AnalysisPart<StudyAnalysis["controls"]>;
}

/** The values of {@linkcode MEMBER_FIELDS}. */
type MemberValues = Pick<StudyAnalysis, keyof typeof MEMBER_FIELDS.shape>;

/** Scores the members and what they have in common. */
function scoreMembers(maps: StudyMaps, report: (done: number, doing: string) => void): MemberValues {
  const { members, outOfFold, index } = maps, { scorer, task } = index;
  const memberDice = members.map((_, m) => outOfFold.map((image) => scorer.dice(image, image.maps[m])));
  const baselines = leftOutSections(task).includes("baselines") ? [] : Object.entries(BASELINES);
  return {
    baselines: Object.fromEntries(
      baselines.map(([id, { predict }]) => [id, scoreBaseline(maps, ({ image }) => predict(image))]),
    ),
    ...measureDisagreement(outOfFold, members, memberDice, index),
    members: describeMembers(maps, report),
    oracle: {
      pixel: outOfFold.map((image) => scorer.dice(image, oracleMap(image, task))),
      image: outOfFold.map((_, i) => Math.max(...memberDice.map((dice) => dice[i]))),
    },
  };
}

/**
 * Returns the parts of an analysis, none of them computed.
 *
 * @param members the members whose runs are finished
 * @param readMaps reads the members' maps
 */
export function analysisParts(
  options: AnalyseOptions,
  members: readonly MemberRuns[],
  readMaps: () => Promise<StudyMaps>,
): AnalysisParts {
  const ensemblers = listEnsemblers(members, options.methods), lastInFold = ensemblers.findLast(({ inFold }) => inFold);
  const readInFold = async () => {
    const { index } = await readMaps(), { folds } = members[0].records[0].config;
    return await gatherInFold(folds, (fold) => gatherMaps(options.results, members, fold, "training", index));
  };
  let inFold: ReturnType<typeof readInFold> | undefined;
  return {
    ensembles: ensemblers.map((ensembler) => ({
      name: ensemblePart(ensembler.id),
      label: ensembler.label,
      schema: shape.ensembles.element,
      async compute() {
        const { id, method } = ensembler;
        const definition = hasName(IN_FOLD_STACKERS, id)
          ? inFoldStacker(id, await (inFold ??= readInFold()))
          : ENSEMBLE_METHODS[method];
        // Maps of training images take as much memory as all others.
        if (ensembler === lastInFold) inFold = undefined;
        return await scoreEnsemble(ensembler, definition, await readMaps());
      },
    })),
    members: {
      name: MEMBERS,
      label: "members",
      schema: MEMBER_FIELDS,
      compute: async (report) => await scoreMembers(await readMaps(), report),
    },
    sweeps: { name: "sweeps", label: "sweeps", schema: shape.quality, compute: () => qualityLevels(options) },
    controls: {
      name: "controls",
      label: "controls",
      schema: shape.controls,
      compute: () => measureControls(options),
    },
  };
}
