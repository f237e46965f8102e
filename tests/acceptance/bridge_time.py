#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: time. Nights over both changes of clocks in two zones, by every format: true length and right date; local
times in hours that are shown twice or never; sleeps that end on either side of 18:00; offsets that
change on a flight; months of history filled in beside a live night."""
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo
from bridge_nights import AWAKE, BY_NAME, DEEP, FORMATS, LIGHT, MIN, REM, Night, as_json
from bridge_rig import Hub, same
from rig import Bars

bars = Bars()
BERLIN, NEW_YORK, HOUR = "Europe/Berlin", "America/New_York", 60 * MIN


def ms(zone, *ymdhm, fold=0):
    return int(datetime(*ymdhm, tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


def night(start, zone, light=120, to_zone=None):
    return Night(start, [(LIGHT, light), (DEEP, 60), (AWAKE, 30), (REM, 90), (LIGHT, light)], zone, to_zone)


wrong = []


def judge(hub, person, n, f, zone, what):
    """1 if it is the one night of the date on which its wearer woke in the zone."""
    day = datetime.fromtimestamp((n.end + 6 * HOUR) / 1000, ZoneInfo(zone)).date()  # the day changes at 18:00
    why = same(hub.nights(person, day), n, f)
    if why:
        wrong.append(f"{f.name}, {what}: {why}")
    return not why


# --- changes of clocks ------------------------------------------------------------------------

CHANGES = [(BERLIN, 2026, 3, 28), (BERLIN, 2026, 10, 24), (NEW_YORK, 2026, 3, 7), (NEW_YORK, 2026, 10, 31),
           (NEW_YORK, 2026, 3, 28), (NEW_YORK, 2026, 10, 24)]


def fitbit_running_on(n, changed, tentative):
    """As account exports write it: the offset of the start all night."""
    on = Night(n.start, n.stages, n.zone.key)
    on.local = lambda t: n.local(n.start) + timedelta(milliseconds=t - n.start)
    return BY_NAME["fitbit"].write(on, changed, tentative)


def changes_of_clocks(hub, formats, people):
    """People are of one zone each and have every night of it."""
    good = dict.fromkeys((f.name for f in formats), 0)
    for zone, *evening in CHANGES:
        n = night(ms(zone, *evening, 23, 0), zone)
        for f in formats:
            hub.send(f, people[zone, f.name], f.file(hub.rig.dir, n, n.end), n.end, zone=zone)
        hub.settle()
    for zone, *evening in CHANGES:
        n = night(ms(zone, *evening, 23, 0), zone)
        for f in formats:
            good[f.name] += judge(hub, people[zone, f.name], n, f, zone, f"{zone} {date(*evening)}")
    return good


# --- hours shown twice or never, 18:00, flights ------------------------------------------------

def naive_csv(n, said):
    """Local times without a zone; said: {instant: what stands for it}."""
    text = lambda t: said.get(t, n.local(t).strftime("%Y-%m-%dT%H:%M:%S"))
    return ("start,duration_s,stage\n" + "".join(f"{text(a)},{(b - a) // 1000},{s}\n" for s, a, b in n.spans)).encode()


def odd_hours(hub):
    """A local time in the hour that is shown twice is the first of the two, in the one that is skipped the change."""
    csv = BY_NAME["csv"]
    first = night(ms(BERLIN, 2026, 10, 25, 2, 30), BERLIN)
    change = night(ms(BERLIN, 2026, 3, 29, 3, 0), BERLIN)
    hub.send(csv, "twice", naive_csv(first, {}), first.end)
    hub.send(csv, "never", naive_csv(change, {change.start: "2026-03-29T02:30:00"}), change.end)
    hub.settle()
    return judge(hub, "twice", first, csv, BERLIN, "the hour shown twice") + \
        judge(hub, "never", change, csv, BERLIN, "the hour never shown")


def around_18(hub):
    """A sleep that ends at 18:05 is of the next date; by two makers, 17:56 and 18:05, of one date only."""
    oura, post = BY_NAME["oura"], BY_NAME["health_connect"]
    early = night(ms(BERLIN, 2026, 5, 12, 10, 56), BERLIN)
    late = night(ms(BERLIN, 2026, 5, 12, 10, 55), BERLIN, 125)
    good = 0
    for person, order in (("shift_a", (0, 1)), ("shift_b", (1, 0))):
        for i in order:
            f, n = ((oura, early), (post, late))[i]
            hub.send(f, person, f.file(hub.rig.dir, n, n.end), n.end)
            hub.settle()
        good += judge(hub, person, late, post, BERLIN, "two makers around 18:00")
        good += not hub.nights(person, date(2026, 5, 12))
    f = BY_NAME["oura"]
    hub.send(f, "shift_c", f.file(hub.rig.dir, early, early.end), early.end)
    hub.settle()
    return good + len(hub.nights("shift_c", date(2026, 5, 12)))


FLYING = ["apple", "garmin, Connect", "google_health", "hae, days", "hae, spans", "oura"]


def flights(hub):
    """Asleep over the Atlantic; the person's zone dates the night, its length is that of its minutes."""
    good = 0
    for name in FLYING:
        f, person = BY_NAME[name], "fly_" + str(FLYING.index(name))
        n = night(ms(BERLIN, 2026, 6, 9, 23, 0), BERLIN, to_zone=NEW_YORK)
        back = night(ms(NEW_YORK, 2026, 6, 19, 19, 0), NEW_YORK, to_zone=BERLIN)
        for q in (n, back):
            hub.send(f, person, f.file(hub.rig.dir, q, q.end), q.end)
        hub.settle()
        good += judge(hub, person, n, f, BERLIN, "a flight west") + judge(hub, person, back, f, BERLIN, "a flight east")
    return good


