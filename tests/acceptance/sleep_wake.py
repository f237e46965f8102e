#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bar: sleep_wake against polysomnography on nights left out. The fit is made again: the same
table byte by byte, the plot and every figure of docs/sleep-wake.md; the scorer computes what
the fit computes; at sensitivity 0.93 it beats the logistic model of Walch 2019.
Needs Debian's python3-numpy (and so Debian's python3); about two minutes."""
import os, subprocess, sys
sys.dont_write_bytecode = True
from rig import BUILD, SCORERS, SOURCE, Bars
sys.path.insert(0, os.path.join(SOURCE, "tests", "fit"))
import sleep_wake as fit
from sleep_wake import np

bars = Bars()
study = fit.Study().run()
for path, text in ((fit.TABLE, study.table()), (fit.PLOT, study.plot())):
    same = open(path).read() == text
    bars.check(os.path.relpath(path, SOURCE), same, "made again, byte by byte" if same else "comes out otherwise: tests/fit/sleep_wake.py --write")
document = open(os.path.join(SOURCE, "docs", "sleep-wake.md")).read().split("\n")
lines = [line for line in fit.report(study) if line]
bars.check("docs/sleep-wake.md", all(line in document for line in lines), f"{sum(line in document for line in lines)} of {len(lines)} lines as printed")

oracle = fit.model.read("oracle/psg_sleep_statistics_yasa.csv")
truth = np.stack([oracle[k] for k in ("TST", "WASO", "SE")], 1)
same = np.all(np.abs(study.truth() - truth) < 1e-3, axis=1)
bars.check("TST, WASO, SE of polysomnography", same.all(), f"{same.sum()} of {len(same)} nights equal the oracle")

text = subprocess.run([os.path.join(BUILD, "tests", "test_sleep_wake_psg"), "--print"], capture_output=True, text=True, check=True,
                      env={**os.environ, "DOZED_SCORER_DIR": SCORERS, "DOZED_SOURCE": SOURCE}).stdout
got = np.array([[float(x) for x in line.split()] for line in text.splitlines()])
for k, (name, p) in enumerate(study.plain().items()):
    most = np.abs(got[:, k] - p).max() if got.shape == (len(p), 2) else np.inf
    bars.check(f"p by the scorer and by the fit, {name}", most < 1e-9, f"{most:.1e} at most on {len(got)} epochs, bar 1e-9")

ours, counts, oracle = (study.results[n].pooled for n in (fit.WHOLE, fit.COUNTS, fit.ORACLE))
for k, name, more in ((2, "specificity", .02), (3, "kappa", .01), (4, "AUC", 0)):
    bars.check(f"{name} at sensitivity 0.93", ours[k] >= oracle[k] + more, f"{ours[k]:.3f}, Walch logistic {oracle[k]:.3f}, bar +{more:g}")
bars.check("kappa, counts only", counts[3] >= .36, f"{counts[3]:.3f}, bar .36")
bars.done()
