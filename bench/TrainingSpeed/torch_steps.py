"""The peer of the training speed comparison: PyTorch takes the same steps when it is told to.

Reads lines "MODEL SECONDS" and answers each with the steps per second, and per second of processor time, of a block of that length. How many threads it takes is in its environment:
OMP_NUM_THREADS and OPENBLAS_NUM_THREADS. Refuses a reference BLAS, which is no baseline.
"""
import sys
import time

import torch
from torch import nn

BATCH = 128


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [256, 128, 32, 128, 256]
        layers = []
        for fan_in, fan_out in zip(widths, widths[1:]):
            layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
        self.net = nn.Sequential(*layers[:-1])

    def forward(self, x):
        return self.net(x)


class Conv2d(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(1024, 64))
        self.wide = nn.Linear(64, 1024)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(64, 32, 3, 2, 1, 0), nn.ReLU(), nn.ConvTranspose2d(32, 16, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 3, 2, 1, 1), nn.Sigmoid())

    def forward(self, x):
        y = torch.relu(self.wide(self.encoder(x.view(-1, 1, 28, 28))))
        return self.decoder(y.view(-1, 64, 4, 4)).flatten(1)


class Conv1d(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv1d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv1d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(2048, 32))
        self.wide = nn.Linear(32, 2048)
        self.decoder = nn.Sequential(nn.ConvTranspose1d(32, 16, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose1d(16, 1, 3, 2, 1, 1))

    def forward(self, x):
        y = torch.relu(self.wide(torch.relu(self.encoder(x.view(-1, 1, 256)))))
        return self.decoder(y.view(-1, 32, 64)).flatten(1)


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder, self.out = nn.LSTM(16, 32, batch_first=True), nn.LSTM(32, 32, batch_first=True), nn.Linear(32, 16)

    def forward(self, x):
        _, (state, _) = self.encoder(x.view(-1, 16, 16))
        states, _ = self.decoder(state[-1].unsqueeze(1).repeat(1, 16, 1))
        return self.out(states).flatten(1)


MODELS = {"dense": (Dense, 256), "conv1d": (Conv1d, 256), "conv2d": (Conv2d, 784), "lstm": (Lstm, 256)}


def main():
    torch.manual_seed(1)
    with open("/proc/self/maps", encoding="utf-8") as maps:
        libraries = maps.read()
    if "openblas" not in libraries and "mkl" not in libraries:
        sys.exit("PyTorch runs on a reference BLAS, expected OpenBLAS or MKL: put its folder into THRUM_BLAS")
    made = {}
    for line in sys.stdin:
        name, seconds = line.split()
        if name not in made:
            build, window = MODELS[name]
            model = build()
            made[name] = model, torch.optim.Adam(model.parameters(), lr=1e-3), torch.rand(8, BATCH, window)
        model, optimiser, batches = made[name]

        def steps(count):
            for step in range(count):
                x = batches[step % len(batches)]
                optimiser.zero_grad(set_to_none=True)
                loss = ((model(x) - x) ** 2).mean()
                loss.backward()
                optimiser.step()

        steps(5)
        begin, processor, done = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - begin < float(seconds):
            steps(5)
            done += 5
        print(done / (time.perf_counter() - begin), done / (time.process_time() - processor), flush=True)


main()
