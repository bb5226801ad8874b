"""Reference figures for tests/Spectral.Tests, computed with SciPy in float64.

Run from the repository's root: python3 tests/references/spectral.py
It writes tests/references/spectral/*.json. Needs numpy and scipy (1.10). Inputs are drawn from SplitMix64, which the tests
repeat, so that the files hold results only.
"""
import json
import os

import numpy as np
import scipy.fft
import scipy.interpolate
import scipy.signal as sig

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spectral")
MASK = (1 << 64) - 1
FS = 8000.0


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


FFT_LENGTHS = (
    *range(1, 34), 64, 100, 127, 128, 243, 255, 256, 257, 509, 625, 1000, 1021, 1024, 2039, 2048, 4093, 4096, 8191, 10007, 12000, 16384,
    25600, 32749, 32768, 50022, 59049, 60000, 65521, 65536, 65537,
)


def fft():
    """Bins spread over the half spectrum of a real signal, and over the whole one of a complex signal."""
    cases = []
    for n in FFT_LENGTHS:
        x = noise(61, n)
        z = x + 1j * noise(62, n)
        real, whole = scipy.fft.rfft(x), scipy.fft.fft(z)
        bins, wholeBins = (np.unique(np.linspace(0, most, 24).astype(int)) for most in (n // 2, n - 1))
        cases.append({
            "n": n, "bins": bins.tolist(), "re": real[bins].real.tolist(), "im": real[bins].imag.tolist(),
            "complexBins": wholeBins.tolist(), "complexRe": whole[wholeBins].real.tolist(), "complexIm": whole[wholeBins].imag.tolist(),
        })
    return cases


def zoom():
    cases = []
    for window, n, low, high, points in (
        ("boxcar", 1000, 100.0, 140.0, 64), ("hann", 1021, 0.0, 4000.0, 300), ("flattop", 64, 1900.25, 2000.5, 500), ("hann", 20000, 999.0, 1001.0, 50),
    ):
        x = noise(23, n)
        weights = sig.get_window(window, n)
        spectrum = sig.zoom_fft(x * weights, [low, high], points, fs=FS, endpoint=True)
        cases.append({"window": window, "n": n, "low": low, "high": high, "points": points, "gain": weights.sum(),
                      "real": spectrum.real.tolist(), "imaginary": spectrum.imag.tolist()})
    return cases


def stft():
    x = noise(22, 1000)
    window = sig.get_window("hann", 128)
    frames = [x[i:i + 128] * window for i in range(0, 1000 - 127, 48)]
    spectra = np.fft.rfft(frames, axis=1)
    _, _, power = sig.spectrogram(x, 8000.0, "hann", 128, 80, detrend=False)
    return {"real": spectra.real.ravel().tolist()[::7], "imaginary": spectra.imag.ravel().tolist()[::7],
            "power": power.T.ravel().tolist()[::7], "frames": len(frames)}


def designs():
    """Second-order sections; the rows are b0 b1 b2 a1 a2."""
    families = {
        "butterworth": lambda n, wn, kind: sig.butter(n, wn, kind, fs=FS, output="sos"),
        "chebyshevI": lambda n, wn, kind: sig.cheby1(n, 0.7, wn, kind, fs=FS, output="sos"),
        "chebyshevII": lambda n, wn, kind: sig.cheby2(n, 53, wn, kind, fs=FS, output="sos"),
        "elliptic": lambda n, wn, kind: sig.ellip(n, 0.4, 61, wn, kind, fs=FS, output="sos"),
        "bessel": lambda n, wn, kind: sig.bessel(n, wn, kind, fs=FS, output="sos", norm="phase"),
        "besselMagnitude": lambda n, wn, kind: sig.bessel(n, wn, kind, fs=FS, output="sos", norm="mag"),
        "besselDelay": lambda n, wn, kind: sig.bessel(n, wn, kind, fs=FS, output="sos", norm="delay"),
    }
    bands = {"lowpass": 1100.0, "highpass": 2300.0, "bandpass": [510.0, 1700.0], "bandstop": [900.0, 2900.0]}
    cases = []
    for family, design in families.items():
        for kind, edges in bands.items():
            for order in range(1, 11):
                sos = design(order, edges, kind)
                cases.append({"family": family, "kind": kind, "order": order, "edges": np.atleast_1d(edges).tolist(),
                              "sections": np.delete(sos, 3, axis=1).ravel().tolist()})
    return cases


def filtered():
    x = noise(31, 400)
    cases = []
    for name, sos in (
        ("lowpass", sig.butter(5, 900, fs=FS, output="sos")), ("bandpass", sig.ellip(4, 0.5, 60, [400, 1500], "bandpass", fs=FS, output="sos")),
    ):
        primed = sig.sosfilt(sos, x + 3, zi=sig.sosfilt_zi(sos) * 3)[0]
        cases.append({"name": name, "forward": sig.sosfilt(sos, x).tolist(), "primed": primed.tolist(),
                      "zeroPhase": sig.sosfiltfilt(sos, x).tolist()})
    return cases


def notch():
    b, a = sig.iirnotch(50.0, 30.0, fs=FS)
    return [*b.tolist(), *a[1:].tolist()]


def fir():
    return [
        {"kind": "lowpass", "taps": sig.firwin(41, 1000, window="hamming", fs=FS).tolist()},
        {"kind": "highpass", "taps": sig.firwin(41, 1000, window="hamming", fs=FS, pass_zero=False).tolist()},
        {"kind": "bandpass", "taps": sig.firwin(41, [600, 1500], window="hamming", fs=FS, pass_zero=False).tolist()},
        {"kind": "bandstop", "taps": sig.firwin(41, [600, 1500], window="hamming", fs=FS).tolist()},
    ]


def resampler_taps(up, down):
    """The design of the resampler: Kaiser, 86 dB, flat to 0.8 of the lower Nyquist frequency, half a multiple of the step."""
    most = max(up, down)
    nyquist = 0.5 / most
    half = int(np.ceil((86 - 7.95) / (2.285 * 2 * np.pi * 0.2 * nyquist) / 2))
    half = -(-half // down) * down
    i = np.arange(-half, half + 1)
    taps = 2 * 0.9 * nyquist * np.sinc(2 * 0.9 * nyquist * i) * np.kaiser(2 * half + 1, 0.1102 * (86 - 8.7))
    return taps / taps.sum()


def resampled():
    x = noise(32, 500)
    return [
        {"up": up, "down": down, "samples": sig.resample_poly(x, up, down, window=resampler_taps(up, down)).tolist()}
        for up, down in ((1, 1), (2, 1), (1, 3), (3, 2), (5, 7), (147, 160))
    ]


def analytic():
    cases = []
    for n in (1, 2, 7, 64, 250):
        x = noise(41, n)
        spectrum = np.maximum(np.abs(np.fft.rfft(x)), 1e-300)
        cases.append({"n": n, "quadrature": sig.hilbert(x).imag.tolist(), "envelope": np.abs(sig.hilbert(x)).tolist(),
                      "cepstrum": np.fft.irfft(np.log(spectrum), n)[:n // 2 + 1].tolist()})
    return cases


def envelope():
    """Squared envelope spectrum of a brick-wall band, without decimation: bins 128..383 of 2048 at 8000 Hz, periodic Hann."""
    x = noise(42, 2048)
    x -= x.mean()
    spectrum = np.fft.fft(x)
    band = np.zeros(2048, complex)
    band[128:384] = 2 * spectrum[128:384]
    squared = np.abs(np.fft.ifft(band)) ** 2
    weights = sig.get_window("hann", 2048)
    amplitudes = 2 * np.abs(np.fft.rfft((squared - squared.mean()) * weights)) / weights.sum()
    return {"mean": squared.mean(), "amplitudes": amplitudes[1:256].tolist()}


def running_median():
    x = np.abs(noise(43, 60))
    return [float(np.sort(x[max(0, i - 5):i + 6])[len(x[max(0, i - 5):i + 6]) // 2]) for i in range(60)]


def tacho():
    """Times between irregular pulses by monotone cubic interpolation."""
    pulses = np.cumsum(0.05 + 0.02 * noise(51, 20))
    places = np.linspace(0, 19, 77)
    return {"pulses": pulses.tolist(), "revolutions": (places / 2).tolist(),
            "seconds": scipy.interpolate.PchipInterpolator(np.arange(20), pulses)(places).tolist()}


def write(name, content):
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, name), "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")


def main():
    write("windows.json", windows())
    write("welch.json", welch())
    write("stft.json", stft())
    write("fft.json", fft())
    write("zoom.json", zoom())
    write("designs.json", designs())
    write("filtered.json", filtered())
    write("notch.json", notch())
    write("fir.json", fir())
    write("resampled.json", resampled())
    write("analytic.json", analytic())
    write("envelope.json", envelope())
    write("running-median.json", running_median())
    write("tacho.json", tacho())


main()
