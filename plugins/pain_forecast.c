/* SPDX-License-Identifier: MIT */
/* pain_forecast: how likely today is a high-discomfort day, by the person's own measure.
 *
 * It forecasts the rating itself, 0-10, and asks how much of that forecast lies at or above
 * the person's threshold. Today's expected rating is `usual` + `level`: usual, what the
 * person's average day is rated; level, how far today is above it. Every morning
 *   level = phi level' + bq Q + bt T + noise     ' = yesterday evening
 *   rating = usual + level + noise               in the evening
 *   tap    = usual + offset + level + noise      pain_morning, where given
 *   T = (-z(SE) - z(TST) + z(WASO) + z(awakenings)) / 4 / 0.75    a part that is missing: 0
 *   Q = -z(sleep_quality); without a rating Q = 0.32 T
 * z is against the person's own baseline so far, clipped to 3: prior mean and SD worth 4
 * nights; last night is never in its own. usual, level, bq, bt and offset are learnt together
 * (a Kalman filter with state [level usual bq bt offset], covariances in units of a variance
 * that is learnt, too), so a day without rating, night or tap is nothing special: there is
 * no update, and the uncertainty grows. Nothing that is missing is ever zero.
 *
 * A person may be one of nine kinds: sleep moves the next day not at all, somewhat or much,
 * and a day carries over little, half or much to the next (table `sleeps`, `persists`). Each
 * kind has its own filter; their shares pi start at the table's and are multiplied by how
 * likely each thought every tap and rating before it came. So somebody whose nights say
 * nothing is soon no longer told about nights. Then, with m = sum pi (usual + level) and sd
 * that of today's rating around it, within and between kinds,
 *   p   = Phi(a),  a = (m - (cut - 0.5)) / sd,    cut = ceil(threshold)
 *   low = Phi((m - 0.84 sqrt(w) - max(cut - 0.5, threshold)) / sd)
 * since ratings are whole numbers: thresholds 5.1 and 5.9 both ask for 6; cut > 10: p = 0.
 * low is a one-sided 80 % bound: w is the variance of usual + bq Q + bt T, what is not known
 * of the person yet, and of m between kinds. It takes a threshold at its word where that asks
 * for more, so that a low whole number alone is no reason for a notice.
 * The threshold is frozen in the morning: mean + max(1, sd) of the past ratings (baseline as
 * above), or the option `high_at`. Today's rating is never looked at. Every call starts from
 * the prior and walks through all days of the window, oldest first: the same days give the
 * same numbers. A day older than the window (two years) is forgotten: the window slides.
 *
 * Updates: of state m, C by a number x = h.state with noise r: f = C h, q = h.f + r,
 * e = x - h.m, k = f / q, m += k e, C -= k f'; the share's log weight -= (log(q s) +
 * e e / (q s)) / 2. A rating also teaches the variance: s = s (n + e e / (q s)) / (n + 1);
 * a tap its own noise: r = r (n + e e / (q s)) / (n + 1), so a tap that says little about the
 * evening soon counts for little. Each night adds to the variance of usual 0.001, to that of
 * level max(.05, .65 (1 - phi^2) - b^2 - bt^2), b and bt as in the table, and b^2 more where
 * nothing is known of the night, (1 - .32^2) b^2 where only the tracker is.
 *
 * Constants: those of the baselines, of T and of EWMA are those of pain_logistic; the
 * others were chosen on simulated people by tests/fit/pain_forecast.py, which prints what
 * other values would do: all are flat around what is here. docs/forecast.md compares models.
 *
 * Writes day_outlook = p, day_outlook.low, day_outlook.usual_night = Phi(a less what `tracker`
 * and `sleep_quality` add to it: below), where anything is known of the night, the threshold, the running base rate (1.6 +
 * positives) / (10 + rated) and its counts, and of "nights like this" the person's own rated
 * days before whose night was about as restful: mean of T and Q, of what there is, within 0.5,
 * everything beyond 1 being equally bad or good.
 *
 * Reasons: a is a sum: that of the person's average day, level 0, and these, in steps of a
 * (weight); greatest first. `tracker` (value T, usual 0; with what Q borrows of it),
 * `sleep_quality`, `yesterday` (the rating), `recent_pain` (what carries over from before;
 * value: ratings smoothed, 0.25 a day; not before the first), `pain_morning`. The parts of
 * `tracker` in own numbers say it again: `tst_low`, `se_low`, `waso_high`, `wakes_high`; of
 * nine reasons its weakest part is left out. What is usual of pain is what the filters take
 * it to be by now.
 *
 * Good to know: two of three days pointed out as likely high are not. Wellness only. */
