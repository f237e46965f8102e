#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the constants of pain_forecast are worth, and what others would do, on simulated people.

usage: tests/fit/pain_forecast.py [--people N] [--seed S]

Prints the tables of docs/forecast.md. The constants in plugins/pain_kind.h are round numbers where
this is flat; nothing here has seen the shared cohorts, on which the bars are. Takes about six
minutes. Needs Debian's python3-numpy."""
import argparse
import sys

sys.dont_write_bytecode = True
try:
    import numpy as np
except ImportError:
    print("SKIP: python3-numpy not found")
    sys.exit(77)
import math

import pain_people as people

MU = {"tst": 400, "se": 86, "waso": 55, "wakes": 24, "sq": 5.3, "pain": 4.5}
SD = {"tst": 70, "se": 5.2, "waso": 22, "wakes": 7, "sq": 1.8, "pain": 1.2}
GRID = np.linspace(-9, 9, 36001)
GRID_P = np.array([.5 * math.erfc(-g / math.sqrt(2)) for g in GRID])
FIRST = 14  # days that are not scored
NONE, SOME, MUCH = (.40, 0, 0, 0, 0), (.35, .2, .12, .02, .05), (.25, .4, .15, .06, .05)
CHOSEN = {"sleeps": (NONE, SOME, MUCH), "persists": ((.25, .2), (.5, .5), (.25, .8)), "level": .65, "rating": .41, "tap": 1.2,
          "drift": .001, "usual": 1.6, "offset": 1., "rating_days": 10, "tap_days": 20, "q_from_t": .32, "whole_cut": True}
OTHERS = {
    "one kind: some sleep, half carried over": {"sleeps": ((1, .2, .2, .02, .05),), "persists": ((1, .5),)},
    "two kinds: none or some sleep": {"sleeps": ((.4, 0, 0, 0, 0), (.6, .25, .18, .04, .05)), "persists": ((1, .5),)},
    "three kinds: by sleep": {"persists": ((1, .5),)},
    "three kinds: by what is carried over": {"sleeps": ((1, .2, .2, .02, .05),)},
    "six kinds: two of sleep": {"sleeps": ((.4, 0, 0, 0, 0), (.6, .25, .18, .04, .05))},
    "threshold instead of whole cut": {"whole_cut": False},
    "no drift": {"drift": 0}, "drift 0.003": {"drift": .003},
    "no offset of mornings": {"offset": 1e-3}, "offset 2": {"offset": 2.},
    "noise of taps not learnt": {"tap_days": 1e9}, "tap days 5": {"tap_days": 5},
    "rating days 5": {"rating_days": 5}, "rating days 40": {"rating_days": 40},
    "rating 0.35": {"rating": .35}, "rating 0.50": {"rating": .5},
    "tap 0.9": {"tap": .9}, "tap 1.6": {"tap": 1.6},
    "sleep 0.15, 0.35": {"sleeps": (NONE, (.35, .15, .12, .02, .05), (.25, .35, .15, .06, .05))},
    "sleep 0.25, 0.45": {"sleeps": (NONE, (.35, .25, .12, .02, .05), (.25, .45, .15, .06, .05))},
    "share of none 0.25": {"sleeps": ((.25, 0, 0, 0, 0), (.45, *SOME[1:]), (.30, *MUCH[1:]))},
    "share of none 0.60": {"sleeps": ((.60, 0, 0, 0, 0), (.25, *SOME[1:]), (.15, *MUCH[1:]))},
    "tracker free by 0.1": {"sleeps": (NONE, (*SOME[:4], .1), (*MUCH[:4], .1))},
    "Q = 0.2 T": {"q_from_t": .2}, "Q = 0.4 T": {"q_from_t": .4},
}


