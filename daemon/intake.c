/* SPDX-License-Identifier: MIT */
/* One message at a time, all in this order: topic, admission, decode, commit, tell. */
#include "intake.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "diary.h"
#include "in/batch_key.h"
#include "in/decode.h"
#include "sys/ticker.h"

#define RETRY_MIN_MS 50
#define RETRY_MAX_MS 1000
#define SIEVE_BURST  10 /* refusals that are logged in one minute */
#define ARENA_KEEP   (256 * 1024)
#define WHERE_LEN    160

struct intake {
	struct inbox *inbox; /* borrowed */
	char root[160], birth_topic[160];
	struct store *store; /* owned: this thread's connection */
	struct arena arena;
	void *memory; /* owned: DECODE_ARENA_SIZE, touched only as far as batches need it
		       */
	struct diary diary;
	struct ticker ticker; /* sees a clock put back before the loop does */
	struct log_sieve refusals;
};

/* The message in hand. */
struct message {
	char where[WHERE_LEN]; /* its topic after the root, printable */
	const void *payload;
	size_t n;
	utc_ms received;
	int trusted, sure; /* of the clock: sys/ticker.h */
};

int
intake_new(const struct intake_options *o, struct intake **ret, char why[static 256])
{
	struct intake *in = xcalloc(1, sizeof(*in));
	int rc;

	in->inbox = o->inbox;
	snprintf(in->root, sizeof(in->root), "%s", o->topic_root);
	snprintf(in->birth_topic, sizeof(in->birth_topic), "%s", o->birth_topic);
	in->memory = xcalloc(1, DECODE_ARENA_SIZE); /* zero pages until they are used */
	arena_init(&in->arena, in->memory, DECODE_ARENA_SIZE);
	rc = store_open(o->state_dir, STORE_WRITE, o->durability, &in->store, why);
	if (rc != 0) {
		in->store = NULL;
		intake_free(in);
		return rc < 0 ? rc : -EINVAL;
	}
	diary_init(&in->diary, in->store, DIARY_MQTT, ticker_utc());
	*ret = in;
	return 0;
}

struct intake *
intake_free(struct intake *in)
{
	if (!in)
		return NULL;
	if (in->store)
		store_close(in->store);
	free(in->memory);
	free(in);
	return NULL;
}

/* --- until it is stored ----------------------------------------------------------------
 */

static void
wait_ms(struct intake *in, int ms)
{
	for (; ms > 0; ms -= RETRY_MIN_MS) {
		while (inbox_is_stopping(in->inbox))
			pause(); /* the loop ends the process; never return from here */
		inbox_beat(in->inbox, ticker_mono());
		usleep(RETRY_MIN_MS * 1000);
	}
}

/* Calls step until it does not fail; its documented outcomes (>= 0) and -EINVAL, which no
 * waiting mends, are returned. */
static int
persist(struct intake *in, int (*step)(struct intake *, void *), void *arg)
{
	int delay = RETRY_MIN_MS, failed = 0, rc;

	for (;;) {
		rc = step(in, arg);
		if (rc >= 0 || rc == -EINVAL)
			break;
		if (failed++ == 0)
			log_error("cannot store what comes in (%s%s%s): the broker keeps "
				  "it until this works",
				strerror(-rc), store_error(in->store)[0] ? ": " : "",
				store_error(in->store));
		inbox_store_error(in->inbox);
		wait_ms(in, delay);
		delay = delay * 2 < RETRY_MAX_MS ? delay * 2 : RETRY_MAX_MS;
	}
	if (failed)
		log_info("storing works again");
	return rc;
}

struct dead_letter {
	const struct message *m;
	const char *reason;
	const struct device_id *from; /* NULL: not an admitted device's batch */
};

static int
put_dead_letter(struct intake *in, void *arg)
{
	const struct dead_letter *d = arg;
	uint64_t epoch, seq;
	int rc;

	rc = store_begin(in->store);
	if (rc != 0)
		return rc;
	rc = store_dead_letter_put(in->store, d->m->received, d->m->where, d->reason,
		d->m->payload, d->m->n);
	if (rc == 0 && d->from && batch_key(d->m->payload, d->m->n, &epoch, &seq))
		rc = store_device_refused(in->store, d->from, epoch, seq);
	if (rc == 0)
		rc = store_commit(in->store);
	else
		store_rollback(in->store);
	return rc;
}

/* from: whose ack must cover it, or NULL. */
static void
refuse(struct intake *in, const struct message *m, const struct device_id *from,
	const char *reason)
{
	struct dead_letter d = {m, reason, from};

	if (persist(in, put_dead_letter, &d) < 0)
		log_error("a dead letter could not be kept");
	if (log_sieve_pass(&in->refusals, m->received.ms, SIEVE_BURST))
		log_warning("refused a message: %s", reason);
	log_debug("refused from %s (%zu bytes): %s", m->where, m->n, reason);
	inbox_put(in->inbox, from, INBOX_REFUSED);
}

/* --- the kinds of message --------------------------------------------------------------
 */

static int
put_batch(struct intake *in, void *arg)
{
	return store_batch_put(in->store, arg);
}

