# SPDX-License-Identifier: MIT
"""sleep_wake: the nights it was fitted on, its features, its two models, and the predictions
for nights that were left out. plugins/sleep_wake.c computes the same from the generated table.

What was fixed before anything was fitted: the features below (Walch 2019: smoothed counts,
local variation of the heart rate, a clock; windows of 5, 15 and 30 minutes before and after as
actigraphy has them since Cole-Kripke and Sadeh; natural logarithms, because counts are skewed),
ridge-penalised logistic regression, and hidden-Markov smoothing with the transition rates of
the training nights as an alternative to none. What is chosen inside the training nights only:
scale of the counts, penalty, smoothing (GRID), each by log loss."""
import os
import sys

import numpy as np

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("DOZED_SHARED_DATA") or os.path.join(SOURCE, "..", "shared", "data")
FOLDER = "sleep/sleep_accel_psg"
EPOCHS_AN_HOUR = 120
COUNT, HEART, CLOCK = "COUNT", "HEART", "CLOCK"
# epochs of 30 s before and after that a mean is taken over, the epoch itself included
COUNT_WINDOWS = [(0, 0), (10, 0), (30, 0), (60, 0), (0, 10), (0, 30), (0, 60)]
HEART_WINDOWS = [(0, 0), (10, 0), (30, 0), (0, 10), (0, 30)]
BEND = 10       # ln(1 + 10 c): bends at a tenth of the night's level
HEART_CLIP = 3  # ln of a twentieth to twenty times the night's median
CLOCK_SHIFT_H, SETTLE_H = 7, 1 / 3  # cos(2 pi (h + 7) / 24), exp(-h / 20 min)
SCALES, PENALTIES, SMOOTHINGS = ["mean", "moving"], [1, 10, 100, 1000], [0, .03, .1, .3, 1]
GRID = [(s, p, w) for s in SCALES for p in PENALTIES for w in SMOOTHINGS]
MODELS = {"whole": (COUNT, HEART, CLOCK), "counts": (COUNT, CLOCK)}
SENSITIVITY = .93


def read(name):
    path = os.path.join(SHARED, FOLDER, name)
    if not os.path.exists(path):
        print(f"SKIP: {path} not found")
        sys.exit(77)
    return np.genfromtxt(path, delimiter=",", names=True)


class Night:
    """One person's night on its whole grid of 30 s; NAN, and -1 for the state, where absent."""
    def __init__(self, subject, rows):
        self.subject = subject
        self.at = np.round(rows["hours_since_start"] * EPOCHS_AN_HOUR).astype(int)
        self.n = self.at[-1] + 1
        self.count, self.heart = np.full(self.n, np.nan), np.full(self.n, np.nan)
        self.asleep = np.full(self.n, -1)
        self.count[self.at], self.heart[self.at] = rows["count_feature"], rows["hr_feature"]
        self.asleep[self.at] = rows["psg_stage"] > 0


def nights():
    rows = read("sleep_accel_epochs30.csv")
    ids = dict.fromkeys(rows["subject"].astype(int))
    return [Night(s, rows[rows["subject"] == s]) for s in ids]


def window_means(x, windows):
    """Means over what is there; NAN where the epoch itself is missing."""
    there = ~np.isnan(x)
    total = np.concatenate([[0], np.cumsum(np.where(there, x, 0))])
    number = np.concatenate([[0], np.cumsum(there)])
    i = np.arange(len(x))
    out = []
    for before, after in windows:
        low, high = np.maximum(0, i - before), np.minimum(len(x), i + after + 1)
        mean = (total[high] - total[low]) / np.maximum(1, number[high] - number[low])
        out.append(np.where(there, mean, np.nan))
    return out


def level(count, scale):
    """The night's own level of movement; "fixed" is for comparison: it needs the same device."""
    there = count[~np.isnan(count)]
    return {"mean": there.mean(), "moving": there[there > 0].mean(), "fixed": BEND}[scale]


def features(night, scale, signals):
    hours = np.arange(night.n) / EPOCHS_AN_HOUR
    columns = []
    if COUNT in signals:
        columns += window_means(np.log1p(BEND * night.count / level(night.count, scale)), COUNT_WINDOWS)
    if HEART in signals:
        ratio = np.log(night.heart / np.nanmedian(night.heart))
        columns += window_means(np.clip(ratio, -HEART_CLIP, HEART_CLIP), HEART_WINDOWS)
    if CLOCK in signals:
        columns += [np.cos(2 * np.pi * (hours + CLOCK_SHIFT_H) / 24), np.exp(-hours / SETTLE_H)]
    return np.stack(columns, 1)


def fit(x, y, penalty):
    """Newton on the penalised log likelihood of standardised features; weights for raw ones,
    the intercept first."""
    mean, sd = x.mean(0), x.std(0)
    z = np.concatenate([np.ones((len(x), 1)), (x - mean) / sd], 1)
    ridge = penalty * np.eye(z.shape[1])
    ridge[0, 0] = 0
    w = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ w))
        step = np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + ridge, z.T @ (y - p) - ridge @ w)
        w += step
        if np.abs(step).max() < 1e-10:
            break
    raw = w[1:] / sd
    return np.concatenate([[w[0] - raw @ mean], raw])


