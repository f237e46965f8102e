/* SPDX-License-Identifier: MIT */
/* The inputs as they came: one row a message, never changed once written. Every row is
 * checked against its hash before anybody sees it; a damaged one is noted and left out.
 */
#include "store/db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Classes of length, so that a search by time is bounded on both sides although a batch
 * may cover anything from a second to a century. Stored in the rows: never change a
 * number. */
static const int64_t span_classes[] = {
	6 * HOUR_MS, 2 * DAY_MS, 32 * DAY_MS, INT64_C(1) << 53};

static int
span_class(int64_t ms)
{
	int i = 0;
	while (ms > span_classes[i])
		i++;
	return i;
}

/* Covers the columns too: a flipped bit in a time would move a night. */
static int64_t
row_hash(int64_t device, const struct stored_batch *b)
{
	unsigned char head[7 * 8];
	const int64_t v[7] = {device, (int64_t)b->epoch, (int64_t)b->seq, b->received.ms,
		b->first.ms, b->last.ms, b->historical};

	for (size_t i = 0; i < sizeof head; i++)
		head[i] = (unsigned char)((uint64_t)v[i / 8] >> (8 * (i % 8)));
	return (int64_t)XXH64(
		b->payload ? b->payload : "", b->size, XXH64(head, sizeof head, 0));
}

static int
put(struct store *s, const struct stored_batch *b, int *ret_new)
{
	struct device_row d;
	int r = device_row(s, &b->from, (int64_t)b->epoch, &d);
	if (r < 0)
		return r;
	r = db_run(s, SQL_BATCH_PUT,
		ARGS(I(d.id), I(b->epoch), I(b->seq), I(b->received.ms), I(b->first.ms),
			I(b->last.ms), I(span_class(b->last.ms - b->first.ms)),
			I(b->historical), I(row_hash(d.id, b)), B(b->payload, b->size)),
		ret_new);
	/* a second copy too: its epoch's state may have made room since the first came, and
	 * whoever sends it waits for an ack */
	if (r == 0)
		r = device_note(s, &d, (int64_t)b->seq, 1);
	if (r < 0 || !*ret_new)
		return r;
	return db_run(s, SQL_DEVICE_ARRIVED,
		ARGS(I(d.id), I(b->last.ms), I(b->received.ms)), NULL);
}

static int
in_range(utc_ms t)
{
	return t.ms > -(INT64_C(1) << 52) && t.ms < INT64_C(1) << 52;
}

int
store_batch_put(struct store *s, const struct stored_batch *b)
{
	struct stored_batch v = *b;
	int own, is_new = 0;

	if (b->epoch == 0 || b->seq == 0 || b->epoch > INT64_MAX || b->seq >= INT64_MAX ||
		b->first.ms > b->last.ms || !in_range(b->first) || !in_range(b->last))
		return -EINVAL;
	v.historical = !!b->historical;
	int r = db_enter(s, &own);
	if (r < 0)
		return r;
	r = db_leave(s, own, put(s, &v, &is_new));
	return r == 0 && !is_new ? STORE_E_DUPLICATE : r;
}

/* A writer writes it down, for everybody to see; a reader remembers it for itself. */
static void
note_damage(struct store *s, int64_t rowid)
{
	int64_t known = 0;
	int r = db_int(s, SQL_DAMAGED_IS, ARGS(I(rowid)), &known);
	if (r < 0 || known)
		return;
	if (s->access == STORE_WRITE) {
		r = db_run(s, SQL_DAMAGED_PUT, ARGS(I(rowid)), NULL);
		(void)r; /* found again the next time it is read */
		return;
	}
	for (unsigned i = 0; i < s->n_damaged_seen; i++)
		if (s->damaged_seen[i] == rowid)
			return;
	if (s->n_damaged_seen < DAMAGED_SEEN)
		s->damaged_seen[s->n_damaged_seen++] = rowid;
}

/* 1 and *ret, whose payload lives until the statement moves on; 0 if the row is damaged.
 */
