/* SPDX-License-Identifier: MIT */
/* z_angle: how the forearm is turned against the ground, every 5 s, from raw acceleration.
 *
 * van Hees 2015 (PLoS ONE 10:e0142533):
 *     angle_z = atan(az / sqrt(ax^2 + ay^2)) * 180 / pi
 * where ax, ay, az are rolling medians over 5 s of the three axes; the angles of the samples of
 * 5 s are averaged. The window is centred and has an odd number of samples, 2 * n + 1 with
 * n = 2.5 s / interval (251 at 50 Hz), so that it has a middle. GGIR and scikit-digital-health
 * are understood to compute the same; no angles of theirs were at hand to compare with, so it is
 * proved against sorting every window. +90: z points up; on most watches z is the axis through
 * the face.
 *
 * Input: accel_x, accel_y, accel_z in mg on one grid of 25 to 200 Hz (intervals of 5 to 40 ms).
 * The medians are taken over whole mg, clamped to +-12.288 g. A median passes any rounding
 * unchanged, so this is exact for what the wire carries, whole mg, and half a mg otherwise. It
 * costs the same whatever the arm does: the samples of the window lie in bins of 1 mg, and the
 * middle is never further than a step from the last one.
 *
 * Missing: a median needs more than half of its window, a mean of 5 s half of its angles; with
 * less the 5 s get no value. The confidence is the share of the 5 s that was measured. No
 * angle where the three medians are 0 (a sensor that is off).
 *
 * What it cannot say: the angle trusts the sensor's zero; an offset of 50 mg turns it by up to
 * 3 degrees. No calibration is done here. Turning about the vertical is invisible. It does not
 * know sleep: hdcza looks for it in these angles. */
#include "axes.h"
#include <stddef.h>

enum { WRITE_ANGLE };

#define EPOCH_MS 5000
#define HOP_S    300
#define MARGIN_S 3 /* at least half the window of the median */
#define HALF_MS  2500
#define BINS     24576 /* of 1 mg */
#define ZERO_BIN (BINS / 2)
#define MISSING  INT16_MIN
#define WORD     64
#define ALL_ONES (~(uint64_t)0)
#define DEGREES  57.29577951308232 /* 180 / pi */

/* The samples of one window, sorted by being counted. */
struct bins {
	uint64_t used[BINS / WORD], used_words[BINS / WORD / WORD];
	uint16_t count[BINS];
	int32_t at, below, total; /* below: samples in bins before `at` */
};

struct scratch {
	struct bins bins;
	int16_t sample[]; /* of one axis; behind it the doubled medians of the three */
};

static void
bins_add(struct bins *b, int bin)
{
	if (!b->count[bin]++) {
		b->used[bin / WORD] |= (uint64_t)1 << bin % WORD;
		b->used_words[bin / WORD / WORD] |= (uint64_t)1 << bin / WORD % WORD;
	}
	b->total++;
	b->below += bin < b->at;
}

static void
bins_remove(struct bins *b, int bin)
{
	if (!--b->count[bin]) {
		uint64_t *word = &b->used[bin / WORD];
		*word &= ~((uint64_t)1 << bin % WORD);
		if (!*word)
			b->used_words[bin / WORD / WORD] &=
				~((uint64_t)1 << bin / WORD % WORD);
	}
	b->total--;
	b->below -= bin < b->at;
}

static int
lowest(uint64_t bits)
{
	return __builtin_ctzll(bits);
}

static int
highest(uint64_t bits)
{
	return WORD - 1 - __builtin_clzll(bits);
}

/* The next bin in use after `bin`; there is one. */
static int
bins_after(const struct bins *b, int bin)
{
	int word = bin / WORD, group = word / WORD;
	uint64_t bits = b->used[word] & (ALL_ONES << 1 << bin % WORD);
	if (bits)
		return word * WORD + lowest(bits);
	bits = b->used_words[group] & (ALL_ONES << 1 << word % WORD);
	while (!bits)
		bits = b->used_words[++group];
	word = group * WORD + lowest(bits);
	return word * WORD + lowest(b->used[word]);
}

static int
bins_before(const struct bins *b, int bin)
{
	int word = bin / WORD, group = word / WORD;
	uint64_t bits = b->used[word] & ~(ALL_ONES << bin % WORD);
	if (bits)
		return word * WORD + highest(bits);
	bits = b->used_words[group] & ~(ALL_ONES << word % WORD);
	while (!bits)
		bits = b->used_words[--group];
	word = group * WORD + highest(bits);
	return word * WORD + highest(b->used[word]);
}

/* The bin of the k-th smallest sample, k < total. */
static int
bins_seek(struct bins *b, int k)
{
	while (b->below > k) {
		b->at = bins_before(b, b->at);
		b->below -= b->count[b->at];
	}
	while (b->below + b->count[b->at] <= k) {
		b->below += b->count[b->at];
		b->at = bins_after(b, b->at);
	}
	return b->at;
}

