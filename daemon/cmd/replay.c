/* SPDX-License-Identifier: MIT */
/* `dozed replay`: the same inputs through the same line into a scratch store, and what
 * comes out differently. Reads the real store, never writes it. */
#include "cmd/args.h"
#include "cmd/compare.h"
#include "cmd/feed.h"
#include "cmd/progress.h"
#include "cmd/scratch.h"
#include "line.h"
#include "sys/loader.h"
#include "sys/ticker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay {
	const struct cmd_context *cmd; /* borrowed */
	struct config config;          /* the same with other directories; owns nothing */
	char scratch[SCRATCH_PATH];
	struct scorers scorers;
	struct loader *loader; /* owned */
	struct line *line;     /* owned */
	struct store *stored;  /* owned */
};

static void
complain(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "dozed: %s\n", text);
}

static void
replay_finish(struct replay *p)
{
	p->line = line_close(p->line);
	p->loader = loader_free(p->loader);
	p->stored = store_close(p->stored);
	scratch_remove(p->scratch);
}

/* --- set-up ------------------------------------------------------------------------------ */

/* The file for a scorer: the one given for it, else the configured one. */
static int
copy_scorer(const struct replay *p, const char *name, const char *dir, const char *given)
{
	char from[sizeof p->config.scorer_dir + NAME_LEN + 8], as[NAME_LEN + 8];
	snprintf(from, sizeof from, "%s/%s.so", p->cmd->config->scorer_dir, name);
	snprintf(as, sizeof as, "%s.so", name);
	int r = scratch_copy(given ? given : from, dir, as);
	if (r < 0)
		fprintf(stderr, "dozed: %s: %s\n", given ? given : from, strerror(-r));
	return r;
}

/* Puts all scorers into a directory of their own, those of `--scorer NAME=FILE` replaced. */
static int
swap_scorers(struct replay *p, const struct arg_list *swaps)
{
	char dir[SCRATCH_PATH];
	int used[ARG_LIST_MAX] = {0};
	int r = scratch_dir(p->scratch, "scorers", dir);
	for (unsigned i = 0; i < p->config.n_scorers && r == 0; i++) {
		const char *name = p->config.scorers[i], *given = NULL;
		for (unsigned k = 0; k < swaps->n; k++) {
			size_t n = strlen(name);
			if (strncmp(swaps->items[k], name, n) == 0 &&
				swaps->items[k][n] == '=') {
				given = swaps->items[k] + n + 1;
				used[k] = 1;
			}
		}
		r = copy_scorer(p, name, dir, given);
	}
	for (unsigned k = 0; k < swaps->n && r == 0; k++) {
		if (used[k])
			continue;
		fprintf(stderr,
			"dozed: --scorer %s: write NAME=FILE, NAME being a scorer of "
			"%s\n",
			swaps->items[k], p->config.file);
		return -EINVAL;
	}
	snprintf(p->config.scorer_dir, sizeof p->config.scorer_dir, "%s", dir);
	return r;
}

static int
set_up(struct replay *p, const struct arg_list *swaps)
{
	char why[256] = "";
	p->config = *p->cmd->config;
	p->stored = args_store(p->cmd);
	if (!p->stored)
		return EXIT_NO;
	int r = scratch_make(p->scratch);
	if (r == 0)
		r = scratch_dir(p->scratch, "state", p->config.state_dir);
	if (r < 0) {
		fprintf(stderr, "dozed: no room for a scratch store: %s; set TMPDIR\n",
			strerror(-r));
		return EXIT_NO;
	}
	if (swaps->n && swap_scorers(p, swaps) != 0)
		return EXIT_USAGE;
	if (config_scorers(&p->config, complain, NULL, &p->scorers, &p->loader) != 0)
		return EXIT_CONFIG;
	if (line_open(&p->config, &p->scorers, p->config.state_dir, &p->line, why) != 0) {
		fprintf(stderr, "dozed: %s\n", why);
		return EXIT_NO;
	}
	return EXIT_DONE;
}

/* --- inputs -------------------------------------------------------------------------------- */

/* When the daemon decided something on the day, and of whom. */
struct moment {
	int64_t at;
	unsigned person; /* in the configuration */
};

