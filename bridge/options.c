/* SPDX-License-Identifier: MIT */
/* The command line, see options.h. */
#include "options.h"

#include "http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, NUMBER, FLAG, LIST };

struct option_row {
	const char *name, *arg;
	enum kind kind;
	size_t at;
	int64_t min, max;
	const char *help;
};

#define AT(field) offsetof(struct options, field)

/* clang-format off */
static const struct option_row table[] = {
	{NULL, "What is whose", TEXT, 0, 0, 0, NULL},
	{"person", "ID", TEXT, AT(person), 0, 0, "the wearer, as the hub's configuration names them; in a file with a\ncolumn person: read only this one's rows"},
	{"source", "ID", TEXT, AT(source), 0, 0, "default: the format's name"},
	{"device", "ID", TEXT, AT(device), 0, 0, "default: file"},
	{"zone", "ZONE", TEXT, AT(zone), 0, 0, "where local times without a zone were written, e.g. Europe/Berlin"},
	{NULL, "Where it goes", TEXT, 0, 0, 0, NULL},
	{"to", "URL", TEXT, AT(to), 0, 0, "mqtt[s]://[user@]host[:port]: publish, and keep each batch in the spool\nuntil dozed has said that it is stored"},
	{"out", "FILE", TEXT, AT(out), 0, 0, "write a recording for `dozed import` or `dozed replay`; - is standard output"},
	{"password-file", "FILE", TEXT, AT(password_file), 0, 0, "the broker's password, on its first line"},
	{"ca-file", "FILE", TEXT, AT(ca_file), 0, 0, "trust this certificate authority (mqtts); default: the system's"},
	{"topic-root", "ROOT", TEXT, AT(topic_root), 0, 0, "default: dozed"},
	{"spool", "DIR", TEXT, AT(spool), 0, 0, "default: $XDG_STATE_HOME/dozed-bridge or ~/.local/state/dozed-bridge"},
	{"spool-limit", "MIB", NUMBER, AT(spool_mib), 1, 1 << 20, "how much may wait in the spool; default: 256"},
	{"wait", "SECONDS", NUMBER, AT(wait_s), 0, 86400, "give up after this long without progress; default: 60"},
	{NULL, "As a service: until SIGTERM or Ctrl-C, with --to", TEXT, 0, 0, 0, NULL},
	{"follow", NULL, FLAG, AT(follow), 0, 0, "read what is there, then watch the paths and read what changes; what is\nstill being written or synchronised waits; nothing is read twice"},
	{"topic", "FILTER", LIST, AT(topics), 0, 0, "MQTT messages of the same broker, each a document; may be repeated. Whose\nthey are: --person; without it the level that the first + stands for,\nor the last one that the filter names: health/anna/#"},
	{"listen", "[ADDR:]PORT", TEXT, AT(listen), 0, 0, "take documents by HTTP: POST /PERSON, or POST / with --person; without ADDR\nfrom this machine only. Needs --token-file"},
	{"token-file", "FILE", TEXT, AT(token_file), 0, 0, "what senders must know, on its first line: as a Bearer token, or as the\npassword of any user"},
	{"body-limit", "MIB", NUMBER, AT(body_mib), 1, HTTP_BODY_MIB_MAX, "the largest document that is taken by HTTP; default: 16"},
	{"settle", "SECONDS", NUMBER, AT(settle_s), 0, 3600, "a followed file is read once it has not changed for so long; default: 2"},
	{NULL, "sim: a simulated wearable and its wearer", TEXT, 0, 0, 0, NULL},
	{"people", "N", NUMBER, AT(people), 1, 10000, "how many; default: 1"},
	{"nights", "N", NUMBER, AT(nights), 1, 3650, "how many nights each; default: 60"},
	{"seed", "S", NUMBER, AT(seed), 0, INT64_MAX, "the same seed gives the same people everywhere; default: 1"},
	{"profile", "NAME", TEXT, AT(profile), 0, 0, "how strongly sleep and the next day's pain hang together:\nweak, central (default), strong, no_signal"},
	{"end", "DATE", TEXT, AT(end), 0, 0, "the morning of the last night, or today (default): it has just ended,\nand the day that follows is not rated yet"},
	{"last-night", "poor", TEXT, AT(last_night), 0, 0, "make the last night clearly poor, after six calm ones"},
	{"activity", NULL, FLAG, AT(activity), 0, 0, "also a heart rate and movement counts for every minute worn"},
	{"truth", "FILE", TEXT, AT(truth), 0, 0, "also write what lies behind it: each person's coefficients and each day's\nlatent values, CSV, to judge forecasts by; a hub never sees it"},
	{"prefix", "TEXT", TEXT, AT(prefix), 0, 0, "of the people's ids; default: person_ (person_00, person_01 ...)"},
	{NULL, "status", TEXT, 0, 0, 0, NULL},
	{"format", "table|json", TEXT, AT(shape), 0, 0, "default: table"},
	{NULL, "Other", TEXT, 0, 0, 0, NULL},
	{"explain", NULL, FLAG, AT(explain), 0, 0, "print of every field what was read, what it became, what was left out and\nwhy; sends nothing"},
	{"all", NULL, FLAG, AT(all), 0, 0, "with --to: read all of a database that was read before (gadgetbridge), not\nonly what is new in it and the two days before that"},
	{"verbose", NULL, FLAG, AT(verbose), 0, 0, "say at the end what was read and sent"},
	{"now", "TIME", TEXT, AT(now), 0, 0, "take this as the present time; for tests"},
};
/* clang-format on */

