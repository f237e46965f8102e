/* SPDX-License-Identifier: MIT */
/* Recordings, see recording.h. */
#include "recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dozed/v1/batch.pb-c.h"
#include "dozed/v1/envelope.pb-c.h"

int
recording_open(struct recording *r, const char *path, utc_ms now)
{
	struct stat st;

	r->now = now;
	r->epoch = (uint64_t)now.ms;
	if (strcmp(path, "-") == 0) {
		r->file = stdout;
		return 0;
	}
	r->path = xstrdup(path);
	if (stat(path, &st) != 0 || S_ISREG(st.st_mode)) {
		size_t size = strlen(path) + sizeof ".part";
		r->temp = xcalloc(size, 1);
		snprintf(r->temp, size, "%s.part", path);
	}
	r->file = fopen(r->temp ? r->temp : path, "wbe");
	return r->file ? 0 : -errno;
}

const char *
ingest_topic(char ret[static TOPIC_MAX], const char *root, const struct device_id *from)
{
	snprintf(ret, TOPIC_MAX, "%s/v1/ingest/%s/%s/%s", root, from->person,
		from->source, from->device);
	return ret;
}

static int
is_same(const struct device_id *a, const struct device_id *b)
{
	return strcmp(a->person, b->person) == 0 && strcmp(a->source, b->source) == 0 &&
	       strcmp(a->device, b->device) == 0;
}

/* Batches come person by person, day by day: the next is mostly the same or the next of before. */
static uint64_t
next_seq(struct recording *r, const struct device_id *id)
{
	for (size_t i = 0; i < r->n_devices; i++) {
		size_t at = (r->last + i) % r->n_devices;
		if (!is_same(&r->devices[at].id, id))
			continue;
		r->last = at;
		return ++r->devices[at].seq;
	}
	if (r->n_devices == r->cap_devices) {
		r->cap_devices = r->cap_devices ? 2 * r->cap_devices : 16;
		r->devices = xrealloc(r->devices, r->cap_devices, sizeof *r->devices);
	}
	r->devices[r->last = r->n_devices++] = (struct recorded_device){*id, 1};
	return 1;
}

int
recording_put(void *ctx, struct wearer *w, Dozed__V1__Batch *b)
{
	struct recording *r = ctx;
	Dozed__V1__Envelope e = DOZED__V1__ENVELOPE__INIT;
	uint8_t payload[PACK_PAYLOAD_MAX], head[10];
	uint8_t whole[PACK_PAYLOAD_MAX + TOPIC_MAX + 64];
	char topic[TOPIC_MAX];
	struct device_id from;
	size_t n_head = 0;

	outlet_device(&from, w, r->options);
	b->epoch = r->epoch;
	b->seq = next_seq(r, &from);
	b->sent_ms = r->now.ms;
	assert(dozed__v1__batch__get_packed_size(b) <= sizeof payload);
	e.received_ms = r->now.ms;
	e.topic = (char *)ingest_topic(topic, r->options->topic_root, &from);
	e.payload.len = dozed__v1__batch__pack(b, payload);
	e.payload.data = payload;
	size_t n = dozed__v1__envelope__get_packed_size(&e);
	assert(n <= sizeof whole);
	dozed__v1__envelope__pack(&e, whole);
	for (size_t left = n; left || n_head == 0; left >>= 7)
		head[n_head++] = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
	if (fwrite(head, 1, n_head, r->file) != n_head ||
		fwrite(whole, 1, n, r->file) != n)
		return errno ? -errno : -EIO;
	r->batches++;
	return 0;
}

void
outlet_device(struct device_id *ret, const struct wearer *w, const struct options *o)
{
	snprintf(ret->person, sizeof ret->person, "%s", w->id);
	snprintf(ret->source, sizeof ret->source, "%s", o->source);
	snprintf(ret->device, sizeof ret->device, "%s", o->device);
}

int
recording_close(struct recording *r)
{
	int err = 0;

	if (fflush(r->file) != 0 || (r->temp && fsync(fileno(r->file)) != 0))
		err = -errno;
	if (r->file != stdout && fclose(r->file) != 0 && !err)
		err = -errno;
	r->file = NULL;
	if (!err && r->temp && rename(r->temp, r->path) != 0)
		err = -errno;
	if (err)
		recording_abandon(r);
	free(steal(&r->temp));
	free(steal(&r->path));
	free(steal(&r->devices));
	r->n_devices = r->cap_devices = r->last = 0;
	return err;
}

void
recording_abandon(struct recording *r)
{
	if (r->file && r->file != stdout)
		fclose(steal(&r->file));
	if (r->temp)
		unlink(r->temp);
	free(steal(&r->temp));
	free(steal(&r->path));
	free(steal(&r->devices));
	r->n_devices = r->cap_devices = r->last = 0;
}
