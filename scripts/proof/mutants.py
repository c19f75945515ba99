"""The drawn sample of mutants: which of them the suite kills."""
import collections
import itertools
import queue
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from proof import kept_blobs, neighbours, sites, suite, table
from proof.workshop import ROOT, Workshop

TABLE = "mutants"
JOBS = 2  # mutants that are judged at a time
AHEAD = 32  # mutants that are begun while an earlier one, which may hang for minutes, is not judged yet
TIMEOUT, PATIENT = 10, 60  # seconds a case; nothing of TEMPLATE's takes a tenth of them on an idle machine
# States that load alone could bring about: they count when they come again.
SHAKY = {"TIMEOUT", "FLAKY", "ORDER_DEPENDENT", "INCONCLUSIVE"}


def write_blobs(workshop):
    """The folder of the blobs that mutants are given: what variants of TEMPLATE have written, and damaged ones."""
    blobs, written, edited = workshop.folder / "blobs", workshop.folder / "written", workshop.folder / "edited.c"

    def write(source, text):
        shutil.rmtree(written, ignore_errors=True)
        workshop.build(source, text)
        suite.run(workshop.library, [*kept_blobs.WRITE, str(written)])

    shutil.rmtree(blobs, ignore_errors=True)
    blobs.mkdir()
    for edit in sorted(kept_blobs.VERSIONS.glob("*.edit")):
        source = edit.read_text().splitlines()[1].removeprefix("source: ")
        subprocess.run([ROOT / "scripts" / "apply_edit", edit, ROOT, edited], check=True)
        write(source, edited.read_bytes())
        kept_blobs.take(written, edit.stem, blobs)
    write(source, (ROOT / source).read_bytes())
    kept_blobs.damage(written, blobs)
    return blobs


def always(timeout):
    return ["--next", "--no-shrink", "--timeout", str(timeout)]


class Judge:
    """Makes mutants and runs the suite on them."""

    def __init__(self, folder):
        self.workshop = Workshop(folder)
        self.everything = suite.api_groups()
        self.own = [*suite.template_options(), "--blobs", str(write_blobs(self.workshop))]
        self.neighbours = neighbours.make(self.workshop, self.everything)
        self.sources, self.suite = sites.digest_of_sources(), suite.digest_of_suite()

    def look(self, options=(), timeout=TIMEOUT):
        """The first failure on the mutant that was built last, or None."""
        status, cases = suite.run(self.workshop.library, [*always(timeout), *self.own, *options])
        return suite.first_failure(status, cases)

    def look_beside(self):
        """(name, first failure) of the first neighbour that shows the mutant of the kit that was built last, or None."""
        for neighbour in self.neighbours:
            found = neighbour.failure(always(PATIENT)) if neighbour.link(self.workshop.object) else None
            if found and found[1] not in SHAKY:
                return neighbour.name, found
        return None

    def kill(self, hint):
        """What kills it: the case that did before, else the first that fails among all."""
        if hint and hint != "probe":
            found = self.look(["--case", hint])
            if found and found[1] not in SHAKY:
                return found
        found = self.look(self.everything)
        if found and found[1] in SHAKY and not self.look(["--case", found[0]], PATIENT):
            found = self.look(self.everything, PATIENT)
        return found

    def row(self, mutant, old=None):
        kind = self.workshop.kind(mutant)
        row = {"id": mutant.id, "line": mutant.line, "before": " ".join(mutant.before.split())[:120],
               "after": " ".join(mutant.after.split())[:120], "state": kind}
        if kind == "built":
            try:
                found = self.kill(old.get("case") if old else None)
                if not found and mutant.file.startswith(neighbours.KIT) and (beside := self.look_beside()):
                    row["in"], found = beside
                row["state"] = "killed" if found else "survived"
            except suite.SuiteError as error:
                found, row["state"], row["why"] = None, "broken", str(error)[:300]
            if found:
                row.update(zip(("case", "as", "clause"), found))
        return row | {"mutant": mutant.digest, "sources": self.sources[:12], "suite": self.suite[:12]}

    def fresh(self, mutant, row):
        """Whether a finished row still says what is. What cannot be built does not depend on the suite."""
        if not row or row["state"] == "broken" or row["mutant"] != mutant.digest or row["sources"] != self.sources[:12]:
            return False
        return row["suite"] == self.suite[:12] or row["state"] in ("no program", "identical")


def counted(row):
    """Whether a row is one of the sample; a mutant that the suite itself breaks down on was not killed."""
    return row["state"] in ("killed", "survived", "broken")


class Judges:
    """Several judges at work, each in a folder of its own."""

    def __init__(self, folder, count):
        self.all = [Judge(folder / str(number)) for number in range(count)]
        self.idle = queue.SimpleQueue()
        for judge in self.all:
            self.idle.put(judge)

    def row(self, mutant, known):
        """The row of a mutant: the known one where it is fresh."""
        if self.all[0].fresh(mutant, known):
            return known
        judge = self.idle.get()
        try:
            return judge.row(mutant, known)
        finally:
            self.idle.put(judge)


def judged_in_order(judges, mutants, old):
    """(mutant, known row, its row) of each mutant in their order; those that follow are judged meanwhile."""
    mutants, waiting = iter(mutants), collections.deque()
    with ThreadPoolExecutor(JOBS) as pool:
        while True:
            for mutant in itertools.islice(mutants, AHEAD - len(waiting)):
                waiting.append((mutant, pool.submit(judges.row, mutant, old.get(mutant.id))))
            if not waiting:
                return
            mutant, future = waiting.popleft()
            try:
                yield mutant, old.get(mutant.id), future.result()
            except GeneratorExit:
                for _, future in waiting:
                    future.cancel()
                raise


def run(wanted, report=print):
    """Judges mutants in the drawn order until `wanted` count, going on from the table."""
    folder = ROOT / "build" / "proof" / "mutants"
    shutil.rmtree(folder, ignore_errors=True)
    judges = Judges(folder, JOBS)
    sources = judges.all[0].sources
    old = table.read(TABLE)
    rows, count, written = [], 0, time.monotonic()
    drawn = judged_in_order(judges, sites.in_drawn_order(sites.all_mutants(), sources), old)
    for mutant, known, row in drawn:
        rows.append(row)
        count += counted(row)
        if row is not known:
            told = f"{row['case']} as {row['as']}" if row["state"] == "killed" else row["state"]
            report(f"{count}/{wanted} {mutant.id} line {mutant.line}: {told}")
        if time.monotonic() - written > 20:
            keep(rows, old, sources)
            written = time.monotonic()
        if count == wanted:
            break
    drawn.close()
    table.write(TABLE, rows)
    return rows


def keep(rows, old, sources):
    """Saves what is finished before those of the same sample that are not looked at yet."""
    done = {row["id"] for row in rows}
    table.write(TABLE, rows + [row for key, row in old.items() if key not in done and row["sources"] == sources[:12]])


def score(rows):
    """(killed, counted) of the rows."""
    return sum(row["state"] == "killed" for row in rows), sum(map(counted, rows))
