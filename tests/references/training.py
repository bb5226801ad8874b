"""Reference figures for tests/Training.Tests: losses, gradients and Adam steps from PyTorch, discrimination from SciPy.

Run from the repository's root: python3 tests/references/training.py
It writes tests/references/training/*.json. Needs torch, numpy, scipy. Inputs are drawn from SplitMix64, which the tests
repeat, so that the files hold results only.
"""
import json
import math
import os

import numpy as np
import scipy.stats
import torch

torch.set_num_threads(1)
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "training")
WIDTHS = [64, 32, 8, 32, 64]
BATCH = 32
MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def singles(self, count):
        return np.array([(self.next() >> 40) / (1 << 24) for _ in range(count)], dtype=np.float32)


def parameters(dtype):
    """Weights uniform in +-0.25, biases in +-0.05, in the order weight, bias of each layer."""
    random = SplitMix64(11)
    tensors = []
    for fan_in, fan_out in zip(WIDTHS, WIDTHS[1:]):
        weight = (random.singles(fan_in * fan_out) - np.float32(0.5)) * np.float32(0.5)
        bias = (random.singles(fan_out) - np.float32(0.5)) * np.float32(0.125)
        tensors.append(torch.tensor(weight.reshape(fan_out, fan_in), dtype=dtype, requires_grad=True))
        tensors.append(torch.tensor(bias, dtype=dtype, requires_grad=True))
    return tensors


def forward(tensors, x):
    for i in range(0, len(tensors), 2):
        x = torch.nn.functional.linear(x, tensors[i], tensors[i + 1])
        if i + 2 < len(tensors):
            x = torch.relu(x)
    return x


def lmse(y, x, scale):
    eps = 1e-6
    ratio = (y - x) / scale
    metric = -torch.log(torch.clamp(1 - ratio ** 2, min=eps))
    clamp = math.sqrt(1 - eps)
    return (metric + torch.relu(ratio.abs() - clamp) * (2 * clamp / eps)).mean()


LOSSES = {
    "mse": lambda y, x: ((y - x) ** 2).mean(),
    "mae": lambda y, x: (y - x).abs().mean(),
    "lmse": lambda y, x: lmse(y, x, 3.0),
    "lmse-clamped": lambda y, x: lmse(y, x, 0.5),
}


def gradients():
    """In float64. The gradient is given as its norm, every 97th entry, and 8 sums with signs from SplitMix64 (all entries have a part)."""
    result = {}
    for name, loss in LOSSES.items():
        tensors = parameters(torch.float64)
        x = torch.tensor(SplitMix64(12).singles(BATCH * WIDTHS[0]).reshape(BATCH, -1), dtype=torch.float64)
        value = loss(forward(tensors, x), x)
        value.backward()
        flat = np.concatenate([t.grad.numpy().ravel() for t in tensors])
        signs = SplitMix64(13)
        sums = [float(np.dot(flat, [1.0 if signs.next() >> 63 else -1.0 for _ in flat])) for _ in range(8)]
        result[name] = {"loss": value.item(), "norm": float(np.linalg.norm(flat)), "every97th": flat[::97].tolist(), "signedSums": sums}
    return result


def adam():
    """Losses of 50 steps, float32, learning rate 1e-3, a fresh batch each step."""
    result = {}
    for name in ("mse", "mae", "lmse"):
        tensors = parameters(torch.float32)
        optimiser = torch.optim.Adam(tensors, lr=1e-3)
        random = SplitMix64(14)
        losses = []
        for _ in range(50):
            x = torch.tensor(random.singles(BATCH * WIDTHS[0]).reshape(BATCH, -1))
            optimiser.zero_grad()
            value = LOSSES[name](forward(tensors, x), x)
            value.backward()
            optimiser.step()
            losses.append(value.item())
        result[name] = losses
    return result


def optimisers():
    """Losses of 50 steps on mse, float32, a fresh batch each step; AdamW decays weights, not biases."""
    makers = {
        "adamw:0.1": (lambda w, b: torch.optim.AdamW([{"params": w, "weight_decay": 0.1}, {"params": b, "weight_decay": 0.0}], lr=1e-2), 0),
        "sgd:0.9": (lambda w, b: torch.optim.SGD(w + b, lr=0.2, momentum=0.9), 0),
        "sgd:0": (lambda w, b: torch.optim.SGD(w + b, lr=0.2), 0),
        "sgd:0.9 clipped": (lambda w, b: torch.optim.SGD(w + b, lr=0.2, momentum=0.9), 0.05),
    }
    result = {}
    for name, (make, clip) in makers.items():
        tensors = parameters(torch.float32)
        optimiser = make(tensors[0::2], tensors[1::2])
        random = SplitMix64(14)
        losses, norms = [], []
        for _ in range(50):
            x = torch.tensor(random.singles(BATCH * WIDTHS[0]).reshape(BATCH, -1))
            optimiser.zero_grad()
            value = LOSSES["mse"](forward(tensors, x), x)
            value.backward()
            norms.append(float(torch.nn.utils.clip_grad_norm_(tensors, clip if clip else 1e9)))
            optimiser.step()
            losses.append(value.item())
        assert not clip or (max(norms) > clip > min(norms)), "the limit must be at work at some steps and not at others"
        result[name] = losses
    return result


