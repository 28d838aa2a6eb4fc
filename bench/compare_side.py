"""One side of bench/compare.ts: SMP's model in PyTorch, which runs a step for each line of input.

    python bench/compare_side.py FOLDER {contiguous|channels_last} {float32|mixed|mixed-bfloat16} {training|inference}

FOLDER holds weights.safetensors and batch.safetensors. For each line read it runs that many steps and
prints their seconds as JSON; at the end of its input it prints its peak memory in kB.
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

folder, layout, precision, work = pathlib.Path(sys.argv[1]), *sys.argv[2:5]
settings = json.loads((folder / "settings.json").read_text())
torch.set_num_threads(settings["threads"])
device = settings.get("device", "cpu")
if device == "cuda":
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
make, options = {
    "unet": (smp.Unet, {}),
    "deeplabv3": (smp.DeepLabV3, {"decoder_aspp_dropout": 0.0}),
    "deeplabv3plus": (smp.DeepLabV3Plus, {"decoder_aspp_dropout": 0.0}),
    "pspnet": (smp.PSPNet, {"psp_dropout": 0.0}),
    "fpn": (smp.FPN, {"decoder_dropout": 0.0}),
}[settings["architecture"]]
model = make(settings["encoder"], encoder_weights=None, **options)
model.load_state_dict(load_file(folder / "weights.safetensors"), strict=True)
batch = load_file(folder / "batch.safetensors")
images, masks = batch["images"].permute(0, 3, 1, 2), batch["masks"].permute(0, 3, 1, 2).float().contiguous()
memory_format = torch.channels_last if layout == "channels_last" else torch.contiguous_format
model = model.to(device, memory_format=memory_format).train(work == "training")
images, masks = images.to(device).contiguous(memory_format=memory_format), masks.to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
mixed = precision != "float32"
half = torch.float16 if device == "cuda" and precision == "mixed" else torch.bfloat16
scaler = torch.amp.GradScaler(device, enabled=mixed and half == torch.float16)


def train():
    with torch.autocast(device, half, enabled=mixed):
        logits = model(images)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), masks)
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


def infer():
    with torch.inference_mode(), torch.autocast(device, half, enabled=mixed):
        return torch.sigmoid(model(images)).float().mean().item()


step = train if work == "training" else infer
gpu = {"gpu": torch.cuda.get_device_name()} if device == "cuda" else {}
print(json.dumps({"torch": torch.__version__, "smp": smp.__version__, **gpu}), flush=True)
for line in sys.stdin:
    seconds, losses = [], []
    for _ in range(int(line)):
        start = time.perf_counter()
        losses.append(step())
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "losses": losses}), flush=True)
peak = next((line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), "0")
gpu = torch.cuda.max_memory_allocated() if device == "cuda" else 0
print(json.dumps({"peakKilobytes": int(peak), "gpuBytes": gpu}), flush=True)
