"""PyTorch's side of bench/loader.ts: batches from Albumentations and a DataLoader.

    python bench/loader_side.py FOLDER

FOLDER holds images/, masks/ and settings.json. After each line on standard input it makes some epochs of batches and
prints the images per second.
"""

import json
import pathlib
import sys
import time

import albumentations as A
import numpy as np
import torch
from PIL import Image

folder = pathlib.Path(sys.argv[1])
settings = json.loads((folder / "settings.json").read_text())
torch.set_num_threads(1)

SETS = {
    "light": [A.D4(p=1), A.RandomBrightnessContrast(p=0.5)],
    "heavy": [
        A.D4(p=1),
        A.ElasticTransform(alpha=60, sigma=8, p=0.5),
        A.RandomBrightnessContrast(p=0.5),
        A.CLAHE(p=0.5),
    ],
}


def read(name):
    image = np.asarray(Image.open(folder / "images" / name))
    mask = (np.asarray(Image.open(folder / "masks" / name)) > 0).astype(np.uint8)
    low, high = np.percentile(image, [1, 99.8])
    return image, mask, np.float32(low), np.float32(max(high - low, 1))


class Crops(torch.utils.data.Dataset):
    def __init__(self):
        self.names = settings["names"]
        side = settings["side"]
        self.transform = A.Compose([A.RandomCrop(side, side), *SETS[settings["set"]]])
        self.cache = [read(name) for name in self.names] if settings["cached"] else None

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        image, mask, low, spread = self.cache[index] if self.cache else read(self.names[index])
        done = self.transform(image=image, mask=mask)
        image = (done["image"].astype(np.float32) - low) / spread
        image = torch.from_numpy(np.ascontiguousarray(image))[None].expand(3, -1, -1)
        return image, torch.from_numpy(np.ascontiguousarray(done["mask"]).astype(np.float32))[None]


loader = torch.utils.data.DataLoader(
    Crops(), batch_size=settings["batchSize"], shuffle=True, drop_last=True,
    num_workers=settings["workers"], persistent_workers=settings["workers"] > 0,
)
for line in sys.stdin:
    count, start = 0, time.perf_counter()
    for _ in range(int(line)):
        for images, masks in loader:
            count += len(images)
    print(count / (time.perf_counter() - start), flush=True)
