#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bars: idle with 4 people and all scorers the daemon needs at most 16 MiB and 5 wake-ups a
second; a year of one person's minute data on five channels imports in at most 5 s, beside a
plain sqlite3 insert of the same number of rows in the same run."""
import os, random, sqlite3, sys, time
from datetime import datetime, timedelta, timezone
from rig import DOZED, Bars, Rig

bars = Bars()


def wakeups(pid):
    total = 0
    for t in os.listdir(f"/proc/{pid}/task"):
        for line in open(f"/proc/{pid}/task/{t}/status"):
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


def rss_mib(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


with Rig({f"p{i:02d}": "Europe/Berlin" for i in range(4)}) as rig:
    rig.run()
    rig.bridge("sim", "--people", "4", "--nights", "30", "--seed", "1", "--activity", "--prefix", "p", "--end", "2026-06-30",
               "--zone", "Europe/Berlin")
    rig.settle()
    time.sleep(3)
    pid, seconds = rig.daemon.pid, 20
    before = wakeups(pid)
    time.sleep(seconds)
    rate = (wakeups(pid) - before) / seconds
    bars.check("idle: RSS at most 16 MiB", rss_mib(pid) <= 16, f"{rss_mib(pid):.1f} MiB")
    bars.check("idle: at most 5 wake-ups a second", rate <= 5, f"{rate:.1f}/s")

with Rig({"anna": "Europe/Berlin"}) as rig:
    random.seed(1)
    path, rec = os.path.join(rig.dir, "year.csv"), os.path.join(rig.dir, "year.rec")
    t = datetime(2025, 1, 1, tzinfo=timezone.utc)
    rows = 365 * 1440
    with open(path, "w") as f:
        f.write("time,activity,heart_rate,spo2,resp_rate,steps\n")
        for i in range(rows):
            m = (t + timedelta(minutes=i))
            asleep = m.hour < 6 or m.hour >= 22
            a = random.choice((0, 0, 0, 0, 12)) if asleep else random.randrange(50, 900)
            f.write(f"{m:%Y-%m-%dT%H:%M:%SZ},{a},{55 + random.randrange(9) + 20 * (not asleep)},{94 + random.randrange(5)},{12 + random.randrange(5)},{0 if asleep else random.randrange(40)}\n")
    rig.bridge("csv", "--person", "anna", "--out", rec, path, to=False)
    start = time.monotonic()
    rig.dozed("import", rec)
    took = time.monotonic() - start
    db = sqlite3.connect(os.path.join(rig.dir, "plain.db"))
    db.execute("CREATE TABLE s (t INTEGER, c INTEGER, v REAL)")
    start = time.monotonic()
    db.executemany("INSERT INTO s VALUES (?, ?, ?)", ((i, c, 1.0) for i in range(rows) for c in range(5)))
    db.commit()
    plain = time.monotonic() - start
    nights = len(rig.export("nights"))
    bars.check("a year on five channels imports in at most 5 s", took <= 5,
               f"{took:.2f} s for {rows * 5} samples, {nights} nights; {took / plain:.2f} of plain row inserts")
bars.done()
