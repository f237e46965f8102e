/* SPDX-License-Identifier: MIT */
/* Batches into the spool, out of it, and freed by acks; see spool.h. */
#include "spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dozed/v1/ack.pb-c.h"
#include "dozed/v1/batch.pb-c.h"

#include "pack.h"
#include "spool_db.h"

#define GAPS_MAX 64 /* what an ack lists at most; beyond its last nothing is known */

static int
bind_device(sqlite3_stmt *q, const struct spool *s, const struct device_id *from)
{
	return sqlite3_bind_text(q, 1, s->broker, -1, SQLITE_STATIC) |
	       sqlite3_bind_text(q, 2, from->person, -1, SQLITE_TRANSIENT) |
	       sqlite3_bind_text(q, 3, from->source, -1, SQLITE_TRANSIENT) |
	       sqlite3_bind_text(q, 4, from->device, -1, SQLITE_TRANSIENT);
}

struct device_row {
	int64_t id; /* 0: not there */
	uint64_t seq, done;
};

static int
device_get(struct spool *s, const struct device_id *from, struct device_row *ret)
{
	sqlite3_stmt *q = spool_statement(s, DEVICE_GET);

	if (bind_device(q, s, from) != SQLITE_OK)
		return -ENOMEM;
	int r = sqlite3_step(q);
	*ret = (struct device_row){0};
	if (r == SQLITE_ROW)
		*ret = (struct device_row){sqlite3_column_int64(q, 0),
			(uint64_t)sqlite3_column_int64(q, 1),
			(uint64_t)sqlite3_column_int64(q, 2)};
	sqlite3_reset(q);
	return spool_code(r);
}

static int
add_row(struct spool *s, int64_t device_id, const Dozed__V1__Batch *b,
	const void *payload, size_t n)
{
	sqlite3_stmt *q = spool_statement(s, DEVICE_COUNT);

	sqlite3_bind_int64(q, 1, device_id);
	sqlite3_bind_int64(q, 2, (int64_t)b->seq);
	int r = spool_code(sqlite3_step(q));
	if (r < 0)
		return r;
	q = spool_statement(s, BATCH_ADD);
	sqlite3_bind_int64(q, 1, device_id);
	sqlite3_bind_int64(q, 2, (int64_t)b->seq);
	sqlite3_bind_blob(q, 3, payload, (int)n, SQLITE_STATIC);
	return spool_code(sqlite3_step(q));
}

int
spool_put(struct spool *s, const struct device_id *from, Dozed__V1__Batch *b, utc_ms now)
{
	uint8_t payload[PACK_PAYLOAD_MAX];
	struct device_row d;

	if (!s->hold && spool_is_full(s))
		return SPOOL_E_FULL;
	int r = spool_begin(s);
	if (r == 0)
		r = device_get(s, from, &d);
	if (r == 0 && d.id == 0) {
		sqlite3_stmt *q = spool_statement(s, DEVICE_ADD);
		if (bind_device(q, s, from) != SQLITE_OK)
			return -ENOMEM;
		r = spool_code(sqlite3_step(q));
		d.id = sqlite3_last_insert_rowid(s->db);
	}
	if (r < 0)
		return r;
	b->epoch = s->epoch;
	b->seq = d.seq + 1;
	b->sent_ms = now.ms;
	assert(dozed__v1__batch__get_packed_size(b) <= sizeof payload);
	size_t n = dozed__v1__batch__pack(b, payload);
	r = add_row(s, d.id, b, payload, n);
	if (r == 0) {
		s->bytes += (int64_t)n;
		s->count++;
		r = spool_make_room(s);
	}
	s->failed |= r < 0; /* a number without its batch would be a gap for ever */
	if (r < 0)
		return r;
	return ++s->open_puts >= SPOOL_COMMIT_EVERY && !s->hold ? spool_commit(s) : 0;
}

static int
read_row(sqlite3_stmt *q, struct spooled *ret)
{
	int r = sqlite3_step(q);

	if (r != SQLITE_ROW) {
		sqlite3_reset(q);
		return r == SQLITE_DONE ? SPOOL_E_NONE : spool_code(r);
	}
	ret->id = sqlite3_column_int64(q, 0);
	ret->device_id = sqlite3_column_int64(q, 1);
	ret->seq = (uint64_t)sqlite3_column_int64(q, 2);
	snprintf(ret->from.person, sizeof ret->from.person, "%s",
		(const char *)sqlite3_column_text(q, 3));
	snprintf(ret->from.source, sizeof ret->from.source, "%s",
		(const char *)sqlite3_column_text(q, 4));
	snprintf(ret->from.device, sizeof ret->from.device, "%s",
		(const char *)sqlite3_column_text(q, 5));
	ret->payload = sqlite3_column_blob(q, 6);
	ret->size = (size_t)sqlite3_column_bytes(q, 6);
	return 0;
}

