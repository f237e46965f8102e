/* SPDX-License-Identifier: MIT */
/* How often the outlook was right, from one person's days: counts, ranking, calibration, and
 * the skill against the person's own running average, with the one verdict whether it may be
 * claimed. Every forecast is held against its own frozen threshold; those of the first
 * `min_rated_days` rated days are not judged. Pure; what is not known is NAN.
 *
 * Skill = 1 - sum (p - y)^2 / sum (base - y)^2, base = the forecast's own running base rate
 * (1.6 + positives) / (10 + rated). Its interval is a 95 % confidence sequence, which holds
 * at all mornings at once: it is shown every day, and a plain 95 % interval that is looked at every
 * day for two years excludes zero for one person in five for whom there is no skill. Per day
 *   u = (base - y)^2 - (p - y)^2 - skill (base - y)^2,  V = sum u^2,  n days,
 *   half width of the sum = sqrt(V / n) sqrt(2 (n r + 1) / r  log(sqrt(n r + 1) / alpha)),
 * r set so that it is narrowest near 300 days. Source: Waudby-Smith, Arbour, Sinha, Kennedy and
 * Ramdas, Ann. Statist. 52 (2024) 2613; differences of scores as in Choe and Ramdas,
 * Oper. Res. 72 (2024) 1368: p and base are fixed before y, so the differences need no
 * correction for serial correlation. Analytic, so that it costs a pass and no generator.
 *
 * AUC with mid-ranks; its 95 % interval after Hanley and McNeil, Radiology 143 (1982) 29. */
#pragma once

#include "core/person.h"
#include "core/records.h"

#define TRACK_DAYS                                                                       \
	730 /* days that a published record looks back on: the forecast's own */
#define TRACK_BINS      20 /* of calibration, .05 each */
#define TRACK_ROWS      4  /* of one person's table: below .10, .20, .30, and above */
#define TRACK_CLASS_MIN 5  /* days of either outcome before an AUC's interval is given */
#define TRACK_SKILL_MIN 10 /* the same for a skill's: some 65 rated days */

/* One morning that is judged, or (outcome -1) would be if its day had been rated. */
struct track_morning {
	civil_day date;
	double p, base;
	signed char outcome; /* 1 high, 0 not, -1 not rated */
	signed char told;    /* there was a notice */
	signed char
		withdrawn; /* and it was taken back: it cost attention, and claims nothing */
};

/* Mornings that were pointed out. */
struct track_calls {
	unsigned n;     /* mornings */
	unsigned rated; /* whose day was rated */
	unsigned right; /* and was a high one */
};

struct track_bin {
	unsigned n, high;
	double sum_p;
};

struct track_record {
	unsigned nights, rated_days;
	unsigned min_rated_days; /* before that many it learns, and nothing is judged */
	double base_rate;        /* the running one, after all of these days */
	unsigned mornings;       /* with a forecast after the learning */
	unsigned judged, high;   /* of them rated; of these high */
	struct track_calls told, over; /* a notice; p at the threshold or above */
	double brier, brier_base, skill, skill_low, skill_high;
	double auc, auc_low, auc_high;
	double ece; /* over the rows of one person's table */
	struct track_bin bins[TRACK_BINS];
	int skill_claimed; /* the only place where that is decided */
};

/* n days in order. The last may be a morning whose evening is still to come. */
void track_record_make(const struct day *days, int n, const struct policy *policy,
	struct track_record *ret);

/* The judgement of n mornings alone; the counts of days are left as they are. */
void track_record_judge(const struct track_morning *m, unsigned n,
	const struct policy *policy, struct track_record *ret);

/* The mornings of a person's days that count; returns how many. base_rate NAN in a forecast:
 * counted here. */
unsigned track_mornings(const struct day *days, int n, const struct policy *policy,
	struct track_morning *ret);

int track_is_learning(const struct track_record *t);
double track_hit_rate(const struct track_record *t, const struct track_calls *c);
double track_ppv(const struct track_calls *c);
double track_a_week(const struct track_record *t, const struct track_calls *c);

/* The calibration table of one person: row i of TRACK_ROWS. */
struct track_bin track_row(const struct track_record *t, unsigned i);
unsigned track_bin_of(double p);

/* AUC of v[i] (any order) for outcome 1 against 0; reorders v. NAN where a class is missing. */
struct track_rank {
	double p;
	int outcome;
};
double track_auc(struct track_rank *v, unsigned n);
