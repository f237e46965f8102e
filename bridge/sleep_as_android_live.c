/* SPDX-License-Identifier: MIT */
/* See sleep_as_android_live.h. */
#include "sleep_as_android_live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_file.h"
#include "marks.h"
#include "timeline.h"

#define NAME_MAX_LEN 40   /* of an event; theirs have at most 23 letters */
#define OPEN_MAX     1000 /* events of a night; one a minute is half of it */
#define KEY_MAX      256
/* Nobody sleeps so long in one stage: events were lost in between. */
#define STAGE_MAX_MS (3 * HOUR_MS)
#define CODES        16 /* a mark holds a time and one of these */

enum code { NO_CODE, STARTED, STOPPED, PAUSED, RESUMED, LIGHT, DEEP, REM, AWAKE, ASLEEP };

static const struct {
	const char *name;
	enum code code;
} events[] = {{"sleep_tracking_started", STARTED}, {"sleep_tracking_stopped", STOPPED},
	{"sleep_tracking_paused", PAUSED}, {"sleep_tracking_resumed", RESUMED},
	{"light_sleep", LIGHT}, {"deep_sleep", DEEP}, {"rem", REM}, {"awake", AWAKE},
	{"not_awake", ASLEEP}};

struct event {
	enum code code;
	int64_t t; /* whole seconds; 0: not stated */
};

/* What has come of a night that is not over: v[0] is its start. */
struct open_night {
	struct event v[OPEN_MAX];
	size_t n;
};

struct live {
	struct reading *g;
	struct open_night *night;
	unsigned long documents, timeless;
	struct event first;
};

/* --- an open night, from document to document ------------------------------------------- */

static void
key_of(const struct reading *g, const char *what, char ret[static KEY_MAX])
{
	snprintf(ret, KEY_MAX, "%s|sleep_as_android|%s", g->whose ? g->whose : "", what);
}

static void
load(const struct reading *g, struct open_night *night)
{
	char key[KEY_MAX], at[16];

	key_of(g, "open", key);
	int64_t n = marks_get(g->marks, key);
	night->n = n > 0 && n <= OPEN_MAX ? (size_t)n : 0;
	for (size_t i = 0; i < night->n; i++) {
		snprintf(at, sizeof at, "%zu", i);
		key_of(g, at, key);
		int64_t x = marks_get(g->marks, key);
		if (x < 0) {
			night->n = 0; /* of another time: better none than a wrong one */
			return;
		}
		night->v[i] =
			(struct event){(enum code)(x % CODES), x / CODES * SECOND_MS};
	}
}

static void
save(const struct reading *g, const struct open_night *night)
{
	char key[KEY_MAX], at[16];

	for (size_t i = 0; i < night->n; i++) {
		snprintf(at, sizeof at, "%zu", i);
		key_of(g, at, key);
		marks_set(g->marks, key,
			night->v[i].t / SECOND_MS * CODES + night->v[i].code);
	}
	key_of(g, "open", key);
	marks_set(g->marks, key, (int64_t)night->n);
}

/* --- a night that is over ------------------------------------------------------------------ */

struct state {
	enum stage asleep; /* STAGE_UNSPECIFIED: not known */
	int awake, paused;
};

static void
follow(struct state *s, enum code code)
{
	static const enum stage stages[] = {
		[LIGHT] = STAGE_LIGHT, [DEEP] = STAGE_DEEP, [REM] = STAGE_REM};

	if (code == PAUSED || code == RESUMED)
		*s = (struct state){.paused = code == PAUSED};
	else if (code == AWAKE || code == ASLEEP)
		s->awake = code == AWAKE;
	if (code == LIGHT || code == DEEP || code == REM)
		*s = (struct state){.asleep = stages[code], .paused = s->paused};
	if (code == ASLEEP && s->asleep == STAGE_UNSPECIFIED)
		s->asleep = STAGE_ASLEEP;
}

/* From one event to the next it stays as it is, if that is not too long; 0 or negative errno. */
static int
put_night(struct live *x, int64_t end)
{
	const struct open_night *night = x->night;
	struct found_session s = {.start = night->v[0].t,
		.end = end,
		.revision = end,
		.status = RECORD_FINAL};
	const struct zone *zone = x->g->zone;
	struct state state = {0};
	struct timeline line = {0};
	const char *why = NULL;

	for (size_t i = 0; i < night->n && !why; i++) {
		int64_t to = i + 1 < night->n ? night->v[i + 1].t : end;
		follow(&state, night->v[i].code);
		enum stage stage = state.awake ? STAGE_AWAKE : state.asleep;
		if (!state.paused && stage != STAGE_UNSPECIFIED && to > night->v[i].t &&
			to - night->v[i].t <= STAGE_MAX_MS)
			why = timeline_add(&line, night->v[i].t, to, stage);
	}
	if (!why && line.n)
		why = timeline_session(&line, &s);
	timeline_finish(&line);
	if (why)
		report_refuse(x->g->report, 0, "the night's events: %s", why);
	if (why || s.n_stages == 0) /* the markers know as much */
		return 0;
	s.offset_start_min = zone ? zone_offset_s(zone, UTC(s.start)) / 60 : 0;
	s.offset_end_min = zone ? zone_offset_s(zone, UTC(s.end)) / 60 : 0;
	snprintf(s.record_id, sizeof s.record_id, "live-%lld", (long long)s.start);
	snprintf(s.app, sizeof s.app, "Sleep as Android, live");
	return collect_session(x->g->to, x->g->person, &s);
}

