/* SPDX-License-Identifier: MIT */
/* See say.h. */
#include "cmd/say.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/control.h"
#include "sys/ticker.h"

#define PATIENCE_MS 5000

static int
refused(const struct saying *s, const char *why)
{
	fprintf(stderr, "dozed: %s is not taken: %s\n", s->said, why);
	return EXIT_NO;
}

static int
failed(const char *why)
{
	fprintf(stderr, "dozed: nothing was stored: %s\n", why);
	return EXIT_NO;
}

/* --- the daemon ----------------------------------------------------------------------------- */

static int
read_answer(const struct saying *s, const char *text, struct diary_kept *ret)
{
	json_t *root = json_loads(text, 0, NULL);
	const char *why = json_string_value(json_object_get(root, "refused")),
		   *error = json_string_value(json_object_get(root, "error")),
		   *date = json_string_value(json_object_get(root, "date"));
	int code = EXIT_DONE;
	*ret = (struct diary_kept){.date = DAY(0)};
	if (why)
		code = refused(s, why);
	else if (error || !json_is_true(json_object_get(root, "done")) ||
		 (date && !civil_date_parse(date, &ret->date)))
		code = failed(
			error ? error : "the answer on the control socket is not ours");
	ret->rating.value = (int)json_integer_value(json_object_get(root, "value"));
	json_decref(root);
	return code;
}

/* -ENOENT or -ECONNREFUSED: no daemon runs. */
static int
tell_daemon(const struct config *c, const struct saying *s, char **ret)
{
	char request[CONTROL_REQUEST_MAX];
	int n = snprintf(
		request, sizeof request, "say %s %s %s", s->who->id, s->what, s->payload);
	if (n >= (int)sizeof request || strchr(request, '\n'))
		return -EMSGSIZE;
	return control_ask(c->runtime_dir, request, PATIENCE_MS, ret);
}

/* --- or the store ---------------------------------------------------------------------------- */

static int
into_store(const struct config *c, const struct saying *s, struct diary_kept *ret)
{
	char why[256] = "";
	struct store *store cleanup(store_closep) = NULL;
	struct diary d;
	struct diary_entry e = {.who = s->who,
		.payload = s->payload,
		.n = strlen(s->payload),
		.received = ticker_utc()};
	int r = store_open(c->state_dir, STORE_WRITE, c->durability, &store, why);
	if (r != 0)
		return failed(why);
	if ((r = store_lock(store)) != 0)
		return failed(r == STORE_E_LOCKED
				      ? "another dozed is at work in the store; try again"
				      : "the store's lock cannot be taken");
	e.clock_trusted = e.received.ms >= TICKER_FLOOR_MS;
	if (!diary_kind(s->what, &e.kind))
		return failed(s->what);
	diary_init(&d, store, DIARY_COMMAND, e.received);
	r = diary_take(&d, &e, ret, why);
	if (r == DIARY_E_REFUSED || r == DIARY_E_NOTHING)
		return refused(s, why);
	if (r < 0)
		return failed(strerror(-r));
	fprintf(stderr, "dozed: no daemon runs: it is stored, and counts from the next "
			"start on\n");
	return EXIT_DONE;
}

int
say(const struct cmd_context *ctx, const struct saying *s, struct diary_kept *ret)
{
	char *text cleanup(freep) = NULL;
	int r = tell_daemon(ctx->config, s, &text);
	if (r == 0)
		return read_answer(s, text, ret);
	if (r == -ENOENT || r == -ECONNREFUSED)
		return into_store(ctx->config, s, ret);
	if (r == -EMSGSIZE)
		return refused(s, "it is too long");
	if (r == -EACCES)
		return failed("the daemon belongs to another user; try with sudo");
	return failed(strerror(-r));
}
