/* SPDX-License-Identifier: MIT */
/* Nights, forecasts and alerts, and the days that they and the ratings make. A result
 * that cannot be read counts as absent: it can be made again from the inputs. */
#include "store/db.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "store/record.h"

int
store_night_put(struct store *s, const struct night *n)
{
	struct pack p cleanup(pack_finish) = {0};

	record_pack_night(&p, n);
	if (p.failed)
		return -ENOMEM;
	return db_run(s, SQL_NIGHT_PUT,
		ARGS(T(n->person), I(n->date.n), I(n->kind), I(n->ordinal),
			I(n->revision), B(p.data, p.size)),
		NULL);
}

int
store_night_drop(struct store *s, const char *person, civil_day date,
	enum sleep_kind kind, int ordinal)
{
	return db_run(
		s, SQL_NIGHT_DROP, ARGS(T(person), I(date.n), I(kind), I(ordinal)), NULL);
}

int
store_night_withdraw(struct store *s, const struct night *gone)
{
	int r = store_night_drop(s, gone->person, gone->date, gone->kind, gone->ordinal);
	if (r < 0)
		return r;
	return db_run(s, SQL_NIGHT_GONE_PUT,
		ARGS(T(gone->person), I(gone->date.n), I(gone->kind), I(gone->ordinal),
			I(gone->revision)),
		NULL);
}

int
store_night_withdrawn(struct store *s, const struct night *n, uint32_t *ret_revision)
{
	sqlite3_stmt *st;
	int r = db_open(s, SQL_NIGHT_GONE,
		ARGS(T(n->person), I(n->date.n), I(n->kind), I(n->ordinal)), &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	*ret_revision = row > 0 ? (uint32_t)sqlite3_column_int64(st, 0) : 0;
	return db_close(s, SQL_NIGHT_GONE, st, 0, row);
}

int
store_nights_each(struct store *s, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct night *), void *ctx)
{
	enum sql sql = person ? SQL_NIGHTS_OF : SQL_NIGHTS_ALL;
	struct night n;
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, sql, ARGS(T(person), I(from.n), I(to.n)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0) {
		if (record_unpack_night(sqlite3_column_blob(st, 0),
			    (size_t)sqlite3_column_bytes(st, 0), &n) == 0)
			r = each(ctx, &n);
		else
			s->damaged_results++;
	}
	return db_close(s, sql, st, r, row);
}

int
store_forecast_put(struct store *s, const struct forecast *f)
{
	struct pack p cleanup(pack_finish) = {0};

	record_pack_forecast(&p, f);
	if (p.failed)
		return -ENOMEM;
	return db_run(s, SQL_FORECAST_PUT,
		ARGS(T(f->person), I(f->date.n), I(f->live), B(p.data, p.size)), NULL);
}

int
store_forecast_drop(struct store *s, const char *person, civil_day date)
{
	return db_run(s, SQL_FORECAST_DROP, ARGS(T(person), I(date.n)), NULL);
}

int
store_alert_put(struct store *s, const struct alert *a)
{
	struct pack p cleanup(pack_finish) = {0};

	record_pack_alert(&p, a);
	if (p.failed)
		return -ENOMEM;
	return db_run(s, SQL_ALERT_PUT,
		ARGS(T(a->person), I(a->date.n), T(a->rule), I(a->revision), I(a->state),
			B(p.data, p.size)),
		NULL);
}

int
store_alert_drop(struct store *s, const char *person, civil_day date)
{
	return db_run(s, SQL_ALERT_DROP, ARGS(T(person), I(date.n)), NULL);
}

int
store_alerts_each(struct store *s, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct alert *), void *ctx)
{
	enum sql sql = person ? SQL_ALERTS_OF : SQL_ALERTS_ALL;
	struct alert a;
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, sql, ARGS(T(person), I(from.n), I(to.n)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0) {
		if (record_unpack_alert(sqlite3_column_blob(st, 1),
			    (size_t)sqlite3_column_bytes(st, 1), &a) == 0)
			r = each(ctx, &a);
		else
			s->damaged_results++;
	}
	return db_close(s, sql, st, r, row);
}

/* Which values of a main night a day carries. */
static const struct {
	const char *name;
	size_t offset;
} day_values[] = {
	{"night.tst", offsetof(struct day, tst)},
	{"night.se", offsetof(struct day, se)},
	{"night.waso", offsetof(struct day, waso)},
	{"night.awakenings", offsetof(struct day, awakenings)},
	{"night.sol", offsetof(struct day, sol)},
	{"night.score", offsetof(struct day, score)},
};

