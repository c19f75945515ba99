"""Files that a reader must refuse, with the words by which its message shows that it found the reason."""
import numpy as np
from onnx import AttributeProto, TensorProto, helper

from . import BOOL, F32, I64, Entry, graph, message, model, node, number, port, relu_model, serialized, varint
from .valid import constant, external, f32, if_model, loop_body


def graphs():
    """(name, words, model) of what is wrong with names and order."""
    two = [port("y"), port("z")]
    yield "cycle", "input", model([node("Add", "x b", "a"), node("Relu", "a", "b"), node("Abs", "b", "y")])
    yield "cycle_of_one", "input", model([node("Add", "x y", "y")])
    yield "undefined_input", "missing", model([node("Add", "x missing", "y")])
    yield "undefined_in_subgraph", "missing", if_model([node("Relu", "missing", "r")], [node("Abs", "x", "r")])
    yield "used_before_defined", "late", model([node("Abs", "late", "y"), node("Relu", "x", "late")])
    yield "value_of_subgraph_outside", "inner", model(graph(
        [*if_model([node("Relu", "x", "inner"), node("Abs", "inner", "r")], [node("Abs", "x", "r")]).graph.node,
         node("Neg", "inner", "z")], [port("c", BOOL, ()), port("x")], two))
    yield "output_defined_twice", "y", model([node("Relu", "x", "y"), node("Abs", "x", "y")])
    yield "output_twice_in_node", "y", model(graph([node("Split", "x", "y y", axis=1, num_outputs=2)]), 18)
    yield "output_named_as_input", "x", model(graph([node("Relu", "x", "x"), node("Abs", "x", "y")]))
    yield "constant_twice", "w", model(graph([node("Add", "x w", "y")], constants=[f32("w", 1), f32("w", 2)]))
    yield "constant_nameless", "name", model(graph([node("Relu", "x", "y")], constants=[f32("", 1)]))
    yield "input_twice", "x", model(graph([node("Relu", "x", "y")], [port("x"), port("x")]))
    yield "output_undefined", "nothing", model(graph([node("Relu", "x", "y")], outputs=[port("nothing")]))
    yield "output_of_subgraph_undefined", "r", if_model([node("Relu", "x", "q")], [node("Abs", "x", "r")])
    yield "input_without_type", "x", model(graph([node("Relu", "x", "y")], [helper.make_empty_tensor_value_info("x")]))
    yield "input_of_unknown_type", "type", model(graph([node("Relu", "x", "y")], [port("x", 99)]))


def heads():
    """What is wrong with the model around the graph."""
    relu = graph([node("Relu", "x", "y")])
    yield "opset_missing", "", model(relu, None)
    yield "opset_other_domain_only", "", model(relu, None, imports=[("example", 1)])
    yield "opset_6", "6", model(relu, 6)
    yield "opset_29", "29", model(relu, 29)
    yield "opset_0", "0", model(relu, 0)
    yield "opset_negative", "-1", model(relu, -1)
    yield "opset_twice", "twice", model(relu, 17, imports=[("", 18)])
    yield "ir_2", "2", relu_model(ir=2)
    yield "ir_15", "15", relu_model(ir=15)
    yield "ir_negative", "-1", relu_model(ir=-1)
    headless = relu_model()
    headless.ClearField("ir_version")
    yield "ir_missing", "IR version", headless
    graphless = relu_model()
    graphless.ClearField("graph")
    yield "graph_missing", "graph", graphless


def nodes():
    """What is wrong with a node that a reader sees."""
    nameless = model([node("Relu", "x", "y")])
    nameless.graph.node[0].ClearField("op_type")
    yield "operator_missing", "operator", nameless
    yield "operator_unknown", "Reluu", model([node("Reluu", "x", "y")])
    yield "operator_too_new", "Gelu", model([node("Gelu", "x", "y")], 19)
    yield "operator_withdrawn", "Upsample", model(graph([node("Upsample", "x s", "y")], constants=[f32("s", 1, 1)]), 13)
    yield "domain_not_imported", "example", model([node("Relu", "x", "y", domain="example")])


