"""One side of bench/step.ts: SMP's UNet in PyTorch, a step for each line that comes in.

    python bench/step_side.py FOLDER {contiguous|channels_last} {float32|mixed}

FOLDER holds weights.safetensors and batch.safetensors. For each line read it runs that many training
steps and prints their seconds as JSON; at the end of its input it prints its peak memory in kB.
"""

import json
import pathlib
import sys
import time
import types

sys.modules.setdefault("torchvision._meta_registrations", types.ModuleType("empty"))

import segmentation_models_pytorch as smp
import torch
from safetensors.torch import load_file

folder, layout, precision = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
settings = json.loads((folder / "settings.json").read_text())
torch.set_num_threads(settings["threads"])
model = {"unet": smp.Unet}[settings["architecture"]](settings["encoder"], encoder_weights=None)
model.load_state_dict(load_file(folder / "weights.safetensors"), strict=True)
batch = load_file(folder / "batch.safetensors")
images, masks = batch["images"].permute(0, 3, 1, 2), batch["masks"].permute(0, 3, 1, 2).float().contiguous()
memory_format = torch.channels_last if layout == "channels_last" else torch.contiguous_format
model = model.to(memory_format=memory_format).train()
images = images.contiguous(memory_format=memory_format)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)


def step():
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "mixed"):
        logits = model(images)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), masks)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


print(json.dumps({"torch": torch.__version__, "smp": smp.__version__}), flush=True)
for line in sys.stdin:
    seconds, losses = [], []
    for _ in range(int(line)):
        start = time.perf_counter()
        losses.append(step())
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "losses": losses}), flush=True)
peak = next((line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), "0")
print(json.dumps({"peakKilobytes": int(peak)}), flush=True)
