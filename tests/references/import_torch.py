import json

import numpy as np
import torch
from torch import nn

WINDOW, RATE = 256, 12000
samples = np.load("healthy.npy").astype("float32")[:, 0]   # one axis of [samples, axes]
train = samples[: len(samples) // 2]                       # the other half is for calibrate
mean, std = float(train.mean()), float(train.std())
windows = torch.from_numpy((train - mean) / std).unfold(0, WINDOW, WINDOW // 4).contiguous()

torch.manual_seed(1)
net = nn.Sequential(nn.Linear(WINDOW, 32), nn.ReLU(), nn.Linear(32, WINDOW))
optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(20):
    for batch in torch.randperm(len(windows)).split(128):
        loss = nn.functional.mse_loss(net(windows[batch]), windows[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

net.eval()                                                 # dropout off, batch normalisation as learned
torch.onnx.export(
    net, windows[:2], "pump.onnx", opset_version=17, input_names=["window"], output_names=["reconstruction"],
    dynamic_axes={"window": {0: "batch"}, "reconstruction": {0: "batch"}})
with open("pump.onnx.json", "w") as sidecar:
    json.dump({
        "window": WINDOW, "rate": RATE, "metrics": ["mse", "lmse"], "scale": 4,
        "normaliser": {"kind": "zscore", "mean": round(mean, 6), "std": round(std, 6)},
    }, sidecar, indent=2)
