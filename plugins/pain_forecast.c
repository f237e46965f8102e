/* SPDX-License-Identifier: MIT */
/* pain_forecast: how likely today is a high-discomfort day, by the person's own measure.
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
#include "scorer.h"

#define DAYS    730
#define METRICS 6
#define WEIGHTS 5

enum { TST, SE, WASO, AWAKENINGS, SLEEP_QUALITY, PAIN }; /* read ports = metrics */
enum { BIAS, T, Q, Y, E };
enum {
	WRITE_P,
	WRITE_LOW,
	WRITE_THRESHOLD,
	WRITE_BASE_RATE,
	WRITE_RATED,
	WRITE_POSITIVES,
	WRITE_LIKE,
	WRITE_LIKE_HIGH
};
enum { OPTION_HIGH_AT };

static const double mu0[METRICS] = {400, 86, 55, 24, 5.3, 4.5};
static const double sd0[METRICS] = {70, 5.2, 22, 7, 1.8, 1.2};
static const double prior[WEIGHTS] = {-1.82, 0.075, 0.405, 0.485, 0.435};
static const double prior_sd[WEIGHTS] = {0.25, 0.15, 0.15, 0.15, 0.15};
/* of the four tracker metrics: what is bad */
static const double sign[4] = {-1, -1, 1, 1};
#define T_SCALE    (4 * 0.75)
#define Q_FROM_T   0.32
#define EWMA_NEW   0.25
#define LOW_Z      0.84
#define LIKE_WIDTH 0.5
#define LIKE_CLIP  1.0

struct baseline {
	double n, m, s;
};

struct model {
	double w[WEIGHTS], cov[WEIGHTS][WEIGHTS];
	struct baseline base[METRICS];
	double ewma, yesterday; /* NAN before there is one */
	int rated, positives;
};

/* What the morning knows of one day. */
struct morning {
	double metric[METRICS]; /* [PAIN] is not filled */
	double x[WEIGHTS];
	double night; /* badness, NAN if nothing is known of it */
	double a, v, threshold;
};

/* In scratch: the rated days so far, for "nights like this". */
struct rated_day {
	double night, high;
};

static double
sig(double a)
{
	return 1 / (1 + exp(-a));
}

static double
sd(const struct baseline *b)
{
	return sqrt(b->s / b->n);
}

static double
z(const struct baseline *b, double x)
{
	double r = (x - b->m) / sd(b);
	return r < -3 ? -3 : r > 3 ? 3 : r;
}

static void
add(struct baseline *b, double x)
{
	double d = x - b->m;
	b->n += 1;
	b->m += d / b->n;
	b->s += d * (x - b->m);
}

static void
start(struct model *m)
{
	*m = (struct model){.ewma = NAN, .yesterday = NAN};
	for (int i = 0; i < METRICS; i++)
		m->base[i] = (struct baseline){4, mu0[i], 4 * sd0[i] * sd0[i]};
	for (int i = 0; i < WEIGHTS; i++) {
		m->w[i] = prior[i];
		m->cov[i][i] = prior_sd[i] * prior_sd[i];
	}
}

