/* SPDX-License-Identifier: MIT */
/* One file or document after another, each with its batches in one transaction; see serve.h. */
#include "serve_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "hand.h"
#include "recording.h"
#include "seen.h"
#include "spool.h"

#define DOCUMENTS_A_TURN 16

/* --- into the spool --------------------------------------------------------------------- */

/* Not called from within the loop, which may therefore turn here. */
static int
wait_for_room(struct serve *s)
{
	int r = spool_commit(s->flight.spool);

	serve_say_full(s);
	hand_empty(
		spool_path(s->flight.spool)); /* what ends us while we wait is not it */
	while (r == 0 && !s->stopping && spool_is_full(s->flight.spool))
		serve_turn(s, UV_RUN_ONCE);
	return r == 0 && s->stopping ? -ECANCELED : r;
}

int
serve_put(void *ctx, struct wearer *w, struct Dozed__V1__Batch *b)
{
	struct serve *s = ctx;
	struct spool *spool = s->flight.spool;
	struct device_id from;
	int r;

	outlet_device(&from, w, s->o);
	if (s->may_wait && s->held == SERVE_TOGETHER)
		spool_hold(spool, 0);
	while ((r = spool_put(spool, &from, b, s->job->now)) == SPOOL_E_FULL)
		if ((r = wait_for_room(s)) < 0)
			return r;
	s->flight.puts += r == 0;
	if (r == 0 && ++s->held > SERVE_TOGETHER && s->may_wait &&
		s->held % SPOOL_COMMIT_EVERY == 0)
		serve_turn(s, UV_RUN_NOWAIT);
	return r;
}

int
serve_may_take(const struct serve *s)
{
	return !s->stopping && !s->is_taking && !spool_is_full(s->flight.spool) &&
	       monotonic_ms() >= s->pause_ms;
}

/* All 0: it is gone. */
static struct stamp
stamp_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (struct stamp){0};
	return (struct stamp){st.st_size,
		(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
		(int64_t)st.st_ino};
}

/* --- one job ---------------------------------------------------------------------------- */

/* Reads it and puts its batches and marks into the open transaction. */
static int
read_item(struct serve *s, const struct job_item *item, int may_wait,
	struct job_result *ret)
{
	struct stamp stamp = stamp_of(item->path);

	s->is_taking = 1;
	s->is_left_out =
		hand_take(spool_path(s->flight.spool), item->path, &stamp) >= HAND_MAX;
	if (s->is_left_out) {
		report_file(&s->job->report, item->path);
		report_refuse(&s->job->report, 0,
			"reading it has ended the bridge %d times: it is left out",
			HAND_MAX);
		report_file(&s->job->report, NULL);
		*ret = (struct job_result){.refused = 1, .failed = 1};
		return 0;
	}
	s->may_wait = may_wait;
	s->held = 0;
	spool_hold(s->flight.spool, 1);
	int r = job_take(s->job, item, ret);
	if (r == 0 && s->marks.n)
		r = spool_marks_save(s->flight.spool, &s->marks);
	return r;
}

/* Commits what was read, or takes it back: then it comes again later. */
static int
settle(struct serve *s, int r)
{
	struct spool *spool = s->flight.spool;

	spool_hold(spool, 0);
	if (r == 0)
		r = spool_commit(spool);
	hand_empty(spool_path(spool));
	s->is_taking = 0;
	if (r == 0) {
		s->said.broken = 0;
		return 0;
	}
	int back = spool_rollback(spool);
	if (back == 0) { /* the marks are as the spool has them */
		marks_finish(&s->marks);
		back = spool_marks_load(spool, &s->marks);
	}
	if (r == -ECANCELED)
		return r;
	serve_say_broken(s, back < 0 ? back : r);
	s->pause_ms = monotonic_ms() + SERVE_PAUSE_MS;
	return r;
}

static int
is_unreadable(const struct job_result *got)
{
	return got->failed || (got->used == 0 && got->refused > 0);
}

static void
told(const struct serve *s, const char *path, const struct job_result *got)
{
	if (s->o->verbose && got->files)
		fprintf(stderr, "dozed-bridge: %s: %lu read, %lu refused, %lu %s\n", path,
			got->used, got->refused, s->held,
			s->held == 1 ? "batch" : "batches");
}

/* --- files ------------------------------------------------------------------------------ */

/* 0: too large, or it cannot be read. */
static uint64_t
hash_of(const char *path, int64_t size)
{
	char buf[65536];
	ssize_t n;

	if (size > SEEN_HASH_MAX)
		return 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	XXH64_state_t *state = XXH64_createState();
	XXH64_reset(state, 0);
	while ((n = read(fd, buf, sizeof buf)) > 0)
		XXH64_update(state, buf, (size_t)n);
	uint64_t hash = n < 0 ? 0 : XXH64_digest(state);
	XXH64_freeState(state);
	close(fd);
	return hash;
}

static int
has_changed(const char *path, const struct stamp *s)
{
	struct stamp now = stamp_of(path);

	return now.size != s->size || now.mtime_ns != s->mtime_ns;
}

