/* SPDX-License-Identifier: MIT */
/* `dozed status`: asks the running daemon; where none runs, says so and tells what the store
 * knows. */
#include "cmd/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/status_page.h"
#include "status_json.h"
#include "store/store.h"
#include "sys/control.h"
#include "sys/ticker.h"

#define PATIENCE_MS 5000
#define POLL_MS     100

/* The daemon's answer; NULL: nobody answers, *ret_why says it. */
static json_t *
ask(const struct config *c, const char **ret_why)
{
	char *text cleanup(freep) = NULL;
	json_t *root;
	int rc = control_ask(c->runtime_dir, "status", PATIENCE_MS, &text);

	if (rc == -ENOENT || rc == -ECONNREFUSED)
		*ret_why = "dozed is not running";
	else if (rc == -EACCES)
		*ret_why = "the control socket belongs to another user; try with sudo";
	else if (rc != 0)
		*ret_why = strerror(-rc);
	root = rc == 0 ? json_loads(text, 0, NULL) : NULL;
	if (rc == 0 && !root)
		*ret_why = "the answer on the control socket is not ours";
	return root;
}

static json_t *
from_store(const struct config *c, const char *why)
{
	json_t *root = json_object();
	struct store *s = NULL;
	char cannot[256];
	int rc = store_open(c->state_dir, STORE_READ, c->durability, &s, cannot);
	int64_t n;

	json_object_set_new(root, "running", json_false());
	json_object_set_new(root, "why", json_string(why));
	if (rc != 0) {
		json_object_set_new(root, "store_why", json_string(cannot));
		return root;
	}
	n = store_unscored_count(s);
	json_object_set_new(root, "to_score", json_integer(n < 0 ? 1 : n));
	status_store(root, s, c);
	store_close(s);
	return root;
}

static int
is_settled(const json_t *root)
{
	return json_integer_value(json_object_get(root, "to_score")) == 0 &&
	       json_is_true(json_object_get(root, "inbox_idle"));
}

/* Until everything taken is scored, or the time is over. A daemon that is starting counts as
 * one that will answer. */
static int
wait_settled(const struct config *c, long seconds)
{
	int64_t end = ticker_mono().ms + seconds * SECOND_MS;
	const char *why = "";
	int settled;

	for (;;) {
		json_t *root = ask(c, &why);

		settled = root && is_settled(root);
		json_decref(root);
		if (settled)
			return EXIT_DONE;
		if (ticker_mono().ms >= end)
			break;
		usleep(POLL_MS * 1000);
	}
	fprintf(stderr, "dozed: status: %s\n",
		why[0] ? why : "there is still something to score");
	return EXIT_NO;
}

static int
parse_seconds(const char *s, long *ret)
{
	char *end;

	errno = 0;
	*ret = strtol(s, &end, 10);
	if (errno == 0 && end != s && *end == '\0' && *ret >= 0 && *ret <= 86400)
		return 1;
	fprintf(stderr, "dozed: --wait %s: give whole seconds, 0 to 86400\n", s);
	return 0;
}

int
cmd_status(const struct cmd_context *ctx, int argc, char **argv)
{
	enum table_format format = TABLE_TABLE;
	const char *wait = NULL, *why = "";
	const struct arg table[] = {
		{"--format", "table|json", ARG_FORMAT, &format, "default table"},
		{"--wait", "SECONDS", ARG_TEXT, &wait,
			"print nothing; end with 0 as soon as all that was taken is "
			"scored"},
		{0},
	};
	static const struct arg_words words = {NULL,
		"Tells how the daemon is: broker, devices, scorers, store. Ends "
		"with 0 if it runs."};
	long seconds;
	int rest, rc;

	rc = args_parse(table, &words, argc, argv, &rest);
	if (rc != ARGS_GO)
		return rc;
	if (format == TABLE_CSV) {
		fprintf(stderr, "dozed: --format csv: choose one of table|json\n");
		return EXIT_USAGE;
	}
	if (wait)
		return parse_seconds(wait, &seconds) ? wait_settled(ctx->config, seconds)
						     : EXIT_USAGE;
	json_t *root = ask(ctx->config, &why);
	rc = root ? EXIT_DONE : EXIT_NO;
	if (!root)
		root = from_store(ctx->config, why);
	if (format == TABLE_JSON) {
		json_dumpf(root, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		status_page(root, stdout);
	}
	json_decref(root);
	return rc;
}