/* The axis in whole mg, as bins. */
static void
put_into_bins(const struct scorer_view *a, int16_t *ret_sample)
{
	for (uint32_t i = 0; i < a->n; i++) {
		double v = a->v[i];
		v = v < -ZERO_BIN ? -ZERO_BIN : v > ZERO_BIN - 1 ? ZERO_BIN - 1 : v;
		ret_sample[i] = isnan(v) ? MISSING : (int16_t)(v + ZERO_BIN + 0.5);
	}
}

/* Twice the median of the samples around each of [from, to), in mg; MISSING where half of
 * them or more are not there. Leaves the bins as empty as they were. */
static void
roll_medians(struct scratch *s, int n, int half, const int span[2], int16_t *ret)
{
	struct bins *b = &s->bins;
	int first = span[0] - half, last = first;
	for (int i = span[0]; i < span[1]; i++) {
		for (; last <= i + half && last < n; last++)
			if (last >= 0 && s->sample[last] != MISSING)
				bins_add(b, s->sample[last]);
		for (; first < i - half; first++)
			if (first >= 0 && s->sample[first] != MISSING)
				bins_remove(b, s->sample[first]);
		ret[i] = MISSING;
		if (b->total <= half)
			continue;
		int low = bins_seek(b, (b->total - 1) / 2), high = low;
		if (b->total % 2 == 0)
			high = bins_seek(b, b->total / 2);
		ret[i] = (int16_t)(low + high - BINS);
	}
	for (; first < last; first++)
		if (first >= 0 && s->sample[first] != MISSING)
			bins_remove(b, s->sample[first]);
}

static double
angle(int x, int y, int z)
{
	return atan2(z, sqrt((double)x * x + (double)y * y)) * DEGREES;
}

/* The mean angle of samples [from, to), and how many have one. */
static double
mean_angle(int16_t *const median[AXES], int from, int to, int *ret_n)
{
	int x = 0, y = 0, z = 0, n = 0;
	double sum = 0, now = 0;
	for (int i = from; i < to; i++) {
		int mx = median[READ_X][i], my = median[READ_Y][i],
		    mz = median[READ_Z][i];
		if (mx == MISSING || my == MISSING || mz == MISSING || !(mx | my | mz))
			continue;
		if (mx != x || my != y || mz != z) /* an arm that lies still: as before */
			now = angle(mx, my, mz);
		x = mx, y = my, z = mz;
		sum += now;
		n++;
	}
	*ret_n = n;
	return n ? sum / n : NAN;
}

static int
present(const struct scorer_view *a, int from, int to)
{
	int n = 0;
	for (int i = from; i < to; i++)
		n += axes_are_there(a, i);
	return n;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = in->views;
	struct scratch *s = in->scratch;
	(void)options;
	const char *why = axes_refuse(a);
	if (why)
		return scorer_skip(ret, why);
	int n = (int)a->n, half = HALF_MS / (int)a->interval_ms, written = 0;
	int span[] = {axes_index(a, in->at_ms),
		axes_index(a, in->at_ms + HOP_S * (int64_t)1000)};
	int16_t *median[AXES];
	for (int axis = 0; axis < AXES; axis++) {
		median[axis] = s->sample + (size_t)(axis + 1) * a->n;
		put_into_bins(&a[axis], s->sample);
		roll_medians(s, n, half, span, median[axis]);
	}
	for (int k = 0; k < HOP_S * 1000 / EPOCH_MS; k++) {
		int64_t t = in->at_ms + k * EPOCH_MS;
		int from = axes_index(a, t), to = axes_index(a, t + EPOCH_MS), angles = 0;
		int due = axes_due(a, EPOCH_MS);
		double mean = mean_angle(median, from, to, &angles);
		if (2 * angles < due)
			continue;
		double measured = (double)present(a, from, to) / due;
		scorer_put(ret, WRITE_ANGLE, t, mean, fmin(measured, 1));
		written++;
	}
	return written ? SCORER_OK
		       : scorer_skip(ret, "too little acceleration in these minutes");
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "z_angle",
	.version = "1.0",
	.summary =
		"angle of the forearm every 5 s, from raw acceleration (van Hees 2015)",
	.reads = axes_reads,
	.writes = (const struct scorer_port[]){{"angle_z", "deg", -90, 90, 0, EPOCH_MS},
		{0}},
	.window = {SCORER_SLIDING, HOP_S + 2 * MARGIN_S, HOP_S, MARGIN_S, 0},
	.scratch_size = sizeof(struct scratch),
	.scratch_each = (AXES + 1) * sizeof(int16_t),
	.score = score,
};
