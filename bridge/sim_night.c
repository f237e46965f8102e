/* SPDX-License-Identifier: MIT */
/* Hypnogram and minute data, see sim_night.h. */
#include "sim_night.h"

#include <math.h>
#include <string.h>

/* Cuts `total` into `parts` pieces of at least 1, all ways equally likely: parts - 1 of the
 * total - 1 places between units become cuts (Knuth's algorithm S). */
static void
compose(struct prng *draws, uint32_t total, uint32_t parts, uint32_t *ret)
{
	uint32_t cuts = parts - 1, at = 0, begun = 0;

	assert(parts >= 1 && parts <= total);
	for (uint32_t place = 1; place < total; place++)
		if (prng_below(draws, total - place) < cuts) {
			ret[at++] = place - begun;
			begun = place;
			cuts--;
		}
	ret[at] = total - begun;
}

static void
fill(struct sim_night *night, uint32_t n, int asleep)
{
	assert(night->n + n <= SIM_EPOCHS_MAX);
	memset(night->asleep + night->n, asleep, n);
	night->n += n;
}

void
sim_night_make(struct sim_night *night, const struct sim_day *d, int64_t out_of_bed,
	struct prng *draws)
{
	uint32_t wakes = (uint32_t)d->wakes, asleep[SIM_EPOCHS_MAX],
		 awake[SIM_EPOCHS_MAX];

	memset(night, 0, sizeof *night);
	compose(draws, 2 * (uint32_t)d->tst_min, wakes + 1, asleep);
	if (wakes)
		compose(draws, 2 * (uint32_t)d->waso_min, wakes, awake);
	fill(night, 2 * (uint32_t)d->sol_min, 0);
	for (uint32_t i = 0; i <= wakes; i++) {
		fill(night, asleep[i], 1);
		if (i < wakes)
			fill(night, awake[i], 0);
	}
	fill(night, 2 * (uint32_t)d->after_min, 0);
	night->start = out_of_bed - night->n * SIM_EPOCH_MS;
}

void
sim_minute(const struct sim_night *night, int64_t t, struct prng *draws,
	double *ret_counts, double *ret_bpm)
{
	double counts = 0, bpm = 0;

	for (int half = 0; half < 2; half++) {
		int64_t at = t + half * SIM_EPOCH_MS;
		int64_t k = night && at >= night->start
				    ? (at - night->start) / SIM_EPOCH_MS
				    : -1;
		double u = prng_uniform(draws), v = prng_uniform(draws);
		if (k < 0 || k >= (int64_t)night->n) {
			counts += 150 + 250 * v + (u < .3 ? 1500 * v : 0);
			bpm += 72 + 8 * v;
		} else if (!night->asleep[k]) {
			counts += 120 + 300 * v;
			bpm += 61 + 4 * v;
		} else {
			counts += u < .08 ? floor(1 + 25 * v) : 0;
			bpm += 53 + 3 * v;
		}
	}
	*ret_counts = floor(counts);
	*ret_bpm = bpm / 2;
}
