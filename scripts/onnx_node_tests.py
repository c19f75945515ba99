#!/usr/bin/env python3
"""Writes the ONNX project's node tests as folders, from the test cases that its wheel holds as Python objects.

usage: onnx_node_tests.py OUT_DIR [--ops A,B,...] [--types T,U,...] [--list FILE]

Per test: OUT_DIR/NAME/model.onnx, test_data_set_0/input_0.pb ..., output_0.pb ... (the layout of the ONNX backend tests) and
tolerance.json {"rtol": R, "atol": A}: an output agrees when |got - expected| <= atol + rtol * |expected|. OUT_DIR/index.json
names the tests that were written and, by reason, those left out. Tests whose inputs or outputs are no tensors and those of
other domains than ai.onnx are always left out. The same wheel and numpy give the same bytes; folders that an earlier run
wrote into OUT_DIR go away. No network is used.

--ops, --types  only tests whose nodes (in subgraphs too) are all of these operators, whose values are all of these element
                types (names of ONNX in lower case: float, int64, bool, ...)
--list FILE     operators and element types from a file: words, with comments from # to the end of a line; a word
                that begins with - names a test that is left out
"""
import argparse
import collections
import json
import shutil
import sys
import warnings
from pathlib import Path

import onnx
from onnx import AttributeProto, TensorProto, numpy_helper

ELEMENT_TYPES = {name.lower(): number for name, number in TensorProto.DataType.items() if name != "UNDEFINED"}
TYPE_NAMES = {number: name for name, number in ELEMENT_TYPES.items()}
DEFAULT_DOMAIN = ("", "ai.onnx")


def collect():
    from onnx.backend.test.case.node import collect_testcases
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sorted(collect_testcases(), key=lambda case: case.name)


def graphs(graph):
    """The graph and every graph inside its nodes."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in [attribute.g] if attribute.type == AttributeProto.GRAPH else attribute.graphs:
                yield from graphs(inner)


def nodes(graph):
    return [node for inner in graphs(graph) for node in inner.node]


def value_types(model):
    """Every ValueInfo's type in the model, those that shape inference finds included."""
    try:
        model = onnx.shape_inference.infer_shapes(model)
    except onnx.shape_inference.InferenceError:
        pass  # Then the ports and attributes alone speak.
    for graph in graphs(model.graph):
        for value in (*graph.input, *graph.output, *graph.value_info):
            yield value.type


def element_types(model):
    """Names of the element types of all values, constants and casts."""
    found = {t.tensor_type.elem_type for t in value_types(model) if t.HasField("tensor_type")}
    for graph in graphs(model.graph):
        found |= {tensor.data_type for tensor in graph.initializer}
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.type == AttributeProto.TENSOR:
                    found.add(attribute.t.data_type)
                if (node.op_type, attribute.name) in (("Cast", "to"), ("BitCast", "to")):
                    found.add(attribute.i)
    return {TYPE_NAMES[number] for number in found if number}


def why_left_out(case, operators, types, names):
    """A reason in words, or None when the test is to be written."""
    if case.name in names:
        return "left out by name"
    graph = case.model.graph
    for value in (*graph.input, *graph.output):
        if not value.type.HasField("tensor_type"):
            return f"value of kind {value.type.WhichOneof('value').removesuffix('_type')}"
    domains = {node.domain for node in nodes(graph)} - set(DEFAULT_DOMAIN)
    if domains:
        return f"domain {min(domains)}"
    other = {node.op_type for node in nodes(graph)} - operators if operators else None
    if other:
        return "operator outside the selection"
    if types and element_types(case.model) - types:
        return "element type outside the selection"
    return None


def tensor_bytes(value, name):
    tensor = TensorProto()
    tensor.CopyFrom(value if isinstance(value, TensorProto) else numpy_helper.from_array(value, name))
    tensor.name = name
    return tensor.SerializeToString(deterministic=True)


def write_case(case, folder):
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(case.model.SerializeToString(deterministic=True))
    (folder / "tolerance.json").write_text(json.dumps({"rtol": case.rtol, "atol": case.atol}) + "\n")
    for number, (inputs, outputs) in enumerate(case.data_sets):
        data = folder / f"test_data_set_{number}"
        data.mkdir()
        for side, values, ports in (("input", inputs, case.model.graph.input), ("output", outputs, case.model.graph.output)):
            for index, (value, port) in enumerate(zip(values, ports, strict=True)):
                (data / f"{side}_{index}.pb").write_bytes(tensor_bytes(value, port.name))


def remove_earlier(out):
    index = out / "index.json"
    if index.exists():
        for name in json.loads(index.read_text())["written"]:
            shutil.rmtree(out / name, ignore_errors=True)


def selection(arguments):
    """(operators, element types, names of tests left out), each a set; an empty set of the first two selects all."""
    names = set()
    operators, types = set(filter(None, arguments.ops.split(","))), set(filter(None, arguments.types.split(",")))
    if arguments.list:
        words = {w for line in arguments.list.read_text().splitlines() for w in line.split("#")[0].split()}
        names = {w.removeprefix("-") for w in words if w.startswith("-")}
        words -= {"-" + name for name in names}
        types |= words & ELEMENT_TYPES.keys()
        operators |= words - ELEMENT_TYPES.keys()
    known = {schema.name for schema in onnx.defs.get_all_schemas_with_history() if schema.domain in DEFAULT_DOMAIN}
    if unknown := (operators - known) | (types - ELEMENT_TYPES.keys()):
        sys.exit(f"onnx_node_tests.py: neither an operator of ai.onnx nor an element type: {', '.join(sorted(unknown))}")
    return operators, types, names


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ops", default="")
    parser.add_argument("--types", default="")
    parser.add_argument("--list", type=Path)
    arguments = parser.parse_args()
    operators, types, names = selection(arguments)
    arguments.out.mkdir(parents=True, exist_ok=True)
    remove_earlier(arguments.out)
    written, left_out = [], collections.defaultdict(list)
    cases = collect()
    if unknown := names - {case.name for case in cases}:
        sys.exit(f"onnx_node_tests.py: no test of that name: {', '.join(sorted(unknown))}")
    for case in cases:
        if reason := why_left_out(case, operators, types, names):
            left_out[reason].append(case.name)
        else:
            write_case(case, arguments.out / case.name)
            written.append(case.name)
    index = {"onnx": onnx.__version__, "written": written, "left_out": dict(sorted(left_out.items()))}
    (arguments.out / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    print(f"{len(written)} written, {sum(map(len, left_out.values()))} left out")
    for reason, names in sorted(left_out.items()):
        print(f"  {len(names)}: {reason}")
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main())