#include <string.h>

#include "pain_days.h"
#include "pain_kind.h"
#include "pain_result.h"

enum { PAIN_MORNING = BASELINES, METRICS };
enum { OPTION_HIGH_AT, OPTION_MORNING_TAP, OPTION_SLEEP };

struct model {
	struct kind kind[PAIN_KINDS];
	struct pain_baseline base[BASELINES];
	double ewma, yesterday; /* NAN before there is one */
	int rated, positives;
};

/* What the morning knows of one day. */
struct morning {
	double metric[METRICS]; /* [PAIN] is not filled */
	double t, q;
	int tracked;
	double night; /* badness, NAN if nothing is known of it */
	double threshold, m, unsure, sd, p, low, usual_night; /* unsure: variance of m */
	double usual, tap_usual, part[PARTS];
};

static double
phi(double a)
{
	return 0.5 * erfc(-a / sqrt(2));
}

static void
start(struct model *m, int with_sleep)
{
	*m = (struct model){.ewma = NAN, .yesterday = NAN};
	pain_baselines_init(m->base);
	for (int i = 0; i < PAIN_KINDS; i++)
		pain_kind_init(&m->kind[i], i / 3, i % 3, with_sleep);
}

/* The night passes, in state and parts. */
static void
pass_night(struct kind *k, const struct morning *d)
{
	int rated = !isnan(d->metric[SLEEP_QUALITY]);
	double by_tracker = 1 - PAIN_Q_FROM_T * PAIN_Q_FROM_T;
	k->part[YESTERDAY] *= k->phi;
	k->part[RECENT] *= k->phi;
	k->part[TRACKER] = k->m[BT] * d->t + (rated ? 0 : k->m[BQ] * d->q);
	k->part[QUALITY] = rated ? k->m[BQ] * d->q : 0;
	pain_kind_night(k, d->q, d->t, rated ? 0 : d->tracked ? by_tracker : 1);
}

/* What is left of the parts when a number moved level by gain * (x - expected), the expected
 * being level + usual: of each its (1 - gain)th, and gain * (x - usual) of the number's. */
static void
share_out(struct kind *k, double gain, int part, double above_usual)
{
	for (int i = 0; i < PARTS; i++)
		k->part[i] *= 1 - gain;
	k->part[part] += gain * above_usual;
}

static void
take_tap(struct kind *k, double tap)
{
	double gain, above = tap - k->m[USUAL] - k->m[OFFSET];
	double far = pain_kind_update(k, tap, 1, k->tap_r, &gain);
	share_out(k, gain, MORNING, above);
	k->tap_r *= (k->tap_n + far) / (k->tap_n + 1);
	k->tap_n += 1;
}

/* The evening: of today's parts only what they come to is carried on; NAN = not rated. */
static void
take_rating(struct kind *k, double pain)
{
	double gain, above = pain - k->m[USUAL];
	for (int i = 0; i < PARTS; i++)
		k->part[i] = i == RECENT ? k->m[LEVEL] : 0;
	if (isnan(pain))
		return;
	double far = pain_kind_update(k, pain, 0, RATING_VAR, &gain);
	share_out(k, gain, YESTERDAY, above);
	k->s *= (k->n + far) / (k->n + 1);
	k->n += 1;
}

/* Of the kinds' log shares, shares that add up to 1. */
static void
weigh(struct model *m)
{
	double most = m->kind[0].log_share, sum = 0;
	for (int i = 1; i < PAIN_KINDS; i++)
		most = fmax(most, m->kind[i].log_share);
	for (int i = 0; i < PAIN_KINDS; i++)
		sum += m->kind[i].share = exp(m->kind[i].log_share - most);
	for (int i = 0; i < PAIN_KINDS; i++)
		m->kind[i].share /= sum;
}

