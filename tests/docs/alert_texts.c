/* SPDX-License-Identifier: MIT */
/* Prints what the people of a store were told, or would have been: for docs/alerts.md.
 * usage: alert_texts CONFIG. A line a field: person, kind, date, field, text, tabs between.
 * Notices of a day are those that the alert rules decided on; a correction and an all clear are
 * made by taking last night's data away from a real morning and giving it back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "core/board.h"
#include "core/day.h"
#include "core/words.h"
#include "core/words_notice.h"
#include "store/store.h"
#include "sys/loader.h"

#define ALERTS    3  /* of each person */
#define LEARNED   30 /* days after the first that a good night is taken from */
#define ALL_CLEAR 0.2

struct people {
	struct config *config;
	struct store *store;
	struct board board;
};

/* One person's days: days[base] is the first with input. */
struct person_days {
	const struct person *who;
	struct day *days;
	int base, n;
};

static void
complain(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "alert_texts: %s\n", text);
}

static void
show(const struct notice_facts *x, enum notice_kind kind, civil_day date)
{
	struct notice n = {.kind = kind};
	char day[CIVIL_DATE_LEN];
	words_notice(x, &n);
	civil_date_text(date, day);
	printf("%s\t%s\t%s\ttitle\t%s\n", x->who->id, notice_names[kind], day, n.title);
	printf("%s\t%s\t%s\ttext\t%s\n", x->who->id, notice_names[kind], day, n.text);
	printf("%s\t%s\t%s\tdiscreet\t%s. %s\n", x->who->id, notice_names[kind], day,
		n.discreet_title, n.discreet_text);
}

/* How earlier notices went, as of day i. */
static void
add_record(const struct person_days *p, int i, struct notice_facts *x)
{
	for (int k = 0; k < i; k++) {
		int outcome = day_outcome(&p->days[k]);
		if (!p->days[k].has_alert)
			continue;
		x->told++;
		x->told_rated += outcome >= 0;
		x->told_right += outcome > 0;
	}
}

static int
show_alerts(const struct person_days *p)
{
	int all = 0, seen = 0, shown = 0;
	for (int i = p->base; i < p->n; i++)
		all += p->days[i].has_alert;
	for (int i = p->base; i < p->n && shown < ALERTS; i++) {
		struct notice_facts x = {.who = p->who, .f = &p->days[i].forecast};
		if (!p->days[i].has_alert || seen++ < shown * (all - 1) / (ALERTS - 1))
			continue;
		add_record(p, i, &x);
		show(&x, NOTICE_PAIN_DAY, p->days[i].date);
		shown++;
	}
	return shown == ALERTS;
}

static int
keep_main(void *ctx, const struct night *n)
{
	if (n->kind == SLEEP_MAIN)
		*(struct night *)ctx = *n;
	return 0;
}

static double
restlessness(const struct forecast *f)
{
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++)
		if (strcmp(f->reasons[i].code, "tracker") == 0)
			return f->reasons[i].value;
	return NAN;
}

/* The night that the tracker saw as the best. */
static int
show_good_night(const struct people *all, const struct person_days *p)
{
	const struct day *best = NULL;
	static struct night night;
	double least = 0;
	for (int i = p->base + LEARNED; i < p->n; i++) {
		const struct day *d = &p->days[i];
		double z = restlessness(&d->forecast);
		if (!d->has_forecast || isnan(d->tst) || !(z < least))
			continue;
		best = d;
		least = z;
	}
	struct notice_facts x = {.who = p->who, .night = &night};
	if (!best || store_nights_each(all->store, p->who->id, best->date, best->date,
			     keep_main, &night) != 0)
		return 0;
	x.f = &best->forecast;
	show(&x, NOTICE_GOOD_NIGHT, best->date);
	return 1;
}

/* What came too late for the first forecast of a morning. */
enum late { LATE_NIGHT, LATE_ALL, LATES };

static int
forecast_before(struct people *all, const struct person_days *p, int i, enum late late,
	struct forecast *ret)
{
	struct day whole = p->days[i];
	p->days[i].night_settled = UTC(INT64_MAX);
	if (late == LATE_ALL) {
		p->days[i].rated[RATING_SLEEP_QUALITY] = UTC(INT64_MAX);
		p->days[i].rated[RATING_PAIN_MORNING] = UTC(INT64_MAX);
	}
	int r = day_forecast(&all->board, p->days, i, p->who, whole.forecast.issued, ret);
	p->days[i] = whole;
	return r == 0;
}

