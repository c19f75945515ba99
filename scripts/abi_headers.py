"""Reads the structs, enumerators and function types of the binary interface from the preprocessed headers."""
import re
import subprocess
from pathlib import Path

INCLUDE = Path(__file__).resolve().parent.parent / "sdk" / "include"


def preprocessed(compiler, include=INCLUDE):
    """Text of our own headers after the preprocessor, without what they include from the system."""
    done = subprocess.run([compiler, "-E", "-std=c11", "-x", "c", f"-I{include}", "-"], check=True, text=True,
                          input='#include "tenon/abi.h"\n', capture_output=True)
    ours, lines = False, []
    for line in done.stdout.splitlines():
        if marker := re.match(r'# \d+ "([^"]*)"', line):
            ours = "/tenon/" in marker[1]
        elif ours and line.strip():
            lines.append(line.strip())
    return " ".join(lines)


def statements(body):
    """Splits at the semicolons that stand outside of braces."""
    depth, start, found = 0, 0, []
    for at, char in enumerate(body):
        depth += (char == "{") - (char == "}")
        if char == ";" and depth == 0:
            found.append(" ".join(body[start:at].split()))
            start = at + 1
    return [s for s in found if s]


def field_names(declaration):
    """Names that one declaration of a struct's member declares."""
    if declaration.startswith("union"):
        return [declaration.rsplit("}", 1)[1].strip()]
    if pointer := re.search(r"\(\s*\*\s*(\w+)\s*\)\s*\(", declaration):
        return [pointer[1]]
    first, *others = declaration.split(",")
    names = [re.search(r"(\w+)\s*(\[\w+\])?$", first)[1]]
    return names + [re.search(r"(\w+)", other)[1] for other in others]


def structs(text):
    """[(name, [(field, declaration)])] in the order of the headers."""
    found = []
    for match in re.finditer(r"typedef struct (?:__attribute__\s*\(\(\w+\)\)\s*)?(tn_\w+)\s*\{", text):
        depth, at = 1, match.end()
        while depth:
            depth += (text[at] == "{") - (text[at] == "}")
            at += 1
        fields = [(name, declaration) for declaration in statements(text[match.end():at - 1])
                  for name in field_names(declaration)]
        found.append((match[1], fields))
    return found


def enumerators(text):
    """Names of all enumeration constants."""
    found = []
    for body in re.findall(r"\benum(?:\s+\w+)?\s*\{([^}]*)\}", text):
        found += [name for name in re.findall(r"(?:^|,)\s*(TN_\w+)", body)]
    return found


def function_types(text):
    """[(name, declaration)] of the typedefs of function pointers."""
    pattern = r"typedef\s+([^;{}]*?\(\s*\*\s*(tn_\w+)\s*\)\s*\([^;]*\))\s*;"
    return [(name, " ".join(declaration.split())) for declaration, name in re.findall(pattern, text)]
