#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: the same input twice, shuffled, or split over a kill -9 and restart at random points
gives byte-identical exports of nights, days, forecasts and alerts, with the real programs
over a real broker. Argument: how many points (the bar is 200). The seed is printed."""
import difflib, os, random, subprocess, sys, time
from rig import BRIDGE, Bars, Rig

points, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10 ** 6)
random.seed(seed)
print(f"{points} restart points, seed {seed}")
PEOPLE = {f"person_{i:02d}": "Europe/Berlin" for i in range(3)}
bars = Bars()


def dump(rig):
    return "".join(rig.dozed("export", "--all", "--what", w).stdout for w in ("nights", "days", "forecasts", "alerts"))


SIM = ["--people", "3", "--nights", "60", "--seed", "5", "--activity", "--zone", "Europe/Berlin",
       "--end", "2026-06-30", "--prefix", "person_"]


def recording(dir_):
    out = os.path.join(dir_, "sim.rec")
    r = subprocess.run([BRIDGE, "sim", *SIM, "--out", out], capture_output=True, text=True)
    if r.returncode:
        raise SystemExit(r.stderr)
    return out


def send(rig, *more):
    rig.bridge("sim", *SIM, *more)


with Rig(PEOPLE) as rig:
    rig.run()
    send(rig)
    rig.settle()
    clean = dump(rig)
    bars.check("clean run", clean.count("\n") > 300, f"{clean.count(chr(10))} lines")
    send(rig)
    rig.settle()
    bars.check("the same input twice", dump(rig) == clean, "identical" if dump(rig) == clean else "differs")

with Rig(PEOPLE) as rig:
    rec = recording(rig.dir)
    rig.dozed("import", rec)
    bars.check("import", dump(rig) == clean, "identical" if dump(rig) == clean else "differs")

# how long the whole way takes, so that the kills fall all along it
with Rig(PEOPLE) as rig:
    rig.run()
    start = time.monotonic()
    send(rig)
    rig.settle()
    span = time.monotonic() - start

same = during = 0
for point in range(points):
    with Rig(PEOPLE) as rig:
        rig.run()
        sender = subprocess.Popen([BRIDGE, "sim", "--to", f"mqtt://127.0.0.1:{rig.port}", "--spool", os.path.join(rig.dir, "spool"),
                                   *SIM, "--wait", "120"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(random.random() * span)
        rig.kill()
        at_kill = dump(rig) if rig.stored() else ""
        during += at_kill != clean
        rig.run()
        if sender.wait(300):
            bars.check("bridge", False, sender.stderr.read().decode()[-300:])
        rig.settle()
        now = dump(rig)
        same += now == clean
        for line in list(difflib.unified_diff(clean.split("\n"), now.split("\n"), "clean", f"point {point}", n=0, lineterm=""))[:6]:
            print("     " + line[:160])
bars.check(f"{points} kill -9 along {span:.1f} s of work, then a restart", same == points,
           f"{same} identical; {during} kills fell before the work was done")
bars.check("most kills fell into the work", during > points / 2, f"{during}")
bars.done()
