#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: what one more person with 35 nights costs the running daemon: at most 256 KiB of memory,
as the difference between a hub of 1 and a hub of 25 people, each with the same recordings."""
from rig import Bars, Rig

NIGHTS, MANY = 35, 25


def rss_kib(people):
    with Rig({f"p{i:02d}": "Europe/Berlin" for i in range(people)}) as rig:
        rig.run()
        rig.bridge("sim", "--people", str(people), "--nights", str(NIGHTS), "--seed", "1", "--activity",
                   "--prefix", "p", "--end", "2026-06-30", "--zone", "Europe/Berlin")
        rig.settle()
        nights = len(rig.export("nights"))
        for line in open(f"/proc/{rig.daemon.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]), nights


bars = Bars()
one, _ = rss_kib(1)
many, nights = rss_kib(MANY)
each = (many - one) / (MANY - 1)
bars.check("one more person with 35 nights needs at most 256 KiB", each <= 256 and nights >= MANY * 25,
           f"{each:.0f} KiB ({one} KiB with one, {many} KiB with {MANY}, {nights} nights)")
bars.done()
