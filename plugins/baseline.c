/* SPDX-License-Identifier: MIT */
/* baseline: how unusual tonight was for this person, measure by measure and all in all.
 *
 * For each measure the robust z against the person's own last 28 nights, tonight excluded:
 *     z = (tonight - median) / (1.4826 * MAD)
 * MAD = the median distance from the median; 1.4826 makes it a standard deviation for normal
 * values (Iglewicz, Hoaglin 1993; Leys 2013). At least min_nights of the 28 must have the
 * measure, and tonight. The MAD is never taken below a floor: the least that a difference of
 * the measure means, given how it is made. Without one, after four weeks
 * of like nights a rounding error would look like a rare night:
 *     tst 15 min, waso 10 min, sol 5 min, se 2 %   a wrist tracker is off by more than that
 *                 from polysomnography in a single night (Chinoy 2021)
 *     awakenings 2                counts, and each tracker has its own rule
 *     score 3 of 100 points       what 20 min of sleep change
 *     rmssd 3 ms                  a few early beats missed in a night of five-minute means
 *     hr_min 1 /min, hr_dip 1 %   trackers give whole beats
 *     resp_rate 0.3 /min          trackers give halves or tenths of a breath
 * (the floors are our choice). z is cut at +-10: beyond, only the floor is measured.
 *
 * z_all: measures of one kind say the same thing several times, so they count once: the mean
 * of the z of sleep (tst, se, waso, sol, awakenings, score), of heart (rmssd, hr_min, hr_dip)
 * and of breath (resp_rate), each z with the sign that makes a harder night positive (less or
 * more broken sleep; lower RMSSD and dip, higher heart rate and breathing), joined by
 * Stouffer's rule: sum / sqrt(number of kinds) (Stouffer 1949). Each z counts with +-3 at the
 * most, so that no single one decides, and z_all needs three measures: one metric alone is no
 * reason to act, ever. The kinds are not quite independent: read z_all as an order of nights,
 * not as a probability.
 *
 * The confidence is the share of the 28 nights that had the measure; of z_all, of all ten
 * measures. Reasons: the three measures that moved z_all most, code = "z_" and the measure,
 * value = tonight, usual = median, weight = what it added to z_all. */
#include "scorer.h"
#include <stdlib.h>

enum { OPTION_MIN_NIGHTS };
enum { SLEEP, HEART, BREATH, KINDS };

#define NIGHTS       28
#define MAD_SD       1.4826
#define Z_MAX        10
#define Z_COUNTS     3
#define MEASURES     10
#define MEASURES_MIN 3
#define REASONS      3
#define Z_ALL        MEASURES /* the last port */

/* In the order of the ports, reads and writes. */
static const struct {
	const char *code;
	int kind;
	double harder, floor; /* harder: the sign of a harder night */
} measures[MEASURES] = {
	{"z_tst", SLEEP, -1, 15},
	{"z_se", SLEEP, -1, 2},
	{"z_waso", SLEEP, 1, 10},
	{"z_sol", SLEEP, 1, 5},
	{"z_awakenings", SLEEP, 1, 2},
	{"z_score", SLEEP, -1, 3},
	{"z_rmssd", HEART, -1, 3},
	{"z_hr_min", HEART, 1, 1},
	{"z_hr_dip", HEART, -1, 1},
	{"z_resp_rate", BREATH, 1, 0.3},
};

