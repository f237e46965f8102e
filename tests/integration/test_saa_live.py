#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sleep as Android's live events, each by a bridge of its own as if it had been restarted in
between: one night at the hub, at the times of the events; and the export of the same night, later,
is no second one."""
import os
import sys
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
from rig import Bars, Rig

START = datetime(2026, 3, 28, 22, 0, tzinfo=timezone.utc)  # the clocks change in this night
EVENTS = [(0, "sleep_tracking_started"), (10, "light_sleep"), (70, "deep_sleep"), (130, "rem"), (160, "awake"),
          (170, "not_awake"), (200, "light_sleep"), (300, "deep_sleep"), (420, "alarm_alert_start"), (425, "sleep_tracking_stopped")]


def send(rig, person, minute, event):
    path = os.path.join(rig.dir, "event.json")
    with open(path, "w") as f:
        f.write(f'{{"event": "{event}"}}')
    at = (START + timedelta(minutes=minute)).timestamp()
    os.utime(path, (at, at))
    rig.bridge("sleep_as_android", "--person", person, path)
    rig.settle()


def export_of(path):
    ms = int(START.timestamp() * 1000)
    stage = [("LIGHT", 12, 70), ("DEEP", 70, 130), ("REM", 130, 200), ("AWAKE", 160, 170), ("LIGHT", 200, 300), ("DEEP", 300, 425)]
    events = [f"{s}_{end}-{ms + m * 60000}" for s, a, b in stage for end, m in (("START", a), ("END", b))]
    head = "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo" + ",Event" * len(events)
    row = [str(ms + 3000), "Europe/Berlin", "", "", "", "7.083", "0.0", "", "10007", "-1", "-1.0", "-1", "-2.0", "0", ""] + events
    with open(path, "w") as f:
        f.write(head + "\n" + ",".join(f'"{x}"' for x in row) + "\n")


def one_night(bars, rig, what, **want):
    nights = [n for n in rig.export("nights") if n["person"] == want["person"]]
    got = [{k: n[k] for k in want} for n in nights]
    bars.check(what, got == [want], got)


def main():
    bars = Bars()
    with Rig({"anna": "Europe/Berlin", "ben": "Europe/Berlin"}) as rig:
        rig.run()
        for minute, event in EVENTS[:-1]:
            send(rig, "anna", minute, event)
        bars.check("while it lasts", not rig.export("nights"), "no night")
        send(rig, "anna", *EVENTS[-1])
        # 425 min less 10 before the first stage, and 10 awake
        one_night(bars, rig, "event by event", person="anna", date="2026-03-29", in_bed="2026-03-28T23:00:00+01:00",
                  out_bed="2026-03-29T07:05:00+02:00", tst_min="405", waso_min="10", awakenings="1", sources="sleep_as_android")
        path = os.path.join(rig.dir, "sleep-export.csv")
        export_of(path)
        rig.bridge("sleep_as_android", "--person", "anna", path)
        rig.settle()
        one_night(bars, rig, "and its export", person="anna", date="2026-03-29", in_bed="2026-03-28T23:00:03+01:00",
                  tst_min="403", sources="sleep_as_android")
        send(rig, "ben", *EVENTS[0])
        send(rig, "ben", *EVENTS[-1])
        one_night(bars, rig, "without stages: the markers", person="ben", date="2026-03-29",
                  in_bed="2026-03-28T23:00:00+01:00", out_bed="2026-03-29T07:05:00+02:00", tst_min="")
    bars.done()


main()
