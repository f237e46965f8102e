/* SPDX-License-Identifier: MIT */
/* night_score: one number from 0 to 100 for a night, and what it is made of.
 *
 * The composition is ours and is not validated against anything: it is a summary to look
 * at, no measurement. The forecast does not read it. Points of the four parts:
 *     duration    45   TST: full from 7 to 9 h, none at 3 h and below; above 9 h one point
 *                      less each 10 min
 *     efficiency  25   SE: full from 90 %, none at 65 %
 *     continuity  20   WASO, 15 points: full up to 20 min, none from 90 min; awakenings an
 *                      hour of sleep, 5 points: full up to 2, none from 8
 *     latency     10   SOL: full up to 20 min, none from 60 min
 * linear in between. `sleep_need` moves the 7 h, and the 9 h with it. The full marks follow
 * published advice where there is some: 7-9 h for adults (Hirshkowitz 2015, Watson 2015); SE
 * of 85 % and more, WASO of 20 min and less, SOL of 30 min and less as signs of good sleep
 * (Ohayon 2017); the weights and the lower ends are our choice, and so are the awakenings,
 * which each tracker counts in its own way.
 *
 * A score needs all five numbers: with one missing, the points it would have brought are
 * unknown, and there is no score but a word on which one is missing. The confidence is 1.
 *
 * One reason a part, in this order: value = its number (TST min, SE %, WASO min, SOL
 * min), usual = NAN, weight = points; the weights add up to the score. */
#include "scorer.h"

enum { READ_TST, READ_SE, READ_WASO, READ_SOL, READ_AWAKENINGS };
enum { OPTION_SLEEP_NEED };

/* What a skip calls them, in the order of the ports. */
static const char *const names[] = {"sleep", "efficiency", "time awake",
	"time to fall asleep", "number of awakenings"};

/* All points at `full` and beyond, none at `none` and beyond, linear in between. */
static double
linear(double x, double none, double full, double points)
{
	return points * fmin(fmax((x - none) / (full - none), 0), 1);
}

static double
duration(double tst, double need_min)
{
	double over = tst - (need_min + 120);
	return fmax(0, linear(tst, 180, need_min, 45) - fmax(0, over) / 10);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	double v[READ_AWAKENINGS + 1], sum = 0;
	char why[64];
	for (int i = READ_TST; i <= READ_AWAKENINGS; i++) {
		v[i] = in->views[i].n > 0 ? in->views[i].v[0] : NAN;
		if (isnan(v[i])) {
			snprintf(why, sizeof why, "%s is not known", names[i]);
			return scorer_skip(ret, why);
		}
	}
	if (v[READ_TST] <= 0)
		return scorer_skip(ret, "no sleep to judge");
	const struct {
		const char *code;
		double value, points;
	} parts[] = {
		{"duration", v[READ_TST],
			duration(v[READ_TST], 60 * options[OPTION_SLEEP_NEED])},
		{"efficiency", v[READ_SE], linear(v[READ_SE], 65, 90, 25)},
		{"continuity", v[READ_WASO],
			linear(v[READ_WASO], 90, 20, 15) +
				linear(v[READ_AWAKENINGS] / (v[READ_TST] / 60), 8, 2, 5)},
		{"latency", v[READ_SOL], linear(v[READ_SOL], 60, 20, 10)},
	};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		sum += parts[i].points;
		scorer_because(ret, parts[i].code, parts[i].value, NAN, parts[i].points);
	}
	scorer_put(ret, 0, in->at_ms, sum, 1);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "night_score",
	.version = "1.1",
	.summary = "0-100 for a night: duration, efficiency, continuity, latency (ours)",
	.reads =
		(const struct scorer_port[]){
			[READ_TST] = {"night.tst", "min", 0, 2880, 1},
			[READ_SE] = {"night.se", "%", 0, 100, 0},
			[READ_WASO] = {"night.waso", "min", 0, 2880, 0},
			[READ_SOL] = {"night.sol", "min", 0, 2880, 0},
			[READ_AWAKENINGS] = {"night.awakenings", "count", 0, 2880, 0},
			{0},
		},
	.writes = (const struct scorer_port[]){{"night.score", "points", 0, 100, 0}, {0}},
	.window = {.kind = SCORER_NIGHT},
	.options =
		(const struct scorer_option[]){
			{"sleep_need", 7, 5, 10, "h", NULL,
				"sleep from which on duration has full marks, up to two "
				"hours more"},
			{0},
		},
	.score = score,
};
