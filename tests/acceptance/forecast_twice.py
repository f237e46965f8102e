#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bar: pain_forecast equals a second implementation to 1e-9 on every row of every cohort.

usage: tests/acceptance/forecast_twice.py [--small]     --small: a few made-up people, no shared data

The second implementation keeps no state from day to day: it writes down, in closed form, the
covariance of all that a person has told so far with today's rating, and conditions on it (a
Gaussian process; the factor of the covariance grows by a row a number). What the two share is the
page of formulas only, the head comment of plugins/pain_forecast.c. Needs Debian's python3-numpy."""
import math
import os
import random
import sys

sys.dont_write_bytecode = True
try:
    import numpy as np
except ImportError:
    print("SKIP: python3-numpy not found")
    sys.exit(77)
import forecast_days as days

WITHIN = 1e-9
MU = {"night.tst": 400, "night.se": 86, "night.waso": 55, "night.awakenings": 24, "sleep_quality": 5.3, "pain_day": 4.5}
SD = {"night.tst": 70, "night.se": 5.2, "night.waso": 22, "night.awakenings": 7, "sleep_quality": 1.8, "pain_day": 1.2}
SIGN = {"night.se": -1, "night.tst": -1, "night.waso": 1, "night.awakenings": 1}
# share, bq, its spread, bt, its spread; share, phi
SLEEPS = [(.40, 0, 0, 0, 0), (.35, .2, .12, .02, .05), (.25, .4, .15, .06, .05)]
PERSISTS = [(.25, .2), (.50, .5), (.25, .8)]
LEVEL, RATING, TAP, DRIFT = .65, .41, 1.2, .001
PAIN_VAR = 1.2 ** 2


def level(values, metric):
    """Mean and SD of a metric so far, its prior worth four days. The mean is the running one: a
    rating can lie exactly on a threshold, and then its last bit decides."""
    n, m = 4, MU[metric]
    for x in values:
        n += 1
        m += (x - m) / n
    square = 4 * (SD[metric] ** 2 + (MU[metric] - m) ** 2) + sum((x - m) ** 2 for x in values)
    return m, math.sqrt(square / n)


def z(x, metric, before):
    m, s = level(before, metric)
    return max(-3.0, min(3.0, (x - m) / s))


def phi_of(a):
    return .5 * math.erfc(-a / math.sqrt(2))


