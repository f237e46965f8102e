#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A year of one person, five channels of minutes and two taps a day: dozed against the same
methods written plainly in numpy, in the same run, and the results compared.

    DOZED_BUILD=build-release tests/bench/year.py

numpy has each method as its paper has it: a window, a formula, one call an epoch, a night or a
morning. dozed is timed as a user meets it: `dozed import` of a recording, from protobuf to the
stored forecast. Two bars: with every scorer loaded a year takes at most 1 s; with the methods
below it is at least 50 times as fast as numpy. Needs python3-numpy; skips where it is absent."""
import csv, io, os, sys, time
from datetime import date, datetime, timedelta, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
from rig import SCORERS, SKIP, Bars, Rig

try:
    import numpy as np
except ImportError:
    print("SKIP: python3-numpy not found")
    sys.exit(SKIP)

DAYS, DAY = 365, 1440
FIRST = date(2025, 1, 1)
METHODS = ["scripps", "sadeh", "oakley", "cole_kripke", "sleep_stats", "night_score", "pain_forecast"]


# ---- a year ------------------------------------------------------------------------------

def make_year():
    """Minutes by channel, and taps; asleep from about 23:00 to 7:00 with a waking or two."""
    r = np.random.default_rng(1)
    n = DAYS * DAY
    asleep = np.zeros(n, bool)
    for d in range(DAYS):
        start = d * DAY - 60 + int(r.normal(0, 30))
        end = d * DAY + 420 + int(r.normal(0, 30))
        asleep[max(start, 0):max(end, 0)] = True
        for _ in range(r.integers(1, 4)):
            at = r.integers(max(start, 0) + 40, end - 40)
            asleep[at:at + int(r.integers(5, 25))] = False
    stirs = np.where(r.random(n) < .05, r.integers(1, 2000, n), np.where(np.arange(n) % 50 == 0, 30, 0))
    activity = np.where(asleep, stirs, r.integers(3000, 60000, n))
    year = {
        "activity": activity,
        "heart_rate": np.where(asleep, 55, 75) + r.integers(-5, 6, n),
        "spo2": 96 + r.integers(-2, 3, n),
        "resp_rate": np.where(asleep, 14, 17) + r.integers(-2, 3, n),
        "steps": np.where(asleep, 0, r.integers(0, 40, n)),
    }
    taps = [(int(r.integers(2, 9)), int(r.integers(1, 9))) for _ in range(DAYS)]
    return year, taps


def write_year(folder, year, taps):
    samples, ratings = os.path.join(folder, "year.csv"), os.path.join(folder, "taps.csv")
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=timezone.utc)
    with open(samples, "w") as f:
        f.write("time," + ",".join(year) + "\n")
        t0 = int(start.timestamp())
        for i, row in enumerate(zip(*year.values())):
            f.write(f"{t0 + 60 * i}," + ",".join(map(str, row)) + "\n")
    with open(ratings, "w") as f:
        f.write("time,kind,value\n")
        for d, (sleep, pain) in enumerate(taps):
            day = start + timedelta(days=d)
            f.write(f"{day + timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ},sleep_quality,{sleep}\n")
            f.write(f"{day + timedelta(hours=21):%Y-%m-%dT%H:%M:%SZ},pain_day,{pain}\n")
    return samples, ratings


# ---- the methods, an epoch, a night, a morning at a time ------------------------------------

CK = np.array([106, 54, 58, 76, 230, 74, 67]) * .001
SCRIPPS = np.array([.0064, .0074, .0112, .0112, .0118, .0118, .0128, .0188, .0280, .0664, .0300, .0112, .0100]) * .204
OAKLEY = np.array([1, 5, 25, 5, 1])


def cole_kripke(a):
    return np.dot(CK, np.minimum(a / 100, 300))


def scripps(a):
    return np.dot(SCRIPPS, a)


def oakley(a):
    return np.dot(OAKLEY, a) <= 40 * 25


def sadeh(a):
    a = np.minimum(a, 300)
    nat = np.sum((a >= 50) & (a < 100))
    return 7.601 - .065 * np.mean(a) - 1.08 * nat - .056 * np.std(a[:6], ddof=1) - .703 * np.log(a[5] + 1)


def along(score, counts, before, after):
    """One call an epoch; outside the recording nothing moved."""
    padded = np.concatenate([np.zeros(before), counts, np.zeros(after)])
    return np.array([score(padded[t:t + before + after + 1]) for t in range(len(counts))])


class Rest:
    """daemon/core/rest.h, on one stretch of minutes."""

    def __init__(self, a, look, level):
        self.sums = np.concatenate([[0], np.cumsum(a, dtype=float)])
        self.n, self.look = len(a), look
        part = a[level[0]:level[1]]
        part = part[part > 0]
        if len(part) < 120:
            part = a[look[0]:look[1]]
            part = part[part > 0]
        self.level = part.mean() if len(part) >= 60 else np.nan

    def mean(self, i, j):
        i, j = max(i, 0), min(j, self.n)
        return (self.sums[j] - self.sums[i]) / (j - i) if j > i else np.nan

    def divides(self, i, j):
        if j - i < 60:
            starts = np.arange(i - 5, j - 20 + 5 + 1)
            if not any(self.mean(s, s + 20) >= .8 * self.level for s in starts):
                return False
        return not (j - i < 90 and self.mean(i, j) < .25 * self.level)

    def periods(self):
        low, found = .08 * self.level, []
        at = np.arange(self.look[0], self.look[1])
        quiet = np.array([self.mean(i - 10, i + 11) < low for i in at])
        edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet, [0]])))
        for first, last in zip(edges[::2] + self.look[0], edges[1::2] + self.look[0]):
            if last - first < 15:
                continue
            while first > self.look[0] and self.mean(first - 5, first) < low:
                first -= 1
            while last < self.look[1] and self.mean(last, last + 5) < low:
                last += 1
            if found and (first <= found[-1][1] or not self.divides(found[-1][1], first)):
                found[-1][1] = max(last, found[-1][1])
                continue
            if found and found[-1][1] - found[-1][0] < 180:
                found.pop()
            found.append([first, last])
        return [p for p in found if p[1] - p[0] >= 180]


def find_night(activity, d):
    """Minutes [in bed, out of bed) of the longest rest that ends on day d (18:00 to 18:00)."""
    start, end = max((d - 2) * DAY + 1080, 0), min(d * DAY + 1200, len(activity))
    look = (max((d - 1) * DAY + 120, 0) - start, end - start)
    rest = Rest(activity[start:end], look, (0, max((d - 1) * DAY + 1080 - start, 0)))
    if np.isnan(rest.level):
        return None
    mine = [p for p in rest.periods() if (d - 1) * DAY + 1080 <= start + p[1] < d * DAY + 1080]
    if not mine:
        return None
    p = max(mine, key=lambda p: p[1] - p[0])
    return start + p[0], start + p[1]


def sleep_stats(asleep, bed, up):
    s = asleep[bed:up]
    inside = np.flatnonzero(s)
    if not len(inside):
        return None
    onset, wake = inside[0], inside[-1] + 1
    period = s[onset:wake]
    tst = float(np.sum(period))
    return {"tib": float(up - bed), "spt": float(wake - onset), "tst": tst, "sol": float(onset), "waso": wake - onset - tst,
            "awakenings": float(np.sum(np.diff(np.concatenate([[1], period])) == -1)), "se": 100 * tst / (up - bed)}


def night_score(s):
    def part(x, none, full, points):
        return points * np.clip((x - none) / (full - none), 0, 1)
    duration = max(0, part(s["tst"], 180, 420, 45) - max(0, s["tst"] - 540) / 10)
    return (duration + part(s["se"], 65, 90, 25) + part(s["waso"], 90, 20, 15) +
            part(s["awakenings"] / (s["tst"] / 60), 8, 2, 5) + part(s["sol"], 60, 20, 10))


MU = np.array([400, 86, 55, 24, 5.3, 4.5])
SD = np.array([70, 5.2, 22, 7, 1.8, 1.2])
SIGN = np.array([-1, -1, 1, 1])
PRIOR = np.array([-1.82, .075, .405, .485, .435])
PRIOR_SD = np.array([.25, .15, .15, .15, .15])


def forecast(days):
    """plugins/pain_forecast.c, from the prior through every day of the window, today last."""
    n, m, s = np.full(6, 4.), MU.copy(), 4 * SD ** 2
    w, cov = PRIOR.copy(), np.diag(PRIOR_SD ** 2)
    ewma = yesterday = None

    def z(i, x):
        return np.clip((x - m[i]) / np.sqrt(s[i] / n[i]), -3, 3)

    def add(i, x):
        n[i] += 1
        d = x - m[i]
        m[i] += d / n[i]
        s[i] += d * (x - m[i])

    for k, (night, quality, pain) in enumerate(days):
        tracker = 0.
        if night:
            x4 = np.array([night["tst"], night["se"], night["waso"], night["awakenings"]])
            tracker = float(np.sum(SIGN * np.clip((x4 - m[:4]) / np.sqrt(s[:4] / n[:4]), -3, 3)) / 3)
        x = np.array([1, tracker, -z(4, quality), 0 if yesterday is None else z(5, yesterday), 0 if ewma is None else z(5, ewma)])
        a, v = w @ x, x @ cov @ x
        threshold = m[5] + max(1, np.sqrt(s[5] / n[5]))
        if k == len(days) - 1:
            return 1 / (1 + np.exp(-a / np.sqrt(1 + np.pi * v / 8))), threshold
        if night:
            for i in range(4):
                add(i, x4[i])
        add(4, quality)
        q = 1 / (1 + np.exp(-a))
        h = max(q * (1 - q), 1e-4)
        gain = cov @ x / (1 / h + v)
        w = w + gain * ((pain >= threshold) - q) / h
        cov = cov - np.outer(gain, cov @ x)
        add(5, pain)
        ewma = pain if ewma is None else .75 * ewma + .25 * pain
        yesterday = pain


def in_numpy(year, taps):
    """Everything; seconds of one core by method beside the results."""
    took, out = {}, {}

    def timed(name, f):
        start = time.process_time()
        result = f()
        took[name] = took.get(name, 0) + time.process_time() - start
        return result

    a = year["activity"].astype(float)
    out["scripps"] = timed("scripps", lambda: along(scripps, a, 10, 2))
    out["sadeh"] = timed("sadeh", lambda: along(sadeh, a, 5, 5))
    out["oakley"] = timed("oakley", lambda: along(oakley, a, 2, 2))
    out["cole_kripke"] = timed("cole_kripke", lambda: along(cole_kripke, a, 4, 2))
    asleep = out["cole_kripke"] < 1
    beds = timed("nights", lambda: [find_night(a, d) for d in range(DAYS)])
    nights = timed("sleep_stats", lambda: [b and sleep_stats(asleep, *b) for b in beds])
    out["nights"] = timed("night_score", lambda: [s and dict(s, score=night_score(s)) for s in nights])
    days = [(s, q, p) for s, (q, p) in zip(nights, taps)]
    out["forecasts"] = timed("pain_forecast", lambda: [forecast(days[:d + 1]) for d in range(DAYS)])
    return out, took


# ---- side by side ------------------------------------------------------------------------

def run_dozed(year, taps, scorers, keep):
    """Seconds of one core for `dozed import`, and what keep(rig) makes of the store."""
    options = "scorers = {%s}\n" % ", ".join(f'"{s}"' for s in scorers)
    with Rig({"anna": "Etc/UTC"}, options) as rig:
        files = write_year(rig.dir, year, taps)
        rec = os.path.join(rig.dir, "year.rec")
        rig.bridge("csv", "--person", "anna", "--out", rec, *files, to=False)
        took = []
        for run in range(3):
            before = os.times()
            rig.dozed("import", rec)
            after = os.times()
            took.append(after.children_user + after.children_system - before.children_user - before.children_system)
            if run < 2:
                for name in os.listdir(rig.state):
                    os.remove(os.path.join(rig.state, name))
        return min(took), keep(rig)


def all_scorers():
    """Where several write one channel the last wins: asleep is cole_kripke's, rest crespo's."""
    names = {f[:-3] for f in os.listdir(SCORERS) if f.endswith(".so")}
    last = ["crespo"] + METHODS
    return sorted(names - set(last)) + last


def differences(rig, out):
    """How many nights and forecasts are there, and how many are not as numpy has them."""
    nights = [r for r in rig.export("nights") if r["kind"] == "main"]
    forecasts = rig.export("forecasts")
    here = {(date.fromisoformat(r["date"]) - FIRST).days for r in nights}
    wrong = len(here ^ {d for d, s in enumerate(out["nights"]) if s})
    for r in nights:
        d = (date.fromisoformat(r["date"]) - FIRST).days
        mine = out["nights"][d] or {}
        for column, key in (("tib_min", "tib"), ("spt_min", "spt"), ("tst_min", "tst"), ("sol_min", "sol"),
                            ("waso_min", "waso"), ("awakenings", "awakenings"), ("se_pct", "se"), ("score", "score")):
            wrong += not (key in mine and abs(float(r[column]) - mine[key]) <= .0501)
    for r in forecasts:
        d = (date.fromisoformat(r["date"]) - FIRST).days
        p, threshold = out["forecasts"][d]
        wrong += abs(float(r["probability"]) - p) > 1e-9 or abs(float(r["threshold"]) - threshold) > 1e-9
    return len(nights), len(forecasts), wrong


def main():
    bars = Bars()
    year, taps = make_year()
    out, took = in_numpy(year, taps)
    seconds, (nights, forecasts, wrong) = run_dozed(year, taps, METHODS, lambda rig: differences(rig, out))
    plain = sum(took.values())
    for name, s in sorted(took.items(), key=lambda x: -x[1]):
        print(f"     numpy {name:15} {s:7.2f} s")
    print(f"     numpy in all         {plain:7.2f} s\n     dozed import         {seconds:7.2f} s")
    bars.check("results equal", wrong == 0 and nights >= DAYS * .9 and forecasts >= DAYS - 1,
               f"{nights} nights and {forecasts} forecasts, {wrong} numbers differ")
    bars.check("at least 50 times as fast as numpy", plain / seconds >= 50, f"{plain / seconds:.0f} times")
    every, (nights, values) = run_dozed(year, taps, all_scorers(), lambda rig: (len(rig.export("nights")), len(rig.export("values"))))
    bars.check("a year with every scorer in at most 1 s", every <= 1 and nights >= DAYS * .8,
               f"{every:.2f} s of one core, {len(all_scorers())} scorers, {DAYS * DAY * len(year)} samples; {nights} nights, {values} values")
    bars.done()


main()
