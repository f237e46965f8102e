/* SPDX-License-Identifier: MIT */
/* See batches.h. */
#include "batches.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "chance.h"
#include "wire.h"

void
batches_finish(struct batches *b)
{
	for (unsigned i = 0; i < b->n; i++)
		free(b->list[i].payload);
	free(b->list);
	memset(b, 0, sizeof *b);
}

static uint64_t
next_seq(const struct batches *b, const struct device_id *from)
{
	for (unsigned i = b->n; i > 0; i--)
		if (memcmp(&b->list[i - 1].from, from, sizeof *from) == 0)
			return b->list[i - 1].seq + 1;
	return 1;
}

static void
add(struct batches *b, struct batch *one, utc_ms last)
{
	if (b->n == b->cap) {
		b->cap = b->cap ? 2 * b->cap : 1024;
		b->list = xrealloc(b->list, b->cap, sizeof *b->list);
	}
	struct packed *p = &b->list[b->n];
	one->epoch = 1, one->seq = next_seq(b, &one->from), one->historical = !b->live;
	one->received = last;
	*p = (struct packed){.from = one->from, .seq = one->seq, .last = last};
	p->payload = wire_pack(one, &p->size);
	b->n++;
}

static int
other_way(const struct batches *b, int64_t at)
{
	struct chance c = {b->salt ^ (uint64_t)at};
	return chance_between(&c, 0, 1);
}

/* The time that names a batch: of its first event. */
static int64_t
first_event(const struct batch *one)
{
	return one->n_series     ? one->series[0].start.ms
	       : one->n_sessions ? one->sessions[0].start.ms
	       : one->n_ratings  ? one->ratings[0].at.ms
	       : one->n_feedback ? one->feedback[0].at.ms
				 : one->markers[0].at.ms;
}

static void
add_half(struct batches *b, const struct batch *one, utc_ms last, int second)
{
	struct batch half = *one;
	struct series q = one->series[0];
	double *v cleanup(freep) = xcalloc(q.n, sizeof *v);
	for (uint32_t i = 0; i < q.n; i++)
		v[i] = other_way(b, q.start.ms + (int64_t)i * q.interval_ms) == second
			       ? q.v[i]
			       : NAN;
	q.v = v, half.series = &q;
	if (second)
		snprintf(half.from.device, sizeof half.from.device, "second");
	add(b, &half, last);
}

/* What a device with a wrong clock says: the same, at another time. */
static void
skew(const struct batches *b, struct batch *one)
{
	if (b->source)
		snprintf(one->from.source, sizeof one->from.source, "%s", b->source);
	for (uint32_t i = 0; i < one->n_series; i++)
		((struct series *)one->series)[i].start.ms += b->clock_off_ms;
	for (uint32_t i = 0; i < one->n_sessions; i++) {
		((struct session *)one->sessions)[i].start.ms += b->clock_off_ms;
		((struct session *)one->sessions)[i].end.ms += b->clock_off_ms;
	}
	for (uint32_t i = 0; i < one->n_ratings; i++)
		((struct rating *)one->ratings)[i].at.ms += b->clock_off_ms;
	for (uint32_t i = 0; i < one->n_markers; i++)
		((struct marker *)one->markers)[i].at.ms += b->clock_off_ms;
	for (uint32_t i = 0; i < one->n_feedback; i++)
		((struct feedback *)one->feedback)[i].at.ms += b->clock_off_ms;
}

void
batches_add(struct batches *b, struct batch *one, utc_ms last)
{
	skew(b, one);
	int is_split = b->split && strcmp(one->from.device, b->split_device) == 0;
	if (is_split && b->split == SPLIT_SAMPLES && one->n_series == 1) {
		add_half(b, one, last, 0);
		add_half(b, one, last, 1);
		return;
	}
	if (is_split && other_way(b, first_event(one)))
		snprintf(one->from.device, sizeof one->from.device, "second");
	add(b, one, last);
}

static int
compare(const void *pa, const void *pb)
{
	const struct packed *a = pa, *b = pb;
	if (a->last.ms != b->last.ms)
		return a->last.ms < b->last.ms ? -1 : 1;
	int c = memcmp(&a->from, &b->from, sizeof a->from);
	return c ? c : (a->seq > b->seq) - (a->seq < b->seq);
}