class Kinds:
    """The nine kinds side by side; what was told so far, and the inverse factor of its covariance."""

    def __init__(self, room, sleep):
        table = [(s, p) for s in SLEEPS for p in PERSISTS]
        self.log_share = np.array([math.log(s[0] * p[0]) for s, p in table])
        self.phi = np.array([p[1] for _, p in table])
        self.bq, self.bq_sd, self.bt, self.bt_sd = (np.array([s[i] * sleep for s, _ in table]) for i in (1, 2, 3, 4))
        self.step = np.maximum(.05, LEVEL * (1 - self.phi ** 2) - self.bq ** 2 - self.bt ** 2)
        self.noise = np.full(9, LEVEL)   # variance of level but for bq and bt
        self.usual = 1.6 ** 2 / PAIN_VAR
        self.q, self.t = np.zeros(9), np.zeros(9)  # of bq and bt in today's level
        self.s, self.n, self.tap_r, self.tap_n = np.full(9, PAIN_VAR), 10, np.full(9, TAP), 20
        self.day, self.told = 0, 0
        self.inverse = np.zeros((9, room, room))
        self.white = np.zeros((9, room))
        self.past = [np.zeros((room, 9)) for _ in range(3)]  # q, t, noise of the day of each number
        self.past_usual, self.past_day, self.past_tap = np.zeros(room), np.zeros(room), np.zeros(room)

    def morning(self, t, q, unseen):
        self.day += 1
        self.noise = self.phi ** 2 * self.noise + self.step + unseen * self.bq ** 2
        self.q, self.t = self.phi * self.q + q, self.phi * self.t + t
        self.night = (q, t)
        self.usual += DRIFT

    def covariance(self, is_tap):
        """With every number so far: of usual + level (+ offset)."""
        n = self.told
        q, t, noise = (p[:n] for p in self.past)
        c = q * self.q * self.bq_sd ** 2 + t * self.t * self.bt_sd ** 2
        c += self.phi ** (self.day - self.past_day[:n])[:, None] * noise
        return (c + self.past_usual[:n, None] + (self.past_tap[:n, None] * is_tap) / PAIN_VAR).T

    def expected(self, is_tap):
        """Mean, and variance over s, of usual + level (+ offset), given the numbers so far; and v."""
        n = self.told
        v = np.einsum("kij,kj->ki", self.inverse[:, :n, :n], self.covariance(is_tap))
        own = self.q ** 2 * self.bq_sd ** 2 + self.t ** 2 * self.bt_sd ** 2 + self.noise + self.usual + is_tap / PAIN_VAR
        prior = 4.5 + 1.2 * (self.q * self.bq + self.t * self.bt)
        return prior + (v * self.white[:, :n]).sum(1), own - (v * v).sum(1), v

    def mean_usual(self):
        n = self.told
        c = np.broadcast_to(self.past_usual[:n], (9, n))
        v = np.einsum("kij,kj->ki", self.inverse[:, :n, :n], c)
        return 4.5 + (v * self.white[:, :n]).sum(1)

    def learnt_variance(self):
        """Of usual + bq q + bt t of this night, given the numbers so far."""
        n, (q, t) = self.told, self.night
        c = (self.past_usual[:n, None] + self.past[0][:n] * q * self.bq_sd ** 2 + self.past[1][:n] * t * self.bt_sd ** 2).T
        v = np.einsum("kij,kj->ki", self.inverse[:, :n, :n], c)
        return self.usual + (q * self.bq_sd) ** 2 + (t * self.bt_sd) ** 2 - (v * v).sum(1)

    def tell(self, x, is_tap):
        n = self.told
        mean, var, v = self.expected(is_tap)
        q = var + (self.tap_r if is_tap else RATING)
        root, far = np.sqrt(q), (x - mean) ** 2 / (q * self.s)
        self.inverse[:, n, :n] = -np.einsum("ki,kij->kj", v, self.inverse[:, :n, :n]) / root[:, None]
        self.inverse[:, n, n] = 1 / root
        self.white[:, n] = (x - mean) / root
        for past, now in zip(self.past, (self.q, self.t, self.noise)):
            past[n] = now
        self.past_usual[n], self.past_day[n], self.past_tap[n] = self.usual, self.day, is_tap
        self.told += 1
        self.log_share = self.log_share - .5 * (np.log(q * self.s) + far)
        if is_tap:
            self.tap_r, self.tap_n = self.tap_r * (self.tap_n + far) / (self.tap_n + 1), self.tap_n + 1
        else:
            self.s, self.n = self.s * (self.n + far) / (self.n + 1), self.n + 1

    def together(self):
        """Mean, the variance of what is not known yet, SD of the rating, mean of usual."""
        share = np.exp(self.log_share - self.log_share.max())
        share /= share.sum()
        mean, var, _ = self.expected(0)
        m = share @ mean
        unsure = share @ (self.s * self.learnt_variance() + (mean - m) ** 2)
        return m, unsure, math.sqrt(share @ (self.s * (var + RATING) + (mean - m) ** 2)), share @ self.mean_usual()


def like(log, night):
    if night is None:
        return None, None
    def clip(x):
        return max(-1.0, min(1.0, x))
    found = [y for x, y in log if x is not None and abs(clip(x) - clip(night)) <= .5]
    return len(found), sum(found)


