/* SPDX-License-Identifier: MIT */
/* The apple reader: export.xml of Apple's Health app (also in its export.zip, under any of
 * its localized names), as a stream: a real one has gigabytes,
 * and what is held does not grow with it (see the limits; samples are handed on). Sleep is
 * kept by source, each app and device by itself; a night's revision is the export's date: it
 * says what was true then. Records hold no id; a night's is its start and its source, and it
 * keeps it when its start moves (told.h).
 *
 * Deletions stand nowhere in an export: it is all that there is. A night that was told before,
 * of a source that the export still has, later than its first night and older than the export, and
 * that is not in it, is withdrawn; of a source that is gone as a whole (an app that was
 * deleted, a new phone) nothing is, since that may be no more than a narrower export, and a
 * damaged one withdraws nothing. What was told before is known with --to alone.
 *
 * Steps: iPhone and Watch both count the same steps. Of every hour the first source in the
 * file is taken.
 *
 * The document type is blanked: nothing in it is needed, some iOS 16 exports have a broken
 * one, and no entity can come from it. After a damaged place reading goes on at the next
 * Record. */
#include "apple_night.h"

#include <ctype.h>
#include <errno.h>
#include <expat.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vendor.h"

#define EXPAT_BYTES_MAX (16 * 1024 * 1024) /* an export takes 1 MiB; a hostile file any */
#define SAMPLE_BYTES    (16 * 1024 * 1024) /* then they are handed on */
#define RESUMES_MAX     1000               /* a file more broken than this is given up */

/* hours since 1970, to 2060 */
#define HOURS_MAX (90 * 8766)

static const char quantity[] = "HKQuantityTypeIdentifier";
static const char sleep_type[] = "HKCategoryTypeIdentifierSleepAnalysis";
static const char root[] = "<HealthData>", record[] = "<Record ";

static const struct taken {
	const char *type, *channel, *unit;
} takens[] = {
	{"HeartRate", "heart_rate", "count/min"},
	{"StepCount", "steps", "count"},
	{"HeartRateVariabilitySDNN", "hrv_sdnn", "ms"},
	{"RespiratoryRate", "resp_rate", "count/min"},
	{"OxygenSaturation", "spo2", "%"},
};

struct apple {
	struct reading *g;
	XML_Parser p;
	int err; /* of the collection: stops reading */
	int64_t exported;
	int64_t fed; /* bytes before the buffer that is being read */
	unsigned long line, resumes, sleep_refused;
	int lost, given_up; /* lost: looking for the next Record */
	struct apple_nights nights;
	uint8_t *hours; /* of every hour the source of its steps + 1 */
	char *counters[APPLE_SOURCES_MAX - 1];
	size_t n_counters;
};

struct attributes {
	const char *type, *value, *start, *end, *source, *unit;
};

/* --- what expat may hold --------------------------------------------------------------- */

/* expat hands its allocator no context; one file is read at a time */
static size_t held;

static void *
limited_realloc(void *old, size_t n)
{
	size_t had = old ? malloc_usable_size(old) : 0;
	if (n > EXPAT_BYTES_MAX || held - had + n > EXPAT_BYTES_MAX)
		return NULL;
	void *p = realloc(old, n ? n : 1);
	if (p)
		held += malloc_usable_size(p) - had;
	return p;
}

static void *
limited_malloc(size_t n)
{
	return limited_realloc(NULL, n);
}

static void
limited_free(void *p)
{
	held -= p ? malloc_usable_size(p) : 0;
	free(p);
}

/* --- records ---------------------------------------------------------------------------- */

static unsigned long
line_now(const struct apple *x)
{
	return x->line + (unsigned long)XML_GetCurrentLineNumber(x->p);
}

static const char *
take_sleep(struct apple *x, const struct attributes *a)
{
	struct apple_span span = {.stage = (uint8_t)apple_stage(a->value)};
	int from = 0, to = 0;
	const char *why = apple_time(x->g, a->start, &span.start, &from);

	if (!why)
		why = apple_time(x->g, a->end, &span.end, &to);
	if (!why && span.stage == STAGE_UNSPECIFIED)
		why = "a value that is none of Apple's stages";
	span.offset_start_min = (int16_t)from;
	span.offset_end_min = (int16_t)to;
	return why ? why : apple_nights_add(&x->nights, a->source, &span);
}

