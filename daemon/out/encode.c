/* SPDX-License-Identifier: MIT */
/* Records to dozed.v1 messages. The messages borrow the record's own strings; only the
 * packed bytes are allocated. Limits are the records' own (REASONS_MAX ...). */
#include "out/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dozed/v1/out.pb-c.h"

#define LIST_MAX 16

const char *const night_status_names[NIGHT_STATUSES] = {
	"none", "deleted", "insufficient", "final"};

enum night_status
night_status_of(const struct night *n)
{
	if (!n)
		return NIGHT_NONE;
	if (n->gone)
		return NIGHT_DELETED;
	return n->insufficient[0] ? NIGHT_INSUFFICIENT : NIGHT_FINAL;
}

/* "csv,fitbit" cut in place; strings borrowed from buf. */
static size_t
split(char *buf, char *ret[static LIST_MAX])
{
	size_t n = 0;
	for (char *rest = buf, *item; (item = strsep(&rest, ",")) && n < LIST_MAX;)
		if (*item)
			ret[n++] = item;
	return n;
}

static struct bytes
pack(const ProtobufCMessage *m)
{
	struct bytes b = {.size = protobuf_c_message_get_packed_size(m)};
	b.data = xcalloc(1, b.size ? b.size : 1);
	protobuf_c_message_pack(m, b.data);
	return b;
}

struct bytes
encode_night(const struct night *n)
{
	char sources[SOURCES_LEN], *list[LIST_MAX];
	memcpy(sources, n->sources, sizeof sources);
	Dozed__V1__NamedValue values[NIGHT_VALUES_MAX], *value_list[NIGHT_VALUES_MAX];
	size_t n_values = 0;
	for (uint32_t i = 0; i < n->n_values && i < NIGHT_VALUES_MAX; i++) {
		if (!isfinite(n->values[i].value))
			continue;
		Dozed__V1__NamedValue *v = &values[n_values];
		dozed__v1__named_value__init(v);
		v->name = (char *)n->values[i].name;
		v->value = n->values[i].value;
		value_list[n_values++] = v;
	}
	Dozed__V1__Night m = DOZED__V1__NIGHT__INIT;
	m.person = (char *)n->person;
	m.date = n->date.n;
	m.kind = (Dozed__V1__SleepKind)n->kind;
	m.revision = n->revision;
	m.in_bed_ms = n->in_bed.ms;
	m.onset_ms = n->onset.ms;
	m.wake_ms = n->wake.ms;
	m.out_of_bed_ms = n->out_of_bed.ms;
	m.utc_offset_start_min = n->offset_start_s / 60;
	m.utc_offset_end_min = n->offset_end_s / 60;
	m.coverage = n->coverage;
	m.n_sources = split(sources, list);
	m.sources = list;
	m.n_values = n_values;
	m.values = value_list;
	m.insufficient = (char *)n->insufficient;
	m.status = n->gone ? DOZED__V1__RECORD_STATUS__RECORD_STATUS_DELETED
			   : DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL;
	m.ordinal = (uint32_t)n->ordinal;
	return pack(&m.base);
}

/* A forecast message and what it points into, in the caller's memory. */
struct forecast_message {
	Dozed__V1__Forecast m;
	Dozed__V1__Reason reasons[REASONS_MAX], *reason_list[REASONS_MAX];
	char missing[WHY_LEN], *missing_list[LIST_MAX];
};

static void
fill_forecast(struct forecast_message *t, const struct forecast *f)
{
	dozed__v1__forecast__init(&t->m);
	t->m.person = (char *)f->person;
	t->m.date = f->date.n;
	t->m.issued_ms = f->issued.ms;
	t->m.probability = f->probability;
	t->m.low = f->low;
	t->m.threshold = f->threshold;
	t->m.base_rate = f->base_rate;
	t->m.rated_days = f->rated_days;
	t->m.scorer = (char *)f->scorer;
	for (uint32_t i = 0; i < f->n_reasons && i < REASONS_MAX; i++) {
		const struct reason *r = &f->reasons[i];
		Dozed__V1__Reason *v = &t->reasons[i];
		dozed__v1__reason__init(v);
		v->code = (char *)r->code;
		v->value = r->value;
		v->usual = r->usual;
		v->weight = r->weight;
		t->reason_list[t->m.n_reasons++] = v;
	}
	t->m.reasons = t->reason_list;
	memcpy(t->missing, f->missing, sizeof t->missing);
	t->m.n_missing = split(t->missing, t->missing_list);
	t->m.missing = t->missing_list;
}

struct bytes
encode_forecast(const struct forecast *f)
{
	struct forecast_message t;
	fill_forecast(&t, f);
	return pack(&t.m.base);
}

struct bytes
encode_alert(const struct alert *a, const struct forecast *f)
{
	Dozed__V1__Alert m = DOZED__V1__ALERT__INIT;
	m.id = (char *)a->id;
	m.person = (char *)a->person;
	m.date = a->date.n;
	m.rule = (char *)a->rule;
	m.revision = a->revision;
	m.state = (Dozed__V1__AlertState)a->state;
	m.issued_ms = a->issued.ms;
	m.title = (char *)a->title;
	m.text = (char *)a->text;
	struct forecast_message t;
	if (f) {
		fill_forecast(&t, f);
		m.forecast = &t.m;
	}
	return pack(&m.base);
}