def look(c):
    """What the days say before any model: T, Q, threshold, outcome, base rate."""
    n, z, f = len(c["pain"]), {}, {}
    for m, mu in MU.items():
        count, mean, square = np.full(n, 4.), np.full(n, float(mu)), np.full(n, 4. * SD[m] ** 2)
        z[m], threshold = np.full(c[m].shape, np.nan), np.zeros(c[m].shape)
        for t in range(people.DAYS):
            x, sd = c[m][:, t], np.sqrt(square / count)
            z[m][:, t], threshold[:, t] = np.clip((x - mean) / sd, -3, 3), mean + np.maximum(1, sd)
            d = np.where(np.isnan(x), 0, x - mean)
            count += ~np.isnan(x)
            mean = mean + d / count
            square += d * np.where(np.isnan(x), 0, x - mean)
    f["t"] = (np.nan_to_num(-z["se"]) - np.nan_to_num(z["tst"]) + np.nan_to_num(z["waso"]) + np.nan_to_num(z["wakes"])) / 3
    f["q"], f["tracked"], f["rated"] = -z["sq"], ~np.isnan(c["tst"]), ~np.isnan(c["pain"])
    f["threshold"] = threshold
    f["y"] = f["rated"] & (np.nan_to_num(c["pain"]) >= threshold)
    before = np.cumsum(f["y"], 1) - f["y"], np.cumsum(f["rated"], 1) - f["rated"]
    f["base"] = (1.6 + before[0]) / (10 + before[1])
    return f


class Filters:
    """All kinds of all people: arrays people x kinds (x state x state)."""

    def __init__(self, n, k, sleep):
        table = [(*s[1:], p[1], s[0] * p[0]) for s in k["sleeps"] for p in k["persists"]]
        self.bq, bq_sd, bt, bt_sd, self.phi, share = (np.array(x, float) for x in zip(*table))
        if not sleep:
            self.bq, bq_sd, bt, bt_sd = (np.zeros(len(table)) for _ in range(4))
        size = (n, len(table))
        self.k, self.log_share = k, np.tile(np.log(share), (n, 1))
        self.step = np.maximum(.05, k["level"] * (1 - self.phi ** 2) - self.bq ** 2 - bt ** 2)
        self.m, self.c = np.zeros((*size, 5)), np.zeros((*size, 5, 5))
        self.m[..., 1], self.m[..., 2], self.m[..., 3] = 4.5, self.bq * 1.2, bt * 1.2
        for i, v in enumerate((k["level"], k["usual"] ** 2 / 1.44, bq_sd ** 2, bt_sd ** 2, k["offset"] ** 2 / 1.44)):
            self.c[..., i, i] = v
        self.s, self.n = np.full(size, 1.44), np.full(size, float(k["rating_days"]))
        self.tap, self.tap_n = np.full(size, k["tap"]), np.full(size, float(k["tap_days"]))

    def night(self, t, q, tracked):
        c2, rated = self.k["q_from_t"], ~np.isnan(q)
        a = np.zeros(self.m.shape)
        a[..., 0], a[..., 2], a[..., 3] = self.phi, np.where(rated, q, c2 * t)[:, None], t[:, None]
        row = np.einsum("nki,nkij->nkj", a, self.c)
        var, unseen = (a * row).sum(-1), np.where(rated, 0, np.where(tracked, 1 - c2 * c2, 1))
        self.c[..., 0, :] = self.c[..., :, 0] = row
        self.c[..., 0, 0] = var + self.step + unseen[:, None] * self.bq ** 2
        self.c[..., 1, 1] += self.k["drift"]
        self.m[..., 0] = (a * self.m).sum(-1)

    def take(self, x, h, noise):
        there = ~np.isnan(x)[:, None]
        f = self.c @ h
        q = f @ h + noise
        e = np.where(there, np.nan_to_num(x)[:, None] - self.m @ h, 0)
        far, gain = e * e / (q * self.s), f / q[..., None] * there[..., None]
        self.m += gain * e[..., None]
        self.c -= gain[..., None] * f[..., None, :]
        self.log_share -= np.where(there, (np.log(q * self.s) + far) / 2, 0)
        return there, far

    def forecast(self):
        share = np.exp(self.log_share - self.log_share.max(1, keepdims=True))
        share /= share.sum(1, keepdims=True)
        mean = self.m[..., 0] + self.m[..., 1]
        m = (share * mean).sum(1)
        v = self.s * (self.c[..., 0, 0] + 2 * self.c[..., 0, 1] + self.c[..., 1, 1] + self.k["rating"])
        return m, np.sqrt((share * (v + (mean - m[:, None]) ** 2)).sum(1))


