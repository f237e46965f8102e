/* SPDX-License-Identifier: MIT */
/* One paragraph a subject, the worrying ones only where there is something to say. */
#include "cmd/status_page.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "cmd/table.h"

static int64_t
number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static void
print_span(FILE *out, int64_t s)
{
	if (s < 120)
		fprintf(out, "%" PRId64 " s", s);
	else if (s < 2 * 3600)
		fprintf(out, "%" PRId64 " min", s / 60);
	else if (s < 2 * 86400)
		fprintf(out, "%" PRId64 " h %" PRId64 " min", s / 3600, s / 60 % 60);
	else
		fprintf(out, "%" PRId64 " days", s / 86400);
}

static void
print_daemon(const json_t *root, FILE *out)
{
	const json_t *broker = json_object_get(root, "broker"),
		     *n = json_object_get(root, "counters"),
		     *page = json_object_get(root, "page");

	fprintf(out, "dozed     %s, running for ", text(root, "version"));
	print_span(out, number(root, "uptime_s"));
	fprintf(out, ", process %" PRId64 "%s\n", number(root, "pid"),
		json_is_true(json_object_get(root, "stopping")) ? ", stopping" : "");
	fprintf(out, "broker    %s:%" PRId64 "%s, %s since %s%s%s\n",
		text(broker, "host"), number(broker, "port"),
		json_is_true(json_object_get(broker, "tls")) ? " (TLS)" : "",
		text(broker, "state"), text(broker, "since"),
		text(broker, "why")[0] ? ": " : "", text(broker, "why"));
	fprintf(out,
		"messages  %" PRId64 " received: %" PRId64 " stored, %" PRId64
		" duplicates, %" PRId64 " refused, %" PRId64 " taps; %" PRId64
		" published\n",
		number(n, "received"), number(n, "stored"), number(n, "duplicates"),
		number(n, "refused"), number(n, "taps"), number(n, "published"));
	if (text(page, "url")[0])
		fprintf(out, "page      %s%s\n", text(page, "url"),
			json_is_true(json_object_get(page, "open"))
				? ""
				: ", which could not be opened: see the log");
	fprintf(out, "to score  %" PRId64 " batches; %" PRId64 " nights still open\n",
		number(root, "to_score"), number(root, "open_nights"));
	if (!json_is_true(json_object_get(json_object_get(root, "clock"), "trusted")))
		fprintf(out,
			"clock     not believed: inputs are stored, nothing is scored\n");
	if (number(n, "store_errors") > 0)
		fprintf(out, "trouble   storing failed %" PRId64 " times\n",
			number(n, "store_errors"));
	if (text(root, "reload_refused")[0])
		fprintf(out, "trouble   the new configuration was refused: %s\n",
			text(root, "reload_refused"));
}

static void
print_store(const json_t *root, FILE *out)
{
	const json_t *s = json_object_get(root, "store");

	if (!s)
		return;
	fprintf(out,
		"store     %" PRId64 " batches, %" PRId64 " nights, %" PRId64
		" ratings, %" PRId64 " forecasts, %" PRId64 " alerts of %" PRId64
		" people; %.1f MiB\n",
		number(s, "batches"), number(s, "nights"), number(s, "ratings"),
		number(s, "forecasts"), number(s, "alerts"), number(root, "people"),
		(double)number(s, "bytes") / 1048576);
	if (number(s, "outbox") > 0)
		fprintf(out, "outbox    %" PRId64 " wait to be sent\n",
			number(s, "outbox"));
	if (number(s, "damaged") > 0)
		fprintf(out, "trouble   %" PRId64 " damaged batches were passed over\n",
			number(s, "damaged"));
}

static void
print_scorers(const json_t *root, FILE *out)
{
	const json_t *list = json_object_get(root, "scorers"), *row;
	size_t i;

	if (json_array_size(list) > 0)
		fprintf(out, "scorers  ");
	json_array_foreach(list, i, row) fprintf(out, " %s %s%s", text(row, "name"),
		text(row, "version"), i + 1 < json_array_size(list) ? "," : "\n");
	json_array_foreach(list, i, row) if (text(row, "fault")[0])
		fprintf(out, "trouble   %s: %s\n", text(row, "name"), text(row, "fault"));
}

static void
print_devices(const json_t *root, FILE *out)
{
	const json_t *list = json_object_get(root, "devices"), *row;
	struct table *t;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	fputc('\n', out);
	t = table_new(out, TABLE_TABLE,
		"person,source,device,newest,received,batches,missing,note");
	json_array_foreach(list, i, row)
	{
		table_text(t, text(row, "person"));
		table_text(t, text(row, "source"));
		table_text(t, text(row, "device"));
		table_text(t, text(row, "newest"));
		table_text(t, text(row, "received"));
		table_integer(t, number(row, "batches"));
		table_integer(t, number(row, "missing"));
		table_text(t, json_is_true(json_object_get(row, "configured"))
				      ? ""
				      : "not configured any more");
	}
	if (table_end(t) != 0)
		return;
}

static void
print_push(const json_t *root, FILE *out)
{
	const json_t *list = json_object_get(root, "push"), *row;
	struct table *t;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	fputc('\n', out);
	t = table_new(out, TABLE_TABLE,
		"push,kind,waiting,sent,expired,given_up,last_sent,trouble");
	json_array_foreach(list, i, row)
	{
		table_text(t, text(row, "name"));
		table_text(t, text(row, "kind"));
		table_integer(t, number(row, "waiting"));
		table_integer(t, number(row, "sent"));
		table_integer(t, number(row, "expired"));
		table_integer(t, number(row, "given_up"));
		table_text(t, text(row, "last_sent"));
		table_text(t, text(row, "trouble"));
	}
	if (table_end(t) != 0)
		return;
}

static void
print_letters(const json_t *root, FILE *out)
{
	const json_t *list = json_object_get(root, "dead_letters"), *row;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	fprintf(out, "\nRefused, by reason:\n");
	json_array_foreach(list, i, row) fprintf(
		out, "%8" PRId64 "  %s\n", number(row, "times"), text(row, "reason"));
}

void
status_page(const json_t *root, FILE *out)
{
	if (json_is_true(json_object_get(root, "running")))
		print_daemon(root, out);
	else
		fprintf(out, "dozed     no answer: %s\n", text(root, "why"));
	if (text(root, "store_why")[0])
		fprintf(out, "store     %s\n", text(root, "store_why"));
	print_store(root, out);
	print_scorers(root, out);
	print_devices(root, out);
	print_push(root, out);
	print_letters(root, out);
}
