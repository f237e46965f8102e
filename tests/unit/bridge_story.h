/* SPDX-License-Identifier: MIT */
/* A record's story in a test: the same night in several files, one written after the other. */
#pragma once

#include "bridge_vendors.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "marks.h"

#define STORY_MS                                                                         \
	INT64_C(1774785600000) /* 2026-03-29T12:00Z: when the first was written */

/* Adds a file that was written so many hours after the first one. */
static inline void
story_add(struct run *r, const char *name, const char *text, int hours)
{
	struct timespec at = {.tv_sec = (time_t)(STORY_MS / SECOND_MS) + 3600L * hours};

	run_add(r, name, text, strlen(text));
	assert_int_equal(utimensat(AT_FDCWD, r->path[r->o.n_paths - 1],
				 (const struct timespec[]){at, at}, 0),
		0);
}

/* Two files, the second written an hour later, read in either order. */
static inline void
story_two(struct run *r, const char *first, const char *second, int turned)
{
	story_add(r, turned ? "b" : "a", turned ? second : first, turned ? 1 : 0);
	story_add(r, turned ? "a" : "b", turned ? first : second, turned ? 0 : 1);
	run_go(r);
}

/* How many sessions are not deleted. */
static inline size_t
living(const struct run *r)
{
	size_t n = 0;
	for (size_t i = 0; i < nights(r); i++)
		n += (int)night(r, i)->origin->status != RECORD_DELETED;
	return n;
}

/* --- what a hub has after several runs ------------------------------------------------- */

struct shelf {
	struct kept {
		char id[RECORD_ID_MAX + 1];
		int64_t revision, start, end;
		int status;
		uint64_t content; /* of stages and metrics */
	} v[512];
	size_t n;
};

static inline uint64_t
shelf_hash(uint64_t h, uint64_t x)
{
	return (h ^ x) * UINT64_C(1099511628211);
}

/* Takes in what the run sent, as the hub does: the higher revision counts, then the higher
 * status. */
static inline void
shelf_put(struct shelf *f, const struct run *r)
{
	for (size_t i = 0; i < nights(r); i++) {
		const Dozed__V1__Session *s = night(r, i);
		struct kept k = {.revision = s->origin->revision,
			.start = s->start_ms,
			.end = s->end_ms,
			.status = (int)s->origin->status,
			.content = 14695981039346656037U};
		size_t at = 0;
		snprintf(k.id, sizeof k.id, "%s", s->origin->record_id);
		for (size_t m = 0; m < s->n_metrics; m++)
			k.content = shelf_hash(
				k.content, (uint64_t)(s->metrics[m]->value * 1000));
		for (size_t m = 0; m < s->n_stages; m++)
			k.content = shelf_hash(
				shelf_hash(shelf_hash(k.content, s->stages[m]->offset_s),
					s->stages[m]->duration_s),
				(uint64_t)s->stages[m]->stage);
		while (at < f->n && strcmp(f->v[at].id, k.id) != 0)
			at++;
		assert_true(at < array_len(f->v));
		if (at == f->n)
			f->v[f->n++] = k;
		else if (k.revision > f->v[at].revision ||
			 (k.revision == f->v[at].revision && k.status >= f->v[at].status))
			f->v[at] = k;
	}
}

static inline int
shelf_compare(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

/* Forgets what was deleted, and sorts the rest. */
static inline void
shelf_settle(struct shelf *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].status != RECORD_DELETED)
			f->v[n++] = f->v[i];
	f->n = n;
	qsort(f->v, f->n, sizeof f->v[0], shelf_compare);
}

/* The same nights, whatever their ids. */
static inline void
shelf_same(struct shelf *a, struct shelf *b, const char *what)
{
	shelf_settle(a);
	shelf_settle(b);
	for (size_t i = 0; i < a->n || i < b->n; i++) {
		const struct kept *x = &a->v[i], *y = &b->v[i];
		if (i >= a->n || i >= b->n || x->start != y->start || x->end != y->end ||
			x->status != y->status || x->content != y->content ||
			x->revision != y->revision)
			fail_msg("%s: night %zu of %zu and %zu: %s %lld-%lld and %s "
				 "%lld-%lld",
				what, i, a->n, b->n, i < a->n ? x->id : "",
				(long long)(i < a->n ? x->start : 0),
				(long long)(i < a->n ? x->end : 0), i < b->n ? y->id : "",
				(long long)(i < b->n ? y->start : 0),
				(long long)(i < b->n ? y->end : 0));
	}
}

/* Runs with what earlier runs knew. */
static inline void
story_go(struct run *r, struct marks *marks)
{
	FILE *said = open_memstream(&r->said, &r->said_size);

	assert_int_equal(job_init(&r->j, &r->o), 0);
	r->j.report.to = said;
	r->j.marks = marks;
	r->j.to = (struct outlet){run_put, r};
	assert_int_equal(job_read(&r->j), 0);
	assert_int_equal(job_flush(&r->j), 0);
	r->status = job_status(&r->j);
	r->refused = r->j.report.refused;
	job_finish(&r->j);
	fclose(said);
}

/* What came out, so that the run can go again. */
static inline void
run_forget(struct run *r)
{
	for (size_t i = 0; i < r->n; i++) {
		dozed__v1__batch__free_unpacked(r->got[i].b, NULL);
		free(r->got[i].payload);
	}
	free(r->got);
	free(r->said);
	r->got = NULL;
	r->said = NULL;
	r->n = 0;
}

/* Each text in a file and a run of its own, an hour apart; what the hub has then. */
static inline void
story_of(struct shelf *f, const char *format, const char *const *texts, size_t n)
{
	struct marks marks = {0};

	for (size_t i = 0; i < n; i++) {
		struct run r;
		run_init(&r, format);
		r.o.zone = "Europe/Berlin";
		story_add(&r, "in", texts[i], (int)i);
		story_go(&r, &marks);
		shelf_put(f, &r);
		run_finish(&r);
	}
	marks_finish(&marks);
}
