#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: what is written as CSV comes out of `dozed export` again: read, batch, stored, exported, within the
rounding that --explain states. Samples, stages and ratings of chance for three people in three zones, with fixed seeds:
times in four forms, cells left empty, rows twice, holes in nights, rows in bed below the others, gzip. Then what
`export --what stages` gives is read again, by a second hub, and comes out the same."""
import csv, gzip, io, os, random, sys
from datetime import datetime, timedelta, timezone
from bridge_own import ms
from rig import Bars, Rig

SEEDS = (1, 29, 326)
PEOPLE = {"anna": "Europe/Berlin", "ben": "America/St_Johns", "carl": "Australia/Lord_Howe"}
SCALES = {"activity": 1, "heart_rate": .1, "rr": 1, "hrv_rmssd": .1, "spo2": .1, "resp_rate": .1, "skin_temp_delta": .01, "light": .1}
RANGES = {"activity": (0, 5000), "heart_rate": (20, 250), "rr": (100, 5000), "hrv_rmssd": (0, 1000), "spo2": (40, 100),
          "resp_rate": (2, 80), "skin_temp_delta": (-20, 20), "light": (0, 2e5)}
STAGES = ("awake", "asleep", "light", "deep", "rem", "out_of_bed", "restless")
KINDS = ("sleep_quality", "pain_morning", "pain_day")
BEGIN = int(datetime(2026, 3, 20, tzinfo=timezone.utc).timestamp())  # ten days around the changes of clocks
DAYS = 16
HOUR_S = 3600
bars = Bars()


def written(rng, t_ms):
    """One instant, in one of the forms that csv reads."""
    form = rng.randrange(4) if t_ms % 1000 == 0 else rng.randrange(1, 4)
    if form == 0:
        return str(t_ms // 1000)
    if form == 1:
        return str(t_ms)
    off = timezone(timedelta(minutes=0 if form == 2 else rng.choice((60, -210, 630, 345))))
    t = datetime.fromtimestamp(t_ms // 1000, off)
    text = t.strftime("%Y-%m-%dT%H:%M:%S") + (f".{t_ms % 1000:03d}" if t_ms % 1000 else "")
    return text + ("Z" if form == 2 else t.strftime("%z"))


def make_samples(rng, people):
    """(rows, {(person, time, channel): value}); the last of a time counts."""
    rows, truth = [], {}
    for person in people:
        for channel in rng.sample(sorted(SCALES), 4):
            t = 1000 * BEGIN + rng.randrange(86400000)
            step = rng.choice((1000, 30000, 60000, 300000, 0))
            for _ in range(rng.randrange(200, 900)):
                t += step or rng.randrange(1, 900000)
                lo, hi = RANGES[channel]
                value = round(rng.uniform(lo, hi), rng.choice((0, 1, 3)))
                if rng.random() < .05:
                    rows.append((person, t, {channel: ""}))
                    continue
                rows.append((person, t, {channel: value}))
                truth[person, t, channel] = value
                if rng.random() < .01:  # twice, and not the same
                    value = round(rng.uniform(lo, hi), 1)
                    rows.append((person, t, {channel: value}))
                    truth[person, t, channel] = value
    return rows, truth


def paint(line, start, length, stage):
    for s in range(start, start + length):
        line[s] = stage


def spans(line):
    """{second: stage} as [(start, seconds, stage)]."""
    found = []
    for s in sorted(line):
        if found and found[-1][0] + found[-1][1] == s and found[-1][2] == line[s]:
            found[-1][1] += 1
        else:
            found.append([s, 1, line[s]])
    return [tuple(f) for f in found]


def make_stages(rng, people):
    rows, truth = [], {}
    for person in people:
        line = {}
        for day in range(DAYS):
            start = t = BEGIN + day * 24 * HOUR_S + 20 * HOUR_S + rng.randrange(4 * HOUR_S)
            night = []
            for _ in range(rng.randrange(1, 40)):
                if night and rng.random() < .1:
                    t += rng.randrange(1, 1800)  # a hole, shorter than what parts two nights
                length = rng.randrange(1, 1800)
                night.append((t, length, rng.choice(STAGES)))
                t += length
            if rng.random() < .4:
                rows.append((person, start, t - start, "in_bed"))
                paint(line, start, t - start, "in_bed")
            rng.shuffle(night)
            for a, length, stage in night:
                rows.append((person, a, length, stage))
                paint(line, a, length, stage)
        truth[person] = spans(line)
    return rows, truth


def make_ratings(rng, people):
    rows, truth = [], {}
    for person in people:
        for day in range(DAYS):
            for kind in KINDS:
                if rng.random() < .7:
                    t = 1000 * (BEGIN + day * 24 * HOUR_S + rng.randrange(24 * HOUR_S))
                    truth[person, t, kind] = rng.randrange(11)
                    rows.append((person, t, kind, truth[person, t, kind]))
    rng.shuffle(rows)
    return rows, truth


def write(path, header, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    with (gzip.open if path.endswith(".gz") else open)(path, "wb") as f:
        f.write(text.getvalue().encode())


def stages_of(rig):
    found = {p: [] for p in PEOPLE}
    for r in rig.export("stages"):
        a, n, stage = ms(r["start"])[0] // 1000, int(r["duration_s"]), r["stage"]
        list_ = found[r["person"]]
        if list_ and list_[-1][0] + list_[-1][1] == a and list_[-1][2] == stage:
            list_[-1] = (list_[-1][0], list_[-1][1] + n, stage)
        else:
            list_.append((a, n, stage))
    return found


def run(seed):
    rng = random.Random(seed)
    sample_rows, samples = make_samples(rng, PEOPLE)
    stage_rows, stages = make_stages(rng, PEOPLE)
    rating_rows, ratings = make_ratings(rng, PEOPLE)
    with Rig(PEOPLE) as rig:
        at = lambda name: os.path.join(rig.dir, name)
        columns = sorted(SCALES)
        write(at("samples.csv.gz"), ["person", "time", *columns],
              [[p, written(rng, t), *(v.get(c, "") for c in columns)] for p, t, v in sample_rows])
        write(at("stages.csv"), ["person", "start", "duration_s", "stage"],
              [[p, written(rng, 1000 * t), n, s] for p, t, n, s in stage_rows])
        write(at("ratings.csv"), ["person", "time", "kind", "value"],
              [[p, written(rng, t), k, v] for p, t, k, v in rating_rows])
        rig.run()
        for name in ("samples.csv.gz", "stages.csv", "ratings.csv"):
            rig.bridge("csv", at(name))
        rig.settle()
        got = {(r["person"], ms(r["time"])[0], r["channel"]): float(r["value"]) for r in rig.export("samples")}
        same = sum(k in got and abs(got[k] - v) <= SCALES[k[2]] / 2 + 1e-9 for k, v in samples.items())
        bars.check(f"seed {seed}: samples within half a step", same == len(samples) == len(got), f"{same} of {len(samples)}, {len(got)} stored")
        found = stages_of(rig)
        same = sum(a == b for p in PEOPLE for a, b in zip(stages[p], found[p]))
        total = sum(len(stages[p]) for p in PEOPLE)
        bars.check(f"seed {seed}: stages to the second", found == stages, f"{same} of {total} spans")
        got = {(r["person"], ms(r["time"])[0], r["kind"]): int(r["value"]) for r in rig.export("ratings")}
        bars.check(f"seed {seed}: ratings", got == ratings, f"{sum(got.get(k) == v for k, v in ratings.items())} of {len(ratings)}")
        sessions = rig.export("sessions")
        again = rig.dozed("export", "--all", "--what", "stages").stdout
        taps = rig.dozed("export", "--all", "--what", "ratings").stdout
    with Rig(PEOPLE) as rig:
        for name, text in (("stages.csv", again), ("ratings.csv", taps)):
            with open(os.path.join(rig.dir, name), "w") as f:
                f.write(text)
        rig.run()
        rig.bridge("csv", os.path.join(rig.dir, "stages.csv"), os.path.join(rig.dir, "ratings.csv"))
        rig.settle()
        bars.check(f"seed {seed}: read again, the same stages", rig.dozed("export", "--all", "--what", "stages").stdout == again,
                   f"{again.count(chr(10)) - 1} rows")
        bars.check(f"seed {seed}: and the same ratings", rig.dozed("export", "--all", "--what", "ratings").stdout == taps,
                   f"{taps.count(chr(10)) - 1} rows")
        keys = ("person", "record_id", "start", "end", "asleep_min", "awake_min", "unmeasured_min")
        short = lambda list_: [[s[k] for k in keys] for s in list_]
        bars.check(f"seed {seed}: and the same records", short(rig.export("sessions")) == short(sessions), f"{len(sessions)} records")


for s in SEEDS if "--all" in sys.argv else SEEDS[:2]:
    run(s)
bars.done()
