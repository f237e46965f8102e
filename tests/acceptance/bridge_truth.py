#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: one night, right revision, through bridge, broker and hub: for every reader the first version of a
night, the revised one, either sent again, the deletion, what was deleted sent again, a new version;
and what is tentative never replaces what is final. Every step is a run of dozed-bridge of its own.
The nights are of yesterday, since only the revisions of what was announced are counted."""
import os, sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo
from bridge_nights import AWAKE, DEEP, FORMATS, LIGHT, MIN, REM, Night
from bridge_rig import Hub, same
from rig import Bars

ZONE = "Europe/Berlin"
bars = Bars()
yesterday = datetime.now(ZoneInfo(ZONE)).date() - timedelta(days=1)
evening = datetime(yesterday.year, yesterday.month, yesterday.day, tzinfo=ZoneInfo(ZONE)) - timedelta(hours=1)
BED = int(evening.timestamp() * 1000)  # 23:00
CHANGED = BED + 9 * 60 * MIN           # what makers say of when; and files


def night(light, later=0):
    return Night(BED + later * MIN, [(LIGHT, light), (DEEP, 60), (AWAKE, 30), (REM, 90), (LIGHT, light)], ZONE)


def versions(f):
    """Three of them; the second is shorter and begins later where the format knows such a thing: a bridge or hub
    that prefers the longer one is wrong."""
    if f.grows:
        return night(120), night(135), night(150, -15 if f.starts else 0)
    return night(120), night(75, 30 if f.starts else 0), night(150, -30 if f.starts else 0)


FIRST, REVISED, AGAIN, COPIED, DELETED, AFTER, NEW = range(7)
STEPS = ["first", "revised", "first again", "revised again", "deleted", "deleted again sent", "new version"]
NONE = "the format has none"


def file_of(f, step, dir_):
    """(bytes, file time), or None where the format has no such step."""
    v1, v2, v3 = versions(f)
    at = [CHANGED + k * 10 * MIN for k in range(len(STEPS))]
    # where the maker's own time counts, an old version in a new file is an old version
    file_time = lambda version, step: at[step] if f.own_time else at[version]
    if step == FIRST:
        return f.file(dir_, v1, at[FIRST]), at[FIRST]
    if step == REVISED:
        return f.file(dir_, v2, at[REVISED]), at[REVISED]
    if step == AGAIN:
        return f.file(dir_, v1, at[FIRST]), file_time(FIRST, AGAIN)
    if step == COPIED:
        return f.file(dir_, v2, at[REVISED]), at[COPIED]
    if step == NEW:
        return f.file(dir_, v3, at[NEW]), at[NEW]
    if not f.gone:
        return None
    if step == DELETED:
        return f.deletion(dir_, v2, at[DELETED]), at[DELETED]
    return f.file(dir_, v2, at[REVISED]), file_time(REVISED, AFTER)


def expected(f, step):
    """(night or None, revision)"""
    v1, v2, v3 = versions(f)
    gone = f.gone is not None
    return {FIRST: (v1, 1), REVISED: (v2, 2), AGAIN: (v2, 2), COPIED: (v2, 2), DELETED: (None if gone else v2, 2),
            AFTER: (None if gone else v2, 2), NEW: (v3, 4 if gone else 3)}[step]


def tentative_of(f, step, dir_):
    """Tentative, final, the tentative one once more in a newer file and, as its maker would say it, changed later."""
    v1, v2, _ = versions(f)
    if step == REVISED:
        return f.file(dir_, v2, CHANGED + 20 * MIN), CHANGED + 20 * MIN
    late = CHANGED + (40 * MIN if step == AGAIN else 0)
    return f.file(dir_, v1, late, True), late


people = [f"r{i:02d}" for i in range(len(FORMATS))]
doubted = {f"t{i:02d}": f for i, f in enumerate(FORMATS) if f.tentative}
table, unsure = {p: [] for p in people}, {p: [] for p in doubted}
failures = []


def judge(hub, person, f, n, revision, what):
    rows = hub.nights(person, yesterday)
    why = same(rows, n, f, revision)
    if why:
        failures.append(f"{f.name}, {what}: {why}")
    return "no night" if not rows else f"revision {rows[0]['revision']}" if not why else "WRONG"


with Hub({p: ZONE for p in people + list(doubted)}) as hub:
    for step in range(len(STEPS)):
        sent = {}
        for person, f in zip(people, FORMATS):
            sent[person] = file_of(f, step, hub.rig.dir)
            if sent[person]:
                hub.send(f, person, *sent[person])
        for person, f in doubted.items():
            if step <= AGAIN:
                hub.send(f, person, *tentative_of(f, step, hub.rig.dir))
        hub.settle()
        for person, f in zip(people, FORMATS):
            n, revision = expected(f, step)
            said = judge(hub, person, f, n, revision, STEPS[step])
            table[person].append(said if sent[person] else NONE)
        for person, f in doubted.items():
            if step <= AGAIN:
                v1, v2, _ = versions(f)
                unsure[person].append(judge(hub, person, f, v1 if step == FIRST else v2, min(step, 1) + 1,
                                            ["tentative", "final", "tentative again"][step]))

width = max(len(f.name) for f in FORMATS) + 2
print("".ljust(width) + "".join(s.ljust(21) for s in STEPS))
for person, f in zip(people, FORMATS):
    print(f.name.ljust(width) + "".join(c.ljust(21) for c in table[person]))
print("\n" + "".ljust(width) + "".join(s.ljust(21) for s in ("tentative", "final", "tentative again")))
for person, f in doubted.items():
    print(f.name.ljust(width) + "".join(c.ljust(21) for c in unsure[person]))
print()
for line in failures:
    print("     " + line)
cells = sum(c != NONE for row in table.values() for c in row)
bars.check("one night, right revision", not any("tentative" not in x and "final" not in x for x in failures),
           f"{len(FORMATS)} formats, {cells} steps, {len(failures)} wrong")
bars.check("tentative never replaces final", not any("tentative" in x or "final" in x for x in failures),
           f"{len(doubted)} formats")
bars.done()
