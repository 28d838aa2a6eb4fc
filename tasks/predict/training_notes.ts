import type { Segmenter } from "lib";
import { Ensemble } from "lib/ensemble/base_ensemble.ts";
import { TrainedModel } from "lib/nn/inference/trained_model.ts";
import type { ImageDescription } from "lib/objects";
import { farFromTraining } from "lib/objects/training/far_from_training.ts";

/**
 * Says in which ways an image differs from those that a model trained on. For an ensemble it says how it differs from the
 * training images of the member that it is most like.
 *
 * @returns undefined if the model does not know its training images
 */
export function trainingNotes(segmenter: Segmenter, image: ImageDescription): string[] | undefined {
  if (segmenter instanceof Ensemble) {
    const notes = segmenter.members.map((member) => trainingNotes(member, image)).filter((each) => each !== undefined);
    return notes.sort((a, b) => a.length - b.length)[0];
  }
  const training = segmenter instanceof TrainedModel ? segmenter.use.trainingStatistics : undefined;
  return training && farFromTraining(image, training);
}
