# SPDX-License-Identifier: MIT
"""As bridge_own.py: recordings of the wrist, whose clocks were set once and run on."""
import csv, io, sqlite3
from datetime import datetime, timedelta, timezone
from bridge_own import Own, Record, both
from zoneinfo import ZoneInfo


def actigraph(path, zone):
    """axis1, steps, lux of .agd; ticks of 100 ns since the year 1 of the device's clock."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    samples, first = [], None
    for ticks, axis1, steps, lux in db.execute("SELECT dataTimestamp, axis1, steps, lux FROM data ORDER BY dataTimestamp"):
        wall = datetime(1, 1, 1) + timedelta(microseconds=ticks // 10)
        first = first or (wall, round(wall.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000))
        t = first[1] + round((wall - first[0]).total_seconds() * 1000)
        samples += [(t, "activity", axis1), (t, "steps", steps), (t, "light", lux)]
    assert not db.execute("SELECT count(*) FROM sleep").fetchone()[0], "its nights are not looked at here"
    return Own((), samples)


def awd(path, zone):
    lines = [line.strip() for line in open(path)]
    begin = datetime.strptime(f"{lines[1]} {lines[2]}", "%d-%b-%Y %H:%M").replace(tzinfo=ZoneInfo(zone))
    step = {"1": 15000, "2": 30000, "4": 60000, "8": 120000}[lines[3]]
    start = round(begin.timestamp() * 1000)
    counts = [line.split()[0].rstrip("M") for line in lines[7:] if line]
    return Own((), [(start + i * step, "activity", float(c)) for i, c in enumerate(counts) if c])


def stamp(day, clock, off_min):
    d, m, y = map(int, day.split("/"))
    h, n, s = map(int, clock.split(":"))
    t = datetime(y, m, d, h, n, s, tzinfo=timezone(timedelta(minutes=off_min)))
    return round(t.timestamp() * 1000)


def value(text):
    try:
        v = float(text)
    except ValueError:
        return None
    return None if v != v else v


def actiware(path, zone):
    """REST intervals are the nights; in the SLEEP interval of the same number the epochs say asleep or awake,
    outside it the wearer is awake."""
    rows = list(csv.reader(io.StringIO(open(path, encoding="utf-8-sig").read())))
    sign = next(r[1] for r in rows if r and r[0].startswith(("Time Zone Offset", "Décalage du fuseau")))
    off = int(sign[0] + "1") * (60 * int(sign[1:3]) + int(sign[4:6]))
    intervals, samples, epochs, head = {"REST": {}, "SLEEP": {}}, [], [], None
    names = {"REPOS": "REST", "SOMMEIL": "SLEEP"}
    for r in rows:
        if not r:
            continue
        kind = names.get(r[0], r[0])
        if kind in intervals and len(r) > 6:
            days = [c for c in r if c.count("/") == 2]
            clocks = [c for c in r if c.count(":") == 2]
            intervals[kind][r[1]] = (stamp(days[0], clocks[0], off), stamp(days[1], clocks[1], off), r)
        elif r[0] in ("Line", "Ligne"):
            head = {c: i for i, c in enumerate(r)}
        elif head and r[0].isdigit() and ("Activity" in head or "Activité" in head):
            at = lambda *words: r[next(head[w] for w in words if w in head)]
            t = stamp(at("Date"), at("Time", "Heure"), off)
            epochs.append((t, value(at("Sleep/Wake", "Sommeil/Éveil"))))
            for channel, words in (("activity", ("Activity", "Activité")), ("light", ("White Light", "Lumière blanche"))):
                v = value(at(*words))
                samples += [(t, channel, v)] if v is not None else []
    step = epochs[1][0] - epochs[0][0]
    records = []
    for number, (start, end, _) in intervals["REST"].items():
        a, z, r = intervals["SLEEP"][number]
        total = {"asleep": float(r[11]), "waso": float(r[9])} if len(r) > 12 else {}
        spans = [(t, t + step, "asleep" if a <= t < z and not wake else "awake") for t, wake in epochs
                 if start <= t < end and (wake is not None or not a <= t < z)]
        records.append(Record(start, end, both(start, end, zone), total, spans, app="Actiwatch 2"))
    return Own(records, samples)
