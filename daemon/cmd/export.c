/* SPDX-License-Identifier: MIT */
/* `dozed export`: what is stored, as CSV or JSON lines, ordered by person and date or time.
 * The same inputs give the same bytes, whatever order they came in. */
#include "cmd/export.h"
#include "cmd/rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_AT_ONCE 64

/* One person's rows that come from a store_*_each. */
struct listing {
	struct export *e;
	const struct person *who;
};

static int
each_night(void *ctx, const struct night *n)
{
	const struct listing *l = ctx;
	row_night(l->e->table, n, l->who->zone);
	return 0;
}

static int
export_nights(struct export *e, const struct person *who)
{
	struct listing l = {e, who};
	return store_nights_each(e->store, who->id, e->from, e->to, each_night, &l);
}

static int
each_value(void *ctx, const struct night *n)
{
	const struct listing *l = ctx;
	row_values(l->e->table, n);
	return 0;
}

static int
export_values(struct export *e, const struct person *who)
{
	struct listing l = {e, who};
	return store_nights_each(e->store, who->id, e->from, e->to, each_value, &l);
}

static int
each_alert(void *ctx, const struct alert *a)
{
	const struct listing *l = ctx;
	row_alert(l->e->table, a, l->who->zone);
	return 0;
}

static int
export_alerts(struct export *e, const struct person *who)
{
	struct listing l = {e, who};
	return store_alerts_each(e->store, who->id, e->from, e->to, each_alert, &l);
}

static int
each_decision(void *ctx, const struct decision *d)
{
	const struct listing *l = ctx;
	row_decision(l->e->table, d, l->who->zone);
	return 0;
}

static int
export_decisions(struct export *e, const struct person *who)
{
	struct listing l = {e, who};
	return store_decisions_each(e->store, who->id, e->from, e->to, each_decision, &l);
}

/* --- days and forecasts ----------------------------------------------------------------- */

static int
each_day(struct export *e, const struct person *who,
	void (*row)(struct table *, const struct person *, const struct day *),
	int forecasts_only)
{
	civil_day first, last;
	int r = store_days_span(e->store, who->id, &first, &last);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	int32_t a = first.n < e->from.n ? e->from.n : first.n;
	int32_t z = last.n > e->to.n ? e->to.n : last.n;
	struct day *days cleanup(freep) = xcalloc(DAYS_AT_ONCE, sizeof *days);
	for (int32_t d = a; d <= z && r == 0; d += DAYS_AT_ONCE) {
		int n = z - d + 1 < DAYS_AT_ONCE ? z - d + 1 : DAYS_AT_ONCE;
		r = store_days_load(e->store, who->id, DAY(d), n, days);
		for (int i = 0; i < n && r == 0; i++)
			if (days[i].has_forecast || !forecasts_only)
				row(e->table, who, &days[i]);
		progress_show(&e->progress, who->id, d - a + n, z - a + 1);
	}
	return r;
}

static int
export_days(struct export *e, const struct person *who)
{
	return each_day(e, who, row_day, 0);
}

static int
export_forecasts(struct export *e, const struct person *who)
{
	return each_day(e, who, row_forecast, 1);
}

/* --- ratings ------------------------------------------------------------------------------ */

struct dated_rating {
	civil_day date;
	struct rating rating;
};

struct rating_list {
	struct dated_rating *list; /* owned */
	size_t n, cap;
	civil_day from, to;
};

static int
each_rating(void *ctx, const char *person, civil_day date, const struct rating *r)
{
	struct rating_list *l = ctx;
	(void)person;
	if (date.n < l->from.n || date.n > l->to.n)
		return 0;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 256;
		l->list = xrealloc(l->list, l->cap, sizeof *l->list);
	}
	l->list[l->n++] = (struct dated_rating){date, *r};
	return 0;
}

static int
by_time(const void *pa, const void *pb)
{
	const struct dated_rating *a = pa, *b = pb;
	if (a->rating.at.ms != b->rating.at.ms)
		return a->rating.at.ms < b->rating.at.ms ? -1 : 1;
	return (int)a->rating.kind - (int)b->rating.kind;
}

static int
export_ratings(struct export *e, const struct person *who)
{
	struct rating_list l = {.from = e->from, .to = e->to};
	int r = store_ratings_each(e->store, who->id, each_rating, &l);
	if (l.n > 1)
		qsort(l.list, l.n, sizeof *l.list, by_time);
	for (size_t i = 0; i < l.n; i++)
		row_rating(e->table, who, l.list[i].date, &l.list[i].rating);
	free(l.list);
	return r;
}

