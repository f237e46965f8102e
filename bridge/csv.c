/* SPDX-License-Identifier: MIT */
/* The csv reader: samples, stage rows and ratings of any wearable, told apart by the
 * header: [person,]time,<channel>[,<channel>...]   [person,]start,duration_s,stage
 *   [person,]time,kind,value
 * time_utc and start_utc stand for time and start. An empty cell is missing, never zero.
 */
#include "csv_fields.h"
#include "csv_record.h"
#include "reader.h"
#include "stages.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum csv_kind { CSV_NOTHING, CSV_SAMPLES, CSV_STAGES, CSV_RATINGS };

struct csv_file {
	struct reading *reading;
	enum csv_kind kind;
	int person, time, duration, stage, rating, value; /* columns; -1 = none */
	int time_is_utc;
	unsigned n_columns;
	const struct channel *channel[CSV_FIELDS_MAX];
	const char *name[CSV_FIELDS_MAX]; /* for --explain */
};

/* Cuts blanks off both ends. */
static char *
trim(char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	size_t n = strlen(s);
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		s[--n] = 0;
	return s;
}

/* A plain decimal number, the whole text. */
static int
number(const char *s, double *ret)
{
	char *end;

	if (*s == 0 || strspn(s, "0123456789+-.eE") != strlen(s))
		return 0;
	*ret = strtod(s, &end);
	return *end == 0 && end != s && isfinite(*ret);
}

static void
header_column(struct csv_file *f, char *name, int i)
{
	const struct channel *ch = channel_by_name(name);
	static const char suffix[] = "_utc";
	size_t n = strlen(name);

	f->channel[i] = NULL;
	if (n > 4 && strcmp(name + n - 4, suffix) == 0 &&
		(strncmp(name, "time", n - 4) == 0 ||
			strncmp(name, "start", n - 4) == 0)) {
		f->time_is_utc = 1;
		name[n - 4] = 0;
	}
	if (strcmp(name, "person") == 0)
		f->person = i;
	else if (strcmp(name, "time") == 0 || strcmp(name, "start") == 0)
		f->time = i;
	else if (strcmp(name, "duration_s") == 0)
		f->duration = i;
	else if (strcmp(name, "stage") == 0)
		f->stage = i;
	else if (strcmp(name, "kind") == 0)
		f->rating = i;
	else if (strcmp(name, "value") == 0)
		f->value = i;
	else if (ch && ch->wire)
		f->channel[i] = ch;
}

static void
header(struct csv_file *f, struct csv_record *rec)
{
	int n_channels = 0;

	f->person = f->time = f->duration = f->stage = f->rating = f->value = -1;
	f->time_is_utc = 0;
	f->n_columns = rec->n;
	for (unsigned i = 0; i < rec->n; i++) {
		char *name = trim(rec->field[i]);
		for (char *p = name; *p; p++)
			*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
		header_column(f, name, (int)i);
		f->name[i] = csv_field_name(name);
		n_channels += f->channel[i] != NULL;
	}
	if (f->time < 0)
		f->kind = CSV_NOTHING;
	else if (f->duration >= 0 && f->stage >= 0)
		f->kind = CSV_STAGES;
	else if (f->rating >= 0 && f->value >= 0)
		f->kind = CSV_RATINGS;
	else
		f->kind = n_channels ? CSV_SAMPLES : CSV_NOTHING;
}

static int
sniff(const char *head, size_t n)
{
	char line[1024];
	struct csv_file f = {0};
	struct csv_record rec = {0};
	size_t len;

	if (n >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0)
		head += 3, n -= 3;
	for (len = 0; len < n && head[len] != '\n' && head[len] != '\r';)
		len++;
	if (len == 0 || len >= sizeof line || memchr(head, 0, len))
		return 0;
	memcpy(line, head, len);
	line[len] = 0;
	for (char *p = line; p && rec.n < CSV_FIELDS_MAX;) {
		char *field = strsep(&p, ",");
		size_t k = strlen(field);
		if (k >= 2 && field[0] == '"' && field[k - 1] == '"') {
			field[k - 1] = 0;
			field++;
		}
		rec.field[rec.n++] = field;
	}
	header(&f, &rec);
	return f.kind != CSV_NOTHING;
}