/* The kinds together: one normal with their mean and variance, and its parts. */
static void
mix(struct model *m, struct morning *d)
{
	double var = 0;
	weigh(m);
	for (int i = 0; i < PAIN_KINDS; i++) {
		const struct kind *k = &m->kind[i];
		d->m += k->share * (k->m[USUAL] + k->m[LEVEL]);
		d->usual += k->share * k->m[USUAL];
		d->tap_usual += k->share * (k->m[USUAL] + k->m[OFFSET]);
		for (int j = 0; j < PARTS; j++)
			d->part[j] += k->share * k->part[j];
	}
	for (int i = 0; i < PAIN_KINDS; i++) {
		const struct kind *k = &m->kind[i];
		double off = k->m[USUAL] + k->m[LEVEL] - d->m;
		double v = k->c[LEVEL][LEVEL] + 2 * k->c[LEVEL][USUAL] +
			   k->c[USUAL][USUAL] + RATING_VAR;
		var += k->share * (k->s * v + off * off);
		d->unsure +=
			k->share * (k->s * pain_kind_unsure(k, d->q, d->t) + off * off);
	}
	d->sd = sqrt(var);
}

/* T, Q, the night as a whole and the threshold: what the day says before the kinds do. */
static void
look(const struct model *m, struct morning *d, double high_at)
{
	const struct pain_baseline *pain = &m->base[PAIN];
	double sq = d->metric[SLEEP_QUALITY];
	d->t = 0;
	d->tracked = 0;
	for (int i = TST; i <= AWAKENINGS; i++) {
		d->t += pain_badness(m->base, d->metric, i);
		d->tracked |= !isnan(d->metric[i]);
	}
	d->q = isnan(sq) ? PAIN_Q_FROM_T * d->t : -pain_z(&m->base[SLEEP_QUALITY], sq);
	if (isnan(sq))
		d->night = d->tracked ? d->t : NAN;
	else
		d->night = d->tracked ? (d->t + d->q) / 2 : d->q;
	d->threshold = pain_threshold(pain, high_at);
}

static void
pass_morning(struct model *m, struct morning *d)
{
	double tap = d->metric[PAIN_MORNING];
	for (int i = 0; i < PAIN_KINDS; i++) {
		pass_night(&m->kind[i], d);
		if (!isnan(tap))
			take_tap(&m->kind[i], tap);
	}
}

static void
predict(struct model *m, struct morning *d)
{
	double cut = ceil(d->threshold), least = fmax(cut - 0.5, d->threshold);
	mix(m, d);
	if (cut > NRS_MAX)
		return;
	d->p = phi((d->m - (cut - 0.5)) / d->sd);
	d->usual_night =
		phi((d->m - d->part[TRACKER] - d->part[QUALITY] - (cut - 0.5)) / d->sd);
	d->low = phi((d->m - PAIN_LOW_Z * sqrt(d->unsure) - least) / d->sd);
}

/* The evening: the rating, if there is one, then the day's values join the baselines. */
static void
close_day(struct model *m, const struct morning *d, double pain, struct pain_rated *log)
{
	m->yesterday = pain;
	for (int i = TST; i <= SLEEP_QUALITY; i++)
		if (!isnan(d->metric[i]))
			pain_add(&m->base[i], d->metric[i]);
	for (int i = 0; i < PAIN_KINDS; i++)
		take_rating(&m->kind[i], pain);
	if (isnan(pain))
		return;
	double y = pain >= d->threshold;
	log[m->rated] = (struct pain_rated){d->night, y};
	m->rated++;
	m->positives += y > 0;
	pain_add(&m->base[PAIN], pain);
	m->ewma = isnan(m->ewma) ? pain
				 : (1 - PAIN_EWMA_NEW) * m->ewma + PAIN_EWMA_NEW * pain;
}

/* The parts of `tracker` share its weight as they share T. */
static void
because_tracker(const struct model *m, const struct morning *d, struct scorer_result *all)
{
	static const char *const codes[] = {
		"tst_low", "se_low", "waso_high", "wakes_high"};
	double w = d->part[TRACKER] / d->sd;
	if (!d->tracked)
		return;
	for (int i = TST; i <= AWAKENINGS; i++) {
		double bad = pain_badness(m->base, d->metric, i);
		if (!isnan(d->metric[i]))
			pain_because(all, codes[i], d->metric[i], m->base[i].m,
				d->t != 0 ? w * bad / d->t : 0);
	}
	pain_because(all, "tracker", d->t, 0, w);
}

static int
is_part(const char *code)
{
	size_t n = strlen(code);
	return strcmp(code + n - 4, "_low") == 0 || strcmp(code + n - 5, "_high") == 0;
}

