/* SPDX-License-Identifier: MIT */
/* The one SQLite file of the hub: what came in and what went out. Each struct store is one
 * connection and belongs to one thread. WAL; schema version and forward migrations; every
 * statement stands in one table (store/schema.c). Rows of batches and sessions carry an XXH64
 * of what is in them, checked whenever they are read: a damaged one is counted and skipped,
 * never used. Layout of the result rows is private to this folder.
 * An each() may call the store again, but not change what it is being given. */
#pragma once

#include "core/batch.h"
#include "store/results.h"
#include "store/tap.h"

struct store;

enum store_access { STORE_READ, STORE_WRITE };
enum store_durability { STORE_PROCESS, STORE_POWER }; /* synchronous NORMAL | FULL */

enum {
	STORE_E_DUPLICATE = 1, /* (device, epoch, seq) is there and stays as it is */
	STORE_E_NONE,          /* no such row */
	STORE_E_NEWER,         /* store_open: made by a newer dozed; not touched */
	STORE_E_LOCKED,        /* store_lock: another process runs the line */
	STORE_E_OLDER,         /* store_open for reading: not yet migrated by a writer */
};

/* Opens (STORE_WRITE: creates, 0600) dir/dozed.db. why: a sentence for the user on failure. */
int store_open(const char *dir, enum store_access access,
	enum store_durability durability, struct store **ret,
	char why[static 256]) must_check;
struct store *store_close(struct store *s); /* returns NULL */
/* Who runs the line holds this lock (flock on dir/dozed.lock) until store_close. */
int store_lock(struct store *s) must_check;
/* What SQLite said about the last failure on this connection, for the log; "" if nothing. */
const char *store_error(const struct store *s);

/* Everything below makes its own transaction unless one is open. After a negative errno inside
 * an open one, roll back: part of the call may have been written. A failed commit is rolled
 * back. -ENOSPC, -EROFS, -EIO, -EBUSY, -ENOMEM mean what they say, -EUCLEAN a damaged file. */
int store_begin(struct store *s) must_check;
int store_commit(struct store *s) must_check;
void store_rollback(struct store *s);

/* --- inputs ------------------------------------------------------------------------- */

/* One MQTT message of a device, as received. Its own transaction unless one is open. */
struct stored_batch {
	int64_t rowid;
	struct device_id from;
	uint64_t epoch, seq;
	utc_ms received, first, last;
	int historical, scored;
	const void *payload; /* borrowed for the call */
	size_t size;
};
/* rowid and scored are ignored; first > last and an epoch or seq of 0 are -EINVAL. */
int store_batch_put(struct store *s, const struct stored_batch *b) must_check;
/* Batches not yet scored with rowid > after, at most `limit`; each() != 0 stops and is returned. */
int store_batches_unscored(struct store *s, int64_t after, int limit,
	int (*each)(void *ctx, const struct stored_batch *), void *ctx) must_check;
int store_batches_scored(struct store *s, int64_t up_to_rowid) must_check;
int64_t store_unscored_count(struct store *s);
/* Batches of a person (NULL: everyone) that touch [from, to), in order of arrival. */
int store_batches_between(struct store *s, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct stored_batch *), void *ctx) must_check;

/* Sessions, ratings, markers and feedback are filed from their batches (so that a vendor's revision finds
 * its record). A higher revision replaces, a lower one changes nothing; but a TENTATIVE session
 * never takes the place of one that is not, whatever its revision. Of equal revisions
 * DELETED beats FINAL; then the larger content (memcmp of the packed record, or
 * a rating's value) stays, so that the outcome does not depend on the order of arrival. Of the
 * same content twice the earlier `received` and historical = 0 stay. DELETED leaves a
 * tombstone, which a FINAL of a higher revision brings back. *ret_old: the [start, end) that the
 * record covered before, 0 if it is new; told again when nothing changes, until
 * store_batches_scored, so that nights it has left can be made again after a kill. */
#define STORE_SESSION_MAX_MS (48 * HOUR_MS) /* longer is -EINVAL */
int store_session_put(struct store *s, const char *person, const struct session *v,
	utc_ms received, int historical, utc_ms *ret_old_start,
	utc_ms *ret_old_end) must_check;
/* All there are, tombstones too, by start, source and record_id. */
int store_sessions_each(struct store *s, const char *person,
	int (*each)(void *ctx, const struct session *, utc_ms received, int historical),
	void *ctx) must_check;
int store_sessions_between(struct store *s, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *ctx, const struct session *, utc_ms received, int historical),
	void *ctx) must_check;

/* What is refused: counted and kept without content: hash, size, time, reason. At most
 * STORE_DEAD_LETTERS_MAX rows; the oldest go first. */
#define STORE_DEAD_LETTERS_MAX 10000
int store_dead_letter_put(struct store *s, utc_ms received, const char *where,
	const char *reason, const void *payload, size_t size) must_check;

/* What one device has delivered in one epoch (batches, newest, received: ever): for acks and
 * status. 1 ... contiguous are all here; what is not, up to `highest`, stands in gaps. Where
 * there are more than 64, highest ends before the 65th. */
struct device_state {
	struct device_id id;
	uint64_t epoch, contiguous, highest;
	unsigned n_gaps;
	struct {
		uint64_t first, last;
	} gaps[64];
	int64_t batches;
	utc_ms newest, received; /* newest event; last arrival */
};
/* Kept for the epochs of a device that delivered last, of whatever age. The oldest makes room;
 * its batches stay. If it delivers again it begins anew: what it does not send is a gap. */
#define STORE_EPOCHS_MAX 8
int store_device_epochs(struct store *s, const struct device_id *id,
	int (*each)(void *ctx, const struct device_state *), void *ctx) must_check;
/* The newest (largest) of these epochs. */
int store_device_get(
	struct store *s, const struct device_id *id, struct device_state *ret) must_check;
/* A batch that became a dead letter will never be stored: counts as received for the ack. */
int store_device_refused(struct store *s, const struct device_id *id, uint64_t epoch,
	uint64_t seq) must_check;
/* person NULL: everyone; each device once, as store_device_get. */
int store_devices_each(struct store *s, const char *person,
	int (*each)(void *ctx, const struct device_state *), void *ctx) must_check;
