/* SPDX-License-Identifier: MIT */
/* hdcza: the main rest of each day, from how the forearm turns.
 *
 * van Hees 2018 (Sci Rep 8:12975), heuristic algorithm looking at distribution of change in
 * z-angle, for each day from noon to noon, local time:
 *     x(t)       median of the absolute changes between successive angles of 5 s within the
 *                5 min around t (60 angles, 59 changes)
 *     threshold  15 times the 10th percentile of x over that day, kept within its limits
 *     blocks     x below the threshold for longer than 30 min
 *     joined     where less than 60 min lie between two blocks
 *     rest       the longest of what is there then
 *     variant   limits of the threshold
 *     paper     0.13 to 0.50 deg, as GGIR; the default
 *     skdh      0.10 to 0.50 deg, scikit-digital-health
 * No recording with angles and a reference result was at hand: it is proved on planted rests and
 * against the method written plainly, not against another program. GGIR takes x as 0 within
 * 2.5 min of the ends of a day's data; here it is found across noon, from what is there.
 *
 * Input: angle_z (load z_angle), and `worn` if a scorer gives it: angles of a tracker that is
 * not worn count as missing. It writes `rest` for minutes, 1 = within the rest of its day: half
 * or more of the minute; crespo, roenneberg and tudor_locke write it, too: load one of them.
 *
 * Missing: x needs half of its changes; without them a block ends, but the 60 min may bridge
 * it. A day with less than `hours` of angles gets no value: the percentile would be that of an
 * evening. Nor does a minute without an angle. The confidence is the share of the minute's
 * angles that was there. Noon is that of the offset from UTC at the end of the window.
 *
 * What it cannot say: one rest a day, and always one where anybody lay still for half an hour:
 * an all-nighter's sofa is its night. Naps and split nights are one or not seen. Without `worn`
 * a watch on a table is the best sleep there is. In the paper the period was 3 to 11 min longer
 * than the sleepers' diaries had it. */
#include "scorer.h"
#include <string.h>

enum { READ_ANGLE, READ_WORN };
enum { WRITE_REST };
enum { OPTION_VARIANT, OPTION_BLOCK, OPTION_GAP, OPTION_HOURS };
enum { VARIANT_PAPER, VARIANT_SKDH };

#define EPOCH_MS   5000
#define MINUTE_MS  60000
#define HOUR_MS    3600000LL
#define DAY_MS     (24 * HOUR_MS)
#define A_MINUTE   (MINUTE_MS / EPOCH_MS)
#define HALF       (5 * A_MINUTE / 2) /* of the five minutes of angles */
#define CHANGES    (2 * HALF - 1)
#define PERCENTILE 0.10
#define TIMES      15

struct scratch {
	double x, sorted; /* x of an epoch; room to find the percentile */
};

struct span {
	int from, to; /* [from, to), epochs */
};

static double
angle_at(const struct scorer_window *in, int i)
{
	const struct scorer_view *a = &in->views[READ_ANGLE],
				 *worn = &in->views[READ_WORN];
	if (i < 0 || i >= (int)a->n)
		return NAN;
	int64_t into = a->t0_ms + (int64_t)i * EPOCH_MS - worn->t0_ms;
	if (worn->n && into >= 0 && into / worn->interval_ms < worn->n &&
		worn->v[into / worn->interval_ms] == 0)
		return NAN;
	return a->v[i];
}

static double
change_at(const struct scorer_window *in, int i)
{
	return fabs(angle_at(in, i) - angle_at(in, i - 1));
}

