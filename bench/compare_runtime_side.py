"""A side of bench/compare.ts: inference with FOLDER/model.onnx in another runtime.

    python bench/compare_runtime_side.py FOLDER {onnxruntime|openvino} {float32|mixed}

With `mixed`, OpenVINO chooses its precision: bfloat16 on processors that have it. onnxruntime has float32 alone on a CPU.
The protocol is that of serve_steps.py.
"""

import json
import pathlib
import sys

import numpy as np
from safetensors.numpy import load_file

from serve_steps import serve_steps

folder, runtime, precision = pathlib.Path(sys.argv[1]), *sys.argv[2:4]
threads = json.loads((folder / "settings.json").read_text())["threads"]
path = str(folder / "model.onnx")
images = np.ascontiguousarray(load_file(folder / "batch.safetensors")["images"].transpose(0, 3, 1, 2))


def start_onnxruntime():
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return onnxruntime.__version__, lambda: session.run(None, {"images": images})[0]


def start_openvino():
    import openvino

    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
    if precision == "float32":
        hints["INFERENCE_PRECISION_HINT"] = "f32"
    request = openvino.Core().compile_model(path, "CPU", hints).create_infer_request()
    return openvino.__version__, lambda: request.infer([images])[0]


version, infer = {"onnxruntime": start_onnxruntime, "openvino": start_openvino}[runtime]()
serve_steps(lambda: float(infer().mean(dtype=np.float64)), {runtime: version})
