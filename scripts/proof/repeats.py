"""Repeated runs of the suite on TEMPLATE: does any case ever end otherwise than it should?"""
import shutil

from proof import suite, table
from proof.workshop import BUILD, LIBRARY, MANIFEST, ROOT

TABLE = "repeats"


def digest():
    """Of the suite and of the plugin."""
    return suite.digest_of_folders((*suite.FOLDERS, "sdk/src/kit", "reference-plugins/template"))[:12]


def run(wanted, report=print):
    """Runs until `wanted` runs of the present suite are in the table."""
    folder = ROOT / "build" / "proof" / "repeats"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (LIBRARY, MANIFEST):
        shutil.copy(BUILD / name, folder)
    plugin = folder / LIBRARY.rsplit("/", 1)[1]
    tree = digest()
    rows = [row for row in table.read(TABLE).values() if row["tree"] == tree]
    groups = suite.api_groups()
    while len(rows) < wanted:
        number = len(rows) + 1
        status, cases = suite.run(plugin, ["--no-shrink", "--seed", str(number), *groups])
        failed = [f"{line['id'].split('#')[0]} {line['state']}" for line in cases if line["state"] in suite.FAILED]
        rows.append({"id": number, "status": status, "cases": len(cases), "failed": failed, "tree": tree})
        table.write(TABLE, rows)
        report(f"run {number} of {wanted}: {len(cases)} cases, {' '.join(failed) or 'nothing failed'}")
    return rows
