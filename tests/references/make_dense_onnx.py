#!/usr/bin/env python3
"""Makes the small models of tests/Detector.Tests/Data with Debian's python3-onnx and python3-numpy: one dense autoencoder
32-8-32 that the detector must load, and models that it must refuse. The seed is fixed, so the files are reproducible:

    /usr/bin/python3 tests/references/make_dense_onnx.py tests/Detector.Tests/Data
"""
import pathlib
import sys

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

WINDOW, HIDDEN, OPSET = 32, 8, 17
METADATA = {
    "thrum.kind": "dense",
    "thrum.window": str(WINDOW),
    "thrum.hop": "16",
    "thrum.rate": "1000",
    "thrum.axes": "1",
    "thrum.feature": "waveform",
    "thrum.normaliser": '{"kind":"zscore","mean":0.25,"std":0.5}',
    "thrum.scale": "4",
    "thrum.metrics": '["mse","lmse","mse+0.5*fft(120Hz..180Hz)"]',
    "thrum.loss": "mse",
    "thrum.date": "2026-11-22",
}


def weights():
    random = np.random.default_rng(32)
    shapes = {"w1": (WINDOW, HIDDEN), "b1": (HIDDEN,), "w2": (HIDDEN, WINDOW), "b2": (WINDOW,)}
    return [numpy_helper.from_array((0.3 * random.standard_normal(shape)).astype(np.float32), name) for name, shape in shapes.items()]


def model(nodes, inputs, outputs, initializers=(), metadata=METADATA):
    value = lambda item: helper.make_tensor_value_info(item[0], item[1], item[2])
    graph = helper.make_graph(nodes, "dense", [value(i) for i in inputs], [value(o) for o in outputs], list(initializers))
    made = helper.make_model(graph, producer_name="thrum-tests", ir_version=8, opset_imports=[helper.make_opsetid("", OPSET)])
    helper.set_model_props(made, metadata)
    checker.check_model(made)
    return made.SerializeToString()


def dense(batch="batch", metadata=METADATA):
    nodes = [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["h"]),
        helper.make_node("Tanh", ["h"], ["a"]),
        helper.make_node("Gemm", ["a", "w2", "b2"], ["y"]),
    ]
    shape = [batch, WINDOW]
    return model(nodes, [("x", TensorProto.FLOAT, shape)], [("y", TensorProto.FLOAT, shape)], weights(), metadata)


def identity(element, shape):
    return model([helper.make_node("Identity", ["x"], ["y"])], [("x", element, shape)], [("y", element, shape)])


def two_inputs():
    shape = ["batch", WINDOW]
    node = helper.make_node("Add", ["x", "z"], ["y"])
    return model([node], [("x", TensorProto.FLOAT, shape), ("z", TensorProto.FLOAT, shape)], [("y", TensorProto.FLOAT, shape)])


def encoder_only():
    node = helper.make_node("Gemm", ["x", "w1", "b1"], ["y"])
    return model([node], [("x", TensorProto.FLOAT, ["batch", WINDOW])], [("y", TensorProto.FLOAT, ["batch", HIDDEN])], weights()[:2])


def data_dependent_width():
    """Keeps the columns that hold something positive: only a run can show that this is no autoencoder."""
    zero = numpy_helper.from_array(np.zeros(1, np.float32), "zero")
    nodes = [
        helper.make_node("ReduceMax", ["x"], ["greatest"], axes=[0], keepdims=0),
        helper.make_node("Greater", ["greatest", "zero"], ["kept"]),
        helper.make_node("Compress", ["x", "kept"], ["y"], axis=1),
    ]
    return model(nodes, [("x", TensorProto.FLOAT, ["batch", "n"])], [("y", TensorProto.FLOAT, ["batch", "m"])], [zero])


def sequence_input():
    shape = ["batch", WINDOW]
    inputs = [helper.make_tensor_sequence_value_info("x", TensorProto.FLOAT, shape)]
    node = helper.make_node("ConcatFromSequence", ["x"], ["y"], axis=0)
    graph = helper.make_graph([node], "sequence", inputs, [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)])
    made = helper.make_model(graph, producer_name="thrum-tests", ir_version=8, opset_imports=[helper.make_opsetid("", OPSET)])
    helper.set_model_props(made, METADATA)
    return made.SerializeToString()


def main(folder):
    good = dense()
    files = {
        "dense32.onnx": good,
        "fixed-batch.onnx": dense(batch=4),
        "no-metadata.onnx": dense(metadata={}),
        "rank-3.onnx": identity(TensorProto.FLOAT, ["batch", WINDOW, 1]),
        "int-input.onnx": identity(TensorProto.INT32, ["batch", WINDOW]),
        "other-window.onnx": identity(TensorProto.FLOAT, ["batch", 2 * WINDOW]),
        "two-inputs.onnx": two_inputs(),
        "encoder-only.onnx": encoder_only(),
        "data-dependent.onnx": data_dependent_width(),
        "sequence-input.onnx": sequence_input(),
        "truncated.onnx": good[: len(good) // 2],
        "not-onnx.onnx": b"This is no ONNX model.\n",
        "empty.onnx": b"",
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
