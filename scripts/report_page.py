#!/usr/bin/env python3
"""Looks at the suite's HTML report in a real browser: at the width of a phone and of a desk, light and dark, with the
page's scripts switched off.

usage: report_page.py [--screenshots DIR] LINES.jsonl PAGE.html [LINES.jsonl PAGE.html]...
"""
import argparse
import json
import re
import sys
from pathlib import Path

from browser import Browser

SCHEMA = Path(__file__).resolve().parent.parent / "conformance" / "report" / "lines.schema.json"
STATES = json.loads(SCHEMA.read_text())["$defs"]["state"]["enum"]
FAILED = STATES[STATES.index("FAIL"):]
VIEWS = [(360, 740, False), (360, 740, True), (1280, 900, False), (1280, 900, True)]

# Elements that reach beyond the window, but for those in a box that scrolls by itself.
OVERFLOW = """[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll') &&
    e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40)).slice(0, 5)"""

# Texts that stand out too little from what is behind them (WCAG 2, 4.5 to 1) or are too small to read.
FAINT = """(() => {
  const numbers = color => color.match(/[\\d.]+/g).map(Number);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const color = numbers(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const light = color => {
    const part = color.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(e), a = light(numbers(style.color)), b = light(behind(e));
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5 || parseFloat(style.fontSize) < 12)
      found.push(e.tagName + '.' + e.className + ' ' + contrast.toFixed(2) + ' ' + style.fontSize);
  }
  return [...new Set(found)].slice(0, 5);
})()"""

# What stands in the part of the failures and can be seen there, folded nowhere.
SEEN = """[...document.querySelectorAll('#failures article')].filter(e => e.checkVisibility() &&
    e.getBoundingClientRect().height > 20 && !e.closest('details')).map(e => e.innerText)"""

# What could reach for something outside of the file.
OUTSIDE = """[...document.querySelectorAll('script, link, img, iframe, object, embed, video, audio, form, [src], [style*=url]')]
    .map(e => e.tagName).concat([...document.querySelectorAll('[href]')].map(e => e.getAttribute('href'))
    .filter(h => !h.startsWith('#') || !document.getElementById(decodeURIComponent(h.slice(1)))))"""


def squeeze(text):
    """Without blanks and what XML cannot hold, as a browser may break and drop them."""
    return re.sub(r"[\s\ufffe\uffff]+", "", text)


def check_failures(browser, cases):
    seen = [squeeze(text) for text in browser.evaluate(SEEN)]
    if len(seen) != len(cases):
        yield f"{len(seen)} failures can be seen, of {len(cases)}"
    for case, article in zip(cases, seen):
        wanted = [case["id"], case["state"], case["text"], case["failure"]["text"], case["repeat"], *case["notes"]]
        if not all(squeeze(text) in article for text in wanted):
            yield f"the failure of {case['id']} cannot be seen whole in its place"


def check_main(browser, verdict, cases):
    text = browser.evaluate("document.querySelector('main').innerText")
    for count in ("passed", "failed", "skipped"):
        if f"{verdict[count]} {count}" not in text:
            yield f"the page does not say how many {count}"
    for level in verdict["levels"]:
        if f"{level} reached" not in text:
            yield f"the page does not say that {level} is reached"
    operators = verdict.get("operators", {"cases": 0})
    if operators["cases"] and f"{operators['passed']} of {operators['cases']} cases passed, {operators['unsupported']} refused" not in text:
        yield "the page does not say how many cases of operators were refused"
    missing = verdict.get("missing")
    if missing and f"Not {missing['level']}: {missing['why']}" not in text:
        yield "the page does not say which level is missing"
    rows = browser.evaluate("[...document.querySelectorAll('#matrix tbody th')].map(e => e.innerText)")
    if set(rows) != {case["group"] for case in cases}:
        yield f"the rows of the matrix are {rows}"
    counted = browser.evaluate("document.querySelectorAll('details .cases tbody tr').length")
    if counted != len(cases):
        yield f"{counted} of {len(cases)} cases are listed"
    if browser.evaluate("document.querySelector('#verdict').getBoundingClientRect().bottom > innerHeight"):
        yield "the verdict is not on the first screen"


def check_view(browser, url, lines, view):
    width, height, dark = view
    cases = [line for line in lines if line["type"] in ("case", "probe")]
    verdict = lines[-1]
    failed = [case for case in cases if case["failure"] and case["state"] in FAILED]
    asked = browser.open(url, width, height, dark)
    if asked != [url]:
        yield f"asks for {asked}"
    if browser.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        yield "has to be scrolled sideways"
    for name, expression in (("too wide", OVERFLOW), ("hard to read", FAINT), ("outside of the file", OUTSIDE)):
        found = browser.evaluate(expression)
        if found:
            yield f"{name}: {found}"
    if (sum(browser.pixel(2, 2)) < 200) != dark:
        yield f"the background is {browser.pixel(2, 2)}"
    yield from check_main(browser, verdict, cases)
    yield from check_failures(browser, failed)
    # Opened, the folded parts have to fit as well.
    browser.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    found = browser.evaluate(OVERFLOW)
    if found:
        yield f"too wide when opened: {found}"


def save(browser, folder, page, view):
    width, _, dark = view
    height = min(browser.evaluate("document.documentElement.scrollHeight"), 4000)
    image = browser.screenshot(captureBeyondViewport=True,
                               clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
    (folder / f"{page.stem}-{width}-{'dark' if dark else 'light'}.png").write_bytes(image)


def look_at(pages, screenshots=None):
    """Looks at pages, each given with the file of its JSON lines; prints problems and returns their number."""
    problems = 0
    with Browser() as browser:
        for lines_file, page in pages:
            lines = [json.loads(line) for line in lines_file.read_text(encoding="utf-8").split("\n")[:-1]]
            for view in VIEWS:
                for problem in check_view(browser, page.resolve().as_uri(), lines, view):
                    print(f"FAIL {page.name} at {view[0]} {'dark' if view[2] else 'light'}: {problem}")
                    problems += 1
                if screenshots:
                    browser.open(page.resolve().as_uri(), *view)
                    save(browser, screenshots, page, view)
    print(f"{len(pages)} pages looked at in {len(VIEWS)} views, {problems} problems")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument("files", nargs="+", type=Path)
    args = parser.parse_args()
    return 1 if look_at(list(zip(args.files[::2], args.files[1::2])), args.screenshots) else 0


if __name__ == "__main__":
    sys.exit(main())