def attributes():
    """What is wrong with the attribute `alpha` of a LeakyRelu."""
    rows = [
        ("name_missing", "attribute", AttributeProto(type=AttributeProto.FLOAT, f=1)),
        ("type_missing", "alpha", AttributeProto(name="alpha", f=1)),
        ("value_missing", "alpha", AttributeProto(name="alpha", type=AttributeProto.TENSOR)),
        ("two_values", "alpha", AttributeProto(name="alpha", type=AttributeProto.FLOAT, f=1, ints=[1])),
        ("value_of_other_type", "alpha", AttributeProto(name="alpha", type=AttributeProto.TENSOR, i=1)),
        ("of_function_outside", "alpha", AttributeProto(name="alpha", type=AttributeProto.FLOAT, ref_attr_name="beta")),
        ("bad_tensor", "alpha", AttributeProto(name="alpha", type=AttributeProto.TENSOR, t=TensorProto(data_type=1, dims=[-1]))),
    ]
    for name, words, attribute in rows:
        made = model([node("LeakyRelu", "x", "y")])
        made.graph.node[0].attribute.append(attribute)
        yield f"attribute_{name}", words, made
    double = model([node("LeakyRelu", "x", "y", alpha=0.5)])
    double.graph.node[0].attribute.append(helper.make_attribute("alpha", 0.25))
    yield "attribute_twice", "alpha", double
    unknown = message(5, message(1, "alpha"), number(20, 99))
    yield "attribute_type_unknown", "alpha", by_hand(message(4, "LeakyRelu"), unknown)


def by_hand(*parts_of_node):
    """A model of one node from x to y that the package would not write."""
    ports = message(11, serialized(port("x"))) + message(12, serialized(port("y")))
    return number(1, 8) + message(8, number(2, 17)) + message(7, message(1, message(1, "x"), message(2, "y"), *parts_of_node), ports)


def tensors():
    """What is wrong with the initializer w."""
    rows = [
        ("type_unknown", TensorProto(data_type=99, dims=[1], raw_data=b"0000")),
        ("type_missing", TensorProto(dims=[1], raw_data=b"0000")),
        ("type_negative", TensorProto(data_type=-1, dims=[1], raw_data=b"0000")),
        ("raw_short", TensorProto(data_type=F32, dims=[2], raw_data=b"0000")),
        ("raw_long", TensorProto(data_type=F32, dims=[1], raw_data=b"00000")),
        ("raw_empty", TensorProto(data_type=F32, dims=[1], raw_data=b"")),
        ("raw_strings", TensorProto(data_type=TensorProto.STRING, dims=[1], raw_data=b"0000")),
        ("raw_int4_long", TensorProto(data_type=TensorProto.INT4, dims=[3], raw_data=b"000")),
        ("elements_missing", TensorProto(data_type=F32, dims=[2])),
        ("numbers_short", TensorProto(data_type=F32, dims=[2], float_data=[1])),
        ("numbers_long", TensorProto(data_type=I64, dims=[1], int64_data=[1, 2])),
        ("numbers_for_scalar_long", TensorProto(data_type=F32, float_data=[1, 2])),
        ("numbers_in_other_field", TensorProto(data_type=F32, dims=[1], int32_data=[1])),
        ("numbers_and_raw", TensorProto(data_type=F32, dims=[1], float_data=[1], raw_data=b"0000")),
        ("numbers_in_two_fields", TensorProto(data_type=F32, dims=[1], float_data=[1], int64_data=[1])),
        ("number_too_large", TensorProto(data_type=TensorProto.INT8, dims=[1], int32_data=[300])),
        ("dimension_negative", TensorProto(data_type=F32, dims=[-1], raw_data=b"0000")),
        ("elements_overflow", TensorProto(data_type=F32, dims=[2**31, 2**31, 4], raw_data=b"0000")),
        ("bytes_overflow", TensorProto(data_type=TensorProto.DOUBLE, dims=[2**62], raw_data=b"0000")),
        ("rank_1000", TensorProto(data_type=F32, dims=[1] * 1000, float_data=[1])),
        ("segment", TensorProto(data_type=F32, dims=[1], float_data=[1], segment=TensorProto.Segment(begin=0, end=1))),
    ]
    for name, tensor in rows:
        tensor.name = "w"
        yield f"tensor_{name}", "w", model(graph([node("Add", "x w", "y")], constants=[tensor]))


def externals():
    """Entries whose initializer w stands in another file that is none of the model's, or does not fit."""
    rows = [
        ("above", {"location": "../outside.bin"}, {"../outside.bin": b"00000000"}, {}),
        ("above_in_the_middle", {"location": "in/../../outside.bin"}, {"in/side.bin": b"00000000"}, {}),
        ("absolute", {"location": "/etc/hostname"}, {}, {}),
        ("link", {"location": "link.bin"}, {}, {"link.bin": "../outside.bin"}),
        ("link_to_folder", {"location": "linked/data.bin"}, {"../outside/data.bin": b"00000000"}, {"linked": "../outside"}),
        ("missing", {"location": "absent.bin"}, {}, {}),
        ("folder", {"location": "below"}, {"below/file.bin": b"0"}, {}),
        ("location_missing", {"location": ""}, {}, {}),
        ("short", {"location": "short.bin"}, {"short.bin": b"0000000"}, {}),
        ("offset_behind", {"location": "data.bin", "offset": 9}, {"data.bin": b"00000000"}, {}),
        ("offset_overflow", {"location": "data.bin", "offset": 2**64 - 4, "length": 8}, {"data.bin": b"00000000"}, {}),
        ("offset_negative", {"location": "data.bin", "offset": -8}, {"data.bin": b"00000000"}, {}),
        ("offset_word", {"location": "data.bin", "offset": "eight"}, {"data.bin": b"00000000"}, {}),
        ("length_wrong", {"location": "data.bin", "length": 4}, {"data.bin": b"00000000"}, {}),
        ("zero_byte", {"location": "data.bin\0.txt"}, {"data.bin": b"00000000"}, {}),
    ]
    for name, facts, beside, links in rows:
        tensor = external("w", facts.pop("location"), [2], **facts)
        made = serialized(model(graph([node("Add", "x w", "y")], [port("x", shape=(2,))], constants=[tensor])))
        yield Entry(f"malformed/external_{name}/model.onnx", made, "error", "w", beside=beside, links=links)


