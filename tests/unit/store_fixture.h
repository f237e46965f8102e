/* SPDX-License-Identifier: MIT */
/* What the tests of the store share: a directory of their own, an open store, small inputs.
 * Looks into the file with a second, plain SQLite connection where bytes matter. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

struct place {
	char dir[64];
	struct store *s;
	char why[256];
};

static inline int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static inline struct store *
reopened(struct place *p, enum store_access access)
{
	store_close(p->s);
	p->s = NULL;
	int r = store_open(p->dir, access, STORE_PROCESS, &p->s, p->why);
	if (r != 0)
		fail_msg("store_open: %d, %s", r, p->why);
	return p->s;
}

static inline int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	snprintf(p->dir, sizeof p->dir, "/tmp/dozed-store-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	reopened(p, STORE_WRITE);
	*state = p;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct place *p = *state;
	store_close(p->s);
	nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(p);
	return 0;
}

/* One statement through a connection of its own; the first integer it gives, or 0. */
static inline int64_t
by_hand(const struct place *p, const char *sql)
{
	char path[128];
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	int64_t v = 0;

	snprintf(path, sizeof path, "%s/dozed.db", p->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	else
		assert_int_equal(rc, SQLITE_DONE);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return v;
}

#define MINUTES(n) ((n)*MINUTE_MS)

static inline struct stored_batch
a_batch(const char *person, uint64_t epoch, uint64_t seq)
{
	struct stored_batch b = {
		.epoch = epoch, .seq = seq, .payload = "payload", .size = 7};
	snprintf(b.from.person, sizeof b.from.person, "%s", person);
	strcpy(b.from.source, "csv");
	strcpy(b.from.device, "band1");
	b.received = UTC((int64_t)seq * 1000);
	b.first = UTC((int64_t)seq * MINUTES(60));
	b.last = UTC(b.first.ms + MINUTES(59));
	return b;
}

static inline void
put_ok(struct store *s, const struct stored_batch *b)
{
	int r = store_batch_put(s, b);
	if (r != 0)
		fail_msg("store_batch_put: %d, %s", r, store_error(s));
}

static inline struct device_state
state_of(struct store *s, const struct stored_batch *b)
{
	struct device_state d;
	assert_int_equal(store_device_get(s, &b->from, &d), 0);
	return d;
}

static inline int
keep_same_epoch(void *ctx, const struct device_state *d)
{
	struct device_state *kept = ctx;
	if (d->epoch == kept->epoch)
		*kept = *d;
	return 0;
}

/* The state of b's own epoch; all 0 where it is not kept. */
static inline struct device_state
kept_of(struct store *s, const struct stored_batch *b)
{
	struct device_state d = {.epoch = b->epoch};
	assert_int_equal(store_device_epochs(s, &b->from, keep_same_epoch, &d), 0);
	return d.id.person[0] ? d : (struct device_state){0};
}

/* splitmix64 (public domain, S. Vigna): the same shuffle every time. */
static inline uint64_t
next_random(uint64_t *x)
{
	uint64_t z = *x += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline void
shuffle(int *v, int n, uint64_t *seed)
{
	for (int i = n - 1; i > 0; i--) {
		int k = (int)(next_random(seed) % (uint64_t)(i + 1)), t = v[i];
		v[i] = v[k], v[k] = t;
	}
}
