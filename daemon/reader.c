/* SPDX-License-Identifier: MIT */
/* The reading half of line_io. The writing half is NULL: whoever called it would crash at
 * once instead of writing into a daemon's store. */
#include "reader.h"

#include <stdlib.h>

struct call {
	struct reader *reader;
	const struct person *who; /* whose retention holds; NULL: all is read */
	int (*each)(void *ctx, const struct batch *);
	void *ctx;
};

int
reader_decode(struct reader *r, const struct stored_batch *row, struct batch *ret)
{
	char why[DECODE_WHY_LEN];
	int e = decode_batch(&r->arena, &row->from, row->received, UTC(INT64_MAX),
		row->payload, row->size, ret, why);
	r->unreadable += e != 0;
	return e;
}

static int
give(void *ctx, const struct stored_batch *row)
{
	struct call *c = ctx;
	struct batch b;
	if (c->who && person_is_beyond(c->who, row->last, row->received))
		return 0;
	return reader_decode(c->reader, row, &b) == 0 ? c->each(c->ctx, &b) : 0;
}

int
reader_batches(struct reader *r, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct batch *), void *ctx)
{
	struct call c = {r, NULL, each, ctx};
	return store_batches_between(r->store, person, from, to, give, &c);
}

static int
io_samples(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct batch *), void *ctx)
{
	struct reader *r = user;
	struct call c = {
		r, r->config ? config_person(r->config, person) : NULL, each, ctx};
	return store_batches_between(r->store, person, from, to, give, &c);
}

static int
io_sessions(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct session *, utc_ms received, int historical),
	void *ctx)
{
	struct reader *r = user;
	return store_sessions_between(r->store, person, from, to, each, ctx);
}

static int
io_markers(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct marker *), void *ctx)
{
	struct reader *r = user;
	return store_markers_between(r->store, person, from, to, each, ctx);
}

static int
io_feedback(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct feedback *), void *ctx)
{
	struct reader *r = user;
	return store_feedback_between(r->store, person, from, to, each, ctx);
}

static int
io_span(void *user, const char *person, civil_day *ret_first, civil_day *ret_last)
{
	struct reader *r = user;
	int e = store_days_span(r->store, person, ret_first, ret_last);
	return e == STORE_E_NONE ? 1 : e;
}

static int
io_days(void *user, const char *person, civil_day from, int n, struct day *days)
{
	struct reader *r = user;
	return store_days_load(r->store, person, from, n, days);
}

struct nights_call {
	struct night *list;
	int cap, n;
};

static int
take_night(void *ctx, const struct night *n)
{
	struct nights_call *call = ctx;
	if (call->n < call->cap)
		call->list[call->n++] = *n;
	return 0;
}

static int
io_nights(void *user, const char *person, civil_day date, struct night *ret, int cap,
	int *ret_n)
{
	struct reader *r = user;
	struct nights_call call = {ret, cap, 0};
	int e = store_nights_each(r->store, person, date, date, take_night, &call);
	*ret_n = call.n;
	return e;
}

static int
io_nights_between(void *user, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct night *), void *ctx)
{
	struct reader *r = user;
	return store_nights_each(r->store, person, from, to, each, ctx);
}

static int
io_notices(void *user, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct notice *), void *ctx)
{
	struct reader *r = user;
	return store_notices_each(r->store, person, from, to, each, ctx);
}

static int
io_decisions(void *user, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct decision *), void *ctx)
{
	struct reader *r = user;
	return store_decisions_each(r->store, person, from, to, each, ctx);
}

static int
io_night_withdrawn(void *user, const struct night *n, uint32_t *ret_revision)
{
	struct reader *r = user;
	return store_night_withdrawn(r->store, n, ret_revision);
}

void
reader_init(struct reader *r, struct store *store)
{
	*r = (struct reader){.store = store};
	r->memory = xcalloc(1, DECODE_ARENA_SIZE);
	arena_init(&r->arena, r->memory, DECODE_ARENA_SIZE);
	r->io = (struct line_io){.user = r,
		.samples = io_samples,
		.sessions = io_sessions,
		.markers = io_markers,
		.feedback = io_feedback,
		.span = io_span,
		.days = io_days,
		.nights = io_nights,
		.nights_between = io_nights_between,
		.decisions = io_decisions,
		.night_withdrawn = io_night_withdrawn,
		.notices = io_notices};
}

void
reader_finish(struct reader *r)
{
	free(r->memory);
	*r = (struct reader){0};
}

struct span {
	utc_ms first, last;
	int any;
};

static int
widen(void *ctx, const struct stored_batch *row)
{
	struct span *s = ctx;
	if (!s->any || row->first.ms < s->first.ms)
		s->first = row->first;
	if (!s->any || row->last.ms > s->last.ms)
		s->last = row->last;
	s->any = 1;
	return 0;
}

int
reader_span(struct reader *r, const char *person, utc_ms *ret_first, utc_ms *ret_last)
{
	struct span s = {.any = 0};
	int e = store_batches_between(
		r->store, person, UTC(INT64_MIN), UTC(INT64_MAX), widen, &s);
	if (e)
		return e;
	*ret_first = s.first;
	*ret_last = s.last;
	return s.any ? 0 : 1;
}
