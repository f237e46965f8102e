/* SPDX-License-Identifier: MIT */
/* pain_logistic: how likely today is a high-discomfort day, by the person's own measure.
 *
 * A Bayesian logistic model with a prior for everybody that learns from the
 * person's own ratings, day by day (method and constants are this project's own, set on
 * simulated people; README.md, "How often it is wrong", has what came of it). Every call
 * starts from the prior and walks through all days of the window, oldest first, so that
 * the same days always give the same numbers. Each day:
 *   features  x = [1, T, Q, Y, E], "badness" against the person's own baselines so far
 *             T = (-z(SE) - z(TST) + z(WASO) + z(awakenings)) / 4 / 0.75
 *             Q = -z(sleep_quality)            rated this morning
 *             Y = z(yesterday's pain_day)      E = z(ewma of pain_day, 0.25 a rated day)
 *   missing   a tracker number adds 0 to T; Q without rating = 0.32 T; Y, E = 0
 *   predict   a = w.x, v = x'Sx, p = sig(a / sqrt(1 + pi v / 8))
 * then, in the evening, where the day was rated:
 *   label     y = rating >= the threshold frozen in the morning, m + max(1, s) of the past
 *             ratings (or the fixed option `high_at`)
 *   learn     rank-1 sequential Laplace: q = sig(a), h = max(q(1-q), 1e-4),
 *             k = Sx / (1/h + v), w += k (y-q)/h, S -= k (Sx)'
 *   baselines per metric, prior mean and SD worth 4 nights; last night is never in its own.
 * Prior of w: the mean of what fits two simulated worlds, "weak" and "central" by how far sleep
 * moves the next day; SD 0.25 for the first weight, 0.15 for the others.
 * Today's rating is never looked at.
 *
 * Writes day_outlook = p; .low = sig(a - 0.84 sqrt(v)), a one-sided 80 % bound; the
 * threshold of today, the running base rate (1.6 + positives) / (10 + rated), the counts
 * behind it, and of "nights like this": the person's own rated days before whose night
 * was about as restful. A night's badness is the mean of T and Q, of what there is; two
 * nights are alike if it differs by at most 0.5 SD, everything beyond 1 SD being equally
 * bad or good.
 *
 * Reasons are the model's own contributions w_i x_i, greatest first: `tracker` (value T,
 * usual 0; with the share that Q borrows from it), `sleep_quality`, `yesterday`,
 * `recent_pain` (usual = own mean), and the parts of `tracker` in own numbers, which say
 * the same again: `tst_low`, `se_low`, `waso_high`, `wakes_high`. A day older than the
 * window (two years) is forgotten: the window slides.
 *
 * Good to know: the tracker adds little, the morning rating and the diary most. Two of
 * three days pointed out as likely high are not. Wellness only. */
#include "pain_days.h"
#include "pain_result.h"

#define WEIGHTS 5

enum { BIAS, T, Q, Y, E };
enum { OPTION_HIGH_AT };

static const double prior[WEIGHTS] = {-1.82, 0.075, 0.405, 0.485, 0.435};
static const double prior_sd[WEIGHTS] = {0.25, 0.15, 0.15, 0.15, 0.15};

struct model {
	double w[WEIGHTS], cov[WEIGHTS][WEIGHTS];
	struct pain_baseline base[BASELINES];
	double ewma, yesterday; /* NAN before there is one */
	int rated, positives;
};

/* What the morning knows of one day. */
struct morning {
	double metric[BASELINES]; /* [PAIN] is not filled */
	double x[WEIGHTS];
	double night; /* badness, NAN if nothing is known of it */
	double a, v, threshold;
};

static double
sig(double a)
{
	return 1 / (1 + exp(-a));
}

static void
start(struct model *m)
{
	*m = (struct model){.ewma = NAN, .yesterday = NAN};
	pain_baselines_init(m->base);
	for (int i = 0; i < WEIGHTS; i++) {
		m->w[i] = prior[i];
		m->cov[i][i] = prior_sd[i] * prior_sd[i];
	}
}

/* v = x'Sx, and Sx on the way. */
static double
spread(const struct model *m, const double *x, double *sx)
{
	double v = 0;
	for (int i = 0; i < WEIGHTS; i++) {
		sx[i] = 0;
		for (int k = 0; k < WEIGHTS; k++)
			sx[i] += m->cov[i][k] * x[k];
		v += x[i] * sx[i];
	}
	return v;
}

static void
predict(const struct model *m, struct morning *d, double high_at)
{
	const struct pain_baseline *pain = &m->base[PAIN];
	double sq = d->metric[SLEEP_QUALITY], sx[WEIGHTS];
	int tracked = 0;
	d->x[BIAS] = 1;
	d->x[T] = 0;
	for (int i = TST; i <= AWAKENINGS; i++) {
		d->x[T] += pain_badness(m->base, d->metric, i);
		tracked |= !isnan(d->metric[i]);
	}
	d->x[Q] = isnan(sq) ? PAIN_Q_FROM_T * d->x[T]
			    : -pain_z(&m->base[SLEEP_QUALITY], sq);
	d->x[Y] = isnan(m->yesterday) ? 0 : pain_z(pain, m->yesterday);
	d->x[E] = isnan(m->ewma) ? 0 : pain_z(pain, m->ewma);
	if (isnan(sq))
		d->night = tracked ? d->x[T] : NAN;
	else
		d->night = tracked ? (d->x[T] + d->x[Q]) / 2 : d->x[Q];
	d->a = 0;
	for (int i = 0; i < WEIGHTS; i++)
		d->a += m->w[i] * d->x[i];
	d->v = spread(m, d->x, sx);
	d->threshold = pain_threshold(pain, high_at);
}