void
batches_sort(struct batches *b)
{
	qsort(b->list, b->n, sizeof *b->list, compare);
}

/* --- made up --------------------------------------------------------------------------- */

struct maker {
	struct batches *to;
	const char *person;
	const struct zone *zone;
	struct chance chance;
};

static struct batch
from_device(const struct maker *m, const char *source, const char *device)
{
	struct batch b = {0};
	snprintf(b.from.person, sizeof b.from.person, "%s", m->person);
	snprintf(b.from.source, sizeof b.from.source, "%s", source);
	snprintf(b.from.device, sizeof b.from.device, "%s", device);
	return b;
}

/* A day of one wrist from 18:00 to 18:00 in batches of two hours; now and then one is missing
 * (an empty battery), or holds holes, or is sent again with another revision. */
static void
wrist(struct maker *m, const char *device, utc_ms from, utc_ms bed, utc_ms rise,
	utc_ms to)
{
	struct motion_maker motion = {.chance = {chance_next(&m->chance)}};
	double v[120];
	for (utc_ms t = from; t.ms < to.ms;) {
		struct series q = {
			channel_by_name("activity"), t, MINUTE_MS, 0, NULL, v, 0};
		int holes = chance_between(&m->chance, 0, 9) == 0;
		for (; q.n < 120 && t.ms < to.ms; t.ms += MINUTE_MS) {
			int asleep = t.ms >= bed.ms && t.ms < rise.ms;
			v[q.n++] = motion_minute(
				&motion, asleep ? MOTION_ASLEEP : MOTION_AWAKE);
			if (holes && chance_between(&m->chance, 0, 4) == 0)
				v[q.n - 1] = NAN;
		}
		struct batch b = from_device(m, "csv", device);
		b.n_series = 1, b.series = &q;
		if (chance_between(&m->chance, 0, 24))
			batches_add(m->to, &b, UTC(t.ms - MINUTE_MS));
		if (chance_between(&m->chance, 0, 29) == 0) {
			/* so much else that a night without the correction is another */
			q.revision = 1;
			for (uint32_t i = q.n / 3; i < q.n / 2; i++)
				v[i] = v[i] > 300 ? 0 : 1500;
			batches_add(m->to, &b, UTC(t.ms - MINUTE_MS));
		}
	}
}

static void
record(struct maker *m, const char *id, struct session v, int awake_min)
{
	uint32_t length = (uint32_t)((v.end.ms - v.start.ms) / SECOND_MS), a = length / 3;
	struct stage_span spans[] = {{0, a, STAGE_LIGHT},
		{a, (uint32_t)awake_min * 60, STAGE_AWAKE},
		{a + (uint32_t)awake_min * 60, length - a - (uint32_t)awake_min * 60,
			STAGE_REM}};
	struct batch b = from_device(m, "fitbit", "band");
	snprintf(v.source, sizeof v.source, "fitbit");
	snprintf(v.record_id, sizeof v.record_id, "%s", id);
	v.latency_s = v.vendor_score = NAN;
	v.n_stages = 3, v.stages = spans;
	b.n_sessions = 1, b.sessions = &v;
	batches_add(m->to, &b, v.end);
}

/* The maker's record of the night: scored again now and then, moved, deleted, brought back. */
static void
records(struct maker *m, civil_day d, utc_ms bed, utc_ms rise)
{
	char id[32];
	struct session v = {.status = RECORD_TENTATIVE, .start = bed, .end = rise};
	snprintf(id, sizeof id, "night-%d", (int)d.n);
	record(m, id, v, chance_between(&m->chance, 5, 90));
	v.status = RECORD_FINAL, v.revision = 1;
	if (chance_between(&m->chance, 0, 2) == 0) {
		v.end.ms += chance_between(&m->chance, -60, 60) * MINUTE_MS;
		record(m, id, v, chance_between(&m->chance, 5, 90));
	}
	if (chance_between(&m->chance, 0, 7) == 0) {
		v.status = RECORD_DELETED, v.revision = 2;
		record(m, id, v, 5);
	}
	if (chance_between(&m->chance, 0, 3) == 0) {
		struct session nap = {.status = RECORD_FINAL, .kind = SLEEP_NAP};
		nap.start = zone_instant(
			m->zone, d, 13 * 60 + chance_between(&m->chance, 0, 240));
		nap.end = UTC(
			nap.start.ms + chance_between(&m->chance, 20, 90) * MINUTE_MS);
		snprintf(id, sizeof id, "nap-%d", (int)d.n);
		record(m, id, nap, 2);
	}
}

