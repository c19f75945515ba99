"""Files that a reader must take, and correct ones that hold what it does not read (an error that says so)."""
import struct

import numpy as np
from onnx import StringStringEntryProto, TensorAnnotation, TensorProto, helper, numpy_helper

from . import BOOL, F32, I64, Entry, graph, message, model, node, number, port, relu_model, serialized

# Opset: an IR version that it was released with; all IR versions from 3 to 14 occur.
IR_VERSIONS = {7: 3, 8: 3, 9: 4, 10: 5, 11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10,
               23: 11, 24: 12, 25: 13, 26: 13, 27: 14, 28: 14}
BITS = {"UINT4": 4, "INT4": 4, "FLOAT4E2M1": 4, "UINT2": 2, "INT2": 2, "BOOL": 8, "UINT8": 8, "INT8": 8, "FLOAT8E4M3FN": 8,
        "FLOAT8E4M3FNUZ": 8, "FLOAT8E5M2": 8, "FLOAT8E5M2FNUZ": 8, "FLOAT8E8M0": 8, "UINT16": 16, "INT16": 16, "FLOAT16": 16,
        "BFLOAT16": 16, "UINT32": 32, "INT32": 32, "FLOAT": 32, "UINT64": 64, "INT64": 64, "DOUBLE": 64}


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def f32(name, *values):
    return constant(name, np.array(values, np.float32))


def of_opset(opset):
    """A constant, a broadcast and an activation; in IR 3 an initializer is an input too."""
    ir, bias = IR_VERSIONS[opset], f32("b", 1, 2, 3)
    inputs = [port("x"), port("b", shape=(3,))] if ir == 3 else [port("x")]
    return model(graph([node("Add", "x b", "t"), node("Relu", "t", "y")], inputs, None, [bias]), opset, ir)


def typed_tensor(name, kind):
    """Three elements 0, 1, 1 in the field that the type's numbers belong in."""
    tensor = TensorProto(name=name, data_type=TensorProto.DataType.Value(kind), dims=[3])
    if kind in ("FLOAT", "DOUBLE"):
        (tensor.float_data if kind == "FLOAT" else tensor.double_data).extend([0, 1, 1])
    elif kind == "INT64":
        tensor.int64_data.extend([0, 1, 1])
    elif kind in ("UINT32", "UINT64"):
        tensor.uint64_data.extend([0, 1, 1])
    elif BITS[kind] < 8:
        tensor.int32_data.extend([0x10, 0x01] if BITS[kind] == 4 else [0x14])
    else:
        tensor.int32_data.extend([0, 1, 1])
    return tensor


