#!/usr/bin/env python3
"""Writes small models of old operator sets, with the outputs that ONNX Runtime computes, as folders.

usage: onnx_upgrade_tests.py OUT_DIR

The cases are those in which an operator's older version says the same in other words, or means something else, than the
newest: every step that has a rule of its own in sdk/src/passes; and quantized numbers, whose versions differ by attributes
alone. OUT_DIR holds a folder per case, laid out like the ONNX backend tests (see onnx_node_tests.py). The folders in
sdk/tests/onnx/upgrades were written by this script with the onnx package 1.23.2 and ONNX Runtime 1.31.1. Needs numpy, onnx,
onnxruntime; uses no network.
"""
import shutil
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import helper, numpy_helper

random = np.random.default_rng(1)


def floats(*shape):
    return random.standard_normal(shape).astype(np.float32)


class Case:
    """A model of one or two nodes, from its inputs to `outputs`."""

    def __init__(self, name, opset, nodes, inputs, outputs=("y",), constants=(), ranks_only=False):
        self.name = f"test_{name}_{opset}"
        values = [helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(array.dtype),
                                                [None] * array.ndim if ranks_only else array.shape)
                  for key, array in inputs.items()]
        graph = helper.make_graph(nodes, name, values, [helper.make_empty_tensor_value_info(o) for o in outputs],
                                  [numpy_helper.from_array(np.asarray(array), key) for key, array in constants])
        self.inputs = inputs
        self.model = helper.make_model(graph, ir_version=4 if opset < 21 else 10, opset_imports=[helper.make_opsetid("", opset)])

    def write(self, folder):
        data = folder / self.name / "test_data_set_0"
        data.mkdir(parents=True)
        model = self.model.SerializeToString()
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        (folder / self.name / "model.onnx").write_bytes(model)
        for kind, arrays in (("input", self.inputs.values()), ("output", session.run(None, self.inputs))):
            for number, array in enumerate(arrays):
                tensor = numpy_helper.from_array(np.asarray(array), kind)
                (data / f"{kind}_{number}.pb").write_bytes(tensor.SerializeToString())


def node(operator, inputs="x", outputs="y", **attributes):
    return helper.make_node(operator, inputs.split(), outputs.split(), **attributes)


def cubes():
    """Cases on tensors of three dimensions."""
    x = {"x": floats(2, 3, 4)}
    positive = {"x": np.abs(x["x"]) + np.float32(0.1)}
    for operator in ("Softmax", "LogSoftmax", "Hardmax"):
        for opset, axis in ((7, None), (7, 0), (7, 2), (12, 1), (12, -1), (12, -2)):
            attributes = {} if axis is None else {"axis": axis}
            name = f"{operator}_axis_{axis}".replace("-", "minus_")
            yield Case(name, opset, [node(operator, **attributes)], x)
            yield Case(name + "_unknown_sizes", opset, [node(operator, **attributes)], x, ranks_only=True)
    for operator in ("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"):
        for opset in (7, 12 if operator == "Sum" else 17):
            yield Case(f"Reduce{operator}", opset, [node("Reduce" + operator, axes=[0, 2], keepdims=0)], positive)
            yield Case(f"Reduce{operator}_all", opset, [node("Reduce" + operator)], positive)
    for mode in ("constant", "reflect", "edge"):
        yield Case(f"Pad_{mode}", 7, [node("Pad", mode=mode, pads=[0, 1, 1, 1, 0, 1], value=2.5)], x)
    yield Case("Slice", 7, [node("Slice", starts=[1, -3], ends=[3, 1000], axes=[1, 2])], x)
    yield Case("Slice_first_axes", 9, [node("Slice", starts=[0, 1], ends=[1, 3])], x)
    yield Case("Squeeze", 7, [node("Unsqueeze", "x", "a", axes=[0, 2]), node("Squeeze", "a", axes=[2])], x)
    yield Case("Squeeze_all", 12, [node("Unsqueeze", "x", "a", axes=[0, -1]), node("Squeeze", "a")], x)
    yield Case("Split_sizes", 7, [node("Split", "x", "y z", axis=2, split=[1, 3])], x, ("y", "z"))
    for opset in (12, 13):
        yield Case("Split_equal", opset, [node("Split", "x", "y z", axis=2)], x, ("y", "z"))
    yield Case("TopK", 7, [node("TopK", "x", "y i", axis=2, k=2)], x, ("y", "i"))
    for opset in (7, 10):
        yield Case("Dropout", opset, [node("Dropout", ratio=0.25)], x)
    indices = [("i", np.array([[1, 3]])), ("u", floats(1, 2))]
    yield Case("Scatter", 9, [node("Scatter", "x i u", axis=1)], {"x": floats(1, 5)}, constants=indices)


