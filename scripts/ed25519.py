"""Ed25519 as RFC 8032 writes it, for tests: slow, and only for keys that protect nothing."""
import hashlib

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e, f = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    g, h = 2 * t1 * t2 * D, 2 * z1 * z2
    left, low, high, right = f - e, h - g, h + g, f + e
    return left * low % P, high * right % P, low * high % P, left * right % P


def multiply(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def recover_x(y, odd):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P:
        raise ValueError("no point")
    return P - x if x % 2 != odd else x


def encode(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    return (y * inverse % P | (x * inverse % P % 2) << 255).to_bytes(32, "little")


def decode(data):
    number = int.from_bytes(data, "little")
    y = number & 2 ** 255 - 1
    x = recover_x(y, number >> 255)
    return x, y, 1, x * y % P


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def digest(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def expand(seed):
    data = hashlib.sha512(seed).digest()
    return int.from_bytes(data[:32], "little") & 2 ** 254 - 8 | 2 ** 254, data[32:]


def public_of(seed):
    return encode(multiply(expand(seed)[0], BASE))


def sign(seed, message):
    secret, prefix = expand(seed)
    public = encode(multiply(secret, BASE))
    nonce = digest(prefix, message) % ORDER
    point = encode(multiply(nonce, BASE))
    return point + ((nonce + digest(point, public, message) % ORDER * secret) % ORDER).to_bytes(32, "little")


def verify(public, message, signature):
    point, answer = signature[:32], int.from_bytes(signature[32:], "little")
    left = multiply(answer, BASE)
    right = add(decode(point), multiply(digest(point, public, message) % ORDER, decode(public)))
    return encode(left) == encode(right)
