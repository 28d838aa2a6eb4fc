"""Opens what predict wrote with tifffile, scikit-image and roifile, and compares it.

    python round_trip.py OUTPUT

Prints the numbers of images and objects as JSON, and what differs.
"""

import csv
import json
import pathlib
import sys

import numpy as np
import roifile
import skimage.draw
import skimage.io
import skimage.measure
import tifffile

output = pathlib.Path(sys.argv[1])


def filled(rings, shape):
    """The pixels whose centres lie within an odd number of rings. Corners have whole coordinates."""
    mask = np.zeros(shape, bool)
    for ring in rings:
        mask ^= skimage.draw.polygon2mask(shape, np.asarray(ring, float)[:, ::-1] - 0.5)
    return mask


def fill(path, shape):
    """The label image that the ROIs of an archive make."""
    image = np.zeros(shape, np.int64)
    rois = roifile.roiread(path)
    for roi in rois if isinstance(rois, list) else [rois]:
        mask = filled(roi.coordinates(multi=True), shape)
        assert mask.any() and not image[mask].any(), roi.name
        image[mask] = int(roi.name)
    return image


with open(output / "objects.csv", newline="") as file:
    areas = {}
    for row in csv.DictReader(file):
        areas.setdefault(row["image"], {})[int(row["label"])] = float(row["area"])
with open(output / "summary.csv", newline="") as file:
    counts = {pathlib.PurePath(row["image"]).with_suffix("").as_posix(): row for row in csv.DictReader(file)}

images, objects, problems = 0, 0, []
for path in sorted(output.rglob("*_labels.tif")):
    name = path.relative_to(output).as_posix().removesuffix("_labels.tif")
    labels, images = tifffile.imread(path), images + 1
    table = areas.get(counts[name]["image"], {})
    objects += labels.max()
    measured = {region.label: region.area for region in skimage.measure.regionprops(labels)}
    mask = skimage.io.imread(output / f"{name}_mask.png")
    checks = {
        "scikit-image reads other labels": np.array_equal(skimage.io.imread(path), labels),
        "the mask has another size": mask.shape == labels.shape,
        "labels are not 1 to the number of objects": sorted(measured) == list(range(1, labels.max() + 1)),
        "the table has other objects or areas": measured == table,
        "the summary has another count": int(counts[name]["count"]) == labels.max(),
        "the overlay has another width": skimage.io.imread(output / f"{name}_overlay.png").shape[1] >= labels.shape[1],
    }
    archive = output / f"{name}_rois.zip"
    if labels.any():
        checks["the filled ROIs are not the labels"] = np.array_equal(fill(archive, labels.shape), labels)
    problems += [f"{name}: {what}" for what, holds in checks.items() if not holds]
if images != len(counts):
    problems.append(f"the summary has {len(counts)} images, and there are {images} label images")
print(json.dumps({"images": images, "objects": int(objects), "problems": problems}))
