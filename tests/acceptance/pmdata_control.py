#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: a negative control from real people. Eight athletes' Fitbit nights and their morning reports
go through bridge, import and evaluate as if soreness were the day's rating. Soreness follows
training, not sleep: nights alone must not rank it (within-person AUC .45-.57), what nights add to the
outlook must not stand out from nothing, no skill may be claimed, and with the nights shuffled the
outlook must score below the one from history alone (by Brier skill: of eight people the AUC of one
shuffle is chance). Fatigue of the same morning, which does follow sleep, is the positive control.

Reports are 1-5, higher = better. A rating of the day is a whole number 0-10, higher = worse:
pain_day = 2 (6 - report) - 1, so 9 7 5 3 1 and one step is one SD of what the model expects.
sleep_quality = 2 report - 1. The first report of a day counts; 0 is not given."""
import csv
import io
import json
import math
import os
import random
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import forecast_metrics as metrics
from rig import Bars, Rig, shared

ZONE = "Europe/Oslo"
PEOPLE = [f"p{i:02d}" for i in range(1, 9)]
BLIND = "pain_forecast:sleep=no"
SCORERS = (BLIND, "pain_logistic", "pain_history")
SHUFFLES = (1, 2, 3)
TIMES = ("startTime", "endTime")


def reports(person):
    """{local date: row}, the first of each day, all-zero rows left out."""
    found = {}
    for r in csv.DictReader(open(shared(f"sleep/pmdata/{person}/pmsys/wellness.csv"))):
        at = datetime.fromisoformat(r["effective_time_frame"].replace("Z", "+00:00"))
        if any(int(r[k]) for k in ("fatigue", "soreness", "sleep_quality")):
            found.setdefault(at.astimezone(ZoneInfo(ZONE)).date(), r)
    return found


def ratings(path, outcome, with_tap):
    with open(path, "w") as f:
        f.write("person,time,kind,value\n")
        for person in PEOPLE:
            for day, r in sorted(reports(person).items()):
                for kind, column, hour in (("pain_day", outcome, 20), ("sleep_quality", "sleep_quality", 8)):
                    report = int(r[column])
                    if report == 0 or (kind == "sleep_quality" and not with_tap):
                        continue
                    value = 2 * (6 - report) - 1 if kind == "pain_day" else 2 * report - 1
                    at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(ZONE))
                    f.write(f"{person},{at.isoformat()},{kind},{value}\n")


def moved(log, days):
    """The same log so many days later; local times, as the export has them."""
    def later(text):
        t = datetime.fromisoformat(text.replace(" ", "T")) + timedelta(days=days)
        return t.isoformat(timespec="milliseconds")
    out = json.loads(json.dumps(log))
    for key in TIMES:
        out[key] = later(out[key])
    for part in ("data", "shortData"):
        for step in out["levels"].get(part, []):
            step["dateTime"] = later(step["dateTime"])
    out["dateOfSleep"] = later(log["dateOfSleep"] + "T00:00:00")[:10]
    return out


def nights(rig, person, seed):
    """Main sleeps, on their own dates (seed None) or on each other's."""
    logs = {log["logId"]: log for log in json.load(open(shared(f"sleep/pmdata/{person}/fitbit/sleep.json"))) if log["mainSleep"]}
    by_date = {}
    for log in logs.values():
        by_date.setdefault(log["dateOfSleep"], log)
    dates = sorted(by_date)
    targets = dates[:]
    if seed is not None:
        random.Random(f"{person}{seed}").shuffle(targets)
    out = [moved(by_date[a], (datetime.fromisoformat(b) - datetime.fromisoformat(a)).days) for a, b in zip(dates, targets)]
    path = os.path.join(rig.dir, f"{person}.json")
    json.dump(sorted(out, key=lambda log: log["startTime"]), open(path, "w"))
    return path


def run(outcome, seed=None, with_tap=False):
    """{scorer: record of all}, how many people a skill is claimed for, and of_sleep."""
    with Rig(dict.fromkeys(PEOPLE, ZONE)) as rig:
        taps, recording = os.path.join(rig.dir, "taps.csv"), os.path.join(rig.dir, "taps.rec")
        ratings(taps, outcome, with_tap)
        rig.bridge("csv", "--out", recording, taps, to=False)
        recordings = [recording]
        for p in PEOPLE:
            recordings.append(os.path.join(rig.dir, f"{p}.rec"))
            rig.bridge("fitbit", "--person", p, "--zone", ZONE, "--out", recordings[-1], nights(rig, p, seed), to=False)
        rig.dozed("import", *recordings)
        more = [a for s in SCORERS for a in ("--scorer", s)]
        rows = list(csv.DictReader(io.StringIO(rig.dozed("evaluate", *more, "--format", "csv").stdout)))
        forecasts = csv.DictReader(io.StringIO(rig.dozed("evaluate", *more, "--what", "forecasts", "--format", "csv").stdout))
        sleep = of_sleep(rig, list(forecasts))
    return ({r["scorer"]: r for r in rows if r["person"] == "(all)"},
            sum(r["scorer"] == "stored" and r["skill_claimed"] == "1" for r in rows), sleep)


class Usual:
    """A person's own mean and SD so far, from a prior worth four nights, as the outlook's."""

    def __init__(self, mean, sd):
        self.n, self.mean, self.squares = 4, mean, 4 * sd * sd

    def z(self, x):
        return max(-3, min(3, (x - self.mean) / math.sqrt(self.squares / self.n)))

    def add(self, x):
        self.n += 1
        d = x - self.mean
        self.mean += d / self.n
        self.squares += d * (x - self.mean)


