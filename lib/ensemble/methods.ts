import type { EnsembleImage } from "./ensemble_image.ts";
import { fitMetaModel, META_MODELS, type MetaModelKind } from "./meta_model.ts";
import { greedySelection, meanDice, scoreWeights } from "./selection.ts";
import { majorityVote, softVote } from "./voting.ts";

/** An ensemble: what it learns from out-of-fold images, and how it predicts. */
export interface EnsembleMethod {
  name: string;
  fit(images: readonly EnsembleImage[]): Promise<{
    predict(image: EnsembleImage): Promise<Float32Array> | Float32Array;
    weights?: number[];
    dispose?(): void;
  }>;
}

/** A meta-model as a method; `taught` says on which images it learns in the place of those that it is given. */
function stacker(
  kind: MetaModelKind,
  suffix = "",
  taught = (images: readonly EnsembleImage[]) => images,
): EnsembleMethod {
  return {
    name: `${kind === "residual" ? "residual meta-model" : "shallow CNN"}${suffix}`,
    async fit(images) {
      const model = await fitMetaModel(taught(images), { kind });
      return { predict: (image) => model.predict(image), dispose: () => model[Symbol.dispose]() };
    },
  };
}

/** The ensembles of a study, after the best single member that they are set beside. */
export const ENSEMBLE_METHODS: readonly EnsembleMethod[] = [
  {
    name: "best single member",
    fit(images) {
      const scores = images[0].maps.map((_, m) => meanDice(images, ({ maps }) => maps[m]));
      const best = scores.indexOf(Math.max(...scores));
      return Promise.resolve({
        predict: ({ maps }) => maps[best],
        weights: scores.map((_, m) => m === best ? 1 : 0),
      });
    },
  },
  { name: "soft voting", fit: () => Promise.resolve({ predict: ({ maps }) => softVote(maps) }) },
  {
    name: "soft voting, weighted",
    fit(images) {
      const weights = scoreWeights(images);
      return Promise.resolve({ predict: ({ maps }) => softVote(maps, weights), weights });
    },
  },
  {
    name: "greedy selection",
    fit(images) {
      const { weights } = greedySelection(images);
      return Promise.resolve({ predict: ({ maps }) => softVote(maps, weights), weights });
    },
  },
  { name: "majority vote", fit: () => Promise.resolve({ predict: ({ maps }) => majorityVote(maps) }) },
  ...META_MODELS.map((kind) => stacker(kind)),
];

/** The stackers again, taught on maps of images that the members trained on: a demonstration of the leak. */
export async function inFoldStackers(
  byFold: readonly (readonly EnsembleImage[])[],
  training: (fold: number) => Promise<EnsembleImage[]>,
): Promise<EnsembleMethod[]> {
  const inFold = new Map<string, EnsembleImage>();
  for (let fold = 0; fold < byFold.length; fold++) {
    for (const image of await training(fold)) if (!inFold.has(image.id)) inFold.set(image.id, image);
  }
  return META_MODELS.map((kind) =>
    stacker(kind, ", taught in-fold", (images) => images.flatMap(({ id }) => inFold.get(id) ?? []))
  );
}