def bytes_():
    """Files that are no protobuf, or stop being one."""
    good = serialized(relu_model(doc_string="Words that a cut may fall into."))
    yield "empty", "", b""
    yield "text", "", b"This is no model.\n"
    yield "zeros", "", bytes(64)
    yield "cut_in_half", "", good[: len(good) // 2]
    yield "cut_last_byte", "", good[:-1]
    yield "length_beyond_end", "", number(1, 8) + message(8, number(2, 17)) + b"\x3a\xff\xff\xff\xff\x07"
    yield "length_of_64_bits", "", number(1, 8) + b"\x3a" + varint(2**64 - 1)
    yield "varint_without_end", "", b"\x08" + b"\xff" * 20
    yield "graph_as_number", "", number(1, 8) + message(8, number(2, 17)) + number(7, 1)
    yield "group", "", number(1, 8) + b"\x3b\x3c"
    yield "field_0", "", number(0, 1) + good
    yield "wire_type_7", "", good + b"\x0f"
    yield "nested_700_deep", "", nested(700)


def nested(depth):
    """If in If in If, deeper than a reader should follow."""
    ports = message(12, serialized(port("y")))
    inner = message(1, message(1, "x"), message(2, "y"), message(4, "Relu")) + ports
    for _ in range(depth):
        branches = b"".join(message(5, message(1, name), message(6, inner if name == "then_branch" else message(1, b"")), number(20, 5))
                            for name in ("then_branch", "else_branch"))
        inner = message(1, message(1, "c"), message(2, "y"), message(4, "If"), branches) + ports
    heads_ = message(11, serialized(port("x"))) + message(11, serialized(port("c", BOOL, ())))
    return number(1, 8) + message(8, number(2, 17)) + message(7, heads_ + inner)


def inferred():
    """What a reader may pass on, and shape inference must refuse."""
    yield "inputs_too_many", "Relu", model([node("Relu", "x x", "y")])
    yield "inputs_too_few", "Add", model([node("Add", "x", "y")])
    yield "input_left_out", "Add", model([node("Add", "x -", "y")])
    yield "outputs_too_many", "Relu", model([node("Relu", "x", "y z")])
    yield "attribute_unknown", "Relu", model([node("Relu", "x", "y", alpha=1.0)])
    yield "attribute_of_wrong_type", "Concat", model([node("Concat", "x x", "y", axis=0.5)])
    yield "attribute_required", "Concat", model([node("Concat", "x x", "y")])
    yield "types_differ", "Add", model(graph([node("Add", "x i", "y")], [port("x"), port("i", I64)]))
    yield "type_not_allowed", "Sin", model(graph([node("Sin", "b", "y")], [port("b", BOOL)]))
    yield "shapes_differ", "Add", model(graph([node("Add", "x z", "y")], [port("x"), port("z", shape=(2, 4))]))
    yield "axis_out_of_range", "Concat", model([node("Concat", "x x", "y", axis=2)])
    yield "inner_sizes_differ", "MatMul", model([node("MatMul", "x x", "y")])
    yield "reshape_of_other_size", "Reshape", model(graph([node("Reshape", "x s", "y")], constants=[constant("s", np.int64([7]))]))
    body = loop_body([], [port("x")])
    yield "loop_body_lacks_input", "Loop", model(graph([node("Loop", "n - x", "y", body=body)], constants=[constant("n", np.int64(3))]))
    made = if_model([node("Relu", "x", "r")], [node("Abs", "x", "r")])
    del made.graph.node[0].attribute[1]
    yield "if_lacks_branch", "If", made


def entries():
    plain = [Entry(f"malformed/{name}.onnx", serialized(made), "error", words)
             for group in (graphs, heads, nodes, attributes, tensors, bytes_) for name, words, made in group()]
    late = [Entry(f"malformed/infer_{name}.onnx", serialized(made), "error", words, "infer") for name, words, made in inferred()]
    return plain + list(externals()) + late
