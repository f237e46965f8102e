/* SPDX-License-Identifier: MIT */
/* What each device has delivered: its newest epoch, the highest seq seen in it, and every
 * gap below as one row, so that the state is right whatever order batches come in and
 * costs one look-up a batch. Invariant: seq <= highest is here, or lies in exactly one
 * gap row. */
#include "store/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Dead letters leave no row behind, so they may not make gap rows without end either. */
#define REFUSED_GAPS_MAX 1024

int
device_row(struct store *s, const struct device_id *id, int make, struct device_row *ret)
{
	const struct arg *key = ARGS(T(id->person), T(id->source), T(id->device));
	sqlite3_stmt *st;
	int r = db_open(s, SQL_DEVICE_FIND, key, &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	if (row > 0)
		*ret = (struct device_row){sqlite3_column_int64(st, 0),
			sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2),
			sqlite3_column_int64(st, 3)};
	r = db_close(s, SQL_DEVICE_FIND, st, 0, row);
	if (r < 0 || row > 0)
		return r;
	if (!make)
		return STORE_E_NONE;
	r = db_run(s, SQL_DEVICE_NEW, key, NULL);
	if (r == 0)
		*ret = (struct device_row){.id = sqlite3_last_insert_rowid(s->db)};
	return r;
}

/* The gap that seq lies in is cut in two, or shortened, or gone. */
static int
fill(struct store *s, struct device_row *d, int64_t seq)
{
	int64_t first = 0, last = -1;
	sqlite3_stmt *st;
	int r = db_open(s, SQL_GAP_AT, ARGS(I(d->id), I(seq)), &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	if (row > 0) {
		first = sqlite3_column_int64(st, 0);
		last = sqlite3_column_int64(st, 1);
	}
	r = db_close(s, SQL_GAP_AT, st, 0, row);
	if (r < 0 || seq > last)
		return r; /* received before */
	r = db_run(s, SQL_GAP_DROP, ARGS(I(d->id), I(first)), NULL);
	if (r == 0 && first < seq)
		r = db_run(s, SQL_GAP_PUT, ARGS(I(d->id), I(first), I(seq - 1)), NULL);
	if (r == 0 && seq < last)
		r = db_run(s, SQL_GAP_PUT, ARGS(I(d->id), I(seq + 1), I(last)), NULL);
	if (r < 0 || seq != d->contiguous + 1)
		return r;
	/* the lowest gap has moved up: everything below the next one is here */
	int64_t lowest = d->highest + 1;
	r = db_int(s, SQL_GAPS, ARGS(I(d->id), I(1)), &lowest);
	d->contiguous = lowest - 1;
	return r;
}

int
device_note(struct store *s, struct device_row *d, int64_t epoch, int64_t seq)
{
	int r = 0;

	if (epoch < d->epoch)
		return 0; /* stored, but the newer epoch's state is what counts */
	if (epoch > d->epoch) {
		r = db_run(s, SQL_GAP_DROP_ALL, ARGS(I(d->id)), NULL);
		*d = (struct device_row){.id = d->id, .epoch = epoch};
	}
	if (r == 0 && seq <= d->highest)
		return fill(s, d, seq);
	if (r == 0 && seq > d->highest + 1)
		r = db_run(s, SQL_GAP_PUT, ARGS(I(d->id), I(d->highest + 1), I(seq - 1)),
			NULL);
	if (d->contiguous == seq - 1)
		d->contiguous = seq;
	d->highest = seq;
	return r;
}

static int
refused(struct store *s, const struct device_id *id, int64_t epoch, int64_t seq)
{
	struct device_row d;
	int64_t gaps = 0;
	int r = device_row(s, id, 1, &d);
	if (r == 0)
		r = db_int(s, SQL_GAP_COUNT, ARGS(I(d.id), I(REFUSED_GAPS_MAX)), &gaps);
	if (r < 0 ||
		(gaps >= REFUSED_GAPS_MAX && epoch == d.epoch && seq > d.highest + 1))
		return r;
	r = device_note(s, &d, epoch, seq);
	if (r < 0)
		return r;
	return db_run(s, SQL_DEVICE_STATE,
		ARGS(I(d.id), I(d.epoch), I(d.contiguous), I(d.highest)), NULL);
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
	int r = db_open(s, SQL_GAPS, ARGS(I(device), I(max + 1)), &st);
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
each_device(struct store *s, const struct arg *which,
	int (*each)(void *ctx, const struct device_state *), void *ctx)
{
	struct device_state d;
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, SQL_DEVICES, which, &st);

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
	return db_close(s, SQL_DEVICES, st, r, row);
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
	int r = each_device(s,
		ARGS(T(id->person), T(id->person), T(id->source), T(id->device)),
		keep_one, &d);
	if (r == 0 && d.id.person[0] == '\0')
		return STORE_E_NONE;
	if (r == 0)
		*ret = d;
	return r;
}

int
store_devices_each(struct store *s, const char *person,
	int (*each)(void *ctx, const struct device_state *), void *ctx)
{
	return each_device(s,
		ARGS(PERSON_LOW(person), PERSON_HIGH(person), T(NULL), T(NULL)), each,
		ctx);
}