def forecast(c, f, k, tap=False, sleep=True):
    filters, p = Filters(len(c["pain"]), k, sleep), np.zeros(c["pain"].shape)
    evening, morning = np.array([1, 1, 0, 0, 0.]), np.array([1, 1, 0, 0, 1.])
    nothing = np.full(len(p), np.nan)
    for t in range(people.DAYS):
        filters.night(f["t"][:, t] * sleep, f["q"][:, t] if sleep else nothing, f["tracked"][:, t] & sleep)
        if tap:
            there, far = filters.take(c["tap"][:, t], morning, filters.tap)
            filters.tap = np.where(there, filters.tap * (filters.tap_n + far) / (filters.tap_n + 1), filters.tap)
            filters.tap_n += there
        m, sd = filters.forecast()
        cut = np.ceil(f["threshold"][:, t]) - .5 if k["whole_cut"] else f["threshold"][:, t]
        p[:, t] = np.interp((m - cut) / sd, GRID, GRID_P)
        there, far = filters.take(c["pain"][:, t], evening, k["rating"])
        filters.s = np.where(there, filters.s * (filters.n + far) / (filters.n + 1), filters.s)
        filters.n += there
    return p


def auc(p, y):
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    n1 = y.sum()
    return (rank[y].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1))


def judge(p, f):
    """AUC, ECE, gain in log score over the base rate (thousandths of a nat a rated day)."""
    rated = f["rated"][:, FIRST:]
    p, y, base = (x[:, FIRST:][rated] for x in (p, f["y"], f["base"]))
    bins = np.minimum((p / .05).astype(int), 19)
    ece = sum(abs((p[bins == b] - y[bins == b]).sum()) for b in range(20)) / len(p)
    p = np.clip(p, 1e-4, 1 - 1e-4)
    gain = np.where(y, np.log(p / base), np.log((1 - p) / (1 - base))).mean()
    return auc(p, y), ece, 1000 * gain


def row(name, cohorts, k):
    gains, cells = {True: [], False: []}, []
    for world, (c, f) in cohorts.items():
        plain, tap = (judge(forecast(c, f, k, tap=t), f) for t in (False, True))
        known = world in people.FIVE
        gains[known] += [plain[2], tap[2]]
        if known:
            without = judge(forecast(c, f, k, sleep=False), f)
            cells.append(f"{plain[0]:.3f} {tap[0]:.3f} {plain[0] - without[0]:+.3f}")
        else:
            cells.append(f"{plain[0]:.3f} {plain[1]:.3f}, {tap[0]:.3f} {tap[1]:.3f}")
    return f"| {name} | {np.mean(gains[True]):.1f} | {np.mean(gains[False]):.1f} |", cells


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("--people", type=int, default=200)
    parse.add_argument("--seed", type=int, default=7)
    a = parse.parse_args()
    cohorts = {name: (c, look(c)) for name, c in people.everybody(a.people, a.seed).items()}
    known = [w for w in cohorts if w in people.FIVE]
    print(f"{a.people} people a world, seed {a.seed}. Gain in log score over the base rate (thousandths of a nat a day): mean of the "
          "five worlds, and of people unlike them. By world: AUC, AUC with the morning tap, with minus without sleep.\n")
    print(f"| | five worlds | unlike | {' | '.join(known)} |\n|{'---|' * (3 + len(known))}")
    for name, other in {"**as shipped**": {}, **OTHERS}.items():
        head, cells = row(name, cohorts, {**CHOSEN, **other})
        print(head, " | ".join(cells[:len(known)]), "|", flush=True)
        if not other:
            unlike = cells[len(known):]
    print("\n| as shipped, people unlike the worlds | AUC, ECE; with the morning tap |\n|---|---|")
    for name, cell in zip([w for w in cohorts if w not in known], unlike):
        print(f"| {name} | {cell} |")


if __name__ == "__main__":
    main()
