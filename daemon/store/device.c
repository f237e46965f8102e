/* SPDX-License-Identifier: MIT */
/* What each device has delivered, for each of its last epochs: the highest seq seen, and
 * every gap below as one row, so that the state is right whatever order batches come in
 * and costs one look-up a batch. An epoch that was forgotten begins again with a gap, which
 * promises too little, never too much. Invariant: seq <= highest is here, or lies in exactly
 * one gap row. */
#include "store/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Dead letters leave no row behind, so they may not make gap rows without end either. */
#define REFUSED_GAPS_MAX 1024

struct gap {
	int64_t first, last;
};

int
device_row(struct store *s, const struct device_id *id, int64_t epoch,
	struct device_row *ret)
{
	sqlite3_stmt *st;
	int r = db_open(s, SQL_DEVICE_FIND,
		ARGS(T(id->person), T(id->source), T(id->device), I(epoch)), &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	if (row > 0)
		*ret = (struct device_row){.id = sqlite3_column_int64(st, 0),
			.epoch = epoch,
			.contiguous = sqlite3_column_int64(st, 2), /* NULL is 0 */
			.highest = sqlite3_column_int64(st, 3),
			.is_kept = sqlite3_column_type(st, 1) != SQLITE_NULL};
	r = db_close(s, SQL_DEVICE_FIND, st, 0, row);
	if (r < 0 || row > 0)
		return r;
	r = db_run(s, SQL_DEVICE_NEW, ARGS(T(id->person), T(id->source), T(id->device)),
		NULL);
	if (r == 0)
		*ret = (struct device_row){
			.id = sqlite3_last_insert_rowid(s->db), .epoch = epoch};
	return r;
}

static int
put_gap(struct store *s, const struct device_row *d, int64_t first, int64_t last)
{
	if (first > last)
		return 0;
	return db_run(
		s, SQL_GAP_PUT, ARGS(I(d->id), I(d->epoch), I(first), I(last)), NULL);
}

/* *ret: the gap that begins last at or before seq; empty if there is none. */
static int
gap_before(struct store *s, const struct device_row *d, int64_t seq, struct gap *ret)
{
	sqlite3_stmt *st;
	int r = db_open(s, SQL_GAP_AT, ARGS(I(d->id), I(d->epoch), I(seq)), &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	*ret = row > 0 ? (struct gap){sqlite3_column_int64(st, 0),
				 sqlite3_column_int64(st, 1)}
		       : (struct gap){0, -1};
	return db_close(s, SQL_GAP_AT, st, 0, row);
}

/* The gap that seq lies in is cut in two, or shortened, or gone. */
static int
fill(struct store *s, struct device_row *d, const struct gap *g, int64_t seq)
{
	int r = db_run(s, SQL_GAP_DROP, ARGS(I(d->id), I(d->epoch), I(g->first)), NULL);
	if (r == 0)
		r = put_gap(s, d, g->first, seq - 1);
	if (r == 0)
		r = put_gap(s, d, seq + 1, g->last);
	if (r < 0 || seq != d->contiguous + 1)
		return r;
	/* the lowest gap has moved up: everything below the next one is here */
	int64_t lowest = d->highest + 1;
	r = db_int(s, SQL_GAPS, ARGS(I(d->id), I(d->epoch), I(1)), &lowest);
	d->contiguous = lowest - 1;
	return r;
}

static int
extend(struct store *s, struct device_row *d, int64_t seq)
{
	int r = put_gap(s, d, d->highest + 1, seq - 1);

	if (d->contiguous == seq - 1)
		d->contiguous = seq;
	d->highest = seq;
	return r;
}

int
device_note(struct store *s, struct device_row *d, int64_t seq, int may_add)
{
	struct gap g;
	int r;

	if (seq <= d->contiguous)
		return 0; /* received before */
	if (seq > d->highest) {
		if (!may_add && seq > d->highest + 1)
			return 0;
		r = extend(s, d, seq);
	} else {
		r = gap_before(s, d, seq, &g);
		if (r < 0 || seq > g.last)
			return r; /* received before */
		if (!may_add && g.first < seq && seq < g.last)
			return 0;
		r = fill(s, d, &g, seq);
	}
	if (r == 0)
		r = db_run(s, SQL_DELIVERY_PUT,
			ARGS(I(d->id), I(d->epoch), I(d->contiguous), I(d->highest)),
			NULL);
	if (r == 0 && !d->is_kept)
		r = db_run(
			s, SQL_DELIVERY_TRIM, ARGS(I(d->id), I(STORE_EPOCHS_MAX)), NULL);
	d->is_kept = 1;
	return r;
}

static int
refused(struct store *s, const struct device_id *id, int64_t epoch, int64_t seq)
{
	struct device_row d;
	int64_t gaps = 0;
	int r = device_row(s, id, epoch, &d);
	if (r == 0)
		r = db_int(s, SQL_GAP_COUNT,
			ARGS(I(d.id), I(d.epoch), I(REFUSED_GAPS_MAX)), &gaps);
	return r < 0 ? r : device_note(s, &d, seq, gaps < REFUSED_GAPS_MAX);
}

int
store_device_refused(
	struct store *s, const struct device_id *id, uint64_t epoch, uint64_t seq)
{
	int own;

	if (epoch == 0 || seq == 0 || epoch > INT64_MAX || seq >= INT64_MAX)
		return -EINVAL;
	int r = db_enter(s, &own);
	return r < 0 ? r : db_leave(s, own, refused(s, id, (int64_t)epoch, (int64_t)seq));
}

static int
load_gaps(struct store *s, int64_t device, struct device_state *d)
{
	sqlite3_stmt *st;
	int row = 0, max = (int)array_len(d->gaps);
	int r = db_open(s, SQL_GAPS, ARGS(I(device), I(d->epoch), I(max + 1)), &st);
	if (r < 0)
		return r;
	for (int i = 0; (row = db_step(s, st)) > 0; i++) {
		uint64_t first = (uint64_t)sqlite3_column_int64(st, 0);

		/* no more room: promise nothing from here on */
		if (i == max)
			d->highest = first - 1;
		else {
			d->gaps[i].first = first;
			d->gaps[i].last = (uint64_t)sqlite3_column_int64(st, 1);
			d->n_gaps++;
		}
	}
	return db_close(s, SQL_GAPS, st, 0, row);
}

static int
each_state(struct store *s, enum sql sql, const struct arg *which,
	int (*each)(void *ctx, const struct device_state *), void *ctx)
{
	struct device_state d;
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, sql, which, &st);

	while (r == 0 && (row = db_step(s, st)) > 0) {
		memset(&d, 0, sizeof d);
		db_text(st, 1, d.id.person, sizeof d.id.person);
		db_text(st, 2, d.id.source, sizeof d.id.source);
		db_text(st, 3, d.id.device, sizeof d.id.device);
		d.epoch = (uint64_t)sqlite3_column_int64(st, 4);
		d.contiguous = (uint64_t)sqlite3_column_int64(st, 5);
		d.highest = (uint64_t)sqlite3_column_int64(st, 6);
		d.batches = sqlite3_column_int64(st, 7);
		d.newest = UTC(sqlite3_column_int64(st, 8));
		d.received = UTC(sqlite3_column_int64(st, 9));
		r = load_gaps(s, sqlite3_column_int64(st, 0), &d);
		if (r == 0)
			r = each(ctx, &d);
	}
	return db_close(s, sql, st, r, row);
}

static int
keep_one(void *ctx, const struct device_state *d)
{
	*(struct device_state *)ctx = *d;
	return 0;
}

int
store_device_get(struct store *s, const struct device_id *id, struct device_state *ret)
{
	struct device_state d = {0};
	int r = each_state(s, SQL_DEVICES,
		ARGS(T(id->person), T(id->person), T(id->source), T(id->device)),
		keep_one, &d);
	if (r == 0 && d.id.person[0] == '\0')
		return STORE_E_NONE;
	if (r == 0)
		*ret = d;
	return r;
}

int
store_device_epochs(struct store *s, const struct device_id *id,
	int (*each)(void *ctx, const struct device_state *), void *ctx)
{
	return each_state(s, SQL_DEVICE_EPOCHS,
		ARGS(T(id->person), T(id->source), T(id->device)), each, ctx);
}

int
store_devices_each(struct store *s, const char *person,
	int (*each)(void *ctx, const struct device_state *), void *ctx)
{
	return each_state(s, SQL_DEVICES,
		ARGS(PERSON_LOW(person), PERSON_HIGH(person), T(NULL), T(NULL)), each,
		ctx);
}
