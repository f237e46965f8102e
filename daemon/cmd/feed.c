/* SPDX-License-Identifier: MIT */
/* The same checks, in the same order, as daemon/intake.c; the time of judging is the time
 * at which the message was received, so that an import today gives what that day gave. */
#include "cmd/feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/progress.h"
#include "in/batch_key.h"
#include "in/decode.h"
#include "sys/ticker.h"

void
feed_init(struct feed *f, const struct config *config, struct store *store)
{
	*f = (struct feed){.config = config, .store = store, .keep_refused = 1};
	f->memory = xcalloc(1, DECODE_ARENA_SIZE);
}

void
feed_finish(struct feed *f)
{
	if (f->open)
		store_rollback(f->store);
	free(f->memory);
	*f = (struct feed){0};
}

int
feed_commit(struct feed *f)
{
	int r = f->open ? store_commit(f->store) : 0;
	f->open = 0;
	return r;
}

static void
count_reason(struct feed *f, const char *why)
{
	unsigned i = 0;
	f->refused++;
	while (i < FEED_REASONS - 1 && f->reasons[i].n &&
		strcmp(f->reasons[i].why, why) != 0)
		i++;
	if (f->reasons[i].n++ == 0)
		snprintf(f->reasons[i].why, sizeof f->reasons[i].why, "%s",
			i == FEED_REASONS - 1 ? "other reasons" : why);
}

static int
refuse(struct feed *f, const struct envelope *e, const struct device_id *from,
	const char *why)
{
	uint64_t epoch, seq;
	count_reason(f, why);
	if (!f->keep_refused)
		return 0;
	int r = store_dead_letter_put(
		f->store, e->received, "import", why, e->payload, e->size);
	if (r == 0 && from && batch_key(e->payload, e->size, &epoch, &seq))
		r = store_device_refused(f->store, from, epoch, seq);
	return r;
}

static int
keep(struct feed *f, const struct envelope *e, const struct device_id *from,
	const struct batch *b)
{
	struct stored_batch row = {.from = *from,
		.epoch = b->epoch,
		.seq = b->seq,
		.received = b->received,
		.first = b->first,
		.last = b->last,
		.historical = b->historical,
		.payload = e->payload,
		.size = e->size};
	int r = store_batch_put(f->store, &row);
	if (r == -EINVAL)
		return refuse(f, e, from, "its epoch, seq or times cannot be stored");
	if (r == STORE_E_DUPLICATE)
		f->duplicates++;
	else if (r == 0)
		f->stored++;
	return r < 0 ? r : 0;
}

static int
judge(struct feed *f, const struct envelope *e)
{
	char root[sizeof f->config->topic_prefix + sizeof f->config->topic_root];
	char why[DECODE_WHY_LEN] = "cannot be decoded";
	struct device_id from;
	struct arena arena;
	struct batch b;
	snprintf(root, sizeof root, "%s%s", f->config->topic_prefix,
		f->config->topic_root);
	if (!topic_device(root, e->topic, strlen(e->topic), &from) &&
		!topic_device(f->config->topic_root, e->topic, strlen(e->topic), &from))
		return refuse(f, e, NULL,
			"not a topic of batches: "
			"<root>/v1/ingest/<person>/<source>/<device>");
	const struct person *who = config_person(f->config, from.person);
	if (!who)
		return refuse(f, e, NULL, "the person is not in the configuration");
	if (!person_has_device(who, from.source, from.device))
		return refuse(f, e, NULL, "the device is not in the person's list");
	utc_ms received = e->received.ms > 0 ? e->received : ticker_utc();
	/* a machine that does not know the time cannot say what lies ahead of it */
	utc_ms judged = e->received.ms > 0 || received.ms >= TICKER_FLOOR_MS
				? received
				: UTC(INT64_MAX);
	arena_init(&arena, f->memory, DECODE_ARENA_SIZE);
	if (decode_batch(&arena, &from, received, judged, e->payload, e->size, &b, why) !=
		0)
		return refuse(f, e, &from, why);
	return keep(f, e, &from, &b);
}

int
feed_take(struct feed *f, const struct envelope *e)
{
	int r = f->open ? 0 : store_begin(f->store);
	if (r < 0)
		return r;
	f->open++;
	f->read++;
	r = judge(f, e);
	if (r < 0) {
		store_rollback(f->store);
		f->open = 0;
		return r;
	}
	return f->open >= FEED_TRANSACTION ? feed_commit(f) : 0;
}

int
feed_recording(struct feed *f, const char *path)
{
	struct envelopes *in = NULL;
	struct progress progress;
	struct envelope e;
	int r = envelopes_open(path, &in), w;
	if (r < 0)
		return r;
	progress_start(&progress);
	while ((r = envelopes_next(in, &e)) == 0) {
		r = feed_take(f, &e);
		if (r < 0)
			break;
		progress_show(&progress, "reading", envelopes_at(in), envelopes_size(in));
	}
	progress_end(&progress);
	envelopes_close(in);
	w = feed_commit(f);
	if (w < 0)
		return w;
	return r == ENVELOPES_E_END ? 0 : r;
}

void
feed_print_reasons(const struct feed *f)
{
	for (unsigned i = 0; i < FEED_REASONS && f->reasons[i].n; i++)
		fprintf(stderr, "  %lld x %s\n", (long long)f->reasons[i].n,
			f->reasons[i].why);
}
