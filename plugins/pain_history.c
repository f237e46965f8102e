/* SPDX-License-Identifier: MIT */
/* pain_history: how likely today is a high-discomfort day, from past ratings alone.
 *
 * The yardstick: what sleep adds is what another scorer does better than this. It is
 * pain_logistic (there: formulas, constants, threshold, missing data) without nights: x = [1,
 * Y, E], Y = z(yesterday's pain_day), E = z(ewma of pain_day); with the option `memory`
 * yesterday, E = 0. Writes what pain_forecast writes but for nights like this; reasons
 * `yesterday` and `recent_pain`. It knows nothing of last night and says so by being the same
 * whatever the night was. */
#include "pain_days.h"
#include "pain_result.h"

enum { READ_PAIN };
enum { BIAS, Y, E, WEIGHTS };
enum { OPTION_HIGH_AT, OPTION_MEMORY };
enum { MEMORY_ALL, MEMORY_YESTERDAY };

static const double prior[WEIGHTS] = {-1.82, 0.485, 0.435};
static const double prior_sd[WEIGHTS] = {0.25, 0.15, 0.15};

struct model {
	double w[WEIGHTS], cov[WEIGHTS][WEIGHTS], x[WEIGHTS], sx[WEIGHTS];
	struct pain_baseline pain;
	double ewma, yesterday; /* NAN before there is one */
	double a, v, threshold;
	int rated, positives, begun;
};

static double
sig(double a)
{
	return 1 / (1 + exp(-a));
}

static void
start(struct model *m)
{
	struct pain_baseline base[BASELINES];
	pain_baselines_init(base);
	*m = (struct model){.pain = base[PAIN], .ewma = NAN, .yesterday = NAN};
	for (int i = 0; i < WEIGHTS; i++) {
		m->w[i] = prior[i];
		m->cov[i][i] = prior_sd[i] * prior_sd[i];
	}
}

static void
predict(struct model *m, const double *options)
{
	int is_all = options[OPTION_MEMORY] < MEMORY_YESTERDAY;
	m->x[BIAS] = 1;
	m->x[Y] = isnan(m->yesterday) ? 0 : pain_z(&m->pain, m->yesterday);
	m->x[E] = isnan(m->ewma) || !is_all ? 0 : pain_z(&m->pain, m->ewma);
	m->a = m->v = 0;
	for (int i = 0; i < WEIGHTS; i++) {
		m->sx[i] = 0;
		for (int k = 0; k < WEIGHTS; k++)
			m->sx[i] += m->cov[i][k] * m->x[k];
		m->a += m->w[i] * m->x[i];
		m->v += m->x[i] * m->sx[i];
	}
	m->threshold = pain_threshold(&m->pain, options[OPTION_HIGH_AT]);
}

static void
learn(struct model *m, double pain)
{
	double y = pain >= m->threshold, q = sig(m->a), h = fmax(q * (1 - q), 1e-4);
	for (int i = 0; i < WEIGHTS; i++) {
		double k = m->sx[i] / (1 / h + m->v);
		m->w[i] += k * (y - q) / h;
		for (int j = 0; j < WEIGHTS; j++)
			m->cov[i][j] -= k * m->sx[j];
	}
	m->rated++;
	m->positives += y > 0;
	pain_add(&m->pain, pain);
	m->ewma = isnan(m->ewma) ? pain
				 : (1 - PAIN_EWMA_NEW) * m->ewma + PAIN_EWMA_NEW * pain;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *pain = &in->views[READ_PAIN];
	struct model m;
	start(&m);
	if (pain->n > PAIN_DAYS)
		return scorer_skip(ret, "more days than were asked for");
	for (uint32_t i = 0; i + 1 < pain->n; i++) { /* the last is today */
		m.yesterday = pain->v[i];
		if (isnan(pain->v[i]))
			continue;
		m.begun = 1;
		m.yesterday = i > 0 ? pain->v[i - 1] : NAN;
		predict(&m, options);
		learn(&m, pain->v[i]);
		m.yesterday = pain->v[i];
	}
	if (!m.begun)
		return scorer_skip(ret, "no rating yet");
	predict(&m, options);
	struct pain_outlook o = {sig(m.a / sqrt(1 + M_PI * m.v / 8)),
		sig(m.a - PAIN_LOW_Z * sqrt(m.v)), m.threshold, m.rated, m.positives,
		NAN};
	pain_put(ret, in->at_ms, &o);
	if (!isnan(m.yesterday))
		pain_because(ret, "yesterday", m.yesterday, m.pain.m, m.w[Y] * m.x[Y]);
	if (options[OPTION_MEMORY] < MEMORY_YESTERDAY)
		pain_because(ret, "recent_pain", m.ewma, m.pain.m, m.w[E] * m.x[E]);
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "pain_history",
	.version = "1.0",
	.summary = "how likely today is a high-discomfort day, from past ratings alone",
	.reads =
		(const struct scorer_port[]){
			[READ_PAIN] = {"pain_day", PAIN_NRS},
			{0},
		},
	.writes = pain_writes,
	.window = {.kind = SCORER_DAYS, .days = PAIN_DAYS},
	.options =
		(const struct scorer_option[]){
			PAIN_HIGH_AT,
			{"memory", MEMORY_ALL, 0, 1, "", "all|yesterday",
				"what is looked at: yesterday's rating alone, or the "
				"days before, too"},
			{0},
		},
	.score = score,
};
