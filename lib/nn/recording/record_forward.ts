import { type Recording, recordOps, tensorId, tf } from "../../tensorflow/mod.ts";
import type { SegmentationModel } from "../segmentation_model.ts";

/** Side of the image with which a forward pass is recorded, in pixels. Every model takes it. */
const RECORDED_SIDE = 64;

/** Records the forward pass of a model in inference; its weights have their names. */
export function recordForward(model: SegmentationModel): Recording {
  const images = tf.zeros([1, RECORDED_SIDE, RECORDED_SIDE, model.inChannels]);
  try {
    const recording = recordOps((images) => model.forward(images as tf.Tensor4D), [images]);
    const constants = new Map(recording.constants);
    for (const { name, variable } of model.weights) {
      const id = variable && tensorId(variable), known = id === undefined ? undefined : constants.get(id);
      if (known) constants.set(id!, { ...known, name });
    }
    return { ...recording, constants };
  } finally {
    images.dispose();
  }
}
