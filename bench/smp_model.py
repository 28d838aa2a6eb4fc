"""Makes SMP's model with the weights and the batch that bench/compare.ts writes into a folder."""

import json
import pathlib
import sys
import types

sys.modules.setdefault("torchvision._meta_registrations", types.ModuleType("empty"))

import segmentation_models_pytorch as smp
import torch
from safetensors.torch import load_file

MODELS = {
    "unet": (smp.Unet, {}),
    "deeplabv3": (smp.DeepLabV3, {"decoder_aspp_dropout": 0.0}),
    "deeplabv3plus": (smp.DeepLabV3Plus, {"decoder_aspp_dropout": 0.0}),
    "pspnet": (smp.PSPNet, {"psp_dropout": 0.0}),
    "fpn": (smp.FPN, {"decoder_dropout": 0.0}),
}


def read_settings(folder):
    return json.loads((pathlib.Path(folder) / "settings.json").read_text())


def smp_model(folder):
    """Returns the model in its initial mode, on the CPU."""
    settings = read_settings(folder)
    make, options = MODELS[settings["architecture"]]
    model = make(settings["encoder"], encoder_weights=None, **options)
    model.load_state_dict(load_file(pathlib.Path(folder) / "weights.safetensors"), strict=True)
    return model


def read_batch(folder):
    """Returns images [batch, 3, height, width] and masks [batch, 1, height, width] as float32 tensors."""
    batch = load_file(pathlib.Path(folder) / "batch.safetensors")
    return batch["images"].permute(0, 3, 1, 2), batch["masks"].permute(0, 3, 1, 2).float().contiguous()
