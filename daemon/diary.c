/* SPDX-License-Identifier: MIT */
/* See diary.h. */
#include "diary.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/day.h"
#include "in/decode.h"

#define ARENA_SIZE 4096 /* of one rating or answer */

void
diary_init(struct diary *d, struct store *store, const char *device, utc_ms now)
{
	*d = (struct diary){store, device, (uint64_t)(now.ms > 0 ? now.ms : 1), 0};
}

int
diary_kind(const char *name, enum rating_kind *ret_kind)
{
	int k = strcmp(name, "cmd") == 0 ? 0 : RATING_KINDS;
	for (int i = 1; i < RATING_KINDS; i++)
		if (strcmp(name, rating_names[i]) == 0)
			k = i;
	if (k == RATING_KINDS)
		return 0;
	*ret_kind = (enum rating_kind)k;
	return 1;
}

/* The one that was given last counts, whatever time it has: it takes the place of the newest. So
 * does a withdrawal, so that nothing of what was withdrawn is left. */
static int
supersede(struct diary *d, const struct diary_entry *e, struct diary_kept *k)
{
	utc_ms newest;
	int r = store_rating_newest(d->store, e->who->id, e->kind, k->date, &newest);
	if (r == 0 &&
		(newest.ms > k->rating.at.ms || k->rating.value == RATING_WITHDRAWN))
		k->rating.at = newest;
	return r < 0 ? r : 0;
}

static int
take_rating(struct diary *d, const struct diary_entry *e, utc_ms now,
	struct diary_kept *k, char *why)
{
	struct tap_said said;
	int r = taps_parse(e->payload, e->n, e->kind, &said, why);

	k->rating.kind = e->kind;
	if (r == 0)
		r = taps_date(&said, e->who->zone, now, &k->rating, why);
	if (r != 0)
		return r;
	k->date = rating_date(e->who->zone, &k->rating);
	k->rating.revision = e->received.ms;
	return now.ms < INT64_MAX ? supersede(d, e, k) : 0;
}

static int
keep(struct diary *d, const struct diary_entry *e, const struct diary_kept *k, char *why)
{
	utc_ms at = k->rating.kind ? k->rating.at : k->feedback.at;
	struct tap tap = {k->rating, k->feedback, d->epoch, d->seq, e->received,
		e->clock_trusted && e->received.ms - at.ms > TAPS_HISTORY_MS};
	struct stored_batch row = {.epoch = d->epoch, .received = e->received};
	unsigned char memory[ARENA_SIZE], bytes[TAPS_BATCH_MAX];
	struct arena arena;
	struct batch b;
	int r;

	snprintf(row.from.person, sizeof row.from.person, "%s", e->who->id);
	snprintf(row.from.source, sizeof row.from.source, "%s", TAPS_SOURCE);
	snprintf(row.from.device, sizeof row.from.device, "%s", d->device);
	arena_init(&arena, memory, sizeof memory);
	do { /* an epoch may have been used before the clock was put back */
		tap.seq = row.seq = ++d->seq;
		row.payload = bytes, row.size = taps_encode(&tap, bytes);
		if (decode_batch(&arena, &row.from, e->received, UTC(INT64_MAX), bytes,
			    row.size, &b, why) != 0)
			return DIARY_E_REFUSED;
		row.first = b.first, row.last = b.last, row.historical = b.historical;
		r = store_batch_put(d->store, &row);
	} while (r == STORE_E_DUPLICATE);
	return r;
}

int
diary_take(struct diary *d, const struct diary_entry *e, struct diary_kept *ret,
	char why[static TAPS_WHY_LEN])
{
	static_assert(
		DECODE_WHY_LEN <= TAPS_WHY_LEN, "decode_batch writes there as well");
	utc_ms now = e->clock_trusted ? e->received : UTC(INT64_MAX);
	struct diary_kept k = {0};
	int r = e->kind ? take_rating(d, e, now, &k, why)
			: taps_command(e->payload, e->n, now, &k.feedback, why);
	if (r == 0)
		r = keep(d, e, &k, why);
	if (r == -EINVAL) {
		snprintf(why, TAPS_WHY_LEN, "its time cannot be stored");
		r = DIARY_E_REFUSED;
	}
	if (r == DIARY_E_NOTHING)
		snprintf(why, TAPS_WHY_LEN, "there is no rating in it");
	if (r == 0)
		*ret = k;
	return r;
}
