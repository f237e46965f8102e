/* SPDX-License-Identifier: MIT */
/* pain_logistic on the simulated cohorts: against the published check values, against a
 * second implementation written from the formulas in another shape (whole lists instead of
 * running sums, the precision matrix solved afresh instead of a covariance updated), and
 * against the published result table. Checks an implementation; shows no benefit to anyone. */
#include "scorers/quality.h"
#include "scorers/rig.h"
#include "scorers/shared.h"

#define PEOPLE 60
#define DAYS   180
#define WINDOW 730

enum { TST, SE, WASO, WAKES, SQ, PAIN, METRICS };

struct person {
	double v[METRICS][WINDOW + DAYS]; /* WINDOW days of nothing before */
	double p[DAYS], threshold[DAYS], base_rate[DAYS];
};

static struct person people[PEOPLE];

static void
read_cohort(const char *name)
{
	/* tst_min, se_pct, waso_min, n_wake, sq_0to10, pain_nrs */
	static const int columns[METRICS] = {2, 3, 4, 6, 7, 9};
	char path[64], line[512], *c[20];
	snprintf(path, sizeof path, "pain/sim/cohort_%s.csv", name);
	FILE *f = shared_data(path);
	if (!f)
		skip();
	for (int i = 0; i < PEOPLE; i++)
		for (int k = 0; k < METRICS; k++)
			for (int d = 0; d < WINDOW + DAYS; d++)
				people[i].v[k][d] = NAN;
	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		assert_int_equal(split(line, c, 20), 16);
		int who = (int)number(c[0]), day = (int)number(c[1]);
		for (int k = 0; k < METRICS; k++)
			people[who].v[k][WINDOW + day - 1] = number(c[columns[k]]);
	}
	fclose(f);
}

/* ---- the second implementation ---- */

struct second {
	double x[5], w[5], p, low, threshold, base_rate;
	int rated, positives;
};

/* Mean and SD of the first n days' values with the prior worth four of them. The mean is the
 * running one of the page: ratings are whole numbers, so a rating can lie exactly on the
 * threshold m + 1 (four times in "strong"), and then its last bit decides. */
static void
level(const double *v, int n, double mu0, double sd0, double *m, double *s)
{
	double count = 4, square;
	*m = mu0;
	for (int i = 0; i < n; i++)
		if (!isnan(v[i]))
			*m += (v[i] - *m) / ++count;
	square = 4 * (sd0 * sd0 + (mu0 - *m) * (mu0 - *m));
	for (int i = 0; i < n; i++)
		if (!isnan(v[i]))
			square += (v[i] - *m) * (v[i] - *m);
	*s = sqrt(square / count);
}

static double
standard(double x, double m, double s)
{
	return fmax(-3, fmin(3, (x - m) / s));
}

/* Solves P y = b by elimination. */
static void
solve(double p[5][5], const double *b, double *y)
{
	double a[5][6];
	for (int i = 0; i < 5; i++) {
		memcpy(a[i], p[i], sizeof p[i]);
		a[i][5] = b[i];
	}
	for (int i = 0; i < 5; i++)
		for (int k = 0; k < 5; k++) {
			double f = k == i ? 0 : a[k][i] / a[i][i];
			for (int j = i; j < 6; j++)
				a[k][j] -= f * a[i][j];
		}
	for (int i = 0; i < 5; i++)
		y[i] = a[i][5] / a[i][i];
}

static void
second_features(double v[METRICS][WINDOW + DAYS], int t, struct second *s)
{
	static const double mu[METRICS] = {400, 86, 55, 24, 5.3, 4.5};
	static const double sd[METRICS] = {70, 5.2, 22, 7, 1.8, 1.2};
	double z[METRICS], m, d, ewma = NAN;
	for (int k = 0; k < METRICS; k++) {
		level(v[k] + WINDOW, t, mu[k], sd[k], &m, &d);
		z[k] = standard(v[k][WINDOW + t], m, d);
		z[k] = isnan(v[k][WINDOW + t]) ? 0 : z[k];
	}
	/* m, d: of pain, the last */
	for (int i = 0; i < t; i++) {
		double r = v[PAIN][WINDOW + i];
		if (!isnan(r))
			ewma = isnan(ewma) ? r : .75 * ewma + .25 * r;
	}
	double yesterday = t > 0 ? v[PAIN][WINDOW + t - 1] : NAN;
	s->x[0] = 1;
	s->x[1] = (-z[SE] - z[TST] + z[WASO] + z[WAKES]) / 4 / .75;
	s->x[2] = isnan(v[SQ][WINDOW + t]) ? .32 * s->x[1] : -z[SQ];
	s->x[3] = isnan(yesterday) ? 0 : standard(yesterday, m, d);
	s->x[4] = isnan(ewma) ? 0 : standard(ewma, m, d);
	s->threshold = m + fmax(1, d);
}

