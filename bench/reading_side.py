"""Reads folders of images when asked to: `reading_side.py FOLDER` with png/; writes tif/ first. JSON lines out."""
import json
import os
import resource
import sys
import time

import imagecodecs
import numpy
import PIL.Image
import tifffile

folder = sys.argv[1]
names = sorted(os.listdir(f"{folder}/png"))
SETTINGS = [
    {},
    {"compression": "zlib"},
    # geotiff cannot read the LZW data that imagecodecs writes.
    {"compression": "zlib", "predictor": 2},
    {"compression": "zlib", "tile": (256, 256), "predictor": 2},
]
for i, name in enumerate(names):
    pixels = numpy.asarray(PIL.Image.open(f"{folder}/png/{name}"))
    pixels = pixels.astype("u2" if pixels.dtype.itemsize > 1 else "u1")
    tifffile.imwrite(f"{folder}/tif/{i}.tif", pixels, photometric="minisblack", **SETTINGS[i % 4])
print(json.dumps({
    "pillow": PIL.__version__,
    "tifffile": tifffile.__version__,
    "imagecodecs": imagecodecs.__version__,
}), flush=True)

for line in sys.stdin:
    seconds = []
    for kind, read in (
        ("png", lambda path: numpy.asarray(PIL.Image.open(path))),
        ("tif", tifffile.imread),
    ):
        files = sorted(os.listdir(f"{folder}/{kind}"))
        start = time.perf_counter()
        for name in files:
            read(f"{folder}/{kind}/{name}")
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "losses": []}), flush=True)
print(json.dumps({"peakKilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}), flush=True)