struct measure {
	double tonight, median, z, added; /* added: to z_all */
	int nights;                       /* 0 = no z */
};

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double
median_of(double *v, int n)
{
	qsort(v, (size_t)n, sizeof *v, compare);
	return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static struct measure
measure(const struct scorer_view *v, double floor, double min_nights)
{
	struct measure m = {NAN, NAN, NAN, 0, 0};
	double own[NIGHTS];
	int n = 0;
	if (v->n == 0 || isnan(v->v[v->n - 1]))
		return m;
	for (uint32_t i = v->n > NIGHTS + 1 ? v->n - NIGHTS - 1 : 0; i + 1 < v->n; i++)
		if (!isnan(v->v[i]))
			own[n++] = v->v[i];
	if (n < min_nights)
		return m;
	m.tonight = v->v[v->n - 1], m.nights = n;
	m.median = median_of(own, n);
	for (int i = 0; i < n; i++)
		own[i] = fabs(own[i] - m.median);
	double mad = fmax(floor, median_of(own, n));
	m.z = fmin(fmax((m.tonight - m.median) / (MAD_SD * mad), -Z_MAX), Z_MAX);
	return m;
}

/* Stouffer's sum of the kinds; how much each measure added goes into m. */
static double
combine(struct measure m[MEASURES])
{
	double of_kind[KINDS] = {0}, kinds = 0, all = 0;
	for (int i = 0; i < MEASURES; i++)
		of_kind[measures[i].kind] += m[i].nights > 0;
	for (int k = 0; k < KINDS; k++)
		kinds += of_kind[k] > 0;
	for (int i = 0; i < MEASURES; i++) {
		if (m[i].nights == 0)
			continue;
		double z = fmin(fmax(m[i].z, -Z_COUNTS), Z_COUNTS);
		m[i].added =
			measures[i].harder * z / of_kind[measures[i].kind] / sqrt(kinds);
		all += m[i].added;
	}
	return all;
}

static void
give_reasons(const struct measure m[MEASURES], struct scorer_result *ret)
{
	int told[MEASURES] = {0};
	for (int r = 0; r < REASONS; r++) {
		int best = -1;
		for (int i = 0; i < MEASURES; i++)
			if (m[i].nights > 0 && !told[i] &&
				(best < 0 || fabs(m[i].added) > fabs(m[best].added)))
				best = i;
		told[best] = 1;
		scorer_because(ret, measures[best].code, m[best].tonight, m[best].median,
			m[best].added);
	}
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	struct measure m[MEASURES];
	int known = 0;
	for (int i = 0; i < MEASURES; i++) {
		m[i] = measure(
			&in->views[i], measures[i].floor, options[OPTION_MIN_NIGHTS]);
		known += m[i].nights > 0;
		if (m[i].nights > 0)
			scorer_put(ret, (uint32_t)i, in->at_ms, m[i].z,
				(double)m[i].nights / NIGHTS);
	}
	if (known == 0)
		return scorer_skip(ret, "too few nights to know what is usual");
	if (known < MEASURES_MIN)
		return SCORER_OK;
	scorer_put(ret, Z_ALL, in->at_ms, combine(m), (double)known / MEASURES);
	give_reasons(m, ret);
	return SCORER_OK;
}

#define Z "sd", -Z_MAX, Z_MAX, 0

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "baseline",
	.version = "1.0",
	.summary = "how unusual the night was against the person's own last 28",
	.reads =
		(const struct scorer_port[]){
			{"night.tst", "min", 0, 2880, 0},
			{"night.se", "%", 0, 100, 0},
			{"night.waso", "min", 0, 2880, 0},
			{"night.sol", "min", 0, 2880, 0},
			{"night.awakenings", "count", 0, 2880, 0},
			{"night.score", "points", 0, 100, 0},
			{"night.rmssd", "ms", 0, 1000, 0},
			{"night.hr_min", "1/min", 20, 250, 0},
			{"night.hr_dip", "%", -100, 100, 0},
			{"night.resp_rate", "1/min", 2, 80, 0},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			{"night.z_tst", Z},
			{"night.z_se", Z},
			{"night.z_waso", Z},
			{"night.z_sol", Z},
			{"night.z_awakenings", Z},
			{"night.z_score", Z},
			{"night.z_rmssd", Z},
			{"night.z_hr_min", Z},
			{"night.z_hr_dip", Z},
			{"night.z_resp_rate", Z},
			[Z_ALL] = {"night.z_all", Z},
			{0},
		},
	.window = {.kind = SCORER_NIGHTS, .days = NIGHTS + 1},
	.options =
		(const struct scorer_option[]){
			{"min_nights", 14, 7, 28, "nights", NULL,
				"nights with the measure, of the last 28, that make a "
				"usual"},
			{0},
		},
	.score = score,
};
