#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Gadgetbridge database of five years of minute rows (2.6 million) through broker and hub, and the
same database an hour later.

    DOZED_BUILD=build-release tests/bench/gadgetbridge.py [YEARS]

Bars: the bridge has read and published everything in 20 s, and an hour more in 0.5 s. Both are of
its processor time, which is what it costs on a busy machine, too; the seconds by the clock are
printed beside it (of them about 0.4 s, whatever is sent, are the MQTT library's own waits of 100 ms
at connecting and leaving), and how often they are what SQLite alone takes to read the rows. What the hub
takes to store and to score is its own and said separately."""
import os
import random
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
from rig import BRIDGE, Bars, Rig

FIRST_MAX_S, AGAIN_MAX_S = 20, 0.5
START = 1_600_000_000 // 60 * 60
SCHEMA = """
CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME TEXT NOT NULL, MANUFACTURER TEXT NOT NULL,
  IDENTIFIER TEXT NOT NULL UNIQUE, TYPE INTEGER NOT NULL, TYPE_NAME TEXT NOT NULL, ALIAS TEXT);
CREATE TABLE HUAMI_EXTENDED_ACTIVITY_SAMPLE(TIMESTAMP INTEGER NOT NULL,
  DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL, RAW_INTENSITY INTEGER NOT NULL,
  STEPS INTEGER NOT NULL, RAW_KIND INTEGER NOT NULL, HEART_RATE INTEGER NOT NULL,
  UNKNOWN1 INTEGER, SLEEP INTEGER, DEEP_SLEEP INTEGER, REM_SLEEP INTEGER,
  PRIMARY KEY(TIMESTAMP, DEVICE_ID)) WITHOUT ROWID;
INSERT INTO DEVICE VALUES(1, 'Band', 'Huami', '00:00:00:00:00:01', 0, 'MIBAND6', NULL);
"""


def rows(first, n):
    """Asleep from 22:00 to 06:00 UTC, a heart rate in four of five minutes."""
    dice = random.Random(first)
    for t in range(first, first + 60 * n, 60):
        asleep = (t // 3600 + 2) % 24 < 8
        yield (t, 1, 1, dice.randrange(5 if asleep else 90), 0 if asleep else dice.randrange(9),
               120 if asleep else 1, dice.randrange(48, 70) if t % 300 else 255, 0,
               100 if asleep else 0, dice.randrange(80) if asleep else 0,
               dice.randrange(70) if asleep else 0)


def add(path, first, n):
    with sqlite3.connect(path) as db:
        db.executemany("INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                       rows(first, n))
    db.close()


def sqlite_alone(path):
    """Processor seconds of reading the columns that the bridge reads."""
    db = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    begin = time.process_time()
    db.execute("SELECT sum(TIMESTAMP + RAW_INTENSITY + STEPS + RAW_KIND + HEART_RATE + DEEP_SLEEP + "
               "REM_SLEEP) FROM HUAMI_EXTENDED_ACTIVITY_SAMPLE").fetchall()
    took = time.process_time() - begin
    db.close()
    return took


def processor_s(process):
    """Of a process that runs."""
    with open(f"/proc/{process.pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(rig, path, to):
    """Processor seconds and seconds by the clock."""
    where = ["--to", f"mqtt://127.0.0.1:{rig.port}", "--spool", os.path.join(rig.dir, "spool")]
    out = ["--out", os.path.join(rig.dir, "all.rec")]
    begin = time.monotonic()
    p = subprocess.Popen([BRIDGE, "gadgetbridge", "--person", "anna", "--zone", "Europe/Berlin",
                          *(where if to else out), path], stderr=subprocess.PIPE)
    said = p.stderr.read().decode()
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = status
    if status:
        raise SystemExit(f"dozed-bridge: {status}: {said[-2000:]}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begin


def main():
    n = int(float(sys.argv[1] if len(sys.argv) > 1 else 5) * 365.25) * 1440
    bars = Bars()
    with Rig({"anna": "Europe/Berlin"}) as rig:
        path = os.path.join(rig.dir, "Gadgetbridge.db")
        db = sqlite3.connect(path)
        db.executescript(SCHEMA)
        db.close()
        add(path, START, n)
        alone = min(sqlite_alone(path) for _ in range(3))
        print(f"{n} rows, {os.path.getsize(path) / 2**20:.0f} MiB; SQLite alone {alone:.2f} s", flush=True)
        cpu, clock = run(rig, path, False)
        print(f"reading into a recording: {cpu:.1f} s of a processor, {clock:.1f} s by the clock, "
              f"{cpu / alone:.1f} times SQLite alone", flush=True)
        rig.run()
        began = time.monotonic()
        cpu, clock = run(rig, path, True)
        hub = processor_s(rig.daemon)
        bars.check("first import, read and published", cpu <= FIRST_MAX_S,
                   f"{cpu:.1f} s of a processor, {cpu / alone:.1f} times SQLite alone; {clock:.1f} s by the clock "
                   f"until the hub had stored all of it ({hub:.1f} s of the hub's processor)")
        rig.settle(1800)
        took = time.monotonic() - began
        print(f"stored and scored {took:.1f} s after it began, by the clock; {processor_s(rig.daemon):.1f} s of the "
              f"hub's processor; {len(rig.export('nights'))} nights", flush=True)
        cpu, clock = run(rig, path, True)
        print(f"the same file again: {cpu:.2f} s of a processor, {clock:.2f} s by the clock")
        add(path, START + 60 * n, 60)
        cpu, clock = run(rig, path, True)
        bars.check("an hour more", cpu <= AGAIN_MAX_S,
                   f"{cpu:.2f} s of a processor, {cpu / alone:.2f} times SQLite alone; {clock:.2f} s by the clock "
                   "until the hub had stored it")
    bars.done()


if __name__ == "__main__":
    main()
