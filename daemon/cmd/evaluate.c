/* SPDX-License-Identifier: MIT */
/* `dozed evaluate`: stored forecasts, and those that other scorers would have made, against
 * what came. Only reads; works while the daemon runs. */
#include "cmd/evaluate.h"

#include <stdio.h>
#include <string.h>

#include "cmd/progress.h"

enum what { WHAT_RECORD, WHAT_CALIBRATION, WHAT_FORECASTS, WHATS };
static const char *const what_names[WHATS] = {"record", "calibration", "forecasts"};
#define WHAT "record|calibration|forecasts"

static int
what_of(const char *name, enum what *ret)
{
	for (unsigned i = 0; i < WHATS; i++)
		if (strcmp(name, what_names[i]) == 0) {
			*ret = (enum what)i;
			return 1;
		}
	fprintf(stderr, "dozed: --what %s: choose one of %s\n", name, WHAT);
	return 0;
}

static int
open_variants(struct evaluate *e, const struct arg_list *specs)
{
	e->variants = xcalloc(specs->n + 1, sizeof *e->variants);
	for (unsigned i = 0; i < specs->n; i++) {
		e->n_variants = i + 1;
		int code = variant_open(&e->variants[i], e->cmd->config, specs->items[i]);
		if (code != EXIT_DONE)
			return code;
	}
	e->n_rows = 1 + e->n_variants + PLAINS;
	return EXIT_DONE;
}

static int
run(struct evaluate *e, const struct person *one)
{
	const struct config *c = e->cmd->config;
	struct progress progress;
	int r = 0;
	e->people = xcalloc(c->n_people + 1, sizeof *e->people);
	progress_start(&progress);
	for (unsigned i = 0; i < c->n_people && r == 0; i++) {
		if (!one || one == &c->people[i])
			r = evaluate_person(e, &c->people[i]);
		progress_show(&progress, "evaluating", i + 1, c->n_people);
	}
	progress_end(&progress);
	if (r == 0)
		evaluate_pool(e);
	return r;
}

static int
print(const struct evaluate *e, enum what what, enum table_format format)
{
	int r = 0;
	switch (what) {
	case WHAT_RECORD:
		r = evaluate_print_records(e, format);
		if (r == 0 && format == TABLE_TABLE)
			evaluate_print_page(e);
		return r;
	case WHAT_CALIBRATION:
		return evaluate_print_calibration(e, format);
	case WHAT_FORECASTS:
	case WHATS:
		return 0; /* listed while they were made */
	}
	return r;
}

static int
evaluate(struct evaluate *e, const struct person *one, enum what what,
	enum table_format format)
{
	if (what == WHAT_FORECASTS)
		e->forecasts = table_new(stdout, format, EVALUATE_FORECAST_COLUMNS);
	int r = run(e, one), w = e->forecasts ? table_end(e->forecasts) : 0;
	if (r == 0)
		r = w;
	if (r == 0)
		r = print(e, what, format);
	if (r < 0)
		fprintf(stderr, "dozed: evaluate: %s\n", strerror(-r));
	return r ? EXIT_NO : EXIT_DONE;
}

int
cmd_evaluate(const struct cmd_context *ctx, int argc, char **argv)
{
	const char *id = NULL, *what_name = what_names[WHAT_RECORD];
	struct arg_date from = {0}, to = {0};
	struct arg_list specs = {0};
	enum table_format format = TABLE_TABLE;
	enum what what;
	const struct arg table[] = {
		{"--person", "P", ARG_TEXT, &id, "default: everybody"},
		{"--from", "DATE", ARG_DATE, &from, "first morning to judge"},
		{"--to", "DATE", ARG_DATE, &to, "last morning to judge"},
		{"--scorer", "NAME[:OPTION=VALUE...]", ARG_LIST, &specs,
			"beside what is stored: what this scorer would have said; "
			"may be repeated"},
		{"--what", WHAT, ARG_TEXT, &what_name, "default record"},
		{"--format", "table|csv|json", ARG_FORMAT, &format, "default table"},
		{0},
	};
	const struct arg_words words = {NULL,
		"How often the outlook was right: forecasts against the ratings that "
		"followed, after the\nlearning. docs/evaluate.md says what each number "
		"means, and what may be believed of it."};
	int rest, code = args_parse(table, &words, argc, argv, &rest);
	if (code != ARGS_GO)
		return code;
	struct evaluate e cleanup(evaluate_finish) = {.cmd = ctx};
	const struct person *one = id ? args_person(ctx, id) : NULL;
	if ((id && !one) || !what_of(what_name, &what) ||
		!args_range(&from, &to, &e.from, &e.to))
		return EXIT_USAGE;
	struct store *s cleanup(store_closep) = args_store(ctx);
	if (!s)
		return EXIT_NO;
	struct reader in cleanup(reader_finish) = {0};
	reader_init(&in, s);
	in.config = ctx->config;
	e.in = &in;
	code = open_variants(&e, &specs);
	return code == EXIT_DONE ? evaluate(&e, one, what, format) : code;
}
