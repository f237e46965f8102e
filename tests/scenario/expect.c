/* SPDX-License-Identifier: MIT */
/* `expect`: each one takes the announcement that it describes out of the list; whatever is left
 * when time moves on was not expected. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

static const struct zone *
zone_of(const struct script *s, const char *person)
{
	return world_person(&s->world, person)->zone;
}

static const char *
person_of(const struct said *x)
{
	switch (x->kind) {
	case SAID_NIGHT:
		return x->night.person;
	case SAID_FORECAST:
		return x->forecast.person;
	case SAID_ALERT:
		return x->alert.person;
	case SAID_NOTICE:
		return x->notice.person;
	}
	return "";
}

void
said_text(const struct script *s, const struct said *x, char *ret, size_t size)
{
	char what[512], at[CIVIL_TIME_LEN], date[CIVIL_DATE_LEN];
	const struct zone *z = zone_of(s, person_of(x));
	switch (x->kind) {
	case SAID_NIGHT:
		night_text(&x->night, z, what, sizeof what);
		break;
	case SAID_FORECAST:
		forecast_text(&x->forecast, z, what, sizeof what);
		break;
	case SAID_ALERT:
		snprintf(what, sizeof what, "alert %s %s %s\"%s\"", x->alert.person,
			civil_date_text(x->alert.date, date),
			x->alert.state == ALERT_WITHDRAWN ? "withdrawn " : "",
			x->alert.title);
		break;
	case SAID_NOTICE:
		snprintf(what, sizeof what, "notice %s %s %s \"%s\"", x->notice.person,
			civil_date_text(x->notice.date, date),
			notice_names[x->notice.kind], x->notice.title);
		break;
	}
	civil_time_text(z, x->at, at);
	at[16] = 0;
	snprintf(ret, size, "%s   # announced %s", what, at);
}

static void
print_pending(const struct script *s)
{
	char text[1024];
	fflush(stdout);
	for (unsigned i = 0; i < s->world.n_said; i++) {
		said_text(s, &s->world.said[i], text, sizeof text);
		fprintf(stderr, "  expect %s\n", text);
	}
}

void
expect_nothing_left(struct script *s)
{
	if (s->world.refused)
		script_fail(s, "%u batches were refused (\"%s\"); `expect refused`?",
			s->world.refused, s->world.why_refused);
	if (s->world.n_said == 0)
		return;
	fprintf(stderr, "%s:%d: announced before this line, and not expected:\n", s->path,
		s->line);
	print_pending(s);
	exit(1);
}

static void
forget(struct world *w, unsigned i)
{
	memmove(&w->said[i], &w->said[i + 1], (w->n_said - i - 1) * sizeof *w->said);
	w->n_said--;
}

static const char *
alert_differs(const struct script *s, int i, const struct alert *a, utc_ms at)
{
	char clock[6];
	enum alert_state state = ALERT_RAISED;
	for (; i < s->n; i++) {
		if (word_is_date(s, i)) {
			if (word_date(s, i).n != a->date.n)
				return "the date";
		} else if (word_is(s, i, "withdrawn")) {
			state = ALERT_WITHDRAWN;
		} else if (word_is(s, i, "at")) {
			if (strcmp(civil_clock_text(zone_of(s, a->person), at, clock),
				    word_at(s, ++i)) != 0)
				return "when it was announced";
		} else if (word_is(s, i, "says")) {
			if (!strstr(a->text, word_at(s, ++i)) &&
				!strstr(a->title, s->word[i]))
				return "the words";
		} else {
			script_fail(s, "\"%s\"?", s->word[i]);
		}
	}
	return a->state == state && a->revision == (state == ALERT_RAISED ? 1 : 2)
		       ? NULL
		       : "raised or withdrawn";
}

/* expect notice anna 2026-03-29 sleep_prompt at 07:30 says "..." */
static const char *
notice_differs(const struct script *s, int i, const struct notice *n, utc_ms at)
{
	char clock[6];
	for (; i < s->n; i++) {
		if (word_is_date(s, i)) {
			if (word_date(s, i).n != n->date.n)
				return "the date";
		} else if (word_is(s, i, "at")) {
			if (strcmp(civil_clock_text(zone_of(s, n->person), at, clock),
				    word_at(s, ++i)) != 0)
				return "when it was announced";
		} else if (word_is(s, i, "says")) {
			if (!strstr(n->text, word_at(s, ++i)) &&
				!strstr(n->title, s->word[i]))
				return "the words";
		} else if (!word_is(s, i, notice_names[n->kind])) {
			return "what it is about";
		}
	}
	return NULL;
}

