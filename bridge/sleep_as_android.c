/* SPDX-License-Identifier: MIT */
/* The sleep_as_android reader: sleep-export.csv (live events: sleep_as_android_live.c). Every
 * record has its own header line, with the times of day as the names of columns (some twice) and
 * any number of "Event" columns. A record begins at its Id, in UTC, and lasts Hours: From and To
 * are local and to the minute. Stages are pairs of events, "LIGHT_START-<ms>" and
 * "LIGHT_END-<ms>"; heart rate and oxygen of a watch are events, too. Every export repeats all
 * records: the Id is their name. A record without events states how long it is, not how long was
 * slept: it becomes a bed time. */
#include "csv_record.h"
#include "sleep_as_android_fields.h"
#include "sleep_as_android_live.h"
#include "timeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATING_SCALE 2               /* 0 to 5 stars are 0 to 10 */
#define AFTER_MS     (5 * MINUTE_MS) /* what a watch still sends when a record is closed */

enum column { ID, TZ, HOURS, RATING, COLUMNS };
static const char *const names[COLUMNS] = {"Id", "Tz", "Hours", "Rating"};

struct saa {
	struct reading *g;
	unsigned n; /* columns of the header before the record; 0: none */
	int at[COLUMNS];
	unsigned char is_event[CSV_FIELDS_MAX];
	struct zone *zone; /* of tz; NULL: not known */
	char tz[64];
	struct timeline night;
};

struct event {
	char name[32];
	int64_t t;
	double value; /* NAN: none */
};

static void
take_header(struct saa *a, const struct csv_record *rec)
{
	a->n = rec->n;
	for (int k = 0; k < COLUMNS; k++)
		a->at[k] = -1;
	for (unsigned i = 0; i < rec->n; i++) {
		a->is_event[i] = strcmp(rec->field[i], "Event") == 0;
		for (int k = 0; k < COLUMNS; k++) /* the first of a name */
			if (a->at[k] < 0 && strcmp(rec->field[i], names[k]) == 0)
				a->at[k] = (int)i;
	}
}

static const char *
cell(const struct saa *a, const struct csv_record *rec, enum column which)
{
	return a->at[which] >= 0 ? rec->field[a->at[which]] : "";
}

/* A plain number, the whole text; NAN: none. */
static double
number(const char *text)
{
	char *end;
	double x = strtod(text, &end);

	return *text && strspn(text, "0123456789+-.Ee") == strlen(text) && !*end ? x
										 : NAN;
}

/* "NAME-<ms>" or "NAME-<ms>-<value>"; names have no hyphen, values may. */
static int
parse_event(const char *text, struct event *ret)
{
	size_t n = strcspn(text, "-"), digits;

	if (n == 0 || n >= sizeof ret->name || text[n] != '-')
		return 0;
	digits = strspn(text + n + 1, "0123456789");
	const char *rest = text + n + 1 + digits;
	if (digits < 12 || digits > 14 || (*rest && *rest != '-'))
		return 0;
	memcpy(ret->name, text, n);
	ret->name[n] = 0;
	ret->t = strtoll(text + n + 1, NULL, 10);
	ret->value = *rest ? number(rest + 1) : NAN;
	return 1;
}

static const struct {
	const char *name;
	enum stage stage;
} stages[] = {{"LIGHT", STAGE_LIGHT}, {"DEEP", STAGE_DEEP}, {"REM", STAGE_REM},
	{"AWAKE", STAGE_AWAKE}};

/* The stage that an event begins (which = "_START") or ends, or STAGE_UNSPECIFIED. */
static enum stage
stage_of(const struct event *e, const char *which)
{
	for (size_t i = 0; i < array_len(stages); i++) {
		size_t n = strlen(stages[i].name);
		if (strncmp(e->name, stages[i].name, n) == 0 &&
			strcmp(e->name + n, which) == 0)
			return stages[i].stage;
	}
	return STAGE_UNSPECIFIED;
}