struct moments {
	struct moment *v; /* owned */
	size_t n, cap, next;
	unsigned person; /* whose are being found */
};

struct copying {
	const struct replay *replay;
	struct store *to;
	struct moments moments;
	struct progress progress;
	int64_t n, total;
};

static int
by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->person > y->person) - (x->person < y->person);
}

static void
add_moment(struct moments *m, utc_ms at)
{
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 64;
		m->v = xrealloc(m->v, m->cap, sizeof *m->v);
	}
	m->v[m->n++] = (struct moment){at.ms, m->person};
}

static int
moment_of_decision(void *ctx, const struct decision *d)
{
	if (d->live)
		add_moment(ctx, d->at);
	return 0;
}

/* A version before decisions were written down only left its forecasts. */
static int
moments_of_forecasts(struct replay *p, const char *who, struct moments *m)
{
	civil_day first, last;
	int r = store_days_span(p->stored, who, &first, &last);
	for (int32_t d = first.n; r == 0 && d <= last.n + 1; d++) {
		struct day day;
		r = store_days_load(p->stored, who, DAY(d), 1, &day);
		if (r == 0 && day.has_forecast && day.forecast.live)
			add_moment(m, day.forecast.issued);
	}
	return r < 0 ? r : 0;
}

static int
find_moments(struct replay *p, struct moments *m)
{
	size_t n = 0;
	for (m->person = 0; m->person < p->config.n_people; m->person++) {
		const char *who = p->config.people[m->person].id;
		int r = moments_of_forecasts(p, who, m);
		if (r == 0)
			r = store_decisions_each(p->stored, who, DAY(INT32_MIN),
				DAY(INT32_MAX), moment_of_decision, m);
		if (r < 0)
			return r;
	}
	if (m->n > 1)
		qsort(m->v, m->n, sizeof *m->v, by_time);
	for (size_t i = 0; i < m->n; i++) /* once each */
		if (i == 0 || by_time(&m->v[i], &m->v[n - 1]) != 0)
			m->v[n++] = m->v[i];
	m->n = n;
	return 0;
}

/* What was told on the day was told of what had arrived by then: so the line runs at each such
 * moment on just that, as the daemon did, and for this person only, since nobody else was decided
 * upon. Everything else does not depend on when it is made. */
static int
run_moments(struct copying *c, int64_t before)
{
	struct moments *m = &c->moments;
	const struct replay *p = c->replay;
	int r = 0;
	for (; r == 0 && m->next < m->n && m->v[m->next].at < before; m->next++) {
		const struct moment *q = &m->v[m->next];
		int more = 1;
		r = store_commit(c->to);
		pipeline_only(line_pipeline(p->line), p->config.people[q->person].id);
		while (r == 0 && more)
			r = line_take(p->line, UTC(q->at), PIPELINE_LIVE, &more);
		if (r == 0)
			r = store_begin(c->to);
	}
	pipeline_only(line_pipeline(p->line), NULL);
	return r;
}

static int
copy_batch(void *ctx, const struct stored_batch *b)
{
	struct copying *c = ctx;
	int r = run_moments(c, b->received.ms);
	if (r < 0)
		return r;
	r = store_batch_put(c->to, b);
	if (r >= 0 && ++c->n % FEED_TRANSACTION == 0) {
		r = store_commit(c->to);
		if (r == 0)
			r = store_begin(c->to);
	}
	progress_show(&c->progress, "copying", c->n, c->total);
	return r < 0 ? r : 0;
}

static int
take_stored(struct replay *p)
{
	struct copying c = {.replay = p, .to = line_store(p->line)};
	struct store_counts counts;
	if (store_counts(p->stored, &counts) == 0)
		c.total = counts.batches;
	progress_start(&c.progress);
	int more, r = find_moments(p, &c.moments);
	/* the hub had been up for a while: one that has just come up tells nobody anything */
	if (r == 0 && c.moments.n)
		r = line_take(
			p->line, UTC(c.moments.v[0].at - DAY_MS), PIPELINE_LIVE, &more);
	if (r == 0)
		r = store_begin(c.to);
	if (r == 0)
		r = store_batches_between(
			p->stored, NULL, UTC(INT64_MIN), UTC(INT64_MAX), copy_batch, &c);
	if (r == 0)
		r = run_moments(&c, INT64_MAX);
	if (r == 0)
		r = store_commit(c.to);
	else
		store_rollback(c.to);
	progress_end(&c.progress);
	free(c.moments.v);
	return r;
}

