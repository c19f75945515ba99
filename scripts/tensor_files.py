"""Tensors in files, with nothing but Python's own library: TensorProto files of ONNX, and .npy files."""
import ast
import struct
from typing import NamedTuple

# By the number of an element type: its .npy name, struct's letter, and the field of TensorProto that holds it when raw_data does
# not. Other types no .npy file holds.
TYPES = {1: ("<f4", "f", 4), 2: ("|u1", "B", 5), 3: ("|i1", "b", 5), 4: ("<u2", "H", 5), 5: ("<i2", "h", 5), 6: ("<i4", "i", 5),
         7: ("<i8", "q", 7), 9: ("|b1", "?", 5), 10: ("<f2", "e", 5), 11: ("<f8", "d", 10), 12: ("<u4", "I", 11),
         13: ("<u8", "Q", 11)}
LETTERS = {name: letter for name, letter, _ in TYPES.values()}
DIMS, TYPE, RAW, EXTERNAL = 1, 2, 9, 13
PACKED = {4: "f", 10: "d"}  # numbers of fixed size; those of other fields are varints


class Tensor(NamedTuple):
    kind: str  # as .npy has it: "<f4"
    shape: tuple
    values: list


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """Number and content of each field of a message, in its order: bytes, or a number."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = varint(data, at)
        else:
            size, at = varint(data, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
            value, at = data[at:at + size], at + size
        yield number, value


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def numbers_of(field, value):
    """The numbers in one occurrence of a repeated field."""
    if field in PACKED:
        return [number for number, in struct.iter_unpack("<" + PACKED[field], value)]
    if isinstance(value, int):
        return [signed(value)]
    found, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        found.append(signed(number))
    return found


def as_kind(letter, number):
    """A number of int32_data or uint64_data as one of the type: a half stands there as its bits."""
    if letter == "e":
        return struct.unpack("<e", struct.pack("<H", number & 0xffff))[0]
    return bool(number) if letter == "?" else number & (1 << 64) - 1 if letter in "IQ" else number


def read_proto(path):
    """The tensor of a TensorProto file; None for what is none, or of a type that .npy files have not."""
    shape, kind, raw, typed = [], 0, None, []
    try:
        for field, value in fields(path.read_bytes()):
            if field == DIMS:
                shape += numbers_of(field, value)
            elif field == TYPE:
                kind = value
            elif field == RAW:
                raw = value
            elif field == EXTERNAL:
                return None
            elif field in (4, 5, 7, 10, 11):
                typed += numbers_of(field, value)
        name, letter, _ = TYPES[kind]
        if raw is not None:
            values = list(struct.unpack(f"<{len(raw) // struct.calcsize(letter)}{letter}", raw))
        else:
            values = [as_kind(letter, number) for number in typed]
    except (KeyError, IndexError, TypeError, struct.error):
        return None
    count = 1
    for extent in shape:
        count *= extent
    return Tensor(name, tuple(shape), values) if count == len(values) else None


def output_names(path):
    """Names of the outputs of a model file."""
    graph = next(value for field, value in fields(path.read_bytes()) if field == 7)
    outputs = [value for field, value in fields(graph) if field == 12]
    return [next(value for field, value in fields(output) if field == 1).decode() for output in outputs]


def write_npy(path, tensor):
    header = repr({"descr": tensor.kind, "fortran_order": False, "shape": tensor.shape})
    header += " " * (-(len(header) + 11) % 64) + "\n"
    data = struct.pack(f"<{len(tensor.values)}{LETTERS[tensor.kind]}", *tensor.values)
    path.write_bytes(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode("ascii") + data)


def read_npy(path):
    data = path.read_bytes()
    wide = data[6] > 1
    length, begin = struct.unpack("<I" if wide else "<H", data[8:12 if wide else 10])[0], 12 if wide else 10
    header = ast.literal_eval(data[begin:begin + length].decode("ascii"))
    letter, body = LETTERS[header["descr"]], data[begin + length:]
    return Tensor(header["descr"], tuple(header["shape"]),
                  list(struct.unpack(f"<{len(body) // struct.calcsize(letter)}{letter}", body)))
