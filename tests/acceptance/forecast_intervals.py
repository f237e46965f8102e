# SPDX-License-Identifier: MIT
"""Person-bootstrap intervals of forecasts, fast enough for plain Python: per person everything is
summed once, and the pooled AUC is one walk along all days in order of p, each counted as often as
its person was drawn. All rows of one world draw the same people, so differences are paired.
Definitions are forecast_metrics.py's; `check` holds the two against each other."""
import math
import random

from forecast_metrics import ALERT_AT, FIRST, LAST, auc, scored

TIMES, SEED = 500, 1
FIGURES = ("auc", "within", "skill", "ece", "week", "ppv", "sens", "rule_week", "rule_ppv", "rule_sens")


def ratio(a, b):
    return a / b if b else math.nan


class Person:
    def __init__(self, days):
        mornings = scored(days)
        rated = [d for d in mornings if d.pain is not None]
        self.pairs = [(d.p, d.high) for d in rated]
        self.auc = auc(self.pairs)
        bins = [0.] * 20
        for p, y in self.pairs:
            bins[min(int(p / .05), 19)] += p - y
        over, told = [d for d in rated if d.p >= ALERT_AT], [d for d in rated if d.alert]
        self.sums = [len(rated), sum(y for _, y in self.pairs), sum((p - y) ** 2 for p, y in self.pairs),
                     sum((d.base - d.high) ** 2 for d in rated), self.auc or 0., self.auc is not None,
                     sum(d.p >= ALERT_AT for d in mornings), len(over), sum(d.high for d in over),
                     sum(bool(d.alert) for d in mornings), len(told), sum(d.high for d in told), 1, *bins]


class Row:
    """One forecast over one world's people (annotated lists of Day)."""

    def __init__(self, people):
        self.people = [Person(p) for p in people]
        days = sorted((p, i, y) for i, person in enumerate(self.people) for p, y in person.pairs)
        self.runs = []  # days of equal p
        for p, i, y in days:
            if not self.runs or self.runs[-1][0] != p:
                self.runs.append((p, []))
            self.runs[-1][1].append((i, y))

    def pooled(self, times):
        ranks = high = before = 0
        for _, run in self.runs:
            if len(run) == 1:
                i, y = run[0]
                w = times[i]
                if y:
                    ranks += w * (before + (w + 1) / 2)
                    high += w
                before += w
                continue
            here = sum(times[i] for i, _ in run)
            ones = sum(times[i] for i, y in run if y)
            ranks += ones * (before + (here + 1) / 2)
            before += here
            high += ones
        return ratio(ranks - high * (high + 1) / 2, high * (before - high))

    def figures(self, times=None):
        times = times or [1] * len(self.people)
        s = [0.] * len(self.people[0].sums)
        for w, person in zip(times, self.people):
            if w:
                for k, x in enumerate(person.sums):
                    s[k] += w * x
        n, high, brier, base, within, ranked, week, over, right, told, told_rated, told_right, people = s[:13]
        weeks = people * (LAST - FIRST + 1) / 7
        return {"auc": self.pooled(times), "within": ratio(within, ranked), "skill": 1 - ratio(brier, base),
                "ece": ratio(sum(map(abs, s[13:])), n), "week": week / weeks, "ppv": ratio(right, over), "sens": ratio(right, high),
                "rule_week": told / weeks, "rule_ppv": ratio(told_right, told_rated), "rule_sens": ratio(told_right, high),
                "base": ratio(high, n), "n": n, "positives": high}


def draws(n, times=TIMES, seed=SEED):
    drawn = random.Random(seed)
    for _ in range(times):
        w = [0] * n
        for _ in range(n):
            w[drawn.randrange(n)] += 1
        yield w


def span(values):
    values = sorted(v for v in values if not math.isnan(v))
    return (values[int(.025 * len(values))], values[len(values) - 1 - int(.025 * len(values))]) if values else (math.nan, math.nan)


class World:
    """Rows by name over the same people, and their draws."""

    def __init__(self, rows):
        self.rows = {name: Row(people) for name, people in rows.items()}
        self.value = {name: row.figures() for name, row in self.rows.items()}
        n = len(next(iter(self.rows.values())).people)
        self.drawn = {name: [] for name in rows}
        for w in draws(n):
            for name, row in self.rows.items():
                self.drawn[name].append(row.figures(w))

    def interval(self, name, figure):
        return span([d[figure] for d in self.drawn[name]])

    def difference(self, a, b, figure):
        """a minus b: the figure and its interval."""
        return (self.value[a][figure] - self.value[b][figure],
                *span([x[figure] - y[figure] for x, y in zip(self.drawn[a], self.drawn[b])]))


def check(row, metrics):
    """What is summed here is what forecast_metrics.measure says."""
    got = row.figures()
    return max(abs(got[k] - metrics[k]) for k in ("auc", "within", "skill", "ece", "week", "ppv", "sens"))