/* 1 if this source counts the steps of the hour. */
static int
counts_the_hour(struct apple *x, const char *source, int64_t t)
{
	int64_t hour = t / HOUR_MS;
	size_t i;

	if (hour < 0 || hour >= HOURS_MAX)
		return 0;
	if (!x->hours)
		x->hours = xcalloc(HOURS_MAX, 1);
	for (i = 0; i < x->n_counters && strcmp(x->counters[i], source) != 0;)
		i++;
	if (i == array_len(x->counters))
		return 0;
	if (i == x->n_counters)
		x->counters[x->n_counters++] = xstrdup(source);
	if (!x->hours[hour])
		x->hours[hour] = (uint8_t)(i + 1);
	return x->hours[hour] == i + 1;
}

static const char *
take_sample(struct apple *x, const struct taken *k, const struct attributes *a)
{
	const struct channel *ch = channel_by_name(k->channel);
	char *end;
	int64_t t;
	int offset = 0;
	int32_t wire;
	const char *why = apple_time(x->g, a->start, &t, &offset);

	if (why)
		return why;
	if (!a->unit || strcmp(a->unit, k->unit) != 0)
		return "a unit that is not Apple's for this";
	if (!a->value || !isdigit((unsigned char)*a->value) || strpbrk(a->value, "xX"))
		return "no number";
	double v = strtod(a->value, &end);
	if (*end)
		return "no number";
	if (*k->unit == '%' && v <= 1)
		v *= 100; /* a share, whatever the unit says */
	if (!collect_wire_value(ch, v, &wire))
		return "a value that is not plausible";
	if (strcmp(k->channel, "steps") == 0 &&
		!counts_the_hour(x, a->source ? a->source : "", t)) {
		fidelity_refused(x->g->fidelity,
			"Record@type=HKQuantityTypeIdentifierStepCount",
			"another source counts the steps of this hour");
		return NULL;
	}
	x->err = collect_sample(x->g->to, x->g->person, ch, t, wire);
	x->g->used++;
	return NULL;
}

static const struct taken *
taken_of(const char *type)
{
	if (strncmp(type, quantity, sizeof quantity - 1) != 0)
		return NULL;
	for (size_t i = 0; i < array_len(takens); i++)
		if (strcmp(type + sizeof quantity - 1, takens[i].type) == 0)
			return &takens[i];
	return NULL;
}

static void
explain(struct apple *x, const char *name, const char **atts, const char *type,
	int is_taken)
{
	char path[FIDELITY_PATH_MAX];

	if (type) {
		snprintf(path, sizeof path, "Record@type=%s", type);
		fidelity_saw(x->g->fidelity, path, type);
	} else {
		fidelity_saw(x->g->fidelity, name, atts[0] ? atts[1] : "yes");
	}
	for (; is_taken && *atts; atts += 2) {
		snprintf(path, sizeof path, "Record@%s", atts[0]);
		fidelity_saw(x->g->fidelity, path, atts[1]);
	}
}

static void
find_attributes(const char **atts, struct attributes *a)
{
	static const char *const names[] = {
		"type", "value", "startDate", "endDate", "sourceName", "unit"};
	const char **const slots[] = {
		&a->type, &a->value, &a->start, &a->end, &a->source, &a->unit};

	for (; *atts; atts += 2)
		for (size_t i = 0; i < array_len(names); i++)
			if (**atts == *names[i] && strcmp(*atts, names[i]) == 0)
				*slots[i] = atts[1];
}

static void
take_record(struct apple *x, const char **atts)
{
	struct attributes a = {0};

	/* the type stands first; of most of the file nothing else is looked at */
	if (*atts && strcmp(atts[0], "type") == 0 && !taken_of(atts[1]) &&
		strcmp(atts[1], sleep_type) != 0) {
		if (x->g->fidelity)
			explain(x, "Record", atts, atts[1], 0);
		return;
	}
	find_attributes(atts, &a);
	const struct taken *k = a.type ? taken_of(a.type) : NULL;
	int is_sleep = a.type && strcmp(a.type, sleep_type) == 0;
	if (x->g->fidelity)
		explain(x, "Record", atts, a.type, k || is_sleep);
	const char *why = k ? take_sample(x, k, &a) : is_sleep ? take_sleep(x, &a) : NULL;
	if (why)
		report_refuse(x->g->report, line_now(x), "%s: %s",
			k ? k->channel : "sleep", why);
	x->sleep_refused += why && is_sleep;
	if (!why && is_sleep)
		x->g->used++;
	if (x->err < 0)
		XML_StopParser(x->p, XML_FALSE);
}

