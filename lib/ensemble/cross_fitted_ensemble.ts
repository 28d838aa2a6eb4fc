import { join } from "node:path";
import { z } from "zod";
import type { Image } from "../images/image.ts";
import { imageDigest } from "../images/image_digest.ts";
import type { ImageSource } from "../images/source/image_source.ts";
import { roundedProbabilities } from "../math/logit_codes.ts";
import type { MapRows } from "../nn/inference/map_rows.ts";
import type { Segmenter } from "../nn/inference/segmenter.ts";
import { Ensemble, type WeightedMember } from "./base_ensemble.ts";
import { combineRows } from "./combine_rows.ts";
import { combineMaps, type Combiner, disposeCombiners, usesMember } from "./combiner.ts";
import { memberFile, saveEnsemble } from "./ensemble_folder.ts";
import { saveMetaModel } from "./meta_model_file.ts";
import { softVote } from "./voting.ts";

/** Schema of a file in an ensemble's folder, or in the folder of one of its runs. */
const File = z.string().regex(/^(?:(?!\.\.?\/)[^/\\]+\/)?[\w-]+\.safetensors$/);

/** Schema of the description of a cross-fitted ensemble. */
export const StoredCrossFitted = z.strictObject({
  method: z.literal("cross-fitted"),
  /** The networks of each member, one per fold. */
  members: z.array(z.array(File).min(1)).min(1),
  /** How the maps of each fold's images are combined; the last one combines those of all other images. */
  combiners: z.array(z.union([
    z.strictObject({ weights: z.array(z.number().nonnegative()) }),
    z.strictObject({ majority: z.literal(true) }),
    z.strictObject({ model: File }),
  ])).min(2),
  /** The fold of each known image, by its digest. */
  images: z.record(z.string(), z.int().nonnegative()),
  threshold: z.number().min(0).max(1),
  /** How objects are found in its maps, tuned on those of the cross-validation. */
  objectParameters: z.record(z.string(), z.number()).optional(),
});
/** The description of a cross-fitted ensemble. */
export type StoredCrossFitted = z.output<typeof StoredCrossFitted>;

/** The parts of a {@linkcode CrossFittedEnsemble}. */
export interface CrossFittedParts {
  /** Networks of each member, one per fold: `[member][fold]`. */
  members: readonly (readonly Segmenter[])[];
  /** A combiner per fold, fitted on the other folds, and one fitted on all. */
  combiners: readonly Combiner[];
  /** The fold of each image that networks trained on, by its digest. */
  images: ReadonlyMap<string, number>;
  /** Pixels with a larger probability are foreground. */
  threshold: number;
  /** How objects are found in its maps: see `findInstances`. */
  objectParameters?: Readonly<Record<string, number>>;
}

/** Returns the file of the combiner of a fold; folds count from 0, and the last one is that of new images. */
export function combinerFile(fold: number): string {
  return `meta-model-${fold + 1}.safetensors`;
}

/**
 * An ensemble from a cross-validation. On a new image each member is the mean of its networks, one per fold. An image of
 * the cross-validation is recognised by its pixels: there each member is the network that did not see it, and the members
 * are combined as fitted without its fold. Its map is rounded as saved predictions are, so it is the study's own.
 */
export class CrossFittedEnsemble extends Ensemble {
  readonly #parts: CrossFittedParts;

  constructor(parts: CrossFittedParts) {
    super(parts.members.flat(), parts.threshold);
    this.#parts = parts;
  }

  override get objectParameters(): CrossFittedParts["objectParameters"] {
    return this.#parts.objectParameters;
  }

  override get weightedMembers(): WeightedMember[] | undefined {
    const { members, combiners } = this.#parts, combiner = combiners[combiners.length - 1];
    if (combiner.kind !== "weights") return undefined;
    return members.flatMap((networks, m) => {
      const weight = combiner.weights[m] / networks.length;
      return weight > 0 ? networks.map((member) => ({ member, weight })) : [];
    });
  }

  override async predict(image: Image, onProgress?: (done: number) => void): Promise<Float32Array> {
    const { members, combiners, images } = this.#parts, { width, height } = image;
    const fold = images.get(await imageDigest(image));
    const combiner = combiners[fold ?? combiners.length - 1];
    const count = members.filter((_, m) => usesMember(combiner, m)).length;
    const maps: Float32Array[] = [];
    let finished = 0;
    for (const [m, networks] of members.entries()) {
      if (!usesMember(combiner, m)) {
        maps.push(new Float32Array());
        continue;
      }
      const report = (done: number) => onProgress?.((finished + done) / count);
      if (fold !== undefined) maps.push(roundedProbabilities(await networks[fold].predict(image, report)));
      else {
        const each: Float32Array[] = [];
        for (const [k, network] of networks.entries()) {
          each.push(await network.predict(image, (done) => report((k + done) / networks.length)));
        }
        maps.push(softVote(each));
      }
      finished++;
    }
    return await combineMaps(combiner, { maps, width, height });
  }

  /** An image that does not fit into memory is a new one: those of a cross-validation do. */
  override async *predictRows(source: ImageSource, onProgress?: (done: number) => void): AsyncGenerator<MapRows> {
    const { members, combiners } = this.#parts, combiner = combiners[combiners.length - 1];
    if (combiner.kind === "model") this.combineRows([]);
    const used = members.map((networks, m) => usesMember(combiner, m) ? networks : []);
    yield* combineRows(used.flat(), source, async (maps) => {
      let at = 0;
      const means = used.map(({ length }) => length ? softVote(maps.slice(at, at += length)) : new Float32Array());
      const height = maps[0].length / (source.width * this.taskDefinition.logits);
      return await combineMaps(combiner, { maps: means, width: source.width, height });
    }, onProgress);
  }

  /** Is not called, as {@linkcode predict} combines the maps. */
  protected override combine(): never {
    throw new Error("A cross-fitted ensemble combines the maps of each fold in another way");
  }

  /** Saves the ensemble as a folder: a file for each network, and `ensemble.json`, which is written last. */
  override async save(path: string): Promise<void> {
    const { members, combiners, images, threshold, objectParameters } = this.#parts;
    let at = 0;
    const stored: z.input<typeof StoredCrossFitted> = {
      method: "cross-fitted",
      members: members.map((networks) => networks.map(() => memberFile(at++))),
      combiners: describeCombiners(combiners),
      images: Object.fromEntries(images),
      threshold,
      ...(objectParameters && { objectParameters: { ...objectParameters } }),
    };
    await saveEnsemble(path, this.members, stored, () => saveCombiners(path, combiners));
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    disposeCombiners(this.#parts.combiners);
  }
}

/** Describes combiners for {@linkcode StoredCrossFitted}. */
export function describeCombiners(combiners: readonly Combiner[]): StoredCrossFitted["combiners"] {
  return combiners.map((combiner, fold) => {
    switch (combiner.kind) {
      case "weights":
        return { weights: [...combiner.weights] };
      case "majority":
        return { majority: true as const };
      case "model":
        return { model: combinerFile(fold) };
    }
  });
}

/** Writes the networks of combiners into an ensemble's folder. */
export async function saveCombiners(folder: string, combiners: readonly Combiner[]): Promise<void> {
  for (const [fold, combiner] of combiners.entries()) {
    if (combiner.kind === "model") await saveMetaModel(join(folder, combinerFile(fold)), combiner.model);
  }
}