static void
second_run(double v[METRICS][WINDOW + DAYS], struct second out[DAYS], double final_w[5])
{
	double w[5] = {-1.82, .075, .405, .485, .435}, precision[5][5] = {0}, sx[5];
	int rated = 0, positives = 0;
	for (int i = 0; i < 5; i++)
		precision[i][i] = i ? 1 / (.15 * .15) : 1 / (.25 * .25);
	for (int t = 0; t < DAYS; t++) {
		struct second *s = &out[t];
		double a = 0, var = 0, pain = v[PAIN][WINDOW + t];
		second_features(v, t, s);
		memcpy(s->w, w, sizeof w);
		solve(precision, s->x, sx);
		for (int i = 0; i < 5; i++) {
			a += w[i] * s->x[i];
			var += s->x[i] * sx[i];
		}
		s->p = 1 / (1 + exp(-a / sqrt(1 + M_PI * var / 8)));
		s->low = 1 / (1 + exp(-(a - .84 * sqrt(var))));
		s->base_rate = (1.6 + positives) / (10 + rated);
		s->rated = rated;
		s->positives = positives;
		if (isnan(pain))
			continue;
		double y = pain >= s->threshold, q = 1 / (1 + exp(-a));
		double h = fmax(q * (1 - q), 1e-4);
		for (int i = 0; i < 5; i++)
			for (int j = 0; j < 5; j++)
				precision[i][j] += h * s->x[i] * s->x[j];
		solve(precision, s->x, sx);
		for (int i = 0; i < 5; i++)
			w[i] += sx[i] * (y - q);
		rated++;
		positives += y > 0;
	}
	memcpy(final_w, w, sizeof w);
}

/* ---- the plugin, day by day, as the host calls it ---- */

static double
weight_of(const struct rig *r, const char *code)
{
	const struct scorer_reason *why = rig_reason(r, code);
	return why ? why->weight : 0;
}

static double
worst_reason(const struct rig *r, const struct second *s, int has_sq)
{
	double tracker = s->w[1] * s->x[1] + (has_sq ? 0 : s->w[2] * s->x[2]);
	double parts = weight_of(r, "tst_low") + weight_of(r, "se_low") +
		       weight_of(r, "waso_high") + weight_of(r, "wakes_high");
	double e = fabs(weight_of(r, "tracker") - tracker);
	e = fmax(e, fabs(parts - tracker));
	e = fmax(e, fabs(weight_of(r, "sleep_quality") - has_sq * s->w[2] * s->x[2]));
	e = fmax(e, fabs(weight_of(r, "yesterday") - s->w[3] * s->x[3]));
	return fmax(e, fabs(weight_of(r, "recent_pain") - s->w[4] * s->x[4]));
}

/* Returns the largest difference from the second implementation. */
static double
run_day(struct rig *r, struct person *who, int t, const struct second *s)
{
	double today = who->v[PAIN][WINDOW + t], e;
	who->v[PAIN][WINDOW + t] = NAN; /* it is morning */
	for (unsigned k = 0; k < METRICS; k++)
		rig_view(r, k, who->v[k] + t + 1, WINDOW, 86400);
	int code = rig_score(r);
	who->v[PAIN][WINDOW + t] = today;
	who->threshold[t] = s->threshold;
	who->base_rate[t] = s->base_rate;
	if (code == SCORER_SKIP) { /* nothing is known yet: the prior speaks */
		assert_string_equal(r->out.skip, "no night and no rating yet");
		assert_float_equal(s->x[1], 0, 0);
		assert_int_equal(s->rated, 0);
		who->p[t] = s->p;
		return 0;
	}
	assert_int_equal(code, SCORER_OK);
	who->p[t] = rig_value(r, "day_outlook");
	e = fabs(who->p[t] - s->p);
	e = fmax(e, fabs(rig_value(r, "day_outlook.low") - s->low));
	e = fmax(e, fabs(rig_value(r, "day_threshold") - s->threshold));
	e = fmax(e, fabs(rig_value(r, "day_base_rate") - s->base_rate));
	e = fmax(e, fabs(rig_value(r, "day_rated") - s->rated));
	e = fmax(e, fabs(rig_value(r, "day_positives") - s->positives));
	return fmax(e, worst_reason(r, s, !isnan(who->v[SQ][WINDOW + t])));
}

/* ---- how good, on days 15-180 ---- */

