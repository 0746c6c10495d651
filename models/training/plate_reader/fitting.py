# mypy: disable-error-code="import-not-found"
"""Fits the last layer on drawn plates: connectionist temporal classification over features that stay as they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from torch import nn

from models.training.plate_reader.backbone import FEATURES, Head
from models.training.plate_reader.samples import CROP, samples
from models.training.plate_reader.texts import CHARACTERS

CANVAS = 160
_BATCH = 128
_FEATURE_NOISE = 0.02
_CLASS_OF = {character: index + 1 for index, character in enumerate(CHARACTERS)}


@dataclass(frozen=True, slots=True)
class FittingPlan:
    """How the last layer is fitted.

    Far from PP-OCR's own layer it reads drawn plates better and real ones worse: `pull` holds it there, and of the way it went
    only the part `keep` is kept (Wortsman et al., arXiv 2109.01903).
    """

    samples: int = 8_000
    seed: int = 11
    epochs: int = 6
    rate: float = 1e-3
    pull: float = 0.003
    keep: float = 0.7


@dataclass(frozen=True, slots=True)
class Features:
    """What the backbone makes of drawn plates: N x 20 x 120, and their texts."""

    values: NDArray[np.float16]
    texts: tuple[str, ...]


def features_of(model: bytes, plan: FittingPlan, report: Callable[[int], None]) -> Features:
    """Draw `plan.samples` plates and let the backbone (with its features as an output) look at them."""
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
    values, texts = [], []
    canvas = np.zeros((1, 3, CROP[1], CANVAS), np.float32)
    for number, sample in enumerate(islice(samples(plan.seed), plan.samples)):
        canvas[0, :, :, : CROP[0]] = (sample.crop.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
        values.append(session.run([FEATURES], {session.get_inputs()[0].name: canvas})[0][0].astype(np.float16))
        texts.append(sample.text)
        report(number + 1)
    return Features(np.stack(values), tuple(texts))


def fit(start: Head, features: Features, plan: FittingPlan, report: Callable[[int, float], None]) -> Head:
    """The last layer after `plan.epochs`; `report` hears the number of each epoch and its mean loss."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(1)
    layer = nn.Linear(*start[0].shape)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(start[0].T.copy()))
        layer.bias.copy_(torch.from_numpy(start[1].copy()))
    first = layer.weight.detach().clone()
    texts, lengths = _classes(features.texts)
    ctc, optimiser = nn.CTCLoss(zero_infinity=True), torch.optim.Adam(layer.parameters(), lr=plan.rate)
    for epoch in range(plan.epochs):
        optimiser.param_groups[0]["lr"] = plan.rate * (1 - epoch / plan.epochs)
        losses = []
        for rows in torch.randperm(len(texts)).split(_BATCH):
            looked = torch.from_numpy(features.values[rows.numpy()].astype(np.float32))
            scores = layer(looked + _FEATURE_NOISE * torch.randn_like(looked)).log_softmax(2).transpose(0, 1)
            steps = torch.full((len(rows),), looked.shape[1])
            missed = ctc(scores, texts[rows], steps, lengths[rows])
            loss = missed + plan.pull * (layer.weight - first).square().sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(float(missed.detach()))
        report(epoch + 1, sum(losses) / len(losses))
    fitted = (layer.weight.detach().numpy().T, layer.bias.detach().numpy())
    return _between(start[0], fitted[0], plan.keep), _between(start[1], fitted[1], plan.keep)


def _between(start: NDArray[np.float32], end: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    return np.asarray(start + share * (end - start), np.float32)


def _classes(texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, texts))
    rows = [[_CLASS_OF[character] for character in text] + [0] * (longest - len(text)) for text in texts]
    return torch.tensor(rows), torch.tensor([len(text) for text in texts])
