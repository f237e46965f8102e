/* SPDX-License-Identifier: MIT */
/* crespo: rest or not, minute by minute, from wrist movement over days.
 *
 * Crespo, Aboy, Fernandez, Mojon 2012 (Med Biol Eng Comput 50:329-340). With S = 8 h, the usual
 * time of rest a day:
 *     1  zeros of more than 15 min in a row become the 33rd percentile of the counts
 *     2  median over S (and a minute), the recording padded with its greatest count
 *     3  active: median above its own quantile S / 24 h (a third)
 *     4  closing and opening over an hour: the first guess
 *     5  zeros are left out where they last more than 2 min in the guess's active time, or more
 *        than 30 min in its rest: nobody is so still
 *     6  median as in 2 of what is left, padded for an hour only, so that the window shrinks
 *        towards the ends to an hour; with less than 60 values there is none, and no activity
 *     7  active: as in 3, of these medians
 *     8  closing and opening over two hours: active or rest
 * Closing ends rests of no more than so long, opening then ends activity of no more than so long:
 * what is short takes the state of what is around it.
 * variant: paper does that, the ends of the recording counting as whatever they touch.
 * pyactigraphy does as pyActigraphy 1.2.2: in 4 only the closing; in 5 from 2 and 30 min on, and
 * zeros that end one active time (one rest) and begin the next are one run; in 8 the first and
 * the last hour are rest, but for the very first and last minute. So it is equal to that program
 * on every one of 58 270 minutes of three recordings, whose column has 1 = active. Here 1 = rest.
 *
 * A minute that was not recorded is in no median and no percentile, ends a run of zeros, and
 * gets no value. `hours` of minutes must be there, as a third of the day is what the method
 * takes for rest. The confidence is the share of the window of 2 that was recorded. It writes
 * `rest`, as roenneberg, hdcza and tudor_locke do: load one of them.
 *
 * What it cannot say: with a median over 8 h, a rest of less than about 4 h is not seen, and a
 * sleeper who stays in bed late wakes early. A third of the recording is rest, whatever is in
 * it. A tracker on a table rests. */
#include "scorer.h"
#include <stddef.h>
#include <string.h>

enum { READ_ACTIVITY };
enum { WRITE_REST };
enum { OPTION_VARIANT, OPTION_SLEEP, OPTION_HOURS };
enum { VARIANT_PAPER, VARIANT_PYACTIGRAPHY };

#define MINUTE_MS    60000
#define HOUR         60
#define DAY_H        24.0
#define STILL        15 /* minutes of zeros: more are spurious */
#define STILL_REST   30
#define STILL_ACTIVE 2
#define PERCENTILE   0.33
#define WORD         64
#define DIGIT        11 /* bits a pass of the sort */
#define DIGITS       (1 << DIGIT)
#define ALL_ONES     (~(uint64_t)0)

struct item {
	uint64_t key; /* a double from 0 on, which order as whole numbers do */
	uint32_t at;
};

/* Where each of n values lies in their order, and which of them are in the window. */
struct window {
	struct item *sorted;
	uint32_t *rank;
	uint64_t *in;
	int n, at, below, total; /* below: of the window before rank `at` */
};

struct work {
	int n, half; /* minutes; half the window of the median */
	const double *counts;
	double *median, greatest;
	struct item *spare;
	struct window w;
	uint8_t *active, *left_out;
};

static struct work
work_on(const struct scorer_view *a, double sleep_h, void *scratch)
{
	size_t n = a->n;
	struct work k = {(int)n, (int)(sleep_h * HOUR / 2), a->v, scratch, 0, NULL, {0},
		NULL, NULL};
	k.w.sorted = (struct item *)(k.median + n);
	k.spare = k.w.sorted + n;
	k.w.in = (uint64_t *)(k.spare + n);
	k.w.rank = (uint32_t *)(k.w.in + n / WORD + 1);
	k.active = (uint8_t *)(k.w.rank + n);
	k.left_out = k.active + n;
	for (size_t i = 0; i < n; i++) {
		k.greatest = fmax(k.greatest, a->v[i]);
		k.left_out[i] = isnan(a->v[i]);
	}
	return k;
}
#define EACH                                                                             \
	(sizeof(double) + 2 * sizeof(struct item) + sizeof(uint64_t) +                   \
		sizeof(uint32_t) + 2)

