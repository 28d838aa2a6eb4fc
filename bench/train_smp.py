"""Repeats a training that bench/export_training.ts wrote with PyTorch and SMP.

    python bench/train_smp.py FOLDER
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

folder = pathlib.Path(sys.argv[1])
training = json.loads((folder / "training.json").read_text())
config = training["config"]
torch.set_num_threads(2)
classes = training["classes"]
model = smp.Unet(config["encoder"], encoder_weights=None, classes=classes)
model.load_state_dict({k: v for k, v in load_file(folder / "initial.safetensors").items()}, strict=True)
model = model.to(memory_format=torch.channels_last)
optimizer = torch.optim.AdamW(model.parameters(), lr=1.0, weight_decay=config["weightDecay"])
validation = load_file(folder / "validation.safetensors")
ids = sorted(key[6:] for key in validation if key.startswith("image/"))


def dice(found, truth):
    both = (found & truth).sum().item()
    either = found.sum().item() + truth.sum().item()
    return 2 * both / either if either else 1.0


def decide(logits, mask):
    """Pairs of predicted and true masks: of foreground, or of each class but the background."""
    if classes == 1:
        return [(torch.sigmoid(logits) > config["threshold"], mask > 0)]
    found = logits.argmax(dim=1, keepdim=True)
    return [((found == c) & (mask != 255), mask == c) for c in range(1, classes)]


def compute_loss(logits, masks):
    if classes == 1:
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, masks.float())
    return torch.nn.functional.cross_entropy(logits, masks[:, 0].long(), ignore_index=255)


def score():
    model.eval()
    total = 0
    with torch.no_grad():
        for key in ids:
            image = validation[f"image/{key}"].repeat(1, 3, 1, 1).contiguous(memory_format=torch.channels_last)
            height, width = image.shape[2:]
            if height % 32 or width % 32:
                # SMP's check refuses these sizes, but its decoder supports them, as this project's does.
                model.check_input_shape = lambda x: None
            scores = [dice(found, truth) for found, truth in decide(model(image), validation[f"mask/{key}"])]
            total += sum(scores) / len(scores)
    model.train()
    return total / len(ids)


model.train()
step = 0
history = []
start = time.time()
for epoch in range(config["epochs"]):
    data = load_file(folder / f"epoch{epoch}.safetensors")
    for position in range(training["batches"]):
        for group in optimizer.param_groups:
            group["lr"] = training["rates"][step]
        image = data[f"images/{position}"].repeat(1, 3, 1, 1).contiguous(memory_format=torch.channels_last)
        loss = compute_loss(model(image), data[f"masks/{position}"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
    history.append(score())
    print(epoch + 1, round(loss.item(), 4), round(history[-1], 4), round(time.time() - start), flush=True)
(folder / "smp.json").write_text(json.dumps({"dice": history, "seconds": time.time() - start}))
