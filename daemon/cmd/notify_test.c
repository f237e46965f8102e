/* SPDX-License-Identifier: MIT */
/* `dozed notify-test --channel NAME`: has the running daemon send a harmless notice on one push
 * channel and says how that ended. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/args.h"
#include "sys/control.h"
#include "sys/ticker.h"

#define PATIENCE_MS 5000
#define POLL_MS     100

/* The daemon's answer; NULL: told why. */
static json_t *
ask(const struct config *c, const char *request)
{
	char *text cleanup(freep) = NULL;
	json_t *root = NULL;
	int rc = control_ask(c->runtime_dir, request, PATIENCE_MS, &text);
	if (rc == 0)
		root = json_loads(text, 0, NULL);
	if (!root)
		fprintf(stderr, "dozed: %s\n",
			rc == -ENOENT || rc == -ECONNREFUSED ? "dozed is not running"
			: rc == -EACCES ? "the control socket belongs to another user; "
					  "try with sudo"
			: rc != 0       ? strerror(-rc)
					: "the answer on the control socket is not ours");
	return root;
}

/* What the channel has tried since the daemon started; -1: told why. why: its trouble. */
static json_int_t
attempts(const struct config *c, const char *name, char why[static 256])
{
	json_t *root = ask(c, "status"), *row;
	json_int_t n = root ? 0 : -1;
	size_t i;
	json_array_foreach(json_object_get(root, "push"), i, row)
	{
		const char *text = json_string_value(json_object_get(row, "trouble"));
		if (strcmp(json_string_value(json_object_get(row, "name")), name) != 0)
			continue;
		n = json_integer_value(json_object_get(row, "attempts"));
		snprintf(why, 256, "%s", text ? text : "");
	}
	json_decref(root);
	return n;
}

static int
wait_for_end(const struct config *c, const struct push_config *p, json_int_t before)
{
	int64_t end = ticker_mono().ms + p->timeout_s * SECOND_MS + PATIENCE_MS;
	char why[256] = "";
	json_int_t n;
	while ((n = attempts(c, p->name, why)) == before && ticker_mono().ms < end)
		usleep(POLL_MS * 1000);
	if (n < 0)
		return EXIT_NO;
	if (n > before && !why[0]) {
		printf("sent\n");
		return EXIT_DONE;
	}
	fprintf(stderr, "dozed: not sent: %s\n", why[0] ? why : "no answer yet");
	return EXIT_NO;
}

int
cmd_notify_test(const struct cmd_context *ctx, int argc, char **argv)
{
	const struct config *c = ctx->config;
	const char *name = NULL;
	const struct arg table[] = {
		{"--channel", "NAME", ARG_TEXT, &name, "a push section"},
		{0},
	};
	static const struct arg_words words = {NULL,
		"Sends a test notice on one push channel of the running daemon. "
		"Ends with 0 if the\nserver or program took it."};
	char request[64], why[256];
	int rest, rc = args_parse(table, &words, argc, argv, &rest);
	if (rc != ARGS_GO)
		return rc;
	if (!name && c->n_push == 1)
		name = c->push[0].name;
	const struct push_config *p = name ? config_push(c, name) : NULL;
	if (!p) {
		fprintf(stderr,
			name ? "dozed: there is no section push \"%s\"\n"
			     : "dozed: say which with --channel NAME\n",
			name);
		return EXIT_USAGE;
	}
	json_int_t before = attempts(c, name, why);
	if (before < 0)
		return EXIT_NO;
	snprintf(request, sizeof request, "push-test %s", name);
	json_t *answer = ask(c, request);
	const char *refused = json_string_value(json_object_get(answer, "error"));
	if (refused)
		fprintf(stderr, "dozed: %s\n", refused);
	rc = !answer || refused ? EXIT_NO : wait_for_end(c, p, before);
	json_decref(answer);
	return rc;
}