/* --- an event ---------------------------------------------------------------------------- */

static int
put_marker(struct live *x, const struct event *e)
{
	const struct found_marker m = {
		e->t, e->code == STARTED ? STAGE_IN_BED : STAGE_OUT_OF_BED};

	return collect_marker(x->g->to, x->g->person, &m);
}

/* 0 or negative errno. */
static int
take(struct live *x, const struct event *e, unsigned long line)
{
	struct open_night *night = x->night;
	int r = 0;

	x->g->used++; /* also what nothing becomes of: it was read, and is as it should be */
	if (e->code == NO_CODE)
		return 0;
	if (e->code == STARTED || e->code == STOPPED)
		r = put_marker(x, e);
	if (e->code == STARTED) {
		night->v[0] = *e; /* one that is still open was never ended */
		night->n = 1;
	} else if (night->n && e->t < night->v[night->n - 1].t) {
		report_refuse(x->g->report, line, "earlier than the event before it");
	} else if (night->n && e->code == STOPPED) {
		if (r == 0 && e->t - night->v[0].t <= COLLECT_SESSION_MAX_S * SECOND_MS)
			r = put_night(x, e->t);
		night->n = 0;
	} else if (night->n && night->n < OPEN_MAX) {
		night->v[night->n++] = *e;
		if (night->n == OPEN_MAX) /* what comes now is not known any more */
			night->v[OPEN_MAX - 1].code = PAUSED;
	}
	return r;
}

/* NULL, or why it is no event. */
static const char *
parse(struct reading *g, const json_t *o, struct event *ret)
{
	const char *name = json_text(o, "event"), *time = json_text(o, "time");
	char path[FIDELITY_PATH_MAX];
	double number = json_num(o, "time");

	*ret = (struct event){0};
	if (!name || strlen(name) > NAME_MAX_LEN)
		return "no event";
	snprintf(path, sizeof path, "event=%s", name);
	fidelity_saw(g->fidelity, path, name);
	for (size_t i = 0; i < array_len(events); i++)
		if (strcmp(events[i].name, name) == 0)
			ret->code = events[i].code;
	if (!json_at(o, "time"))
		return NULL;
	if (!time) {
		snprintf(path, sizeof path, "%.3f", number);
		path[strcspn(path, ".")] = '\0';
		time = path;
	}
	const char *why = reading_time(g, time, 0, &ret->t);
	ret->t -= why ? 0 : ret->t % SECOND_MS;
	return why;
}

static int
each(struct reading *g, const json_t *o, void *ctx)
{
	struct live *x = ctx;
	struct event e;
	const char *why = parse(g, o, &e);
	int r = 0;

	x->documents++;
	if (why) {
		report_refuse(g->report, x->documents, "%s", why);
		return 0;
	}
	x->timeless += e.t == 0;
	if (x->documents == 1) {
		x->first = e;
		return 0;
	}
	/* the night is in here: what lies with the marks is another one */
	if (x->documents == 2 && x->first.t)
		r = take(x, &x->first, 1);
	return r < 0 || e.t == 0 ? r : take(x, &e, x->documents);
}

/* A document alone: what came before lies with the marks. */
static int
take_alone(struct live *x, int64_t written_ms)
{
	struct reading *g = x->g;
	int64_t arrived = written_ms ? written_ms : g->now.ms;

	if (x->first.t == 0 && arrived > g->now.ms) {
		report_refuse(g->report, 1, "it was written in the future");
		return 0;
	}
	if (x->first.t == 0)
		x->first.t = arrived - arrived % SECOND_MS;
	load(g, x->night);
	int r = take(x, &x->first, 1);
	if (r == 0)
		save(g, x->night);
	return r;
}

int
saa_live_read(struct input *in, struct reading *g)
{
	struct live x = {.g = g, .night = xcalloc(1, sizeof *x.night)};
	int64_t written_ms = in->written_ms;
	unsigned long refused = g->report->refused;
	int r = json_file_each(in, g, each, &x);

	if (r == 0 && x.documents == 1 && g->report->refused == refused)
		r = take_alone(&x, written_ms);
	else if (x.timeless)
		report_refuse(g->report, 0,
			"%lu events without a time: they count only one by one, as they "
			"arrive",
			x.timeless);
	free(x.night);
	return r;
}

/* {"event": "a_word" */
int
saa_live_sniff(const char *head, size_t n)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz_";
	char text[128];
	const char *p = text;

	n = n < sizeof text ? n : sizeof text - 1;
	memcpy(text, head, n);
	text[n] = '\0';
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	for (const char *const *part =
			(const char *const[]){"{", "\"event\"", ":", "\"", NULL};
		*part; part++) {
		p += strspn(p, " \t\r\n");
		if (strncmp(p, *part, strlen(*part)) != 0)
			return 0;
		p += strlen(*part);
	}
	size_t letters = strspn(p, word);
	return letters > 0 && letters <= NAME_MAX_LEN && p[letters] == '"';
}