/* Whether what came late turns a note into a plainer one, or takes it back. */
static int
is_change(const struct people *all, enum notice_kind kind, const struct forecast *before,
	const struct forecast *now)
{
	double threshold = all->config->policy.threshold;
	char is[32], was[32];
	words_share(LANGUAGE_EN, now->probability, is);
	words_share(LANGUAGE_EN, before->probability, was);
	if (before->probability < threshold || strcmp(is, was) == 0)
		return 0;
	return kind == NOTICE_ALL_CLEAR ? now->probability < ALL_CLEAR
					: now->probability > before->probability;
}

static int
show_change(struct people *all, const struct person_days *p, enum notice_kind kind)
{
	for (int late = 0; late < LATES; late++)
		for (int i = p->base + LEARNED; i < p->n; i++) {
			const struct day *d = &p->days[i];
			struct forecast before;
			if (!d->has_forecast || isnan(d->tst) ||
				!forecast_before(all, p, i, late, &before) ||
				!is_change(all, kind, &before, &d->forecast))
				continue;
			struct notice_facts x = {
				.who = p->who, .f = &d->forecast, .before = &before};
			show(&x, kind, d->date);
			return 1;
		}
	return 0;
}

/* The first week with two mornings that would have been told. */
static int
show_digest(const struct person_days *p)
{
	for (int i = p->base + LEARNED; i < p->n; i++) {
		struct notice_facts x = {.who = p->who, .f = &p->days[i].forecast};
		for (int k = i - 6; k <= i; k++) {
			const struct day *d = &p->days[k];
			x.week_nights += !isnan(d->tst);
			x.week_rated += day_outcome(d) >= 0;
			x.week_high += day_outcome(d) > 0;
			x.week_held += d->has_alert;
		}
		if (x.week_held < 2 || !p->days[i].has_forecast)
			continue;
		add_record(p, i - 6, &x);
		show(&x, NOTICE_DIGEST, p->days[i].date);
		return 1;
	}
	return 0;
}

/* Those that rest on no forecast. */
static void
show_plain(const struct person_days *p)
{
	const struct notice_facts x = {.who = p->who, .days_silent = 2};
	for (int kind = NOTICE_NO_DATA; kind <= NOTICE_PAIN_PROMPT; kind++)
		show(&x, (enum notice_kind)kind, p->days[p->n - 1].date);
}

static int
show_person(struct people *all, const struct person *who, int everything)
{
	struct person_days p = {.who = who, .base = days_needed(&all->board) - 1};
	civil_day first, last;
	if (store_days_span(all->store, who->id, &first, &last) != 0)
		return 0;
	p.n = p.base + (last.n - first.n) + 1;
	p.days = xcalloc((size_t)p.n, sizeof *p.days);
	int ok = store_days_load(
			 all->store, who->id, DAY(first.n - p.base), p.n, p.days) == 0 &&
		 show_alerts(&p);
	if (ok && everything) {
		ok = show_good_night(all, &p) &&
		     show_change(all, &p, NOTICE_CORRECTION) &&
		     show_change(all, &p, NOTICE_ALL_CLEAR) && show_digest(&p);
		show_plain(&p);
	}
	free(p.days);
	if (!ok)
		fprintf(stderr, "alert_texts: %s has no day of every kind\n", who->id);
	return ok;
}

int
main(int argc, char **argv)
{
	static struct people all;
	static struct scorers scorers;
	struct loader *loader = NULL;
	char why[256] = "";
	int ok = argc == 2 && config_read(argv[1], complain, NULL, &all.config) == 0 &&
		 config_scorers(all.config, complain, NULL, &scorers, &loader) == 0 &&
		 board_init(&all.board, &scorers) == 0;
	if (ok && store_open(all.config->state_dir, STORE_READ, STORE_PROCESS, &all.store,
			  why) != 0)
		ok = 0;
	if (why[0])
		fprintf(stderr, "alert_texts: %s\n", why);
	int told[LANGUAGES] = {0};
	for (unsigned i = 0; ok && i < all.config->n_people; i++) {
		const struct person *who = &all.config->people[i];
		ok = show_person(&all, who, !told[who->language]++);
	}
	store_close(all.store);
	board_finish(&all.board);
	loader_free(loader);
	config_free(all.config);
	return !ok;
}
