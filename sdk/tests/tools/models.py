"""Bytes of small ONNX models and of NumPy files, without the packages of either."""
import struct


def varint(number):
    out = b""
    while number >= 128:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def port(name, shape, element_type=1):
    """A tensor, of floats; a text in the shape names an extent that is not known."""
    dims = b"".join(block(1, block(2, d) if isinstance(d, str) else number(1, d)) for d in shape)
    return block(1, name) + block(2, block(1, number(1, element_type) + block(2, dims)))


def node(operator, inputs, output, cast_to=None, name="n"):
    made = b"".join(block(1, name) for name in inputs) + block(2, output) + block(3, name) + block(4, operator)
    return made if cast_to is None else made + block(5, block(1, "to") + number(3, cast_to) + number(20, 2))


def model_of(nodes, inputs, outputs, shape):
    """Nodes (arguments of `node`), names of inputs, names and element types of outputs; all of one shape."""
    graph = b"".join(block(1, node(*row)) for row in nodes) + block(2, "g")
    graph += b"".join(block(11, port(name, shape)) for name in inputs)
    graph += b"".join(block(12, port(name, shape, element_type)) for name, element_type in outputs)
    return number(1, 8) + block(7, graph) + block(8, number(2, 18))


def model(operator, inputs, shape):
    """One node `n` of an operator; output `y`."""
    return model_of([(operator, inputs, "y")], inputs, [("y", 1)], shape)


def graph_attribute(name, graph):
    return block(5, block(1, name) + number(20, 5) + block(6, graph))


def model_with_branches():
    """left = Relu(x), right = Neg(x), folded = Neg of a constant, chosen = If(flag): left + right, or left; y =
    chosen * folded. A row of three floats each; the nodes are called as what they compute, but `choose` and `y`."""
    then = block(1, node("Add", ["left", "right"], "both", name="add")) + block(2, "then") + block(12, port("both", [3]))
    other = block(1, node("Identity", ["left"], "one", name="same")) + block(2, "other") + block(12, port("one", [3]))
    choose = node("If", ["flag"], "chosen", name="choose") + graph_attribute("then_branch", then) + \
        graph_attribute("else_branch", other)
    rows = [node("Relu", ["x"], "left", name="left"), node("Neg", ["x"], "right", name="right"),
            node("Neg", ["c"], "folded", name="folded"), choose, node("Mul", ["chosen", "folded"], "y", name="y")]
    constant = number(1, 3) + number(2, 1) + block(8, "c") + block(9, struct.pack("<3f", 1, 2, 3))
    graph = b"".join(block(1, row) for row in rows) + block(2, "branches") + block(5, constant)
    graph += block(11, port("x", [3])) + block(11, port("flag", [], 9)) + block(12, port("y", [3]))
    return number(1, 8) + block(7, graph) + block(8, number(2, 18))


def npy(values, shape, descriptor="<f4"):
    header = f"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': {shape!r}, }}".encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack(f"<{len(values)}f", *values)


def read_npy(path):
    data = path.read_bytes()
    start = 10 + struct.unpack_from("<H", data, 8)[0]
    return data[10:start].decode(), list(struct.unpack(f"<{(len(data) - start) // 4}f", data[start:]))
