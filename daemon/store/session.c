/* SPDX-License-Identifier: MIT */
/* Vendors' sleep records by their own ids, the newest revision of each. Which of two
 * versions stays is decided by their content alone, never by which came first. */
#include "store/db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "store/pack.h"

/* Same bytes for the same content: what "equal" and "larger" mean. */
static void
pack_body(struct pack *p, const struct session *v)
{
	uint64_t end = 0;

	pack_u64(p, (uint64_t)v->start.ms);
	pack_u64(p, (uint64_t)v->end.ms);
	pack_u8(p, v->kind);
	pack_u32(p, (uint32_t)(int32_t)v->offset_start_min);
	pack_u32(p, (uint32_t)(int32_t)v->offset_end_min);
	pack_f64(p, v->latency_s);
	pack_f64(p, v->vendor_score);
	pack_varint(p, v->n_stages);
	for (uint32_t i = 0; i < v->n_stages; i++) {
		const struct stage_span *t = &v->stages[i];
		/* a hole is rare and small: the distance to the span before, wrapping */
		pack_varint(p, (uint32_t)(t->offset_s - end));
		pack_varint(p, t->duration_s);
		pack_u8(p, t->stage);
		end = (uint64_t)t->offset_s + t->duration_s;
	}
	pack_text(p, v->device);
	if (v->n_stated == 0 && !v->app[0])
		return; /* as every record was before totals were kept */
	pack_varint(p, v->n_stated);
	for (uint32_t i = 0; i < v->n_stated; i++) {
		pack_u8(p, v->stated[i].kind);
		pack_f64(p, v->stated[i].value);
	}
	if (v->app[0])
		pack_text(p, v->app);
}

static void
unpack_stated(struct unpack *u, struct session *v)
{
	uint64_t n = u->at == u->end ? 0 : unpack_varint(u);
	v->n_stated = 0;
	u->over += n > STATED_KINDS;
	for (uint64_t i = 0; i < n && !u->over; i++) {
		unsigned kind = unpack_u8(u);
		double value = unpack_f64(u);
		u->over += kind >= STATED_KINDS;
		v->stated[v->n_stated++] = (struct stated){kind, value};
	}
}

/* *ret_stages is the caller's to free. */
static int
unpack_body(
	const void *data, size_t size, struct session *v, struct stage_span **ret_stages)
{
	struct unpack u = {.at = data, .end = (const unsigned char *)data + size};
	uint64_t end = 0;

	v->start = UTC((int64_t)unpack_u64(&u));
	v->end = UTC((int64_t)unpack_u64(&u));
	v->kind = unpack_u8(&u);
	v->offset_start_min = (int16_t)unpack_u32(&u);
	v->offset_end_min = (int16_t)unpack_u32(&u);
	v->latency_s = unpack_f64(&u);
	v->vendor_score = unpack_f64(&u);
	uint64_t n = unpack_varint(&u);
	if (u.over || n > size) /* a span takes three bytes */
		return -EUCLEAN;
	struct stage_span *stages = calloc(n + 1, sizeof *stages);
	if (stages == NULL)
		return -ENOMEM;
	for (uint64_t i = 0; i < n; i++) {
		stages[i].offset_s = (uint32_t)(end + unpack_varint(&u));
		stages[i].duration_s = (uint32_t)unpack_varint(&u);
		stages[i].stage = unpack_u8(&u);
		end = (uint64_t)stages[i].offset_s + stages[i].duration_s;
	}
	unpack_text(&u, v->device, sizeof v->device);
	unpack_stated(&u, v);
	if (u.at != u.end)
		unpack_text(&u, v->app, sizeof v->app);
	v->n_stages = (uint32_t)n;
	v->stages = *ret_stages = stages;
	return u.over || u.at != u.end ? -EUCLEAN : 0;
}

static int64_t
body_hash(const void *body, size_t size, int64_t revision, int status)
{
	return (int64_t)XXH64(body, size, (uint64_t)revision * 4 + (uint64_t)status);
}

/* What is filed under a key now. body is borrowed from the statement. */
struct filed {
	int64_t revision;
	int status;
	int64_t start, stop, was_start, was_stop, mark, received;
	int historical;
	const void *body;
	size_t size;
};

static void
read_filed(sqlite3_stmt *st, struct filed *f)
{
	f->revision = sqlite3_column_int64(st, 0);
	f->status = sqlite3_column_int(st, 1);
	f->start = sqlite3_column_int64(st, 2);
	f->stop = sqlite3_column_int64(st, 3);
	f->was_start = sqlite3_column_int64(st, 4);
	f->was_stop = sqlite3_column_int64(st, 5);
	f->received = sqlite3_column_int64(st, 6);
	f->historical = sqlite3_column_int(st, 7);
	f->body = sqlite3_column_blob(st, 9);
	f->size = (size_t)sqlite3_column_bytes(st, 9);
	f->mark = sqlite3_column_int64(st, 10);
}

/* Whether (tentative or not, revision, status, content) of v is above (> 0), the same (0) or
 * below what is filed. What its maker may still change never takes the place of what they
 * settled or withdrew, however late it comes: where no maker's time is known, a revision is the
 * time of a file, and a file may hold an old version. A damaged row is below everything: the
 * batches bring it back. */
static int
compare(const struct session *v, const struct pack *body, const struct filed *f,
	int64_t hash)
{
	if (body_hash(f->body, f->size, f->revision, f->status) != hash)
		return 1;
	if ((v->status == RECORD_TENTATIVE) != (f->status == RECORD_TENTATIVE))
		return v->status == RECORD_TENTATIVE ? -1 : 1;
	if (v->revision != f->revision)
		return v->revision > f->revision ? 1 : -1;
	if ((int)v->status != f->status)
		return (int)v->status > f->status ? 1 : -1;
	size_t n = body->size < f->size ? body->size : f->size;
	int c = memcmp(body->data, f->body, n);
	return c ? c : (body->size > f->size) - (body->size < f->size);
}

