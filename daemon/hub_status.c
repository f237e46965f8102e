/* SPDX-License-Identifier: MIT */
/* Answers to `dozed status`: one JSON object on the control socket. */
#include "hub_private.h"

#include <string.h>
#include <unistd.h>

#include "status_json.h"

static json_t *
broker_json(const struct hub *h)
{
	static const char *const states[] = {"waiting", "connecting", "connected"};
	const struct broker_config *b = &h->setup.config->broker;

	return json_pack("{s:s, s:s, s:i, s:b, s:o, s:s}", "state", states[h->link],
		"host", b->host, "port", b->port, "tls", b->tls, "since",
		status_time(NULL, h->link_since), "why", h->link_why);
}

static json_t *
counters_json(const struct hub *h)
{
	struct inbox_counts n;

	inbox_counts(h->inbox, &n);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"received", (json_int_t)n.received, "stored", (json_int_t)n.stored,
		"set_aside", (json_int_t)line_set_aside(h->line), "duplicates",
		(json_int_t)n.duplicates, "refused", (json_int_t)n.refused, "taps",
		(json_int_t)n.taps, "ignored", (json_int_t)n.ignored, "commands",
		(json_int_t)n.commands, "store_errors", (json_int_t)n.store_errors,
		"acks", (json_int_t)h->acks_sent, "published", (json_int_t)n.published,
		"publish_failed", (json_int_t)n.publish_failed);
}

static json_t *
scorers_json(struct hub *h)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < h->setup.scorers->n; i++) {
		const struct scorer *d = h->setup.scorers->list[i].desc;
		const char *fault = pipeline_fault(line_pipeline(h->line), d->name);

		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s?}", "name", d->name, "version",
				      d->version, "fault", fault));
	}
	return list;
}

static char *
status(struct hub *h)
{
	json_t *root = json_object();
	int64_t backlog = line_backlog(h->line);
	char *text;

	ticker_look(&h->ticker);
	json_object_set_new(root, "running", json_true());
	json_object_set_new(root, "version", json_string(DOZED_VERSION));
	json_object_set_new(root, "pid", json_integer(getpid()));
	json_object_set_new(root, "uptime_s",
		json_integer((h->ticker.mono.ms - h->started.ms) / SECOND_MS));
	json_object_set_new(root, "stopping", json_boolean(h->stopping));
	json_object_set_new(root, "clock",
		json_pack("{s:b, s:i}", "trusted", h->ticker.trusted, "jumps",
			(int)h->ticker.jumps));
	json_object_set_new(root, "reload_refused", json_string(h->reload_refused));
	json_object_set_new(root, "broker", broker_json(h));
	/* backlog < 0: it cannot be counted now, so it is not known to be nothing */
	json_object_set_new(
		root, "to_score", json_integer(backlog < 0 ? 1 : backlog + h->more));
	json_object_set_new(root, "inbox_idle", json_boolean(inbox_is_idle(h->inbox)));
	json_object_set_new(root, "open_nights", json_integer(line_waiting(h->line)));
	json_object_set_new(root, "counters", counters_json(h));
	json_object_set_new(root, "page", hub_page_json(h));
	json_object_set_new(root, "scorers", scorers_json(h));
	status_store(root, h->store, h->setup.config);
	hub_push_status(h, json_object_get(root, "push"));
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

char *
hub_answer(void *user, const char *request)
{
	if (strcmp(request, "status") == 0)
		return status(user);
	if (strncmp(request, "say ", 4) == 0)
		return hub_say_answer(user, request + 4);
	if (strncmp(request, "push-test ", 10) == 0)
		return hub_push_test(user, request + 10);
	return xstrdup("{\"error\":\"unknown request\"}");
}
