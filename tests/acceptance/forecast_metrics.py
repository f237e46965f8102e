# SPDX-License-Identifier: MIT
"""How good forecasts were: pooled and within-person AUC, Brier skill against the running base
rate, ECE, what alerts at p >= 0.25 and under the full rule would do; person-bootstrap intervals.
Nothing but the standard library. Definitions: docs/forecast.md."""
import math
import random

FIRST, LAST = 15, 180          # days that are scored
ALERT_AT, ALERT_RATED = .25, 14
WEEK, WEEK_ALERTS = 7, 2
NIGHT_ADDS = .03  # as ALERT_NIGHT_ADDS of the daemon
MEASURES = ("auc", "within", "skill", "ece", "week", "ppv", "sens", "rule_week", "rule_ppv", "rule_sens")


class Day:
    """One morning's forecast and what came of it; pain None = not rated."""
    __slots__ = ("day", "p", "low", "threshold", "pain", "usual_night", "base", "rated", "alert")

    def __init__(self, day, p, low, threshold, pain, usual_night=None):
        self.usual_night = usual_night  # None: not said, and then not asked for
        self.day, self.p, self.low, self.threshold, self.pain = day, p, low, threshold, pain
        self.base = self.rated = self.alert = None

    @property
    def high(self):
        return None if self.pain is None else int(self.pain >= self.threshold)


def annotate(days):
    """Running base rate and rated days before each day, and the full alert rule, of one person's
    days in order. Days without a forecast (p None) keep their place and alert nobody."""
    rated = positives = 0
    alerts = []
    for d in days:
        d.base, d.rated = (1.6 + positives) / (10 + rated), rated
        recent = [a for a in alerts if d.day - a < WEEK]
        d.alert = (d.p is not None and d.p >= ALERT_AT and rated >= ALERT_RATED and d.low > d.base
                   and (d.usual_night is None or d.p - d.usual_night >= NIGHT_ADDS)
                   and len(recent) < WEEK_ALERTS and (not alerts or d.day - alerts[-1] > 1))
        if d.alert:
            alerts.append(d.day)
        if d.pain is not None and d.threshold is not None:
            rated += 1
            positives += d.high
    return days


def auc(pairs):
    """Of (p, y), with mid-ranks; None where only one class."""
    pairs = sorted(pairs)
    n1 = sum(y for _, y in pairs)
    n0 = len(pairs) - n1
    if not n0 or not n1:
        return None
    ranks, i = 0.0, 0
    while i < len(pairs):
        j, ones = i, 0
        while j < len(pairs) and pairs[j][0] == pairs[i][0]:
            ones += pairs[j][1]
            j += 1
        ranks += ones * (i + j + 1) / 2
        i = j
    return (ranks - n1 * (n1 + 1) / 2) / (n1 * n0)


def ratio(a, b):
    return a / b if b else math.nan


def scored(person, first=FIRST, last=LAST):
    return [d for d in person if first <= d.day <= last and d.p is not None]


def measure(people, first=FIRST, last=LAST):
    """Of annotated people (lists of Day). Alerts a week are of all days, the rest of rated ones."""
    mornings = [d for person in people for d in scored(person, first, last)]
    days = [d for d in mornings if d.pain is not None]
    within = [auc([(d.p, d.high) for d in scored(person, first, last) if d.pain is not None]) for person in people]
    within = [a for a in within if a is not None]
    bins = {}
    for d in days:
        b = bins.setdefault(min(int(d.p / .05), 19), [0.0, 0])
        b[0] += d.p
        b[1] += d.high
    positives = sum(d.high for d in days)
    brier, base = sum((d.p - d.high) ** 2 for d in days), sum((d.base - d.high) ** 2 for d in days)
    over, told = [d for d in days if d.p >= ALERT_AT], [d for d in days if d.alert]
    span = len(people) * (last - first + 1) / 7
    return {"auc": auc([(d.p, d.high) for d in days]) or math.nan, "within": ratio(sum(within), len(within)),
            "skill": 1 - ratio(brier, base), "ece": ratio(sum(abs(s - n) for s, n in bins.values()), len(days)),
            "week": sum(d.p >= ALERT_AT for d in mornings) / span, "ppv": ratio(sum(d.high for d in over), len(over)),
            "sens": ratio(sum(d.high for d in over), positives), "rule_week": sum(d.alert for d in mornings) / span,
            "rule_ppv": ratio(sum(d.high for d in told), len(told)), "rule_sens": ratio(sum(d.high for d in told), positives),
            "base": ratio(positives, len(days)), "n": len(days)}


def log_odds_reached(people, first=FIRST, last=LAST):
    """Mean gain in log score over the running base rate, in thousandths of a nat a rated day."""
    gain = n = 0
    for d in (d for person in people for d in scored(person, first, last) if d.pain is not None):
        p, b = (max(1e-4, min(1 - 1e-4, x)) for x in (d.p, d.base))
        gain += math.log((p if d.high else 1 - p) / (b if d.high else 1 - b))
        n += 1
    return 1000 * ratio(gain, n)


def bootstrap(cohorts, figure, times=1000, seed=1):
    """95 % interval of figure(*cohorts) when people are drawn with replacement, the same people of
    every cohort (so a difference between two models is paired)."""
    draws, n, values = random.Random(seed), len(cohorts[0]), []
    for _ in range(times):
        pick = [draws.randrange(n) for _ in range(n)]
        values.append(figure(*[[c[i] for i in pick] for c in cohorts]))
    values.sort()
    return values[int(.025 * times)], values[int(.975 * times) - 1]
