"""What the models are run on: texts for the three of PP-OCR, sound for the variants of silero-vad."""
from dataclasses import dataclass, field

import numpy as np

from .glyphs import draw_text
from .sound import speech

STATES = {"state": "stateN", "h": "hn", "c": "cn"}  # Input: the output that the next step feeds back.
STATE_WIDTH = 128


@dataclass
class Case:
    """Inputs of the first step, and for later steps those that change; states are fed back from the outputs."""
    name: str
    model: str
    first: dict
    later: list = field(default_factory=list)

    @property
    def feedback(self):
        return {name: output for name, output in STATES.items() if name in self.first} if self.later else {}

    def steps(self):
        """Per step the inputs that are given (not fed back)."""
        yield self.first
        yield from self.later


# Model, name, and per element of the batch its lines (text, top, left, size of a dot); height, width.
PICTURES = [
    ("ch_PP-OCRv4_det_infer", "det", 64, 64, [[("OCR", 8, 6, 3), ("42", 38, 20, 3)]]),
    ("ch_PP-OCRv4_det_infer", "det", 96, 96, [[("TENON", 14, 10, 2), ("2048", 50, 20, 2)]]),
    ("ch_PP-OCRv4_det_infer", "det", 64, 128, [[("DEVICE", 8, 8, 3), ("17 MS", 38, 30, 3)]]),
    ("ch_PP-OCRv4_det_infer", "det", 64, 64, [[("TWO", 20, 4, 3)], [("BY", 6, 6, 4), ("4", 40, 40, 3)]]),
    ("ch_PP-OCRv4_rec_infer", "rec", 48, 96, [[("GRAPH", 9, 4, 3)]]),
    ("ch_PP-OCRv4_rec_infer", "rec", 48, 160, [[("PLUGIN 7", 9, 8, 3)]]),
    ("ch_PP-OCRv4_rec_infer", "rec", 48, 48, [[("ON", 10, 6, 3)], [("36", 10, 8, 3)]]),
    ("ch_ppocr_mobile_v2.0_cls_infer", "cls", 48, 192, [[("UPRIGHT 90", 10, 6, 3)]]),
    ("ch_ppocr_mobile_v2.0_cls_infer", "cls", 64, 100, [[("SMALL", 20, 4, 2)]]),
    ("ch_ppocr_mobile_v2.0_cls_infer", "cls", 48, 64, [[("A1", 10, 6, 3)], [("B2", 10, 6, 3)], [("C3", 10, 6, 3)]]),
]

# Model, name, rate of the sound, the input `sr` or None, samples a step, batch, steps.
SOUNDS = [
    ("silero_vad", "vad", 16000, 16000, 576, 1, 10),
    ("silero_vad", "vad", 16000, 16000, 320, 1, 10),
    ("silero_vad", "vad", 16000, 16000, 512, 2, 3),
    ("silero_vad", "vad", 8000, 8000, 288, 1, 10),
    ("silero_vad", "vad", 8000, 8000, 192, 2, 3),
    ("silero_vad_16k_op15", "vad_op15", 16000, 16000, 576, 1, 10),
    ("silero_vad_16k_op15", "vad_op15", 16000, 16000, 256, 2, 3),
    ("silero_vad_op18_ifless", "vad_ifless", 16000, 16000, 576, 1, 10),
    ("silero_vad_op18_ifless", "vad_ifless", 16000, 16000, 1088, 2, 3),
    ("silero_vad_op18_ifless", "vad_ifless", 8000, 8000, 288, 1, 10),
    ("silero_vad_op18_ifless", "vad_ifless", 8000, 8000, 160, 1, 3),
    ("silero_vad_half", "vad_half", 16000, None, 576, 1, 10),
    ("silero_vad_half", "vad_half", 16000, None, 640, 2, 3),
    ("silero_vad_openvino_16k", "vad_openvino", 16000, None, 576, 1, 10),
]

# Windows a step of the model that takes a sequence of them, and steps.
SEQUENCES = [(1, 10), (4, 10)]
WINDOW = 576


def picture_case(model, name, height, width, batch):
    grey = np.stack([draw_text(height, width, lines) for lines in batch]).astype(np.float32)
    planes = np.repeat(grey[:, None], 3, axis=1)
    x = (2 * planes - 255) / np.float32(255)
    return Case(f"{name}_{len(batch)}x{height}x{width}", f"{model}.onnx", {"x": x})


def sound_case(model, name, rate, sr, length, batch, steps):
    """Each window begins with the last ninth of the one before, as silero's own code does at its usual length."""
    hop = length - length // 9
    total = hop * (steps - 1) + length
    sound = np.stack([speech(rate, total, seed + 1) for seed in range(batch)])
    windows = [{"input": np.ascontiguousarray(sound[:, i * hop : i * hop + length])} for i in range(steps)]
    first = {**windows[0], "state": np.zeros((2, batch, STATE_WIDTH), np.float32)}
    if sr is not None:
        first["sr"] = np.array(sr, np.int64)
    label = f"{name}_{rate // 1000}k_{batch}x{length}"
    return Case(label, f"{model}.onnx", first, windows[1:])


def sequence_case(windows, steps):
    hop = WINDOW - WINDOW // 9
    count = windows * steps
    sound = speech(16000, hop * (count - 1) + WINDOW)
    rows = np.stack([sound[i * hop : i * hop + WINDOW] for i in range(count)])
    parts = [{"input": rows[i * windows : (i + 1) * windows]} for i in range(steps)]
    zero = np.zeros((1, 1, STATE_WIDTH), np.float32)
    return Case(f"vad_sequence_{windows}", "silero_vad_16k_sequence.onnx", {**parts[0], "h": zero, "c": zero}, parts[1:])


def all_cases():
    return ([picture_case(*row) for row in PICTURES] + [sound_case(*row) for row in SOUNDS]
            + [sequence_case(*row) for row in SEQUENCES])