def transitions(states):
    """Rates between epochs awake (0) and asleep (1), share asleep, share that begins asleep."""
    n = np.zeros((2, 2))
    for s in states:
        for a in (0, 1):
            for b in (0, 1):
                n[a, b] += np.sum((s[:-1] == a) & (s[1:] == b))
    asleep = np.concatenate([s[s >= 0] for s in states]).mean()
    start = (sum(s[0] == 1 for s in states) + .5) / (len(states) + 1)
    return n / n.sum(1, keepdims=True), asleep, start


def smooth(z, weight, chains):
    """Forward-backward over rows of log odds (NAN: nothing seen); a chain a row. The odds over
    the prior count `weight` times: neighbouring epochs saw nearly the same movement."""
    if weight == 0:
        return 1 / (1 + np.exp(-z))
    rates = np.stack([c[0] for c in chains])
    prior, start = np.array([c[1] for c in chains]), np.array([c[2] for c in chains])
    seen = weight * (z - np.log(prior / (1 - prior))[:, None])
    up = 1 / (1 + np.exp(-np.where(np.isnan(seen), 0, seen)))
    forward, out = np.empty_like(up), np.empty_like(up)
    for t in range(up.shape[1]):
        p = start if t == 0 else p * rates[:, 1, 1] + (1 - p) * rates[:, 0, 1]
        p = p * up[:, t] / (p * up[:, t] + (1 - p) * (1 - up[:, t]))
        forward[:, t] = p
    back = np.full(len(z), .5)
    for t in range(up.shape[1] - 1, -1, -1):
        out[:, t] = forward[:, t] * back / (forward[:, t] * back + (1 - forward[:, t]) * (1 - back))
        s, w = up[:, t] * back, (1 - up[:, t]) * (1 - back)
        s, w = rates[:, 1, 1] * s + rates[:, 1, 0] * w, rates[:, 0, 1] * s + rates[:, 0, 0] * w
        back = s / (s + w)
    return out


def log_loss(p, asleep):
    p = np.clip(np.where(asleep == 1, p, 1 - p), 1e-9, 1)
    return -np.mean(np.log(p[asleep >= 0]))


class LeftOut:
    """Log odds of night j by models that saw neither i nor j, for every pair: [i, j, epoch];
    the diagonal is leave-one-out, row i without it is leave-one-out within i's training nights."""
    def __init__(self, all_nights, signals):
        self.nights, self.signals, self.count = all_nights, signals, len(all_nights)
        self.length = max(n.n for n in all_nights)
        self.asleep = np.full((self.count, self.length), -1)
        for i, n in enumerate(all_nights):
            self.asleep[i, :n.n] = n.asleep
        self.chain = [transitions([n.asleep for k, n in enumerate(all_nights) if k != i])
                      for i in range(self.count)]

    def pairs(self, scale, penalty):
        xs = [features(n, scale, self.signals) for n in self.nights]
        known = [n.asleep >= 0 for n in self.nights]
        z = np.full((self.count, self.count, self.length), np.nan)
        for i in range(self.count):
            for j in range(i, self.count):
                rest = [k for k in range(self.count) if k not in (i, j)]
                w = fit(np.concatenate([xs[k][known[k]] for k in rest]),
                        np.concatenate([self.nights[k].asleep[known[k]] for k in rest]), penalty)
                for a, b in ((i, j), (j, i)):
                    z[a, b, :len(xs[b])] = w[0] + xs[b] @ w[1:]
        return z

    def predict(self, grid):
        """Per night the probabilities under its own training nights' choice, the choices, and
        the threshold that has the sensitivity in the training nights; then the choice that
        leave-one-out over all nights makes, which is the one for new people."""
        best = [(np.inf,)] * (self.count + 1)
        for scale, penalty in dict.fromkeys(g[:2] for g in grid):
            z = self.pairs(scale, penalty)
            for weight in [g[2] for g in grid if g[:2] == (scale, penalty)]:
                p = np.stack([smooth(z[i], weight, [self.chain[i]] * self.count) for i in range(self.count)])
                own = p[np.arange(self.count), np.arange(self.count)]
                for i in range(self.count):
                    inner = np.arange(self.count) != i
                    loss = log_loss(p[i, inner], self.asleep[inner])
                    if loss < best[i][0]:
                        sleep = np.sort(p[i, inner][self.asleep[inner] == 1])
                        threshold = sleep[int((1 - SENSITIVITY) * len(sleep))]
                        best[i] = (loss, own[i], (scale, penalty, weight), threshold)
                loss = log_loss(own, self.asleep)
                if loss < best[-1][0]:
                    best[-1] = (loss, own, (scale, penalty, weight))
        return best[:-1], best[-1]


def training(some_nights, signals, scale):
    known = [n.asleep >= 0 for n in some_nights]
    x = np.concatenate([features(n, scale, signals)[k] for n, k in zip(some_nights, known)])
    return x, np.concatenate([n.asleep[k] for n, k in zip(some_nights, known)])


def final(all_nights, signals, scale, penalty):
    """The weights for new people, from all nights, as the table has them: six decimals."""
    return np.round(fit(*training(all_nights, signals, scale), penalty), 6)
