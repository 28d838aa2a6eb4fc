"""Writes SMP's model with a sigmoid as FOLDER/model.onnx, for the shape of the batch of bench/compare.ts.

    python bench/export_onnx.py FOLDER
"""

import pathlib
import sys

from smp_model import read_batch, smp_model, torch

folder = pathlib.Path(sys.argv[1])
images, _ = read_batch(folder)
model = torch.nn.Sequential(smp_model(folder), torch.nn.Sigmoid()).eval()
with torch.inference_mode():
    torch.onnx.export(
        model, (images.contiguous(),), folder / "model.onnx", input_names=["images"], output_names=["probabilities"],
        opset_version=18, external_data=False, dynamo=True, verbose=False,
    )
