"""Reference values and small files for tests/Ingest.Tests/Recordings.

Run with numpy and scipy from the repository's root:  python3 tests/references/recordings.py [folder of the recordings]
Writes synthetic.json, each file's bytes in base64, and reference.json there; the values of the public recordings only where their folder is given. The files are
synthetic, a ramp of 41 numbers or 41 samples of a sine; some have variable names like the CWRU bearing data centre's, because the reader chooses by them and by the file's name.
"""
import base64
import csv
import json
import os
import shutil
import struct
import sys
import tempfile

import numpy as np
import scipy.io
import scipy.stats
from scipy.io import wavfile

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "..", "Ingest.Tests", "Recordings")
FILES = tempfile.mkdtemp()


def describe(x):
    x = np.asarray(x, dtype=np.float64)
    return {
        "length": len(x),
        "first": x[0],
        "last": x[-1],
        "mean": x.mean(),
        "rms": x.std(),
        "peak": np.abs(x - x.mean()).max(),
        "kurtosis": scipy.stats.kurtosis(x, fisher=False),
    }


def write_files():
    ramp = np.arange(-20, 21)
    wave = np.sin(np.arange(41) * 0.7) * 2.5

    # One vector for each numeric class, stored compressed and plain; a struct, a text and a complex one to step over.
    numbers = {kind: ramp.astype(kind) if kind[0] != "u" else (ramp + 20).astype(kind)
               for kind in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "single", "double")}
    others = {"fs": 12000.0, "temperature": 21.5, "note": "text", "parts": {"a": 1.0}, "spectrum": wave + 1j, "table": np.ones((3, 2))}
    for name, compressed in (("plain", False), ("compressed", True)):
        scipy.io.savemat(os.path.join(FILES, name + ".mat"), {**numbers, "wave": wave, **others},
                         do_compression=compressed, oned_as="column")
    two = {"X098_DE_time": wave, "X098_FE_time": -wave, "X098RPM": np.uint16(1772),
           "X099_DE_time": 2 * wave, "X099RPM": np.uint16(1750)}
    scipy.io.savemat(os.path.join(FILES, "synthetic_99.mat"), two, oned_as="column")
    scipy.io.savemat(os.path.join(FILES, "both.mat"), two, oned_as="row")

    grid = np.stack([wave, ramp / 4], axis=1)
    for name, array in {
        "f4": wave.astype("<f4"), "f8_big": wave.astype(">f8"), "i2": ramp.astype("<i2"), "i4_big": ramp.astype(">i4"),
        "grid": grid, "grid_fortran": np.asfortranarray(grid), "i2_grid": np.stack([ramp, 3 * ramp], axis=1).astype("<i2"),
    }.items():
        np.save(os.path.join(FILES, name + ".npy"), array)
    with open(os.path.join(FILES, "version2.npy"), "wb") as file:
        np.lib.format.write_array(file, wave, version=(2, 0))

    for name, samples in {
        "u8": (wave * 50 + 128).astype(np.uint8), "s16": (wave * 10000).astype(np.int16), "s32": (wave * 8e8).astype(np.int32),
        "f32_2": grid.astype(np.float32), "f64": wave,
    }.items():
        wavfile.write(os.path.join(FILES, name + ".wav"), 25600, samples)
    for name, save in (("stored", np.savez), ("deflated", np.savez_compressed)):
        save(os.path.join(FILES, name + ".npz"), x=wave, pair=grid, fs=12800.0, note=np.array("text"), cube=np.ones((2, 2, 2)))
    write_universal(wave, ramp)
    reference = {"wave": list(wave), "ramp": [int(v) for v in ramp]}
    for name in ("u8", "s16", "s32"):
        reference[name] = [int(v) for v in wavfile.read(os.path.join(FILES, name + ".wav"))[1]]
    return reference