int
spool_next(struct spool *s, int64_t after, struct spooled *ret)
{
	int r = spool_commit(s); /* nothing is published that a kill could take back */

	if (r < 0)
		return r;
	sqlite3_stmt *q = spool_statement(s, BATCH_NEXT);
	sqlite3_bind_int64(q, 1, after);
	sqlite3_bind_text(q, 2, s->broker, -1, SQLITE_STATIC);
	return read_row(q, ret);
}

int
spool_get(struct spool *s, int64_t id, struct spooled *ret)
{
	sqlite3_stmt *q = spool_statement(s, BATCH_GET);

	sqlite3_bind_int64(q, 1, id);
	return read_row(q, ret);
}

/* What the ack says something about: up to here. 0 = nothing, since it contradicts itself. */
static uint64_t
known_to(const Dozed__V1__Ack *ack)
{
	uint64_t before = ack->contiguous;

	if (ack->contiguous > ack->highest || ack->highest >= INT64_MAX)
		return 0;
	for (size_t i = 0; i < ack->n_gaps; i++) {
		const Dozed__V1__Gap *g = ack->gaps[i];
		if (g->first <= before || g->last < g->first || g->last > ack->highest)
			return 0;
		before = g->last;
	}
	return ack->n_gaps >= GAPS_MAX ? before : ack->highest;
}

int
ack_covers(const Dozed__V1__Ack *ack, uint64_t seq)
{
	if (seq == 0 || seq > known_to(ack))
		return 0;
	for (size_t i = 0; i < ack->n_gaps; i++)
		if (seq >= ack->gaps[i]->first && seq <= ack->gaps[i]->last)
			return 0;
	return 1;
}

static int
note_ack(struct spool *s, int64_t device_id, const Dozed__V1__Ack *ack, utc_ms now)
{
	sqlite3_stmt *q = spool_statement(s, DEVICE_ACKED);

	sqlite3_bind_int64(q, 1, device_id);
	sqlite3_bind_int64(q, 2, (int64_t)known_to(ack));
	sqlite3_bind_int64(q, 3, now.ms);
	sqlite3_bind_int64(q, 4, (int64_t)ack->contiguous);
	return spool_code(sqlite3_step(q));
}

/* Up to d->done nothing waits, unless the hub has taken its word back since. */
static int
apply(struct spool *s, const struct device_row *d, const Dozed__V1__Ack *ack, utc_ms now,
	struct spool_freed *ret)
{
	uint64_t known = known_to(ack), from = d->done;
	uint64_t next = (from < ack->contiguous ? from : ack->contiguous) + 1;
	unsigned gone = 0;
	int r = 0;

	for (size_t i = 0; i < ack->n_gaps && r == 0 && ack->gaps[i]->first <= known;
		i++) {
		const Dozed__V1__Gap *g = ack->gaps[i];
		r = spool_keep(
			s, (struct seqs){d->id, next, g->first - 1}, now, &ret->batches);
		if (r == 0)
			r = spool_ask_again(
				s, (struct seqs){d->id, g->first, g->last}, &ret->again);
		next = g->last + 1;
	}
	if (r == 0)
		r = spool_keep(s, (struct seqs){d->id, next, known}, now, &ret->batches);
	if (r == 0 && ack->n_gaps < GAPS_MAX) /* else: not listed is not missing */
		r = spool_ask_again(
			s, (struct seqs){d->id, known + 1, INT64_MAX}, &ret->again);
	if (r == 0)
		r = spool_confirm(s, (struct seqs){d->id, 1, known}, now, &gone);
	/* one that says nothing new is not worth a write */
	if (r == 0 && (ret->batches || ret->again || gone))
		r = note_ack(s, d->id, ack, now);
	return r;
}

int
spool_ack(struct spool *s, const struct device_id *from, const Dozed__V1__Ack *ack,
	utc_ms now, struct spool_freed *ret)
{
	struct device_row d;

	*ret = (struct spool_freed){0};
	if (ack->epoch != s->epoch || known_to(ack) == 0)
		return 0;
	int r = spool_begin(s);
	if (r == 0)
		r = device_get(s, from, &d);
	if (r < 0 || d.id == 0)
		return r;
	ret->device_id = d.id;
	return apply(s, &d, ack, now, ret);
}
