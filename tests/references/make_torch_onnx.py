#!/usr/bin/env python3
"""Makes the PyTorch models of tests/Detector.Tests/Data/torch with Debian's python3-torch and python3-onnx: small autoencoders in every
tensor layout that the detector takes, each with its input and PyTorch's own output as float32 little-endian. The seed is fixed:

    /usr/bin/python3 tests/references/make_torch_onnx.py tests/Detector.Tests/Data/torch
"""
import pathlib
import sys

import torch
from torch import nn

WINDOW, ROWS, OPSET = 24, 10, 13


class DenseFlat(nn.Module):
    def __init__(self, values):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(values, 12), nn.LeakyReLU(), nn.BatchNorm1d(12), nn.Linear(12, values))

    def forward(self, x):
        return self.net(x)


class Conv(nn.Module):
    """[batch, axes, window]"""

    def __init__(self, axes):
        super().__init__()
        self.down = nn.Conv1d(axes, 4, 5, stride=2, padding=2)
        self.up = nn.ConvTranspose1d(4, axes, 5, stride=2, padding=2, output_padding=1)

    def forward(self, x):
        return self.up(torch.tanh(self.down(x)))


class Recurrent(nn.Module):
    """[batch, window, axes], or [window, batch, axes] where batch_first is false."""

    def __init__(self, axes, batch_first):
        super().__init__()
        self.encoder = nn.LSTM(axes, 6, batch_first=batch_first)
        self.decoder = nn.LSTM(6, 6, batch_first=batch_first)
        self.out = nn.Linear(6, axes)

    def forward(self, x):
        return self.out(self.decoder(self.encoder(x)[0])[0])


def export(folder, name, net, shape, dynamic_at):
    """shape holds ROWS, or a fixed batch, where the batch is."""
    torch.manual_seed(len(name))
    for parameter in net.parameters():
        nn.init.uniform_(parameter, -0.5, 0.5)
    net.eval()
    x = torch.rand(shape) * 2 - 1
    with torch.no_grad():
        y = net(x)
    axes = None if dynamic_at is None else {"x": {dynamic_at: "batch"}, "y": {dynamic_at: "batch"}}
    torch.onnx.export(net, x, str(folder / f"{name}.onnx"), input_names=["x"], output_names=["y"], dynamic_axes=axes, opset_version=OPSET)
    (folder / f"{name}.input.f32").write_bytes(x.numpy().astype("<f4").tobytes())
    (folder / f"{name}.output.f32").write_bytes(y.numpy().astype("<f4").tobytes())


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    export(folder, "dense", DenseFlat(WINDOW), (ROWS, WINDOW), 0)
    export(folder, "dense-two-axes", DenseFlat(2 * WINDOW), (ROWS, 2 * WINDOW), 0)
    export(folder, "conv-one-axis", Conv(1), (ROWS, 1, WINDOW), 0)
    export(folder, "conv-three-axes", Conv(3), (ROWS, 3, WINDOW), 0)
    export(folder, "conv-fixed", Conv(1), (4, 1, WINDOW), None)
    export(folder, "lstm-batch-major", Recurrent(1, True), (ROWS, WINDOW, 1), 0)
    export(folder, "lstm-time-major", Recurrent(1, False), (WINDOW, ROWS, 1), 1)
    export(folder, "lstm-time-major-two-axes", Recurrent(2, False), (WINDOW, ROWS, 2), 1)
    export(folder, "lstm-two-axes", Recurrent(2, True), (ROWS, WINDOW, 2), 0)
    export(folder, "lstm-fixed-one", Recurrent(1, True), (1, WINDOW, 1), None)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
