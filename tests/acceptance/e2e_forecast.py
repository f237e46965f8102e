#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: people x 180 days of hypnograms and taps through dozed-bridge and the broker, then every
forecast beside its alternatives on days 15-180 under the causal label, with person-bootstrap
intervals: e2e_forecast.py [--quick] [WORLD...]

Worlds: the five cohorts of pain/e2e (40 people each) and, of `dozed-bridge sim`, SEEDS of 40 people
for each profile, taken together. In no_signal sleep says nothing, but pain still follows pain: there is
skill, and none of it from sleep. In `nothing` its ratings are shuffled, too: there is none. Alternatives are made by `dozed evaluate --scorer` from the same
store. The oracle knows every coefficient. That of the cohorts (their column) speaks of the true pain
against the true mean + 1 SD and not of the whole-number cut that labels ask for, which the others know:
they can be above it; that of sim (--truth) knows the cut, too, and nothing can be better. Labels and base
rates are recomputed here from the ratings and the stated threshold. --quick: central alone."""
import csv
import gzip
import io
import math
import os
import random
import sys
from datetime import date, datetime, timedelta

import forecast_metrics as metrics
import forecast_oracle as oracle
from forecast_intervals import World, check
from rig import BRIDGE, Bars, Rig, shared

FIRST = date(2026, 1, 1)
DAYS, PEOPLE = 180, 40
SEEDS = (101, 202, 303)
E2E = ("weak", "central", "strong", "no_signal", "central_shuffled_sleep")
NOTHING = "nothing"
PROFILES = ("weak", "central", "strong", "no_signal")
# pooled AUC, Brier skill of the reference predictor: README of pain/e2e, "recommended"; its pooled
# AUC "with the 07:30 pain tap"
RECOMMENDED = {"weak": (.658, .058), "central": (.714, .096), "strong": (.828, .218)}
WITH_TAP = {"weak": .710, "central": .750, "strong": .830}
# what issue 4 asks for beyond them: AUC, skill; AUC with the tap
MORE = {"weak": (.03, .02), "central": (.018, .015), "strong": (.005, .015)}
MORE_TAP = {"weak": .01, "central": .01, "strong": 0}
ECE_MAX, LOSS_MAX = .03, .012
NOTHING_A_WEEK = .2  # notices to people whose days follow nothing
TAP, PLAIN, TAP_BLIND, BLIND = "pain_forecast", "no tap", "tap, no sleep", "no tap, no sleep"
ROWS = {TAP: "stored", PLAIN: "pain_forecast:morning_tap=no", TAP_BLIND: "pain_forecast:sleep=no",
        BLIND: "pain_forecast:morning_tap=no:sleep=no", "pain_logistic": "pain_logistic",
        "pain_history": "pain_history", "yesterday": "yesterday"}
LEARNER = "pain_logistic"


def day_of(text):
    return (date.fromisoformat(text[:10]) - FIRST).days + 1


class Taps:
    """What went in, read apart from the daemon: ratings by person and day, last day with input."""

    def __init__(self, rows):
        self.pain, self.last, self.wakings = {}, {}, set()
        for person, kind, day, value in rows:
            self.last[person] = max(self.last.get(person, 0), day)
            if kind == "pain_day":
                self.pain[person, day] = value
            if kind == "night":
                self.wakings.add((person, day))


def csv_taps(stages, taps):
    for r in csv.DictReader(gzip.open(stages, "rt")):
        end = datetime.fromisoformat(r["start_utc"].replace("Z", "+00:00")) + timedelta(seconds=int(r["duration_s"]))
        yield r["person"], "night", day_of(str(end.date())), None
    for r in csv.DictReader(gzip.open(taps, "rt")):
        yield r["person"], r["kind"], day_of(r["time_utc"]), float(r["value"])


def truth_taps(truth):
    for person, rows in truth.items():
        for r in rows:
            day = day_of(r["date"])
            if r["has_night"]:
                yield person, "night", day, None
            if r["has_morning"]:
                yield person, "pain_morning", day, None
            if r["has_evening"]:
                yield person, "pain_day", day, float(int(min(10, max(0, r["pain_mean"] + 1.2 * r["pain_sd"])) + .5))


def days_of(rows, taps, people):
    """{row: [[Day, ...] a person]}; the notices are the daemon's own decisions."""
    made = {}
    for r in rows:
        made[r["scorer"], r["person"], day_of(r["date"])] = r
    out = {}
    for name, scorer in ROWS.items():
        cohort = []
        for person in people:
            days, told = [], {}
            for day in range(1, DAYS + 1):
                r = made.get((scorer, person, day))
                p, low, threshold = ((float(r[k]) if r and r[k] else None) for k in ("probability", "low", "threshold"))
                days.append(metrics.Day(day, p, low if low is not None else 0., threshold, taps.pain.get((person, day))))
                told[day] = bool(r and r["told"] == "1")
            metrics.annotate(days)
            for d in days:
                d.alert = told[d.day]
            cohort.append(days)
        out[name] = cohort
    return out


