#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: eight people's Fitbit logs through bridge and broker: TST, WASO and the minutes of
deep, light, REM and wake equal Fitbit's within 1 min on at least 95 % of staged nights, one
night a main sleep, duplicates merged, naps apart."""
import json, os, sqlite3, struct
from datetime import date, timedelta
from rig import Bars, Rig, shared

MAIN = 1  # enum sleep_kind
STAGES = {"deep": "deep", "light": "light", "rem": "rem", "wake": "waso"}  # theirs: ours
bars = Bars()
people = [f"p{i:02d}" for i in range(1, 9)]
files = {p: shared(f"sleep/pmdata/{p}/fitbit/sleep.json") for p in people}


def minute(text):
    return text[:16].replace(" ", "T")


def value(body, channel):
    """A number of a stored night: its name behind the name's length, then a double."""
    name = struct.pack("<H", len(channel)) + channel.encode()
    at = body.find(name)
    return struct.unpack_from("<d", body, at + len(name))[0] if at >= 0 else None


def stage_minutes(path):
    """{(person, date, "main" or "nap"): [{stage: minutes}, ...] in their order}: out of the store,
    for no command prints them yet."""
    found = {}
    rows = sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute(
        "SELECT person, date, kind, body FROM night ORDER BY person, date, kind, ordinal")
    for person, day, kind, body in rows:
        key = (person, str(date(1970, 1, 1) + timedelta(days=day)), "main" if kind == MAIN else "nap")
        found.setdefault(key, []).append({s: value(body, f"night.{c}") for s, c in STAGES.items()})
    return found


def is_close(log, own):
    theirs = log["levels"]["summary"]
    return all(own[s] is not None and abs(own[s] - theirs[s]["minutes"]) <= 1 for s in STAGES)


with Rig({p: "Europe/Oslo" for p in people}) as rig:
    rig.run()
    for p in people:
        rig.bridge("fitbit", "--person", p, "--zone", "Europe/Oslo", files[p])
    rig.settle()
    nights = rig.export("nights")
    stored = stage_minutes(os.path.join(rig.state, "dozed.db"))
staged = good = staged_right = mains = main_rows = naps = nap_rows = logs = 0
by_start = {}
for n in nights:
    n["stages"] = stored[(n["person"], n["date"], n["kind"])].pop(0)
    by_start.setdefault((n["person"], minute(n["in_bed"])), []).append(n)
for p in people:
    seen = {}
    for log in json.load(open(files[p])):
        logs += 1
        seen[log["logId"]] = log
    for log in seen.values():
        rows = by_start.get((p, minute(log["startTime"])), [])
        if log["mainSleep"]:
            mains += 1
            main_rows += len(rows) == 1
        else:
            naps += 1
            nap_rows += len(rows) == 1 and rows[0]["kind"] == "nap"
        if log["type"] != "stages" or len(rows) != 1:
            staged += log["type"] == "stages"
            continue
        staged += 1
        n = rows[0]
        good += (n["tst_min"] != "" and abs(float(n["tst_min"]) - log["minutesAsleep"]) <= 1
                 and abs(float(n["waso_min"]) - log["minutesAwake"]) <= 1)
        staged_right += is_close(log, n["stages"])
unique = mains + naps
per_date = {}
for n in nights:
    if n["kind"] == "main":
        per_date[(n["person"], n["date"])] = per_date.get((n["person"], n["date"]), 0) + 1
bars.check("staged nights with TST and WASO within 1 min", good >= .95 * staged, f"{good} of {staged} = {100 * good / staged:.1f} %")
bars.check("staged nights with deep, light, REM and wake within 1 min", staged_right >= .95 * staged,
           f"{staged_right} of {staged} = {100 * staged_right / staged:.1f} %")
bars.check("one night a main sleep", main_rows == mains, f"{main_rows} of {mains}")
bars.check("naps apart", nap_rows == naps, f"{nap_rows} of {naps}")
bars.check("duplicates merged", len(nights) == unique, f"{logs} rows, {unique} logs, {len(nights)} nights")
bars.check("one main sleep a date", max(per_date.values()) == 1, f"{len(per_date)} dates")
bars.done()
