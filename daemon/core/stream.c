/* SPDX-License-Identifier: MIT */
/* See stream.h. Takes samples in and keeps them within limits; the rules are stream_settle.c's.
 * Knows no store, no zone and no night. */
#include "core/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
stream_finish(struct stream *s)
{
	free(s->grid.v);
	free(s->runs);
	free(s->values);
	free(s->single);
	free(s->spare);
	free(s->cover);
	free(s->cover_spare);
	memset(s, 0, sizeof *s);
}

void
stream_reset(struct stream *s, const struct channel *channel, utc_ms from, utc_ms to)
{
	assert(from.ms <= to.ms);
	s->channel = channel;
	s->grid.start = UTC(grid_floor(from.ms, MINUTE_MS));
	s->grid.n = (uint32_t)((grid_floor(to.ms + STREAM_STEP_MS - 1, MINUTE_MS) -
				       s->grid.start.ms) /
			       STREAM_STEP_MS);
	s->n_samples = s->n_runs = s->n_values = s->n_single = s->n_devices = 0;
	s->settled = s->as_runs = s->live = 0;
	s->beyond[0] = 0;
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

/* Takes a device out, and everybody whose name is not before its own from now on. The last
 * slot moves into its place. */
static void
leave_out(struct stream *s, uint32_t device)
{
	uint32_t last = --s->n_devices, n = 0, values = 0;
	memcpy(s->beyond, s->devices[device], sizeof s->beyond);
	s->dropped += s->per_device[device];
	for (uint32_t i = 0; i < s->n_runs; i++) { /* runs lie as their values do */
		struct stream_run r = s->runs[i];
		if (r.device == device)
			continue;
		memmove(s->values + values, s->values + r.at, r.n * sizeof *s->values);
		r.at = values, values += r.n;
		r.device = r.device == last ? device : r.device;
		s->runs[n++] = r;
	}
	s->n_runs = n, s->n_values = values, n = 0;
	for (uint32_t i = 0; i < s->n_single; i++) {
		struct stream_sample q = s->single[i];
		if (q.device == device)
			continue;
		q.device = q.device == last ? device : q.device;
		s->single[n++] = q;
	}
	s->n_single = n;
	memmove(s->devices[device], s->devices[last], sizeof s->devices[device]);
	s->per_device[device] = s->per_device[last];
}

static uint32_t
last_by_name(const struct stream *s)
{
	uint32_t last = 0;
	for (uint32_t i = 1; i < s->n_devices; i++)
		if (strcmp(s->devices[i], s->devices[last]) > 0)
			last = i;
	return last;
}

/* The device's slot, made if need be, with room for n more samples; -1 = left out. Which devices
 * are left out at the end depends on how much each sent, not on when: the first by name that
 * fit together stay. */
static int
admit(struct stream *s, const struct device_id *id, uint32_t n)
{
	char key[STREAM_KEY_LEN];
	snprintf(key, sizeof key, "%s/%s", id->source, id->device);
	for (;;) {
		uint32_t i = 0;
		while (i < s->n_devices && strcmp(s->devices[i], key) != 0)
			i++;
		int full = i == STREAM_DEVICES_MAX ||
			   (uint64_t)s->n_values + s->n_single + n > STREAM_SAMPLES_MAX;
		if (s->beyond[0] && strcmp(key, s->beyond) >= 0)
			return -1;
		if (!full) {
			if (i == s->n_devices) {
				memcpy(s->devices[i], key, sizeof key);
				s->per_device[s->n_devices++] = 0;
			}
			s->per_device[i] += n;
			return (int)i;
		}
		uint32_t last = s->n_devices ? last_by_name(s) : 0;
		if (s->n_devices && strcmp(s->devices[last], key) >= 0)
			leave_out(s, last);
		else
			memcpy(s->beyond, key, sizeof key);
	}
}

static uint32_t
grown(uint32_t cap, uint32_t need, uint32_t least)
{
	cap = cap < least ? least : cap;
	while (cap < need)
		cap *= 2;
	return cap;
}

#define make_room(list, cap, need, least)                                                \
	do {                                                                             \
		if ((need) > (cap)) {                                                    \
			(cap) = grown((cap), (need), (least));                           \
			(list) = xrealloc((list), (cap), sizeof *(list));                \
		}                                                                        \
	} while (0)

static int64_t
ceil_div(int64_t a, int64_t b)
{
	return a > 0 ? (a + b - 1) / b : 0; /* only asked for what lies ahead */
}

static void
push_regular(struct stream *s, const struct device_id *from, const struct series *q)
{
	int64_t a = s->grid.start.ms, e = a + (int64_t)s->grid.n * STREAM_STEP_MS;
	int64_t first = ceil_div(a - q->start.ms, q->interval_ms),
		last = ceil_div(e - q->start.ms, q->interval_ms);
	last = last < q->n ? last : q->n;
	if (first >= last)
		return;
	uint32_t n = (uint32_t)(last - first);
	int device = admit(s, from, n);
	if (device < 0) {
		s->dropped += n;
		return;
	}
	make_room(s->runs, s->cap_runs, s->n_runs + 1, 64);
	make_room(s->values, s->cap_values, s->n_values + n, 4096);
	memcpy(s->values + s->n_values, q->v + first, n * sizeof *q->v);
	s->runs[s->n_runs++] = (struct stream_run){q->start.ms + first * q->interval_ms,
		q->revision, q->interval_ms, n, (uint32_t)device, s->n_values};
	s->n_values += n;
}

static void
push_irregular(struct stream *s, const struct device_id *from, const struct series *q)
{
	int64_t a = s->grid.start.ms, e = a + (int64_t)s->grid.n * STREAM_STEP_MS;
	uint32_t n = 0;
	for (uint32_t i = 0; i < q->n; i++)
		n += q->t[i] >= a && q->t[i] < e;
	int device = n ? admit(s, from, n) : -1;
	if (device < 0) {
		s->dropped += n;
		return;
	}
	make_room(s->single, s->cap_single, s->n_single + n, 4096);
	for (uint32_t i = 0; i < q->n; i++)
		if (q->t[i] >= a && q->t[i] < e)
			s->single[s->n_single++] = (struct stream_sample){
				q->t[i], q->revision, q->v[i], 0, (uint32_t)device};
}

void
stream_push(struct stream *s, const struct batch *b)
{
	uint32_t before = s->n_values + s->n_single;
	for (uint32_t i = 0; i < b->n_series; i++) {
		const struct series *q = &b->series[i];
		if (q->channel != s->channel)
			continue;
		if (q->t)
			push_irregular(s, &b->from, q);
		else
			push_regular(s, &b->from, q);
	}
	if (s->n_values + s->n_single > before && !b->historical)
		s->live = 1;
}

void
stream_close(struct stream *s)
{
	stream_settle(s);
	make_room(s->grid.v, s->grid_cap, s->grid.n, 64);
	stream_fold(s, s->grid.start.ms, (uint32_t)STREAM_STEP_MS, s->grid.n, s->grid.v);
}
