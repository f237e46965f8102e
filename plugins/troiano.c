/* SPDX-License-Identifier: MIT */
/* troiano: when an activity tracker was worn, from minutes without movement.
 *
 * Troiano, Berrigan, Dodd, Masse, Tilert, McDowell 2008 (Med Sci Sports Exerc 40:181-188), as
 * ActiLife 6 has it. A time not worn
 *     begins with a still minute (counts at most `still`),
 *     ends with its last still minute before the movement that is too much: a minute above
 *     `stop` counts, or more than `spikes` minutes of movement,
 *     counts if it is at least min_period long; otherwise the next still minute is tried.
 *     spikes_are   which minutes of movement are counted
 *     in_a_row     those that follow each other (NHANES; the default, and ActiLife's)
 *     in_all       all since the beginning
 * Defaults are ActiLife's: 60, 2, 100, 0. Equal to ActiLife's periods with six sets of
 * parameters, both ways of counting, and to actigraph.sleepr's with the defaults.
 *
 * The whole recording that the host shows is read at once; a time not worn that begins before it
 * or ends after it is judged by what is seen. A minute that was not recorded ends it and gets no
 * value. The confidence is 1: a minute that gets a value was there. It writes `worn`, as choi and
 * nonwear do: load one of them.
 *
 * What it cannot say: it takes quiet sleep for not worn far more often than choi does, which
 * asks for stillness on both sides of a movement; choi is the better one for nights. */
#include "worn.h"

enum { OPTION_MIN_PERIOD, OPTION_SPIKES, OPTION_STOP, OPTION_STILL, OPTION_SPIKES_ARE };
enum { SPIKES_IN_A_ROW, SPIKES_IN_ALL };

/* The end of what begins with the still minute `from`. */
static uint32_t
end_of(const struct scorer_view *a, uint32_t from, const double *options)
{
	uint32_t end = from + 1, spikes = 0;
	for (uint32_t i = from + 1; i < a->n; i++) {
		if (isnan(a->v[i]) || (a->v[i] > options[OPTION_STILL] &&
					      a->v[i] > options[OPTION_STOP]))
			break;
		if (a->v[i] > options[OPTION_STILL]) {
			if (++spikes > options[OPTION_SPIKES])
				break;
			continue;
		}
		end = i + 1;
		if ((int)options[OPTION_SPIKES_ARE] == SPIKES_IN_A_ROW)
			spikes = 0;
	}
	return end;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	if (a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	/* a try that fails has seen less than min_period and the spikes behind it */
	for (uint32_t i = 0, off_until = 0; i < a->n; i++) {
		if (i >= off_until && a->v[i] <= options[OPTION_STILL]) {
			uint32_t end = end_of(a, i, options);
			off_until = end - i >= options[OPTION_MIN_PERIOD] ? end : 0;
		}
		worn_put(a, i, i + 1, i >= off_until, ret);
	}
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "troiano",
	.version = "1.0",
	.summary = "worn or not worn a minute, from activity (Troiano 2008)",
	.reads = worn_reads,
	.writes = worn_writes,
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"min_period", 60, 1, 1440, "min", NULL,
				"not worn is at least so long"},
			{"spikes", 2, 0, 1440, "min", NULL,
				"so many minutes of movement do not end it"},
			{"stop", 100, 0, 1e7, "counts", NULL,
				"a minute above this ends it"},
			{"still", 0, 0, 1e6, "counts", NULL,
				"a minute up to this is without movement"},
			{"spikes_are", SPIKES_IN_A_ROW, 0, 1, "", "in_a_row|in_all",
				"which minutes of movement are counted"},
			{0},
		},
	.score = score,
};
