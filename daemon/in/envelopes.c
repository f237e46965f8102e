/* SPDX-License-Identifier: MIT */
/* One message is in memory at a time, of a size that is checked before it is read. */
#include "in/envelopes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dozed/v1/envelope.pb-c.h"

struct envelopes {
	FILE *f;
	int64_t at, size;
	unsigned char *buf; /* owned: ENVELOPES_MESSAGE_MAX */
	Dozed__V1__Envelope *message;
};

int
envelopes_open(const char *path, struct envelopes **ret)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
	if (!f)
		return -errno;
	struct stat st;
	if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
		fclose(f);
		return -EISDIR;
	}
	struct envelopes *r = xcalloc(1, sizeof *r);
	r->f = f;
	r->size = S_ISREG(st.st_mode) ? st.st_size : -1;
	r->buf = xcalloc(1, ENVELOPES_MESSAGE_MAX);
	*ret = r;
	return 0;
}

struct envelopes *
envelopes_close(struct envelopes *r)
{
	if (!r)
		return NULL;
	if (r->message)
		dozed__v1__envelope__free_unpacked(r->message, NULL);
	if (r->f != stdin)
		fclose(r->f);
	free(r->buf);
	free(r);
	return NULL;
}

/* A varint of at most five bytes: 0, or ENVELOPES_E_*. */
static int
read_length(struct envelopes *r, size_t *ret)
{
	uint64_t v = 0;
	for (int shift = 0; shift < 35; shift += 7) {
		int c = getc_unlocked(r->f);
		if (c == EOF) {
			if (ferror(r->f))
				return -EIO;
			return shift == 0 ? ENVELOPES_E_END : ENVELOPES_E_DAMAGED;
		}
		r->at++;
		v |= (uint64_t)(c & 0x7f) << shift;
		if (c & 0x80)
			continue;
		if (v > ENVELOPES_MESSAGE_MAX)
			return ENVELOPES_E_DAMAGED;
		*ret = (size_t)v;
		return 0;
	}
	return ENVELOPES_E_DAMAGED;
}

int
envelopes_next(struct envelopes *r, struct envelope *ret)
{
	size_t n = 0;
	int e = read_length(r, &n);
	if (e)
		return e;
	if (fread(r->buf, 1, n, r->f) != n)
		return ferror(r->f) ? -EIO : ENVELOPES_E_DAMAGED;
	r->at += (int64_t)n;
	if (r->message)
		dozed__v1__envelope__free_unpacked(r->message, NULL);
	r->message = dozed__v1__envelope__unpack(NULL, n, r->buf);
	if (!r->message)
		return ENVELOPES_E_DAMAGED;
	*ret = (struct envelope){.received = UTC(r->message->received_ms),
		.topic = r->message->topic,
		.payload = r->message->payload.data,
		.size = r->message->payload.len};
	return 0;
}

int64_t
envelopes_at(const struct envelopes *r)
{
	return r->at;
}

int64_t
envelopes_size(const struct envelopes *r)
{
	return r->size;
}
