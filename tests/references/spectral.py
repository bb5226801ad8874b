"""Reference figures for tests/Spectral.Tests, computed with SciPy in float64.

Run from the repository's root: python3 tests/references/spectral.py
It writes tests/references/spectral/*.json. Needs numpy and scipy (1.10). Inputs are drawn from SplitMix64, which the tests
repeat, so that the files hold results only.
"""
import json
import os

import numpy as np
import scipy.signal as sig

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spectral")
MASK = (1 << 64) - 1


def noise(seed, count):
    """count float32 numbers, uniform in -1 .. 1."""
    state, values = seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        values.append(((z ^ (z >> 31)) >> 40) / (1 << 24) * 2 - 1)
    return np.array(values, dtype=np.float32).astype(np.float64)


def windows():
    names = {
        "Rectangular": "boxcar", "Hann": "hann", "Hamming": "hamming", "BlackmanHarris": "blackmanharris", "FlatTop": "flattop",
        "Kaiser": ("kaiser", 8.6), "Tukey": ("tukey", 0.3),
    }
    cases = []
    for name, window in names.items():
        for length in (1, 2, 15, 64):
            for symmetric in (False, True):
                weights = sig.get_window(window, length, fftbins=not symmetric)
                cases.append({
                    "window": name, "parameter": window[1] if isinstance(window, tuple) else 0, "symmetric": symmetric,
                    "weights": weights.tolist(), "coherentGain": weights.mean(),
                    "noiseBandwidthBins": length * np.sum(weights ** 2) / np.sum(weights) ** 2 if weights.sum() else None,
                })
    return cases


def welch():
    cases = []
    for window, parameter, n, hop, scale, trend in (
        ("hann", 0, 256, 128, "density", "constant"), ("flattop", 0, 250, 100, "spectrum", "linear"),
        ("blackmanharris", 0, 255, 64, "density", False), ("kaiser", 6.0, 128, 128, "spectrum", "constant"),
    ):
        x = noise(21, 3000) + 0.5 + 0.0003 * np.arange(3000)
        x = x.astype(np.float32).astype(np.float64)
        _, p = sig.welch(x, 8000.0, (window, parameter) if parameter else window, n, n - hop, detrend=trend, scaling=scale)
        cases.append({
            "window": window, "parameter": parameter, "n": n, "hop": hop, "scale": scale,
            "trend": {"constant": "Mean", "linear": "Line", False: "None"}[trend], "power": p.tolist(),
        })
    return cases


def stft():
    x = noise(22, 1000)
    window = sig.get_window("hann", 128)
    frames = [x[i:i + 128] * window for i in range(0, 1000 - 127, 48)]
    spectra = np.fft.rfft(frames, axis=1)
    _, _, power = sig.spectrogram(x, 8000.0, "hann", 128, 80, detrend=False)
    return {"real": spectra.real.ravel().tolist()[::7], "imaginary": spectra.imag.ravel().tolist()[::7],
            "power": power.T.ravel().tolist()[::7], "frames": len(frames)}


def write(name, content):
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, name), "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")


def main():
    write("windows.json", windows())
    write("welch.json", welch())
    write("stft.json", stft())


main()
