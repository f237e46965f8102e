# SPDX-License-Identifier: MIT
"""The plot of docs/sleep-wake.md as SVG: ROC of all epochs, and TST night by night."""
import numpy as np

INK, GRID, PAPER = "#222", "#ddd", "#fff"
SIDE, TOP, LEFT, GAP, WIDTH, HEIGHT = 340, 48, 62, 70, 910, 470


class Panel:
    def __init__(self, left, x_range, y_range):
        self.left, self.x, self.y = left, x_range, y_range
        self.out = [f'<rect x="{left}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{INK}"/>']

    def place(self, x, y):
        return (self.left + SIDE * (x - self.x[0]) / (self.x[1] - self.x[0]),
                TOP + SIDE * (self.y[1] - y) / (self.y[1] - self.y[0]))

    def line(self, points, colour, style=""):
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in (self.place(*q) for q in points))
        self.out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" {style}/>')

    def dot(self, x, y, colour, filled):
        a, b = self.place(x, y)
        fill = colour if filled else PAPER
        self.out.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>')

    def text(self, x, y, words, anchor="middle", colour=INK, more=""):
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" {more}>{words}</text>')

    def axes(self, title, x_name, y_name, x_ticks, y_ticks):
        middle = self.left + SIDE / 2
        self.text(middle, TOP - 18, title, more='font-weight="bold"')
        self.text(middle, TOP + SIDE + 38, x_name)
        a, b = self.left - 44, TOP + SIDE / 2
        self.text(a, b, y_name, more=f'transform="rotate(-90 {a} {b})"')
        for x in x_ticks:
            self.line([(x, self.y[0]), (x, self.y[1])], GRID)
            self.text(self.place(x, self.y[0])[0], TOP + SIDE + 18, f"{x:g}")
        for y in y_ticks:
            self.line([(self.x[0], y), (self.x[1], y)], GRID)
            self.text(self.left - 8, self.place(self.x[0], y)[1] + 4, f"{y:g}", "end")


def roc(p, asleep):
    order = np.argsort(-p, kind="stable")
    tp, fp = np.cumsum(asleep[order]), np.cumsum(~asleep[order])
    ends = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
    ends = ends[np.linspace(0, len(ends) - 1, 200).astype(int)]
    return [(0, 0)] + [(fp[k] / fp[-1], tp[k] / tp[-1]) for k in ends]


def draw(results, colours, truth, minutes):
    """results: Result by name; minutes: TST a night by name."""
    left = Panel(LEFT, (0, 1), (0, 1))
    ticks = [0, .2, .4, .6, .8, 1]
    left.axes("ROC, nights left out", "wake called sleep (1 - specificity)", "sleep found (sensitivity)", ticks, ticks)
    left.line([(0, 0), (1, 1)], INK, 'stroke-dasharray="2 4"')
    right = Panel(LEFT + SIDE + GAP + LEFT, (0, 500), (-120, 120))
    right.axes("TST, scorer minus PSG", "mean of both, min", "difference, min", range(0, 501, 100), range(-120, 121, 40))
    right.line([(0, 0), (500, 0)], INK)
    for row, (name, colour) in enumerate(colours.items()):
        r = results[name]
        left.line(roc(r.p, r.asleep), colour, 'stroke-width="1.8"')
        left.dot(1 - r.pooled[2], r.pooled[1], colour, row == 0)
        y = TOP + SIDE - 16 - 18 * (len(colours) - 1 - row)
        left.text(LEFT + SIDE - 10, y, f"{name}, AUC {r.pooled[4]:.3f}", "end", colour)
    for row, name in enumerate(minutes):
        colour, d = colours[name], minutes[name] - truth
        bias, reach = d.mean(), 1.96 * d.std(ddof=1)
        for level, style in ((bias, ""), (bias - reach, 'stroke-dasharray="6 4"'), (bias + reach, 'stroke-dasharray="6 4"')):
            right.line([(0, level), (500, level)], colour, style)
        for a, b in zip(minutes[name], truth):
            right.dot((a + b) / 2, a - b, colour, row == 0)
        right.text(right.left + 10, TOP + 20 + 18 * row, f"{name}: {bias:+.0f} min, {bias - reach:.0f} to {bias + reach:+.0f}", "start", colour)
    left.text(WIDTH / 2, HEIGHT - 14, "Circles on the left: sensitivity 0.93. Right: a circle a night; lines: mean and 95 % limits of agreement.")
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>')
    return "\n".join([head, *left.out, *right.out, "</svg>", ""])
