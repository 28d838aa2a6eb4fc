import type { Contrast } from "../images/contrast.ts";
import type { Image } from "../images/image.ts";
import { segmentImage } from "../nn/inference/segment_image.ts";
import type { ImageSource } from "../images/source/image_source.ts";
import { OptionError } from "../io/option_error.ts";
import type { MapRows } from "../nn/inference/map_rows.ts";
import type { Segmentation, Segmenter, SegmentOptions } from "../nn/inference/segmenter.ts";
import type { TaskDefinition } from "../task/task.ts";
import type { TaskName } from "../task/tasks.ts";
import { combineRows } from "./combine_rows.ts";

/** A segmenter and its share in a weighted mean. */
export interface WeightedMember {
  member: Segmenter;
  /** The shares of all members sum to 1. */
  weight: number;
}

/** A segmenter that combines several segmenters, which are disposed of with it. */
export abstract class Ensemble implements Segmenter {
  constructor(readonly members: readonly Segmenter[], readonly threshold: number) {}

  get task(): TaskName {
    return this.members[0].task;
  }

  get taskDefinition(): TaskDefinition {
    return this.members[0].taskDefinition;
  }

  /** How objects are found in its maps; absent if this was not tuned. */
  get objectParameters(): Segmenter["objectParameters"] {
    return undefined;
  }

  /** Ids of the images that the ensemble and its members learned from; absent if a member does not know its own. */
  get trainingImages(): readonly string[] | undefined {
    const images = this.members.map(({ trainingImages }) => trainingImages);
    return images.every((ids) => ids !== undefined) ? images.flat() : undefined;
  }

  /** The members whose weighted mean is its map of a new image; absent if it combines maps in another way. */
  get weightedMembers(): readonly WeightedMember[] | undefined {
    return undefined;
  }

  /**
   * Combines the members' maps of an image.
   *
   * @param maps probabilities per member, as from {@linkcode Segmenter.predict}
   * @returns probabilities of the ensemble, of the same shape
   */
  protected abstract combine(maps: readonly Float32Array[], image: Image): Promise<Float32Array> | Float32Array;

  /**
   * Combines a few rows of the members' maps, if the ensemble combines each pixel alone.
   *
   * @throws {OptionError} if it needs the whole maps.
   */
  protected combineRows(_maps: readonly Float32Array[]): Float32Array {
    throw new OptionError(
      "The ensemble combines whole maps, which do not fit into memory for an image of this size: predict with one of its " +
        "members, or choose a smaller level of the image with --level",
    );
  }

  abstract save(path: string): Promise<void>;

  async predict(image: Image, onProgress?: (done: number) => void): Promise<Float32Array> {
    return await this.combine(await predictEach(this.members, image, onProgress), image);
  }

  async *predictRows(source: ImageSource, onProgress?: (done: number) => void): AsyncGenerator<MapRows> {
    yield* combineRows(this.members, source, (maps) => this.combineRows(maps), onProgress);
  }

  async segment(image: Image, options?: SegmentOptions): Promise<Segmentation> {
    return await segmentImage(this, image, options);
  }

  /** Returns whether every member considers the image an empty field. */
  isEmpty(image: Image): boolean {
    return this.members.every((member) => member.isEmpty(image));
  }

  isEmptyContrast(contrast: Contrast): boolean {
    return this.members.every((member) => member.isEmptyContrast(contrast));
  }

  [Symbol.dispose](): void {
    for (const member of this.members) member[Symbol.dispose]();
  }
}

/**
 * Predicts the members' maps of one image.
 *
 * @param onProgress called with the completed share, 0 to 1, over all members
 * @returns probabilities per member, as from {@linkcode Segmenter.predict}
 */
export async function predictEach(
  members: readonly Segmenter[],
  image: Image,
  onProgress?: (done: number) => void,
): Promise<Float32Array[]> {
  const maps: Float32Array[] = [];
  for (const [i, member] of members.entries()) {
    maps.push(await member.predict(image, (done) => onProgress?.((i + done) / members.length)));
  }
  return maps;
}