/* Puts n items in ascending order: least digit first, digits that all share left alone. */
static void
sort(struct item *items, struct item *spare, int n)
{
	struct item *from = items, *to = spare;
	uint64_t differ = 0;
	for (int i = 0; i < n; i++)
		differ |= items[i].key ^ items[0].key;
	for (int shift = 0; shift < WORD; shift += DIGIT) {
		int start[DIGITS], sum = 0;
		if (!(differ >> shift & (DIGITS - 1)))
			continue;
		memset(start, 0, sizeof start);
		for (int i = 0; i < n; i++)
			start[from[i].key >> shift & (DIGITS - 1)]++;
		for (int d = 0; d < DIGITS; d++) {
			int count = start[d];
			start[d] = sum;
			sum += count;
		}
		for (int i = 0; i < n; i++)
			to[start[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
		struct item *other = from;
		from = to;
		to = other;
	}
	for (int i = 0; from != items && i < n; i++)
		items[i] = from[i];
}

static double
value_of(const struct item *i)
{
	union {
		uint64_t key;
		double value;
	} u = {.key = i->key};
	return u.value;
}

/* Sorts those of the values that are there, NAN being none. */
static void
sort_values(struct work *k, const double *v)
{
	int n = 0;
	for (int i = 0; i < k->n; i++) {
		union {
			double value;
			uint64_t key;
		} u = {.value = v[i] + 0.0}; /* -0 orders as 0 */
		if (!isnan(v[i]))
			k->w.sorted[n++] = (struct item){u.key, (uint32_t)i};
	}
	sort(k->w.sorted, k->spare, n);
	k->w.n = n;
}

/* Of the values that were sorted last, interpolated between ranks; NAN of none. */
static double
quantile(const struct work *k, double q)
{
	int n = k->w.n;
	if (n == 0)
		return NAN;
	double rank = (n - 1) * q, low = value_of(&k->w.sorted[(int)rank]), high = low;
	if ((int)rank + 1 < n)
		high = value_of(&k->w.sorted[(int)rank + 1]);
	return low + (rank - (int)rank) * (high - low);
}

/* Empty, over the values that were sorted last. */
static void
window_open(struct work *k)
{
	struct window *w = &k->w;
	w->at = w->below = w->total = 0;
	for (int i = 0; i < w->n; i++)
		w->rank[w->sorted[i].at] = (uint32_t)i;
	memset(w->in, 0, ((size_t)k->n / WORD + 1) * sizeof *w->in);
}

static void
window_toggle(struct window *w, uint32_t rank)
{
	uint64_t bit = (uint64_t)1 << rank % WORD;
	int step = w->in[rank / WORD] & bit ? -1 : 1;
	w->in[rank / WORD] ^= bit;
	w->total += step;
	w->below += (int)rank < w->at ? step : 0;
}

/* The k-th smallest in the window, k < total. */
static double
window_value(struct window *w, int k)
{
	while (w->below > k) { /* to the one before */
		int word = w->at / WORD;
		uint64_t bits = w->in[word] & ~(ALL_ONES << w->at % WORD);
		while (!bits)
			bits = w->in[--word];
		w->at = word * WORD + WORD - 1 - __builtin_clzll(bits);
		w->below--;
	}
	for (;;) { /* onto one, and to the one after */
		int word = w->at / WORD;
		uint64_t bits = w->in[word] & ALL_ONES << w->at % WORD;
		while (!bits)
			bits = w->in[++word];
		w->at = word * WORD + __builtin_ctzll(bits);
		if (w->below == k)
			return value_of(&w->sorted[w->at]);
		w->at++;
		w->below++;
	}
}

/* The k-th smallest where `pads` more are as great as the greatest. */
static double
padded_value(struct work *k, int rank)
{
	return rank < k->w.total ? window_value(&k->w, rank) : k->greatest;
}

/* The medians, around each minute, of the values that were sorted last, but for what is left
 * out, of `least` values at least. pad: minutes before and behind. */
static void
roll_median(struct work *k, int pad, int least)
{
	int first = 0, last = 0;
	window_open(k);
	for (int i = 0; i < k->n; i++) {
		int after = pad + k->n - 1 - i, before = pad + i;
		int half = after < before ? after : before;
		half = half < k->half ? half : k->half;
		int pads = (half > i ? half - i : 0) +
			   (i + half >= k->n ? i + half - k->n + 1 : 0);
		for (; last < k->n && last <= i + half; last++)
			if (!k->left_out[last])
				window_toggle(&k->w, k->w.rank[last]);
		for (; first < i - half; first++)
			if (!k->left_out[first])
				window_toggle(&k->w, k->w.rank[first]);
		int all = k->w.total + pads;
		k->median[i] = all < least ? NAN
					   : (padded_value(k, (all - 1) / 2) +
						     padded_value(k, all / 2)) /
						     2;
	}
}

/* Active: median above its own quantile. */
static void
divide(struct work *k, double q)
{
	sort_values(k, k->median);
	double threshold = quantile(k, q);
	for (int i = 0; i < k->n; i++)
		k->active[i] = k->median[i] > threshold;
}

/* Turns runs of `value` of at most `longest` minutes into the other, and those at an end of
 * at most at_end. As flat closing (value 0) and opening (1) over longest + 1 minutes do. */
static void
absorb(struct work *k, int value, int longest, int at_end)
{
	for (int i = 0, to; i < k->n; i = to) {
		to = i;
		while (to < k->n && k->active[to] == k->active[i])
			to++;
		int is_end = i == 0 || to == k->n;
		if (k->active[i] != value || to - i > (is_end ? at_end : longest))
			continue;
		for (int at = i; at < to; at++)
			k->active[at] = !value;
	}
}

static void
leave_out(struct work *k, int from, int to, int state)
{
	for (int i = from; i < to; i++)
		if (k->active[i] == state && k->counts[i] == 0)
			k->left_out[i] = 1;
}

/* Leaves out the zeros of `state` that last `least` minutes or more; joined: a run goes on in
 * the next stretch of that state. */
static void
find_still(struct work *k, int state, int least, int joined)
{
	int from = 0, length = 0;
	for (int i = 0; i <= k->n; i++) {
		int is_other = i < k->n && k->active[i] != state;
		if (is_other && joined)
			continue;
		if (i < k->n && !is_other && k->counts[i] == 0) {
			from = length++ ? from : i;
			continue;
		}
		if (length >= least)
			leave_out(k, from, i, state);
		length = 0;
	}
}

/* Sorts the counts, with long runs of zeros as the 33rd percentile. */
static void
fill_zeros(struct work *k)
{
	sort_values(k, k->counts);
	double filler = quantile(k, PERCENTILE);
	for (int i = 0, to; i < k->n; i = to) {
		for (to = i; to < k->n && k->counts[to] == 0; to++)
			;
		for (int at = i; at < to; at++)
			k->median[at] = to - i > STILL ? filler : 0;
		if (to == i)
			k->median[i] = k->counts[i], to++;
	}
	if (filler > 0)
		sort_values(k, k->median);
}

static void
find_active(struct work *k, double q, int is_paper)
{
	fill_zeros(k);
	roll_median(k, k->half, 1);
	divide(k, q);
	absorb(k, 0, HOUR, HOUR / 2);
	if (is_paper)
		absorb(k, 1, HOUR, HOUR / 2);
	find_still(k, 0, STILL_REST + is_paper, !is_paper);
	find_still(k, 1, STILL_ACTIVE + is_paper, !is_paper);
	sort_values(k, k->counts);
	roll_median(k, HOUR, HOUR);
	divide(k, q);
	absorb(k, 0, 2 * HOUR, is_paper ? HOUR : 0);
	for (int i = 0; !is_paper && i < HOUR && i < k->n; i++)
		k->active[i] = k->active[k->n - 1 - i] = 0;
	absorb(k, 1, 2 * HOUR, HOUR);
	if (!is_paper)
		k->active[0] = k->active[k->n - 1] = 1;
}

static void
put_rest(const struct scorer_view *a, const struct work *k, struct scorer_result *ret)
{
	int there = 0;
	for (int i = 0; i < k->half && i < k->n; i++)
		there += !isnan(a->v[i]);
	for (int i = 0; i < k->n; i++) {
		if (i + k->half < k->n)
			there += !isnan(a->v[i + k->half]);
		if (i > k->half)
			there -= !isnan(a->v[i - k->half - 1]);
		if (!isnan(a->v[i]))
			scorer_put(ret, WRITE_REST, a->t0_ms + (int64_t)i * MINUTE_MS,
				!k->active[i], there / (2. * k->half + 1));
	}
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ACTIVITY];
	int there = 0;
	if (a->interval_ms != MINUTE_MS)
		return scorer_skip(ret, "activity is not a series of minutes");
	for (uint32_t i = 0; i < a->n; i++)
		there += !isnan(a->v[i]);
	if (there < options[OPTION_HOURS] * HOUR)
		return scorer_skip(ret, "too few hours of activity");
	struct work k = work_on(a, options[OPTION_SLEEP], in->scratch);
	find_active(&k, options[OPTION_SLEEP] / DAY_H,
		(int)options[OPTION_VARIANT] == VARIANT_PAPER);
	put_rest(a, &k, ret);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "crespo",
	.version = "1.0",
	.summary = "rest or not a minute, from activity over days (Crespo 2012)",
	.reads = (const struct scorer_port[]){{"activity", "counts", 0, 1e7, 1}, {0}},
	.writes = (const struct scorer_port[]){{"rest", "0/1", 0, 1, 0}, {0}},
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"variant", VARIANT_PAPER, 0, 1, "", "paper|pyactigraphy",
				"as published, or as that program does it"},
			{"sleep", 8, 2, 16, "h", NULL, "usual rest a day"},
			{"hours", 24, 4, 48, "h", NULL, "of activity that must be there"},
			{0},
		},
	.scratch_size = 2 * sizeof(uint64_t),
	.scratch_each = EACH,
	.score = score,
};
