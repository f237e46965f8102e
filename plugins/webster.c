/* SPDX-License-Identifier: MIT */
/* webster: minutes that a scorer found asleep, scored awake after longer waking.
 *
 * Webster, Kripke, Messin, Mullaney, Wyborney 1982 (Sleep 5:389-399) rescore sleep to wake. No
 * two implementations agree; this is pyActigraphy's, equal to its column. Every rule reads the
 * score as it was, and the rules are joined:
 *     a, b, c  a run of at least 1, 3, 4 minutes asleep directly after at least 4, 10, 15 awake
 *              loses its first 1, 3, 4
 *     d, e     what lies between two runs of at least 10 (20) minutes awake and is at most
 *              6 (10) minutes long is awake
 * The manual of that program says 15 min for d; its code, and this, have 10.
 * A minute reaches no further than 29 minutes back (10 of a gap and 20 awake before it, itself
 * in the gap) and as many ahead. A minute that has no score ends a run and fills none.
 * The confidence is the share of the window's minutes that was there. */
#include "scorer.h"

enum { READ_ASLEEP };
enum { WRITE_RESCORED };

#define BEFORE    29
#define MINUTES   (2 * BEFORE + 1)
#define MINUTE_MS 60000
#define count(a)  ((int)(sizeof(a) / sizeof *(a)))

static const struct {
	int awake, loses;
} heads[] = {{4, 1}, {10, 3}, {15, 4}};
static const struct {
	int awake, gap;
} gaps[] = {{10, 6}, {20, 10}};

/* How many minutes from i on, in steps of one, are `what`; never beyond the window. */
static int
run(const double *v, int i, int step, double what)
{
	int n = 0;
	while (i >= 0 && i < MINUTES && v[i] == what) {
		n++;
		i += step;
	}
	return n;
}

static int
loses_its_head(const double *v)
{
	int since = run(v, BEFORE, -1, 1), length = since - 1 + run(v, BEFORE, 1, 1);
	int awake = run(v, BEFORE - since, -1, 0);
	for (int k = 0; k < count(heads); k++)
		if (awake >= heads[k].awake && since <= heads[k].loses &&
			length >= heads[k].loses)
			return 1;
	return 0;
}

static int
lies_between(const double *v, int awake, int gap)
{
	for (int left = 1; left <= gap; left++) {
		if (run(v, BEFORE - left, -1, 0) < awake)
			continue;
		for (int right = 1; left + right - 1 <= gap; right++)
			if (run(v, BEFORE + right, 1, 0) >= awake)
				return 1;
	}
	return 0;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ASLEEP];
	(void)options;
	if (a->n != MINUTES || a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "asleep is not a series of minutes");
	if (isnan(a->v[BEFORE]))
		return scorer_skip(ret, "no score of this minute");
	int asleep = a->v[BEFORE] == 1 && !loses_its_head(a->v), present = 0;
	for (int k = 0; k < count(gaps) && asleep; k++)
		asleep = !lies_between(a->v, gaps[k].awake, gaps[k].gap);
	for (int i = 0; i < MINUTES; i++)
		present += !isnan(a->v[i]);
	scorer_put(ret, WRITE_RESCORED, in->at_ms, asleep, (double)present / MINUTES);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "webster",
	.version = "1.0",
	.summary = "asleep or awake a minute, rescored after waking (Webster 1982)",
	.reads = (const struct scorer_port[]){{"asleep", "0/1", 0, 1, 1}, {0}},
	.writes = (const struct scorer_port[]){{"asleep.webster", "0/1", 0, 1, 0}, {0}},
	.window = {SCORER_SLIDING, MINUTES * 60, 60, BEFORE * 60, 0},
	.score = score,
};
