# SPDX-License-Identifier: MIT
"""The best that any forecast could do on simulated people: a Kalman filter that knows each
person's coefficients (science of the simulator: bridge/sim_model.h), over what
`dozed-bridge sim --truth FILE` wrote. State [s, q, n]; the morning shows tau, q and, where
asked for, the morning's pain; the evening the pain."""
import csv
import math

TAP_NOISE = 1.05 ** 2
EXACT = 1e-6
PAIN_SD = 1.2


def read(path):
    """{person: [row, ...]} in order of date; numbers as float."""
    people = {}
    with open(path) as f:
        for r in csv.DictReader(f):
            people.setdefault(r["person"], []).append({k: v if k in ("person", "date") else float(v) for k, v in r.items()})
    return people


def product(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(3)) for j in range(3)] for i in range(3)]


def transposed(a):
    return [list(column) for column in zip(*a)]


class Filter:
    def __init__(self, r):
        vu, vw = math.sqrt(r["vu"]), math.sqrt(r["vw"])
        self.a = [[r["phi"] + r["beta"] * r["gamma"], r["beta"] * r["rho"], 0.], [r["gamma"], r["rho"], 0.], [0., 0., 0.]]
        noise = [[r["beta"] * vu, r["delta"], vw], [vu, 0., 0.], [0., 1., 0.]]  # of (u, n, w)
        self.q = product(noise, transposed(noise))
        self.m, self.c = [0., 0., 0.], [row[:] for row in self.q]
        for _ in range(400):
            self.spread()
        self.sd = math.sqrt(self.c[0][0] + r["ve"])

    def spread(self):
        c = product(product(self.a, self.c), transposed(self.a))
        self.c = [[c[i][j] + self.q[i][j] for j in range(3)] for i in range(3)]

    def predict(self):
        self.m = [sum(self.a[i][k] * self.m[k] for k in range(3)) for i in range(3)]
        self.spread()

    def update(self, x, h, noise):
        f = [sum(self.c[i][k] * h[k] for k in range(3)) for i in range(3)]
        v = sum(h[i] * f[i] for i in range(3)) + noise
        e = (x - sum(h[i] * self.m[i] for i in range(3))) / v
        self.m = [self.m[i] + f[i] * e for i in range(3)]
        self.c = [[self.c[i][j] - f[i] * f[j] / v for j in range(3)] for i in range(3)]


def probabilities(rows, tap, cuts=None):
    """P(the day's pain is at least mean + 1 SD) of one person, every morning; or where cuts are
    given, one a day, P(its rating is at least the cut)."""
    k, out = Filter(rows[0]), []
    for i, r in enumerate(rows):
        k.predict()
        if r["has_night"]:
            k.update(r["tau"], (0., r["lambda"], math.sqrt(1 - r["lambda"] ** 2)), EXACT)
        if r["has_morning"]:
            k.update(r["q"], (0., 1., 0.), EXACT)
            if tap:
                k.update(r["morning_sd"], (1., 0., 0.), TAP_NOISE)
        at = k.sd if cuts is None or cuts[i] is None else (cuts[i] - .5 - r["pain_mean"]) / PAIN_SD
        z = (at - k.m[0]) / math.sqrt(k.c[0][0] + r["ve"])
        out.append(.5 * math.erfc(z / math.sqrt(2)))
        if r["has_evening"]:
            k.update(r["pain_sd"], (1., 0., 0.), r["ve"])
    return out
