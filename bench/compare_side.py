"""A side of bench/compare.ts: SMP's model in PyTorch, which runs a step for each line of input.

    python bench/compare_side.py FOLDER {contiguous|channels_last|torch_compile} {float32|mixed|mixed-bfloat16} {training|inference}

`torch_compile` compiles the model with channels last. The protocol is that of serve_steps.py.
"""

import pathlib
import sys

from smp_model import read_batch, read_settings, smp, smp_model, torch
from serve_steps import serve_steps

folder, layout, precision, work = pathlib.Path(sys.argv[1]), *sys.argv[2:5]
settings = read_settings(folder)
torch.set_num_threads(settings["threads"])
device = settings.get("device", "cpu")
if device == "cuda":
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
images, masks = read_batch(folder)
memory_format = torch.contiguous_format if layout == "contiguous" else torch.channels_last
model = smp_model(folder).to(device, memory_format=memory_format).train(work == "training")
images = images.contiguous(memory_format=memory_format)
if device == "cuda":
    images, masks = images.pin_memory(), masks.pin_memory()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
mixed = precision != "float32"
half = torch.float16 if device == "cuda" and precision == "mixed" else torch.bfloat16
scaler = torch.amp.GradScaler(device, enabled=mixed and half == torch.float16)
forward = torch.compile(model) if layout == "torch_compile" else model


def place(batch):
    """Returns a batch on the device. It is copied there in each step, as in a training; on a CPU it stays where it is."""
    return batch.to(device, non_blocking=True)


def train():
    with torch.autocast(device, half, enabled=mixed):
        logits = forward(place(images))
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), place(masks))
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


def infer():
    with torch.inference_mode(), torch.autocast(device, half, enabled=mixed):
        return torch.sigmoid(forward(place(images))).float().mean().item()


gpu = {"gpu": torch.cuda.get_device_name()} if device == "cuda" else {}
serve_steps(
    train if work == "training" else infer,
    {"torch": torch.__version__, "smp": smp.__version__, **gpu},
    lambda: {"gpuBytes": torch.cuda.max_memory_allocated() if device == "cuda" else 0},
)