static int
write_row(struct store *s, const char *person, const struct session *v,
	const struct pack *body, const struct filed *f)
{
	return db_run(s, SQL_SESSION_PUT,
		ARGS(T(person), T(v->source), T(v->record_id), I(v->revision),
			I(v->status), I(v->start.ms), I(v->end.ms), I(f->was_start),
			I(f->was_stop), I(f->mark), I(f->received), I(f->historical),
			I(body_hash(body->data, body->size, v->revision, v->status)),
			B(body->data, body->size)),
		NULL);
}

/* Where the record lay since a batch was last marked as scored: after a kill, those nights
 * are made again although the record has moved on. */
static void
remember(const struct filed *old, int64_t scored, struct filed *f)
{
	int moved_before = old->mark == scored && old->was_start < old->was_stop;

	f->mark = scored;
	f->was_start = old->start;
	f->was_stop = old->stop;
	if (moved_before &&
		(f->was_start >= f->was_stop || old->was_start < f->was_start))
		f->was_start = old->was_start;
	if (moved_before && old->was_stop > f->was_stop)
		f->was_stop = old->was_stop;
}

/* *f comes with what arrived now, and leaves with where the record lay before. */
static int
put(struct store *s, const char *person, const struct session *v, const struct pack *body,
	int64_t scored, struct filed *f)
{
	struct filed old = {0};
	sqlite3_stmt *st;
	int c = 1, keep = 0;
	int r = db_open(
		s, SQL_SESSION_GET, ARGS(T(person), T(v->source), T(v->record_id)), &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	if (row > 0) {
		read_filed(st, &old);
		c = compare(v, body, &old, sqlite3_column_int64(st, 8));
	}
	r = db_close(s, SQL_SESSION_GET, st, 0, row);
	if (r < 0)
		return r;
	if (c > 0) {
		remember(&old, scored, f);
	} else {
		keep = c < 0 ||
		       (f->received >= old.received && f->historical >= old.historical);
		f->was_start = old.mark == scored ? old.was_start : 0;
		f->was_stop = old.mark == scored ? old.was_stop : 0;
		f->mark = old.mark;
		f->received = f->received < old.received ? f->received : old.received;
		f->historical = f->historical && old.historical;
	}
	return keep ? 0 : write_row(s, person, v, body, f);
}

int
store_session_put(struct store *s, const char *person, const struct session *v,
	utc_ms received, int historical, utc_ms *ret_old_start, utc_ms *ret_old_end)
{
	struct pack body cleanup(pack_finish) = {0};
	struct filed f = {.received = received.ms, .historical = !!historical};
	int64_t scored = 0;
	int own;

	if (v->end.ms < v->start.ms || v->end.ms - v->start.ms > STORE_SESSION_MAX_MS)
		return -EINVAL;
	pack_body(&body, v);
	if (body.failed)
		return -ENOMEM;
	int r = db_enter(s, &own);
	if (r < 0)
		return r;
	r = db_int(s, SQL_FACT_GET, ARGS(T("scored")), &scored);
	r = db_leave(s, own, r < 0 ? r : put(s, person, v, &body, scored, &f));
	if (r == 0) {
		*ret_old_start = UTC(f.was_start);
		*ret_old_end = UTC(f.was_stop);
	}
	return r;
}

static int
visit(struct store *s, sqlite3_stmt *st,
	int (*each)(void *ctx, const struct session *, utc_ms received, int historical),
	void *ctx)
{
	struct stage_span *stages = NULL;
	struct session v = {0};
	const void *body = sqlite3_column_blob(st, 9);
	size_t size = (size_t)sqlite3_column_bytes(st, 9);
	int r = 0;

	db_text(st, 0, v.source, sizeof v.source);
	db_text(st, 1, v.record_id, sizeof v.record_id);
	v.revision = sqlite3_column_int64(st, 2);
	v.status = (enum record_status)sqlite3_column_int(st, 3);
	if (body_hash(body, size, v.revision, v.status) == sqlite3_column_int64(st, 8))
		r = unpack_body(body, size, &v, &stages);
	else
		r = -EUCLEAN;
	if (r == -EUCLEAN) {
		s->damaged_results++;
		r = 0;
	} else if (r == 0) {
		r = each(ctx, &v, UTC(sqlite3_column_int64(st, 6)),
			sqlite3_column_int(st, 7));
	}
	free(stages);
	return r;
}

int
store_sessions_each(struct store *s, const char *person,
	int (*each)(void *ctx, const struct session *, utc_ms received, int historical),
	void *ctx)
{
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, SQL_SESSIONS_ALL, ARGS(T(person)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0)
		r = visit(s, st, each, ctx);
	return db_close(s, SQL_SESSIONS_ALL, st, r, row);
}

int
store_sessions_between(struct store *s, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct session *, utc_ms received, int historical),
	void *ctx)
{
	sqlite3_stmt *st;
	int row = 0;
	int64_t margin =
		from.ms > INT64_MIN + STORE_SESSION_MAX_MS ? STORE_SESSION_MAX_MS : 0;
	int r = db_open(
		s, SQL_SESSIONS, ARGS(T(person), I(from.ms), I(to.ms), I(margin)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0)
		r = visit(s, st, each, ctx);
	return db_close(s, SQL_SESSIONS, st, r, row);
}
