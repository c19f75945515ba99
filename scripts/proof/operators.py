"""The mutation operators: where in a syntax tree each of them applies, and what stands there afterwards."""
import re
from dataclasses import dataclass

RELEASE = re.compile(r"(^|_)(release|destroy|free|unmap|munmap|close|clear|unlock)(_|$)")
COPY = re.compile(r"(^|_)(memcpy|memmove|strcpy|strncpy|copy)(_|$)")
FAIL = re.compile(r"(^|_)fail(_|$)")
NAMES_A_CLAUSE = {"TNI_CLAUSE", "TN_KIT_CLAUSE"}
TRY = {"TN_KIT_TRY", "TN_TRY", "TNI_TRY"}
OPPOSITE = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "!=", "!=": "=="}
NEIGHBOUR = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
JUMPS = {"return_statement", "goto_statement", "break_statement", "continue_statement"}
PLACES = {"identifier", "field_expression", "subscript_expression", "pointer_expression"}


@dataclass(frozen=True)
class Change:
    """`source[start:end]` becomes `after`."""
    operator: str
    start: int
    end: int
    after: bytes


def called(node):
    """The name of the function of a call, also of one through a pointer in a table."""
    function = node.child_by_field_name("function")
    if function is None:
        return ""
    if function.type == "field_expression":
        function = function.child_by_field_name("field")
    return function.text.decode() if function is not None else ""


def arguments(node):
    listed = node.child_by_field_name("arguments")
    return [] if listed is None else listed.named_children


def only_jump(node):
    """Whether a branch does nothing but leave, after at most one other statement."""
    if node.type == "compound_statement":
        statements = [child for child in node.named_children if child.type != "comment"]
        return 0 < len(statements) <= 2 and statements[-1].type in JUMPS
    return node.type in JUMPS


def dropped_check(node):
    if node.type == "if_statement" and node.child_by_field_name("alternative") is None:
        condition = node.child_by_field_name("condition")
        if only_jump(node.child_by_field_name("consequence")):
            yield condition.start_byte, condition.end_byte, b"(" + condition.text + b" && 0)"
    if node.type == "call_expression" and called(node) in TRY:
        yield node.start_byte, node.end_byte, b"(void)" + node.child_by_field_name("arguments").text
    if node.type == "binary_expression" and node.child_by_field_name("operator").type in ("&&", "||"):
        for side in ("left", "right"):
            yield node.start_byte, node.end_byte, node.child_by_field_name(side).text


def replaced_sign(node, table):
    if node.type == "binary_expression":
        sign = node.child_by_field_name("operator")
        if sign.type in table:
            yield sign.start_byte, sign.end_byte, table[sign.type].encode()


def swapped_comparison(node):
    return replaced_sign(node, OPPOSITE)


def is_name(node):
    """Whether a number is that of a clause, which is a name and no quantity."""
    return node.parent.type == "argument_list" and called(node.parent.parent) in NAMES_A_CLAUSE


def off_by_one(node):
    yield from replaced_sign(node, NEIGHBOUR)
    if node.type == "number_literal" and re.fullmatch(rb"[0-9]+[uUlL]*", node.text):
        if node.parent.type not in ("case_statement", "array_declarator") and not is_name(node):
            yield node.end_byte, node.end_byte, b" + 1"


def missing_release(node):
    if node.type == "expression_statement" and node.named_child_count == 1:
        call = node.named_children[0]
        if call.type == "call_expression" and RELEASE.search(called(call)):
            yield node.start_byte, node.end_byte, b";"


def is_result(node):
    """Whether a status is handed on here, rather than compared with another."""
    return node.parent.type not in ("binary_expression", "case_statement")


def wrong_status(node, statuses):
    if node.type == "identifier" and node.text.decode() in statuses and is_result(node):
        other = b"TN_INVALID_ARGUMENT" if node.text == b"TN_INTERNAL" else b"TN_INTERNAL"
        yield node.start_byte, node.end_byte, other
    if node.type == "return_statement" and node.named_child_count == 1:
        value = node.named_children[0]
        if value.type == "call_expression" and FAIL.search(called(value)):
            yield value.start_byte, value.end_byte, b"(" + value.text + b", TN_OK)"


def skipped_copy(node):
    if node.type != "expression_statement" or node.named_child_count != 1:
        return
    inner = node.named_children[0]
    if inner.type == "call_expression" and COPY.search(called(inner)):
        yield node.start_byte, node.end_byte, b";"
    if inner.type == "assignment_expression" and inner.child_by_field_name("operator").type == "=":
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if left.type in PLACES and right.type in PLACES:
            yield node.start_byte, node.end_byte, b";"


def swapped_arguments(node):
    if node.type != "call_expression" or called(node) in TRY:
        return
    given = [child for child in arguments(node) if child.type != "comment"]
    for first, second in zip(given, given[1:]):
        texts = {"string_literal", "concatenated_string"}
        if first.text != second.text and not texts & {first.type, second.type}:
            between = node.text[first.end_byte - node.start_byte:second.start_byte - node.start_byte]
            yield first.start_byte, second.end_byte, second.text + between + first.text


def changes_of(node, statuses):
    """Every change of every operator at one node of the tree."""
    plain = (dropped_check, swapped_comparison, off_by_one, missing_release, skipped_copy, swapped_arguments)
    for operator in plain:
        for start, end, after in operator(node):
            yield Change(operator.__name__, start, end, after)
    for start, end, after in wrong_status(node, statuses):
        yield Change("wrong_status", start, end, after)
