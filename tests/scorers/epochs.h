/* SPDX-License-Identifier: MIT */
/* For tests of scorers of minutes: the window around one minute as the host cuts it, and
 * columns of shared tables by their names. */
#pragma once

#include "scorers/rig.h"
#include "scorers/shared.h"

#define MINUTE        60000
#define EPOCHS_MAX    24000
#define EPOCHS_WINDOW 128

/* score() for minute i of a recording of n; outside it, NAN. */
static inline int
score_minute(struct rig *r, const double *counts, int n, int i)
{
	const struct scorer_span *w = &r->desc->window;
	int length = w->length_s / 60, before = w->anchor_s / 60;
	double window[EPOCHS_WINDOW];
	assert_true(length <= EPOCHS_WINDOW);
	for (int k = 0; k < length; k++) {
		int at = i - before + k;
		window[k] = at >= 0 && at < n ? counts[at] : NAN;
	}
	r->in.at_ms = (int64_t)i * MINUTE;
	r->in.start_ms = r->in.at_ms - (int64_t)before * MINUTE;
	r->in.end_ms = r->in.start_ms + (int64_t)length * MINUTE;
	rig_view(r, 0, window, (uint32_t)length, 60);
	return rig_score(r);
}

/* Of n minutes, but for `edge` at both ends and those without a label: how many get a label
 * other than `sleep` says (1 asleep, 0 awake, NAN none). */
static inline int
count_differing(struct rig *r, const double *counts, const double *sleep, int n, int edge)
{
	int differ = 0;
	for (int i = edge; i < n - edge; i++) {
		if (isnan(sleep[i]))
			continue;
		assert_int_equal(score_minute(r, counts, n, i), SCORER_OK);
		differ += rig_value(r, "asleep") != sleep[i];
	}
	return differ;
}

/* R writes the heads of its tables in quotes. */
static inline int
is_named(const char *head, const char *name)
{
	size_t n = strlen(name);
	head += *head == '"';
	return strncmp(head, name, n) == 0 && (!head[n] || head[n] == '"');
}

/* A column of a shared table into v: numbers, an S is 1, a W is 0, a blank is NAN. Returns the
 * rows; skips the test where the table is not there. */
static inline int
read_column(const char *path, const char *name, double v[EPOCHS_MAX])
{
	FILE *f = shared_data(path);
	char line[1024], *cells[32];
	unsigned column = 0, n = 0;
	int rows = 0;
	if (!f)
		skip();
	assert_non_null(fgets(line, sizeof line, f));
	n = split(line, cells, 32);
	while (column < n && !is_named(cells[column], name))
		column++;
	assert_true(column < n);
	while (rows < EPOCHS_MAX && fgets(line, sizeof line, f)) {
		assert_int_equal(split(line, cells, 32), n);
		const char *cell = cells[column];
		v[rows++] = *cell == 'S' ? 1 : *cell == 'W' ? 0 : number(cell);
	}
	fclose(f);
	return rows;
}
