/* SPDX-License-Identifier: MIT */
/* Anna's days and nights in a memory, and the line with scorers that a test brings. */
#pragma once

#include "unit/memory_io.h"

#include "core/pipeline.h"

#define DAYS      12
#define SLEEP_MIN 480

static struct person person;
static struct bundled scorers;
static struct policy policy;
static struct memory *m;
static struct line_io io;
static struct pipeline *line;
static double counts[DAYS][1440];
static struct series series[DAYS];
static struct batch batches[DAYS];

static inline void
rig_open(const struct scorer *list, unsigned n)
{
	char why[SCORERS_WHY_LEN];
	bundled_open(&scorers);
	for (unsigned i = 0; i < n; i++)
		if (scorers_add(&scorers.set, &list[i], why))
			fail_msg("%s", why);
	if (scorers_order(&scorers.set, why))
		fail_msg("%s", why);
	policy = fixture_policy();
	person = fixture_person("anna", "Europe/Berlin");
	m = xcalloc(1, sizeof *m);
}

static inline void
rig_close(void)
{
	bundled_close(&scorers);
	zone_free(person.zone);
	free(m);
}

/* A group of tests over one list of scorers: open_all() and close_all(). */
#define RIG_GROUP(list)                                                                  \
	static int open_all(void **state)                                                \
	{                                                                                \
		(void)state;                                                             \
		rig_open(list, array_len(list));                                         \
		return 0;                                                                \
	}                                                                                \
	static int close_all(void **state)                                               \
	{                                                                                \
		(void)state;                                                             \
		rig_close();                                                             \
		return 0;                                                                \
	}

static inline void
fresh(void)
{
	line = pipeline_free(line);
	memset(m, 0, sizeof *m);
	m->first = date("2026-03-01");
	snprintf(m->people[0].id, sizeof m->people[0].id, "anna");
	for (int i = 0; i < MEMORY_DAYS; i++)
		memory_empty_day(&m->people[0].days[i], DAY(m->first.n + i));
	io = memory_io(m);
	assert_int_equal(pipeline_new(&scorers.set, &policy, &person, 1, &io, &line), 0);
}

static inline int
set_up(void **state)
{
	(void)state;
	fresh();
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	line = pipeline_free(line);
	return 0;
}

static inline utc_ms
clock_of(int i, int minute)
{
	return zone_instant(person.zone, DAY(m->first.n + i), minute);
}

/* A record of the night into day i, from 23:00; the later the day the longer. */
static inline void
sleep_of(int i)
{
	struct memory_person *q = &m->people[0];
	struct session *s = &q->sessions[q->n_sessions];
	memset(s, 0, sizeof *s);
	snprintf(s->source, sizeof s->source, "fitbit");
	snprintf(s->record_id, sizeof s->record_id, "r%d", i);
	s->status = RECORD_FINAL;
	s->start = clock_of(i, -60);
	s->end = UTC(s->start.ms + (SLEEP_MIN + i) * MINUTE_MS);
	q->spans[i] =
		(struct stage_span){0, (uint32_t)(SLEEP_MIN + i) * 60, STAGE_ASLEEP};
	s->stages = &q->spans[i], s->n_stages = 1;
	q->n_sessions++;
	s->latency_s = s->vendor_score = NAN;
	struct batch b = {.n_sessions = 1, .sessions = s, .received = s->end};
	snprintf(b.from.person, sizeof b.from.person, "anna");
	pipeline_push(line, &b);
}

/* The night of day i is deleted by its maker. */
static inline void
forget(int i)
{
	struct memory_person *q = &m->people[0];
	char id[16];
	int at = 0;
	snprintf(id, sizeof id, "r%d", i);
	while (strcmp(q->sessions[at].record_id, id) != 0)
		at++;
	struct session gone = q->sessions[at];
	memmove(q->sessions + at, q->sessions + at + 1,
		(size_t)(q->n_sessions - at - 1) * sizeof gone);
	q->n_sessions--;
	pipeline_touch_span(line, "anna", gone.start, gone.end);
}

/* A local day of movement, one count a minute and i more. */
static inline void
day_of(int i)
{
	for (int k = 0; k < 1440; k++)
		counts[i][k] = 1 + i;
	batches[i] =
		minutes(&series[i], "watch", "activity", clock_of(i, 0), counts[i], 1440);
	m->batches[m->n_batches++] = &batches[i];
	pipeline_push(line, &batches[i]);
}

static inline void
run(enum pipeline_mode mode, utc_ms now)
{
	assert_int_equal(pipeline_run(line, now, mode), 0);
}

static inline const struct night *
night_of(int i)
{
	assert_true(m->people[0].has_night[i]);
	return &m->people[0].nights[i];
}

static inline double
value(int i, const char *name)
{
	return night_value(night_of(i), name);
}
