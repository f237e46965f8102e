/* SPDX-License-Identifier: MIT */
/* One stretch of a channel: columns of equal length into values and times. Sums run in 64
 * bits: 32768 deltas of 32 bits cannot overflow them. */
#include <endian.h>
#include <math.h>
#include <string.h>

#include "in/decode_parts.h"

static int
check_shape(struct decoding *d, const Dozed__V1__Series *in, size_t i, size_t *ret_n)
{
	size_t n = in->n_v;

	if (in->i16.len > 0) {
		if (n > 0)
			return decode_refuse(d, "series %zu has both v and i16", i + 1);
		if (in->i16.len % 2 != 0)
			return decode_refuse(d, "series %zu ends inside an i16", i + 1);
		n = in->i16.len / 2;
	}
	if (n == 0)
		return decode_refuse(d, "series %zu has no samples", i + 1);
	if (n > DECODE_SAMPLES_MAX)
		return decode_refuse(d, "series %zu has more than %d samples", i + 1,
			DECODE_SAMPLES_MAX);
	if (in->interval_ms > 0 && in->n_dt_ms > 0)
		return decode_refuse(
			d, "series %zu has both an interval and dt_ms", i + 1);
	if (in->interval_ms == 0 && in->n_dt_ms != n)
		return decode_refuse(d, "series %zu: %zu samples but %zu dt_ms", i + 1, n,
			in->n_dt_ms);
	*ret_n = n;
	return 0;
}

static int
decode_times(struct decoding *d, const Dozed__V1__Series *in, size_t i, size_t n,
	const int64_t **ret)
{
	int64_t sum = in->start_ms, *t = NULL;
	/* also bounds the sums below; with dt_ms the start need not be a sample */
	int r = decode_check_time(d, "the start of series", i, sum);

	if (r == 0 && in->interval_ms > 0) {
		decode_count_time(d, sum);
		sum += (int64_t)(n - 1) * in->interval_ms;
		r = decode_time(d, "the end of series", i, sum);
	} else if (r == 0) {
		t = decode_room(d, n, sizeof *t);
		if (t == NULL)
			return DECODE_E_REFUSED;
		for (size_t k = 0; r == 0 && k < n; k++) {
			t[k] = sum += in->dt_ms[k];
			r = decode_time(d, "a sample of series", i, sum);
		}
	}
	*ret = t;
	return r;
}

static int
mark_missing(
	struct decoding *d, const Dozed__V1__Series *in, size_t i, double *v, size_t n)
{
	for (size_t k = 0; k < in->n_missing; k++) {
		if (in->missing[k] >= n)
			return decode_refuse(
				d, "series %zu: missing sample beyond the end", i + 1);
		if (k > 0 && in->missing[k] <= in->missing[k - 1])
			return decode_refuse(
				d, "series %zu: missing samples not ascending", i + 1);
		if (v)
			v[in->missing[k]] = NAN;
	}
	return 0;
}

/* In blocks of a fixed size, which the compiler turns into a few instructions. */
static void
decode_i16(const uint8_t *data, size_t n, double scale, double *v)
{
	enum { BLOCK = 8 };
	size_t k = 0;

	for (; k + BLOCK <= n; k += BLOCK) {
		int16_t block[BLOCK];
		memcpy(block, data + 2 * k, sizeof block);
		for (int i = 0; i < BLOCK; i++)
			v[k + i] = (int16_t)le16toh((uint16_t)block[i]) * scale;
	}
	for (; k < n; k++)
		v[k] = (int16_t)(data[2 * k] | data[2 * k + 1] << 8) * scale;
}

static void
decode_values(const Dozed__V1__Series *in, size_t n, double scale, double *v)
{
	int64_t sum = 0;

	if (in->i16.len > 0)
		decode_i16(in->i16.data, n, scale, v);
	else
		for (size_t k = 0; k < n; k++)
			v[k] = (double)(sum += in->v[k]) * scale;
}

/* Whatever 16 bits hold is plausible. */
static int
holds_any_i16(const struct channel *channel)
{
	return INT16_MIN * channel->scale >= channel->min &&
	       INT16_MAX * channel->scale <= channel->max;
}

static uint32_t
drop_implausible(const struct channel *channel, double *v, size_t n)
{
	uint32_t dropped = 0;

	for (size_t k = 0; k < n; k++)
		if (v[k] < channel->min || v[k] > channel->max) {
			v[k] = NAN;
			dropped++;
		}
	return dropped;
}

int
decode_series(struct decoding *d, const Dozed__V1__Series *in, size_t i)
{
	const struct channel *channel = channel_by_wire((int)in->channel);
	const int64_t *t = NULL;
	double *v = NULL;
	size_t n = 0;
	int r;

	if ((r = check_shape(d, in, i, &n)))
		return r;
	if ((r = decode_times(d, in, i, n, &t)))
		return r;
	if (channel) {
		v = decode_room(d, n, sizeof *v);
		if (v == NULL)
			return DECODE_E_REFUSED;
		decode_values(in, n, channel->scale, v);
	}
	if ((r = mark_missing(d, in, i, v, n)))
		return r;
	if (channel == NULL) {
		d->b->ignored_series++;
		return 0;
	}
	if (in->i16.len == 0 || !holds_any_i16(channel))
		d->b->refused_samples += drop_implausible(channel, v, n);
	((struct series *)d->b->series)[d->b->n_series++] = (struct series){
		.channel = channel,
		.start = UTC(in->start_ms),
		.interval_ms = in->interval_ms,
		.n = (uint32_t)n,
		.t = t,
		.v = v,
		.revision = in->revision,
	};
	return 0;
}
