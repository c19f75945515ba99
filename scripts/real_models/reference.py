"""Expected outputs by ONNX Runtime, and their comparison with the checked-in ones."""
import numpy as np

from . import EXPECTED, MODELS, Failure, expected
from .bounds import ratio
from .cases import all_cases
from .fetch import pinned

VERSION = "1.31.1"


def run_case(case, session):
    """{output: array with steps first}."""
    names = [output.name for output in session.get_outputs()]
    given, collected = {}, {name: [] for name in names}
    for step in case.steps():
        given |= step
        results = dict(zip(names, session.run(names, given), strict=True))
        given |= {name: results[output] for name, output in case.feedback.items()}
        for name, array in results.items():
            collected[name].append(array)
    return {name: np.stack(arrays) for name, arrays in collected.items()}


def holds_f16(path):
    """Whether a model computes in f16 anywhere, subgraphs included."""
    import onnx
    from onnx_node_tests import element_types
    return "float16" in element_types(onnx.load(path))


def sessions():
    import onnxruntime
    if onnxruntime.__version__ != VERSION:
        raise Failure(f"expected outputs come from ONNX Runtime {VERSION}, found {onnxruntime.__version__}")
    options, made = onnxruntime.SessionOptions(), {}
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    for name in pinned():
        made[name] = onnxruntime.InferenceSession(str(MODELS / name), options, providers=["CPUExecutionProvider"])
    return made


def compare(results):
    """Prints one line a case that disagrees by more than half the bounds; the number of those."""
    index, wrong = expected.read_index(), 0
    for case, outputs in results:
        want, bounds = expected.load(expected.entry_of(index, case)), expected.bounds_of(index, case.model).scaled(0.5)
        for name in outputs.keys() | want.keys():
            if name not in outputs or name not in want:
                share, words = np.inf, "is missing on one side"
            else:
                share, words = max(ratio(a, b, bounds) for a, b in zip(outputs[name], want[name], strict=True))
            if share > 1:
                wrong += 1
                print(f"{case.name}: output {name}: {words}")
    return wrong


def regenerate(write):
    """Exit status: 0 when the outputs made now agree with the checked-in ones (or were written)."""
    by_model = sessions()
    results = [(case, run_case(case, by_model[case.model])) for case in all_cases()]
    if write:
        models = {name: {"sha256": digest, "f16": holds_f16(MODELS / name)} for name, digest in pinned().items()}
        expected.write(VERSION, models, results)
        size = sum(path.stat().st_size for path in EXPECTED.rglob("*") if path.is_file())
        print(f"{len(results)} cases written, {size / 1e6:.2f} MB")
        return 0
    wrong = compare(results)
    print(f"{len(results)} cases made again, {wrong} outputs beyond half the bounds")
    return 1 if wrong else 0
