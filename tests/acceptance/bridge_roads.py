#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: one truth from many. The same night by two roads, minutes and stages apart, each first sent and then
revised, one deleted in some: one night, by the rule of docs/nights.md ("The same night from two
roads"), whichever way the four or five files come; imported the same as live. Samples that came twice
count once. Arguments: how many orders of each pair, and the seed, which is printed."""
import itertools, os, random, sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from bridge_nights import AWAKE, BY_NAME, DEEP, LIGHT, MIN, REM, Night, as_json
from bridge_rig import Hub, same
from rig import Bars, Rig

ZONE = "Europe/Berlin"
orders = int(sys.argv[1]) if len(sys.argv) > 1 else 5
seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10 ** 6)
random.seed(seed)
bars = Bars()
yesterday = datetime.now(ZoneInfo(ZONE)).date() - timedelta(days=1)
BED = int((datetime(yesterday.year, yesterday.month, yesterday.day, tzinfo=ZoneInfo(ZONE)) - timedelta(hours=1)).timestamp() * 1000)


def night(later, *minutes):
    return Night(BED + later * MIN, list(zip((LIGHT, DEEP, AWAKE, REM, LIGHT), minutes)), ZONE)


class Version:
    def __init__(self, road, n, at, tentative=False, gone=False):
        self.f, self.n, self.at, self.tentative, self.gone = BY_NAME[road], n, BED + (540 + at) * MIN, tentative, gone

    def write(self, dir_):
        return self.f.deletion(dir_, self.n, self.at) if self.gone else self.f.file(dir_, self.n, self.at, self.tentative)


def story(a, b, a_ends=None, b_ends=None, tentative=False, more=0):
    """First and revised on both roads. a_ends, b_ends: a deletion as the last word of that road. more: how many
    minutes more the revised version of the first has."""
    shift = 0 if BY_NAME[a].grows else 10
    v = [Version(a, night(0, 120, 60, 30, 90, 120), 0, tentative), Version(a, night(shift, 115, 65, 25, 90, 125 + more), 40),
         Version(b, night(5, 125, 55, 30, 85, 120), 10), Version(b, night(5, 125, 55, 25, 90, 130), 50)]
    if a_ends:
        v.append(Version(a, v[1].n, 90, gone=True))
    if b_ends:
        v.append(Version(b, v[3].n, 95, gone=True))
    return v


STORIES = [
    ("a ring's app, Health Connect", story("oura", "health_connect")),
    ("the same, deleted in the app", story("oura", "health_connect", a_ends=True, more=15)),
    ("Fitbit, Google Health", story("fitbit", "google_health", more=10)),
    ("Garmin tentative, Health Connect", story("garmin, Connect", "health_connect", tentative=True, more=10)),
    ("Garmin Connect, the watch's FIT file", story("garmin, Connect", "fit", more=10)),
    ("Apple's export, Health Auto Export", story("apple", "hae, spans")),
    ("Gadgetbridge, Health Connect", story("gadgetbridge, Huami", "health_connect", more=15)),
    ("Withings stages, Apple totals", story("withings, series", "hae, days")),
    ("WHOOP deleted, Open mHealth", story("whoop", "open_mhealth", a_ends=True)),
    ("Garmin push, WHOOP deleted", story("garmin, Health API", "whoop", b_ends=True)),
]


def truth(versions):
    """What should be told, from the documented rule alone: the last word of every road, the best of these."""
    last = {}
    for v in versions:
        old = last.get(v.f.name)
        if not old or (not v.tentative, v.at) > (not old.tentative, old.at):
            last[v.f.name] = v
    left = [v for v in last.values() if not v.gone]
    left.sort(key=lambda v: (v.tentative, not v.f.staged, v.n.start - v.n.end, v.f.reader))
    return left[0] if left else None


def some_orders(n):
    every = list(itertools.permutations(range(n)))
    return [every[0], every[-1]] + random.sample(every[1:-1], max(0, orders - 2))


def without(row, *keys):
    return {k: v for k, v in row.items() if k not in keys}


def live():
    """{person: rows} of every story in several orders; a person for each."""
    plans = {f"s{i}_{k}": (versions, order) for i, (_, versions) in enumerate(STORIES)
             for k, order in enumerate(some_orders(len(versions)))}
    told = {}
    with Hub({p: ZONE for p in plans}) as hub:
        for turn in range(max(len(order) for _, order in plans.values())):
            for person, (versions, order) in plans.items():
                if turn < len(order):
                    v = versions[order[turn]]
                    hub.send(v.f, person, v.write(hub.rig.dir), v.at)
            hub.settle()
            for person, (versions, order) in plans.items():
                arrived = [versions[i] for i in order[:turn + 1]]
                if turn < len(order):
                    told[person] = judge(hub.nights(person), arrived, f"{person} after {[order[i] for i in range(turn + 1)]}")
    return plans, told


wrong = []


def judge(rows, arrived, what):
    best = truth(arrived)
    why = same(rows, best.n if best else None, best.f if best else None)
    if not why and best and best.f.reader not in rows[0]["sources"].split(","):
        why = f"sources {rows[0]['sources']} without {best.f.reader}"
    if why:
        wrong.append(f"{what}: {why}")
    return rows


def imported(plans):
    """The same files of one order of each story as recordings into a fresh store."""
    firsts = {p: plan for p, plan in plans.items() if p.endswith("_0")}
    with Rig({p: ZONE for p in firsts}) as rig:
        for person, (versions, order) in firsts.items():
            recs = []
            for i in order:
                path, rec = os.path.join(rig.dir, "file"), os.path.join(rig.dir, f"{person}-{i}.rec")
                with open(path, "wb") as f:
                    f.write(versions[i].write(rig.dir))
                os.utime(path, (versions[i].at / 1000,) * 2)
                rig.bridge(versions[i].f.reader, "--person", person, "--zone", ZONE, "--out", rec, path, to=False)
                recs.append(rec)
            rig.dozed("import", *recs)
        return {p: Hub.rows(rig, p) for p in firsts}


def beats(n, at):
    """A heart rate a minute, as Health Connect has it, over what the other road says of the night."""
    return as_json({"timestamp": n.utc(at), "app_version": "1", "heart_rate": [
        {"bpm": 55 + k % 7, "time": n.utc(n.start + k * MIN)} for k in range((n.end - n.start) // MIN)]})


def counted_once():
    """The numbers of a night whose movement and heart rate came by one road, and again by another."""
    n = night(0, 120, 60, 30, 90, 120)
    band, post = BY_NAME["gadgetbridge, Huami"], BY_NAME["health_connect"]
    with Hub({p: ZONE for p in ("one", "both", "later")}) as hub:
        data = band.file(hub.rig.dir, n, n.end)
        for person in ("one", "both"):
            hub.send(band, person, data, n.end)
        hub.send(post, "later", beats(n, n.end), n.end)
        hub.settle()
        hub.send(post, "both", beats(n, n.end), n.end)
        hub.send(band, "later", data, n.end)
        hub.settle()
        hub.send(band, "both", data, n.end, "--source", "copy")  # the whole file by another road
        hub.settle()
        values = {p: [without(r, "person") for r in hub.rig.export("values", "--person", p)] for p in ("one", "both", "later")}
        return values, [r["sources"] for r in hub.nights("both")]


print(f"{len(STORIES)} pairs of roads, {orders} orders of each, seed {seed}")
plans, told = live()
final = {}
for person, rows in told.items():
    final.setdefault(person.split("_")[0], []).append([without(r, "person", "revision") for r in rows])
for i, (name, versions) in enumerate(STORIES):
    best, ends = truth(versions), final[f"s{i}"]
    print(f"     {name.ljust(38)} {best.f.name.ljust(20)} {best.n.iso(best.n.start)[11:16]}-{best.n.iso(best.n.end)[11:16]}"
          f"  {len(ends)} orders, {'the same end' if all(e == ends[0] for e in ends) else 'DIFFERENT ENDS'}")
for line in wrong:
    print("     " + line)
turns = sum(len(order) for _, order in plans.values())
bars.check("one night, of the right road, after every file", not wrong, f"{turns} files, {len(wrong)} wrong")
bars.check("the end does not depend on the order", all(e == ends[0] for ends in final.values() for e in ends),
           f"{len(plans)} orders")
past = imported(plans)
differ = [p for p in past if [without(r, "revision") for r in past[p]] != [without(r, "revision") for r in told[p]]]
bars.check("imported as live", not differ, f"{len(past)} stories, {len(differ)} differ {' '.join(differ)}")
values, sources = counted_once()
bars.check("samples by two roads count once", values["one"] == values["both"] == values["later"] and len(values["one"]) > 10,
           f"{len(values['one'])} numbers, sources {' '.join(sources)}")
bars.done()
