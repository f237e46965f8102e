#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: AWD recordings 01-03 through bridge and broker give the nights a person can see.
Prints each beside the rest periods of Crespo and Roenneberg (shared oracle); docs/nights.md
explains those that differ by more than 30 minutes."""
import csv, os, re
from datetime import datetime, timedelta
from rig import Bars, Rig, shared

# what the eye finds in the 10-minute sums, to the half hour: nights with a visible wake-to-wake
# day around them; days on which the watch lay in a drawer have none
EYE = {"example_01": 10, "example_02": 10, "example_03": 11}
bars = Bars()


def read_awd(path):
    lines = [x.strip() for x in re.split(r"\r\n|\r|\n", open(path, newline="").read()) if x.strip()]
    start = datetime.strptime(f"{lines[1]} {lines[2]}", "%d-%b-%Y %H:%M")
    return start, [int(x.split()[0]) for x in lines[7:]]


def crespo(name):
    rows = list(csv.DictReader(open(shared(f"sleep/awd/oracle/{name}_crespo_aot.csv"))))
    on = [datetime.fromisoformat(r["time"]) for r in rows if r["kind"] == "onset_of_rest"]
    off = [datetime.fromisoformat(r["time"]) for r in rows if r["kind"] != "onset_of_rest"]
    return list(zip(on, off))


def roenneberg(name):
    rows = list(csv.DictReader(open(shared(f"sleep/awd/oracle/{name}_roenneberg_aot.csv"))))
    rest = sorted(datetime.fromisoformat(r["time"]) for r in rows if r["kind"] == "offset")
    rise = sorted(datetime.fromisoformat(r["time"]) for r in rows if r["kind"] == "onset")
    return [(a, min(b for b in rise if b > a)) for a in rest if any(b > a for b in rise)]


def beside(start, end, periods):
    best = max(periods, key=lambda q: (min(end, q[1]) - max(start, q[0])).total_seconds(), default=None)
    if not best or min(end, best[1]) <= max(start, best[0]):
        return None
    return tuple(round((a - b).total_seconds() / 60) for a, b in ((start, best[0]), (end, best[1])))


def show(q):
    return "   none   " if q is None else f"{q[0]:+5d}{q[1]:+5d}"


for name, expected in EYE.items():
    start, counts = read_awd(shared(f"sleep/awd/{name}.AWD"))
    with Rig({"anna": "Etc/UTC"}) as rig:
        plain = os.path.join(rig.dir, "activity.csv")
        with open(plain, "w") as f:
            f.write("time,activity\n")
            for i, v in enumerate(counts):
                f.write(f"{(start + timedelta(minutes=i)).isoformat()}Z,{v}\n")
        rig.run()
        rig.bridge("csv", "--person", "anna", plain)
        rig.settle()
        nights = rig.export("nights")
    print(f"{name}: in bed, out of bed; minutes against Crespo (in, out), Roenneberg (in, out)")
    for n in nights:
        a, b = (datetime.fromisoformat(n[k][:19]) for k in ("in_bed", "out_bed"))
        print(f"  {n['date']} {a:%H:%M}-{b:%H:%M} {n['kind']:4} {show(beside(a, b, crespo(name)))}  {show(beside(a, b, roenneberg(name)))}")
    bars.check(f"{name}: nights", len(nights) == expected, f"{len(nights)}, by eye {expected}")
bars.done()
