/* SPDX-License-Identifier: MIT */
/* See stream.h. Knows no store, no zone and no night. */
#include "core/stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t
floor_step(int64_t t)
{
	int64_t r = t % STREAM_STEP_MS;
	return t - (r < 0 ? r + STREAM_STEP_MS : r);
}

void
stream_finish(struct stream *s)
{
	free(s->grid.v);
	free(s->samples);
	memset(s, 0, sizeof *s);
}

void
stream_reset(struct stream *s, const struct channel *channel, utc_ms from, utc_ms to)
{
	assert(from.ms <= to.ms);
	s->channel = channel;
	s->grid.start = UTC(floor_step(from.ms));
	s->grid.n =
		(uint32_t)((floor_step(to.ms + STREAM_STEP_MS - 1) - s->grid.start.ms) /
			   STREAM_STEP_MS);
	if (s->grid.n > s->grid_cap) {
		s->grid.v = xrealloc(s->grid.v, s->grid.n, sizeof *s->grid.v);
		s->grid_cap = s->grid.n;
	}
	s->n_samples = s->n_devices = 0;
	s->live = 0;
}

uint32_t
grid_index(const struct grid *g, utc_ms t)
{
	if (t.ms <= g->start.ms)
		return 0;
	int64_t i = (t.ms - g->start.ms) / STREAM_STEP_MS;
	return i < g->n ? (uint32_t)i : g->n;
}

utc_ms
grid_time(const struct grid *g, uint32_t i)
{
	return UTC(g->start.ms + (int64_t)i * STREAM_STEP_MS);
}

static int
device_index(struct stream *s, const struct device_id *id)
{
	char key[2 * ID_MAX + 2];
	snprintf(key, sizeof key, "%s/%s", id->source, id->device);
	for (uint32_t i = 0; i < s->n_devices; i++)
		if (strcmp(s->devices[i], key) == 0)
			return (int)i;
	if (s->n_devices == STREAM_DEVICES_MAX)
		return -1;
	memcpy(s->devices[s->n_devices], key, sizeof key);
	return (int)s->n_devices++;
}

static void
push_series(struct stream *s, const struct series *q, uint32_t device)
{
	int64_t from = s->grid.start.ms, to = from + (int64_t)s->grid.n * STREAM_STEP_MS;
	for (uint32_t i = 0; i < q->n; i++) {
		int64_t t = q->t ? q->t[i] : q->start.ms + (int64_t)i * q->interval_ms;
		if (t < from || t >= to)
			continue;
		if (s->n_samples == STREAM_SAMPLES_MAX) {
			s->dropped++;
			continue;
		}
		if (s->n_samples == s->cap_samples) {
			s->cap_samples = s->cap_samples ? 2 * s->cap_samples : 4096;
			s->samples =
				xrealloc(s->samples, s->cap_samples, sizeof *s->samples);
		}
		s->samples[s->n_samples++] =
			(struct stream_sample){t, q->revision, q->v[i], device};
	}
}

void
stream_push(struct stream *s, const struct batch *b)
{
	uint32_t before = s->n_samples;
	for (uint32_t i = 0; i < b->n_series; i++) {
		if (b->series[i].channel != s->channel)
			continue;
		int device = device_index(s, &b->from);
		if (device < 0)
			s->dropped += b->series[i].n;
		else
			push_series(s, &b->series[i], (uint32_t)device);
	}
	if (s->n_samples > before && !b->historical)
		s->live = 1;
}

/* By device and time; of equal ones the winner first. */
static int
compare_samples(const void *pa, const void *pb)
{
	const struct stream_sample *a = pa, *b = pb;
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	if (a->revision != b->revision)
		return a->revision > b->revision ? -1 : 1;
	if (isnan(a->v) || isnan(b->v))
		return !!isnan(a->v) - !!isnan(b->v);
	return (a->v < b->v) - (a->v > b->v);
}

static void
sort_and_unique(struct stream *s)
{
	int sorted = 1;
	for (uint32_t i = 1; i < s->n_samples && sorted; i++)
		sorted = compare_samples(&s->samples[i - 1], &s->samples[i]) <= 0;
	if (!sorted)
		qsort(s->samples, s->n_samples, sizeof *s->samples, compare_samples);
	uint32_t n = 0;
	for (uint32_t i = 0; i < s->n_samples; i++)
		if (n == 0 || s->samples[n - 1].device != s->samples[i].device ||
			s->samples[n - 1].t != s->samples[i].t)
			s->samples[n++] = s->samples[i];
	s->n_samples = n;
}

/* order[0] = the device with the most samples. */
static void
rank_devices(struct stream *s, uint32_t order[static STREAM_DEVICES_MAX])
{
	memset(s->per_device, 0, sizeof s->per_device);
	for (uint32_t i = 0; i < s->n_samples; i++)
		s->per_device[s->samples[i].device]++;
	for (uint32_t i = 0; i < s->n_devices; i++) {
		uint32_t at = i;
		while (at > 0) {
			uint32_t other = order[at - 1];
			int better =
				s->per_device[i] != s->per_device[other]
					? s->per_device[i] > s->per_device[other]
					: strcmp(s->devices[i], s->devices[other]) < 0;
			if (!better)
				break;
			order[at] = other;
			at--;
		}
		order[at] = i;
	}
}

/* Fills the cells that are still empty from one device's samples, which lie together. */
static void
fold_device(struct stream *s, uint32_t first, uint32_t last)
{
	uint32_t i = first;
	while (i < last) {
		uint32_t cell = grid_index(&s->grid, UTC(s->samples[i].t));
		double sum = 0;
		uint32_t n = 0;
		for (; i < last && grid_index(&s->grid, UTC(s->samples[i].t)) == cell;
			i++)
			if (!isnan(s->samples[i].v))
				sum += s->samples[i].v, n++;
		if (n > 0 && isnan(s->grid.v[cell]))
			s->grid.v[cell] =
				s->channel->fold == CHANNEL_FOLD_SUM ? sum : sum / n;
	}
}

void
stream_close(struct stream *s)
{
	uint32_t order[STREAM_DEVICES_MAX];
	sort_and_unique(s);
	rank_devices(s, order);
	for (uint32_t i = 0; i < s->grid.n; i++)
		s->grid.v[i] = NAN;
	for (uint32_t k = 0; k < s->n_devices; k++) {
		uint32_t first = 0;
		while (first < s->n_samples && s->samples[first].device != order[k])
			first++;
		uint32_t last = first;
		while (last < s->n_samples && s->samples[last].device == order[k])
			last++;
		fold_device(s, first, last);
	}
	char ranked[STREAM_DEVICES_MAX][2 * ID_MAX + 2];
	for (uint32_t k = 0; k < s->n_devices; k++)
		memcpy(ranked[k], s->devices[order[k]], sizeof ranked[k]);
	memcpy(s->devices, ranked, s->n_devices * sizeof ranked[0]);
}
