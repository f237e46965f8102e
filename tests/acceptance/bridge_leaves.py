#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: `dozed-bridge --explain` accounts for every leaf of every sample: what this script finds in the file by itself
(each scalar of a JSON document, each attribute of a Record, each column of a table that has rows, each column of a
sleep-export) stands in the table with as many values, and becomes something or has a reason.

    bridge_leaves.py [--small]      # --small: the samples of our own making"""
import collections, csv, json, os, re, sqlite3, subprocess, sys, xml.etree.ElementTree as ET
from rig import BRIDGE, SHARED, SOURCE, Bars

SMALL = "--small" in sys.argv
bars = Bars()


def json_leaves(o, path, found):
    """Keys that are numbers or times of day count as one, "*"."""
    if isinstance(o, dict):
        for k, v in o.items():
            name = "*" if re.fullmatch(r"[0-9:\-TZ.+]+", k) else k
            json_leaves(v, f"{path}.{name}" if path else name, found)
    elif isinstance(o, list):
        for v in o:
            json_leaves(v, path, found)
    else:
        found[path] += 1


def of_json(path, _):
    found = collections.Counter()
    text = open(path, encoding="utf-8-sig").read()
    try:
        docs = [json.loads(text)]
    except ValueError:
        docs = [json.loads(line) for line in text.splitlines() if line.strip()]
    for d in docs:
        json_leaves(d, "", found)
    return found


def of_xml(path, table):
    """A Record of a type that is not read counts once, under its type."""
    found = collections.Counter()
    for e in ET.parse(path).getroot().iter("Record"):
        kind = "Record@type=" + e.get("type")
        found[kind] += 1
        if not table.get(kind, (0, "-"))[1].startswith("-"):
            found.update(f"Record@{a}" for a in e.attrib)
    return found


def of_gadgetbridge(path, _):
    """Tables of samples, under what is common to their names."""
    found = collections.Counter()
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%_SAMPLE'"):
        rows = db.execute(f'SELECT * FROM "{table}"').fetchall()
        family = "*" + re.search(r"_(ACTIVITY|SLEEP_TIME|SLEEP_SESSION|SLEEP_STAGE|[A-Z0-9_]+)_SAMPLE$", table)[0]
        family = re.sub(r"^\*_EXTENDED", "*", family)
        if rows:
            names = [c[1] for c in db.execute(f'PRAGMA table_info("{table}")')]
            found.update({f"{family}.{n}": len(rows) for n in names})
    return found


def of_sleep_export(path, _):
    found, header = collections.Counter(), []
    for row in csv.reader(open(path, encoding="utf-8", newline="")):
        if row[0] == "Id":
            header = row
        elif row[0]:
            for i, (name, value) in enumerate(zip(header, row)):
                if i < 15:
                    found[name] += 1
                elif name != "Event":
                    found["movement"] += 1
                else:
                    e = re.match(r"([^-]+)-\d{12,14}(-|$)", value)
                    found[f"Event.{e[1]}" if e else "Event"] += 1
    return found


def explained(path):
    """{field: (count, becomes or reason)}, or None: no reader takes the file."""
    r = subprocess.run([BRIDGE, "auto", "--explain", "--person", "anna", "--zone", "Europe/Berlin", path], capture_output=True, text=True)
    table = {}
    lines = iter(r.stdout.splitlines())
    for line in lines:
        if line.startswith("field "):
            break
    for line in lines:
        m = re.match(r"(.+?) +(\d+) +(\d+) +(\d+)  (.*)$", line)
        if not m:
            break
        table[m[1]] = (int(m[2]) + int(m[3]), m[5])
    return table or None


def samples():
    root = os.path.join(SOURCE, "tests", "data", "bridge") if SMALL else os.path.join(SHARED, "bridge")
    if not os.path.isdir(root):
        print(f"SKIP: {root} not found")
        sys.exit(77)
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            how = of_json if name.endswith(("json", "ndjson")) else of_xml if name.endswith("xml") else \
                of_gadgetbridge if name.endswith(".db") else of_sleep_export if name.startswith("sleep-export") else None
            if how:
                yield os.path.join(folder, name), how


total = 0
for path, how in samples():
    table = explained(path)
    if table is None:
        print(f"--   {os.path.basename(path)}: no reader takes it")
        continue
    own = how(path, table)
    wrong = [f"{k}: {n}, {table.get(k, (0,))[0]} in the table" for k, n in own.items() if table.get(k, (0,))[0] != n]
    wrong += [f"{k}: {text}" for k, (_, text) in table.items() if "(not known)" in text or re.fullmatch(r"- *", text)]
    total += len(own)
    bars.check(os.path.basename(path), not wrong and own, f"{len(own)} fields, {sum(own.values())} values" + "".join("\n     " + w for w in wrong[:8]))
bars.check("fields accounted for", total > 0, total)
bars.done()
