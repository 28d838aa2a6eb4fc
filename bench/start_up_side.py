"""A side of bench/start_up.ts: segments one image in a fresh process.

    python bench/start_up_side.py FOLDER {pytorch|onnxruntime} IMAGE MASK

The grey image is divided by 255, repeated as three channels, and its mask is written as a PNG. PyTorch reads the weights
of SMP's model, onnxruntime FOLDER/model.onnx.
"""

import pathlib
import sys

import numpy
from PIL import Image

folder, engine, image, mask = sys.argv[1:]
pixels = numpy.asarray(Image.open(image), dtype=numpy.float32) / 255
batch = numpy.ascontiguousarray(numpy.broadcast_to(pixels, (1, 3, *pixels.shape)))

if engine == "pytorch":
    from smp_model import smp_model, torch

    model = smp_model(folder).eval()
    with torch.inference_mode():
        probabilities = torch.sigmoid(model(torch.from_numpy(batch))).numpy()
else:
    import onnxruntime

    session = onnxruntime.InferenceSession(pathlib.Path(folder) / "model.onnx", providers=["CPUExecutionProvider"])
    probabilities = session.run(None, {"images": batch})[0]

Image.fromarray((probabilities[0, 0] > 0.5).astype(numpy.uint8) * 255).save(mask)
