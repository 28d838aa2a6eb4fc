"""Trains StarDist 0.9.2 on one fold for given processor seconds, and finds the objects of its validation images.

    python bench/stardist_side.py FOLD.json OUT_FOLDER

FOLD.json: {"training": [[image, labels], …], "validation": [[id, image], …], "seconds": 800}. Training follows the
examples of StarDist: images normalised from the 1st to the 99.8th percentile, patches of 256 x 256, batches of 4,
32 rays, a grid of 2, flips, quarter turns and intensity changes, Adam at 0.0003. The learning rate halves in the last
third of the time. Writes the objects of each image for each pair of thresholds: OUT_FOLDER/PROB_NMS/ID.tif.
"""

import json
import os
import pathlib
import sys
import time

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
import tifffile
from csbdeep.utils import normalize
from skimage.io import imread
from stardist.matching import matching_dataset
from stardist.models import Config2D, StarDist2D

PROBABILITIES = [0.3, 0.4, 0.5, 0.6, 0.7]
OVERLAPS = [0.3, 0.4, 0.5]
SIZE = 256

fold = json.loads(pathlib.Path(sys.argv[1]).read_text())
out = pathlib.Path(sys.argv[2])
seconds = fold["seconds"]


def read(path):
    image = imread(path)
    return image[..., 0] if image.ndim == 3 else image


def prepare(image):
    return normalize(image.astype(np.float32), 1, 99.8)


def pad(image):
    """Mirrors images that are smaller than a patch."""
    rest = [(0, max(0, SIZE - side)) for side in image.shape]
    return np.pad(image, rest, mode="reflect" if min(image.shape) >= SIZE // 2 else "symmetric")


def augment(x, y):
    turns = np.random.randint(4)
    x, y = np.rot90(x, turns), np.rot90(y, turns)
    if np.random.rand() < 0.5:
        x, y = np.flip(x, 0), np.flip(y, 0)
    x = x * np.random.uniform(0.6, 2) + np.random.uniform(-0.2, 0.2)
    return x + np.random.normal(0, 0.02 * np.random.uniform(0, 1), x.shape), y


class Budget(tf.keras.callbacks.Callback):
    """Ends training when the process has used its processor seconds."""

    def __init__(self):
        super().__init__()
        self.start = sum(os.times()[:2])
        self.steps = 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        used = sum(os.times()[:2]) - self.start
        if used > seconds * 2 / 3:
            self.model.optimizer.learning_rate.assign(1.5e-4)
        if used > seconds:
            self.model.stop_training = True
            raise StopIteration


np.random.seed(1)
tf.random.set_seed(1)
tf.config.threading.set_intra_op_parallelism_threads(2)
images = [pad(prepare(read(image))) for image, _ in fold["training"]]
labels = [pad(read(path)).astype(np.int32) for _, path in fold["training"]]
config = Config2D(
    n_rays=32, grid=(2, 2), n_channel_in=1, train_patch_size=(SIZE, SIZE), train_batch_size=4,
    train_epochs=100, train_steps_per_epoch=100, train_tensorboard=False,
)
out.mkdir(parents=True, exist_ok=True)
model = StarDist2D(config, name="model", basedir=str(out))
budget = Budget()
model.prepare_for_training()
model.callbacks = [budget]
start = time.time()
try:
    # A few images are enough for the loss that its trainer wants to see.
    model.train(images, labels, validation_data=(images[:2], labels[:2]), augmenter=augment)
except StopIteration:
    pass
used = sum(os.times()[:2]) - budget.start
print(json.dumps({"steps": budget.steps, "seconds": time.time() - start, "cpu": used}), flush=True)

for name, path in fold["validation"]:
    image = prepare(read(path))
    probability, distances = model.predict(image)
    for p in PROBABILITIES:
        for overlap in OVERLAPS:
            found, _ = model._instances_from_prediction(
                image.shape, probability, distances, prob_thresh=p, nms_thresh=overlap)
            folder = out / f"{p}_{overlap}"
            folder.mkdir(exist_ok=True)
            tifffile.imwrite(folder / f"{name}.tif", found.astype(np.uint16), compression="deflate")
print(json.dumps({"done": len(fold["validation"])}), flush=True)
