/* SPDX-License-Identifier: MIT */
/* Rows of the store as JSON objects; one function a kind. */
#include "status_json.h"

#include <stdlib.h>
#include <string.h>

struct devices {
	json_t *list;
	const struct config *config;
};

json_t *
status_time(const struct zone *zone, utc_ms t)
{
	char text[CIVIL_TIME_LEN];

	return t.ms ? json_string(civil_time_text(zone, t, text)) : json_null();
}

static int
add_device(void *ctx, const struct device_state *d)
{
	struct devices *all = ctx;
	const struct person *who = config_person(all->config, d->id.person);
	const struct zone *zone = who ? who->zone : NULL;
	json_int_t missing = 0;

	for (unsigned i = 0; i < d->n_gaps; i++)
		missing += (json_int_t)(d->gaps[i].last - d->gaps[i].first + 1);
	json_array_append_new(all->list,
		json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:b}", "person",
			d->id.person, "source", d->id.source, "device", d->id.device,
			"newest", status_time(zone, d->newest), "received",
			status_time(zone, d->received), "batches", (json_int_t)d->batches,
			"gaps", (json_int_t)d->n_gaps, "missing", missing, "configured",
			who && (person_has_device(who, d->id.source, d->id.device) ||
				       strcmp(d->id.source, "tap") == 0)));
	return 0;
}

/* The store lists letters by place; here only their reasons count. */
static int
add_letter(void *ctx, utc_ms received, const char *where, const char *reason,
	int64_t size, int64_t times)
{
	json_t *list = ctx, *row;
	size_t i;

	(void)where;
	(void)size;
	json_array_foreach(list, i,
		row) if (strcmp(json_string_value(json_object_get(row, "reason")),
				 reason) == 0)
	{
		json_int_t n = json_integer_value(json_object_get(row, "times"));

		json_object_set_new(row, "times", json_integer(n + times));
		return 0;
	}
	json_array_append_new(
		list, json_pack("{s:s, s:I, s:o}", "reason", reason, "times",
			      (json_int_t)times, "newest", status_time(NULL, received)));
	return 0;
}

static int
more_often(const void *a, const void *b)
{
	json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "times"));
	json_int_t y = json_integer_value(json_object_get(*(json_t *const *)b, "times"));

	return (x < y) - (x > y);
}

/* The STATUS_DEAD_LETTERS most frequent reasons. */
static json_t *
dead_letters(struct store *s)
{
	json_t *list = json_array(), *top = json_array(), **rows;
	size_t n;

	if (store_dead_letters_each(s, STORE_DEAD_LETTERS_MAX, add_letter, list) != 0)
		json_array_clear(list);
	n = json_array_size(list);
	rows = xcalloc(n, sizeof(*rows));
	for (size_t i = 0; i < n; i++)
		rows[i] = json_array_get(list, i);
	qsort(rows, n, sizeof(*rows), more_often);
	for (size_t i = 0; i < n && i < STATUS_DEAD_LETTERS; i++)
		json_array_append(top, rows[i]);
	free(rows);
	json_decref(list);
	return top;
}

static int
add_counts(void *ctx, const struct push_counts *n)
{
	json_t *list = ctx, *row;
	size_t i;

	json_array_foreach(list, i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "name")), n->channel))
			continue;
		json_object_set_new(row, "waiting", json_integer(n->waiting));
		json_object_set_new(row, "sent", json_integer(n->sent));
		json_object_set_new(row, "expired", json_integer(n->expired));
		json_object_set_new(row, "given_up", json_integer(n->given_up));
		json_object_set_new(row, "failures", json_integer(n->failures));
		json_object_set_new(row, "last_sent", status_time(NULL, n->last_sent));
	}
	return 0;
}

json_t *
status_push(struct store *s, const struct config *c)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < c->n_push; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:n}", "name",
				c->push[i].name, "kind", push_kind_names[c->push[i].kind],
				"waiting", 0, "sent", 0, "expired", 0, "given_up", 0,
				"failures", 0, "last_sent"));
	if (c->n_push > 0 && store_push_each(s, add_counts, list) != 0)
		json_array_clear(list);
	return list;
}

void
status_store(json_t *root, struct store *s, const struct config *c)
{
	struct devices devices = {json_array(), c};
	struct store_counts n = {0};

	if (store_counts(s, &n) != 0)
		n = (struct store_counts){0};
	json_object_set_new(root, "people", json_integer(c->n_people));
	json_object_set_new(root, "store",
		json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "batches",
			(json_int_t)n.batches, "sessions", (json_int_t)n.sessions,
			"ratings", (json_int_t)n.ratings, "nights", (json_int_t)n.nights,
			"forecasts", (json_int_t)n.forecasts, "alerts",
			(json_int_t)n.alerts, "outbox", (json_int_t)n.outbox,
			"dead_letters", (json_int_t)n.dead_letters, "damaged",
			(json_int_t)n.damaged, "bytes", (json_int_t)n.file_bytes));
	if (store_devices_each(s, NULL, add_device, &devices) != 0)
		json_array_clear(devices.list);
	json_object_set_new(root, "devices", devices.list);
	json_object_set_new(root, "push", status_push(s, c));
	json_object_set_new(root, "dead_letters", dead_letters(s));
}