def clips():
    for name, type_, attributes in (("both", np.float32, {"min": -0.5, "max": 0.5}), ("none", np.float32, {}),
                                    ("f16", np.float16, {"max": 0.5})):
        yield Case(f"Clip_{name}", 7, [node("Clip", **attributes)], {"x": floats(6).astype(type_)})
    yield Case("Clip_of_a_result", 7, [node("Abs", "x", "a"), node("Clip", "a", min=0.5)], {"x": floats(6)})


def images():
    """Cases on images of two channels."""
    x = {"x": floats(1, 2, 3, 4)}
    for mode in ("nearest", "linear"):
        for number, scales in enumerate(([1, 1, 2, 2], [1, 1, 1.5, 3])):
            constant = [("s", np.array(scales, np.float32))]
            yield Case(f"Upsample_{mode}_{number}", 7, [node("Upsample", mode=mode, scales=[float(s) for s in scales])], x)
            yield Case(f"Upsample_{mode}_{number}", 9, [node("Upsample", "x s", mode=mode)], x, constants=constant)
        for number, scales in enumerate(([1, 1, 2, 1.5], [1, 1, 0.5, 0.7], [1, 1, 1, 3])):
            constant = [("s", np.array(scales, np.float32))]
            yield Case(f"Resize_{mode}_{number}", 10, [node("Resize", "x s", mode=mode)], x, constants=constant)
    statistics = [(name, np.abs(floats(2)) + np.float32(0.1)) for name in "sbmv"]
    for opset in (7, 9):
        yield Case("BatchNormalization", opset, [node("BatchNormalization", "x s b m v", epsilon=1e-3)], x,
                   constants=statistics)
    weights = [("w", floats(2, 3, 3, 3))]
    for name, attributes in (("upper", {"auto_pad": "SAME_UPPER"}), ("lower", {"auto_pad": "SAME_LOWER"}),
                             ("shape", {"output_shape": [6, 8]})):
        yield Case(f"ConvTranspose_{name}", 7, [node("ConvTranspose", "x w", strides=[2, 2], **attributes)], x,
                   constants=weights)


def quantized():
    """Cases at limits and ties; without attributes that came later their absence has the old meaning."""
    x = {"x": np.float32([[-300, -64.25, 0.125], [0.375, 31.625, 300]])}
    for name, steps, zeros in (("tensor", np.float32(0.25), np.int8(3)),
                               ("axis", np.float32([0.25, 0.5, 2]), np.uint8([0, 128, 3]))):
        constants = [("s", steps), ("z", zeros)]
        whole = {"x": np.array([[0, 1, 2], [100, 125, 127]], zeros.dtype)}
        for opset in (13, 20) if name == "axis" else (10, 13, 20):
            yield Case(f"QuantizeLinear_{name}", opset, [node("QuantizeLinear", "x s z")], x, constants=constants)
            yield Case(f"DequantizeLinear_{name}", opset, [node("DequantizeLinear", "x s z")], whole, constants=constants)
    blocks = [("s", np.float32([[0.25, 0.5], [1, 2]]))]
    yield Case("QuantizeLinear_blocks", 21, [node("QuantizeLinear", "x s", block_size=2, output_dtype=3)], x,
               constants=blocks)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    onnxruntime.set_default_logger_severity(3)
    for old in folder.glob("test_*"):
        shutil.rmtree(old)
    cases = [case for family in (cubes, clips, images, quantized) for case in family()]
    for case in cases:
        case.write(folder)
    print(f"{len(cases)} cases")


if __name__ == "__main__":
    main()
