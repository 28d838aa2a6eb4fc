"""Judges packages with bioimageio.core: `bioimageio_side.py`, one JSON line in and out for each package."""
import json
import resource
import sys
from importlib.metadata import version

import numpy
from bioimageio.core import load_model_description, predict, test_model

print(json.dumps({name: version(name) for name in ("bioimageio.core", "bioimageio.spec", "onnxruntime")}), flush=True)

for line in sys.stdin:
    job = json.loads(line)
    summary = test_model(job["package"])
    problems = [
        f"{detail.name}: {error.msg}" for detail in summary.details for error in detail.errors
    ]
    model = load_model_description(job["package"])
    errors, decisions = [], []
    for image, expected in job["images"]:
        sample = predict(model=model, inputs={"images": numpy.load(image)})
        found = numpy.asarray(sample.members["probabilities"].data)
        wanted = numpy.load(expected)
        errors.append(float(numpy.abs(found - wanted).max()))
        decide = (lambda maps: maps.argmax(1)) if wanted.shape[1] > 1 else (lambda maps: maps > job["threshold"])
        decisions.append(int((decide(found) != decide(wanted)).sum()))
    print(json.dumps({
        "status": summary.status,
        "problems": problems,
        "largestErrors": errors,
        "otherDecisions": decisions,
    }), flush=True)

print(json.dumps({"peakKilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}), flush=True)
