/* SPDX-License-Identifier: MIT */
/* nonwear: was the tracker worn, every 15 min, from raw acceleration.
 *
 * van Hees 2013 (PLoS ONE 8:e61691; GGIR): 15 min are not worn where in the 60 min around them
 * at least two of the three axes have a standard deviation below 13 mg and a range (highest
 * less lowest) below 50 mg. The window reaches 22.5 min to either side of the 15 min. An earlier
 * paper (van Hees 2011) had 30 min and 3 mg; sd, range and axes are options.
 *
 * Input: accel_x, accel_y, accel_z in mg on one grid of 25 to 200 Hz (intervals of 5 to 40 ms).
 * It writes `worn`, 1 = worn, for each minute of the 15, as choi and troiano do from counts.
 *
 * Missing: an axis is judged by the samples that are there. With less than half of the 60 min
 * there is no value; at the ends of a recording the 60 min are what there is of them. The
 * confidence is the share of the 60 min that was measured.
 *
 * What it cannot say: a watch that lies still is not worn, and an arm that lies as still for an
 * hour is taken for one; pulse and breath nearly always give an arm away. Whatever is shorter
 * than an hour goes unseen, and a bag that is carried about is "worn". */
#include "axes.h"

enum { WRITE_WORN };
enum { OPTION_SD, OPTION_RANGE, OPTION_AXES };

#define WINDOW_S  3600
#define HOP_S     900
#define BEFORE_S  ((WINDOW_S - HOP_S) / 2)
#define SECOND_MS 1000
#define MINUTE_S  60

struct spread {
	double sd, range;
	uint32_t n;
};

/* Squares are taken from the first value on: gravity would eat their digits. */
static struct spread
measure(const struct scorer_view *a)
{
	double sum = 0, squares = 0, lowest = INFINITY, highest = -INFINITY, first = NAN;
	uint32_t n = 0;
	for (uint32_t i = 0; i < a->n; i++) {
		if (isnan(a->v[i]))
			continue;
		if (!n++)
			first = a->v[i];
		double d = a->v[i] - first;
		sum += d;
		squares += d * d;
		lowest = d < lowest ? d : lowest;
		highest = d > highest ? d : highest;
	}
	if (n < 2)
		return (struct spread){NAN, NAN, n};
	double variance = (squares - sum * sum / n) / (n - 1);
	return (struct spread){sqrt(fmax(variance, 0)), highest - lowest, n};
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	int still = 0;
	double there = 1;
	for (int axis = 0; axis < AXES; axis++) {
		const struct scorer_view *a = &in->views[axis];
		if (!axis_is_raw(a))
			return scorer_skip(ret, "acceleration is not of 25 to 200 Hz");
		struct spread s = measure(a);
		there = fmin(there, (double)s.n * a->interval_ms / SECOND_MS / WINDOW_S);
		still += s.sd < options[OPTION_SD] && s.range < options[OPTION_RANGE];
	}
	if (there < 0.5)
		return scorer_skip(ret, "less than half of the hour was measured");
	for (int s = 0; s < HOP_S; s += MINUTE_S)
		scorer_put(ret, WRITE_WORN, in->at_ms + s * SECOND_MS,
			still < options[OPTION_AXES], fmin(there, 1));
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "nonwear",
	.version = "1.0",
	.summary = "worn or not, every 15 min, from raw acceleration (van Hees 2013)",
	.reads = axes_reads,
	.writes =
		(const struct scorer_port[]){
			{"worn", "0/1", 0, 1, 0, MINUTE_S *SECOND_MS}, {0}},
	.window = {SCORER_SLIDING, WINDOW_S, HOP_S, BEFORE_S, 0},
	.options =
		(const struct scorer_option[]){
			{"sd", 13, 0, 1000, "mg", NULL, "an axis below is still"},
			{"range", 50, 0, 10000, "mg", NULL, "an axis below is still"},
			{"axes", 2, 1, 3, "", NULL, "so many still: not worn"},
			{0},
		},
	.score = score,
};