/* Where v is, or would be, in n ascending values. */
static int
place(const double *sorted, int n, double v)
{
	int low = 0;
	while (n > 0) {
		int half = n / 2;
		if (sorted[low + half] < v) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return low;
}

/* x for every epoch. The changes within reach are kept in order. */
static void
roll_median(const struct scorer_window *in, struct scratch *s)
{
	double sorted[CHANGES + 1];
	int n = 0, epochs = (int)in->views[READ_ANGLE].n;
	for (int i = 1 - HALF; i < epochs; i++) {
		double gone = change_at(in, i - HALF), come = change_at(in, i + HALF - 1);
		if (!isnan(gone)) {
			int at = place(sorted, n--, gone);
			memmove(sorted + at, sorted + at + 1, (n - at) * sizeof *sorted);
		}
		if (!isnan(come)) {
			int at = place(sorted, n, come);
			memmove(sorted + at + 1, sorted + at, (n - at) * sizeof *sorted);
			sorted[at] = come;
			n++;
		}
		if (i >= 0)
			s[i].x = 2 * n > CHANGES
					 ? (sorted[(n - 1) / 2] + sorted[n / 2]) / 2
					 : NAN;
	}
}

/* Puts the k-th smallest of n where it belongs, smaller ones before it (Hoare's select). */
static double
select_kth(struct scratch *s, int n, int k)
{
	int low = 0, high = n - 1;
	while (low < high) {
		double pivot = s[(low + high) / 2].sorted;
		int i = low - 1, j = high + 1;
		for (;;) {
			while (s[++i].sorted < pivot)
				;
			while (s[--j].sorted > pivot)
				;
			if (i >= j)
				break;
			double other = s[i].sorted;
			s[i].sorted = s[j].sorted;
			s[j].sorted = other;
		}
		if (k <= j)
			high = j;
		else
			low = j + 1;
	}
	return s[k].sorted;
}

/* The 10th percentile of x in the day, interpolated between ranks as R and numpy do. */
static double
percentile(struct scratch *s, struct span day)
{
	int n = 0;
	for (int i = day.from; i < day.to; i++)
		if (!isnan(s[i].x))
			s[n++].sorted = s[i].x;
	if (n == 0)
		return NAN;
	double rank = (n - 1) * PERCENTILE, low = select_kth(s, n, (int)rank), high = low;
	if ((int)rank + 1 < n)
		high = select_kth(s, n, (int)rank + 1);
	return low + (rank - (int)rank) * (high - low);
}

/* The next block from `at` on; empty at the end of the day. */
static struct span
next_block(const struct scratch *s, struct span day, double threshold, int longer)
{
	struct span b = {day.from, day.from};
	while (b.from < day.to) {
		b.to = b.from;
		while (b.to < day.to && s[b.to].x < threshold)
			b.to++;
		if (b.to - b.from > longer)
			return b;
		b.from = b.to + 1;
	}
	return (struct span){day.to, day.to};
}

static struct span
longest_rest(const struct scratch *s, struct span day, double threshold, const double *o)
{
	int longer = (int)(o[OPTION_BLOCK] * A_MINUTE),
	    gap = (int)(o[OPTION_GAP] * A_MINUTE);
	struct span best = {day.from, day.from}, rest = best, rest_of_day = day;
	while (rest_of_day.from < day.to) {
		struct span b = next_block(s, rest_of_day, threshold, longer);
		if (b.from >= day.to)
			break;
		if (rest.to > rest.from && b.from - rest.to < gap)
			rest.to = b.to;
		else
			rest = b;
		if (rest.to - rest.from > best.to - best.from)
			best = rest;
		rest_of_day.from = b.to;
	}
	return best;
}

/* A value for each minute of the day that has an angle. */
static void
put_minutes(const struct scorer_window *in, struct span day, struct span rest,
	struct scorer_result *ret)
{
	int64_t t0 = in->views[READ_ANGLE].t0_ms;
	int i = day.from;
	while (i < day.to) {
		int64_t minute = (t0 + (int64_t)i * EPOCH_MS) / MINUTE_MS;
		int there = 0, resting = 0, epochs = 0;
		for (; i < day.to && (t0 + (int64_t)i * EPOCH_MS) / MINUTE_MS == minute;
			i++) {
			there += !isnan(angle_at(in, i));
			resting += i >= rest.from && i < rest.to;
			epochs++;
		}
		if (there)
			scorer_put(ret, WRITE_REST, minute * MINUTE_MS,
				2 * resting >= epochs, (double)there / A_MINUTE);
	}
}

static int
score_day(const struct scorer_window *in, struct span day, const double *o,
	struct scorer_result *ret)
{
	struct scratch *s = in->scratch;
	int there = 0;
	for (int i = day.from; i < day.to; i++)
		there += !isnan(angle_at(in, i));
	if (there * (double)EPOCH_MS < o[OPTION_HOURS] * HOUR_MS)
		return 0;
	double lowest = (int)o[OPTION_VARIANT] == VARIANT_SKDH ? 0.10 : 0.13;
	double threshold = fmin(fmax(TIMES * percentile(s, day), lowest), 0.50);
	put_minutes(in, day, longest_rest(s, day, threshold, o), ret);
	return 1;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = &in->views[READ_ANGLE];
	if (a->interval_ms != EPOCH_MS)
		return scorer_skip(ret, "angle_z is not one of every 5 s");
	int days = 0, n = (int)a->n;
	struct span day = {0, 0};
	roll_median(in, in->scratch);
	/* counted from noon to noon, local time */
	int64_t t0 = a->t0_ms + in->offset_s * 1000LL - DAY_MS / 2;
	for (; day.from < n; day.from = day.to) {
		int64_t t = t0 + (int64_t)day.from * EPOCH_MS;
		int64_t left = DAY_MS - ((t % DAY_MS) + DAY_MS) % DAY_MS;
		int64_t epochs = (left + EPOCH_MS - 1) / EPOCH_MS;
		day.to = epochs < n - day.from ? day.from + (int)epochs : n;
		days += score_day(in, day, options, ret);
	}
	return days ? SCORER_OK
		    : scorer_skip(ret, "no day from noon to noon with enough angles");
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "hdcza",
	.version = "1.0",
	.summary =
		"the main rest of a day, from the forearm's angle (HDCZA, van Hees 2018)",
	.reads =
		(const struct scorer_port[]){
			{"angle_z", "deg", -90, 90, 1},
			{"worn", "0/1", 0, 1, 0},
			{0},
		},
	.writes = (const struct scorer_port[]){{"rest", "0/1", 0, 1, 0, MINUTE_MS}, {0}},
	.window = {.kind = SCORER_RECORDING},
	.options =
		(const struct scorer_option[]){
			{"variant", VARIANT_PAPER, 0, 1, "", "paper|skdh",
				"limits of the threshold: from 0.13 or 0.10 deg"},
			{"block", 30, 1, 600, "min", NULL, "a still block is longer"},
			{"gap", 60, 0, 600, "min", NULL,
				"blocks with less between them are joined"},
			{"hours", 12, 1, 24, "h", NULL, "of angles that a day must have"},
			{0},
		},
	.scratch_each = sizeof(struct scratch),
	.score = score,
};
