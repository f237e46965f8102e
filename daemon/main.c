/* SPDX-License-Identifier: MIT */
/* The command line up to the sub-command's name. Knows the table of commands and nothing of
 * what they do. `check` reads the configuration itself; all others get a good one or are not
 * called. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "cmd/cmd.h"

static const struct cmd commands[] = {
	{"run", "", "the daemon, in the foreground", cmd_run},
	{"check", "[--defaults]",
		"configuration, scorers, channels; every fault with its place",
		cmd_check},
	{"status", "", "broker, people, devices, scorers, store, queue", cmd_status},
	{"notify-test", "--channel NAME", "a test notice on one push channel",
		cmd_notify_test},
	{"nights", "[--person P] [--from D] [--to D]", "one row a night", cmd_nights},
	{"explain", "[--person P] [--date D]",
		"a night and its outlook, in words and numbers", cmd_explain},
	{"rate", "KIND VALUE [--person P] [--date D]",
		"gives, changes or withdraws the rating of a day", cmd_rate},
	{"feedback", "ack|snooze|false-alarm [--person P]", "answers a notice",
		cmd_feedback},
	{"import", "FILE...", "takes a recording at full speed", cmd_import},
	{"replay", "[--recording FILE] [--scorer NAME=FILE]",
		"runs the line again beside the store and prints the differences",
		cmd_replay},
	{"evaluate", "[--person P] [--scorer NAME]...", "how often the outlook was right",
		cmd_evaluate},
	{"export", "--person P|--all --what W", "CSV or JSON lines of all that is stored",
		cmd_export},
};

static void
usage(FILE *out)
{
	fprintf(out, "usage: dozed [-c FILE] [-v] COMMAND [...]\n\n"
		     "Scores nights and tells in the morning whether a harder day is "
		     "likely.\n\n");
	for (size_t i = 0; i < array_len(commands); i++)
		fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].summary);
	fprintf(out,
		"\n"
		"  -c FILE    the configuration (%s)\n"
		"  -v         tell more (log level debug)\n"
		"  --version  print the version\n"
		"  --help     this text; `dozed COMMAND --help` tells of a command\n\n"
		"Exit status: 0 done, 1 no, 2 usage, 78 the configuration is refused.\n",
		config_file_default());
}

static const struct cmd *
command_find(const char *name)
{
	struct suggest s = {.word = name};
	for (size_t i = 0; i < array_len(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
		suggest_offer(&s, commands[i].name);
	}
	fprintf(stderr, "dozed: %s: no such command", name);
	fprintf(stderr, s.nearest ? "; did you mean %s?\n" : "; try dozed --help\n",
		s.nearest);
	return NULL;
}

static void
complain(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

static int
run(const struct cmd *cmd, const char *file, int verbose, int argc, char **argv)
{
	struct cmd_context ctx = {.config_file = file};
	int help = argc > 1 &&
		   (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
	log_init(verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	if (cmd->run != cmd_check && !help) {
		if (config_read(file, complain, NULL, &ctx.config) != 0)
			return EXIT_CONFIG;
		if (verbose)
			ctx.config->log_level = LOG_LEVEL_DEBUG;
		log_init(ctx.config->log_level);
	}
	int r = cmd->run(&ctx, argc, argv);
	config_free(ctx.config);
	/* a full disk behind a redirection must not look like success */
	if ((fflush(stdout) != 0 || ferror(stdout)) && r == EXIT_DONE) {
		fprintf(stderr, "dozed: the output could not be written\n");
		r = EXIT_NO;
	}
	return r;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
		{"verbose", no_argument, NULL, 'v'}, {"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'}, {0}};
	const char *file = config_file_default();
	int o, verbose = 0;
	while ((o = getopt_long(argc, argv, "+c:vh", options, NULL)) != -1)
		switch (o) {
		case 'c':
			file = optarg;
			break;
		case 'v':
			verbose = 1;
			break;
		case 'V':
			puts("dozed " DOZED_VERSION);
			return EXIT_DONE;
		case 'h':
			usage(stdout);
			return EXIT_DONE;
		default:
			return EXIT_USAGE;
		}
	if (optind == argc) {
		usage(stderr);
		return EXIT_USAGE;
	}
	const struct cmd *cmd = command_find(argv[optind]);
	return cmd ? run(cmd, file, verbose, argc - optind, argv + optind) : EXIT_USAGE;
}