/* --- feedback ----------------------------------------------------------------------------- */

static int
each_feedback(void *ctx, const struct feedback *f)
{
	const struct listing *l = ctx;
	civil_day date = zone_date(l->who->zone, f->at, 0);
	if (date.n >= l->e->from.n && date.n <= l->e->to.n)
		row_feedback(l->e->table, l->who, f);
	return 0;
}

static int
export_feedback(struct export *e, const struct person *who)
{
	struct listing l = {e, who};
	return store_feedback_between(
		e->store, who->id, UTC(INT64_MIN), UTC(INT64_MAX), each_feedback, &l);
}

/* --- the command ---------------------------------------------------------------------------- */

static const struct kind {
	const char *name, *columns;
	int (*write)(struct export *e, const struct person *who);
} kinds[] = {
	{"samples", SAMPLE_COLUMNS, export_samples},
	{"sessions", SESSION_COLUMNS, export_sessions},
	{"stages", STAGE_COLUMNS, export_stages},
	{"epochs", EPOCH_COLUMNS, export_epochs},
	{"nights", NIGHT_COLUMNS, export_nights},
	{"values", VALUE_COLUMNS, export_values},
	{"days", DAY_COLUMNS, export_days},
	{"forecasts", FORECAST_COLUMNS, export_forecasts},
	{"alerts", ALERT_COLUMNS, export_alerts},
	{"decisions", DECISION_COLUMNS, export_decisions},
	{"ratings", RATING_COLUMNS, export_ratings},
	{"feedback", FEEDBACK_COLUMNS, export_feedback},
};
#define KINDS                                                                            \
	"samples|sessions|stages|epochs|nights|values|days|forecasts|alerts|decisions|"  \
	"ratings|feedback"

static const struct kind *
kind_of(const char *name)
{
	for (unsigned i = 0; name && i < array_len(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	fprintf(stderr, "dozed: export needs --what, one of %s\n", KINDS);
	return NULL;
}

static int
by_id(const void *a, const void *b)
{
	const struct person *const *x = a, *const *y = b;
	return strcmp((*x)->id, (*y)->id);
}

static int
write_people(struct export *e, const struct kind *kind, const struct person *one)
{
	const struct config *c = e->cmd->config;
	const struct person **people cleanup(freep) =
		xcalloc(c->n_people + 1, sizeof *people);
	int r = 0;
	for (unsigned i = 0; i < c->n_people; i++)
		people[i] = &c->people[i];
	qsort(people, c->n_people, sizeof *people, by_id);
	for (unsigned i = 0; i < c->n_people && r == 0; i++)
		if (!one || one == people[i])
			r = kind->write(e, people[i]);
	return r;
}

int
cmd_export(const struct cmd_context *ctx, int argc, char **argv)
{
	const char *id = NULL, *what = NULL;
	int all = 0;
	struct arg_date from = {0}, to = {0};
	enum table_format format = TABLE_CSV;
	const struct arg table[] = {
		{"--person", "P", ARG_TEXT, &id,
			"whose; may be left out where there is one"},
		{"--all", NULL, ARG_FLAG, &all, "everybody in the configuration"},
		{"--what", KINDS, ARG_TEXT, &what, ""},
		{"--from", "DATE", ARG_DATE, &from, "first local date"},
		{"--to", "DATE", ARG_DATE, &to, "last local date"},
		{"--format", "csv|json", ARG_LINES, &format,
			"default csv; json: one object a line"},
		{0},
	};
	const struct arg_words words = {NULL, "Writes what is stored, ordered by person "
					      "and date or time. Only reads; works "
					      "while the\ndaemon runs."};
	int rest, code = args_parse(table, &words, argc, argv, &rest);
	if (code != ARGS_GO)
		return code;
	struct export e = {.cmd = ctx};
	const struct kind *kind = kind_of(what);
	const struct person *one = all || !kind ? NULL : args_person(ctx, id);
	if (!kind || (!all && !one) || !args_range(&from, &to, &e.from, &e.to))
		return EXIT_USAGE;
	struct store *s cleanup(store_closep) = args_store(ctx);
	if (!s)
		return EXIT_NO;
	e.store = s;
	progress_start(&e.progress);
	e.table = table_new(stdout, format, kind->columns);
	int r = write_people(&e, kind, one);
	progress_end(&e.progress);
	int w = table_end(e.table);
	if (r == 0)
		r = w;
	if (r)
		fprintf(stderr, "dozed: export: %s\n", strerror(-r));
	return r ? EXIT_NO : EXIT_DONE;
}
