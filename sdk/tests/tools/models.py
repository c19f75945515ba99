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


def port(name, shape):
    """A float tensor; a text in the shape names an extent that is not known."""
    dims = b"".join(block(1, block(2, d) if isinstance(d, str) else number(1, d)) for d in shape)
    return block(1, name) + block(2, block(1, number(1, 1) + block(2, dims)))


def model(operator, inputs, shape):
    """One node `n` of an operator; output `y`."""
    node = b"".join(block(1, name) for name in inputs) + block(2, "y") + block(3, "n") + block(4, operator)
    graph = block(1, node) + block(2, "g")
    graph += b"".join(block(11, port(name, shape)) for name in inputs) + block(12, port("y", shape))
    return number(1, 8) + block(7, graph) + block(8, number(2, 18))


def npy(values, shape, descriptor="<f4"):
    header = f"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': {shape!r}, }}".encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + struct.pack(f"<{len(values)}f", *values)


def read_npy(path):
    data = path.read_bytes()
    start = 10 + struct.unpack_from("<H", data, 8)[0]
    return data[10:start].decode(), list(struct.unpack(f"<{(len(data) - start) // 4}f", data[start:]))