static struct quality
judge(void)
{
	static struct scored all[PEOPLE * DAYS], own[DAYS];
	struct quality q = {0};
	int n = 0, judged = 0, alerts = 0;
	for (int i = 0; i < PEOPLE; i++) {
		int m = 0;
		for (int t = 14; t < DAYS; t++) {
			const struct person *who = &people[i];
			double pain = who->v[PAIN][WINDOW + t];
			alerts += who->p[t] >= .25;
			if (!isnan(pain))
				own[m++] = (struct scored){who->p[t], who->base_rate[t],
					pain >= who->threshold[t]};
		}
		memcpy(all + n, own, (size_t)m * sizeof *own);
		n += m;
		double a = auc(own, m);
		if (!isnan(a)) {
			q.within += a;
			judged++;
		}
	}
	judge_probabilities(all, n, &q);
	q.within /= judged;
	q.per_week = alerts / (PEOPLE * (DAYS - 14) / 7.0);
	q.pooled = auc(all, n);
	return q;
}

/* ---- the tests ---- */

struct expected {
	const char *cohort;
	double sum_p;
	int rated, positives;
	double p[5]; /* person 0, days 1, 2, 3, 30, 180 */
	struct quality q;
};

static const struct expected expected[] = {
	{"weak", 1733.839086147, 8361, 1250,
		{.181575427207, .070690392803, .110041427831, .094677252517,
			.213614907378},
		{.662, .638, .042, .017, 1.0, .28, .28}},
	{"central", 1744.213286179, 8361, 1247,
		{.181575427207, .113569896270, .121619437373, .129249523136,
			.242243731984},
		{.721, .703, .080, .021, 1.1, .33, .34}},
	{"strong", 1831.887557803, 8361, 1342,
		{.181575427207, .112601053351, .121723335431, .146417330944,
			.281326605421},
		{.789, .777, .158, .032, 1.3, .42, .50}},
};

static void
near_value(const char *what, double got, double want, double within)
{
	print_message("  %-22s expected %-16.13g got %.13g\n", what, want, got);
	if (!(fabs(got - want) <= within))
		fail_msg("%s: %.15g, expected %.15g", what, got, want);
}

static void
compare_quality(const struct quality *q, const struct quality *want)
{
	near_value("pooled AUC", q->pooled, want->pooled, .002);
	near_value("within-person AUC", q->within, want->within, .002);
	near_value("Brier skill", q->skill, want->skill, .002);
	near_value("ECE", q->ece, want->ece, .002);
	near_value("p >= .25 a week", q->per_week, want->per_week, .0501);
	near_value("PPV", q->ppv, want->ppv, .00501);
	near_value("sensitivity", q->sensitivity, want->sensitivity, .00501);
}

static void
compare_central_person_0(const double *w)
{
	static const double want[] = {
		-1.970238514, .023637816, .388782798, .486648643, .422606262};
	for (int i = 0; i < 5; i++)
		near_value("final w, person 0", w[i], want[i], 6e-10);
	near_value("threshold of day 1", people[0].threshold[0], 5.7, 1e-9);
	near_value("threshold of day 2", people[0].threshold[1], 5.491787525, 1e-9);
	near_value("threshold of day 180", people[0].threshold[179], 5.032771804, 1e-9);
}

static void
run_cohort(struct rig *r, const struct expected *want)
{
	static const int days[] = {1, 2, 3, 30, 180};
	static struct second second[DAYS];
	double sum = 0, worst = 0, w[5], w0[5] = {0};
	int rated = 0, positives = 0;
	read_cohort(want->cohort);
	for (int i = 0; i < PEOPLE; i++) {
		second_run(people[i].v, second, w);
		if (i == 0)
			memcpy(w0, w, sizeof w);
		for (int t = 0; t < DAYS; t++) {
			double pain = people[i].v[PAIN][WINDOW + t];
			worst = fmax(worst, run_day(r, &people[i], t, &second[t]));
			sum += people[i].p[t];
			rated += !isnan(pain);
			positives += pain >= people[i].threshold[t];
		}
	}
	print_message("%s\n", want->cohort);
	near_value("differs from 2nd by", worst, 0, 1e-9);
	near_value("sum of p, 10800 rows", sum, want->sum_p, 1e-9);
	near_value("rated days", rated, want->rated, 0);
	near_value("label positives", positives, want->positives, 0);
	for (int i = 0; i < 5; i++)
		near_value("p, person 0", people[0].p[days[i] - 1], want->p[i], 1e-9);
	if (strcmp(want->cohort, "central") == 0)
		compare_central_person_0(w0);
	struct quality q = judge();
	compare_quality(&q, &want->q);
}

static void
weak_cohort_gives_the_published_numbers(void **state)
{
	run_cohort(*state, &expected[0]);
}

static void
central_cohort_gives_the_published_numbers(void **state)
{
	run_cohort(*state, &expected[1]);
}

static void
strong_cohort_gives_the_published_numbers(void **state)
{
	run_cohort(*state, &expected[2]);
}

static int
setup(void **state)
{
	*state = rig_open("pain_logistic");
	return 0;
}

static int
teardown(void **state)
{
	rig_close(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weak_cohort_gives_the_published_numbers),
		cmocka_unit_test(central_cohort_gives_the_published_numbers),
		cmocka_unit_test(strong_cohort_gives_the_published_numbers),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
