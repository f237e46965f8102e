/* SPDX-License-Identifier: MIT */
/* See said.h. */
#include "said.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/civil.h"
#include "dozed/v1/out.pb-c.h"

#define TEXT(to, from) snprintf(to, sizeof(to), "%s", from)

static void
take_night(const Dozed__V1__Night *in, struct night *n)
{
	TEXT(n->person, in->person);
	n->date = DAY(in->date), n->kind = (enum sleep_kind)in->kind;
	n->revision = in->revision, n->coverage = in->coverage;
	n->ordinal = (int)in->ordinal;
	n->gone = in->status == DOZED__V1__RECORD_STATUS__RECORD_STATUS_DELETED;
	n->in_bed = UTC(in->in_bed_ms), n->out_of_bed = UTC(in->out_of_bed_ms);
	n->onset = UTC(in->onset_ms), n->wake = UTC(in->wake_ms);
	n->offset_start_s = in->utc_offset_start_min * 60;
	n->offset_end_s = in->utc_offset_end_min * 60;
	TEXT(n->insufficient, in->insufficient);
	for (size_t i = 0; i < in->n_sources; i++)
		snprintf(n->sources + strlen(n->sources),
			sizeof n->sources - strlen(n->sources), "%s%s", i ? "," : "",
			in->sources[i]);
	for (size_t i = 0; i < in->n_values && i < NIGHT_VALUES_MAX; i++) {
		TEXT(n->values[i].name, in->values[i]->name);
		n->values[i].value = in->values[i]->value;
		n->n_values++;
	}
}

static void
take_forecast(const Dozed__V1__Forecast *in, struct forecast *f)
{
	TEXT(f->person, in->person);
	f->date = DAY(in->date), f->issued = UTC(in->issued_ms);
	f->probability = in->probability, f->low = in->low;
	f->threshold = in->threshold, f->base_rate = in->base_rate;
	f->rated_days = in->rated_days;
	f->live = 1;
	TEXT(f->scorer, in->scorer);
	for (size_t i = 0; i < in->n_missing; i++)
		snprintf(f->missing + strlen(f->missing),
			sizeof f->missing - strlen(f->missing), "%s%s", i ? "," : "",
			in->missing[i]);
}

static void
take_alert(const Dozed__V1__Alert *in, struct alert *a)
{
	TEXT(a->id, in->id);
	TEXT(a->person, in->person);
	TEXT(a->rule, in->rule);
	a->date = DAY(in->date), a->revision = in->revision;
	a->state = (enum alert_state)in->state;
	a->issued = UTC(in->issued_ms);
	TEXT(a->title, in->title);
	TEXT(a->text, in->text);
}

static const char *
string_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

/* 1: dozed/<person>/alert, of something else than an alert, which comes as protobuf, too. */
static int
take_notice(const char *topic, const void *payload, size_t n, struct said *ret)
{
	struct notice *q = &ret->notice;
	const char *last = strrchr(topic, '/'), *person = last;
	json_t *o = json_loadb(payload, n, 0, NULL);
	while (person > topic && person[-1] != '/')
		person--;
	snprintf(q->person, sizeof q->person, "%.*s", (int)(last - person), person);
	for (int k = 1; o && k < NOTICE_KINDS; k++)
		if (strcmp(notice_names[k], string_of(o, "event_type")) == 0)
			q->kind = (enum notice_kind)k;
	int ok = q->kind && civil_date_parse(string_of(o, "date"), &q->date);
	const char *expires = string_of(o, "expires_at");
	if (expires[0])
		ok &= civil_time_parse(expires, NULL, &q->expires, NULL);
	TEXT(q->id, string_of(o, "id"));
	TEXT(q->tag, string_of(o, "tag"));
	TEXT(q->title, string_of(o, "title"));
	TEXT(q->text, string_of(o, "text"));
	q->revision = (uint32_t)json_integer_value(json_object_get(o, "revision"));
	json_decref(o);
	if (!ok) {
		fprintf(stderr, "%s: an event that cannot be read\n", topic);
		exit(1);
	}
	ret->kind = SAID_NOTICE;
	return strcmp(notice_rule(q->kind), notice_names[NOTICE_PAIN_DAY]) != 0;
}

/* Unpacks with the type's own functions and hands over. */
#define TAKE(type, kind_, take, to)                                                      \
	do {                                                                             \
		Dozed__V1__##type *m = dozed__v1__##kind_##__unpack(NULL, n, payload);   \
		if (m) {                                                                 \
			take(m, &(to));                                                  \
			dozed__v1__##kind_##__free_unpacked(m, NULL);                    \
			return 1;                                                        \
		}                                                                        \
	} while (0)

int
said_is_event(const char *topic)
{
	return !strstr(topic, "/v1/out/") && strcmp(strrchr(topic, '/'), "/alert") == 0;
}

int
said_decode(const char *topic, const void *payload, size_t n, struct said *ret)
{
	const char *what = strrchr(topic, '/');
	memset(ret, 0, sizeof *ret);
	if (!strstr(topic, "/v1/out/"))
		return said_is_event(topic) && take_notice(topic, payload, n, ret);
	if (strcmp(what, "/night") == 0) {
		ret->kind = SAID_NIGHT;
		TAKE(Night, night, take_night, ret->night);
	} else if (strcmp(what, "/forecast") == 0) {
		ret->kind = SAID_FORECAST;
		TAKE(Forecast, forecast, take_forecast, ret->forecast);
	} else if (strcmp(what, "/alert") == 0) {
		ret->kind = SAID_ALERT;
		TAKE(Alert, alert, take_alert, ret->alert);
	}
	fprintf(stderr, "%s: an announcement that cannot be read\n", topic);
	exit(1);
}