static const char *
differs(const struct script *s, const struct said *x)
{
	switch (x->kind) {
	case SAID_NIGHT:
		return night_differs(s, 3, &x->night, x->at);
	case SAID_FORECAST:
		return forecast_differs(s, 3, &x->forecast, x->at);
	case SAID_ALERT:
		return alert_differs(s, 3, &x->alert, x->at);
	case SAID_NOTICE:
		return notice_differs(s, 3, &x->notice, x->at);
	}
	return "the kind";
}

static void
expect_one(struct script *s, enum said_kind kind)
{
	const struct person *who = word_person(s, 2);
	const char *why = NULL;
	for (unsigned i = 0; i < s->world.n_said; i++) {
		const struct said *x = &s->world.said[i];
		if (x->kind != kind || strcmp(person_of(x), who->id) != 0)
			continue;
		why = differs(s, x);
		if (!why) {
			forget(&s->world, i);
			return;
		}
	}
	fprintf(stderr, "%s:%d: nothing like it was announced%s%s. What came:\n", s->path,
		s->line, why ? "; what differs: " : "", why ? why : "");
	print_pending(s);
	exit(1);
}

/* "3" or "2..6" */
static void
check_count(const struct script *s, int i, const char *what, unsigned n)
{
	unsigned low, high;
	int got = sscanf(word_at(s, i), "%u..%u", &low, &high);
	if (got < 1)
		script_fail(s, "\"%s\": how many?", s->word[i]);
	if (n < low || n > (got == 2 ? high : low)) {
		print_pending(s);
		script_fail(s, "%u %s were announced, expected %s", n, what, s->word[i]);
	}
}

/* expect count anna nights 20 forecasts 20 alerts 2..6: of everything that waits */
static void
expect_count(struct script *s)
{
	static const char *const names[] = {"nights", "forecasts", "alerts", "notices"};
	const struct person *who = word_person(s, 2);
	unsigned n[array_len(names)] = {0};
	for (unsigned i = 0; i < s->world.n_said; i++)
		n[s->world.said[i].kind] +=
			strcmp(person_of(&s->world.said[i]), who->id) == 0;
	for (unsigned k = 0; k < array_len(names); k++)
		for (int i = 3; i < s->n; i += 2)
			if (word_is(s, i, names[k]))
				check_count(s, i + 1, names[k], n[k]);
	for (unsigned i = 0; i < s->world.n_said;)
		if (strcmp(person_of(&s->world.said[i]), who->id) == 0)
			forget(&s->world, i);
		else
			i++;
}

/* expect refused 12 "ahead of the hub's clock": batches that the hub did not take */
static void
expect_refused(struct script *s)
{
	struct world *w = &s->world;
	check_count(s, 2, "refusals", w->refused);
	if (s->n > 3 && !strstr(w->why_refused, word_at(s, 3)))
		script_fail(s, "it was refused because \"%s\"", w->why_refused);
	w->refused = 0;
}

void
expect_statement(struct script *s)
{
	if (word_is(s, 1, "refused"))
		expect_refused(s);
	else if (word_is(s, 1, "set_aside"))
		check_count(s, 2, "batches set aside",
			(unsigned)line_set_aside(s->world.line));
	else if (word_is(s, 1, "nothing"))
		expect_nothing_left(s);
	else if (word_is(s, 1, "night"))
		expect_one(s, SAID_NIGHT);
	else if (word_is(s, 1, "forecast"))
		expect_one(s, SAID_FORECAST);
	else if (word_is(s, 1, "alert"))
		expect_one(s, SAID_ALERT);
	else if (word_is(s, 1, "notice"))
		expect_one(s, SAID_NOTICE);
	else if (word_is(s, 1, "count"))
		expect_count(s);
	else if (word_is(s, 1, "decided"))
		decided_statement(s);
	else if (word_is(s, 1, "stored"))
		stored_statement(s, 2);
	else
		script_fail(s, "expect night, forecast, alert, notice, count, stored or "
			       "nothing");
}
