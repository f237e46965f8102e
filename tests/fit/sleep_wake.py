#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Fits sleep_wake to the shared nights with polysomnography and says what it is worth.

usage: tests/fit/sleep_wake.py            prints the figures of docs/sleep-wake.md
       tests/fit/sleep_wake.py --write    also writes plugins/sleep_wake_table.h and the plot

Takes about two minutes. Needs Debian's python3-numpy (and so Debian's python3)."""
import os
import sys

sys.dont_write_bytecode = True
try:
    import numpy as np
except ImportError:
    print("SKIP: python3-numpy not found")
    sys.exit(77)
import sleep_wake_figures as figures
import sleep_wake_model as model
import sleep_wake_plot as plot

TABLE = os.path.join(model.SOURCE, "plugins", "sleep_wake_table.h")
PLOT = os.path.join(model.SOURCE, "docs", "sleep-wake.svg")
WHOLE, COUNTS, ORACLE = "sleep_wake", "sleep_wake, counts only", "Walch logistic"
THRESHOLD, ALWAYS = "count threshold", "always sleep"
COLOURS = {WHOLE: "#0b5fa5", COUNTS: "#2a9d5c", ORACLE: "#c4501b", THRESHOLD: "#888"}


def windows(name, pairs):
    cells = ", ".join(f"{{{a}, {b}}}" for a, b in pairs)
    return f"static const struct sleep_wake_window {name}[] = {{\n\t{cells}}};"


def weights(name, values):
    rows = "".join(f"\t{v:.6f},\n" for v in values)
    return f"static const double {name}[] = {{\n{rows}}};"


def table(finals, threshold):
    return "\n".join([
        "/* SPDX-License-Identifier: MIT */",
        "/* The weights of sleep_wake. Made by tests/fit/sleep_wake.py --write from 21 nights with",
        " * polysomnography; a change here by hand is lost. Order: the constant, the windows of",
        " * movement, those of the heart rate (not in `counts`), the two of the clock. */",
        "#pragma once",
        "#include <stdint.h>",
        "",
        f"#define SLEEP_WAKE_BEND          {model.BEND}.",
        f"#define SLEEP_WAKE_CLIP          {model.HEART_CLIP}.",
        f"#define SLEEP_WAKE_CLOCK_SHIFT_H {model.CLOCK_SHIFT_H}.",
        f"#define SLEEP_WAKE_SETTLE_H      (1. / {round(1 / model.SETTLE_H)})",
        f"#define SLEEP_WAKE_THRESHOLD     {threshold:.3f}",
        f"#define SLEEP_WAKE_COUNT_WINDOWS {len(model.COUNT_WINDOWS)}",
        f"#define SLEEP_WAKE_HEART_WINDOWS {len(model.HEART_WINDOWS)}",
        "",
        "struct sleep_wake_window {",
        "\tuint32_t before, after; /* epochs of 30 s beside the one that is scored */",
        "};",
        windows("sleep_wake_count_windows", model.COUNT_WINDOWS),
        windows("sleep_wake_heart_windows", model.HEART_WINDOWS),
        weights("sleep_wake_whole", finals["whole"]),
        weights("sleep_wake_counts", finals["counts"]), ""])


class Study:
    """Everything that is fitted, and everything that is said about it."""
    def __init__(self):
        self.nights = model.nights()
        self.asleep = np.concatenate([n.asleep[n.at] for n in self.nights]) == 1
        self.person = np.concatenate([np.full(len(n.at), i) for i, n in enumerate(self.nights)])
        self.draws = figures.draws(len(self.nights))
        self.chosen, self.finals, self.left_out, self.out_of_sample, self.tried = {}, {}, {}, {}, {}

    def flat(self, rows):
        return np.concatenate([row[n.at] for row, n in zip(rows, self.nights)])

    def run(self):
        for name, signals in model.MODELS.items():
            left_out = model.LeftOut(self.nights, signals)
            each, (_, _, best) = left_out.predict(model.GRID)
            self.chosen[name] = [e[2] for e in each], best
            if best[2]:
                raise SystemExit("the choice is a smoothing that the C does not have")
            self.left_out[name] = self.flat([e[1] for e in each])
            self.out_of_sample[name] = self.flat([e[1] >= e[3] for e in each])
            self.finals[name] = model.final(self.nights, signals, *best[:2])
        self.results = {name: self.judge(name, p, at) for name, p, at in (
            (ALWAYS, np.zeros(len(self.asleep)), 1),
            (THRESHOLD, -np.concatenate([n.count[n.at] for n in self.nights]), model.SENSITIVITY),
            (ORACLE, self.oracle(), model.SENSITIVITY),
            (COUNTS, self.left_out["counts"], model.SENSITIVITY),
            (WHOLE, self.left_out["whole"], model.SENSITIVITY))}
        self.threshold = np.floor(self.results[WHOLE].threshold * 1000) / 1000
        return self

    def oracle(self):
        rows = model.read("oracle/loso_logistic_predictions.csv")
        ids = np.array([n.subject for n in self.nights])[self.person]
        if not np.array_equal(rows["subject"], ids):
            raise SystemExit("the oracle's epochs are others")
        return rows["p_sleep_count_hr_cosine"]

    def judge(self, name, p, sensitivity):
        return figures.Result(name, p, self.asleep, self.person, self.draws, sensitivity)

    def table(self):
        return table(self.finals, self.threshold)

    def plain(self):
        """p of every scored epoch by the weights of the table, fitted to all nights."""
        out = {}
        for name, signals in model.MODELS.items():
            w, scale = self.finals[name], self.chosen[name][1][0]
            rows = [model.features(n, scale, signals) for n in self.nights]
            out[name] = self.flat([1 / (1 + np.exp(-(w[0] + x @ w[1:]))) for x in rows])
        return out

    def totals(self, scored):
        return np.stack([figures.totals(scored[self.person == i], n.at, n.n)
                         for i, n in enumerate(self.nights)])

    def truth(self):
        return self.totals(self.asleep)

    def plot(self):
        minutes = {k: self.totals(self.results[k].scored)[:, 0] for k in (WHOLE, ORACLE)}
        return plot.draw(self.results, COLOURS, self.truth()[:, 0], minutes)

    def without(self):
        """The same recipe with parts left out, or counts on their own scale; leave-one-out."""
        for name, signals, scale in (
                ("counts, heart rate, clock; counts not scaled by night", "cht", "fixed"),
                ("counts, heart rate", "ch", "mean"), ("counts", "c", "mean"),
                ("heart rate, clock", "ht", "mean"), ("clock", "t", "mean")):
            parts = [{"c": model.COUNT, "h": model.HEART, "t": model.CLOCK}[s] for s in signals]
            best = self.chosen["whole"][1]
            each = []
            for i, night in enumerate(self.nights):
                rest = self.nights[:i] + self.nights[i + 1:]
                w = model.fit(*model.training(rest, parts, scale), best[1])
                each.append(w[0] + model.features(night, scale, parts) @ w[1:])
            yield name, figures.Pool(self.flat(each), self.asleep, self.person).at(
                np.ones(len(self.nights)), model.SENSITIVITY)[0]


def shown(value, samples):
    low, high = figures.interval(samples)
    return f"{value:.3f} ({low:.3f}-{high:.3f})".replace("0.", ".")


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def head(*cells):
    return [row(*cells), "|" + "---|" * len(cells)]


def report(s):
    """The tables of docs/sleep-wake.md, line by line."""
    lines = []
    for what in ("pooled", "mean"):
        lines += head("all epochs" if what == "pooled" else "mean of persons", *figures.NAMES)
        for r in s.results.values():
            value, samples = getattr(r, what), getattr(r, what + "_draws")
            lines.append(row(r.name, *(shown(value[k], samples[:, k]) for k in range(5))))
        lines.append("")
    a, b = s.results[WHOLE], s.results[ORACLE]
    lines += head("sleep_wake minus Walch logistic", "all epochs", "mean of persons", "persons better, equal, worse")
    for k, name in enumerate(figures.NAMES):
        d = a.persons[:, k] - b.persons[:, k]
        cells = [f"{x:+.3f} ({lo:+.3f} to {hi:+.3f})" for x, (lo, hi) in (
            (a.pooled[k] - b.pooled[k], figures.interval((a.pooled_draws - b.pooled_draws)[:, k])),
            (d.mean(), figures.interval((a.mean_draws - b.mean_draws)[:, k])))]
        lines.append(row(name, *cells, f"{np.sum(d > 0)}, {np.sum(d == 0)}, {np.sum(d < 0)}"))
    lines.append("")
    lines += head("minus PSG: bias (limits of agreement)", "TST, min", "WASO, min", "SE, %")
    scored = {r.name: r.scored for r in s.results.values()}
    scored["sleep_wake, p of one half"] = s.left_out["whole"] >= .5
    for name, x in scored.items():
        cells = [f"{m:+.1f} ({lo:+.1f} to {hi:+.1f})" for m, lo, hi in zip(*figures.agreement(s.totals(x), s.truth()))]
        lines.append(row(name, *cells))
    lines.append("")
    lines += head("threshold", *figures.NAMES[:4])
    y = s.asleep
    for name, x in (("of the training nights, sleep_wake", s.out_of_sample["whole"]),
                    ("of the training nights, counts only", s.out_of_sample["counts"]),
                    ("p of one half, sleep_wake", s.left_out["whole"] >= .5)):
        four = figures.rates(np.sum(x & y), np.sum(x & ~y), np.sum(~x & ~y), np.sum(~x & y))
        lines.append(row(name, *(f"{v:.3f}".replace("0.", ".") for v in four)))
    lines.append("")
    lines += head("parts", *figures.NAMES)
    for name, five in s.without():
        lines.append(row(name, *(f"{v:.3f}".replace("0.", ".") for v in five)))
    lines.append("")
    for name, (each, best) in s.chosen.items():
        lines.append(f"{name}: {sum(e == best for e in each)} of {len(each)} training sets choose scale {best[0]}, penalty {best[1]}, smoothing {best[2] or 'none'}")
    return lines


if __name__ == "__main__":
    study = Study().run()
    if "--write" in sys.argv[1:]:
        for path, text in ((TABLE, study.table()), (PLOT, study.plot())):
            with open(path, "w") as f:
                f.write(text)
    print("\n".join(report(study)))