static double
badness(const struct model *m, const struct morning *d, int metric)
{
	double x = d->metric[metric];
	return isnan(x) ? 0 : sign[metric] * z(&m->base[metric], x) / T_SCALE;
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
	const struct baseline *pain = &m->base[PAIN];
	double sq = d->metric[SLEEP_QUALITY], sx[WEIGHTS];
	int tracked = 0;
	d->x[BIAS] = 1;
	d->x[T] = 0;
	for (int i = TST; i <= AWAKENINGS; i++) {
		d->x[T] += badness(m, d, i);
		tracked |= !isnan(d->metric[i]);
	}
	d->x[Q] = isnan(sq) ? Q_FROM_T * d->x[T] : -z(&m->base[SLEEP_QUALITY], sq);
	d->x[Y] = isnan(m->yesterday) ? 0 : z(pain, m->yesterday);
	d->x[E] = isnan(m->ewma) ? 0 : z(pain, m->ewma);
	if (isnan(sq))
		d->night = tracked ? d->x[T] : NAN;
	else
		d->night = tracked ? (d->x[T] + d->x[Q]) / 2 : d->x[Q];
	d->a = 0;
	for (int i = 0; i < WEIGHTS; i++)
		d->a += m->w[i] * d->x[i];
	d->v = spread(m, d->x, sx);
	d->threshold = high_at > 0 ? high_at : pain->m + fmax(1, sd(pain));
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
close_day(struct model *m, const struct morning *d, double pain, struct rated_day *log)
{
	m->yesterday = pain;
	for (int i = TST; i <= SLEEP_QUALITY; i++)
		if (!isnan(d->metric[i]))
			add(&m->base[i], d->metric[i]);
	if (isnan(pain))
		return;
	double y = pain >= d->threshold;
	learn(m, d, y);
	log[m->rated] = (struct rated_day){d->night, y};
	m->rated++;
	m->positives += y > 0;
	add(&m->base[PAIN], pain);
	m->ewma = isnan(m->ewma) ? pain : (1 - EWMA_NEW) * m->ewma + EWMA_NEW * pain;
}

static double
clip_like(double night)
{
	return night < -LIKE_CLIP ? -LIKE_CLIP : night > LIKE_CLIP ? LIKE_CLIP : night;
}

static void
put_like_nights(const struct model *m, const struct morning *d,
	const struct rated_day *log, int64_t at_ms, struct scorer_result *ret)
{
	int like = 0, high = 0;
	if (isnan(d->night))
		return;
	for (int i = 0; i < m->rated; i++) {
		int is =
			fabs(clip_like(log[i].night) - clip_like(d->night)) <= LIKE_WIDTH;
		like += is;
		high += is && log[i].high > 0;
	}
	scorer_put(ret, WRITE_LIKE, at_ms, like, 1);
	scorer_put(ret, WRITE_LIKE_HIGH, at_ms, high, 1);
}

/* Into its place by |weight|, greatest first; among equals the first stays first. */
static void
because(struct scorer_result *all, const char *code, double value, double usual,
	double weight)
{
	scorer_because(all, code, value, usual, weight);
	struct scorer_reason *r = all->reasons;
	for (uint32_t i = all->n_reasons - 1; i > 0; i--) {
		if (fabs(r[i].weight) <= fabs(r[i - 1].weight))
			break;
		struct scorer_reason t = r[i];
		r[i] = r[i - 1];
		r[i - 1] = t;
	}
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
	double w = m->w[T] + (isnan(sq) ? Q_FROM_T * m->w[Q] : 0);
	int tracked = 0;
	for (int i = TST; i <= AWAKENINGS; i++) {
		if (isnan(d->metric[i]))
			continue;
		because(&all, codes[i], d->metric[i], m->base[i].m, w * badness(m, d, i));
		tracked = 1;
	}
	if (tracked)
		because(&all, "tracker", d->x[T], 0, w * d->x[T]);
	if (!isnan(sq))
		because(&all, "sleep_quality", sq, m->base[SLEEP_QUALITY].m,
			m->w[Q] * d->x[Q]);
	if (!isnan(m->yesterday))
		because(&all, "yesterday", m->yesterday, usual, m->w[Y] * d->x[Y]);
	if (!isnan(m->ewma))
		because(&all, "recent_pain", m->ewma, usual, m->w[E] * d->x[E]);
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
	struct rated_day *log = in->scratch;
	struct model m;
	struct morning d;
	uint32_t today = 0;
	int begun = 0;
	for (int k = 0; k < METRICS; k++)
		if (in->views[k].n > today + 1)
			today = in->views[k].n - 1;
	if (today >= DAYS)
		return scorer_skip(ret, "more days than were asked for");
	start(&m);
	for (uint32_t i = 0; i <= today; i++) {
		double pain = i < today ? view_at(&in->views[PAIN], i) : NAN;
		begun |= read_day(in, i, &d) || !isnan(pain);
		if (!begun)
			continue;
		predict(&m, &d, options[OPTION_HIGH_AT]);
		if (i < today)
			close_day(&m, &d, pain, log);
	}
	if (!begun)
		return scorer_skip(ret, "no night and no rating yet");
	double base_rate = (1.6 + m.positives) / (10.0 + m.rated);
	double trust = m.rated / (10.0 + m.rated); /* own days against the prior's ten */
	scorer_put(ret, WRITE_P, in->at_ms, sig(d.a / sqrt(1 + M_PI * d.v / 8)), trust);
	scorer_put(ret, WRITE_LOW, in->at_ms, sig(d.a - LOW_Z * sqrt(d.v)), trust);
	scorer_put(ret, WRITE_THRESHOLD, in->at_ms, d.threshold, 1);
	scorer_put(ret, WRITE_BASE_RATE, in->at_ms, base_rate, trust);
	scorer_put(ret, WRITE_RATED, in->at_ms, m.rated, 1);
	scorer_put(ret, WRITE_POSITIVES, in->at_ms, m.positives, 1);
	put_like_nights(&m, &d, log, in->at_ms, ret);
	explain(&m, &d, ret);
	return SCORER_OK;
}

#define NRS         "NRS", 0, 10, 0
#define PROBABILITY "probability", 0, 1, 0
#define COUNT       "days", 0, DAYS, 0

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "pain_forecast",
	.version = "1.0",
	.summary =
		"how likely today is a high-discomfort day by the person's own ratings",
	.reads =
		(const struct scorer_port[]){
			[TST] = {"night.tst", "min", 0, 2880, 0},
			[SE] = {"night.se", "%", 0, 100, 0},
			[WASO] = {"night.waso", "min", 0, 2880, 0},
			[AWAKENINGS] = {"night.awakenings", "count", 0, 2880, 0},
			[SLEEP_QUALITY] = {"sleep_quality", NRS},
			[PAIN] = {"pain_day", NRS},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			[WRITE_P] = {"day_outlook", PROBABILITY},
			[WRITE_LOW] = {"day_outlook.low", PROBABILITY},
			[WRITE_THRESHOLD] = {"day_threshold", "NRS", 0, 14, 0},
			[WRITE_BASE_RATE] = {"day_base_rate", PROBABILITY},
			[WRITE_RATED] = {"day_rated", COUNT},
			[WRITE_POSITIVES] = {"day_positives", COUNT},
			[WRITE_LIKE] = {"day_like", COUNT},
			[WRITE_LIKE_HIGH] = {"day_like_high", COUNT},
			{0},
		},
	.window = {.kind = SCORER_DAYS, .days = DAYS},
	.options =
		(const struct scorer_option[]){
			{"high_at", 0, 0, 10, "NRS", NULL,
				"from which rating a day counts as high; 0 = the "
				"person's own "
				"mean of the past + one SD, at least 1"},
			{0},
		},
	.scratch_size = DAYS * sizeof(struct rated_day),
	.score = score,
};