static void
take_file(struct serve *s, const struct follow_file *file)
{
	struct seen seen = {file->stamp, hash_of(file->path, file->stamp.size), 1};
	struct job_item item = {.path = file->path, .among_others = file->in_directory};
	struct job_result got = {0};
	int r = 0;

	if (!(file->is_known && file->before.whole && seen.hash &&
		    seen.hash == file->before.hash)) {
		s->job->report.is_mute = file->is_again; /* it was said the first time */
		r = read_item(s, &item, 1, &got);
		s->job->report.is_mute = 0;
		seen.whole =
			!is_unreadable(&got) && !has_changed(file->path, &file->stamp);
		told(s, file->path, &got);
	}
	if (r == 0)
		r = spool_seen_set(s->flight.spool, s->whose, file->path, &seen);
	r = settle(s, r);
	if (r == 0)
		follow_done(s->follow, file->path, &seen, (mono_ms){monotonic_ms()});
	else
		follow_later(
			s->follow, file->path, SERVE_PAUSE_MS, (mono_ms){monotonic_ms()});
}

static int
take_next_file(struct serve *s)
{
	struct follow_file file;
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (!s->follow ||
		!follow_next(s->follow, (mono_ms){monotonic_ms()},
			UTC((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000), &file))
		return 0;
	take_file(s, &file);
	free(file.path);
	return 1;
}

/* --- documents -------------------------------------------------------------------------- */

struct reasons {
	struct http_reply *reply; /* NULL: nobody waits for an answer */
	char first[TRAY_REASON_MAX];
};

static void
on_refusal(void *ctx, const char *text)
{
	struct reasons *reasons = ctx;

	if (!reasons->first[0])
		snprintf(reasons->first, sizeof reasons->first, "%s", text);
	if (reasons->reply)
		http_reason(reasons->reply, "%s", text);
}

/* Reads a document of the tray and takes it out of there. */
static int
take_document(struct serve *s, const struct tray_item *doc, struct reasons *why,
	struct job_result *got)
{
	struct job_item item = {.path = doc->path,
		.person = doc->person[0] ? doc->person : NULL,
		.reader = doc->format[0] ? reader_by_name(doc->format) : NULL};

	s->job->report.told = on_refusal;
	s->job->report.told_ctx = why;
	int r = settle(s, read_item(s, &item, 0, got));
	s->job->report.told = NULL;
	if (r != 0)
		return r;
	told(s, doc->path, got);
	if (got->files == 0 || is_unreadable(got))
		return tray_refuse(s->tray, doc->path,
			why->first[0] ? why->first : "it cannot be read");
	return tray_done(s->tray, doc->path);
}

struct taking {
	struct serve *s;
	int n;
};

static int
one_document(void *ctx, const struct tray_item *doc)
{
	struct taking *t = ctx;
	struct reasons why = {.reply = NULL};
	struct job_result got = {0};

	if (!serve_may_take(t->s) || t->n++ == DOCUMENTS_A_TURN)
		return 1;
	int r = take_document(t->s, doc, &why, &got);
	if (r < 0)
		serve_say_broken(t->s, r);
	return r < 0;
}

static int
take_documents(struct serve *s)
{
	struct taking t = {s, 0};
	struct tray_totals sum;

	tray_count(s->tray, &sum);
	if (sum.inbox.files == 0)
		return 0;
	int r = tray_each_waiting(spool_path(s->flight.spool), one_document, &t);
	if (r < 0) {
		serve_say_broken(s, r);
		s->pause_ms = monotonic_ms() + SERVE_PAUSE_MS;
	}
	return t.n > 0;
}

int
serve_take(struct serve *s)
{
	int any = 0;

	if (serve_may_take(s))
		any |= take_documents(s);
	if (serve_may_take(s))
		any |= take_next_file(s);
	return any;
}

void
serve_body(void *ctx, const char *person, const char *bytes, size_t n,
	struct http_reply *ret)
{
	struct serve *s = ctx;
	struct reasons why = {.reply = ret};
	struct job_result got = {0};
	struct tray_item doc = {.bytes = (int64_t)n};
	struct timespec ts;
	char *path;

	ret->outcome = HTTP_FULL;
	if (!serve_may_take(s))
		return;
	clock_gettime(CLOCK_REALTIME, &ts);
	doc.arrived.ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	int r = tray_put(s->tray, &(struct tray_document){person, NULL, bytes, n},
		doc.arrived, &path);
	if (r != 0) {
		ret->outcome = r == TRAY_E_FULL ? HTTP_FULL : HTTP_BROKEN;
		return;
	}
	doc.path = path;
	snprintf(doc.person, sizeof doc.person, "%s", person ? person : "");
	r = take_document(s, &doc, &why, &got);
	ret->outcome = r < 0                                   ? HTTP_BROKEN
		       : got.files == 0 || is_unreadable(&got) ? HTTP_BAD
							       : HTTP_TAKEN;
	ret->read = got.used;
	ret->refused = got.refused;
	if (r < 0)
		(void)!tray_done(s->tray, path); /* its sender still has it */
	free(path);
}
