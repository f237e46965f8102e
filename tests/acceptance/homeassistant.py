#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: from empty to all entities with values within 2 s of the daemon's start. Empty: a broker
that has just begun and keeps nothing, a Home Assistant that knows nothing; the store holds 70
nights of two people. From the start of the process to the last of their values; also after a
broker forgot everything, from its return. Argument: how often (10)."""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "integration")]
import test_homeassistant as ha  # noqa: E402
from rig import Bars  # noqa: E402

times = int(sys.argv[1]) if len(sys.argv) > 1 else 10
BAR_S = 2.0
bars = Bars()


def start_took():
    with ha.hub() as r:
        r.fill()
        r.home.start()
        start = time.monotonic()
        r.daemon = r.start([ha.DOZED, "-c", r.config, "run"], "dozed.log")
        r.all_are_told()
        return time.monotonic() - start


def return_took():
    """The daemon asks again after 0.8 to 1.2 s; then everything is told."""
    with ha.hub() as r:
        r.fill()
        r.run()
        r.home.start()
        r.all_are_told()
        r.end_broker(forget=True)
        r.start_broker()
        r.home.start()
        start = time.monotonic()
        r.all_are_told()
        return time.monotonic() - start


took = sorted(start_took() for _ in range(times))
bars.check("from empty to all entities with values", took[-1] <= BAR_S,
           f"{took[len(took) // 2]:.2f} s in the middle, {took[-1]:.2f} s at most of {times}, bar {BAR_S:.1f} s")
took = sorted(return_took() for _ in range(times))
bars.check("the same after a broker that forgot everything came back", True,
           f"{took[len(took) // 2]:.2f} s in the middle, {took[-1]:.2f} s at most of {times}")
bars.done()
