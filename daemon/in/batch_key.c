/* SPDX-License-Identifier: MIT */
/* A walk over protobuf tags: varint and length-delimited fields are stepped over. */
#include "in/batch_key.h"

struct reader {
	const unsigned char *p, *end;
};

static int
varint(struct reader *r, uint64_t *ret)
{
	uint64_t v = 0;

	for (unsigned shift = 0; r->p < r->end && shift < 64; shift += 7) {
		unsigned char c = *r->p++;

		v |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80)) {
			*ret = v;
			return 1;
		}
	}
	return 0;
}

static int
skip(struct reader *r, uint64_t n)
{
	if (n > (uint64_t)(r->end - r->p))
		return 0;
	r->p += n;
	return 1;
}

/* One field: 1, or 0 at the end or where it cannot be read. */
static int
field(struct reader *r, uint64_t *epoch, uint64_t *seq)
{
	uint64_t tag, v;

	if (!varint(r, &tag))
		return 0;
	switch (tag & 7) {
	case 0:
		if (!varint(r, &v))
			return 0;
		if (tag >> 3 == 1)
			*epoch = v;
		if (tag >> 3 == 2)
			*seq = v;
		return 1;
	case 1:
		return skip(r, 8);
	case 2:
		return varint(r, &v) && skip(r, v);
	case 5:
		return skip(r, 4);
	}
	return 0;
}

int
batch_key(const void *payload, size_t n, uint64_t *ret_epoch, uint64_t *ret_seq)
{
	struct reader r = {payload, (const unsigned char *)payload + n};
	uint64_t epoch = 0, seq = 0;

	while (field(&r, &epoch, &seq))
		;
	/* SQLite's integers are signed: what does not fit cannot be anybody's key */
	if (epoch == 0 || seq == 0 || epoch > INT64_MAX || seq > INT64_MAX)
		return 0;
	*ret_epoch = epoch;
	*ret_seq = seq;
	return 1;
}
