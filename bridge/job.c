/* SPDX-License-Identifier: MIT */
/* One run, see job.h. */
#include "job.h"

#include "outcome.h"
#include "sim.h"
#include "stages.h"
#include "told.h"
#include "unknown.h"
#include "unzip.h"
#include "walk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int
complain(const char *what, const char *text, const char *why)
{
	fprintf(stderr, "dozed-bridge: %s \"%s\": %s\n", what, text, why);
	return JOB_E_USAGE;
}

static int
check_id(const char *what, const char *id)
{
	if (!id || id_is_valid(id))
		return 0;
	return complain(what, id, "only a-z 0-9 _ -, at most 32 of them");
}

static int
read_now(struct job *j)
{
	struct timespec ts;

	if (j->options->now) {
		if (civil_time_parse(j->options->now, NULL, &j->now, NULL))
			return 0;
		return complain("--now", j->options->now, "not a time with a zone");
	}
	clock_gettime(CLOCK_REALTIME, &ts);
	j->now = UTC((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
	return 0;
}

static int
samples_full(void *ctx)
{
	struct job *j = ctx;

	collect_sort(&j->found);
	if (j->to.put) /* --explain hands nothing on */
		j->broken = batcher_run(&j->found, j->zone, j->now, PACK_SERIES, &j->to);
	collect_drop_samples(&j->found);
	return j->broken;
}

int
job_init(struct job *j, struct options *o)
{
	int r;

	*j = (struct job){.options = o};
	j->source_of_reader = !o->source && strcmp(o->format, "auto") == 0;
	j->found.full = samples_full;
	j->found.full_ctx = j;
	if (strcmp(o->format, "auto") != 0 && strcmp(o->format, "sim") != 0 &&
		strcmp(o->format, "send") != 0) {
		j->reader = reader_by_name(o->format);
		if (!j->reader)
			return complain("format", o->format,
				"unknown; `dozed-bridge formats` lists them");
	}
	if ((r = check_id("--person", o->person)) ||
		(r = check_id("--source", o->source)) ||
		(r = check_id("--device", o->device)) || (r = read_now(j)))
		return r;
	if (!*o->topic_root || strlen(o->topic_root) > 64 ||
		strpbrk(o->topic_root, "#+") || o->topic_root[0] == '/' ||
		o->topic_root[strlen(o->topic_root) - 1] == '/')
		return complain("--topic-root", o->topic_root, "not a topic");
	if (o->zone && zone_open(o->zone, &j->zone) < 0)
		return complain("--zone", o->zone, "no such time zone");
	if (zone_open("UTC", &j->utc) < 0)
		j->utc = NULL; /* a machine without zone data still reads times in UTC */
	return 0;
}

static void
forget_paths(struct job *j)
{
	for (size_t i = 0; i < j->n_paths; i++)
		free(j->paths[i]);
	j->n_paths = 0;
}

void
job_finish(struct job *j)
{
	collect_finish(&j->found);
	fidelity_finish(&j->fidelity);
	zone_free(j->zone);
	zone_free(j->utc);
	forget_paths(j);
	free(j->paths);
}

/* Everything found so far becomes batches; then nothing is found, only counted. */
static int
hand_on(struct job *j)
{
	int r = stages_to_sessions(&j->found, j->zone, &j->report);

	if (r == 0 && j->to.put)
		r = told_apply(&j->found, j->marks);
	if (r == 0 && j->to.put) {
		collect_sort(&j->found);
		r = batcher_run(&j->found, j->zone, j->now, PACK_ALL, &j->to);
	}
	collect_empty(&j->found);
	return r;
}

static const char *
keep_path(struct job *j, const char *path)
{
	if (j->n_paths == j->cap_paths) {
		j->cap_paths = j->cap_paths ? 2 * j->cap_paths : 16;
		j->paths = xrealloc(j->paths, j->cap_paths, sizeof *j->paths);
	}
	return j->paths[j->n_paths++] = xstrdup(path);
}

static const char *
read_fault(int err)
{
	switch (err) {
	case -EBADMSG:
		return "damaged or cut-off gzip or zip; what came before it was read";
	case -E2BIG:
		return "it unpacks to far more than it is; the rest was not read";
	case -ENOSPC:
		return "too many people";
	case -EFBIG:
		return "too large for this format";
	}
	return strerror(-err);
}

static void
cannot_read(struct job *j, const char *why)
{
	report_refuse(&j->report, 0, "%s", why);
	j->failed = 1;
}

/* 1: the file's kind fits; reports what does not. */
static int
choose(struct job *j, struct input *in, int in_directory, const struct reader **ret)
{
	size_t n = in->end - in->start;
	const char *head = in->buf + in->start;

	n = n < INPUT_SNIFF ? n : INPUT_SNIFF;
	*ret = j->reader ? j->reader : reader_by_sniff(head, n);
	/* a directory holds other things too */
	if (in_directory && !(*ret && (*ret)->sniff(head, n)))
		return 0;
	if (!*ret) {
		report_refuse(&j->report, 0, "%s", unknown_why(head, n));
		j->failed = 1;
	}
	return *ret != NULL;
}

/* One source, one reader: the records of two makers would not be told apart. What was found
 * under another source is handed on first. */
static int
set_source(struct job *j, const struct reader *reader)
{
	const char *before = j->options->source, *file = j->report.file;

	j->first = j->first ? j->first : reader;
	if (!j->source_of_reader || before == reader->name)
		return 0;
	if (before && j->found.n_people)
		j->broken = hand_on(j);
	report_file(&j->report, file); /* stages are refused by the file they came from */
	j->options->source = reader->name;
	return j->broken;
}

/* What the file held and what comes of it; then it is forgotten. */
static int
explain(struct job *j, const struct reader *reader, const char *path,
	const unsigned long *before)
{
	int r = stages_to_sessions(&j->found, j->zone, &j->report);
	if (r == 0) {
		printf("%s%s, read as %s\n", j->files > 1 ? "\n" : "", path,
			reader->name);
		fidelity_print(&j->fidelity, reader->fields);
		outcome_print(&j->found, before);
	}
	collect_empty(&j->found);
	return r;
}

/* Reads what was opened. path: for messages; kept. */
static void
one_input(struct job *j, struct input *in, const char *path, int in_directory)
{
	const struct reader *reader;
	char whose[3 * (ID_MAX + 1)];
	unsigned long of_channel[COLLECT_CHANNELS];
	struct reading g = {.to = &j->found,
		.report = &j->report,
		.zone = j->zone,
		.utc = j->utc,
		.person = j->person ? j->person : j->options->person,
		.now = j->now};

	g.marks = j->marks;
	g.whose = whose;
	g.fidelity = j->options->explain ? &j->fidelity : NULL;
	g.path = path;
	int r = input_fill(in, INPUT_SNIFF);
	if (r == 0 && choose(j, in, in_directory, &reader) &&
		set_source(j, reader) == 0) {
		snprintf(whose, sizeof whose, "%s/%s/%s", g.person ? g.person : "",
			j->options->source ? j->options->source : "",
			j->options->device ? j->options->device : "");
		j->files++;
		memcpy(of_channel, j->found.of_channel, sizeof of_channel);
		j->found.revision = in->written_ms ? in->written_ms : j->now.ms;
		r = reader->read(in, &g);
		j->found.revision = 0;
		if (g.fidelity && r == 0)
			r = explain(j, reader, g.path, of_channel);
		if (r == 0 && g.used == 0 && j->report.file_refused == 0)
			report_note(
				&j->report, "no sleep, no samples and no ratings in it");
		j->used += g.used;
	}
	if (r < 0 && !j->broken)
		cannot_read(j, read_fault(r));
}

/* --- zip files: directories of their own ------------------------------------------------ */

struct unzipping {
	struct job *j;
	const char *path;
	unsigned long passed_over;
};

/* Begins the messages about an entry. */
static const char *
entry_path(struct unzipping *u, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", u->path, name);
	const char *kept = keep_path(u->j, path);
	report_file(&u->j->report, kept);
	return kept;
}

static int
one_entry(void *ctx, const char *name, struct input *in)
{
	struct unzipping *u = ctx;
	unsigned long files = u->j->files, refused = u->j->report.refused;

	one_input(u->j, in, entry_path(u, name), 1);
	if (u->j->files > files || u->j->report.refused > refused)
		return u->j->broken;
	if (u->j->options->verbose && u->passed_over < REPORT_SHOWN_MAX)
		report_note(&u->j->report, "passed over: no reader knows it");
	u->passed_over++;
	report_file(&u->j->report, u->path);
	free(u->j->paths[--u->j->n_paths]); /* nothing refers to it */
	return 0;
}

static void
refuse_entry(void *ctx, const char *name, const char *why)
{
	struct unzipping *u = ctx;

	if (name)
		entry_path(u, name);
	else
		report_file(&u->j->report, u->path);
	cannot_read(u->j, why);
}

static void
one_zip(struct job *j, const char *path, int in_directory, int64_t written_ms)
{
	struct unzipping x = {j, path, 0};
	struct unzip u = {path, j->now, written_ms, one_entry, refuse_entry, &x};
	unsigned long files = j->files, refused = j->report.refused;
	int r = unzip_each(&u);

	report_file(&j->report, path);
	if (r == 0 && !in_directory && j->files == files && j->report.refused == refused)
		cannot_read(j, "a zip with nothing in it that this reads");
	if (j->options->verbose && x.passed_over)
		report_note(&j->report, "%lu entries read, %lu passed over",
			j->files - files, x.passed_over);
}

static int
one_file(void *ctx, const char *file, int in_directory)
{
	struct job *j = ctx;
	struct input in;
	int among = in_directory || j->among_others;
	const char *path = keep_path(j, strcmp(file, "-") == 0 ? "standard input" : file);

	report_file(&j->report, path);
	int r = input_open(&in, file);
	if (r == 0)
		r = input_fill(&in, INPUT_SNIFF);
	if (r < 0)
		cannot_read(j, read_fault(r));
	else if (unzip_sniff(in.buf + in.start, in.end - in.start))
		one_zip(j, path, among, in.written_ms);
	else
		one_input(j, &in, path, among);
	input_close(&in);
	return j->broken;
}

static int
read_path(struct job *j, const char *path)
{
	int r = walk(path, one_file, j);

	if (r < 0 && !j->broken) {
		report_file(&j->report, keep_path(j, path));
		cannot_read(j, strerror(-r));
	}
	return j->broken;
}

int
job_read(struct job *j)
{
	if (strcmp(j->options->format, "sim") == 0)
		return sim_job(j);
	for (int i = 0; i < j->options->n_paths && !j->broken; i++)
		if (read_path(j, j->options->paths[i]) < 0)
			break;
	return j->broken;
}

int
job_flush(struct job *j)
{
	report_end(&j->report);
	report_progress_end(&j->report);
	return hand_on(j);
}

int
job_status(const struct job *j)
{
	if (j->used == 0 && strcmp(j->options->format, "send") != 0)
		return 2;
	return j->report.refused || j->failed ? 1 : 0;
}

int
job_take(struct job *j, const struct job_item *item, struct job_result *ret)
{
	const struct reader *by_options = j->reader;
	struct job before = *j;

	j->broken = j->failed = 0;
	j->person = item->person;
	j->among_others = item->among_others;
	if (item->reader)
		j->reader = item->reader;
	int r = read_now(j);
	if (r == 0)
		r = read_path(j, item->path);
	if (r == 0)
		r = job_flush(j);
	else
		report_end(&j->report);
	*ret = (struct job_result){j->files - before.files, j->used - before.used,
		j->report.refused - before.report.refused, j->failed};
	collect_empty(&j->found);
	report_file(&j->report, NULL);
	forget_paths(j);
	j->reader = by_options;
	j->person = NULL;
	j->among_others = 0;
	return r;
}