def with_oracle(cohort, chances):
    """The oracle under the thresholds of the first row."""
    out = []
    for days, p in zip(cohort, chances):
        mine = [metrics.Day(d.day, p.get(d.day) if d.p is not None else None, 0., d.threshold, d.pain) for d in days]
        metrics.annotate(mine)
        for d in mine:
            d.alert = False
        out.append(mine)
    return out


def evaluated(rig, *more):
    scorers = [a for s in ROWS.values() if s not in ("stored", "yesterday") for a in ("--scorer", s)]
    return list(csv.DictReader(io.StringIO(rig.dozed("evaluate", *scorers, *more, "--format", "csv").stdout)))


def judge_lines(name, rig, rows, taps, people, bars):
    """What must hold of every world whatever the model."""
    stored = [r for r in rows if r["scorer"] == "stored"]
    keys = {(r["person"], day_of(r["date"])) for r in stored}
    due = {(p, d) for p in people for d in range(15, DAYS + 1) if d <= taps.last.get(p, 0)}
    bars.check(f"{name}: one forecast a person and day", len(keys) == len(stored) and due <= keys,
               f"{len(stored)} rows, {len(due - keys)} of days 15-180 missing")
    exported = rig.export("forecasts")
    late = sum(datetime.fromisoformat(r["issued_at"].replace("Z", "+00:00")) >= datetime.fromisoformat(r["date"] + "T20:00:00+00:00")
               for r in exported)
    bars.check(f"{name}: issued before the evening's rating", late == 0, f"{late} of {len(exported)} late")
    fourteenth = {}
    for p in people:
        rated = sorted(d for q, d in taps.pain if q == p)
        fourteenth[p] = rated[13] if len(rated) > 13 else DAYS + 1
    early = sum(r["told"] == "1" and (day_of(r["date"]) <= 14 or day_of(r["date"]) <= fourteenth[r["person"]])
                for r in rows if r["scorer"] not in ("yesterday", "base_rate"))
    bars.check(f"{name}: days 1-14 and the first 14 rated days: no alert", early == 0, f"{early} alerts, of every row")


def own_figures(name, rig, rows, taps, bars):
    """`dozed evaluate` itself says what is counted here, on its own days."""
    records = evaluated(rig)
    worst = 0.
    for r in records:
        if r["person"] != "(all)":
            continue
        pairs = [(float(f["probability"]), int(taps.pain[f["person"], day_of(f["date"])] >= float(f["threshold"]))) for f in rows
                 if f["scorer"] == r["scorer"] and f["judged"] == "1" and (f["person"], day_of(f["date"])) in taps.pain]
        worst = max(worst, abs(float(r["auc"]) - metrics.auc(pairs)))
    bars.check(f"{name}: evaluate's AUC is that of its rows, counted again", worst < 1e-6, f"within {worst:.1g}")
    return sum(r["scorer"] == "stored" and r["skill_claimed"] == "1" for r in records)


