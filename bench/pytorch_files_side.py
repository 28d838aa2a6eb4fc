"""Loads `.pth` files into SMP's models: one JSON line in and out for each file."""
import json
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy
from smp_model import MODELS, smp, torch

torch.set_num_threads(2)
print(json.dumps({"torch": torch.__version__, "segmentation_models_pytorch": smp.__version__}), flush=True)

for line in sys.stdin:
    job = json.loads(line)
    make, options = MODELS[job["architecture"]]
    model = make(job["encoder"], encoder_weights=None, in_channels=job["channels"], classes=job["classes"], **options)
    state = torch.load(job["weights"], weights_only=True)
    model.load_state_dict(state, strict=True)
    images = torch.from_numpy(numpy.load(job["images"]))
    with torch.no_grad():
        logits = model.eval()(images)
    found = (torch.sigmoid(logits) if job["classes"] == 1 else torch.softmax(logits, 1)).numpy()
    expected = numpy.load(job["expected"])
    print(
        json.dumps({
            "tensors": len(state),
            "spread": float(expected.max() - expected.min()),
            "largestError": float(numpy.abs(found - expected).max()),
        }),
        flush=True,
    )
