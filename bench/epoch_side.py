"""PyTorch's side of bench/epoch.ts: epochs from files, with augmentation and validation.

    python bench/epoch_side.py FOLDER

FOLDER holds images/, masks/ and settings.json. Prints the seconds of each epoch as JSON.
"""

import json
import pathlib
import random
import sys
import time
import types

sys.modules.setdefault("torchvision._meta_registrations", types.ModuleType("empty"))

import numpy as np
import segmentation_models_pytorch as smp
import torch
from PIL import Image

folder = pathlib.Path(sys.argv[1])
settings = json.loads((folder / "settings.json").read_text())
torch.set_num_threads(settings["threads"])


class Files(torch.utils.data.Dataset):
    def __init__(self, names, augment):
        self.names, self.augment = names, augment

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        image = np.asarray(Image.open(folder / "images" / self.names[index])).astype(np.float32)
        mask = (np.asarray(Image.open(folder / "masks" / self.names[index])) > 0).astype(np.float32)
        low, high = np.percentile(image, [1, 99.8])
        image = ((image - low) / max(high - low, 1)).astype(np.float32)
        if self.augment:
            turns, mirror = random.randrange(4), random.random() < 0.5
            image, mask = np.rot90(image, turns), np.rot90(mask, turns)
            if mirror:
                image, mask = image[:, ::-1], mask[:, ::-1]
        image = torch.from_numpy(np.ascontiguousarray(image))[None].expand(3, -1, -1)
        return image, torch.from_numpy(np.ascontiguousarray(mask))[None]


model = smp.Unet(settings["encoder"], encoder_weights=None).to(memory_format=torch.channels_last)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-4)
training = torch.utils.data.DataLoader(
    Files(settings["training"], True), batch_size=4, shuffle=True, drop_last=True,
    num_workers=settings["workers"], persistent_workers=settings["workers"] > 0,
)
validation = torch.utils.data.DataLoader(Files(settings["validation"], False), batch_size=4)
for _ in range(settings["epochs"]):
    start = time.perf_counter()
    model.train()
    for images, masks in training:
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            model(images.contiguous(memory_format=torch.channels_last)), masks
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    scores = []
    with torch.inference_mode():
        for images, masks in validation:
            found = torch.sigmoid(model(images.contiguous(memory_format=torch.channels_last))) > 0.5
            both = (found * masks).sum((1, 2, 3))
            scores.append((2 * both / (found.sum((1, 2, 3)) + masks.sum((1, 2, 3))).clamp_min(1)).mean().item())
    print(json.dumps({"seconds": time.perf_counter() - start, "dice": float(np.mean(scores))}), flush=True)
