/* SPDX-License-Identifier: MIT */
/* The listings of `dozed evaluate`. CSV and JSON have every number; the table what a person
 * reads, and sentences below it. */
#include "cmd/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmd/explain_page.h"
#include "core/words_record.h"

#define DECIMALS 6

/* One line: a person's record or everybody's, in one shape. */
struct line {
	const char *person, *scorer;
	unsigned people;
	const struct track_record *t;
	double value[POOL_FIGURES], low[POOL_FIGURES], high[POOL_FIGURES];
	double brier, brier_base;
};

static struct line
line_of_person(const struct evaluate *e, unsigned i, unsigned k)
{
	const struct track_record *t = &e->people[i].t[k];
	struct line l = {e->people[i].who->id, evaluate_row_name(e, k), 1, t,
		.brier = t->brier, .brier_base = t->brier_base};
	for (unsigned f = 0; f < POOL_FIGURES; f++)
		l.value[f] = l.low[f] = l.high[f] = NAN;
	l.value[POOL_AUC] = t->auc;
	l.low[POOL_AUC] = t->auc_low, l.high[POOL_AUC] = t->auc_high;
	l.value[POOL_SKILL] = t->skill;
	l.low[POOL_SKILL] = t->skill_low, l.high[POOL_SKILL] = t->skill_high;
	l.value[POOL_ECE] = t->ece;
	l.value[POOL_TOLD_WEEK] = track_a_week(t, &t->told);
	l.value[POOL_TOLD_PPV] = track_ppv(&t->told);
	l.value[POOL_TOLD_HIT] = track_hit_rate(t, &t->told);
	l.value[POOL_OVER_WEEK] = track_a_week(t, &t->over);
	l.value[POOL_OVER_PPV] = track_ppv(&t->over);
	l.value[POOL_OVER_HIT] = track_hit_rate(t, &t->over);
	return l;
}

static struct line
line_of_all(const struct evaluate *e, unsigned k)
{
	const struct track_pool *p = &e->pools[k];
	struct line l = {EVALUATE_ALL, evaluate_row_name(e, k), p->people, &p->sum,
		.brier = 0, .brier_base = 0};
	memcpy(l.value, p->value, sizeof l.value);
	memcpy(l.low, p->low, sizeof l.low);
	memcpy(l.high, p->high, sizeof l.high);
	for (unsigned i = 0; i < e->n_people; i++) {
		const struct track_record *t = &e->people[i].t[k];
		if (t->judged == 0)
			continue;
		l.brier += t->brier * t->judged / p->sum.judged;
		l.brier_base += t->brier_base * t->judged / p->sum.judged;
	}
	if (p->sum.judged == 0)
		l.brier = l.brier_base = NAN;
	return l;
}

/* --- complete ------------------------------------------------------------------------------ */

#define FIGURE(name) name "," name "_low," name "_high,"
#define RECORD_COLUMNS                                                                                          \
	"person,scorer,people,nights,rated_days,learning,mornings,judged,high,base_"                            \
	"rate," FIGURE("auc") FIGURE("within_auc") "brier,brier_base," FIGURE("skill") "skill_claimed," FIGURE( \
		"ece") "told,told_rated,told_right," FIGURE("told_week")                                        \
		FIGURE("told_ppv")                                                                              \
			FIGURE("told_hit_rate") "over,over_rated,over_right," FIGURE(                           \
				"over_week") FIGURE("over_ppv")                                                 \
				FIGURE("over_hit_rate") "threshold"

static void
cell_figure(struct table *t, const struct line *l, enum pool_figure f)
{
	table_number(t, l->value[f], DECIMALS);
	table_number(t, l->low[f], DECIMALS);
	table_number(t, l->high[f], DECIMALS);
}

static void
cell_calls(struct table *t, const struct line *l, const struct track_calls *c,
	enum pool_figure first)
{
	table_integer(t, c->n);
	table_integer(t, c->rated);
	table_integer(t, c->right);
	for (unsigned i = 0; i < 3; i++) /* a week, ppv, hit rate */
		cell_figure(t, l, first + i);
}

static void
row_full(struct table *t, const struct line *l, double threshold)
{
	const struct track_record *r = l->t;
	int one = strcmp(l->person, EVALUATE_ALL) != 0;
	table_text(t, l->person);
	table_text(t, l->scorer);
	table_integer(t, l->people);
	table_integer(t, r->nights);
	table_integer(t, r->rated_days);
	if (one && track_is_learning(r))
		table_textf(
			t, "learning, %u of %u days", r->rated_days, r->min_rated_days);
	else
		table_empty(t);
	table_integer(t, r->mornings);
	table_integer(t, r->judged);
	table_integer(t, r->high);
	table_number(t,
		one             ? r->base_rate
		: r->judged > 0 ? (double)r->high / r->judged
				: NAN,
		DECIMALS);
	cell_figure(t, l, POOL_AUC);
	cell_figure(t, l, POOL_WITHIN);
	table_number(t, l->brier, DECIMALS);
	table_number(t, l->brier_base, DECIMALS);
	cell_figure(t, l, POOL_SKILL);
	if (one)
		table_integer(t, r->skill_claimed);
	else
		table_empty(t);
	cell_figure(t, l, POOL_ECE);
	cell_calls(t, l, &r->told, POOL_TOLD_WEEK);
	cell_calls(t, l, &r->over, POOL_OVER_WEEK);
	table_number(t, threshold, DECIMALS);
}

/* --- to read ------------------------------------------------------------------------------- */

/* what stands between tells columns of one name apart */
#define SHORT_COLUMNS                                                                    \
	"person,outlook,judged,high,AUC,95 %%,within,skill,95 %% ,ECE,notices/week,"     \
	"right,found,p>=%.2f/week,right ,found "

