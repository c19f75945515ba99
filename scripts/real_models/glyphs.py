"""Capital letters and digits as 5 x 7 dots, and lines of text in a picture of bytes."""
import numpy as np

# Seven rows a glyph, each a number of five bits, the left dot the highest.
GLYPHS = {
    "A": "04 0A 11 11 1F 11 11", "B": "1E 11 11 1E 11 11 1E", "C": "0E 11 10 10 10 11 0E", "D": "1C 12 11 11 11 12 1C",
    "E": "1F 10 10 1E 10 10 1F", "F": "1F 10 10 1E 10 10 10", "G": "0E 11 10 17 11 11 0F", "H": "11 11 11 1F 11 11 11",
    "I": "0E 04 04 04 04 04 0E", "J": "07 02 02 02 02 12 0C", "K": "11 12 14 18 14 12 11", "L": "10 10 10 10 10 10 1F",
    "M": "11 1B 15 15 11 11 11", "N": "11 19 19 15 13 13 11", "O": "0E 11 11 11 11 11 0E", "P": "1E 11 11 1E 10 10 10",
    "Q": "0E 11 11 11 15 12 0D", "R": "1E 11 11 1E 14 12 11", "S": "0F 10 10 0E 01 01 1E", "T": "1F 04 04 04 04 04 04",
    "U": "11 11 11 11 11 11 0E", "V": "11 11 11 11 0A 0A 04", "W": "11 11 11 15 15 1B 11", "X": "11 0A 0A 04 0A 0A 11",
    "Y": "11 11 0A 04 04 04 04", "Z": "1F 01 02 04 08 10 1F", " ": "00 00 00 00 00 00 00",
    "0": "0E 11 13 15 19 11 0E", "1": "04 0C 04 04 04 04 0E", "2": "0E 11 01 06 08 10 1F", "3": "1F 02 04 02 01 11 0E",
    "4": "02 06 0A 12 1F 02 02", "5": "1F 10 1E 01 01 11 0E", "6": "06 08 10 1E 11 11 0E", "7": "1F 01 02 04 04 08 08",
    "8": "0E 11 11 0E 11 11 0E", "9": "0E 11 11 0F 01 02 0C",
}
HEIGHT, ADVANCE = 7, 6


def text_dots(text):
    """u8[7, 6 n]: 1 where ink is."""
    columns = []
    for letter in text:
        rows = [int(row, 16) for row in GLYPHS[letter].split()]
        columns.append([[row >> bit & 1 for bit in (4, 3, 2, 1, 0)] + [0] for row in rows])
    return np.concatenate(np.array(columns, np.uint8), axis=1)


def blur(picture):
    """Mean of 3 x 3 neighbours, weights 1 2 1, rounded down."""
    padded = np.pad(picture.astype(np.int32), 1, mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    return ((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) // 16).astype(np.uint8)


def draw_text(height, width, lines):
    """u8[height, width]: dark text on a light ground; `lines` holds (text, top, left, size of a dot)."""
    ground = 200 + (np.arange(height)[:, None] * 3 + np.arange(width)[None, :]) % 41
    picture = ground.astype(np.uint8)
    for text, top, left, scale in lines:
        ink = np.kron(text_dots(text), np.ones((scale, scale), np.uint8))[: height - top, : width - left]
        picture[top : top + ink.shape[0], left : left + ink.shape[1]][ink == 1] = 25
    return blur(picture)