static void
learn(struct model *m, const struct morning *d, double y)
{
	double sx[WEIGHTS], v = spread(m, d->x, sx), q = sig(d->a);
	double h = fmax(q * (1 - q), 1e-4);
	for (int i = 0; i < WEIGHTS; i++) {
		double k = sx[i] / (1 / h + v);
		m->w[i] += k * (y - q) / h;
		for (int j = 0; j < WEIGHTS; j++)
			m->cov[i][j] -= k * sx[j];
	}
}

/* The evening: the rating, if there is one, then the day's values join the baselines. */
static void
close_day(struct model *m, const struct morning *d, double pain, struct pain_rated *log)
{
	m->yesterday = pain;
	for (int i = TST; i <= SLEEP_QUALITY; i++)
		if (!isnan(d->metric[i]))
			pain_add(&m->base[i], d->metric[i]);
	if (isnan(pain))
		return;
	double y = pain >= d->threshold;
	learn(m, d, y);
	log[m->rated] = (struct pain_rated){d->night, y};
	m->rated++;
	m->positives += y > 0;
	pain_add(&m->base[PAIN], pain);
	m->ewma = isnan(m->ewma) ? pain
				 : (1 - PAIN_EWMA_NEW) * m->ewma + PAIN_EWMA_NEW * pain;
}

static void
explain(const struct model *m, const struct morning *d, struct scorer_result *ret)
{
	static const char *const codes[] = {
		"tst_low", "se_low", "waso_high", "wakes_high"};
	struct scorer_reason lent[8];
	struct scorer_result all = {.reasons = lent, .cap_reasons = 8};
	double sq = d->metric[SLEEP_QUALITY], usual = m->base[PAIN].m;
	/* without a rating Q is the tracker's too */
	double w = m->w[T] + (isnan(sq) ? PAIN_Q_FROM_T * m->w[Q] : 0);
	int tracked = 0;
	for (int i = TST; i <= AWAKENINGS; i++) {
		if (isnan(d->metric[i]))
			continue;
		pain_because(&all, codes[i], d->metric[i], m->base[i].m,
			w * pain_badness(m->base, d->metric, i));
		tracked = 1;
	}
	if (tracked)
		pain_because(&all, "tracker", d->x[T], 0, w * d->x[T]);
	if (!isnan(sq))
		pain_because(&all, "sleep_quality", sq, m->base[SLEEP_QUALITY].m,
			m->w[Q] * d->x[Q]);
	if (!isnan(m->yesterday))
		pain_because(&all, "yesterday", m->yesterday, usual, m->w[Y] * d->x[Y]);
	if (!isnan(m->ewma))
		pain_because(&all, "recent_pain", m->ewma, usual, m->w[E] * d->x[E]);
	for (uint32_t i = 0; i < all.n_reasons; i++)
		scorer_because(
			ret, lent[i].code, lent[i].value, lent[i].usual, lent[i].weight);
}

static double
view_at(const struct scorer_view *v, uint32_t i)
{
	return i < v->n ? v->v[i] : NAN;
}

/* The morning of day i; 1 if anything is known of it. */
static int
read_day(const struct scorer_window *in, uint32_t i, struct morning *d)
{
	int any = 0;
	for (int k = TST; k <= SLEEP_QUALITY; k++) {
		d->metric[k] = view_at(&in->views[k], i);
		any |= !isnan(d->metric[k]);
	}
	return any;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	struct model m;
	struct morning d;
	uint32_t today = 0;
	int begun = 0;
	for (int k = 0; k < BASELINES; k++)
		if (in->views[k].n > today + 1)
			today = in->views[k].n - 1;
	if (today >= PAIN_DAYS)
		return scorer_skip(ret, "more days than were asked for");
	start(&m);
	for (uint32_t i = 0; i <= today; i++) {
		double pain = i < today ? view_at(&in->views[PAIN], i) : NAN;
		begun |= read_day(in, i, &d) || !isnan(pain);
		if (!begun)
			continue;
		predict(&m, &d, options[OPTION_HIGH_AT]);
		if (i < today)
			close_day(&m, &d, pain, in->scratch);
	}
	if (!begun)
		return scorer_skip(ret, "no night and no rating yet");
	double p = sig(d.a / sqrt(1 + M_PI * d.v / 8));
	double low = sig(d.a - PAIN_LOW_Z * sqrt(d.v));
	double night = m.w[T] * d.x[T] + m.w[Q] * d.x[Q];
	double usual = sig((d.a - night) / sqrt(1 + M_PI * d.v / 8));
	pain_put(ret, in->at_ms,
		&(struct pain_outlook){p, low, d.threshold, m.rated, m.positives,
			isnan(d.night) ? NAN : usual});
	pain_put_like(ret, in->at_ms, in->scratch, m.rated, d.night);
	explain(&m, &d, ret);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "pain_logistic",
	.version = "1.1",
	.summary =
		"how likely today is a high-discomfort day by the person's own ratings",
	.reads =
		(const struct scorer_port[]){
			PAIN_NIGHT_READS,
			{0},
		},
	.writes = pain_writes,
	.window = {.kind = SCORER_DAYS, .days = PAIN_DAYS},
	.options =
		(const struct scorer_option[]){
			PAIN_HIGH_AT,
			{0},
		},
	.scratch_size = PAIN_DAYS * sizeof(struct pain_rated),
	.score = score,
};
