#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: the same input twice, shuffled, or split over a kill -9 and restart at random points
gives byte-identical exports of nights, days, forecasts and alerts, with the real programs
over a real broker. Argument: how many points (the bar is 200). The seed is printed."""
import os, random, subprocess, sys, time
from rig import BRIDGE, Bars, Rig

points, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10 ** 6)
random.seed(seed)
print(f"{points} restart points, seed {seed}")
PEOPLE = {f"person_{i:02d}": "Europe/Berlin" for i in range(3)}
bars = Bars()


def dump(rig):
    return "".join(rig.dozed("export", "--all", "--what", w).stdout for w in ("nights", "days", "forecasts", "alerts"))


def recording(dir_):
    out = os.path.join(dir_, "sim.rec")
    r = subprocess.run([BRIDGE, "sim", "--people", "3", "--nights", "60", "--seed", "5", "--activity", "--zone", "Europe/Berlin",
                        "--end", "2026-06-30", "--prefix", "person_", "--out", out], capture_output=True, text=True)
    if r.returncode:
        raise SystemExit(r.stderr)
    return out


def send(rig, *more):
    rig.bridge("sim", "--people", "3", "--nights", "60", "--seed", "5", "--activity", "--zone", "Europe/Berlin", "--end", "2026-06-30",
               "--prefix", "person_", *more)


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

left = points
while left > 0:
    with Rig(PEOPLE) as rig:
        rig.run()
        here = min(left, 20)
        sender = subprocess.Popen([BRIDGE, "sim", "--to", f"mqtt://127.0.0.1:{rig.port}", "--spool", os.path.join(rig.dir, "spool"),
                                   "--people", "3", "--nights", "60", "--seed", "5", "--activity", "--zone", "Europe/Berlin", "--end", "2026-06-30",
                                   "--prefix", "person_", "--wait", "120"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(here):
            time.sleep(random.random() * 0.3)
            rig.kill()
            rig.run()
        if sender.wait(300):
            bars.check("bridge", False, sender.stderr.read().decode()[-300:])
        rig.settle()
        same = dump(rig) == clean
        left -= here
        bars.check(f"after {here} kill -9 and restarts", same, "identical" if same else "differs")
        if not same:
            open("/tmp/differs.txt", "w").write(dump(rig)) if os.environ.get("DOZED_KEEP") else None
bars.done()
