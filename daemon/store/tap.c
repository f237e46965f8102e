/* SPDX-License-Identifier: MIT */
/* Ratings, bed markers and answers to notices, filed from their batches. The statement itself decides which
 * of two ratings of one instant stays: the higher (revision, value). */
#include "store/db.h"

int
store_rating_put(struct store *s, const char *person, civil_day date,
	const struct rating *r, utc_ms received)
{
	return db_run(s, SQL_RATING_PUT,
		ARGS(T(person), I(r->kind), I(r->at.ms), I(date.n), I(r->value),
			I(r->revision), I(received.ms)),
		NULL);
}

int
store_rating_newest(struct store *s, const char *person, enum rating_kind kind,
	civil_day date, utc_ms *ret_at)
{
	int64_t at = INT64_MIN;
	int r = db_int(s, SQL_RATING_NEWEST, ARGS(T(person), I(kind), I(date.n)), &at);
	if (r == 0 && at != INT64_MIN)
		*ret_at = UTC(at);
	return r < 0 ? r : at == INT64_MIN ? STORE_E_NONE : 0;
}

int
store_ratings_each(struct store *s, const char *person,
	int (*each)(void *ctx, const char *person, civil_day date, const struct rating *),
	void *ctx)
{
	char who[ID_MAX + 1];
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(
		s, SQL_RATINGS, ARGS(PERSON_LOW(person), PERSON_HIGH(person)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0) {
		struct rating v = {
			.kind = (enum rating_kind)sqlite3_column_int(st, 2),
			.at = UTC(sqlite3_column_int64(st, 3)),
			.value = sqlite3_column_int(st, 4),
			.revision = sqlite3_column_int64(st, 5),
		};
		db_text(st, 0, who, sizeof who);
		r = each(ctx, who, DAY(sqlite3_column_int(st, 1)), &v);
	}
	return db_close(s, SQL_RATINGS, st, r, row);
}

int
store_marker_put(struct store *s, const char *person, const struct marker *m)
{
	return db_run(s, SQL_MARKER_PUT, ARGS(T(person), I(m->at.ms), I(m->stage)), NULL);
}

int
store_markers_between(struct store *s, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct marker *), void *ctx)
{
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, SQL_MARKERS, ARGS(T(person), I(from.ms), I(to.ms)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0) {
		struct marker m = {.at = UTC(sqlite3_column_int64(st, 0)),
			.stage = (enum stage)sqlite3_column_int(st, 1)};
		r = each(ctx, &m);
	}
	return db_close(s, SQL_MARKERS, st, r, row);
}

int
store_feedback_put(
	struct store *s, const char *person, const struct feedback *f, utc_ms received)
{
	return db_run(s, SQL_FEEDBACK_PUT,
		ARGS(T(person), I(f->at.ms), I(f->kind), I(received.ms)), NULL);
}

int
store_feedback_between(struct store *s, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct feedback *), void *ctx)
{
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, SQL_FEEDBACK, ARGS(T(person), I(from.ms), I(to.ms)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0) {
		struct feedback f = {
			.kind = (enum feedback_kind)sqlite3_column_int(st, 1),
			.at = UTC(sqlite3_column_int64(st, 0))};
		r = each(ctx, &f);
	}
	return db_close(s, SQL_FEEDBACK, st, r, row);
}
