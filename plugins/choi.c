/* SPDX-License-Identifier: MIT */
/* choi: when an activity tracker was worn, from minutes without movement.
 *
 * Choi, Liu, Matthews, Buchowski 2011 (Med Sci Sports Exerc 43:357-364), as ActiLife 6 has it:
 *     a run of still minutes of at least min_window is clear; what lies between two clear runs
 *     and is at most `spike` minutes long, whatever it holds, belongs to them;
 *     what is joined so, or one still run alone, is not worn if it is at least min_period long.
 * A minute is still if its counts are at most `still`. Defaults are ActiLife's: 60, 30, 2, 0; the
 * paper has min_period 90. Equal to ActiLife's periods with three sets of parameters, and to
 * actigraph.sleepr's with the defaults.
 *
 * The whole recording that the host shows is read at once; a time not worn that begins before it
 * or ends after it is judged by what is seen. A minute that was not recorded ends a run, is never
 * clear, and gets no value. The confidence is 1: a minute that gets a value was there. It writes
 * `worn`, as troiano and nonwear do: load one of them.
 *
 * What it cannot say: a person who sleeps very still, with a tracker on a scale that gives zero
 * for small movements, looks like a tracker on a table. Both references were made with
 * ActiGraph's counts; for other trackers try `still` on your own history first. */
#include "worn.h"

enum { OPTION_MIN_PERIOD, OPTION_MIN_WINDOW, OPTION_SPIKE, OPTION_STILL };

struct run {
	uint32_t from, to; /* [from, to) */
};

/* The next run of still minutes from `at` on; empty at the end of the data. *ret_gap: a minute
 * before it was not recorded. */
static struct run
next_still(const struct scorer_view *a, uint32_t at, double still, int *ret_gap)
{
	*ret_gap = 0;
	while (at < a->n && !(a->v[at] <= still)) {
		*ret_gap |= isnan(a->v[at]);
		at++;
	}
	struct run r = {at, at};
	while (r.to < a->n && a->v[r.to] <= still)
		r.to++;
	return r;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	double period = options[OPTION_MIN_PERIOD], clear = options[OPTION_MIN_WINDOW];
	struct run off = {0, 0}; /* still so far, with its spikes */
	uint32_t written = 0;
	int is_clear = 0, gap = 0, any_gap = 0;
	if (a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	for (uint32_t at = 0;;) {
		struct run r = next_still(a, at, options[OPTION_STILL], &gap);
		uint32_t n = r.to - r.from;
		any_gap |= gap;
		at = r.to;
		if (n > 0 && n < clear && n < period)
			continue; /* part of a spike */
		if (n >= clear && is_clear && !any_gap &&
			r.from - off.to <= options[OPTION_SPIKE] && n > 0) {
			off.to = r.to;
			continue;
		}
		if (off.to > off.from && off.to - off.from >= period) {
			worn_put(a, written, off.from, 1, ret);
			worn_put(a, off.from, off.to, 0, ret);
			written = off.to;
		}
		if (n == 0)
			break;
		off = r;
		is_clear = n >= clear;
		any_gap = 0;
	}
	worn_put(a, written, a->n, 1, ret);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "choi",
	.version = "1.0",
	.summary = "worn or not worn a minute, from activity (Choi 2011)",
	.reads = worn_reads,
	.writes = worn_writes,
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"min_period", 60, 1, 1440, "min", NULL,
				"not worn is at least so long; the paper has 90"},
			{"min_window", 30, 1, 1440, "min", NULL,
				"stillness on both sides of a spike"},
			{"spike", 2, 0, 1440, "min", NULL,
				"a spike of movement is at most so long"},
			{"still", 0, 0, 1e6, "counts", NULL,
				"a minute up to this is without movement"},
			{0},
		},
	.score = score,
};
