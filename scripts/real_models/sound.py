"""A signal that resembles speech, in integers only: every machine and numpy makes the same samples."""
import numpy as np

ONE = 1 << 14  # Fixed point of the resonators.

# Per rate: vowels as formants, each (2 r cos w, r^2) in units of 1/ONE, with r = exp(-pi bandwidth / rate).
VOWELS = {
    16000: (((30880, 15815), (29175, 15691), (18259, 15386)),
            ((32202, 16002), (19913, 15630), (12013, 15326)),
            ((31453, 15877), (30399, 15753), (18564, 15386)),
            ((31623, 15940), (24054, 15691), (17849, 15386))),
    8000: (((26572, 15266), (20568, 15028), (-10424, 14449)),
            ((31288, 15630), (-7058, 14910), (-21844, 14336)),
            ((28625, 15386), (24895, 15146), (-9739, 14449)),
            ((29157, 15508), (3933, 15028), (-11328, 14449))),
}
PITCH = {16000: (131, 123, 137, 117), 8000: (66, 61, 69, 58)}  # Samples between two pulses, by syllable.


def noise(count, state):
    """Integers in [-64, 64) from a linear congruential generator."""
    values = np.empty(count, np.int64)
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = (state >> 25) - 64
    return values


def resonate(signal, a, b):
    """y[n] = x[n] + a y[n-1] - b y[n-2], in fixed point."""
    out, one, two = np.empty(len(signal), np.int64), 0, 0
    for n, x in enumerate(signal.tolist()):
        one, two = x + (a * one - b * two) // ONE, one
        out[n] = one
    return out


def syllable(rate, number, count):
    """Pulses at a falling pitch through three formants, swelling and fading."""
    period, pulses, at = PITCH[rate][number % len(PITCH[rate])], np.zeros(count, np.int64), 0
    while at < count:
        pulses[at] = 1200
        at += period + at * 20 // count
    voice = sum(resonate(pulses, a, b) for a, b in VOWELS[rate][number % len(VOWELS[rate])])
    ramp = np.minimum(np.arange(count), np.arange(count)[::-1]) * 8
    return voice * np.minimum(ramp, count) // count


def speech(rate, count, seed=1):
    """f32[count] in (-1, 1): syllables of 0.18 s with pauses of 0.06 s over soft noise."""
    long, short = rate * 18 // 100, rate * 6 // 100
    samples, at, number = noise(count, seed), short // 2, seed
    while at < count:
        part = syllable(rate, number, long)[: count - at]
        samples[at : at + len(part)] += part
        at, number = at + long + short, number + 1
    return np.clip(samples, -32767, 32767).astype(np.float32) / np.float32(32768)
