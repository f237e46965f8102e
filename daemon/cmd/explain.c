/* SPDX-License-Identifier: MIT */
/* `dozed explain`: a day as explanation.c gathers it; the two writers stand in explain_text.c
 * and explain_json.c. Only reads. */
#include "cmd/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/args.h"
#include "sys/loader.h"

void
explain_window(const struct scorer *s, char ret[static 48])
{
	switch (s->window.kind) {
	case SCORER_SLIDING:
		snprintf(ret, 48, "%g min, every %g min", s->window.length_s / 60.0,
			s->window.hop_s / 60.0);
		return;
	case SCORER_RECORDING:
		snprintf(ret, 48, "the days around a night");
		return;
	case SCORER_NIGHT:
		snprintf(ret, 48, "a night");
		return;
	case SCORER_NIGHTS:
		snprintf(ret, 48, "the last %d nights", (int)s->window.days);
		return;
	case SCORER_DAYS:
		snprintf(ret, 48, "the last %d days", (int)s->window.days);
		return;
	}
	ret[0] = '\0';
}

static void
complain(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "dozed: %s\n", text);
}

static int
explain(const struct cmd_context *ctx, const struct person *who,
	const struct arg_date *date, int json)
{
	struct store *s cleanup(store_closep) = args_store(ctx);
	if (!s)
		return EXIT_NO;
	civil_day day = date->day;
	if (!date->given && !explanation_last(s, who->id, &day)) {
		fprintf(stderr, "dozed: nothing is known of %s yet\n", who->id);
		return EXIT_NO;
	}
	struct scorers scorers = {0};
	struct loader *loader = NULL;
	if (config_scorers(ctx->config, complain, NULL, &scorers, &loader) != 0)
		return EXIT_CONFIG;
	struct explanation *x cleanup(freep) = xcalloc(1, sizeof *x);
	*x = (struct explanation){
		.who = who, .config = ctx->config, .scorers = &scorers, .date = day};
	int r = explanation_gather(x, s);
	if (r == 0)
		r = explanation_inputs(x, s);
	if (r)
		fprintf(stderr, "dozed: explain: %s\n", strerror(-r));
	else if (json)
		explain_json(x);
	else
		explain_text(x);
	loader_free(loader);
	return r ? EXIT_NO : EXIT_DONE;
}

int
cmd_explain(const struct cmd_context *ctx, int argc, char **argv)
{
	const char *id = NULL;
	struct arg_date date = {0};
	enum table_format format = TABLE_TABLE;
	const struct arg table[] = {
		{"--person", "P", ARG_TEXT, &id,
			"whose; may be left out where there is one"},
		{"--date", "DATE", ARG_DATE, &date,
			"default: the last one with a night or an outlook"},
		{"--format", "table|json", ARG_FORMAT, &format,
			"default table: text to read"},
		{0},
	};
	const struct arg_words words = {NULL,
		"Explains a night and the day's outlook: inputs, own numbers beside "
		"one's usual, "
		"what the\noutlook is made of, and why there was a notice or none."};
	int rest, code = args_parse(table, &words, argc, argv, &rest);
	if (code != ARGS_GO)
		return code;
	if (format == TABLE_CSV) {
		fprintf(stderr, "dozed: explain has no csv; use --format json, or dozed "
				"export\n");
		return EXIT_USAGE;
	}
	const struct person *who = args_person(ctx, id);
	return who ? explain(ctx, who, &date, format == TABLE_JSON) : EXIT_USAGE;
}
