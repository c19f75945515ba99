"""The entries of the corpus of ONNX files, and the pieces that they are built from."""
from dataclasses import dataclass, field

from onnx import TensorProto, helper

F32, I64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


@dataclass
class Entry:
    file: str
    content: bytes
    expect: str
    words: str = ""
    stage: str = "read"
    beside: dict = field(default_factory=dict)  # Other files: name, bytes.
    links: dict = field(default_factory=dict)  # Symbolic links: name, target.

    def facts(self):
        facts = {"file": self.file, "expect": self.expect, "stage": self.stage}
        return facts | {"words": self.words} if self.words else facts


def port(name, kind=F32, shape=(2, 3)):
    return helper.make_tensor_value_info(name, kind, shape)


def node(kind, inputs, outputs, **attributes):
    """Inputs and outputs as words of one text; '-' stands for one that is left out."""
    split = lambda text: ["" if word == "-" else word for word in text.split()]
    return helper.make_node(kind, split(inputs), split(outputs), name=f"{kind}_{outputs.split()[0]}", **attributes)


def graph(nodes, inputs=None, outputs=None, constants=(), name="g", **more):
    """Without ports: x (f32 2x3) to y (f32)."""
    inputs = [port("x")] if inputs is None else inputs
    outputs = [port("y", shape=None)] if outputs is None else outputs
    return helper.make_graph(nodes, name, inputs, outputs, list(constants), **more)


def model(graph_or_nodes, opset=17, ir=8, imports=(), **more):
    made = graph_or_nodes if not isinstance(graph_or_nodes, list) else graph(graph_or_nodes)
    opsets = [helper.make_opsetid("", opset)] if opset is not None else []
    return helper.make_model(made, opset_imports=[*opsets, *(helper.make_opsetid(d, v) for d, v in imports)],
                             ir_version=ir, **more)


def serialized(message):
    return message if isinstance(message, bytes) else message.SerializeToString(deterministic=True)


def relu_model(**more):
    return model([node("Relu", "x", "y")], **more)


# Protobuf by hand, for what the package refuses to write.

def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def number(tag, value):
    return varint(tag << 3) + varint(value)


def message(tag, *parts):
    content = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return varint(tag << 3 | 2) + varint(len(content)) + content