static int
take_recording(struct replay *p, const char *path)
{
	struct feed f cleanup(feed_finish) = {0};
	feed_init(&f, &p->config, line_store(p->line));
	f.keep_refused = 0;
	int r = feed_recording(&f, path);
	if (r == ENVELOPES_E_DAMAGED)
		fprintf(stderr,
			"dozed: %s: cut off, or not a recording, after %lld messages\n",
			path, (long long)f.read);
	else if (r < 0)
		fprintf(stderr, "dozed: %s: %s\n", path, strerror(-r));
	if (f.refused)
		fprintf(stderr, "dozed: %lld messages refused:\n", (long long)f.refused);
	feed_print_reasons(&f);
	return r;
}

static int
run(struct replay *p)
{
	struct progress progress;
	int more = 1, r = 0;
	progress_start(&progress);
	for (int64_t turns = 1; r == 0 && more; turns++) {
		r = line_take(p->line, ticker_utc(), PIPELINE_HISTORY, &more);
		progress_show(&progress, "scoring, turn", turns, 0);
	}
	progress_end(&progress);
	return r;
}

/* --- the comparison ------------------------------------------------------------------------- */

/* Today is left out unless asked for: the daemon may not have closed it yet. A recording is
 * compared where it has results. */
static int
compare_all(struct replay *p, struct compare *c, civil_day from, civil_day to,
	int to_given, int only_replayed)
{
	struct store *replayed = line_store(p->line);
	int r = 0;
	for (unsigned i = 0; i < p->config.n_people && r == 0; i++) {
		const struct person *who = &p->config.people[i];
		civil_day a = from, z = to, first, last;
		int32_t yesterday = zone_date(who->zone, ticker_utc(), 0).n - 1;
		if (!to_given && z.n > yesterday)
			z.n = yesterday;
		if (only_replayed &&
			store_days_span(replayed, who->id, &first, &last) != 0)
			continue;
		if (only_replayed) {
			a.n = a.n < first.n ? first.n : a.n;
			z.n = z.n > last.n ? last.n : z.n;
		}
		r = compare_person(c, p->stored, replayed, who, a, z);
	}
	return r;
}

int
cmd_replay(const struct cmd_context *ctx, int argc, char **argv)
{
	const char *recording = NULL;
	struct arg_date from = {0}, to = {0};
	struct arg_list swaps = {0};
	enum table_format format = TABLE_TABLE;
	const struct arg table[] = {
		{"--recording", "FILE", ARG_TEXT, &recording,
			"its messages, not the store's own"},
		{"--from", "DATE", ARG_DATE, &from, "first date to compare"},
		{"--to", "DATE", ARG_DATE, &to,
			"last date to compare; default: yesterday"},
		{"--scorer", "NAME=FILE", ARG_LIST, &swaps,
			"another .so for a scorer; may be repeated"},
		{"--format", "table|csv|json", ARG_FORMAT, &format, "default table"},
		{0},
	};
	const struct arg_words words = {NULL,
		"Runs all inputs through the line again, into a scratch store, and "
		"prints what "
		"comes out\ndifferently from what is stored. Exit 0: nothing does; 1: "
		"something does."};
	int rest, code = args_parse(table, &words, argc, argv, &rest);
	civil_day first, last;
	if (code != ARGS_GO)
		return code;
	if (!args_range(&from, &to, &first, &last))
		return EXIT_USAGE;
	struct replay p cleanup(replay_finish) = {.cmd = ctx};
	code = set_up(&p, &swaps);
	if (code != EXIT_DONE)
		return code;
	struct compare c cleanup(compare_finish) = {0};
	int r = recording ? take_recording(&p, recording) : take_stored(&p);
	if (r == 0)
		r = run(&p);
	if (r == 0)
		r = compare_all(&p, &c, first, last, to.given, recording != NULL);
	if (r < 0)
		fprintf(stderr, "dozed: replay: %s\n", strerror(-r));
	if (r == 0)
		r = compare_print(&c, format);
	return r || compare_differences(&c) ? EXIT_NO : EXIT_DONE;
}
