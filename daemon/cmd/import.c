/* SPDX-License-Identifier: MIT */
/* `dozed import`: recordings into the store at full speed, then through the line as
 * history. Beside a running daemon it only stores: that daemon runs the line. */
#include "cmd/args.h"
#include "cmd/feed.h"
#include "cmd/progress.h"
#include "line.h"
#include "sys/loader.h"
#include "sys/ticker.h"

#include <stdio.h>
#include <string.h>

/* Everything that is open meanwhile. */
struct import {
	struct scorers scorers;
	struct loader *loader; /* owned */
	struct line *line;     /* owned; NULL: a daemon holds the lock */
	struct store *own;     /* owned; only where line is NULL */
};

static void
complain(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "dozed: %s\n", text);
}

static void
import_finish(struct import *m)
{
	m->line = line_close(m->line);
	m->own = store_close(m->own);
	m->loader = loader_free(m->loader);
}

static int
import_open(struct import *m, const struct config *c)
{
	char why[256] = "";
	if (config_scorers(c, complain, NULL, &m->scorers, &m->loader) != 0)
		return EXIT_CONFIG;
	int r = line_open(c, &m->scorers, c->state_dir, &m->line, why);
	if (r == STORE_E_LOCKED) {
		m->line = NULL;
		r = store_open(c->state_dir, STORE_WRITE, c->durability, &m->own, why);
	}
	if (r != 0)
		fprintf(stderr, "dozed: %s\n", why);
	return r ? EXIT_NO : EXIT_DONE;
}

/* Through the line until nothing is left. */
static int
run_line(struct line *line)
{
	struct progress progress;
	int more = 1, r = 0;
	int64_t total = store_unscored_count(line_store(line));
	progress_start(&progress);
	while (r == 0 && more) {
		r = line_take(line, ticker_utc(), PIPELINE_HISTORY, &more);
		int64_t left = store_unscored_count(line_store(line));
		progress_show(&progress, "scoring", total - left, total);
	}
	progress_end(&progress);
	return r;
}

static int
read_files(struct feed *f, int n, char **files)
{
	for (int i = 0; i < n; i++) {
		int64_t before = f->read;
		int r = feed_recording(f, files[i]);
		if (r == ENVELOPES_E_DAMAGED) {
			fprintf(stderr,
				"dozed: %s: %s after %lld messages; make it with "
				"dozed-bridge "
				"... --out FILE\n",
				files[i],
				f->read == before ? "not a recording" : "cut off",
				(long long)(f->read - before));
			return EXIT_NO;
		}
		if (r < 0) {
			const char *said = store_error(f->store);
			fprintf(stderr, "dozed: %s: %s%s%s\n", files[i], strerror(-r),
				*said ? ": " : "", said);
			return EXIT_NO;
		}
	}
	return EXIT_DONE;
}

int
cmd_import(const struct cmd_context *ctx, int argc, char **argv)
{
	const struct arg table[] = {{0}};
	const struct arg_words words = {"FILE...",
		"Reads recordings (dozed-bridge ... --out FILE; - is standard input) "
		"into the "
		"store and\nmakes their nights and forecasts as of their own time. "
		"Pushes nothing."};
	int rest, code = args_parse(table, &words, argc, argv, &rest);
	if (code != ARGS_GO)
		return code;
	if (rest == argc) {
		fprintf(stderr, "dozed: import needs at least one FILE\n");
		return EXIT_USAGE;
	}
	struct import m cleanup(import_finish) = {0};
	code = import_open(&m, ctx->config);
	if (code != EXIT_DONE)
		return code;
	struct feed f cleanup(feed_finish) = {0};
	feed_init(&f, ctx->config, m.line ? line_store(m.line) : m.own);
	code = read_files(&f, argc - rest, argv + rest);
	int r = m.line ? run_line(m.line) : 0;
	if (r < 0)
		fprintf(stderr, "dozed: scoring stopped: %s; run it again to go on\n",
			strerror(-r));
	printf("%lld read, %lld stored, %lld duplicates, %lld refused\n",
		(long long)f.read, (long long)f.stored, (long long)f.duplicates,
		(long long)f.refused);
	feed_print_reasons(&f);
	if (!m.line && f.stored)
		printf("the running daemon takes them within a minute\n");
	return code != EXIT_DONE || r < 0 || f.refused ? EXIT_NO : EXIT_DONE;
}
