#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bar: 40 people x 180 days of hypnograms and taps through dozed-bridge csv and the broker;
the exported forecasts, scored on days 15-180 under the causal label, reach the reference row
(AUC and Brier skill within 0.01). One forecast a person and day, issued before that evening's
rating; no alert within the first 14 rated days."""
import csv, gzip, os, sys
from datetime import date, datetime, timedelta
from rig import Bars, Rig, shared

# pooled AUC, within-person AUC, Brier skill, ECE: README of pain/e2e, row "recommended"
REFERENCE = {"weak": (.658, .640, .058, .018), "central": (.714, .699, .096, .013),
             "strong": (.828, .817, .218, .044)}
FIRST = date(2026, 1, 1)


def auc(pairs):
    """Mid-ranks; None where only one class."""
    pairs = sorted(pairs)
    n1 = sum(y for _, y in pairs)
    n0 = len(pairs) - n1
    if not n0 or not n1:
        return None
    ranks, i = 0.0, 0
    while i < len(pairs):
        j = i
        while j < len(pairs) and pairs[j][0] == pairs[i][0]:
            j += 1
        ranks += sum(y for _, y in pairs[i:j]) * (i + j + 1) / 2
        i = j
    return (ranks - n1 * (n1 + 1) / 2) / (n1 * n0)


def score(rows, ratings):
    """rows: forecasts by person in date order. Label and base rate are recomputed here from the
    ratings and the exported threshold, not taken from the export."""
    pooled, within, brier, base_brier, bins = [], [], 0.0, 0.0, {}
    alerts = hits = positives_all = days_all = 0
    for person, list_ in rows.items():
        rated = positives = 0
        mine = []
        for r in list_:
            day = (date.fromisoformat(r["date"]) - FIRST).days + 1
            p, base = float(r["probability"]), (1.6 + positives) / (10 + rated)
            pain = ratings.get((person, r["date"]))
            if 15 <= day <= 180:
                days_all += 1
                alerts += p >= .25
            if pain is None:
                continue
            y = int(pain >= float(r["threshold"]))
            if 15 <= day <= 180:
                mine.append((p, y))
                brier += (p - y) ** 2
                base_brier += (base - y) ** 2
                positives_all += y
                hits += y and p >= .25
                b = bins.setdefault(min(int(p / .05), 19), [0, 0.0, 0])
                b[0] += 1
                b[1] += p
                b[2] += y
            rated += 1
            positives += y
        pooled += mine
        a = auc(mine)
        if a is not None:
            within.append(a)
    n = len(pooled)
    ece = sum(abs(b[1] - b[2]) for b in bins.values()) / n
    rated_alerts = sum(1 for p, _ in pooled if p >= .25)
    return {"auc": auc(pooled), "within": sum(within) / len(within), "skill": 1 - brier / base_brier,
            "ece": ece, "week": 7 * alerts / days_all, "ppv": hits / rated_alerts if rated_alerts else 0,
            "sens": hits / positives_all, "base": positives_all / n}


def world(name, bars):
    stages, taps = shared(f"pain/e2e/{name}_stages.csv.gz"), shared(f"pain/e2e/{name}_ratings.csv.gz")
    people = {f"person_{i:02d}": "Etc/UTC" for i in range(40)}
    with Rig(people) as rig:
        rig.run()
        rig.bridge("csv", stages, taps)
        rig.settle()
        forecasts, alerts = rig.export("forecasts"), rig.export("alerts")
    ratings, first_15, seen = {}, {}, set()
    for r in csv.DictReader(gzip.open(stages, "rt")):
        end = datetime.fromisoformat(r["start_utc"].replace("Z", "+00:00")) + timedelta(seconds=int(r["duration_s"]))
        seen.add((r["person"], str(end.date())))
    for r in csv.DictReader(gzip.open(taps, "rt")):
        seen.add((r["person"], r["time_utc"][:10]))
        if r["kind"] == "pain_day":
            ratings[(r["person"], r["time_utc"][:10])] = float(r["value"])
    rows, late = {}, 0
    for r in forecasts:
        rows.setdefault(r["person"], []).append(r)
        issued = datetime.fromisoformat(r["issued_at"].replace("Z", "+00:00"))
        late += issued >= datetime.fromisoformat(r["date"] + "T20:00:00+00:00")
    for person in people:
        days = sorted(d for p, d in ratings if p == person)
        first_15[person] = days[13] if len(days) >= 14 else "9999"
    early = sum(a["date"] <= first_15[a["person"]] for a in alerts)
    got, want = score(rows, ratings), REFERENCE.get(name)
    keys = {(r["person"], r["date"]) for r in forecasts}
    last = {}  # the last date with any input: after it there is nothing to say anything from
    for p, d in seen:
        last[p] = max(last.get(p, ""), d)
    due = {(p, str(FIRST + timedelta(days=d))) for p in people for d in range(14, 180) if str(FIRST + timedelta(days=d)) <= last[p]}
    bars.check(f"{name}: one forecast a person and day",
               len(keys) == len(forecasts) and due <= keys, f"{len(forecasts)} rows, {len(keys)} keys, {len(due - keys)} of days 15-180 missing")
    bars.check(f"{name}: issued before the evening's rating", late == 0, f"{late} late")
    bars.check(f"{name}: no alert in the first 14 rated days", early == 0, f"{early} of {len(alerts)} alerts")
    print(f"     {name}: AUC {got['auc']:.4f} within {got['within']:.4f} skill {got['skill']:+.4f} ECE {got['ece']:.4f}; "
          f"p>=.25 {got['week']:.2f}/week PPV {got['ppv']:.2f} sens {got['sens']:.2f}; base {got['base']:.3f}; "
          f"full rule {7 * len(alerts) / (40 * 166):.2f} alerts/week")
    if want:
        for key, i in (("auc", 0), ("within", 1), ("skill", 2)):
            bars.check(f"{name}: {key} reaches {want[i]}", got[key] > want[i] - .01, f"{got[key]:.4f}")


bars = Bars()
for name in sys.argv[1:] or REFERENCE:
    world(name, bars)
bars.done()
