/* SPDX-License-Identifier: MIT */
/* night_score: one number from 0 to 100 for a night, and what it is made of.
 *
 * The composition is ours and is not validated against anything: it is a summary to look
 * at, no measurement. The forecast does not read it. Points of the four parts: duration
 * 45  TST: full from 7 to 9 h, none at 3 h and below; above 9 h one point less each 10
 * min efficiency  25  SE: full from 90 %, none at 65 % continuity  20  WASO: 15 up to 20
 * min, none from 90 min; awakenings an hour of sleep: 5 up to 2, none from 8 latency 10
 * SOL: full up to 20 min, none from 60 min linear in between. The full marks follow
 * published advice where there is some: 7-9 h for adults (Hirshkowitz 2015, Watson 2015);
 * SE of 85 % and more, WASO of 20 min and less, SOL of 30 min and less as signs of good
 * sleep (Ohayon 2017); the weights and the lower ends are our choice, and so are the
 * awakenings, which each tracker counts in its own way. A number that is missing takes
 * its points out of the sum and out of the maximum; the confidence is the share of the
 * 100 points that could be judged.
 *
 * One reason a part, in this order: value = its number (TST min, SE %, WASO min, SOL
 * min), usual = NAN, weight = points. */
#include "scorer.h"

enum { READ_TST, READ_SE, READ_WASO, READ_SOL, READ_AWAKENINGS };
enum { OPTION_SLEEP_NEED };

struct part {
	double points, of;
};

static double
read_one(const struct scorer_window *in, int port)
{
	return in->views[port].n > 0 ? in->views[port].v[0] : NAN;
}

/* All points at `full` and beyond, none at `none` and beyond, linear in between. */
static struct part
linear(double x, double none, double full, double points)
{
	double share = (x - none) / (full - none);
	if (isnan(x))
		return (struct part){0, 0};
	return (struct part){points * fmin(fmax(share, 0), 1), points};
}

static struct part
both(struct part a, struct part b)
{
	return (struct part){a.points + b.points, a.of + b.of};
}

static struct part
duration(double tst, double need_min)
{
	struct part p = linear(tst, 180, need_min, 45);
	double over = tst - (need_min + 120);
	if (over > 0)
		p.points = fmax(0, p.points - over / 10);
	return p;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	double tst = read_one(in, READ_TST), se = read_one(in, READ_SE);
	double waso = read_one(in, READ_WASO), sol = read_one(in, READ_SOL);
	double wakes = read_one(in, READ_AWAKENINGS);
	if (!(tst > 0))
		return scorer_skip(ret, "no sleep to judge");
	const struct {
		const char *code;
		double value;
		struct part part;
	} parts[] = {
		{"duration", tst, duration(tst, 60 * options[OPTION_SLEEP_NEED])},
		{"efficiency", se, linear(se, 65, 90, 25)},
		{"continuity", waso,
			both(linear(waso, 90, 20, 15),
				linear(wakes / (tst / 60), 8, 2, 5))},
		{"latency", sol, linear(sol, 60, 20, 10)},
	};
	struct part sum = {0, 0};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i].part.of == 0)
			continue;
		sum = both(sum, parts[i].part);
		scorer_because(
			ret, parts[i].code, parts[i].value, NAN, parts[i].part.points);
	}
	scorer_put(ret, 0, in->at_ms, 100 * sum.points / sum.of, sum.of / 100);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "night_score",
	.version = "1.0",
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
				"hours "
				"more"},
			{0},
		},
	.score = score,
};
