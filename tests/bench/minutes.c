/* SPDX-License-Identifier: MIT */
/* What a year of minutes costs the host: every date's stretch fetched from memory and laid out, with
 * cole_kripke run over it. Five minute-rate channels, a batch of each a day. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/cost.h"
#include "bench/samples.h"
#include "sys/loader.h"

#define DAYS   365
#define T0     (INT64_C(19000) * DAY_MS)
#define ROUNDS 5
#define A_DAY  (DAY_MS / MINUTE_MS)
#define BEFORE (30 * HOUR_MS) /* as the pipeline asks for a date */
#define AFTER  (20 * HOUR_MS)

static const char *const names[] = {
	"activity", "heart_rate", "spo2", "resp_rate", "light"};
static double values[array_len(names)][DAYS * A_DAY];

static int
samples(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct batch *), void *ctx)
{
	(void)user, (void)person;
	for (int64_t d = 0; d < DAYS; d++) {
		int64_t start = T0 + d * DAY_MS;
		if (start >= to.ms || start + DAY_MS <= from.ms)
			continue;
		struct series q[array_len(names)];
		for (unsigned c = 0; c < array_len(names); c++)
			q[c] = (struct series){channel_by_name(names[c]), UTC(start),
				(uint32_t)MINUTE_MS, (uint32_t)A_DAY, NULL,
				values[c] + d * A_DAY, 0};
		struct batch b = {{"anna", "csv", "band"}, .first = UTC(start),
			.last = UTC(start + DAY_MS - MINUTE_MS),
			.n_series = array_len(names), .series = q};
		int r = each(ctx, &b);
		if (r)
			return r;
	}
	return 0;
}

int
main(void)
{
	static struct scorers set;
	static struct board board;
	static struct stretch stretch;
	struct loader *loader = NULL;
	const struct scorer *desc = NULL;
	struct line_io io = SAMPLES_ALONE(samples);
	char why[SCORERS_WHY_LEN] = "";
	unsigned seed = 7;
	for (unsigned c = 0; c < array_len(names); c++)
		for (uint32_t i = 0; i < DAYS * A_DAY; i++) {
			seed = seed * 1103515245u + 12345u;
			values[c][i] = (seed >> 16) % 50 + 50;
		}
	const char *dir = getenv("DOZED_SCORER_DIR");
	if (!dir || loader_new(dir, &loader) ||
		loader_open(loader, "cole_kripke", &desc, why) ||
		scorers_add(&set, desc, why) || scorers_order(&set, why) ||
		board_init(&board, &set) || stretch_init(&stretch, &board)) {
		fprintf(stderr, "DOZED_SCORER_DIR=%s: %s\n", dir ? dir : "", why);
		return 1;
	}
	for (int round = 0; round < ROUNDS; round++) {
		double begin = seconds(), sum = 0;
		for (int64_t d = 2; d < DAYS - 1; d++) {
			int64_t noon = T0 + d * DAY_MS;
			if (stretch_load(&stretch, &io, "anna", UTC(noon - BEFORE),
				    UTC(noon + AFTER)) < 0)
				return 1;
			const struct board_grid *g =
				&board.channels[board_find(&board, "asleep")].span;
			for (uint32_t i = 0; i < g->n; i++)
				sum += isnan(g->v[i]) ? 0 : g->v[i];
		}
		printf("minutes: %d stretches of %lld h: %.1f ms (%.0f asleep)\n",
			DAYS - 3, (long long)((BEFORE + AFTER) / HOUR_MS),
			1e3 * (seconds() - begin), sum);
	}
	stretch_finish(&stretch);
	board_finish(&board);
	loader_free(loader);
	return 0;
}
