/* SPDX-License-Identifier: MIT */
/* See rest.h. Pure arithmetic on one grid of minutes; knows no person and no zone. */
#include "core/rest.h"

#include <math.h>
#include <string.h>

#define NOT_WORN_MIN    120
#define SPIKE_MIN       2
#define SPIKE_EVERY_MIN 90
#define CLEAR_MIN       30
#define HALF_WIDTH      10 /* centred 21-min mean */
#define EDGE_MIN        5
#define REST_SHARE      0.08
#define BURST_SHARE     0.8
#define BURST_MIN       20
#define QUIET_SHARE     0.25
#define BLOCK_MIN       15
#define GAP_MIN         60
#define QUIET_GAP_MIN   90
#define UNSEEN_GAP_MIN  240
#define NIGHT_MIN       180
#define LEVEL_MIN       120 /* non-zero minutes that a level needs */
#define LEVEL_FALLBACK  60

/* Running sums, so that the mean of any stretch costs two look-ups. */
struct sums {
	const double *v, *n; /* v[i], n[i]: over minutes [0, i) */
	uint32_t len;
};

static double
mean(const struct sums *s, int64_t a, int64_t b)
{
	a = a < 0 ? 0 : a;
	b = b > s->len ? s->len : b;
	if (a >= b || s->n[b] == s->n[a])
		return NAN;
	return (s->v[b] - s->v[a]) / (s->n[b] - s->n[a]);
}

static int
is_zero(double v)
{
	return v == 0;
}

/* End of the run of zeros from i on, short spikes in clear surroundings included. Spikes that
 * come oftener than SPIKE_EVERY_MIN are somebody lying still, not a table. */
static uint32_t
still_until(const struct grid *g, uint32_t i)
{
	uint32_t clear = 0, spikes = 0, begin = i;
	while (i < g->n) {
		if (is_zero(g->v[i])) {
			clear++, i++;
			continue;
		}
		uint32_t spike = i;
		while (spike < g->n && !is_zero(g->v[spike]) && !isnan(g->v[spike]))
			spike++;
		if (clear < CLEAR_MIN || spike - i > SPIKE_MIN || spike == i)
			return i;
		for (uint32_t k = spike; k < spike + CLEAR_MIN; k++)
			if (k >= g->n || !is_zero(g->v[k]))
				return i;
		if (++spikes * SPIKE_EVERY_MIN > i - begin)
			return i;
		clear = 0, i = spike;
	}
	return i;
}

void
rest_worn(const struct grid *g, unsigned char *worn)
{
	uint32_t i = 0;
	while (i < g->n) {
		if (!is_zero(g->v[i])) {
			worn[i] = !isnan(g->v[i]);
			i++;
			continue;
		}
		uint32_t end = still_until(g, i);
		memset(worn + i, end - i < NOT_WORN_MIN, end - i);
		i = end;
	}
}

static double
level_of(const struct grid *g, const unsigned char *worn, uint32_t from, uint32_t to,
	uint32_t need)
{
	double sum = 0;
	uint32_t n = 0;
	for (uint32_t i = from; i < to; i++)
		if (worn[i] && g->v[i] > 0)
			sum += g->v[i], n++;
	return n >= need ? sum / n : NAN;
}

/* 1 if the stretch of waking between two rests divides two nights. Minutes that nobody saw are
 * no waking: they do not count, unless there are very many. */
static int
gap_divides(const struct sums *s, uint32_t from, uint32_t to, double level)
{
	uint32_t gap = to - from;
	if (gap < UNSEEN_GAP_MIN)
		gap = (uint32_t)(s->n[to] - s->n[from]);
	if (gap < GAP_MIN) {
		int burst = 0;
		for (int64_t i = (int64_t)from - EDGE_MIN;
			i <= (int64_t)to - BURST_MIN + EDGE_MIN && !burst; i++)
			burst = mean(s, i, i + BURST_MIN) >= BURST_SHARE * level;
		if (!burst)
			return 0;
	}
	return !(gap < QUIET_GAP_MIN && mean(s, from, to) < QUIET_SHARE * level);
}

static void
widen(const struct sums *s, const unsigned char *worn, uint32_t from, uint32_t to,
	double low, struct rest_period *p)
{
	while (p->first > from && worn[p->first - 1] &&
		mean(s, (int64_t)p->first - EDGE_MIN, p->first) < low)
		p->first--;
	while (p->last < to && worn[p->last] &&
		mean(s, p->last, p->last + EDGE_MIN) < low)
		p->last++;
}

/* Appends a rest, joined to the one before where the gap allows. Of more than fit, the
 * shortest makes room. */
static void
add_rest(struct rest_period *list, unsigned *n, struct rest_period p,
	const struct sums *s, double level)
{
	struct rest_period *last = *n ? &list[*n - 1] : NULL;
	if (last &&
		(p.first <= last->last || !gap_divides(s, last->last, p.first, level))) {
		last->last = p.last > last->last ? p.last : last->last;
		return;
	}
	if (last && last->last - last->first < NIGHT_MIN)
		(*n)--; /* cannot grow any more, and is no night */
	if (*n < REST_PERIODS_MAX)
		list[(*n)++] = p;
}

unsigned
rest_find(const struct grid *g, const unsigned char *worn, uint32_t from, uint32_t to,
	uint32_t ref_from, uint32_t ref_to, double *sums,
	struct rest_period ret[static REST_PERIODS_MAX])
{
	double level = level_of(g, worn, ref_from, ref_to, LEVEL_MIN);
	if (isnan(level))
		level = level_of(g, worn, from, to, LEVEL_FALLBACK);
	if (isnan(level))
		return 0;
	double *v = sums, *cnt = sums + g->n + 1, low = REST_SHARE * level;
	v[0] = cnt[0] = 0;
	for (uint32_t i = 0; i < g->n; i++) {
		v[i + 1] = v[i] + (worn[i] ? g->v[i] : 0);
		cnt[i + 1] = cnt[i] + (worn[i] ? 1 : 0);
	}
	struct sums s = {v, cnt, g->n};
	unsigned n = 0;
	for (uint32_t i = from; i < to;) {
		if (!worn[i] || !(mean(&s, (int64_t)i - HALF_WIDTH,
					  (int64_t)i + HALF_WIDTH + 1) < low)) {
			i++;
			continue;
		}
		struct rest_period p = {i, i};
		while (p.last < to && worn[p.last] &&
			mean(&s, (int64_t)p.last - HALF_WIDTH,
				(int64_t)p.last + HALF_WIDTH + 1) < low)
			p.last++;
		i = p.last;
		if (p.last - p.first < BLOCK_MIN)
			continue;
		widen(&s, worn, from, to, low, &p);
		add_rest(ret, &n, p, &s, level);
	}
	if (n && ret[n - 1].last - ret[n - 1].first < NIGHT_MIN)
		n--;
	return n;
}