/* Where the stage that begins at v[i] ends: at its own end, else where another begins. */
static int64_t
end_of(const struct event *v, size_t n, size_t i, int64_t end)
{
	enum stage stage = stage_of(&v[i], "_START");
	int64_t next = end;

	for (size_t k = 0; k < n; k++) {
		if (v[k].t <= v[i].t)
			continue;
		if (stage_of(&v[k], "_END") == stage && v[k].t < end)
			end = v[k].t, next = next < end ? next : end;
		if (stage_of(&v[k], "_START") == stage && v[k].t < next)
			next = v[k].t; /* its own end is missing */
	}
	return next < end ? next : end;
}

/* Being awake lies over the stage in which it happens. NULL, or why not. */
static const char *
add_stages(struct saa *a, const struct event *v, size_t n, struct found_session *s)
{
	const char *why = NULL;

	for (int awake = 0; awake < 2; awake++)
		for (size_t i = 0; i < n && !why; i++) {
			enum stage stage = stage_of(&v[i], "_START");
			int64_t from = v[i].t < s->start ? s->start : v[i].t;
			int64_t to = end_of(v, n, i, s->end);
			if (stage != STAGE_UNSPECIFIED &&
				(stage == STAGE_AWAKE) == awake && to > from)
				why = timeline_add(&a->night, from, to, stage);
		}
	if (!why && a->night.n)
		why = timeline_session(&a->night, s);
	a->night.n = 0;
	return why;
}

static int
add_samples(struct saa *a, const struct event *v, size_t n, const struct found_session *s)
{
	static const struct {
		const char *name, *channel;
	} of[] = {{"HR", "heart_rate"}, {"SPO2", "spo2"}};

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < array_len(of); k++) {
			const struct channel *ch = channel_by_name(of[k].channel);
			int32_t wire;
			if (strcmp(v[i].name, of[k].name) != 0 || v[i].t < s->start ||
				v[i].t > s->end + AFTER_MS ||
				!collect_wire_value(ch, v[i].value, &wire))
				continue;
			int r = collect_sample(a->g->to, a->g->person, ch, v[i].t, wire);
			if (r < 0)
				return r;
			a->g->used++;
		}
	return 0;
}

/* NULL, or why the record cannot be used. */
static const char *
frame(struct saa *a, const struct csv_record *rec, struct found_session *s)
{
	const char *id = cell(a, rec, ID), *tz = cell(a, rec, TZ);
	double hours = number(cell(a, rec, HOURS));

	if (!*id || strlen(id) > 14 || strspn(id, "0123456789") != strlen(id))
		return "the Id is no time";
	const char *why = reading_time(a->g, id, 0, &s->start);
	if (why)
		return why;
	if (!(hours > 0 &&
		    hours * HOUR_MS <= (double)(COLLECT_SESSION_MAX_S * SECOND_MS)))
		return "Hours is not between 0 and 24";
	s->end = s->start + llround(hours * 3600) * SECOND_MS;
	if (s->end <= s->start)
		return "Hours is not between 0 and 24";
	if (strcmp(tz, a->tz) != 0 || !a->zone) {
		zone_free(a->zone);
		a->zone = NULL;
		snprintf(a->tz, sizeof a->tz, "%s", tz);
		if (!*tz || zone_open(a->tz, &a->zone) < 0)
			a->zone = NULL;
	}
	const struct zone *zone = a->zone ? a->zone : a->g->zone;
	s->offset_start_min = zone ? zone_offset_s(zone, UTC(s->start)) / 60 : 0;
	s->offset_end_min = zone ? zone_offset_s(zone, UTC(s->end)) / 60 : 0;
	snprintf(s->record_id, sizeof s->record_id, "%s", id);
	s->status = RECORD_FINAL;
	return NULL;
}

static int
take_rating(struct saa *a, const struct csv_record *rec, int64_t at)
{
	double stars = number(cell(a, rec, RATING));
	struct found_rating r = {.at = at, .kind = RATING_SLEEP_QUALITY};

	if (!(stars > 0)) /* 0: not rated */
		return 0;
	if (stars > 5) {
		report_refuse(a->g->report, rec->line, "Rating %.10g is above 5", stars);
		return 0;
	}
	r.value = (int)lround(stars * RATING_SCALE);
	a->g->used++;
	return collect_rating(a->g->to, a->g->person, &r);
}