static void
explain(const struct model *m, const struct morning *d, struct scorer_result *ret)
{
	struct scorer_reason lent[PAIN_REASONS];
	struct scorer_result all = {.reasons = lent, .cap_reasons = PAIN_REASONS};
	double sq = d->metric[SLEEP_QUALITY], tap = d->metric[PAIN_MORNING];
	int left_out = -1;
	because_tracker(m, d, &all);
	if (!isnan(sq))
		pain_because(&all, "sleep_quality", sq, m->base[SLEEP_QUALITY].m,
			d->part[QUALITY] / d->sd);
	if (!isnan(m->yesterday))
		pain_because(&all, "yesterday", m->yesterday, d->usual,
			d->part[YESTERDAY] / d->sd);
	if (!isnan(m->ewma))
		pain_because(
			&all, "recent_pain", m->ewma, d->usual, d->part[RECENT] / d->sd);
	if (!isnan(tap))
		pain_because(&all, "pain_morning", tap, d->tap_usual,
			d->part[MORNING] / d->sd);
	for (uint32_t i = 0; all.n_reasons == PAIN_REASONS && i < PAIN_REASONS; i++)
		left_out = is_part(lent[i].code) ? (int)i : left_out;
	for (uint32_t i = 0; i < all.n_reasons; i++)
		if ((int)i != left_out)
			scorer_because(ret, lent[i].code, lent[i].value, lent[i].usual,
				lent[i].weight);
}

/* The morning of day i; 1 if anything is known of it. An input that is not used is missing. */
static int
read_day(const struct scorer_window *in, const double *options, uint32_t i,
	struct morning *d)
{
	int any = 0;
	*d = (struct morning){.night = NAN};
	for (int k = 0; k < METRICS; k++) {
		const struct scorer_view *v = &in->views[k];
		int used = k == PAIN_MORNING ? options[OPTION_MORNING_TAP] > 0
					     : k != PAIN && options[OPTION_SLEEP] > 0;
		d->metric[k] = used && i < v->n ? v->v[i] : NAN;
		any |= !isnan(d->metric[k]);
	}
	return any;
}

/* Walks through the days up to today's morning; 0 if nothing is known of any. */
static int
walk(const struct scorer_window *in, const double *options, uint32_t today,
	struct model *m, struct morning *d)
{
	const struct scorer_view *pain = &in->views[PAIN];
	int begun = 0;
	start(m, options[OPTION_SLEEP] > 0);
	for (uint32_t i = 0; i <= today; i++) {
		double rating = i < today && i < pain->n ? pain->v[i] : NAN;
		begun |= read_day(in, options, i, d) || !isnan(rating);
		if (!begun)
			continue;
		look(m, d, options[OPTION_HIGH_AT]);
		pass_morning(m, d);
		if (i < today)
			close_day(m, d, rating, in->scratch);
	}
	return begun;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	struct model m;
	struct morning d;
	uint32_t today = 0;
	for (int k = 0; k < METRICS; k++)
		if (in->views[k].n > today + 1)
			today = in->views[k].n - 1;
	if (today >= PAIN_DAYS)
		return scorer_skip(ret, "more days than were asked for");
	if (!walk(in, options, today, &m, &d))
		return scorer_skip(ret, "no night and no rating yet");
	predict(&m, &d);
	pain_put(ret, in->at_ms,
		&(struct pain_outlook){d.p, d.low, d.threshold, m.rated, m.positives,
			isnan(d.night) ? NAN : d.usual_night});
	pain_put_like(ret, in->at_ms, in->scratch, m.rated, d.night);
	explain(&m, &d, ret);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "pain_forecast",
	.version = "2.0",
	.summary =
		"how likely today is a high-discomfort day by the person's own ratings",
	.reads =
		(const struct scorer_port[]){
			PAIN_NIGHT_READS,
			[PAIN_MORNING] = {"pain_morning", PAIN_NRS},
			{0},
		},
	.writes = pain_writes,
	.window = {.kind = SCORER_DAYS, .days = PAIN_DAYS},
	.options =
		(const struct scorer_option[]){
			PAIN_HIGH_AT,
			{"morning_tap", 1, 0, 1, "", "no|yes",
				"whether the morning's rating of pain is used"},
			{"sleep", 1, 0, 1, "", "no|yes",
				"whether nights and their rating are used; no = from "
				"ratings of "
				"pain alone, to compare"},
			{0},
		},
	.scratch_size = PAIN_DAYS * sizeof(struct pain_rated),
	.score = score,
};