def second(person, tap=True, sleep=True, high_at=0):
    """What the scorer should say on every morning; None where it should skip."""
    n = len(person["pain_day"])
    kinds, before, log, rows, begun = Kinds(2 * n, sleep), {m: [] for m in MU}, [], [], False
    for i in range(n):
        night = {m: person[m][i] if sleep else None for m in SIGN}
        quality = person["sleep_quality"][i] if sleep else None
        morning = person["pain_morning"][i] if tap else None
        tracked = any(x is not None for x in night.values())
        pain = person["pain_day"][i]
        known = tracked or quality is not None or morning is not None
        if not begun and not known:
            rows.append(None)
            if pain is None:
                continue
        t = sum(SIGN[m] * z(x, m, before[m]) for m, x in night.items() if x is not None) / 4 / .75
        q = .32 * t if quality is None else -z(quality, "sleep_quality", before["sleep_quality"])
        kinds.morning(t, q, 0 if quality is not None else 1 - .32 ** 2 if tracked else 1)
        if morning is not None:
            kinds.tell(morning, 1)
        m, s = level(before["pain_day"], "pain_day")
        threshold = high_at if high_at else m + max(1, s)
        of_night = [x for x, there in ((t, tracked), (q, quality is not None)) if there]
        bad = sum(of_night) / len(of_night) if of_night else None
        if begun or known:
            mean, unsure, sd, usual = kinds.together()
            cut = math.ceil(threshold)
            a = (mean - cut + .5) / sd
            alike, high = like(log, bad)
            rows.append({"day_outlook": phi_of(a) if cut <= 10 else 0,
                         "day_outlook.low": phi_of((mean - .84 * math.sqrt(unsure) - max(cut - .5, threshold)) / sd) if cut <= 10 else 0,
                         "day_threshold": threshold,
                         "day_base_rate": (1.6 + sum(y for _, y in log)) / (10 + len(log)), "day_rated": len(log),
                         "day_positives": sum(y for _, y in log), "day_like": alike, "day_like_high": high,
                         "above": (mean - usual) / sd})
        begun = True
        if pain is not None:
            kinds.tell(pain, 0)
            log.append((bad, int(pain >= threshold)))
            before["pain_day"].append(pain)
        for m, x in (*night.items(), ("sleep_quality", quality)):
            if x is not None:
                before[m].append(x)
    return rows


PARTS = ("tst_low", "se_low", "waso_high", "wakes_high")


def difference(got, want):
    """The largest of a morning; reasons that are no part of another add up to what is above the
    usual (before the first rating there is no word for what carried over)."""
    if (got is None) != (want is None):
        return math.inf
    if got is None:
        return 0.0
    above = sum(weight for code, _, _, weight in got["reasons"] if code not in PARTS)
    worst = abs(above - want["above"]) if want["day_rated"] else 0
    for channel, x in want.items():
        if channel != "above":
            y = got.get(channel)
            worst = max(worst, math.inf if (x is None) != (y is None) else 0 if x is None else abs(x - y))
    return worst


def compare(name, people, **options):
    scorer = days.Scorer("pain_forecast", **options)
    as_second = {"tap": options.get("morning_tap") != "no", "sleep": options.get("sleep") != "no", "high_at": options.get("high_at", 0)}
    worst = rows = 0
    for person in people:
        for got, want in zip(scorer.run(person), second(person, **as_second), strict=True):
            worst = max(worst, difference(got, want))
            rows += 1
    print(f"{'ok  ' if worst <= WITHIN else 'MISS'} {name}: {rows} rows, largest difference {worst:.1e}", flush=True)
    return worst <= WITHIN


def made_up(n=4, length=70, seed=4):
    """A few people of no particular kind: gaps, a late start, floors and a jump in the middle."""
    r, people = random.Random(seed), []
    for i in range(n):
        who = {c: [] for c in days.COLUMNS}
        level_now, usual = 0.0, r.uniform(1, 8)
        for t in range(length):
            bad = r.gauss(0, 1)
            level_now = .6 * level_now + .4 * bad + r.gauss(0, .7)
            pain = usual + level_now + (2 if i == 1 and t > length / 2 else 0)
            row = {"night.tst": round(400 - 60 * bad), "night.se": round(86 - 5 * bad, 1), "night.waso": round(55 + 22 * bad),
                   "night.awakenings": round(24 + 7 * r.gauss(0, 1)), "sleep_quality": 5 - 2 * bad,
                   "pain_morning": pain + r.gauss(0, 1.2), "pain_day": pain + r.gauss(0, .8)}
            night, taps, evening = r.random() < .8, r.random() < .7, r.random() < .8
            for c, x in row.items():
                there = (night if c.startswith("night") else evening if c == "pain_day" else taps) and t >= 3 * i
                if c == "night.waso" and i == 2:
                    there = False  # a tracker that does not say it
                x = x if c.startswith("night") else max(0, min(10, round(x)))
                who[c].append(float(x) if there else None)
        people.append(who)
    return people


def main():
    small, ok = made_up(), True
    for options in ({}, {"morning_tap": "no"}, {"sleep": "no"}, {"high_at": 6}):
        ok &= compare(f"made-up people {options or ''}", small, **options)
    for kind, names in (() if "--small" in sys.argv else (("e2e", days.E2E), ("sim", days.SIM))):
        for name in names:
            path = days.path_of(kind, name)
            if not os.path.exists(path):
                print(f"SKIP: {path} not found")
                continue
            ok &= compare(f"{kind}/{name}", days.read(path))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
