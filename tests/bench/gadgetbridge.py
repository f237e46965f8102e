#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Gadgetbridge database of five years of minute rows (2.6 million), and how long dozed-bridge
takes to read it: `gadgetbridge.py BRIDGE [DIRECTORY [URL]]`. The first import goes into a
recording. With the URL of a broker that has a hub behind it also the import to there, the same
file again, and the file with another hour."""
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

YEARS, START = 5, 1_600_000_000 // 60 * 60
ROWS = YEARS * 365 * 1440 + 5 * 1440
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


def timed(command):
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return time.monotonic() - begin, done


def main():
    bridge = os.path.abspath(sys.argv[1])
    directory = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="dozed-bench-")
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, "Gadgetbridge.db")
    if not os.path.exists(path):
        db = sqlite3.connect(path)
        db.executescript(SCHEMA)
        db.close()
        add(path, START, ROWS)
    print(f"{ROWS} rows, {os.path.getsize(path) / 2**20:.0f} MiB")
    seconds, done = timed([bridge, "gadgetbridge", "--person", "anna", "--verbose", "--out",
                           os.path.join(directory, "all.rec"), path])
    print(f"first: {seconds:.1f} s\n{done.stderr.strip()}")
    if len(sys.argv) > 3:  # a broker with a hub behind it: mqtt://host:port
        common = [bridge, "gadgetbridge", "--person", "anna", "--verbose", "--to", sys.argv[3],
                  "--spool", os.path.join(directory, "spool"), path]
        for name in ("first, to the hub", "again, nothing new", "again, an hour more"):
            if name.endswith("more"):
                add(path, START + 60 * ROWS, 60)
            seconds, done = timed(common)
            print(f"{name}: {seconds:.2f} s\n{done.stderr.strip()}")


if __name__ == "__main__":
    main()