static void XMLCALL
element(void *ctx, const XML_Char *name, const XML_Char **atts)
{
	struct apple *x = ctx;
	int offset;

	if (strcmp(name, "Record") == 0) {
		take_record(x, atts);
		return;
	}
	if (x->g->fidelity)
		explain(x, name, atts, NULL, 0);
	if (strcmp(name, "ExportDate") == 0 && *atts && strcmp(atts[0], "value") == 0 &&
		apple_time(x->g, atts[1], &x->exported, &offset) != NULL)
		x->exported = 0;
}

/* --- the stream ------------------------------------------------------------------------- */

static void
handlers(struct apple *x)
{
	XML_SetUserData(x->p, x);
	XML_SetStartElementHandler(x->p, element);
}

/* Turns <!DOCTYPE ... [ ... ]> into blanks; it is in the first bytes or nowhere. */
static void
blank_doctype(char *head, size_t n)
{
	char *from = memmem(head, n, "<!DOCTYPE", 9), *end = head + n;
	char *first = memmem(head, n, "<HealthData", 11);

	if (!from || (first && first < from))
		return;
	char *open = memchr(from, '[', (size_t)(end - from));
	char *to = memchr(from, '>', (size_t)(end - from));
	if (open && to && open < to) {
		char *close = memmem(open, (size_t)(end - open), "]>", 2);
		to = close ? close + 1 : NULL;
	}
	for (; to && from <= to; from++)
		if (*from != '\n')
			*from = ' ';
}

/* After an error in buf: where it is safe to read on, in a new document; n: nowhere here. */
static size_t
resume(struct apple *x, const char *buf, size_t n, size_t from)
{
	const char *next = memmem(buf + from, n - from, record, sizeof record - 1);
	size_t at = next ? (size_t)(next - buf) : n;

	for (size_t i = from; i < at; i++)
		x->line += buf[i] == '\n';
	x->lost = !next;
	if (x->lost)
		return n;
	if (!XML_ParserReset(x->p, "UTF-8"))
		x->given_up = 1;
	handlers(x);
	x->fed = -(int64_t)at + (int64_t)sizeof root - 1;
	if (XML_Parse(x->p, root, sizeof root - 1, 0) != XML_STATUS_OK)
		x->given_up = 1;
	return at;
}

static void
stumble(struct apple *x)
{
	enum XML_Error e = XML_GetErrorCode(x->p);

	report_refuse(x->g->report, line_now(x), "%s",
		e == XML_ERROR_NO_ELEMENTS || e == XML_ERROR_UNCLOSED_TOKEN
			? "the file ends in the middle of the export"
			: XML_ErrorString(e));
	x->given_up = e == XML_ERROR_NO_MEMORY || ++x->resumes > RESUMES_MAX;
	if (x->given_up)
		report_refuse(x->g->report, 0, "too damaged; the rest was not read");
	x->line = line_now(x) - 1; /* the lines of the next parser count from here */
}

static int
feed(struct apple *x, const char *buf, size_t n)
{
	size_t at = x->lost ? resume(x, buf, n, 0) : 0;

	while (at < n && !x->given_up) {
		if (XML_Parse(x->p, buf + at, (int)(n - at), 0) == XML_STATUS_OK)
			break;
		if (x->err < 0)
			return x->err;
		int64_t bad = XML_GetCurrentByteIndex(x->p) - x->fed;
		stumble(x);
		if (!x->given_up)
			at = resume(x, buf, n,
				bad < (int64_t)at  ? at
				: bad < (int64_t)n ? (size_t)bad + 1
						   : n);
	}
	x->fed += (int64_t)n;
	return 0;
}

static int
stream(struct apple *x, struct input *in)
{
	int r = input_fill(in, INPUT_BUFFER);

	blank_doctype(in->buf + in->start, in->end - in->start);
	while (r == 0 && in->end > in->start && !x->given_up) {
		r = feed(x, in->buf + in->start, in->end - in->start);
		in->start = in->end;
		if (r == 0)
			r = input_fill(in, 1);
		report_progress(x->g->report, "%lu records", x->g->used);
	}
	if (r == 0 && !x->given_up && !x->lost &&
		XML_Parse(x->p, "", 0, 1) != XML_STATUS_OK)
		stumble(x);
	return r;
}

