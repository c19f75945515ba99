"""The mutants that there are: every site of every operator in the sources of TEMPLATE and the kit, and which are drawn."""
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import tree_sitter
import tree_sitter_c

from proof import operators

ROOT = Path(__file__).resolve().parent.parent.parent
# The writer of ONNX files is what the kit writes blobs with.
SOURCES = ("reference-plugins/template/*.c", "sdk/src/kit/*.c", "sdk/src/graph/onnx_writer.c")
STATUS_HEADER = "sdk/include/tenon/abi/status.h"
# Words that the preprocessor takes away or that stand for attributes; the parser knows nothing of them.
NO_C = re.compile(rb"\bTN_CALL\b|\bTN_NULLABLE\b")


@dataclass(frozen=True)
class Mutant:
    """One change of one source. The id says where without line numbers, so that it survives changes elsewhere."""
    id: str
    file: str
    line: int
    operator: str
    before: str
    after: str
    source: bytes

    @property
    def digest(self):
        return hashlib.sha256(self.file.encode() + b"\0" + self.source).hexdigest()[:16]


def sources():
    """The mutated sources, by their paths below the root."""
    found = [path for pattern in SOURCES for path in ROOT.glob(pattern) if not path.name.endswith(".test.c")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def digest_of_sources(root=ROOT):
    """SHA-256 of the mutated sources: the seed of the drawing."""
    digest = hashlib.sha256()
    for name in sources():
        digest.update(name.encode() + b"\0" + hashlib.sha256((root / name).read_bytes()).digest())
    return digest.hexdigest()


def short(*parts):
    """A short digest of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def statuses():
    text = (ROOT / STATUS_HEADER).read_text()
    return {f"TN_{name}" for name in re.findall(r"^  X\((\w+), \d+, \"", text, re.MULTILINE)}


def function_name(node):
    """The declared name of a function's definition."""
    declarator = node.child_by_field_name("declarator")
    while declarator is not None and declarator.type != "identifier":
        declarator = declarator.child_by_field_name("declarator")
    return declarator.text.decode() if declarator is not None else "?"


def functions(tree):
    """Every function's definition, also below the preprocessor's conditions."""
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "function_definition":
            yield node
        else:
            waiting.extend(reversed(node.children))


def nodes_below(node):
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def mutants_of(name, source, known_statuses):
    """Every mutant of one source."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language()))
    tree = parser.parse(NO_C.sub(lambda match: b" " * len(match[0]), source))
    for function in functions(tree):
        counts = {}
        body = function.child_by_field_name("body")
        for node in nodes_below(body):
            for change in operators.changes_of(node, known_statuses):
                number = counts[change.operator] = counts.get(change.operator, 0) + 1
                before = source[change.start:change.end]
                lost = before.count(b"\n") - change.after.count(b"\n")
                after = change.after + b"\n" * lost
                yield Mutant(id=f"{name}:{function_name(function)}:{change.operator}:{number}", file=name,
                             line=source.count(b"\n", 0, change.start) + 1, operator=change.operator,
                             before=before.decode(), after=change.after.decode(),
                             source=source[:change.start] + after + source[change.end:])


def all_mutants():
    known = statuses()
    return [mutant for name in sources() for mutant in mutants_of(name, (ROOT / name).read_bytes(), known)]


def in_drawn_order(mutants, seed):
    """All mutants in the order in which the seed draws them."""
    return sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed}|{mutant.id}".encode()).digest())
