#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A night of raw acceleration, three axes at 50 Hz, from the recording to the stored night.

    DOZED_BUILD=build-release tests/bench/acceleration.py [HOURS]

Eight hours (or HOURS) of a wrist: asleep, turning over now and then, with the noise of a sensor;
the bridge makes batches of them, `dozed import` takes these with z_angle, enmo, activity_index,
nonwear and hdcza loaded beside the scorers that are loaded anyway. Timed is the time on a core
(user and system) of the whole import, the least of five, and of the same import without the five
scorers: it stores and files the same batches, so the difference is what scoring them costs.
Bars: a night is scored in at most 0.2 s, and what should come of it is there. Minutes of
activity over the same two days are there too, as most trackers send both."""
import math, os, random, sys
from datetime import datetime, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
from rig import Bars, Rig

RATE = 50
START = int(datetime(2025, 3, 2, 22, tzinfo=timezone.utc).timestamp())
RAW = ["z_angle", "enmo", "activity_index", "nonwear", "hdcza"]
USUAL = ["cole_kripke", "vendor_stages", "sleep_stats", "night_score", "pain_forecast"]
RUNS = 5
MOST_S = 0.2


def write_acceleration(path, hours):
    """time,accel_x,accel_y,accel_z in mg; another posture about every ten minutes."""
    r = random.Random(1)
    x = y = z = 0
    with open(path, "w") as f:
        f.write("time,accel_x,accel_y,accel_z\n")
        for i in range(hours * 3600 * RATE):
            if i % (60 * RATE) == 0 and (i == 0 or r.random() < .1):
                tilt, turn = r.uniform(-math.pi / 2, math.pi / 2), r.uniform(0, 2 * math.pi)
                x, y, z = (1000 * math.cos(tilt) * math.cos(turn), 1000 * math.cos(tilt) * math.sin(turn), 1000 * math.sin(tilt))
            wide = 150 if i % (60 * RATE) < 2 * RATE else 4
            t = START * 1000 + i * 1000 // RATE
            f.write(f"{t},{round(r.gauss(x, wide))},{round(r.gauss(y, wide))},{round(r.gauss(z, wide))}\n")


def write_minutes(path):
    """Counts of two days, still while the acceleration is recorded."""
    r = random.Random(2)
    with open(path, "w") as f:
        f.write("time,activity\n")
        for i in range(-26 * 60, 22 * 60):
            still = 0 <= i < 8 * 60
            f.write(f"{START + 60 * i},{r.choice([0, 0, 0, 0, 0, 20]) if still else r.randint(100, 2000)}\n")


def record(rig, hours):
    raw, minutes, rec = (os.path.join(rig.dir, n) for n in ("raw.csv", "minutes.csv", "night.rec"))
    write_acceleration(raw, hours)
    write_minutes(minutes)
    rig.bridge("csv", "--person", "anna", "--out", rec, raw, minutes, to=False)
    return rec


def import_seconds(rig, rec):
    took = []
    for _ in range(RUNS):
        for name in os.listdir(rig.state):
            os.remove(os.path.join(rig.state, name))
        before = os.times()
        rig.dozed("import", rec)
        after = os.times()
        took.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(took)


def with_scorers(scorers, hours, keep):
    options = "scorers = {%s}\n" % ", ".join(f'"{s}"' for s in scorers)
    with Rig({"anna": "Etc/UTC"}, options) as rig:
        rec = record(rig, hours)
        return import_seconds(rig, rec), os.path.getsize(rec), keep(rig)


def channels_written(rig):
    """How many values of each channel that only acceleration gives are there."""
    found = {}
    for row in rig.export("epochs"):
        found[row["channel"]] = found.get(row["channel"], 0) + 1
    nights = [r for r in rig.export("nights") if r["kind"] == "main"]
    return found, nights


def main():
    hours = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    bars = Bars()
    plain, size, _ = with_scorers(USUAL, hours, lambda rig: None)
    every, _, (found, nights) = with_scorers(USUAL + RAW, hours, channels_written)
    samples = hours * 3600 * RATE
    print(f"     {hours} h of {RATE} Hz, {samples} samples of three axes, a recording of {size / 1e6:.1f} MB")
    print(f"     import without scorers of acceleration {plain:6.2f} s of one core")
    print(f"     import with {', '.join(RAW)}  {every:6.2f} s")
    bars.check("the night is there, and what only acceleration says of it",
               len(nights) == 1 and found.get("angle_z", 0) >= .98 * hours * 720 and found.get("enmo", 0) >= .98 * hours * 720
               and found.get("activity_index", 0) >= .98 * hours * 60 and found.get("worn", 0) >= .9 * hours * 60,
               f"{len(nights)} nights; " + ", ".join(f"{found.get(c, 0)} {c}" for c in ("angle_z", "enmo", "activity_index", "worn")))
    bars.check(f"a night of acceleration is scored in at most {MOST_S} s", every - plain <= MOST_S * hours / 8,
               f"{every - plain:.2f} s of one core, {(every - plain) / samples * 1e9:.0f} ns a sample of three axes")
    bars.done()


main()
