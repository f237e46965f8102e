#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""heart_rest.py: can a night be found from heart rate alone? Eleven people, 24 hours each, with beats and
ActiLife's in-bed and out-of-bed times (shared recordings, MMASH).

The rule is core/rest's, turned round: the centred mean of the minute heart rate below a share of the way from the
person's own lowest to a usual rate, runs of 15 or 30 min, joined over gaps of 60 or 90 min, the longest one. Its
five constants are tried on a grid; each person is judged with those that fit the other ten best."""
import csv
import gzip
import itertools
import os
import statistics
import sys

PEOPLE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
NOT_FOUND = (600, 600)


def clock(text):
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def read(folder):
    rows = list(csv.DictReader(open(os.path.join(folder, "sleep.csv"))))
    night = max(rows, key=lambda r: float(r["Total Minutes in Bed"]))
    bed = [(int(float(night[k + " Date"])) - 1) * 1440 + clock(night[k + " Time"]) for k in ("In Bed", "Out Bed")]
    minutes = {}
    for row in csv.DictReader(gzip.open(os.path.join(folder, "RR.csv.gz"), "rt")):
        beat = float(row["ibi_s"])
        # two people's second day is numbered otherwise
        at = (0 if int(row["day"]) == 1 else 1440) + clock(row["time"])
        if 0.3 <= beat <= 2.0:
            minutes.setdefault(at, []).append(60 / beat)
    return {t: statistics.median(v) for t, v in minutes.items() if len(v) >= 20}, bed


def smooth(rate, half):
    out = {}
    for t in range(min(rate), max(rate) + 1):
        v = [rate[k] for k in range(t - half, t + half + 1) if k in rate]
        if len(v) >= half:
            out[t] = statistics.mean(v)
    return out


def find(rate, mean, usual, share, gap, shortest):
    v = sorted(rate.values())
    low, high = v[len(v) // 20], v[int(usual * len(v))]
    runs = []
    for t in sorted(mean):
        if mean[t] < low + share * (high - low):
            if runs and t == runs[-1][1]:
                runs[-1][1] = t + 1
            else:
                runs.append([t, t + 1])
    joined = []
    for run in runs:
        if run[1] - run[0] < shortest:
            continue
        if joined and run[0] - joined[-1][1] < gap:
            joined[-1][1] = run[1]
        else:
            joined.append(run)
    return max(joined, key=lambda r: r[1] - r[0]) if joined else None


def cost(errors):
    return sum(min(a, 240) + min(b, 240) for a, b in errors)


def main():
    root = os.path.join(os.environ.get("DOZED_SHARED_DATA", "../shared/data"), "sleep", "mmash")
    if not os.path.isdir(root):
        print(f"SKIP: {root} not found")
        return 77
    people = [read(os.path.join(root, f"user_{u}")) for u in PEOPLE]
    grid = list(itertools.product((10, 15, 30), (0.4, 0.5, 0.6, 0.75), (0.3, 0.4, 0.5, 0.6, 0.7, 0.8), (60, 90), (15, 30)))
    means = [{half: smooth(rate, half) for half in (10, 15, 30)} for rate, _ in people]
    tried = []
    for half, *rule in grid:
        errors = []
        for (rate, bed), mean in zip(people, means):
            got = find(rate, mean[half], *rule)
            errors.append((abs(got[0] - bed[0]), abs(got[1] - bed[1])) if got else NOT_FOUND)
        tried.append(errors)
    best = min(tried, key=cost)
    judged = [min(tried, key=lambda e, i=i: cost(e[:i] + e[i + 1:]))[i] for i in range(len(people))]
    for name, errors in (("fitted to all eleven", best), ("each by the other ten", judged)):
        print(f"{name}: median error in bed {statistics.median(e[0] for e in errors):.0f} min, "
              f"out of bed {statistics.median(e[1] for e in errors):.0f} min, "
              f"an edge more than an hour off in {sum(max(e) > 60 for e in errors)} of {len(errors)} nights")
    return 0


sys.exit(main())