static void
explain(const struct saa *a, const struct csv_record *rec)
{
	static const char *const known[] = {"Id", "Tz", "From", "To", "Sched", "Hours",
		"Rating", "Comment", "Framerate", "Snore", "Noise", "Cycles", "DeepSleep",
		"LenAdjust", "Geo"};

	for (unsigned i = 0; a->g->fidelity && i < rec->n; i++) {
		char path[64];
		struct event e;
		if (i < array_len(known))
			snprintf(path, sizeof path, "%s", known[i]);
		else if (!a->is_event[i])
			snprintf(path, sizeof path, "movement");
		else if (parse_event(rec->field[i], &e))
			snprintf(path, sizeof path, "Event.%s", e.name);
		else
			snprintf(path, sizeof path, "Event");
		fidelity_saw(a->g->fidelity, path, rec->field[i]);
	}
}

static int
take_record(struct saa *a, const struct csv_record *rec)
{
	struct found_session s = {0};
	struct event *v;
	size_t n = 0;

	if (rec->n != a->n) {
		report_refuse(a->g->report, rec->line,
			"%u columns where the header has %u", rec->n, a->n);
		return 0;
	}
	explain(a, rec);
	const char *why = frame(a, rec, &s);
	v = xcalloc(rec->n, sizeof *v);
	for (unsigned i = 0; i < rec->n && !why; i++)
		n += a->is_event[i] && parse_event(rec->field[i], &v[n]);
	if (!why)
		why = add_stages(a, v, n, &s);
	if (why) {
		report_refuse(a->g->report, rec->line, "%s", why);
		free(v);
		return 0;
	}
	int r = add_samples(a, v, n, &s);
	free(v);
	if (r == 0)
		r = take_rating(a, rec, s.end);
	a->g->used++;
	if (r < 0) {
		free(s.stages);
		return r;
	}
	return collect_session(a->g->to, a->g->person, &s);
}

static int
read_csv(struct input *in, struct reading *g)
{
	struct csv_stream stream = {.in = in};
	struct csv_record *rec = xcalloc(1, sizeof *rec);
	struct saa a = {.g = g};
	int r;

	while ((r = csv_next(&stream, rec)) >= 0 && r != CSV_E_END) {
		if (r > 0)
			report_refuse(g->report, rec->line, "%s",
				r == CSV_E_QUOTE ? "a quote that is never closed"
				: r == CSV_E_NUL ? "a zero byte"
						 : "too long, or too many columns");
		else if (strcmp(rec->field[0], "Id") == 0)
			take_header(&a, rec);
		else if (a.n == 0)
			report_refuse(g->report, rec->line, "no header before it");
		else if (rec->field[0][0] && (r = take_record(&a, rec)) < 0)
			break; /* without an Id: the noise levels of the record above */
	}
	timeline_finish(&a.night);
	zone_free(a.zone);
	free(rec);
	return r < 0 ? r : 0;
}

static int
read_saa(struct input *in, struct reading *g)
{
	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	/* whose keys may come in another order, if someone says that it is an event */
	if (in->end > in->start && in->buf[in->start] == '{')
		return saa_live_read(in, g);
	return read_csv(in, g);
}

static int
sniff(const char *head, size_t n)
{
	static const char first[] = "Id,Tz,From,To,Sched,Hours,Rating,";

	if (saa_live_sniff(head, n))
		return 1;
	if (n >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0)
		head += 3, n -= 3;
	return n >= sizeof first && memcmp(head, first, sizeof first - 1) == 0;
}

const struct reader reader_sleep_as_android = {
	.name = "sleep_as_android",
	.carries = "sleep-export.csv of Sleep as Android: records, stages, ratings of "
		   "sleep, heart rate and oxygen of a watch; its live events, one by one",
	.example = "Id,Tz,From,To,Sched,Hours,Rating,... or {\"event\": "
		   "\"sleep_tracking_started\"}",
	.fields = saa_fields,
	.sniff = sniff,
	.read = read_saa,
};