static void
tap(struct maker *m, utc_ms at, enum rating_kind kind, int value)
{
	struct rating r = {kind, at, value < 0 ? 0 : value > 10 ? 10 : value, 0};
	struct batch b = from_device(m, "tap", "mqtt");
	b.n_ratings = 1, b.ratings = &r;
	batches_add(m->to, &b, at);
}

static void
answer(struct maker *m, utc_ms at, enum feedback_kind kind)
{
	struct feedback f = {kind, at};
	struct batch b = from_device(m, "tap", "mqtt");
	b.n_feedback = 1, b.feedback = &f;
	batches_add(m->to, &b, at);
}

static void
taps(struct maker *m, civil_day d, utc_ms rise)
{
	int bad = chance_between(&m->chance, 0, 2) == 0;
	int quality =
		bad ? chance_between(&m->chance, 0, 3) : chance_between(&m->chance, 5, 9);
	int pain = bad ? chance_between(&m->chance, 6, 10)
		       : chance_between(&m->chance, 1, 5);
	utc_ms morning = UTC(rise.ms + chance_between(&m->chance, 0, 200) * MINUTE_MS);
	if (chance_between(&m->chance, 0, 9))
		tap(m, morning, RATING_SLEEP_QUALITY, quality);
	if (chance_between(&m->chance, 0, 9) == 0)
		tap(m, UTC(morning.ms + MINUTE_MS), RATING_SLEEP_QUALITY, quality + 1);
	if (bad && morning.ms % 3 == 0)
		answer(m, UTC(morning.ms + HOUR_MS),
			pain % 2 ? FEEDBACK_ACK : FEEDBACK_FALSE_ALARM);
	if (chance_between(&m->chance, 0, 9))
		tap(m,
			zone_instant(
				m->zone, d, chance_between(&m->chance, 19 * 60, 27 * 60)),
			RATING_PAIN_DAY, pain);
}

static void
marker(struct maker *m, utc_ms at, enum stage stage)
{
	struct marker v = {at, stage};
	struct batch b = from_device(m, "lamp", "button");
	b.n_markers = 1, b.markers = &v;
	batches_add(m->to, &b, at);
}

static void
make_up_day(struct maker *m, civil_day d)
{
	utc_ms bed = zone_instant(
		m->zone, DAY(d.n - 1), 22 * 60 + chance_between(&m->chance, 0, 180));
	utc_ms rise =
		zone_instant(m->zone, d, 5 * 60 + chance_between(&m->chance, 0, 240));
	utc_ms from = zone_instant(m->zone, DAY(d.n - 1), 18 * 60),
	       to = zone_instant(m->zone, d, 18 * 60);
	int kind = chance_between(&m->chance, 0, 11);
	if (kind == 0)
		return; /* away from everything */
	if (kind < 9)
		wrist(m, "right", from, bed, rise, to);
	if (kind > 3 && !m->to->one_wrist)
		wrist(m, "left", from, bed, rise, to);
	if (kind % 2)
		records(m, d, bed, rise);
	if (kind == 2 || kind == 6) {
		marker(m, bed, STAGE_IN_BED);
		marker(m, rise, STAGE_OUT_OF_BED);
	}
	taps(m, d, rise);
}

void
batches_make_up(struct batches *b, const char *person, const struct zone *z,
	civil_day first, int days, uint64_t seed)
{
	struct maker m = {b, person, z, {seed}};
	for (int i = 0; i < days; i++)
		if (days < 10 || i < days / 2 || i > days / 2 + 2) /* and a holiday */
			make_up_day(&m, DAY(first.n + i));
}