def write_universal(wave, ramp):
    """Datasets 58 by the columns of SDRC's format description; there is no writer in scipy."""
    def header(kind, type_, points, even, step, direction, unit, function=1, abscissa=17):
        lines = ["    -1", kind, "a test", "NONE", "09-Mar-20 10:14:33", "NONE", "NONE",
                 f"{function:5d}{0:10d}{0:5d}{0:10d} {'NONE':<10}{3:10d}{direction:4d} {'NONE':<10}{0:10d}{0:4d}",
                 f"{type_:10d}{points:10d}{even:10d}{0:13.5E}{step:13.5E}{0:13.5E}",
                 f"{abscissa:10d}{0:5d}{0:5d}{0:5d} {'Time':<20} {'s':<20}",
                 f"{12:10d}{0:5d}{0:5d}{0:5d} {'Acceleration':<20} {unit:<20}",
                 f"{0:10d}{0:5d}{0:5d}{0:5d} {'NONE':<20} {'NONE':<20}",
                 f"{0:10d}{0:5d}{0:5d}{0:5d} {'NONE':<20} {'NONE':<20}"]
        return ("\r\n".join(lines) + "\r\n").encode("latin-1")

    def columns(numbers, formats, a_line):
        texts = [format(v, formats[i % len(formats)]) for i, v in enumerate(numbers)]
        return "".join("".join(texts[i:i + a_line]) + "\r\n" for i in range(0, len(texts), a_line)).encode("ascii")

    end, n, step = b"    -1\r\n", len(wave), 1 / 12800
    units = b"    -1\r\n   164\r\n         1SI\r\n  1.00000000000000000D+00\r\n    -1\r\n"
    single = header("    58", 2, n, 1, step, 1, "g") + columns(wave, ["13.5E"], 6) + end
    spectrum = header("    58", 5, n, 1, 1.0, 1, "g", function=4, abscissa=18) + columns(np.repeat(wave, 2), ["13.5E"], 6) + end
    double = header("    58", 4, n, 1, step, -3, "g") + columns(ramp / 4, ["20.12E"], 4) + end
    uneven = header("    58", 2, n, 0, 0, 2, "m/s2") + columns(np.stack([np.arange(n) * step, wave], 1).ravel(), ["13.5E"], 6) + end
    def binary(order, type_, layout):
        kind = f"    58b{order:6d}{2:6d}{11:12d}{struct.calcsize(layout) * n:12d}{0:6d}{0:6d}{0:12d}{0:12d}"
        return header(kind, type_, n, 1, step, 0, "g") + b"".join(struct.pack(layout, v) for v in wave) + end
    for name, content in {
        "text": units + single + spectrum + double, "uneven": uneven,
        "little_single": binary(1, 2, "<f"), "big_single": binary(2, 2, ">f"), "little_double": binary(1, 4, "<d"), "big_double": binary(2, 4, ">d"),
    }.items():
        with open(os.path.join(FILES, name + ".uff"), "wb") as file:
            file.write(content[:-2])


def pack():
    files = {}
    for name in sorted(os.listdir(FILES)):
        with open(os.path.join(FILES, name), "rb") as file:
            files[name] = base64.b64encode(file.read()).decode("ascii")
    with open(os.path.join(TARGET, "synthetic.json"), "w") as file:
        json.dump(files, file, indent=1)
        file.write("\n")


def read_recordings(folder):
    values = {}
    for name in sorted(os.listdir(os.path.join(folder, "cwru"))):
        matrix = scipy.io.loadmat(os.path.join(folder, "cwru", name))
        axes = {key.split("_")[1]: describe(value.ravel()) for key, value in matrix.items() if key.endswith("_time")}
        rpm = [float(value.item()) for key, value in matrix.items() if key.endswith("RPM")]
        values["cwru/" + name] = {"axes": axes, "rpm": rpm[0]}
    for name in ("pronostia/Bearing1_2/acc_00001.csv", "pronostia/Bearing1_2/acc_00871.csv", "pronostia/Bearing3_1/acc_00490.csv"):
        table = np.loadtxt(os.path.join(folder, name), delimiter=",")
        values[name] = {"axes": {"horizontal": describe(table[:, 4]), "vertical": describe(table[:, 5])},
                        "time_of_day_s": table[0, 0] * 3600 + table[0, 1] * 60 + table[0, 2] + table[0, 3] / 1e6}
    for name in ("skab/anomaly-free/anomaly-free.csv", "skab/valve1/0.csv", "skab/other/1.csv"):
        with open(os.path.join(folder, name), newline="") as file:
            rows = list(csv.reader(file, delimiter=";"))
        table = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
        columns = {key: table[:, i] for i, key in enumerate(rows[0][1:])}
        values[name] = {"axes": {key: describe(x) for key, x in columns.items() if key not in ("anomaly", "changepoint")},
                        "labels": {key: x.sum() for key, x in columns.items() if key in ("anomaly", "changepoint")},
                        "start": rows[1][0]}
    return values


if __name__ == "__main__":
    path = os.path.join(TARGET, "reference.json")
    result = {"script": "tests/references/recordings.py", "files": write_files(), "recordings": {}}
    if len(sys.argv) > 1:
        result["recordings"] = read_recordings(sys.argv[1])
    elif os.path.exists(path):
        result["recordings"] = json.load(open(path))["recordings"]
    pack()
    shutil.rmtree(FILES)
    with open(path, "w") as file:
        json.dump(result, file, indent=1, default=float)
        file.write("\n")