def schedules():
    """Learning rates of 30 epochs of one step, base rate 1; the plateau's are those after it saw each of its criteria."""
    scheduler = torch.optim.lr_scheduler

    def rates(make, criteria=None):
        optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        schedule = make(optimiser)
        found = []
        for epoch in range(30):
            found.append(optimiser.param_groups[0]["lr"])
            optimiser.step()
            schedule.step(*([] if criteria is None else [criteria[epoch]]))
        return found

    criteria = [1, 0.9, 0.9, 0.9, 0.9, 0.8, 0.85, 0.79, 0.79, 0.78999, 0.79, 0.5] + [0.5] * 18
    return {
        "criteria": criteria,
        "step:10:0.5": rates(lambda o: scheduler.StepLR(o, 10, 0.5)),
        "cosine": rates(lambda o: scheduler.CosineAnnealingLR(o, 30)),
        "cosine:0.1": rates(lambda o: scheduler.CosineAnnealingLR(o, 30, eta_min=0.1)),
        "warmup:5+constant": rates(lambda o: scheduler.LambdaLR(o, lambda t: min(1, (t + 1) / 5))),
        "plateau:3:0.5": rates(lambda o: scheduler.ReduceLROnPlateau(o, factor=0.5, patience=2), criteria),
    }


def uniform(random, shape):
    """Uniform in +- 1/8 for vectors, in +- sqrt(3/fan-in) for others: a leaf that Adam can move."""
    width = 0.25 if len(shape) == 1 else 2 * math.sqrt(3 / np.prod(shape[1:]))
    values = (random.singles(int(np.prod(shape))) - np.float32(0.5)) * np.float32(width)
    return torch.tensor(values.reshape(shape)).requires_grad_()


def conv_model(random, activation=torch.relu):
    """conv2d:28x28-16-32-64/16,out=sigmoid, parameters drawn in the order of the C# network."""
    functional = torch.nn.functional
    shapes = [(16, 1, 3, 3), (16,), (32, 16, 3, 3), (32,), (64, 32, 3, 3), (64,), (16, 1024), (16,), (1024, 16), (1024,),
              (64, 32, 3, 3), (32,), (32, 16, 3, 3), (16,), (16, 1, 3, 3), (1,)]
    tensors = [uniform(random, shape) for shape in shapes]

    def run(x):
        w = tensors
        y = x.reshape(-1, 1, 28, 28)
        for i in (0, 2, 4):
            y = activation(functional.conv2d(y, w[i], w[i + 1], stride=2, padding=1))
        y = functional.linear(y.flatten(1), w[6], w[7])
        y = activation(functional.linear(y, w[8], w[9])).reshape(-1, 64, 4, 4)
        y = activation(functional.conv_transpose2d(y, w[10], w[11], stride=2, padding=1))
        y = activation(functional.conv_transpose2d(y, w[12], w[13], stride=2, padding=1, output_padding=1))
        y = functional.conv_transpose2d(y, w[14], w[15], stride=2, padding=1, output_padding=1)
        return torch.sigmoid(y).flatten(1)

    return tensors, run


def conv1d_model(random):
    """conv1d:2x24-4-6,elu,kernel=5,stride=3: two axes, a size that the stride does not divide."""
    functional = torch.nn.functional
    shapes = [(4, 2, 5), (4,), (6, 4, 5), (6,), (6, 4, 5), (4,), (4, 2, 5), (2,)]
    tensors = [uniform(random, shape) for shape in shapes]

    def run(x):
        w = tensors
        y = x.reshape(-1, 2, 24)
        y = functional.elu(functional.conv1d(y, w[0], w[1], stride=3, padding=2))
        y = functional.elu(functional.conv1d(y, w[2], w[3], stride=3, padding=2))
        y = functional.elu(functional.conv_transpose1d(y, w[4], w[5], stride=3, padding=2, output_padding=1))
        return functional.conv_transpose1d(y, w[6], w[7], stride=3, padding=2, output_padding=2).flatten(1)

    return tensors, run