def raw_tensor(name, kind):
    bits = BITS[kind]
    size = (3 * bits + 7) // 8
    raw = {4: b"\x10\x01", 2: b"\x14"}.get(bits) or b"".join(v.to_bytes(bits // 8, "little") for v in (0, 1, 1))
    assert len(raw) == size
    return TensorProto(name=name, data_type=TensorProto.DataType.Value(kind), dims=[3], raw_data=raw)


def of_type(kind):
    number_ = TensorProto.DataType.Value(kind)
    constants = [typed_tensor("a", kind), raw_tensor("b", kind)]
    nodes = [node("Identity", "a", "p"), node("Identity", "b", "q")]
    return model(graph(nodes, [], [port("p", number_, (3,)), port("q", number_, (3,))], constants), 28, 14)


def branches(then_nodes, else_nodes, outputs=("y",), **more):
    part = lambda name, nodes: graph(nodes, [], [port(o, shape=None) for o in outputs], name=name, **more)
    return {"then_branch": part("yes", then_nodes), "else_branch": part("no", else_nodes)}


def if_model(then_nodes, else_nodes, **more):
    chosen = node("If", "c", "y", **branches(then_nodes, else_nodes, ("r",), **more))
    return model(graph([chosen], [port("c", BOOL, ()), port("x")], [port("y", shape=None)]))


def loop_body(nodes, outputs, inputs=(), name="body"):
    """Trip number and condition come first; the condition goes out as it came."""
    return graph([node("Identity", "go", "on"), *nodes], [port("i", I64, ()), port("go", BOOL, ()), *inputs],
                 [port("on", BOOL, ()), *outputs], name=name)


def loop_models():
    step = [node("Add", "v x", "w")]
    carried = loop_body(step, [port("w")], [port("v")])
    count = constant("n", np.int64(3))
    yield "loop_counted", model(graph([node("Loop", "n - x", "y", body=carried)], None, None, [count]))
    truth = constant("yes", np.bool_(True))
    yield "loop_both", model(graph([node("Loop", "n yes x", "y", body=carried)], None, None, [count, truth]))
    scan = loop_body([node("Mul", "v x", "w"), node("Abs", "w", "s")], [port("w"), port("s")], [port("v")])
    yield "loop_scan_output", model(graph([node("Loop", "n yes x", "y z", body=scan)], None,
                                          [port("y"), port("z", shape=(None, 2, 3))], [count, truth]))
    inner = loop_body([node("If", "go", "w", **branches([node("Neg", "v", "r")], [node("Abs", "v", "r")], ("r",)))],
                      [port("w")], [port("v")])
    yield "loop_with_if", model(graph([node("Loop", "n yes x", "y", body=inner)], None, None, [count, truth]))
    start = loop_body([node("Add", "v bias", "w")], [port("w")], [port("v")])
    start.initializer.append(f32("bias", 1, 2, 3))
    yield "loop_initializer_inside", model(graph([node("Loop", "n - x", "y", body=start)], None, None, [count]))
    sums = graph([node("Add", "s e", "t"), node("Identity", "t", "u")], [port("s", shape=(3,)), port("e", shape=(3,))],
                 [port("t", shape=(3,)), port("u", shape=(3,))], name="body")
    zero = f32("zero", 0, 0, 0)
    for opset in (9, 17, 28):
        yield f"scan_{opset}", model(graph([node("Scan", "zero x", "y z", body=sums, num_scan_inputs=1)], None,
                                           [port("y", shape=(3,)), port("z")], [zero]), opset, IR_VERSIONS[opset])


def if_models():
    yield "if_both", if_model([node("Relu", "x", "r")], [node("Neg", "x", "r")])
    deep = branches([node("Sin", "x", "r")], [node("Cos", "x", "r")], ("r",))
    yield "if_nested", if_model([node("If", "c", "r", **deep)], [node("Neg", "x", "r")])
    yield "if_other_shapes", if_model([node("ReduceMean", "x", "r", keepdims=0)], [node("Neg", "x", "r")])
    yield "if_passes_outer", if_model([node("Identity", "x", "r")], [node("Identity", "x", "r")])
    again = [node("Abs", "x", "t"), node("Relu", "t", "r")]
    yield "if_same_names_inside", if_model(again, again)


def external(name, location, dims, **facts):
    tensor = TensorProto(name=name, data_type=F32, dims=dims, data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **facts}.items():
        tensor.external_data.append(StringStringEntryProto(key=key, value=str(value)))
    return tensor


def external_entries():
    data = struct.pack("<6f", *range(6))
    add = lambda *tensors: serialized(model(graph([node("Add", "x w", "y")] if len(tensors) == 1 else
                                                  [node("Add", "x w", "t"), node("Mul", "t v", "y")], constants=tensors)))
    rows = [
        ("whole", add(external("w", "whole.bin", [2, 3])), {"whole.bin": data}),
        ("range", add(external("w", "range.bin", [3], offset=4, length=12)), {"range.bin": data}),
        ("two_in_one", add(external("w", "two.bin", [3], offset=0, length=12), external("v", "two.bin", [3], offset=12)),
         {"two.bin": data}),
        ("folder", add(external("w", "below/deep.bin", [2, 3])), {"below/deep.bin": data}),
        ("dotted", add(external("w", "./dotted..bin", [2, 3])), {"dotted..bin": data}),
        ("checksum", add(external("w", "sum.bin", [2, 3], checksum="0" * 40)), {"sum.bin": data}),
        ("empty", serialized(model(graph([node("Concat", "x w", "y", axis=0)],
                                         constants=[external("w", "none.bin", [0, 3])]))), {"none.bin": b""}),
    ]
    return [Entry(f"external/{name}.onnx", content, "ok", beside=beside) for name, content, beside in rows]


def port_models():
    relu = [node("Relu", "x", "y")]
    yield "scalar", model(graph([node("Add", "x s", "y")], constants=[constant("s", np.float32(2))]))
    yield "zero_size", model(graph([node("Concat", "x e", "y", axis=0)], constants=[constant("e", np.zeros((0, 3), np.float32))]))
    yield "symbols", model(graph(relu, [port("x", shape=("batch", "length", "batch"))], [port("y", shape=("batch", None, 4))]))
    yield "no_shape", model(graph(relu, [port("x", shape=None)]))
    yield "rank_8", model(graph(relu, [port("x", shape=(1, 2, 1, 2, 1, 2, 1, 2))]))
    yield "many_ports", model(graph([node("Sum", " ".join(f"x{i}" for i in range(40)), "y")], [port(f"x{i}") for i in range(40)]))
    yield "input_is_output", model(graph([], [port("x")], [port("x")]))
    yield "constant_is_output", model(graph([], [], [port("w", shape=(3,))], [f32("w", 1, 2, 3)]))
    yield "one_value_two_outputs", model(graph([*relu, node("Abs", "y", "z")], None, [port("y"), port("z")]))
    yield "constant_is_input", model(graph([node("Add", "x w", "y")], [port("x"), port("w", shape=(3,))], None, [f32("w", 1, 2, 3)]))
    yield "unused_constant", model(graph(relu, constants=[f32("unused", 1)]))
    yield "strings", model(graph([node("Identity", "t", "y")], [], [port("y", TensorProto.STRING, (2,))],
                                 [constant("t", np.array([b"one", b"\xff\x00two"], object))]))


def node_models():
    yield "left_out_input", model(graph([node("Clip", "x - top", "y")], constants=[constant("top", np.float32(6))]))
    yield "left_out_output", model(graph([node("LSTM", "x w r", "- y", hidden_size=2)], [port("x", shape=(4, 1, 3))], None,
                                         [constant("w", np.zeros((1, 8, 3), np.float32)), constant("r", np.zeros((1, 8, 2), np.float32))]))
    nameless = relu_model()
    nameless.graph.node[0].ClearField("name")
    yield "nameless_node", nameless
    for form, value in {"value_float": 1.5, "value_floats": [1.0, 2.0], "value_int": 3, "value_ints": [4, 5]}.items():
        yield f"constant_{form}", model(graph([node("Constant", "", "y", **{form: value})], [],
                                              [port("y", F32 if "float" in form else I64, None)]))
    yield "attributes_of_every_type", model(graph([node(
        "Any", "x", "y", domain="example.operators", f=0.5, i=-1, s="text", t=f32("", 1), floats=[1.0, 2.0], ints=[-1, 2],
        strings=["a", "b"], tensors=[f32("", 1), f32("", 2)], g=graph([node("Relu", "x", "r")], [], [port("r")]),
        graphs=[graph([node("Neg", "x", "r")], [], [port("r")]), graph([node("Abs", "x", "r")], [], [port("r")])])]),
        imports=[("example.operators", 3)])
    yield "domain_spelled_out", model(graph([node("Relu", "x", "y", domain="ai.onnx")]), None, imports=[("ai.onnx", 17)])


def note_models():
    noted = relu_model(producer_name="writer", producer_version="1.0", domain="example", model_version=7, doc_string="Text.")
    helper.set_model_props(noted, {"key": "value", "": ""})
    noted.graph.doc_string = noted.graph.node[0].doc_string = noted.graph.input[0].doc_string = "Text."
    noted.graph.metadata_props.append(StringStringEntryProto(key="a", value="b"))
    noted.graph.node[0].metadata_props.append(StringStringEntryProto(key="c", value="d"))
    yield "metadata", noted
    quantized = model(graph([node("Relu", "x", "y")], constants=[f32("scale", 0.5), constant("zero", np.int8([0]))]))
    pairs = [StringStringEntryProto(key="SCALE_TENSOR", value="scale"), StringStringEntryProto(key="ZERO_POINT_TENSOR", value="zero")]
    quantized.graph.quantization_annotation.append(TensorAnnotation(tensor_name="y", quant_parameter_tensor_names=pairs))
    yield "quantization_annotation", quantized
    inner = model([node("Relu", "x", "t"), node("Abs", "t", "y")])
    inner.graph.value_info.append(port("t"))
    yield "value_info", inner


# Fields of the messages by number: ModelProto 1 ir_version, 7 graph, 8 opset_import; GraphProto 1 node, 2 name,
# 5 initializer, 11 input, 12 output; TensorProto 1 dims, 2 data_type, 4 float_data, 8 name.
def wire_entries():
    imports, relu = message(8, number(2, 17)), message(1, message(1, "x"), message(2, "y"), message(4, "Relu"))
    ports = message(11, serialized(port("x"))) + message(12, serialized(port("y")))
    floats = struct.pack("<3f", 1, 2, 3)
    add = message(1, message(1, "x"), message(1, "w"), message(2, "y"), message(4, "Add"))
    packed = message(5, message(1, b"\x01\x03"), number(2, 1), message(4, floats), message(8, "w"))
    loose = message(5, number(1, 1), number(1, 3), number(2, 1),
                    b"".join(b"\x25" + floats[i : i + 4] for i in (0, 4, 8)), message(8, "w"))
    yield "wire_reversed", message(7, ports, message(2, "g"), relu) + imports + number(1, 8)
    yield "wire_packed_dimensions", number(1, 8) + imports + message(7, add, ports, packed)
    yield "wire_numbers_one_by_one", number(1, 8) + imports + message(7, loose, ports, add)
    yield "wire_long_varint", b"\x08\x88\x80\x80\x80\x80\x00" + imports + message(7, relu, ports)


def unread_entries():
    """Correct by the specification; the reader says that it does not take them."""
    twice = helper.make_function("example", "Twice", ["a"], ["b"], [node("Add", "a a", "b")], [helper.make_opsetid("", 17)])
    function = model([node("Twice", "x", "y", domain="example")], imports=[("example", 1)], functions=[twice])
    sparse = helper.make_sparse_tensor(f32("w", 5), constant("", np.array([1], np.int64)), [3])
    sparse_model = model(graph([node("Add", "x w", "y")], sparse_initializer=[sparse]))
    sequence = model(graph([node("SequenceAt", "s i", "y")], [helper.make_tensor_sequence_value_info("s", F32, None), port("i", I64, ())]))
    rows = [("function", function, "function"), ("sparse_initializer", sparse_model, "sparse"),
            ("sparse_constant", model(graph([helper.make_node("Constant", [], ["y"], sparse_value=sparse)], [])), "type"),
            ("sequence_input", sequence, "value")]
    return [Entry(f"unread/{name}.onnx", serialized(made), "error", words) for name, made, words in rows]


def entries():
    groups = [((f"opset_{opset:02}", of_opset(opset)) for opset in IR_VERSIONS),
              ((f"type_{kind.lower()}", of_type(kind)) for kind in BITS), loop_models(), if_models(), port_models(),
              node_models(), note_models(), wire_entries()]
    plain = [Entry(f"valid/{name}.onnx", serialized(made), "ok") for group in groups for name, made in group]
    return plain + external_entries() + unread_entries()
