"""Measures objects when asked to: `object_measurements_side.py FOLDER` with labels.raw and image.raw (2048², little-endian 16 bit).

JSON lines out. Times are of the process, not of the wall clock. `table.json` gets the last measurements.
"""
import json
import os
import resource
import sys
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy
import skimage
from skimage.measure import regionprops_table

folder, side = sys.argv[1], int(sys.argv[2])
labels = numpy.fromfile(f"{folder}/labels.raw", "<u2").reshape(side, side).astype(int)
image = numpy.fromfile(f"{folder}/image.raw", "<u2").reshape(side, side)
PROPERTIES = [
    "label", "area", "bbox", "centroid", "axis_major_length", "axis_minor_length", "eccentricity", "orientation",
    "perimeter", "solidity", "extent", "equivalent_diameter_area", "feret_diameter_max", "euler_number",
    *(f"intensity_{measure}" for measure in ("min", "mean", "max", "std", "median")),
]
print(json.dumps({"scikit-image": skimage.__version__, "numpy": numpy.__version__}), flush=True)

for line in sys.stdin:
    seconds = []
    for _ in range(int(line)):
        start = time.process_time()
        table = regionprops_table(labels, image, PROPERTIES)
        seconds.append(time.process_time() - start)
    with open(f"{folder}/table.json", "w") as file:
        json.dump({name: values.tolist() for name, values in table.items()}, file)
    print(json.dumps({"seconds": seconds, "losses": []}), flush=True)
print(json.dumps({"peakKilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}), flush=True)
