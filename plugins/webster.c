/* SPDX-License-Identifier: MIT */
/* webster: epochs that a scorer found asleep, scored awake after longer waking.
 *
 * Webster, Kripke, Messin, Mullaney, Wyborney 1982 (Sleep 5:389-399) rescore sleep to wake. No
 * two implementations agree, so each goes by its name:
 *     pyactigraphy    the default. Every rule reads the score as it was; the rules are joined:
 *         a, b, c     a run of at least 1, 3, 4 minutes asleep directly after at least 4, 10, 15
 *                     awake loses its first 1, 3, 4
 *         d, e        what lies between two runs of at least 10 (20) minutes awake and is at
 *                     most 6 (10) minutes long is awake
 *     skdh            scikit-digital-health. From left to right, in place:
 *         a, b, c     sleep after at least 4, 10, 15 minutes awake: the next 1, 3, 4 are awake;
 *                     all of them but the first epoch count for what follows
 *         d           then any run of at most 6 minutes asleep is awake, whatever is beside it,
 *                     unless it is within 10 minutes of the ends of the data; there is no e
 * Both equal their programs' columns on 58 270 epochs. The manual of pyActigraphy says 15 min
 * for d; its code, and this, have 10. The rules are in minutes: epochs of a minute, or of a
 * whole part of one (15, 30 s), are rescored; longer ones are not, as one minute and three
 * minutes would not be whole epochs.
 *
 * It stands behind the scorer that writes `asleep` (cole_kripke, scripps, oakley, ...) and
 * writes `asleep.webster`, which sleep_stats can be told to read.
 *
 * In pyactigraphy an epoch reaches less than 30 minutes back (10 of a gap, itself in it, and
 * 20 awake before) and as far ahead. An epoch that has no score ends a run and fills none, and gets
 * none. The confidence is the share of the epochs within 29 minutes, both sides, that has a
 * score. */
#include "scorer.h"

enum { READ_ASLEEP };
enum { WRITE_RESCORED };
enum { OPTION_VARIANT };
enum { VARIANT_PYACTIGRAPHY, VARIANT_SKDH };

#define MINUTE_MS 60000
#define REACH_MIN 29
#define BRIEF_MIN 6  /* skdh's rule d: a run asleep that is at most so long ... */
#define ENDS_MIN  10 /* ... and so far from the ends */
#define count(a)  ((int)(sizeof(a) / sizeof *(a)))

static const struct {
	uint32_t awake, loses; /* minutes */
} heads[] = {{4, 1}, {10, 3}, {15, 4}};
static const struct {
	uint32_t awake, gap; /* minutes */
} gaps[] = {{10, 6}, {20, 10}};

/* The end of the run that begins at epoch `from`. */
static uint32_t
run_end(const struct scorer_view *s, uint32_t from)
{
	uint32_t to = from + 1;
	while (to < s->n &&
		(s->v[to] == s->v[from] || (isnan(s->v[to]) && isnan(s->v[from]))))
		to++;
	return to;
}

static void
mark(uint8_t *awake, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		awake[i] = 1;
}

/* Rules a, b, c: what the runs of sleep directly after waking lose. */
static void
take_heads(const struct scorer_view *s, uint32_t per_min, uint8_t *awake)
{
	uint32_t before = 0; /* length of the waking that ends at `from` */
	for (uint32_t from = 0, to; from < s->n; from = to) {
		to = run_end(s, from);
		for (int k = 0; k < count(heads) && s->v[from] == 1; k++)
			if (before >= heads[k].awake * per_min &&
				to - from >= heads[k].loses * per_min)
				mark(awake, from, from + heads[k].loses * per_min);
		before = s->v[from] == 0 ? to - from : 0;
	}
}

/* Rules d, e: what lies between one long waking and the next. */
static void
fill_gap(const struct scorer_view *s, uint32_t waking, uint32_t gap, uint8_t *awake)
{
	uint32_t last = s->n; /* end of the last long waking; n = none yet */
	for (uint32_t from = 0, to; from < s->n; from = to) {
		to = run_end(s, from);
		if (s->v[from] != 0 || to - from < waking)
			continue;
		if (last < from && from - last <= gap)
			mark(awake, last, from);
		last = to;
	}
}

/* skdh's a, b, c. */
static void
take_heads_in_place(const struct scorer_view *s, uint32_t per_min, uint8_t *awake)
{
	uint32_t before = 0; /* epochs awake up to here */
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->v[i] == 0 || (awake[i] && !isnan(s->v[i]))) {
			before++;
			continue;
		}
		uint32_t loses = 0;
		for (int k = 0; k < count(heads) && !isnan(s->v[i]); k++)
			if (before >= heads[k].awake * per_min)
				loses = heads[k].loses * per_min;
		mark(awake, i, i + loses < s->n ? i + loses : s->n);
		before = 0;
	}
}

/* skdh's d. */
static void
take_brief_sleep(const struct scorer_view *s, uint32_t per_min, uint8_t *awake)
{
	uint32_t ends = ENDS_MIN * per_min;
	for (uint32_t from = 0, to; from < s->n; from = to) {
		to = from;
		while (to < s->n && s->v[to] == 1 && !awake[to])
			to++;
		if (to > from && to - from <= BRIEF_MIN * per_min && from >= ends &&
			to + ends <= s->n)
			mark(awake, from, to);
		to += to == from;
	}
}

/* Share of the epochs around `at` that has a score; *seen goes along with it. */
static double
share_around(const struct scorer_view *s, uint32_t at, uint32_t reach, uint32_t *seen)
{
	if (at == 0)
		for (uint32_t i = 0; i < reach && i < s->n; i++)
			*seen += !isnan(s->v[i]);
	if ((uint64_t)at + reach < s->n)
		*seen += !isnan(s->v[at + reach]);
	if (at > reach)
		*seen -= !isnan(s->v[at - reach - 1]);
	return *seen / (2.0 * reach + 1);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *s = &in->views[READ_ASLEEP];
	uint8_t *awake = in->scratch;
	uint32_t seen = 0;
	if (s->interval_ms == 0 || MINUTE_MS % s->interval_ms)
		return scorer_skip(ret, "asleep is not a series of minutes, or finer");
	uint32_t per_min = MINUTE_MS / s->interval_ms;
	if ((int)options[OPTION_VARIANT] == VARIANT_SKDH) {
		take_heads_in_place(s, per_min, awake);
		take_brief_sleep(s, per_min, awake);
	} else {
		take_heads(s, per_min, awake);
		for (int k = 0; k < count(gaps); k++)
			fill_gap(
				s, gaps[k].awake * per_min, gaps[k].gap * per_min, awake);
	}
	for (uint32_t i = 0; i < s->n; i++) {
		double share = share_around(s, i, REACH_MIN * per_min, &seen);
		if (!isnan(s->v[i]))
			scorer_put(ret, WRITE_RESCORED,
				s->t0_ms + (int64_t)i * s->interval_ms,
				s->v[i] == 1 && !awake[i], share);
	}
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "webster",
	.version = "2.0",
	.summary = "asleep or awake an epoch, rescored after waking (Webster 1982)",
	.reads = (const struct scorer_port[]){{"asleep", "0/1", 0, 1, 1}, {0}},
	.writes = (const struct scorer_port[]){{"asleep.webster", "0/1", 0, 1, 0}, {0}},
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"variant", VARIANT_PYACTIGRAPHY, 0, 1, "", "pyactigraphy|skdh",
				"whose rules"},
			{0},
		},
	.scratch_each = sizeof(uint8_t), /* an epoch made awake */
	.score = score,
};
