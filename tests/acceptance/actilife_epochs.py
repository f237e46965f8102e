#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: Cole-Kripke epochs of the ActiLife recording, through bridge and broker, equal
ActiLife's on every one of its epochs: from the 10-s rows and from the 60-s sums."""
import csv, os
from rig import Bars, Rig, shared

bars = Bars()
truth = {}
for r in csv.DictReader(open(shared("sleep/actilife/GT3XPlus-RawData-Day01-sleep-awake.csv"))):
    truth[r["timestamp"][:19]] = int(r["cole-kripke"] == "S")
SOURCES = {"10 s rows": "sleep/actilife/GT3XPlus-RawData-Day01.csv",
           "60 s sums": "sleep/actilife/GT3XPlus-RawData-Day01-10sec60sec.csv"}
for name, path in SOURCES.items():
    with Rig({"anna": "Etc/UTC"}) as rig:
        plain = os.path.join(rig.dir, "activity.csv")
        with open(plain, "w") as f:
            f.write("time,activity\n")
            for r in csv.DictReader(open(shared(path))):
                f.write(f"{r['timestamp'][:19].replace(' ', 'T')}Z,{r['axis1']}\n")
        rig.run()
        rig.bridge("csv", "--person", "anna", plain)
        rig.settle()
        got = {r["time"][:19]: int(float(r["value"])) for r in rig.export("epochs") if r["channel"] == "asleep"}
    same = sum(got.get(t.replace(" ", "T")) == v for t, v in truth.items())
    bars.check(f"Cole-Kripke from {name}", same == len(truth) == len(got), f"{same} of {len(truth)} epochs equal, {len(got)} given")
bars.done()