METRICS = {"tst_min": (400, 70, -1), "se_pct": (86, 5.2, -1), "waso_min": (55, 22, 1), "awakenings": (24, 7, 1)}
TWO = ("tst_min", "se_pct")  # as in the reference's own run


def badness(rows, names):
    """{date: how much worse than usual} of one person's nights in order."""
    usual, found = {k: Usual(*METRICS[k][:2]) for k in names}, {}
    for r in rows:
        found[r["date"]] = sum(METRICS[k][2] * u.z(float(r[k])) for k, u in usual.items() if r[k])
        for k, u in usual.items():
            if r[k]:
                u.add(float(r[k]))
    return found


def of_sleep(rig, forecasts):
    """What nights alone say, and what they add: per person AUCs of the night's badness (from two
    metrics and from all four), of the outlook with and without sleep, on the judged days."""
    bad = {}
    for n in rig.export("nights"):
        if n["kind"] == "main":
            bad.setdefault(n["person"], []).append(n)
    bad = [{p: badness(rows, names) for p, rows in bad.items()} for names in (TWO, METRICS)]
    out = []
    for p in PEOPLE:
        mine = [f for f in forecasts if f["person"] == p and f["judged"] == "1" and f["outcome"]]
        pairs = {s: [(float(f["probability"]), int(f["outcome"])) for f in mine if f["scorer"] == s] for s in ("stored", BLIND)}
        nights_ = [[(b[p][f["date"]], int(f["outcome"])) for f in mine if f["scorer"] == "stored" and f["date"] in b[p]] for b in bad]
        aucs = [metrics.auc(x) for x in (*nights_, pairs["stored"], pairs[BLIND])]
        if None not in aucs:
            out.append(aucs)
    return out


def mean_and_span(values, times=2000):
    draws = random.Random(1)
    means = sorted(sum(draws.choice(values) for _ in values) / len(values) for _ in range(times))
    return sum(values) / len(values), means[int(.025 * times)], means[int(.975 * times) - 1]


def figure(r, name, sign="+"):
    return f"{float(r[name]):{sign}.3f} [{float(r[name + '_low']):{sign}.3f} {float(r[name + '_high']):{sign}.3f}]"


def show(title, rows, claimed):
    print(f"\n{title}: {rows['stored']['judged']} rated days, {rows['stored']['high']} of them high; skill claimed for {claimed} of {len(PEOPLE)}")
    for name, r in rows.items():
        print(f"  {name:24} within-person AUC {figure(r, 'within_auc', '')}  pooled {figure(r, 'auc', '')}  skill {figure(r, 'skill')}  "
              f"p>=.25 {float(r['over_week']):.2f} a week, PPV {float(r['over_ppv'] or 'nan'):.2f}", flush=True)


def sleep_lines(name, sleep, bars):
    four = mean_and_span([b for _, b, _, _ in sleep])
    alone, low, high = mean_and_span([a for a, _, _, _ in sleep])
    figure_ = f"{alone:.3f} [{low:.3f} {high:.3f}] by TST and SE, {four[0]:.3f} [{four[1]:.3f} {four[2]:.3f}] by these, WASO and awakenings"
    added, low, high = mean_and_span([c - d for _, _, c, d in sleep])
    added_ = f"within-person AUC {added:+.3f} [{low:+.3f} {high:+.3f}]"
    if name == "fatigue":
        print(f"     {name}: nights alone: within-person AUC {figure_}; what sleep adds: {added_}")
        return
    bars.check(f"{name}: nights alone rank it no better than chance: within-person AUC .45-.57", .45 <= alone <= .57, figure_)
    bars.check(f"{name}: what sleep adds to the outlook cannot be told from nothing", low <= 0 <= high, added_)


def shuffled_lines(bars):
    below, skills, aucs = 0, [], []
    for seed in SHUFFLES:
        rows, claimed, _ = run("soreness", seed)
        show(f"soreness, nights shuffled ({seed})", rows, claimed)
        skills.append(float(rows["stored"]["skill"]) - float(rows[BLIND]["skill"]))
        aucs.append(float(rows["stored"]["within_auc"]) - float(rows[BLIND]["within_auc"]))
        below += skills[-1] < 0
    bars.check("soreness: shuffled nights score below history alone", below == len(SHUFFLES),
               "Brier skill " + " ".join(f"{x:+.4f}" for x in skills) + "; within-person AUC " + " ".join(f"{x:+.3f}" for x in aucs))


def main():
    bars = Bars()
    sore, claimed, sleep = run("soreness")
    show("soreness, from nights and soreness so far", sore, claimed)
    sleep_lines("soreness", sleep, bars)
    bars.check("soreness: no skill claimed", claimed == 0, f"{claimed} of {len(PEOPLE)}")
    tapped, claimed, _ = run("soreness", with_tap=True)
    show("soreness, with the sleep rating, too", tapped, claimed)
    bars.check("soreness, with the sleep rating: no skill claimed", claimed == 0, f"{claimed} of {len(PEOPLE)}")
    shuffled_lines(bars)
    for with_tap in (False, True):
        tired, claimed, sleep = run("fatigue", with_tap=with_tap)
        show("fatigue, from nights" + (" and the sleep rating" if with_tap else ""), tired, claimed)
        sleep_lines("fatigue", sleep, bars)
    within = float(tired["stored"]["within_auc"])
    bars.check("fatigue, the positive control: within-person AUC at least .60", within >= .6, f"{within:.3f}")
    bars.done()


if __name__ == "__main__":
    sys.exit(main())