static int
read_row(struct store *s, sqlite3_stmt *st, struct stored_batch *ret)
{
	memset(ret, 0, sizeof *ret);
	ret->rowid = sqlite3_column_int64(st, 0);
	db_text(st, 1, ret->from.person, sizeof ret->from.person);
	db_text(st, 2, ret->from.source, sizeof ret->from.source);
	db_text(st, 3, ret->from.device, sizeof ret->from.device);
	ret->epoch = (uint64_t)sqlite3_column_int64(st, 4);
	ret->seq = (uint64_t)sqlite3_column_int64(st, 5);
	ret->received = UTC(sqlite3_column_int64(st, 6));
	ret->first = UTC(sqlite3_column_int64(st, 7));
	ret->last = UTC(sqlite3_column_int64(st, 8));
	ret->historical = sqlite3_column_int(st, 9);
	ret->scored = sqlite3_column_int(st, 10);
	ret->payload = sqlite3_column_blob(st, 12);
	ret->size = (size_t)sqlite3_column_bytes(st, 12);
	if (row_hash(sqlite3_column_int64(st, 13), ret) == sqlite3_column_int64(st, 11))
		return 1;
	note_damage(s, ret->rowid);
	return 0;
}

int
store_batches_unscored(struct store *s, int64_t after, int limit,
	int (*each)(void *ctx, const struct stored_batch *), void *ctx)
{
	struct stored_batch b;
	sqlite3_stmt *st;
	int r = 0, row = 1;

	/* one look-up a row: each() may write, and new rows may arrive meanwhile */
	while (r == 0 && row > 0 && limit > 0) {
		r = db_open(s, SQL_BATCH_UNSCORED, ARGS(I(after)), &st);
		if (r < 0)
			break;
		row = db_step(s, st);
		if (row > 0) {
			after = sqlite3_column_int64(st, 0);
			if (read_row(s, st, &b)) {
				limit--;
				r = each(ctx, &b);
			}
		}
		r = db_close(s, SQL_BATCH_UNSCORED, st, r, row);
	}
	return r;
}

int
store_batches_scored(struct store *s, int64_t up_to_rowid)
{
	return db_run(s, SQL_FACT_RAISE, ARGS(T("scored"), I(up_to_rowid)), NULL);
}

int64_t
store_unscored_count(struct store *s)
{
	int64_t n = 0;
	int r = db_int(s, SQL_UNSCORED_COUNT, NO_ARGS, &n);
	return r < 0 ? r : n;
}

struct ids {
	int64_t *v;
	size_t n, cap;
};

static int
add_id(struct ids *ids, int64_t id)
{
	if (ids->n == ids->cap) {
		size_t cap = ids->cap ? 2 * ids->cap : 256;
		int64_t *v = realloc(ids->v, cap * sizeof *v);
		if (v == NULL)
			return -ENOMEM;
		ids->v = v;
		ids->cap = cap;
	}
	ids->v[ids->n++] = id;
	return 0;
}

static int
find_between(struct store *s, const char *person, utc_ms from, utc_ms to, struct ids *ids)
{
	int r = 0;

	for (int c = 0; r == 0 && c < (int)array_len(span_classes); c++) {
		sqlite3_stmt *st;
		int row = 0;
		/* to + class would overflow where the caller means "for ever" */
		int64_t above =
			to.ms > INT64_C(1) << 53 ? INT64_MAX : to.ms + span_classes[c];

		r = db_open(s, SQL_BATCH_BETWEEN,
			ARGS(PERSON_LOW(person), PERSON_HIGH(person), I(c), I(from.ms),
				I(to.ms), I(above)),
			&st);
		while (r == 0 && (row = db_step(s, st)) > 0)
			r = add_id(ids, sqlite3_column_int64(st, 0));
		r = db_close(s, SQL_BATCH_BETWEEN, st, r, row);
	}
	return r;
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static int
visit(struct store *s, int64_t id, int (*each)(void *ctx, const struct stored_batch *),
	void *ctx)
{
	struct stored_batch b;
	sqlite3_stmt *st;
	int r = db_open(s, SQL_BATCH_GET, ARGS(I(id)), &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	if (row > 0 && read_row(s, st, &b))
		r = each(ctx, &b);
	return db_close(s, SQL_BATCH_GET, st, r, row);
}

int
store_batches_between(struct store *s, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct stored_batch *), void *ctx)
{
	struct ids ids = {0};
	int r = find_between(s, person, from, to, &ids);

	if (r == 0 && ids.n > 1)
		qsort(ids.v, ids.n, sizeof *ids.v, by_value);
	for (size_t i = 0; r == 0 && i < ids.n; i++)
		r = visit(s, ids.v[i], each, ctx);
	free(ids.v);
	return r;
}
