/* SPDX-License-Identifier: MIT */
/* For tests of scorers of minutes: the window around one minute as the host cuts it, and
 * what it makes of a whole recording. */
#pragma once

#include "scorers/rig.h"
#include "scorers/shared.h"

#define MINUTE        60000
#define EPOCHS_MAX    ROWS_MAX
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

/* score() on a whole recording of one channel, the first step of which is at start_ms. */
static inline int
score_recording(struct rig *r, const double *v, int n, uint32_t interval_s)
{
	r->in.end_ms = r->in.start_ms + (int64_t)n * interval_s * 1000;
	r->in.at_ms = r->in.end_ms;
	rig_view(r, 0, v, (uint32_t)n, interval_s);
	return rig_score(r);
}

/* What the last call wrote to a channel, step by step of view 0; NAN = nothing. */
static inline void
written(const struct rig *r, const char *channel, double *ret)
{
	const struct scorer_view *v = &r->views[0];
	for (uint32_t i = 0; i < v->n; i++)
		ret[i] = NAN;
	for (uint32_t k = 0; k < r->out.n_values; k++) {
		const struct scorer_value *w = &r->values[k];
		if (strcmp(r->desc->writes[w->port].channel, channel) != 0)
			continue;
		int64_t i = (w->t_ms - v->t0_ms) / v->interval_ms;
		assert_true(i >= 0 && i < v->n && isnan(ret[i]));
		ret[i] = w->value;
	}
}

/* Of n labels, but for `edge` at both ends and those that are missing: how many equal got.
 * Prints the line of the comparison. */
static inline int
print_equal(const char *name, const double *got, const double *label, int n, int edge)
{
	int equal = 0, all = 0;
	for (int i = edge; i < n - edge; i++) {
		all += !isnan(label[i]);
		equal += !isnan(label[i]) && got[i] == label[i];
	}
	print_message("%s: %d of %d equal\n", name, equal, all);
	return all - equal;
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

/* Of n still minutes one was not recorded: it gets no score. Half minutes get none, either. */
static inline void
expect_no_score(struct rig *r, int n, int missing)
{
	double counts[EPOCHS_WINDOW] = {0};
	counts[missing] = NAN;
	assert_int_equal(score_minute(r, counts, n, missing), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no activity in this minute");
	assert_int_equal(r->out.n_values, 0);
	rig_view(r, 0, counts, (uint32_t)n, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}