# --- history beside a live night -----------------------------------------------------------------

MONTHS = 90


def backfill(hub):
    """Ninety nights that come behind last night's: each is there. Last night's own numbers stay (it is told again, since
    its baselines are other ones now); and it is told once more when it is itself revised."""
    f = BY_NAME["csv"]
    today = datetime.now(ZoneInfo(BERLIN)).date()
    evenings = [today - timedelta(days=k + 2) for k in range(MONTHS + 1)]
    every = [night(ms(BERLIN, d.year, d.month, d.day, 23, 0), BERLIN, 105 + 5 * (k % 6)) for k, d in enumerate(evenings)]
    live = every[0]
    hub.send(f, "months", f.file(hub.rig.dir, live, live.end), live.end)
    hub.settle()
    told = [hub.nights("months")[0]["revision"]]
    for some in (every[1::2], every[2::2]):
        rows = b"".join(f.write(n, 0, False).split(b"\n", 1)[1] for n in sorted(some, key=lambda n: n.start))
        hub.send(f, "months", b"start,duration_s,stage\n" + rows, live.end)
        hub.settle()
        told.append(hub.nights("months", live.date())[0]["revision"])
    good = sum(judge(hub, "months", n, f, BERLIN, f"history of {n.date()}") for n in every)
    longer = night(live.start, BERLIN, 135)
    hub.send(f, "months", f.file(hub.rig.dir, longer, live.end + HOUR), live.end + HOUR)
    hub.settle()
    told.append(hub.nights("months", live.date())[0]["revision"])
    return good, len(hub.nights("months")), told


RUNNING = type(FORMATS[0])("fitbit, running on", "fitbit", fitbit_running_on)
formats = FORMATS + [RUNNING]
people = {(zone, f.name): f"{zone[0].lower()}{i:02d}" for zone in (BERLIN, NEW_YORK) for i, f in enumerate(formats)}
zones = {p: zone for (zone, _), p in people.items()}
zones.update({p: BERLIN for p in ["twice", "never", "shift_a", "shift_b", "shift_c", "months"] + [f"fly_{i}" for i in range(len(FLYING))]})
with Hub(zones) as hub:
    good = changes_of_clocks(hub, formats, people)
    odd, shifts, flown = odd_hours(hub), around_18(hub), flights(hub)
    filled, there, told = backfill(hub)
for f in formats:
    print(f"     {f.name.ljust(22)} {good[f.name]} of {len(CHANGES)} nights over changes of clocks")
for line in wrong:
    print("     " + line)
bars.check("nights over changes of clocks", sum(good.values()) == len(formats) * len(CHANGES),
           f"{sum(good.values())} of {len(formats) * len(CHANGES)}")
bars.check("hours shown twice or never", odd == 2, f"{odd} of 2")
bars.check("two makers around 18:00", shifts == 5, f"{shifts} of 5")
bars.check("flights", flown == 2 * len(FLYING), f"{flown} of {2 * len(FLYING)}")
bars.check("months of history", filled == there == MONTHS + 1, f"{filled} right, {there} nights")
bars.check("the live night beside them", told[0] == 1 and told[3] == told[2] + 1, f"revisions {told}")
bars.done()