static void
explain_header(struct report *r, unsigned long line)
{
	char known[512] = "";
	size_t n = 0;

	for (const struct channel *ch = channels; ch->name; ch++)
		if (ch->wire && n < sizeof known)
			n += (size_t)snprintf(
				known + n, sizeof known - n, " %s", ch->name);
	report_refuse(r, line,
		"not a header this reader knows. It is one of: "
		"time,<channel>[,<channel>...] / "
		"start,duration_s,stage / time,kind,value, each with an optional column "
		"person. "
		"Channels:%s",
		known);
}

/* A mistyped channel must not be lost in silence. */
static void
name_strangers(struct csv_file *f, struct csv_record *rec)
{
	for (int i = 0; i < (int)rec->n; i++)
		if (!f->channel[i] && i != f->time && i != f->person)
			report_refuse(f->reading->report, rec->line,
				"column \"%.40s\" is not a channel and is passed over",
				rec->field[i]);
}

/* 0, 1 = the row is done with (reported or passed over), or negative errno. */
static int
row_head(struct csv_file *f, struct csv_record *rec, const char **ret_person,
	int64_t *ret_t)
{
	struct reading *g = f->reading;

	if (rec->n != f->n_columns) {
		report_refuse(g->report, rec->line, "%u columns where the header has %u",
			rec->n, f->n_columns);
		return 1;
	}
	for (unsigned i = 0; g->fidelity && i < rec->n; i++)
		fidelity_saw(g->fidelity, f->name[i], trim(rec->field[i]));
	*ret_person = f->person >= 0 ? trim(rec->field[f->person]) : g->person;
	if (f->person >= 0 && g->person && strcmp(*ret_person, g->person) != 0)
		return 1; /* --person picks one out of many */
	if (!id_is_valid(*ret_person)) {
		report_refuse(g->report, rec->line,
			"\"%.40s\" is no person's id (a-z 0-9 _ -, at most 32)",
			*ret_person);
		return 1;
	}
	const char *text = trim(rec->field[f->time]);
	const char *why = reading_time(g, text, f->time_is_utc, ret_t);
	if (why)
		report_refuse(g->report, rec->line, "\"%.40s\": %s", text, why);
	return why != NULL;
}

static int
row_samples(struct csv_file *f, struct csv_record *rec, const char *person, int64_t t)
{
	struct reading *g = f->reading;

	for (unsigned i = 0; i < rec->n; i++) {
		const struct channel *ch = f->channel[i];
		const char *text = ch ? trim(rec->field[i]) : "";
		double value;
		int32_t wire;
		if (!*text)
			continue;
		if (!number(text, &value)) {
			report_refuse(g->report, rec->line,
				"%s \"%.40s\" is not a number", ch->name, text);
			continue;
		}
		if (!collect_wire_value(ch, value, &wire)) {
			report_refuse(g->report, rec->line,
				"%s %.10g %s is outside what is plausible, %.10g to "
				"%.10g",
				ch->name, value, ch->unit, ch->min, ch->max);
			continue;
		}
		int r = collect_sample(g->to, person, ch, t, wire);
		if (r < 0)
			return r;
		g->used++;
	}
	return 0;
}

static int
row_stage(struct csv_file *f, struct csv_record *rec, const char *person, int64_t t)
{
	struct reading *g = f->reading;
	const char *duration = trim(rec->field[f->duration]),
		   *name = trim(rec->field[f->stage]);
	struct stage_row row = {
		.line = rec->line, .file = g->path, .stage = stage_by_name(name)};
	double d;

	if (row.stage == STAGE_UNSPECIFIED) {
		report_refuse(g->report, rec->line,
			"\"%.40s\" is not a stage (awake asleep light deep rem in_bed "
			"out_of_bed "
			"unmeasurable)",
			name);
		return 0;
	}
	if (!number(duration, &d) || d != floor(d) || d < 1 ||
		d > COLLECT_SESSION_MAX_S) {
		report_refuse(g->report, rec->line,
			"duration_s \"%.40s\" is not a whole number of seconds, 1 to %d",
			duration, COLLECT_SESSION_MAX_S);
		return 0;
	}
	/* the wire counts stages in whole seconds */
	row.start = (int64_t)llround((double)t / SECOND_MS) * SECOND_MS;
	row.duration_s = (uint32_t)d;
	g->used++;
	return collect_stage(g->to, person, &row);
}