def shuffled(ratings, path):
    """Ratings of pain change places within the person and kind."""
    rows = list(csv.DictReader(gzip.open(ratings, "rt")))
    places = {}
    for r in rows:
        if r["kind"] != "sleep_quality":
            places.setdefault((r["person"], r["kind"]), []).append(r)
    for key, mine in sorted(places.items()):
        values = [r["value"] for r in mine]
        random.Random(str(key)).shuffle(values)
        for r, v in zip(mine, values):
            r["value"] = v
    with gzip.open(path, "wt") as f:
        out = csv.DictWriter(f, rows[0].keys(), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    return path


def nothing(bars):
    stages, ratings = shared("pain/e2e/no_signal_stages.csv.gz"), shared("pain/e2e/no_signal_ratings.csv.gz")
    people = [f"person_{i:02d}" for i in range(PEOPLE)]
    with Rig(dict.fromkeys(people, "Etc/UTC")) as rig:
        ratings = shuffled(ratings, os.path.join(rig.dir, "ratings.csv.gz"))
        rig.run()
        rig.bridge("csv", stages, ratings)
        rig.settle()
        return gathered(NOTHING, rig, Taps(csv_taps(stages, ratings)), people, {}, bars)


def e2e(name, bars):
    stages, ratings = shared(f"pain/e2e/{name}_stages.csv.gz"), shared(f"pain/e2e/{name}_ratings.csv.gz")
    people = [f"person_{i:02d}" for i in range(PEOPLE)]
    chances = [{} for _ in people]
    for r in csv.DictReader(gzip.open(shared(f"pain/e2e/cohort_{name}.csv.gz"), "rt")):
        if r["oracle_p_tracker_hist_sq"]:
            chances[int(r["person"])][int(r["day"])] = float(r["oracle_p_tracker_hist_sq"])
    with Rig(dict.fromkeys(people, "Etc/UTC")) as rig:
        rig.run()
        rig.bridge("csv", stages, ratings)
        rig.settle()
        taps = Taps(csv_taps(stages, ratings))
        return gathered(name, rig, taps, people, {"oracle": chances}, bars)


def simulated(profile, seed, bars):
    people = [f"person_{i:02d}" for i in range(PEOPLE)]
    with Rig(dict.fromkeys(people, "Etc/UTC")) as rig:
        truth_file = os.path.join(rig.dir, "truth.csv")
        rig.run()
        rig.bridge("sim", "--people", str(PEOPLE), "--nights", str(DAYS), "--seed", str(seed), "--profile", profile,
                   "--end", str(FIRST + timedelta(days=DAYS - 1)), "--truth", truth_file)
        rig.settle()
        truth = oracle.read(truth_file)
        chances = {f"oracle{', tap' if tap else ''}": (truth, tap) for tap in (0, 1)}
        return gathered(f"sim {profile} {seed}", rig, Taps(truth_taps(truth)), people, chances, bars)


def chances_of(people, cohort, truth, tap):
    """The oracle's, for the whole-number cuts of the thresholds that the label asks for."""
    out = []
    for who, days in zip(people, cohort):
        cuts = [math.ceil(d.threshold) if d.threshold is not None else None for d in days]
        p = oracle.probabilities(truth[who], tap, cuts)
        out.append({day_of(r["date"]): x for r, x in zip(truth[who], p)})
    return out


def gathered(name, rig, taps, people, chances, bars):
    rows = evaluated(rig, "--what", "forecasts")
    judge_lines(name, rig, rows, taps, people, bars)
    cohorts = days_of(rows, taps, people)
    claimed = own_figures(name, rig, rows, taps, bars)
    for label, p in chances.items():
        if isinstance(p, tuple):
            p = chances_of(people, cohorts[PLAIN], *p)
        cohorts[label] = with_oracle(cohorts[PLAIN], p)
    return cohorts, claimed


# --- the table and the bars -----------------------------------------------------------------------


def cell(w, row, figure, digits=3):
    low, high = w.interval(row, figure)
    sign = "+" if figure == "skill" else ""
    return f"{w.value[row][figure]:{sign}.{digits}f} [{low:{sign}.{digits}f} {high:{sign}.{digits}f}]"


def print_table(title, w, claimed, n):
    base = w.value[TAP]
    print(f"\n{title}: {n} people, {base['n']:.0f} rated days of 15-180, {base['base']:.3f} of them high; "
          f"skill claimed for {claimed}")
    print(f"  {'':17} {'pooled AUC':20} {'within-person AUC':20} {'Brier skill':23} {'ECE':20} "
          f"{'p>=.25: a week':17} {'PPV':16} {'sensitivity':16} {'notices: a week':17} {'PPV':16} sensitivity")
    for row in w.rows:
        text = f"  {row:17} " + " ".join(f"{cell(w, row, f):{width}}" for f, width in
                                         (("auc", 20), ("within", 20), ("skill", 23), ("ece", 20)))
        for figure, width in (("week", 17), ("ppv", 16), ("sens", 16)):
            text += f" {cell(w, row, figure, 2):{width}}"
        if not row.startswith("oracle") and row != "yesterday":
            for figure, width in (("rule_week", 17), ("rule_ppv", 16), ("rule_sens", 0)):
                text += f" {cell(w, row, figure, 2):{width}}"
        print(text, flush=True)


def sleep_lines(name, w, kind, bars):
    """What sleep inputs add, against the same model without them."""
    for seen, blind, what in ((PLAIN, BLIND, "without the tap"), (TAP, TAP_BLIND, "with the tap")):
        d, low, high = w.difference(seen, blind, "auc")
        figure = f"AUC {d:+.4f} [{low:+.4f} {high:+.4f}]"
        if kind in ("central", "strong"):
            bars.check(f"{name}: with minus without sleep, {what}: whole interval above 0", low > 0, figure)
        elif kind in ("no_signal", "central_shuffled_sleep"):
            bars.check(f"{name}: loss by sleep inputs, {what}, at most {LOSS_MAX}", d >= -LOSS_MAX, figure)
        else:
            print(f"     {name}: with minus without sleep, {what}: {figure}")
    if kind == "central_shuffled_sleep":
        d = w.value[PLAIN]["auc"] - w.value[BLIND]["auc"]
        bars.check(f"{name}: shuffled sleep scores below history alone", d < 0, f"AUC {d:+.4f}")


def quality_lines(name, w, kind, bars):
    plain, tap = w.value[PLAIN], w.value[TAP]
    if kind in ("weak", "central", "no_signal"):
        for row in (PLAIN, TAP):
            bars.check(f"{name}: ECE of {row} at most {ECE_MAX}", w.value[row]["ece"] <= ECE_MAX, f"{w.value[row]['ece']:.4f}")
    if kind not in RECOMMENDED:
        return
    fresh = name.startswith("sim")
    learner = w.value.get(LEARNER)
    auc, skill = (learner["auc"], learner["skill"]) if fresh else RECOMMENDED[kind]
    of = "the recommended learner's" if fresh else "recommended"
    for figure, is_, was, more in (("pooled AUC", plain["auc"], auc, MORE[kind][0]), ("Brier skill", plain["skill"], skill, MORE[kind][1])):
        bars.check(f"{name}: {figure} without the tap at least {of} {was:.3f} + {more}", is_ >= was + more, f"{is_:.4f}")
    if not fresh:
        bars.check(f"{name}: pooled AUC with the tap at least {WITH_TAP[kind]:.3f} + {MORE_TAP[kind]}",
                   tap["auc"] >= WITH_TAP[kind] + MORE_TAP[kind], f"{tap['auc']:.4f}")
    if kind == "central":
        bars.check(f"{name}: the full rule at most 1 a week at PPV of .34 or more",
                   tap["rule_week"] <= 1 and tap["rule_ppv"] >= .34, f"{tap['rule_week']:.2f} a week, PPV {tap['rule_ppv']:.3f}")


def report(title, kind, cohorts, claimed, bars):
    w = World(cohorts)
    n = len(cohorts[TAP])
    print_table(title, w, claimed, n)
    off = max(check(w.rows[row], metrics.measure(cohorts[row])) for row in (TAP, PLAIN))
    bars.check(f"{title}: figures of the table are forecast_metrics.py's", off < 1e-9, f"within {off:.1g}")
    if kind == NOTHING:
        bars.check(f"{title}: no skill claimed", claimed == 0, f"for {claimed} of {n} people")
        week = w.value[TAP]["rule_week"]
        bars.check(f"{title}: at most {NOTHING_A_WEEK} notices a week", week <= NOTHING_A_WEEK, f"{week:.2f} a week")
    quality_lines(title, w, kind, bars)
    sleep_lines(title, w, kind, bars)


def joined(parts):
    cohorts = {}
    for part, _ in parts:
        for row, people in part.items():
            cohorts.setdefault(row, []).extend(people)
    return cohorts, sum(c for _, c in parts)


def main(argv):
    quick = "--quick" in argv
    wanted = [a for a in argv if not a.startswith("-")] or (["central"] if quick else [*E2E, NOTHING, *(f"sim_{p}" for p in PROFILES)])
    if not os.path.exists(BRIDGE):
        sys.exit(f"{BRIDGE} is not built")
    bars = Bars()
    for name in wanted:
        if name.startswith("sim_"):
            profile = name[4:]
            cohorts, claimed = joined([simulated(profile, seed, bars) for seed in SEEDS])
            report(f"sim {profile}", profile, cohorts, claimed, bars)
        elif name == NOTHING:
            report(name, name, *nothing(bars), bars)
        else:
            report(name, name, *e2e(name, bars), bars)
    bars.done()


if __name__ == "__main__":
    main(sys.argv[1:])