void
options_help(void)
{
	puts("Usage: dozed-bridge FORMAT [OPTION...] PATH...\n"
	     "       dozed-bridge sim [OPTION...]\n"
	     "       dozed-bridge FORMAT --follow --to URL [OPTION...] PATH...\n"
	     "       dozed-bridge FORMAT --topic FILTER --to URL [OPTION...]\n"
	     "       dozed-bridge FORMAT --listen PORT --token-file FILE --to URL "
	     "[OPTION...]\n"
	     "       dozed-bridge send --to URL    (what still waits in the spool)\n"
	     "       dozed-bridge status           (what waits for dozed, since when, "
	     "and what\n"
	     "                                     to do; exit status 1: somebody "
	     "should look)\n"
	     "       dozed-bridge formats\n\n"
	     "Turns what wearables export into batches for dozed. FORMAT is one of those "
	     "that\n"
	     "`dozed-bridge formats` lists, or auto to recognise each file by its "
	     "beginning.\n"
	     "A PATH may be a file (plain or .gz), a directory, or - for standard "
	     "input.");
	for (size_t i = 0; i < array_len(table); i++) {
		const struct option_row *o = &table[i];
		char left[64];
		if (!o->name) {
			printf("\n%s:\n", o->arg);
			continue;
		}
		snprintf(left, sizeof left, "--%s %s", o->name, o->arg ? o->arg : "");
		printf("  %-22s ", left);
		for (const char *p = o->help; *p; p++)
			if (*p == '\n')
				printf("\n%25s", "");
			else
				putchar(*p);
		putchar('\n');
	}
	puts("\nExamples:\n"
	     "  dozed-bridge csv --person anna --to mqtt://hub.local heart_rate.csv "
	     "stages.csv\n"
	     "  dozed-bridge fitbit --person ben --zone Europe/Oslo --to "
	     "mqtt://hub.local sleep.json\n"
	     "  dozed-bridge sim --people 4 --nights 90 --seed 7 --out sim.rec\n\n"
	     "Exit status: 0 all was read (and stored), 1 some of it was refused or "
	     "still waits in\n"
	     "the spool, 2 nothing usable.");
}

static const struct option_row *
find(const char *name, size_t len)
{
	for (size_t i = 0; i < array_len(table); i++)
		if (table[i].name && strlen(table[i].name) == len &&
			memcmp(table[i].name, name, len) == 0)
			return &table[i];
	return NULL;
}

static int
add(struct option_list *list, const struct option_row *row, const char *value)
{
	if (list->n == OPTIONS_LIST_MAX) {
		fprintf(stderr, "dozed-bridge: --%s at most %d times\n", row->name,
			OPTIONS_LIST_MAX);
		return OPTIONS_E_USAGE;
	}
	list->v[list->n++] = value;
	return 0;
}

static int
store(struct options *o, const struct option_row *row, const char *value)
{
	char *field = (char *)o + row->at, *end;
	int64_t n;

	switch (row->kind) {
	case TEXT:
		memcpy(field, &value, sizeof value);
		return 0;
	case LIST:
		return add((struct option_list *)(void *)field, row, value);
	case FLAG:
		n = 1;
		memcpy(field, &n, sizeof n);
		return 0;
	case NUMBER:
		errno = 0;
		n = strtoll(value, &end, 10);
		if (errno || *end || end == value || n < row->min || n > row->max) {
			fprintf(stderr,
				"dozed-bridge: --%s takes a whole number, %lld to %lld\n",
				row->name, (long long)row->min, (long long)row->max);
			return OPTIONS_E_USAGE;
		}
		memcpy(field, &n, sizeof n);
		return 0;
	}
	return OPTIONS_E_USAGE;
}

/* argv[*i] begins with "--". */
static int
one_option(struct options *o, int argc, char **argv, int *i)
{
	const char *name = argv[*i] + 2, *eq = strchr(name, '=');
	const struct option_row *row =
		find(name, eq ? (size_t)(eq - name) : strlen(name));

	if (!row) {
		fprintf(stderr, "dozed-bridge: no option %s; see --help\n", argv[*i]);
		return OPTIONS_E_USAGE;
	}
	if (row->kind == FLAG)
		return store(o, row, NULL);
	if (!eq && *i + 1 >= argc) {
		fprintf(stderr, "dozed-bridge: --%s needs %s\n", row->name, row->arg);
		return OPTIONS_E_USAGE;
	}
	return store(o, row, eq ? eq + 1 : argv[++*i]);
}

int
options_parse(struct options *o, int argc, char **argv)
{
	int only_paths = 0;

	*o = (struct options){.topic_root = "dozed",
		.wait_s = 60,
		.spool_mib = 256,
		.settle_s = 2,
		.body_mib = HTTP_BODY_MIB_DEFAULT,
		.people = 1,
		.nights = 60,
		.seed = 1,
		.profile = "central",
		.end = "today",
		.prefix = "person_",
		.shape = "table",
		.paths = argv};
	for (int i = 1; i < argc; i++) {
		char *arg = argv[i];
		if (!only_paths &&
			(strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0)) {
			options_help();
			return OPTIONS_E_HELP;
		}
		if (!only_paths && strcmp(arg, "--version") == 0) {
			puts("dozed-bridge " DOZED_VERSION);
			return OPTIONS_E_HELP;
		}
		if (!only_paths && strcmp(arg, "--") == 0) {
			only_paths = 1;
		} else if (!only_paths && strncmp(arg, "--", 2) == 0) {
			int r = one_option(o, argc, argv, &i);
			if (r)
				return r;
		} else if (!o->format) {
			o->format = arg;
		} else {
			argv[o->n_paths++] = arg;
		}
	}
	if (o->format)
		return 0;
	fprintf(stderr, "dozed-bridge: which format? See --help\n");
	return OPTIONS_E_USAGE;
}