static int
store_one(struct intake *in, const struct message *m, const struct batch *b,
	const void *payload, size_t n)
{
	struct stored_batch row = {.from = b->from,
		.epoch = b->epoch,
		.seq = b->seq,
		.received = m->received,
		.first = b->first,
		.last = b->last,
		.historical = b->historical,
		.payload = payload,
		.size = n};

	return persist(in, put_batch, &row);
}

static void
take_batch(struct intake *in, const struct message *m, const struct device_id *from)
{
	utc_ms now = m->sure ? m->received : UTC(INT64_MAX);
	char why[DECODE_WHY_LEN] = "cannot be decoded";
	struct batch b;
	int rc;

	switch (inbox_admits(in->inbox, from->person, from->source, from->device)) {
	case ADMIT_NO_PERSON:
		refuse(in, m, NULL, "the person is not in the configuration");
		return;
	case ADMIT_NO_DEVICE:
		refuse(in, m, NULL, "the device is not in the person's list");
		return;
	case ADMITTED:
		break;
	}
	if (decode_batch(&in->arena, from, m->received, now, m->payload, m->n, &b, why) !=
		0) {
		refuse(in, m, from, why);
		return;
	}
	rc = store_one(in, m, &b, m->payload, m->n);
	if (rc == -EINVAL)
		refuse(in, m, from, "its epoch, seq or times cannot be stored");
	else
		inbox_put(in->inbox, from,
			rc == STORE_E_DUPLICATE ? INBOX_DUPLICATE : INBOX_STORED);
}

struct entry {
	struct diary_entry said;
	struct diary_kept kept;
	char why[TAPS_WHY_LEN];
};

static int
take_entry(struct intake *in, void *arg)
{
	struct entry *e = arg;
	return diary_take(&in->diary, &e->said, &e->kept, e->why);
}

/* kind 0: an answer or a command. */
static void
take_tap(struct intake *in, const struct message *m, const char *person,
	enum rating_kind kind)
{
	struct person who;
	struct entry e = {
		.said = {&who, kind, m->payload, m->n, m->received, m->trusted}};

	if (!inbox_person(in->inbox, person, &who)) {
		refuse(in, m, NULL, "the person is not in the configuration");
		return;
	}
	switch (persist(in, take_entry, &e)) {
	case 0:
		inbox_put_tap(in->inbox);
		break;
	case DIARY_E_NOTHING:
		inbox_put_ignored(in->inbox);
		break;
	case DIARY_E_RECOMPUTE:
		inbox_put_command(in->inbox, person, "recompute");
		break;
	case DIARY_E_REFUSED:
		refuse(in, m, NULL, e.why);
		break;
	}
	zone_free(who.zone);
}

/* Home Assistant's, which is not ours to judge: whatever else it says there is ignored. */
static int
is_birth_topic(const struct intake *in, const char *topic, size_t len)
{
	return len == strlen(in->birth_topic) && memcmp(topic, in->birth_topic, len) == 0;
}

static void
take_birth(struct intake *in, const struct message *m)
{
	if (m->n == strlen("online") && memcmp(m->payload, "online", m->n) == 0)
		inbox_put_birth(in->inbox);
}

static void
fill_where(struct intake *in, struct message *m, const char *topic, size_t len)
{
	size_t root = strlen(in->root);
	size_t skip =
		len > root && memcmp(topic, in->root, root) == 0 && topic[root] == '/'
			? root + 1
			: 0;
	size_t n = len - skip < WHERE_LEN ? len - skip : WHERE_LEN - 1;

	for (size_t i = 0; i < n; i++) {
		char c = topic[skip + i];

		m->where[i] = c > ' ' && c < 0x7f ? c : '?';
	}
	m->where[n] = '\0';
}

/* One large batch must not make the daemon large for ever. */
static void
give_back(struct intake *in)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = ((uintptr_t)in->memory + ARENA_KEEP + page - 1) & ~(page - 1);
	uintptr_t to = ((uintptr_t)in->memory + DECODE_ARENA_SIZE) & ~(page - 1);

	if (in->arena.used > ARENA_KEEP)
		(void)madvise((void *)from, to - from, MADV_DONTNEED);
	arena_reset(&in->arena);
}

void
intake_message(
	void *user, const char *topic, size_t topic_len, const void *payload, size_t n)
{
	struct intake *in = user;
	struct message m = {.payload = n ? payload : "", .n = n};
	struct device_id from;
	char person[ID_MAX + 1];
	enum rating_kind kind;

	inbox_beat(in->inbox, ticker_mono());
	inbox_received(in->inbox);
	ticker_look(&in->ticker);
	m.received = in->ticker.utc;
	m.trusted = in->ticker.trusted && inbox_clock_is_trusted(in->inbox);
	m.sure = m.trusted && in->ticker.sure;
	fill_where(in, &m, topic, topic_len);
	if (topic_device(in->root, topic, topic_len, &from))
		take_batch(in, &m, &from);
	else if (topic_rating(in->root, topic, topic_len, person, &kind))
		take_tap(in, &m, person, kind);
	else if (topic_cmd(in->root, topic, topic_len, person))
		take_tap(in, &m, person, 0);
	else if (is_birth_topic(in, topic, topic_len))
		take_birth(in, &m);
	else
		refuse(in, &m, NULL, "no such topic");
	give_back(in);
	inbox_beat(in->inbox, (mono_ms){0});
}
