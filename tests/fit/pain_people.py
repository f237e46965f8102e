# SPDX-License-Identifier: MIT
"""Simulated people to choose the constants of pain_forecast on: sleep and the next day's pain in
worlds that differ in how much one moves the other, and people who are unlike any of them. All
people of a world side by side in numpy arrays of people x days; NAN = missing."""
import numpy as np

DAYS, BURN_IN = 180, 60
# beta, lambda, phi, delta, ve, rho, g: pain in within-person SDs; what they do is in draw()
WORLDS = {"weak": (.15, .20, .50, 0, .40, .05, .08), "central": (.27, .32, .55, .05, .35, .10, .12),
          "strong": (.40, .50, .60, .12, .30, .15, .20), "no_signal": (0, .32, .55, 0, .35, .10, 0),
          "nothing": (0, .32, 0, 0, .35, .10, 0)}
FIVE = ("weak", "central", "strong", "no_signal", "central_shuffled_sleep")
UNLIKE = {"SD 0.7": {"sd": .7}, "SD 2.0": {"sd": 2.}, "carries over more": {"more_phi": .25}, "carries over less": {"more_phi": -.4},
          "usual drifts": {"drift": .08}, "usual jumps by 2": {"jump": 2}, "near 0": {"level": 1.2},
          "mornings worse by 1.5": {"offset": 1.5}, "mornings say nothing": {"tap_noise": 4.}}
METRICS = ("tst", "se", "waso", "wakes", "sq", "pain", "tap")


def draw(world, n, seed, sd=1.2, more_phi=0, drift=0, level=None, offset=0, tap_noise=1.05, jump=0):
    beta0, lambda0, phi0, delta, ve, rho, g = WORLDS[world]
    r = np.random.default_rng(seed)

    def normal(mean=0., spread=1.):
        return mean + spread * r.standard_normal(n)
    none = world in ("no_signal", "nothing")
    beta, phi = normal(beta0, 0 if none else .12), np.clip(normal(phi0 + more_phi, 0 if world == "nothing" else .12), 0, .92)
    lam, vs = np.clip(normal(lambda0, .12), 0, .9), 1 - ve
    gamma = g / np.sqrt(vs)
    vu = max(.2, 1 - rho ** 2 - gamma ** 2 * vs)
    vw = np.maximum(.05, vs * (1 - phi ** 2) - beta ** 2 - delta ** 2 - 2 * phi * beta * g * np.sqrt(vs))
    usual0 = np.clip(normal(4.5, 1.6), 1, 8) if level is None else np.clip(normal(level, .5), .5, 8)
    own = {"tst": normal(400, 45), "se": np.clip(normal(86, 4), 72, 95), "waso": np.clip(normal(55, 18), 20, 110),
           "wakes": np.clip(normal(24, 6), 8, 45), "sq": np.clip(normal(5.3, 1.2), 2, 8.5)}
    out = {m: np.full((n, DAYS), np.nan) for m in METRICS}
    s, q, usual = np.zeros(n), np.zeros(n), usual0
    for t in range(-BURN_IN, DAYS):
        noise = normal()
        q, s_before = rho * q + gamma * s + np.sqrt(vu) * normal(), s
        s = phi * s_before + beta * q + delta * noise + np.sqrt(vw) * normal()
        if t < 0:
            continue
        usual = usual + drift * normal() if drift else usual0 + jump * (t >= DAYS / 2)
        tau = lam * q + np.sqrt(1 - lam ** 2) * noise

        def seen(share):
            return share * tau + np.sqrt(1 - share * share) * normal()
        row = {"tst": np.round(own["tst"] - 70 * seen(.7)), "se": np.round(np.clip(own["se"] - 5.2 * seen(.8), 40, 99), 1),
               "waso": np.round(np.maximum(0, own["waso"] + 22 * seen(.65))), "wakes": np.round(np.maximum(0, own["wakes"] + 7 * seen(.5))),
               "sq": np.clip(np.round(own["sq"] - 1.8 * q), 0, 10),
               "pain": np.clip(np.round(usual + sd * (s + np.sqrt(ve) * normal())), 0, 10),
               "tap": np.clip(np.round(usual + offset + sd * (s + tap_noise * normal())), 0, 10)}
        share = .15 * t / (DAYS - 1)
        missing = {"night": r.random(n) < .18, "pain": r.random(n) < .15 + share, "taps": r.random(n) < .25 + share}
        for m, x in row.items():
            gone = missing["pain" if m == "pain" else "taps" if m in ("sq", "tap") else "night"]
            out[m][:, t] = np.where(gone, np.nan, x)
    return out


def shuffled(cohort, seed):
    """Nights and their ratings in another order within each person."""
    r = np.random.default_rng(seed)
    for i in range(len(cohort["pain"])):
        order = r.permutation(DAYS)
        for m in ("tst", "se", "waso", "wakes", "sq"):
            cohort[m][i] = cohort[m][i][order]
    return cohort


def everybody(n, seed):
    """Worlds by name; those of UNLIKE half from weak, half from central."""
    all_ = {}
    for i, name in enumerate((*FIVE, "nothing")):
        cohort = draw(name.replace("_shuffled_sleep", ""), n, 1000 * seed + i)
        all_[name] = shuffled(cohort, seed) if "shuffled" in name else cohort
    for i, (name, how) in enumerate(UNLIKE.items()):
        all_[name] = draw(("weak", "central")[i % 2], n, 1000 * seed + 100 + i, **how)
    return all_