def lstm_model(random):
    """lstm:16x16-32. The C# network keeps ONNX's order of gates i, o, f, c; PyTorch's is i, f, g, o."""
    hidden = 32
    modules = [torch.nn.LSTM(16, hidden, batch_first=True), torch.nn.LSTM(hidden, hidden, batch_first=True)]

    def torch_order(tensor):
        i, o, f, c = torch.chunk(tensor.detach(), 4, 0)
        return torch.cat([i, f, c, o], 0)

    for module, inputs in zip(modules, (16, hidden)):
        weight, recurrence = uniform(random, (4 * hidden, inputs)), uniform(random, (4 * hidden, hidden))
        bias = uniform(random, (8 * hidden,))
        with torch.no_grad():
            module.weight_ih_l0.copy_(torch_order(weight))
            module.weight_hh_l0.copy_(torch_order(recurrence))
            module.bias_ih_l0.copy_(torch_order(bias[:4 * hidden]))
            module.bias_hh_l0.copy_(torch_order(bias[4 * hidden:]))
    output = [uniform(random, (16, hidden)), uniform(random, (16,))]

    def run(x):
        _, (state, _) = modules[0](x.reshape(-1, 16, 16))
        states, _ = modules[1](state[-1].unsqueeze(1).repeat(1, 16, 1))
        return torch.nn.functional.linear(states, *output).flatten(1)

    return [*modules[0].parameters(), *modules[1].parameters(), *output], run


# Where a ReLU of the large network wakes up in mid-training, rounding decides at which step: with lmse it is smooth instead.
MODELS = {"conv2d": (conv_model, 784, "mse"), "conv2d-elu": (lambda random: conv_model(random, torch.nn.functional.elu), 784, "lmse"),
          "conv1d": (conv1d_model, 48, "mse"), "lstm": (lstm_model, 256, "mse")}


def trajectories():
    """50 steps of Adam on one batch of 16 sine waves in [0, 1]: smooth, because noise has gradients so small that rounding decides Adam's steps."""
    result = {}
    for name, (build, window, loss) in MODELS.items():
        tensors, run = build(SplitMix64(21))
        frequency, phase = SplitMix64(22).singles(32).reshape(2, 16, 1).astype(np.float64)
        x = torch.tensor((0.5 + 0.5 * np.sin(np.arange(window) * frequency + 6 * phase)).astype(np.float32))
        optimiser = torch.optim.Adam(tensors, lr=1e-3)
        losses = []
        for _ in range(50):
            y = run(x)
            value = ((x - y) ** 2).mean() if loss == "mse" else lmse(y, x, 1.0)
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            losses.append(value.item())
        result[name] = losses
    return result


def average_precision(healthy, anomalous):
    """Sum over distinct thresholds, highest first, of (recall gained) * precision."""
    area = previous = 0.0
    for threshold in sorted(set(healthy) | set(anomalous), reverse=True):
        true, false = sum(s >= threshold for s in anomalous), sum(s >= threshold for s in healthy)
        recall = true / len(anomalous)
        area += (recall - previous) * true / (true + false)
        previous = recall
    return area


def discrimination():
    """Scores in steps of 0.1 so that many are tied."""
    random = np.random.RandomState(5)
    cases = []
    for n_healthy, n_anomalous, shift in ((40, 30, 1.0), (100, 7, 0.3), (25, 25, 0.0), (60, 20, 8.0)):
        healthy = np.round(random.normal(0, 1, n_healthy), 1).tolist()
        anomalous = np.round(random.normal(shift, 1.5, n_anomalous), 1).tolist()
        u = scipy.stats.mannwhitneyu(anomalous, healthy).statistic
        cases.append({
            "healthy": healthy, "anomalous": anomalous, "auroc": u / (n_healthy * n_anomalous),
            "averagePrecision": average_precision(healthy, anomalous),
            "threshold": 1.2,
            "falseAlarmRate": float(np.mean(np.array(healthy) >= 1.2)), "detectionRate": float(np.mean(np.array(anomalous) >= 1.2)),
        })
    return cases


def write(name, content):
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, name), "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")


write("gradients.json", gradients())
write("adam.json", adam())
write("optimisers.json", optimisers())
write("schedules.json", schedules())
write("trajectories.json", trajectories())
write("discrimination.json", discrimination())
sequence = SplitMix64(42)
write("splitmix64.json", [str(sequence.next()) for _ in range(5)])