static int
read_apple(struct input *in, struct reading *g)
{
	static const XML_Memory_Handling_Suite limited = {
		limited_malloc, limited_realloc, limited_free};
	struct apple x = {.g = g};
	size_t bytes_max = g->to->bytes_max;

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	x.p = XML_ParserCreate_MM(NULL, &limited, NULL);
	if (!x.p)
		return -ENOMEM;
	handlers(&x);
	if (bytes_max == 0 || bytes_max > SAMPLE_BYTES)
		g->to->bytes_max = SAMPLE_BYTES;
	int r = stream(&x, in);
	g->to->bytes_max = bytes_max;
	XML_ParserFree(x.p);
	/* what was read before a broken end is kept; what is missing is then no news */
	x.nights.kind = "apple";
	x.nights.is_whole = 1;
	x.nights.revision = x.exported;
	int put = 0;
	if (r == 0 && x.exported && !x.resumes && !x.lost && !x.sleep_refused)
		put = apple_nights_cover(&x.nights, g, x.exported);
	if (put == 0)
		put = apple_nights_put(&x.nights, g);
	apple_nights_finish(&x.nights);
	for (size_t i = 0; i < x.n_counters; i++)
		free(x.counters[i]);
	free(x.hours);
	return r < 0 ? r : put;
}

static int
sniff(const char *head, size_t n)
{
	return memmem(head, n, "<!DOCTYPE HealthData", 20) ||
	       memmem(head, n, "<HealthData", 11);
}

#define QUANTITY "Record@type=HKQuantityTypeIdentifier"
#define CATEGORY "Record@type=HKCategoryTypeIdentifier"

static const struct field fields[] = {
	{CATEGORY "SleepAnalysis", "stage", "a night by source; gaps up to 1 h join"},
	{QUANTITY "HeartRate", "heart_rate", "rounded to 0.1"},
	{QUANTITY "HeartRateVariabilitySDNN", "hrv_sdnn", "rounded to 0.1 ms"},
	{QUANTITY "RespiratoryRate", "resp_rate", "rounded to 0.1"},
	{QUANTITY "OxygenSaturation", "spo2", "a share: times 100, rounded to 0.1"},
	{QUANTITY "StepCount", "steps", "at its start; one source an hour"},
	{"Record@type", "channel", "decides what it is"},
	{"Record@value", "value", NULL},
	{"Record@startDate", "start", "UTC and offset; a sample's time"},
	{"Record@endDate", "end", "of sleep only"},
	{"Record@sourceName", "app", "of sleep; keeps sources apart"},
	{"Record@unit", NULL, "checked: must be Apple's"},
	{"Record@sourceVersion", NULL, "says nothing about sleep"},
	{"Record@device", NULL, "changes with every update; sourceName is stable"},
	{"Record@creationDate", NULL, "the export's date is the revision"},
	{"ExportDate", "revision",
		"of every night in the file; what was told before and is not in it is "
		"withdrawn"},
	{"HealthData", NULL, "frame"},
	{"Me", NULL, "not read: nothing about a person is needed"},
	{"MetadataEntry", NULL, "not read"},
	{"Workout", NULL, "not read"},
	{"WorkoutRoute", NULL, "not read"},
	{"WorkoutEvent", NULL, "not read"},
	{"WorkoutStatistics", NULL, "not read"},
	{"Location", NULL, "not read"},
	{"Correlation", NULL, "not read; its Records stand outside as well"},
	{"ActivitySummary", NULL, "not read"},
	{QUANTITY "ActiveEnergyBurned", NULL, "not read"},
	{QUANTITY "BasalEnergyBurned", NULL, "not read"},
	{QUANTITY "DistanceWalkingRunning", NULL, "not read"},
	{QUANTITY "BodyMass", NULL, "not read"},
	{QUANTITY "BodyMassIndex", NULL, "not read"},
	{QUANTITY "RestingHeartRate", NULL, "not read: Apple's own daily number"},
	{QUANTITY "AppleSleepingWristTemperature", NULL, "not read: no baseline stated"},
	{0},
};

const struct reader reader_apple = {
	.name = "apple",
	.carries = "export.zip of Apple's Health app, or the export.xml in it: sleep by "
		   "source, heart rate, HRV, breaths, oxygen, steps",
	.example = "<HealthData> <Record type=\"HKCategoryTypeIdentifierSleepAnalysis\" "
		   ".../>",
	.fields = fields,
	.sniff = sniff,
	.read = read_apple,
};
