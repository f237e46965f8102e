/* SPDX-License-Identifier: MIT */
/* roenneberg: rest or not, minute by minute, from wrist movement over days.
 *
 * Roenneberg, Keller, Fischer, Matera, Vetter, Winnebeck 2015 (Methods Enzymol 552:257-283):
 *     quiet   A(t) <= 0.15 * mean of A over the 24 h around t
 *     seed    quiet for 30 min without a break
 *     rest    from the seed's first minute, as long as it agrees best with the 12 h of quiet and
 *             not quiet that begin there: highest Pearson's r with a block of rest of that
 *             length, followed by none
 * where a length counts only if r stays below it for more than the next 30 min. A seed within a
 * rest is part of it; a seed without such a length gives none (one longer than the 12 h, or too
 * near to the end of the data). Lengths in full minutes, and the 24 h are [t-12 h, t+12 h).
 * Equal to pyActigraphy 1.2.2 on every one of 58 270 minutes of three recordings.
 *
 * The mean needs `trend` hours of minutes; where there are less, at the ends of what the host
 * shows or in a gap, there is no value. A minute that was not recorded counts as not quiet and
 * gets no value. The confidence is the share of the 24 h that was recorded. It writes `rest`,
 * 1 = rest, as crespo, hdcza and tudor_locke do: load one of them.
 *
 * What it cannot say: a quarter of an hour up divides a night, and joined to it is a quiet
 * evening, as 15 % of the usual movement is not much on a lazy day. A tracker on a table
 * rests. */
#include "scorer.h"

enum { READ_ACTIVITY };
enum { WRITE_REST };
enum { OPTION_SHARE, OPTION_SEED, OPTION_LONGEST, OPTION_HOLD, OPTION_TREND };

#define MINUTE_MS   60000
#define HOUR        60
#define HALF_DAY    (12 * HOUR)
#define LONGEST_MAX (24 * HOUR)

struct minute {
	double sum; /* of the counts before it */
	uint32_t n; /* of the minutes before it that were recorded */
	uint8_t is_quiet, is_rest;
};

struct scratch {
	double agreement[LONGEST_MAX + 1]; /* of a block of so many minutes */
	struct minute minute[];            /* n + 1 */
};

static void
add_up(const struct scorer_view *a, struct minute *m)
{
	for (uint32_t i = 0; i < a->n; i++) {
		int there = !isnan(a->v[i]);
		m[i + 1].sum = m[i].sum + (there ? a->v[i] : 0);
		m[i + 1].n = m[i].n + (uint32_t)there;
	}
}

/* How many of the 24 h around minute i were recorded; *ret_mean their mean. */
static uint32_t
trend(const struct minute *m, int n, int i, double *ret_mean)
{
	int from = i < HALF_DAY ? 0 : i - HALF_DAY;
	int to = i + HALF_DAY > n ? n : i + HALF_DAY;
	uint32_t there = m[to].n - m[from].n;
	*ret_mean = (m[to].sum - m[from].sum) / there;
	return there;
}

/* r of quiet with blocks of 1 to m minutes, but for a factor that they share. 0: there is
 * nothing to agree with, as all or none of the m minutes is quiet. */
static int
find_agreement(struct scratch *s, int from, int m)
{
	int all = 0, quiet = 0;
	for (int k = 0; k < m; k++)
		all += s->minute[from + k].is_quiet;
	for (int k = 1; k < m; k++) {
		quiet += s->minute[from + k - 1].is_quiet;
		s->agreement[k] =
			((double)m * quiet - (double)all * k) / sqrt((double)k * (m - k));
	}
	s->agreement[m] = -INFINITY; /* nothing follows it */
	return all > 0 && all < m;
}

/* The length of the rest that begins with the seed [from, seed_end); 0 = none. */
static int
extend(struct scratch *s, int from, int seed_end, int n, const double *options)
{
	int m = n - from, hold = (int)options[OPTION_HOLD] + 1, best = 0;
	if (m > (int)options[OPTION_LONGEST])
		m = (int)options[OPTION_LONGEST];
	if (!find_agreement(s, from, m))
		return 0;
	for (int k = seed_end - from; k + hold <= m; k++) {
		int later = 1;
		if (best && s->agreement[k] <= s->agreement[best])
			continue;
		while (later <= hold && s->agreement[k + later] < s->agreement[k])
			later++;
		if (later > hold)
			best = k;
	}
	return best;
}

static void
find_rest(struct scratch *s, int n, const double *options)
{
	struct minute *m = s->minute;
	for (int i = 0, to; i < n; i = to) {
		to = i + 1;
		if (!m[i].is_quiet)
			continue;
		while (to < n && m[to].is_quiet)
			to++;
		if (to - i < (int)options[OPTION_SEED])
			continue;
		int length = extend(s, i, to, n, options);
		for (int k = 0; k < length; k++)
			m[i + k].is_rest = 1;
		/* what a rest leaves of a quiet run is no seed; its end begins the next look */
		to = length > to - i ? i + length : to;
		while (length && to < n && m[to].is_quiet && m[to - 1].is_quiet)
			to++;
	}
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	struct scratch *s = in->scratch;
	int n = (int)a->n, judged = 0;
	if (a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	add_up(a, s->minute);
	for (int i = 0; i < n; i++) {
		double mean = 0;
		s->minute[i].is_quiet =
			trend(s->minute, n, i, &mean) >= options[OPTION_TREND] * HOUR &&
			a->v[i] <= options[OPTION_SHARE] * mean;
	}
	find_rest(s, n, options);
	for (int i = 0; i < n; i++) {
		double mean = 0, there = trend(s->minute, n, i, &mean);
		if (isnan(a->v[i]) || there < options[OPTION_TREND] * HOUR)
			continue;
		scorer_put(ret, WRITE_REST, a->t0_ms + (int64_t)i * MINUTE_MS,
			s->minute[i].is_rest, there / (2 * HALF_DAY));
		judged++;
	}
	return judged ? SCORER_OK : scorer_skip(ret, "too few hours of activity");
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "roenneberg",
	.version = "1.0",
	.summary = "rest or not a minute, from activity over days (Roenneberg 2015)",
	.reads = (const struct scorer_port[]){{"activity", "counts", 0, 1e7, 1}, {0}},
	.writes = (const struct scorer_port[]){{"rest", "0/1", 0, 1, 0}, {0}},
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"share", 0.15, 0.01, 1, "", NULL,
				"quiet: up to this share of the usual movement"},
			{"seed", 30, 1, 600, "min", NULL, "quiet so long begins a rest"},
			{"longest", 720, 60, LONGEST_MAX, "min", NULL,
				"a rest is looked for over this time"},
			{"hold", 30, 0, 600, "min", NULL,
				"the best length stays the best for longer"},
			{"trend", 12, 1, 24, "h", NULL,
				"of activity that the usual movement needs"},
			{0},
		},
	.scratch_size = sizeof(struct scratch) + sizeof(struct minute),
	.scratch_each = sizeof(struct minute),
	.score = score,
};
