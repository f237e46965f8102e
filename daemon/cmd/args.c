/* SPDX-License-Identifier: MIT */
/* `--name value` and `--name=value`, `--` ends the options. No abbreviations: a script
 * that works today works with the next option too. */
#include "cmd/args.h"

#include <stdio.h>
#include <string.h>

static void
usage(FILE *out, const struct arg *table, const struct arg_words *words, const char *name)
{
	fprintf(out, "usage: dozed [-c FILE] %s", name);
	for (const struct arg *a = table; a->name; a++)
		fprintf(out, " [%s%s%s]", a->name, a->value ? " " : "",
			a->value ? a->value : "");
	fprintf(out, "%s%s\n", words->rest ? " " : "", words->rest ? words->rest : "");
}

static void
help(const struct arg *table, const struct arg_words *words, const char *name)
{
	usage(stdout, table, words, name);
	printf("\n%s\n\n", words->summary);
	for (const struct arg *a = table; a->name; a++) {
		char left[48];
		snprintf(left, sizeof left, "%s%s%s", a->name, a->value ? " " : "",
			a->value ? a->value : "");
		printf("  %-22s %s\n", left, a->help);
	}
	printf("  %-22s %s\n", "--help", "this text");
}

static int
take_value(const struct arg *a, const char *v)
{
	switch (a->type) {
	case ARG_FLAG:
		*(int *)a->into = 1;
		return 1;
	case ARG_TEXT:
		*(const char **)a->into = v;
		return 1;
	case ARG_DATE: {
		struct arg_date *d = a->into;
		d->given = civil_date_parse(v, &d->day);
		if (!d->given)
			fprintf(stderr,
				"dozed: %s %s: not a date; write it as 2026-03-29\n",
				a->name, v);
		return d->given;
	}
	case ARG_FORMAT:
	case ARG_LINES: {
		enum table_format f;
		if (table_format_parse(v, &f) &&
			(a->type == ARG_FORMAT || f != TABLE_TABLE)) {
			*(enum table_format *)a->into = f;
			return 1;
		}
		fprintf(stderr, "dozed: %s %s: choose one of %s\n", a->name, v, a->value);
		return 0;
	}
	case ARG_LIST: {
		struct arg_list *l = a->into;
		if (l->n == ARG_LIST_MAX) {
			fprintf(stderr, "dozed: %s: at most %d times\n", a->name,
				ARG_LIST_MAX);
			return 0;
		}
		l->items[l->n++] = v;
		return 1;
	}
	}
	return 0;
}

static const struct arg *
find(const struct arg *table, const char *s, size_t n)
{
	for (const struct arg *a = table; a->name; a++)
		if (strlen(a->name) == n && strncmp(a->name, s, n) == 0)
			return a;
	return NULL;
}

/* Takes argv[*i] and its value: 1, or 0 and told why. */
static int
take(const struct arg *table, int argc, char **argv, int *i)
{
	const char *s = argv[*i], *eq = strchr(s, '=');
	const struct arg *a = find(table, s, eq ? (size_t)(eq - s) : strlen(s));
	if (!a) {
		fprintf(stderr, "dozed: %s: no such option\n", s);
		return 0;
	}
	if (a->type == ARG_FLAG) {
		if (eq)
			fprintf(stderr, "dozed: %s takes no value\n", a->name);
		return !eq && take_value(a, NULL);
	}
	if (eq)
		return take_value(a, eq + 1);
	if (*i + 1 >= argc) {
		fprintf(stderr, "dozed: %s needs a value: %s\n", a->name, a->value);
		return 0;
	}
	return take_value(a, argv[++*i]);
}

int
args_parse(const struct arg *table, const struct arg_words *words, int argc, char **argv,
	int *ret_rest)
{
	int i = 1;
	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			help(table, words, argv[0]);
			return EXIT_DONE;
		}
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (!take(table, argc, argv, &i)) {
			usage(stderr, table, words, argv[0]);
			return EXIT_USAGE;
		}
	}
	if (i < argc && !words->rest) {
		fprintf(stderr, "dozed: %s: not understood\n", argv[i]);
		usage(stderr, table, words, argv[0]);
		return EXIT_USAGE;
	}
	*ret_rest = i;
	return ARGS_GO;
}

int
args_words(const struct arg *table, const struct arg_words *words, int argc, char **argv,
	struct arg_list *ret)
{
	char *name = argv[0];
	int rest, code;
	while ((code = args_parse(table, words, argc, argv, &rest)) == ARGS_GO) {
		int only_words = rest > 1 && strcmp(argv[rest - 1], "--") == 0;
		while (rest < argc && (only_words || argv[rest][0] != '-')) {
			if (ret->n == ARG_LIST_MAX) {
				fprintf(stderr, "dozed: %s: too many words\n", name);
				return EXIT_USAGE;
			}
			ret->items[ret->n++] = argv[rest++];
		}
		if (rest == argc)
			return ARGS_GO;
		argv += rest - 1, argc -= rest - 1;
		argv[0] = name;
	}
	return code;
}

const struct person *
args_person(const struct cmd_context *ctx, const char *id)
{
	const struct config *c = ctx->config;
	const struct person *p = NULL;
	if (id)
		p = config_person(c, id);
	else if (c->n_people == 1)
		p = &c->people[0];
	if (p)
		return p;
	if (id)
		fprintf(stderr, "dozed: no person \"%s\" in %s; there", id, c->file);
	else
		fprintf(stderr, "dozed: which --person? There");
	fprintf(stderr, c->n_people == 0   ? " is nobody"
			: c->n_people == 1 ? " is"
					   : " are");
	for (unsigned i = 0; i < c->n_people; i++)
		fprintf(stderr, "%s %s", i ? "," : "", c->people[i].id);
	fputc('\n', stderr);
	return NULL;
}

int
args_range(const struct arg_date *from, const struct arg_date *to, civil_day *ret_from,
	civil_day *ret_to)
{
	*ret_from = from->given ? from->day : DAY(INT32_MIN / 4);
	*ret_to = to->given ? to->day : DAY(INT32_MAX / 4);
	if (ret_from->n <= ret_to->n)
		return 1;
	fprintf(stderr, "dozed: --from lies after --to\n");
	return 0;
}

static void
say_pending(struct store *s)
{
	int64_t n = store_unscored_count(s);
	if (n > 0)
		fprintf(stderr,
			"dozed: %lld stored batches are not scored yet: start `dozed "
			"run` "
			"or run `dozed import` again\n",
			(long long)n);
}

struct store *
args_store(const struct cmd_context *ctx)
{
	char why[256] = "";
	struct store *s = NULL;
	int r = store_open(
		ctx->config->state_dir, STORE_READ, ctx->config->durability, &s, why);
	if (r == 0) {
		say_pending(s);
		return s;
	}
	fprintf(stderr, "dozed: %s\n", why);
	return NULL;
}

void
store_closep(struct store **s)
{
	*s = store_close(*s);
}
