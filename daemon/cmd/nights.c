/* SPDX-License-Identifier: MIT */
/* `dozed nights`: one row a sleep period, main sleep and naps. */
#include "cmd/args.h"
#include "cmd/rows.h"
#include "core/words.h"

#include <stdio.h>
#include <string.h>

struct listing {
	struct table *table;
	const struct person *who;
	int with_note;
};

static int
each_night(void *ctx, const struct night *n)
{
	const struct listing *l = ctx;
	row_night(l->table, n, l->who->zone);
	if (l->with_note) {
		char why[128];
		words_why(l->who->language, n->insufficient, why, sizeof why);
		table_text(l->table, why);
	}
	return 0;
}

int
cmd_nights(const struct cmd_context *ctx, int argc, char **argv)
{
	const char *id = NULL;
	struct arg_date from = {0}, to = {0};
	enum table_format format = TABLE_TABLE;
	const struct arg table[] = {
		{"--person", "P", ARG_TEXT, &id,
			"whose; may be left out where there is one"},
		{"--from", "DATE", ARG_DATE, &from, "first wake date"},
		{"--to", "DATE", ARG_DATE, &to, "last wake date"},
		{"--format", "table|csv|json", ARG_FORMAT, &format, "default table"},
		{0},
	};
	const struct arg_words words = {NULL, "Lists a person's nights, one row each; a "
					      "date is the local date of the final "
					      "waking."};
	int rest, code = args_parse(table, &words, argc, argv, &rest);
	civil_day first, last;
	if (code != ARGS_GO)
		return code;
	struct listing l = {
		.who = args_person(ctx, id), .with_note = format == TABLE_TABLE};
	if (!l.who || !args_range(&from, &to, &first, &last))
		return EXIT_USAGE;
	struct store *s cleanup(store_closep) = args_store(ctx);
	if (!s)
		return EXIT_NO;
	l.table = table_new(
		stdout, format, l.with_note ? NIGHT_COLUMNS ",note" : NIGHT_COLUMNS);
	int r = store_nights_each(s, l.who->id, first, last, each_night, &l);
	int w = table_end(l.table);
	if (r == 0)
		r = w;
	if (r)
		fprintf(stderr, "dozed: nights: %s\n", strerror(-r));
	return r ? EXIT_NO : EXIT_DONE;
}
