"""The slides' ConvNet and LeNet-5 in PyTorch, trained as a PyTorch engineer would: channels last, resident tensors."""

from functools import partial
from typing import Any

from benchmarks import turns
from keras_course.datasets.dataset import LabelledDataset


def train(name: str, data: LabelledDataset, batch_size: int, compiled: bool) -> turns.Train:
    """A network on digits divided by 255; it is made once, and trained on in every turn.

    Args:
        name: ``"digits"``, the slides' ConvNet, or ``"lenet5"``.
        data: the digits.
        batch_size: examples per step.
        compiled: by ``torch.compile``, with the fused Adam.
    """
    import torch
    from torch import nn

    torch.manual_seed(0)
    x = torch.from_numpy(data.x_train[:, None]).float() / 255
    x = x.contiguous(memory_format=torch.channels_last)
    y = torch.from_numpy(data.y_train).long()
    model = {"digits": slides_convnet, "lenet5": lenet5}[name]().to(memory_format=torch.channels_last)
    correct = torch.zeros((), dtype=torch.long)

    def loss(x: Any, y: Any) -> Any:
        logits = model(x)
        with torch.no_grad():
            correct.add_((logits.argmax(dim=1) == y).sum())
        return nn.functional.cross_entropy(logits, y)

    return partial(turns.pytorch_loop, turns.pytorch_step(model, loss, compiled), x, y, batch_size)


def slides_convnet() -> Any:
    """``models.convnet_sequential``: two padded 3x3 convolutions, each with 2x2 max pooling, and two dense layers."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(7 * 7 * 64, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def lenet5() -> Any:
    """``models.lenet5`` for 28x28 pixels: its first convolution is padded."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5),
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, 10),
    )
