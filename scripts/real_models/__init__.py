"""The real models of the tests: where they come from, their inputs, the expected outputs and the comparison."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MODELS = ROOT / "build/models"
EXPECTED = ROOT / "sdk/tests/models/expected"


class Failure(Exception):
    """Something that the caller must know; the text says what, what was expected and what came."""
