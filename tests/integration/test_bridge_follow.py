#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The bridge as a service over a real broker and a real dozed: whatever is written when, killed or
stopped when, at the end every record is stored once and nothing waits."""
import json
import os
import random
import shutil
import sqlite3
import sys
import time

from bridge_home import MIDNIGHT, Home, activity, rating, rig, until
from mqtt_client import Client

GADGETBRIDGE = """
CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME TEXT NOT NULL, MANUFACTURER TEXT NOT NULL,
  IDENTIFIER TEXT NOT NULL UNIQUE, TYPE INTEGER NOT NULL, TYPE_NAME TEXT NOT NULL, ALIAS TEXT);
CREATE TABLE MI_BAND_ACTIVITY_SAMPLE(TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL,
  USER_ID INTEGER NOT NULL, RAW_INTENSITY INTEGER NOT NULL, STEPS INTEGER NOT NULL,
  RAW_KIND INTEGER NOT NULL, HEART_RATE INTEGER NOT NULL, PRIMARY KEY(TIMESTAMP, DEVICE_ID)) WITHOUT ROWID;
INSERT INTO DEVICE VALUES(1, 'Band', 'Huami', '00:00:00:00:00:01', 0, 'MIBAND2', NULL);
"""


def require(truth, what, home):
    if not truth:
        raise SystemExit(f"{what}\n{home.said()[-3000:]}")


def once(home, n, person="anna"):
    """All n samples, none twice, and nothing left on the way."""
    until(lambda: home.waiting() == 0 and home.count("samples", person) >= n, f"{n} samples", home)
    rows = [(r["time"], r["channel"]) for r in home.export("samples", person)]
    require(len(rows) == n and len(set(rows)) == n, f"{len(rows)} rows, {len(set(rows))} different, not {n}", home)


def lines(home, text):
    return sum(text in line for line in home.said().splitlines())


# ---- files

def a_directory_is_read_while_it_is_written_to(home):
    home.put("old.csv", activity(0, 10))
    home.put("notes.txt", "no reader knows this, and it is none of its business")
    home.start_bridge("--follow", home.drop, "--verbose")
    once(home, 10)
    # somebody writes slowly: what comes later is read long before
    text = activity(10, 20)
    with open(os.path.join(home.drop, "slow.csv"), "w") as f:
        f.write(text[:100])
        f.flush()
        home.move_in("quick.csv", activity(30, 10))
        once(home, 20)
        home.put("settles.csv", activity(40, 10))
        once(home, 30)  # longer than slow.csv has rested, too
        f.write(text[100:])
    once(home, 50)
    # what was cut off comes whole in the end; it is said once
    night = json.dumps({"data": {"metrics": [{"name": "heart_rate", "units": "count/min", "data": [
        {"date": f"2026-01-01 02:{m:02}:00 +0000", "Avg": 60 + m} for m in range(10)]}]}})
    home.move_in("hae.json", night[:200])
    until(lambda: lines(home, "hae.json:"), "the cut-off one to be named", home)
    home.move_in("hae.json", night)
    once(home, 60)
    require(lines(home, "premature end of input") == 1, "the cut-off one is named once", home)
    # directories, made here and moved here, and one within the other
    os.makedirs(home.path("side", "deep"))
    for name in ("side/a.csv", "side/deep/b.csv"):
        with open(home.path(name), "w") as f:
            f.write(activity(60 if name == "side/a.csv" else 70, 10))
    os.rename(home.path("side"), os.path.join(home.drop, "side"))
    once(home, 80)
    home.put("side/deep/c.csv", activity(80, 10))
    os.makedirs(os.path.join(home.drop, "made", "here"))
    home.put("made/here/d.csv", activity(90, 10))
    once(home, 100)
    # theirs, not ours; a touch; the same again; and one that grew
    home.put(".syncthing.x.csv.tmp", activity(500, 10))
    home.put("x.csv.part", activity(500, 10))
    os.utime(os.path.join(home.drop, "old.csv"))
    home.put("quick.csv", activity(30, 10))
    home.put("slow.csv", activity(10, 20) + activity(100, 5).split("\n", 1)[1])
    once(home, 105)
    home.put("last.csv", activity(105, 1))
    once(home, 106)
    for name, times in (("old.csv", 1), ("quick.csv", 1), ("slow.csv", 2), ("a.csv", 1), ("b.csv", 1), ("d.csv", 1)):
        require(lines(home, f"/{name}: ") == times, f"{name} is read {times} times", home)
    require(lines(home, "notes.txt") == 0, "what is not ours is not named", home)
    # a restart reads nothing again
    require(home.stop_bridge() == 0, "SIGTERM ends it with 0", home)
    read = lines(home, " read, ")
    home.start_bridge("--follow", home.drop, "--verbose")
    home.put("after.csv", activity(106, 1))
    once(home, 107)
    require(lines(home, " read, ") == read + 1, "a restart reads only what is new", home)


def a_database_that_is_sent_again_every_hour_is_stored_once(home):
    dice = random.Random(7)
    path, minutes = home.path("phone.db"), 3000
    with sqlite3.connect(path) as db:
        db.executescript(GADGETBRIDGE)
    db.close()
    home.start_bridge("--follow", home.drop)
    last = 0
    for hour in range(20):
        with sqlite3.connect(path) as db:
            db.executemany("INSERT INTO MI_BAND_ACTIVITY_SAMPLE VALUES(?,1,1,?,0,1,?)",
                           ((MIDNIGHT + 60 * m, m % 90, 50 + m % 40) for m in range(last, minutes)))
        db.close()
        last, minutes = minutes, minutes + 60
        shutil.copy(path, home.path("beside"))
        os.rename(home.path("beside"), os.path.join(home.drop, "Gadgetbridge.db"))
        if hour == 8:
            home.stop_broker()
        if hour == 12:
            home.start_broker()
        time.sleep(dice.random() * 0.3)  # anywhere; nothing depends on where
        if hour % 3 == 1:
            home.kill_bridge()
            home.start_bridge("--follow", home.drop)
    once(home, 3 * last)  # activity, heart rate, steps
    print(f"  {last} minutes in 20 uploads, 7 kills, 4 uploads without a broker: each stored once")


def what_cannot_go_waits_and_is_said_once(home):
    home.start_bridge("--follow", home.drop)
    home.put("a.csv", activity(0, 10))
    once(home, 10)
    home.stop_broker()
    for day in range(1, 6):
        home.move_in(f"r{day}.csv", activity(1440 * day, 10))
    until(lambda: home.waiting() == 5, "five batches to wait", home)
    require(home.stop_bridge() == 0, "SIGTERM without a broker ends it with 0", home)
    require(lines(home, "no connection to") == 1, "the broker's absence is said once", home)
    home.start_bridge("--follow", home.drop)
    home.move_in("r6.csv", activity(1440 * 6, 10))
    until(lambda: home.waiting() == 6, "a sixth", home)
    home.start_broker()
    once(home, 70)
    require(lines(home, "connected to") == 1, "and that it is back", home)


def a_full_spool_leaves_files_where_they_are(home):
    def accel(hour):
        """28 KiB an hour."""
        return "time,accel_x\n" + "".join(f"{1000 * MIDNIGHT + 250 * i},{(i % 2 * 2 - 1) * (9000 + i % 997)}\n"
                                          for i in range(14400 * hour, 14400 * (hour + 1)))
    home.stop_daemon()
    home.start_bridge("--follow", home.drop, "--spool-limit", "1")
    for hour in range(40):
        home.move_in(f"{hour:02}.csv", accel(hour))
    until(lambda: lines(home, "the spool is full"), "the spool to be full", home)
    require(home.waiting() > 0, "batches wait", home)
    time.sleep(0.2)
    home.kill_bridge()
    home.start_bridge("--follow", home.drop, "--spool-limit", "1")
    home.start_daemon()
    once(home, 14400 * 40)
    require(lines(home, "the spool is full") <= 2, "said once a run", home)


def what_ends_the_bridge_is_left_out(home):
    """As if reading bad.csv had ended it three times."""
    home.put("bad.csv", activity(0, 10))
    st = os.stat(os.path.join(home.drop, "bad.csv"))
    os.mkdir(home.path("spool"))
    with open(home.path("spool", "at-hand"), "w") as f:
        f.write(f"3 {st.st_size} {st.st_mtime_ns} {st.st_ino} {home.drop}/bad.csv")
    home.start_bridge("--follow", home.drop)
    until(lambda: lines(home, "bad.csv: reading it has ended the bridge 3 times"), "it to be named", home)
    home.put("good.csv", activity(10, 10))
    once(home, 10)
    home.move_in("bad.csv", activity(20, 10))  # another one
    once(home, 20)


# ---- topics

def hae(first_minute, minutes, padding=0):
    data = [{"date": time.strftime("%Y-%m-%d %H:%M:%S +0000", time.gmtime(MIDNIGHT + 60 * m)), "Avg": 50 + m % 60}
            for m in range(first_minute, first_minute + minutes)]
    return json.dumps({"data": {"metrics": [{"name": "heart_rate", "units": "count/min", "data": data}]},
                       "padding": "x" * padding})


def messages_are_stored_whatever_is_killed(home):
    phone = Client(home.port, "phone").connect()
    topics = ("--topic", "health/+/export", "--topic", "rings/ben/#")
    home.start_bridge(*topics)
    until(lambda: os.path.exists(home.path("spool", "inbox")), "the bridge", home)
    phone.publish("health/anna/export", hae(0, 10), retain=1)  # before or after it subscribes
    once(home, 10)
    sent, dice = 10, random.Random(3)
    for i in range(12):
        minutes = 400 if i == 4 else 10
        # megabytes, as a first export has them
        phone.publish("health/anna/export", hae(sent, minutes, 3 << 20 if i == 4 else 0))
        sent += minutes
        phone.publish("rings/ben/ring/1", hae(10 * i, 10))
        if i % 2:
            time.sleep(dice.random() * 0.1)  # anywhere; nothing depends on where
            home.kill_bridge()
            phone.publish("health/anna/export", hae(sent, 10))  # the broker keeps it
            sent += 10
            home.start_bridge(*topics)
    once(home, sent)
    once(home, 120, "ben")
    require(home.stop_bridge() == 0, "SIGTERM ends it with 0", home)
    phone.close()
    print(f"  {sent + 120} samples in 31 messages, 6 kills: each stored once")


def a_message_that_cannot_be_kept_stays_with_the_broker(home):
    phone = Client(home.port, "phone").connect()
    home.start_bridge("--topic", "health/+/export")
    phone.publish("health/anna/export", hae(0, 10), retain=1)
    once(home, 10)
    os.rmdir(home.path("spool", "inbox"))  # as if the disk were full
    phone.publish("health/anna/export", hae(10, 10))
    until(lambda: home.bridge.poll() is not None, "the bridge to end", home)
    require(home.bridge.returncode == 1, "with 1", home)
    require(lines(home, "a message cannot be kept") == 1, "and say why", home)
    home.start_bridge("--topic", "health/+/export")
    once(home, 20)
    phone.close()


def an_unreadable_message_is_kept_with_its_reason(home):
    phone = Client(home.port, "phone").connect()
    home.start_bridge("--topic", "health/+/export")
    phone.publish("health/anna/export", '{"data": {"metrics": [', retain=1)
    until(lambda: home.status().get("refused", {}).get("documents"), "a refusal", home)
    phone.publish("health/anna/export", hae(0, 10))
    once(home, 10)
    kept = sorted(os.listdir(home.path("spool", "refused")))
    require(len(kept) >= 2 and kept[1] == kept[0] + ".reason", f"kept: {kept}", home)
    phone.close()


def main():
    options = ["--person", "anna", "--settle", "1"]
    for test, kind, people, more in (
            (a_directory_is_read_while_it_is_written_to, "auto", ("anna",), options),
            (a_database_that_is_sent_again_every_hour_is_stored_once, "gadgetbridge", ("anna",), options),
            (what_cannot_go_waits_and_is_said_once, "auto", ("anna",), options),
            (a_full_spool_leaves_files_where_they_are, "csv", ("anna",), options),
            (what_ends_the_bridge_is_left_out, "csv", ("anna",), options),
            (messages_are_stored_whatever_is_killed, "hae", ("anna", "ben"), []),
            (a_message_that_cannot_be_kept_stays_with_the_broker, "auto", ("anna",), []),
            (an_unreadable_message_is_kept_with_its_reason, "hae", ("anna",), [])):
        if len(sys.argv) > 1 and test.__name__ not in sys.argv[1:]:
            continue
        begin = time.monotonic()
        with Home(people, kind, more) as home:
            test(home)
        print(f"ok {test.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