static int
row_rating(struct csv_file *f, struct csv_record *rec, const char *person, int64_t t)
{
	struct reading *g = f->reading;
	const char *kind = trim(rec->field[f->rating]),
		   *text = trim(rec->field[f->value]);
	struct found_rating rating = {.at = t};
	double v;

	for (int k = 1; k < RATING_KINDS; k++)
		if (strcmp(kind, rating_names[k]) == 0)
			rating.kind = (enum rating_kind)k;
	if (!rating.kind) {
		report_refuse(g->report, rec->line,
			"\"%.40s\" is not a kind of rating (sleep_quality pain_morning "
			"pain_day)",
			kind);
		return 0;
	}
	if (!*text)
		return 0; /* not answered */
	if (!number(text, &v) || v != floor(v) || v < 0 || v > 10) {
		report_refuse(g->report, rec->line,
			"%s \"%.40s\" is not a whole number from 0 to 10", kind, text);
		return 0;
	}
	rating.value = (int)v;
	g->used++;
	return collect_rating(g->to, person, &rating);
}

static int
row(struct csv_file *f, struct csv_record *rec)
{
	const char *person;
	int64_t t;
	int r = row_head(f, rec, &person, &t);

	if (r != 0)
		return r < 0 ? r : 0;
	switch (f->kind) {
	case CSV_SAMPLES:
		return row_samples(f, rec, person, t);
	case CSV_STAGES:
		return row_stage(f, rec, person, t);
	case CSV_RATINGS:
		return row_rating(f, rec, person, t);
	case CSV_NOTHING:
		break;
	}
	return 0;
}

static const char *
record_fault(int r)
{
	switch (r) {
	case CSV_E_QUOTE:
		return "a quote that is never closed";
	case CSV_E_LONG:
		return "too long, or too many columns";
	case CSV_E_NUL:
		return "a zero byte";
	}
	return NULL;
}

static int
read_csv(struct input *in, struct reading *reading)
{
	struct csv_stream s = {.in = in};
	struct csv_file f = {.reading = reading};
	struct csv_record rec;
	int r;

	while ((r = csv_next(&s, &rec)) >= 0 && r != CSV_E_END) {
		if (r > 0) {
			report_refuse(reading->report, rec.line, "%s", record_fault(r));
			continue;
		}
		if (f.n_columns) {
			r = row(&f, &rec);
			if (r < 0)
				return r;
			if (rec.line % 10000 == 0)
				report_progress(reading->report, "%s: %lu lines",
					reading->path, rec.line);
			continue;
		}
		header(&f, &rec);
		if (f.kind == CSV_NOTHING) {
			explain_header(reading->report, rec.line);
			return 0;
		}
		if (f.kind == CSV_SAMPLES)
			name_strangers(&f, &rec);
		if (f.person < 0 && !reading->person) {
			report_refuse(reading->report, rec.line,
				"whose is it? Say --person, or add a column person");
			return 0;
		}
	}
	if (!f.n_columns && r == CSV_E_END)
		report_refuse(reading->report, 0, "empty");
	return r < 0 ? r : 0;
}

const struct reader reader_csv = {
	.name = "csv",
	.carries = "any wearable: samples (activity, heart_rate, rr, spo2, accel_x ...), "
		   "sleep "
		   "stages, ratings; told apart by the header",
	.example = "time,heart_rate / start,duration_s,stage / time,kind,value",
	.fields = csv_fields,
	.sniff = sniff,
	.read = read_csv,
};
