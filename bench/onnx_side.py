"""Runs ONNX files in onnxruntime: `onnx_side.py`, one JSON line in and out for each file."""
import json
import resource
import sys
from importlib.metadata import PackageNotFoundError, version

import numpy
import onnxruntime

try:
    import onnx
except ImportError:
    onnx = None

names = ("onnxruntime", "onnx", "numpy")


def installed(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


print(json.dumps({name: installed(name) for name in names}), flush=True)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 2

for line in sys.stdin:
    job = json.loads(line)
    checked = None
    if onnx:
        onnx.checker.check_model(job["model"], full_check=True)
        checked = "full"
    session = onnxruntime.InferenceSession(job["model"], options, providers=["CPUExecutionProvider"])
    errors = []
    for images, expected in job["images"]:
        [found] = session.run(None, {"images": numpy.load(images)})
        errors.append(float(numpy.abs(found - numpy.load(expected)).max()))
    print(json.dumps({"checked": checked, "largestErrors": errors}), flush=True)

print(json.dumps({"peakKilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}), flush=True)
