# SPDX-License-Identifier: MIT
"""How good a probability of sleep is against polysomnography: accuracy, sensitivity,
specificity, kappa and AUC, over all epochs and per person, with bootstrap intervals over
people, and what a night's TST, WASO and SE come out as."""
import numpy as np

RESAMPLES, SEED = 2000, 1
NAMES = ("accuracy", "sensitivity", "specificity", "kappa", "AUC")


def draws(people):
    """The same resamples for every model, so that differences are paired: how often each
    person was drawn."""
    random = np.random.Generator(np.random.PCG64(SEED))
    return np.stack([np.bincount(random.integers(0, people, people), minlength=people)
                     for _ in range(RESAMPLES)])


def rates(tp, fp, tn, fn):
    n = tp + fp + tn + fn
    chance = ((tp + fp) * (tp + fn) + (fn + tn) * (fp + tn)) / n ** 2
    accuracy = (tp + tn) / n
    return np.array([accuracy, tp / (tp + fn), tn / (tn + fp), (accuracy - chance) / (1 - chance)])


class Pool:
    """Epochs of all people, grouped by equal p, so that a draw is a sum of weights."""
    def __init__(self, p, asleep, person):
        self.levels, group = np.unique(-p, return_inverse=True)
        people = person.max() + 1
        cell = group * people + person
        size = len(self.levels) * people
        self.sleep = np.bincount(cell[asleep], minlength=size).reshape(-1, people).astype(float)
        self.wake = np.bincount(cell[~asleep], minlength=size).reshape(-1, people).astype(float)

    def at(self, weights, sensitivity):
        """The five figures and the highest threshold that reaches the sensitivity."""
        sleep, wake = self.sleep @ weights, self.wake @ weights
        tp, fp = np.cumsum(sleep), np.cumsum(wake)
        k = np.searchsorted(tp, sensitivity * tp[-1] - 1e-9)
        auc = np.sum(sleep * (fp[-1] - fp + wake / 2)) / (tp[-1] * fp[-1])
        figures = rates(tp[k], fp[k], fp[-1] - fp[k], tp[-1] - tp[k])
        return np.append(figures, auc), -self.levels[k]


def auc(p, asleep):
    return Pool(p, asleep, np.zeros(len(p), int)).at(np.ones(1), 1)[0][4]


class Result:
    """One model's figures at the threshold where all epochs together reach the sensitivity."""
    def __init__(self, name, p, asleep, person, weights, sensitivity):
        self.name, self.p, self.asleep, self.person = name, p, asleep, person
        pool, people = Pool(p, asleep, person), person.max() + 1
        self.pooled, self.threshold = pool.at(np.ones(people), sensitivity)
        self.pooled_draws = np.stack([pool.at(w, sensitivity)[0] for w in weights])
        self.scored = p >= self.threshold
        self.persons = np.stack([self.one(person == i) for i in range(people)])
        self.mean = self.persons.mean(0)
        self.mean_draws = weights @ self.persons / people

    def one(self, m):
        s, y = self.scored[m], self.asleep[m]
        four = rates(np.sum(s & y), np.sum(s & ~y), np.sum(~s & ~y), np.sum(~s & y))
        return np.append(four, auc(self.p[m], y))


def interval(samples):
    return np.percentile(samples, [2.5, 97.5], axis=0)


def totals(asleep, at, length):
    """TST and WASO in minutes, SE in percent of the time in bed; asleep: of the epochs that
    polysomnography scored, at: where they lie, length: epochs in bed. WASO lies between the
    first and the last epoch of sleep."""
    if not asleep.any():
        return np.array([0, 0, 0.])
    within = np.arange(len(asleep))[asleep]
    tst = asleep.sum() / 2
    return np.array([tst, np.sum(~asleep[within[0]:within[-1] + 1]) / 2, 200 * tst / length])


def agreement(model, truth):
    """Bias and its 95 % limits, a row of totals a night."""
    d = model - truth
    bias, sd = d.mean(0), d.std(0, ddof=1)
    return bias, bias - 1.96 * sd, bias + 1.96 * sd