static void
day_init(struct day *d, int32_t date)
{
	memset(d, 0, sizeof *d);
	d->date = DAY(date);
	for (size_t i = 0; i < array_len(day_values); i++)
		*(double *)((char *)d + day_values[i].offset) = NAN;
	for (int k = 0; k < RATING_KINDS; k++)
		d->rating[k] = NAN;
}

struct days {
	struct store *s;
	int32_t from;
	int n;
	struct day *days;
};

static struct day *
day_at(const struct days *d, int64_t date)
{
	return date >= d->from && date < (int64_t)d->from + d->n
		       ? &d->days[date - d->from]
		       : NULL;
}

static int
take_night(struct days *ctx, sqlite3_stmt *st)
{
	struct night n;
	if (record_unpack_night(sqlite3_column_blob(st, 0),
		    (size_t)sqlite3_column_bytes(st, 0), &n) < 0) {
		ctx->s->damaged_results++;
		return 0;
	}
	struct day *d = day_at(ctx, n.date.n);
	if (d == NULL)
		return 0;
	d->night_settled = n.settled;
	for (uint32_t v = 0; v < n.n_values; v++)
		for (size_t i = 0; i < array_len(day_values); i++)
			if (strcmp(n.values[v].name, day_values[i].name) == 0)
				*(double *)((char *)d + day_values[i].offset) =
					n.values[v].value;
	return 0;
}

static int
take_rating(struct days *ctx, sqlite3_stmt *st)
{
	struct day *d = day_at(ctx, sqlite3_column_int64(st, 0));
	int kind = sqlite3_column_int(st, 1);

	if (d && kind > 0 && kind < RATING_KINDS) {
		int value = sqlite3_column_int(st, 3);
		int is_there = value != RATING_WITHDRAWN;
		d->rated[kind] = UTC(is_there ? sqlite3_column_int64(st, 2) : 0);
		d->rating[kind] = is_there ? value : NAN;
	}
	return 0;
}

static int
take_forecast(struct days *ctx, sqlite3_stmt *st)
{
	struct day *d = day_at(ctx, sqlite3_column_int64(st, 0));

	if (d == NULL)
		return 0;
	d->has_forecast = record_unpack_forecast(sqlite3_column_blob(st, 1),
				  (size_t)sqlite3_column_bytes(st, 1), &d->forecast) == 0;
	if (!d->has_forecast) {
		ctx->s->damaged_results++;
		memset(&d->forecast, 0, sizeof d->forecast);
	}
	return 0;
}

static int
take_alert(struct days *ctx, sqlite3_stmt *st)
{
	struct day *d = day_at(ctx, sqlite3_column_int64(st, 0));
	if (d)
		d->has_alert = 1,
		d->alert_state = (enum alert_state)sqlite3_column_int(st, 2);
	return 0;
}

int
store_days_load(
	struct store *s, const char *person, civil_day from, int n, struct day *days)
{
	static const struct {
		enum sql sql;
		int (*take)(struct days *, sqlite3_stmt *);
	} parts[] = {
		{SQL_NIGHTS_MAIN, take_night},
		{SQL_RATINGS_CHOSEN, take_rating},
		{SQL_FORECASTS_OF, take_forecast},
		{SQL_ALERTS_OF, take_alert},
	};
	struct days ctx = {s, from.n, n, days};
	int r = 0;

	for (int i = 0; i < n; i++)
		day_init(&days[i], from.n + i);
	for (size_t i = 0; r == 0 && n > 0 && i < array_len(parts); i++) {
		sqlite3_stmt *st;
		int row = 0;
		r = db_open(s, parts[i].sql,
			ARGS(T(person), I(from.n), I((int64_t)from.n + n - 1)), &st);
		while (r == 0 && (row = db_step(s, st)) > 0)
			r = parts[i].take(&ctx, st);
		r = db_close(s, parts[i].sql, st, r, row);
	}
	return r;
}

int
store_days_span(
	struct store *s, const char *person, civil_day *ret_first, civil_day *ret_last)
{
	sqlite3_stmt *st;
	int r = db_open(s, SQL_DAYS_SPAN, ARGS(T(person)), &st);
	if (r < 0)
		return r;
	int row = db_step(s, st);
	if (row > 0 && sqlite3_column_type(st, 0) == SQLITE_NULL)
		r = STORE_E_NONE;
	else if (row > 0) {
		*ret_first = DAY(sqlite3_column_int(st, 0));
		*ret_last = DAY(sqlite3_column_int(st, 1));
	}
	return db_close(s, SQL_DAYS_SPAN, st, r, row);
}
