"""When two results agree: a bound on the error of the whole tensor, and one for each element."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Bounds:
    """NMSE = sum (a-b)^2 / sum b^2 <= nmse, and |a-b| <= element * max(|b|, 0.01 max|b|) for every element."""
    nmse: float
    element: float

    def scaled(self, factor):
        return Bounds(self.nmse * factor, self.element * factor)


F32 = Bounds(1e-8, 1e-3)
F16 = Bounds(1e-5, 2e-2)  # Models with f16 inside.


def ratio(got, expected, bounds):
    """(worst error as a share of its bound: <= 1 agrees, what was compared in words)."""
    if got.shape != expected.shape or got.dtype != expected.dtype:
        return np.inf, f"is {got.dtype}{list(got.shape)}, expected {expected.dtype}{list(expected.shape)}"
    if not np.isfinite(got).all():
        return np.inf, "holds infinities or NaN"
    a, b = got.astype(np.float64), expected.astype(np.float64)
    difference, peak = np.abs(a - b), np.abs(b).max(initial=0)
    if peak == 0:
        return (0.0 if not difference.any() else np.inf), f"expected zeros, largest {difference.max(initial=0):.3g}"
    nmse = (difference**2).sum() / (b**2).sum()
    share = difference / np.maximum(np.abs(b), 0.01 * peak)
    words = f"NMSE {nmse:.2e} (<= {bounds.nmse:.0e}), largest element error {share.max():.2e} (<= {bounds.element:.0e})"
    return max(nmse / bounds.nmse, share.max() / bounds.element), words
