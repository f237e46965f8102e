/* SPDX-License-Identifier: MIT */
/* What was decided of mornings, and what people were told. A notice is never changed: its key
 * says that it was told once. */
#include "store/db.h"

#include <errno.h>

#include "store/record.h"

int
store_notice_put(struct store *s, const struct notice *n, int *ret_new)
{
	struct pack p cleanup(pack_finish) = {0};

	record_pack_notice(&p, n);
	if (p.failed)
		return -ENOMEM;
	return db_run(s, SQL_NOTICE_PUT,
		ARGS(T(n->person), I(n->date.n), I(n->kind), T(n->id), I(n->revision),
			I(n->issued.ms), B(p.data, p.size)),
		ret_new);
}

int
store_notices_each(struct store *s, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct notice *), void *ctx)
{
	struct notice n;
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, SQL_NOTICES,
		ARGS(PERSON_LOW(person), PERSON_HIGH(person), I(from.n), I(to.n)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0) {
		if (record_unpack_notice(sqlite3_column_blob(st, 0),
			    (size_t)sqlite3_column_bytes(st, 0), &n) == 0)
			r = each(ctx, &n);
		else
			s->damaged_results++;
	}
	return db_close(s, SQL_NOTICES, st, r, row);
}

int
store_decision_put(struct store *s, const struct decision *d)
{
	struct pack p cleanup(pack_finish) = {0};

	record_pack_decision(&p, d);
	if (p.failed)
		return -ENOMEM;
	return db_run(s, SQL_DECISION_PUT,
		ARGS(T(d->person), I(d->date.n), I(d->at.ms), I(d->live),
			B(p.data, p.size)),
		NULL);
}

int
store_decision_drop(struct store *s, const char *person, civil_day date)
{
	return db_run(s, SQL_DECISION_DROP, ARGS(T(person), I(date.n)), NULL);
}

int
store_decisions_each(struct store *s, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct decision *), void *ctx)
{
	struct decision d;
	sqlite3_stmt *st;
	int row = 0;
	int r = db_open(s, SQL_DECISIONS, ARGS(T(person), I(from.n), I(to.n)), &st);

	while (r == 0 && (row = db_step(s, st)) > 0) {
		if (record_unpack_decision(sqlite3_column_blob(st, 0),
			    (size_t)sqlite3_column_bytes(st, 0), &d) == 0)
			r = each(ctx, &d);
		else
			s->damaged_results++;
	}
	return db_close(s, SQL_DECISIONS, st, r, row);
}
