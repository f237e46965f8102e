/* SPDX-License-Identifier: MIT */
/* A database made by SQL as the input of a run. */
#pragma once

#include "bridge_fixture.h"

#include <sqlite3.h>

/* Runs SQL on the run's database of this name, which is then its only path. */
static inline void
run_sql(struct run *r, const char *name, const char *text)
{
	sqlite3 *db;
	char *why = NULL;

	if (!r->path[0]) {
		r->path[0] = calloc(1, 128);
		snprintf(r->path[0], 128, "%s/%s", r->dir, name);
		r->o.paths = r->path;
		r->o.n_paths = 1;
	}
	assert_int_equal(sqlite3_open(r->path[0], &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}
