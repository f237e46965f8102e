/* SPDX-License-Identifier: MIT */
/* Regular grids, see grid.h. */
#include "grid.h"

#include <stdlib.h>
#include <string.h>

static int
step_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The most frequent step, and how often it occurs. */
static int64_t
commonest(const int64_t *steps, size_t n, size_t *ret_times)
{
	int64_t best = 0;
	size_t times = 0;

	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && steps[j] == steps[i];)
			j++;
		if (j - i > times) {
			times = j - i;
			best = steps[i];
		}
	}
	*ret_times = times;
	return best;
}

static int
is_on_grid(int64_t step, int64_t interval)
{
	return step % interval == 0 && step / interval <= GRID_HOLE_MAX;
}

void
grid_find(const struct channel *ch, struct samples *s)
{
	size_t n = s->n ? s->n - 1 : 0, same, on = 0;

	s->interval_ms = 0;
	/* beats come when they come */
	if (n < 2 || strcmp(ch->name, "rr") == 0)
		return;
	int64_t *steps = xcalloc(n, sizeof *steps);
	for (size_t i = 0; i < n; i++)
		steps[i] = s->v[i + 1].t - s->v[i].t;
	qsort(steps, n, sizeof *steps, step_compare);
	int64_t interval = commonest(steps, n, &same);
	for (size_t i = 0; i < n; i++)
		on += (size_t)is_on_grid(steps[i], interval);
	free(steps);
	if (interval <= DAY_MS && same >= (n + 1) / 2 && on >= n - n / 10)
		s->interval_ms = (uint32_t)interval;
}

int
grid_continues(const struct samples *s, size_t i)
{
	if (s->interval_ms == 0)
		return 1;
	return i > 0 && is_on_grid(s->v[i].t - s->v[i - 1].t, s->interval_ms);
}
