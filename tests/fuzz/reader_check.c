// SPDX-License-Identifier: MIT
// Reads one file as the bridge does and checks what must hold of anything that is taken from it,
// and of every word that is said about what is not.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batcher.h"
#include "marks.h"
#include "reader_cases.h"
#include "reader_work.h"
#include "stages.h"
#include "told.h"

#include "dozed/v1/batch.pb-c.h"

#define BYTES_MAX  (256 * 1024) /* of samples held: small, so that handing on is seen */
#define WRITTEN_MS INT64_C(1780000000000)
#define OFFSET_MAX (18 * 60)

#define HOLDS(x)                                                                         \
	do {                                                                             \
		if (!(x)) {                                                              \
			fprintf(stderr, "broken: %s (%s:%d)\n", #x, __FILE__, __LINE__); \
			abort();                                                         \
		}                                                                        \
	} while (0)

struct run {
	struct collect found;
	struct outcome *out;
	struct zone *zone;
	struct marks *marks; /* NULL: nothing is known of earlier */
};

/* ---- what was taken ---------------------------------------------------------------------- */

static void
check_session(const struct found_session *s)
{
	int64_t end = 0;

	HOLDS(s->record_id[0] && memchr(s->record_id, 0, sizeof s->record_id));
	HOLDS(memchr(s->app, 0, sizeof s->app));
	HOLDS(s->status <= RECORD_DELETED && s->kind <= SLEEP_NAP);
	HOLDS(s->n_metrics <= COLLECT_METRICS_MAX && s->n_stages <= COLLECT_STAGES_MAX);
	for (uint32_t i = 0; i < s->n_metrics; i++)
		HOLDS(isfinite(s->metrics[i].value) && s->metrics[i].metric > 0);
	if (s->status == RECORD_DELETED && s->start == 0 && s->end == 0)
		return;
	HOLDS(s->start < s->end &&
		s->end - s->start <= COLLECT_SESSION_MAX_S * SECOND_MS);
	HOLDS(abs(s->offset_start_min) <= OFFSET_MAX &&
		abs(s->offset_end_min) <= OFFSET_MAX);
	for (uint32_t i = 0; i < s->n_stages; i++) {
		HOLDS(s->stages[i].stage > STAGE_UNSPECIFIED &&
			s->stages[i].stage < STAGE_COUNT);
		HOLDS(s->stages[i].duration_s > 0 && s->stages[i].offset_s >= end);
		end = (int64_t)s->stages[i].offset_s + s->stages[i].duration_s;
	}
	HOLDS(end * SECOND_MS < s->end - s->start + SECOND_MS);
}

static void
check_wearer(const struct wearer *w)
{
	HOLDS(id_is_valid(w->id));
	for (size_t i = 0; i < w->n_sessions; i++)
		check_session(&w->sessions[i]);
	for (size_t i = 0; i < w->n_ratings; i++)
		HOLDS(w->ratings[i].kind > 0 && w->ratings[i].kind < RATING_KINDS &&
			w->ratings[i].value >= 0 && w->ratings[i].value <= 10);
	for (int k = 0; k < COLLECT_CHANNELS; k++) {
		const struct channel *ch = channel_by_wire(k);
		for (size_t i = 0; i < w->channel[k].n; i++) {
			double v = w->channel[k].v[i].v * ch->scale;
			HOLDS(v >= ch->min - ch->scale && v <= ch->max + ch->scale);
		}
	}
}

/* The hub takes it whole: nothing of it is left out. */
static void
check_batch(
	const struct wearer *w, const Dozed__V1__Batch *b, const uint8_t *bytes, size_t n)
{
	static uint8_t memory[DECODE_ARENA_SIZE];
	struct device_id from = {.source = "fuzz", .device = "file"};
	char why[DECODE_WHY_LEN] = "";
	struct batch decoded;
	struct arena a;

	HOLDS(n <= PACK_PAYLOAD_MAX);
	snprintf(from.person, sizeof from.person, "%s", w->id);
	arena_init(&a, memory, sizeof memory);
	if (decode_batch(
		    &a, &from, UTC(CASE_NOW), UTC(CASE_NOW), bytes, n, &decoded, why)) {
		fprintf(stderr, "broken: the hub refuses this: %s\n", why);
		abort();
	}
	HOLDS(decoded.n_sessions == b->n_sessions && decoded.n_ratings == b->n_ratings);
	HOLDS(decoded.n_series == b->n_series && decoded.refused_samples == 0 &&
		decoded.ignored_series == 0);
}

static int
put(void *ctx, struct wearer *w, Dozed__V1__Batch *b)
{
	struct run *run = ctx;

	b->epoch = b->seq = 1;
	b->sent_ms = CASE_NOW;
	size_t n = dozed__v1__batch__get_packed_size(b);
	uint8_t *bytes = xcalloc(n, 1);
	dozed__v1__batch__pack(b, bytes);
	check_batch(w, b, bytes, n);
	blob_add(&run->out->batches, w->id, strlen(w->id) + 1);
	blob_add(&run->out->batches, bytes, n);
	free(bytes);
	return 0;
}

static int
samples_full(void *ctx)
{
	struct run *run = ctx;

	collect_sort(&run->found);
	for (size_t i = 0; i < run->found.n_people; i++)
		check_wearer(run->found.people[i]);
	int r = batcher_run(&run->found, run->zone, UTC(CASE_NOW), PACK_SERIES,
		&(struct outlet){put, run});
	collect_drop_samples(&run->found);
	return r;
}

/* ---- what was said ----------------------------------------------------------------------- */

/* Said of the file as a whole, for which its name is place enough. */
static const char *const whole[] = {"empty", "whose is it?", "too damaged;",
	"not an SQLite database", "it is cut off", "it cannot be opened",
	"a packed database", "it was changed", "damaged or cut-off", "a zip file",
	"it has no table of data"};

static void
check_line(const char *line, const char *path)
{
	size_t n = strlen(path);
	const char *reason;
	unsigned long number;
	char *end;

	HOLDS(strncmp(line, path, n) == 0 && line[n] == ':');
	line += n + 1;
	number = strtoul(line, &end, 10);
	if (number > 0 && *line != ' ') { /* a line of the file */
		HOLDS(end[0] == ':' && end[1] == ' ');
		reason = end + 2;
	} else {
		HOLDS(*line == ' ');
		reason = line + 1;
		if (strstr(reason, "refused, of which"))
			return;
		int placed = strstr(reason, ": ") != NULL;
		for (size_t i = 0; i < array_len(whole); i++)
			placed |= strncmp(reason, whole[i], strlen(whole[i])) == 0;
		if (!placed)
			fprintf(stderr, "broken: no place in \"%s\"\n", reason);
		HOLDS(placed);
	}
	HOLDS(strlen(reason) > 3 && reason[strlen(reason) - 1] != ' ');
}

static void
check_said(const struct outcome *o, const char *path)
{
	char *copy = xstrdup(o->said), *rest = NULL;
	unsigned long lines = 0;

	for (char *line = strtok_r(copy, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest)) {
		check_line(line, path);
		lines++;
	}
	HOLDS((lines > 0) == (o->refused > 0));
	free(copy);
}

/* ---- one file ---------------------------------------------------------------------------- */

/* In memory that ends where the file's head ends. */
static void
sniff_all(const struct input *in)
{
	size_t n = in->end - in->start;
	n = n < INPUT_SNIFF ? n : INPUT_SNIFF;
	char *head = xcalloc(n ? n : 1, 1);

	memcpy(head, in->buf + in->start, n);
	for (size_t i = 0; readers[i]; i++)
		(void)readers[i]->sniff(head, n);
	free(head);
}

static void
finish_reading(struct run *run, struct report *report)
{
	struct outcome *o = run->out;
	struct collect *c = &run->found;

	HOLDS(stages_to_sessions(c, run->zone, report) == 0);
	HOLDS(told_apply(c, run->marks) == 0);
	report_end(report);
	o->refused = report->refused;
	collect_sort(c);
	for (size_t i = 0; i < c->n_people; i++)
		check_wearer(c->people[i]);
	HOLDS(batcher_run(c, run->zone, UTC(CASE_NOW), PACK_ALL,
		      &(struct outlet){put, run}) == 0);
	o->samples = c->samples;
	o->sessions = c->sessions;
	o->ratings = c->ratings;
	collect_finish(c);
}

void
case_read(const struct reader *reader, const struct case_file *file, struct outcome *ret)
{
	static struct zone *berlin, *utc;
	struct run run = {.out = ret};
	struct fidelity fidelity = {0};
	struct marks marks = {0};
	struct input in;
	size_t said_n;

	if (!berlin && (zone_open("Europe/Berlin", &berlin) || zone_open("UTC", &utc)))
		abort();
	*ret = (struct outcome){0};
	run.zone = berlin;
	run.found.bytes_max = BYTES_MAX;
	run.found.full = samples_full;
	run.found.full_ctx = &run;
	run.found.revision = WRITTEN_MS;
	FILE *said = open_memstream(&ret->said, &said_n);
	struct report report = {.to = said};
	struct reading g = {.to = &run.found,
		.report = &report,
		.zone = berlin,
		.utc = utc,
		.now = UTC(CASE_NOW),
		.path = file->path,
		.whose = "anna/fuzz/file",
		.person = file->person};
	g.fidelity = file->explain ? &fidelity : NULL;
	g.marks = run.marks = file->explain ? &marks : NULL;
	report_file(&report, file->path);
	work_begin();
	HOLDS(input_open(&in, file->path) == 0);
	ret->result = input_fill(&in, INPUT_SNIFF);
	if (ret->result == 0) {
		sniff_all(&in);
		ret->result = reader->read(&in, &g);
	}
	input_close(&in);
	HOLDS(run.found.bytes <= BYTES_MAX + sizeof(struct sample));
	if (ret->result < 0)
		report_refuse(&report, 0, "damaged or cut-off: %d", ret->result);
	ret->used = g.used;
	finish_reading(&run, &report);
	work_end(file->size);
	fclose(said);
	fidelity_finish(&fidelity);
	marks_finish(&marks);
	check_said(ret, file->path);
}

void
outcome_finish(struct outcome *o)
{
	blob_finish(&o->batches);
	free(o->said);
	*o = (struct outcome){0};
}