static void
cell_between(struct table *t, double low, double high, int decimals)
{
	if (isnan(low))
		table_empty(t);
	else
		table_textf(t, "%+.*f %+.*f", decimals, low, decimals, high);
}

static void
row_short(struct table *t, const struct line *l)
{
	table_text(t, l->person);
	table_text(t, l->scorer);
	table_integer(t, l->t->judged);
	table_integer(t, l->t->high);
	table_number(t, l->value[POOL_AUC], 3);
	if (isnan(l->low[POOL_AUC]))
		table_empty(t);
	else
		table_textf(t, "%.2f-%.2f", l->low[POOL_AUC], l->high[POOL_AUC]);
	table_number(t, l->value[POOL_WITHIN], 3);
	table_number(t, l->value[POOL_SKILL], 3);
	cell_between(t, l->low[POOL_SKILL], l->high[POOL_SKILL], 2);
	table_number(t, l->value[POOL_ECE], 3);
	static const enum pool_figure rest[] = {POOL_TOLD_WEEK, POOL_TOLD_PPV,
		POOL_TOLD_HIT, POOL_OVER_WEEK, POOL_OVER_PPV, POOL_OVER_HIT};
	for (unsigned i = 0; i < array_len(rest); i++)
		table_number(t, l->value[rest[i]], 2);
}

/* People in the short table: with the stored row alone where there are several. */
static unsigned
rows_of_person(const struct evaluate *e, enum table_format format)
{
	return format == TABLE_TABLE && e->n_people > 1 ? 1 : e->n_rows;
}

int
evaluate_print_records(const struct evaluate *e, enum table_format format)
{
	double threshold = e->cmd->config->policy.threshold;
	char columns[1024];
	if (format == TABLE_TABLE)
		snprintf(columns, sizeof columns, SHORT_COLUMNS, threshold);
	else
		snprintf(columns, sizeof columns, RECORD_COLUMNS);
	struct table *t = table_new(stdout, format, columns);
	for (unsigned i = 0; i < e->n_people; i++)
		for (unsigned k = 0; k < rows_of_person(e, format); k++) {
			struct line l = line_of_person(e, i, k);
			if (format == TABLE_TABLE)
				row_short(t, &l);
			else
				row_full(t, &l, threshold);
		}
	for (unsigned k = 0; e->n_people > 1 && k < e->n_rows; k++) {
		struct line l = line_of_all(e, k);
		if (format == TABLE_TABLE)
			row_short(t, &l);
		else
			row_full(t, &l, threshold);
	}
	return table_end(t);
}

/* --- calibration --------------------------------------------------------------------------- */

#define CALIBRATION_COLUMNS "person,scorer,from,to,mornings,said,high,came"

static void
row_bin(struct table *t, const struct line *l, const double edge[2],
	const struct track_bin *b)
{
	table_text(t, l->person);
	table_text(t, l->scorer);
	table_number(t, edge[0], 2);
	table_number(t, edge[1], 2);
	table_integer(t, b->n);
	table_number(t, b->n ? b->sum_p / b->n : NAN, 3);
	table_integer(t, b->high);
	table_number(t, b->n ? (double)b->high / b->n : NAN, 3);
}

static void
rows_of_line(struct table *t, const struct line *l, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct track_bin b = n == TRACK_ROWS ? track_row(l->t, i) : l->t->bins[i];
		double width = n == TRACK_ROWS ? .1 : 1.0 / TRACK_BINS;
		double edge[2] = {i * width, i + 1 == n ? 1 : (i + 1) * width};
		row_bin(t, l, edge, &b);
	}
}

int
evaluate_print_calibration(const struct evaluate *e, enum table_format format)
{
	struct table *t = table_new(stdout, format, CALIBRATION_COLUMNS);
	for (unsigned i = 0; i < e->n_people; i++)
		for (unsigned k = 0; k < rows_of_person(e, format); k++) {
			struct line l = line_of_person(e, i, k);
			rows_of_line(t, &l, TRACK_ROWS);
		}
	for (unsigned k = 0; e->n_people > 1 && k < e->n_rows; k++) {
		struct line l = line_of_all(e, k);
		rows_of_line(t, &l, TRACK_BINS);
	}
	return table_end(t);
}

/* --- below the table ----------------------------------------------------------------------- */

static void
print_said(const struct track_record *t)
{
	for (unsigned i = 0; i < TRACK_ROWS; i++) {
		struct track_bin b = track_row(t, i);
		char range[24];
		if (b.n == 0)
			continue;
		if (i + 1 == TRACK_ROWS)
			snprintf(range, sizeof range, "%u %% or more", 10 * i);
		else
			snprintf(range, sizeof range, "%u to %u %%", 10 * i, 10 * i + 10);
		printf("  said %-12s %4u mornings, %3.0f %% on average; %3u high ones, "
		       "%3.0f %%\n",
			range, b.n, 100 * b.sum_p / b.n, b.high, 100.0 * b.high / b.n);
	}
}

void
evaluate_print_page(const struct evaluate *e)
{
	for (unsigned i = 0; i < e->n_people; i++) {
		const struct person *who = e->people[i].who;
		const struct track_record *t = &e->people[i].t[0];
		char said[WORDS_RECORD_LEN];
		words_record((enum language)who->language, t, said);
		printf("\n");
		page_wrapped(0, "%s: %u nights, %u rated days. %s",
			who->name[0] ? who->name : who->id, t->nights, t->rated_days,
			said);
		print_said(t);
	}
	printf("\n");
	page_wrapped(0, "%s",
		"Within one person, 180 days leave the AUC uncertain by some 0.12 either "
		"way; docs/evaluate.md says what may be believed when.");
}
