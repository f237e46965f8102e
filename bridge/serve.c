/* SPDX-License-Identifier: MIT */
/* The service's loop and its life, see serve.h. Outside of uv_run() it takes one thing after the
 * other; within, it only hears. */
#include "serve_private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "recording.h"
#include "spool.h"

int
serve_is_wanted(const struct options *o)
{
	return o->follow || o->topics.n || o->listen;
}

static mono_ms
now_mono(void)
{
	return (mono_ms){monotonic_ms()};
}

static utc_ms
now_wall(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return UTC((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* --- events ----------------------------------------------------------------------------- */

static void
on_wake(uv_async_t *h)
{
	(void)h; /* what there is to do is looked for after every turn */
}

static void
on_timer(uv_timer_t *h)
{
	(void)h;
}

/* On any thread. */
static void
wake(void *ctx)
{
	struct serve *s = ctx;

	uv_async_send(&s->wake);
}

static void
on_signal(uv_signal_t *h, int number)
{
	struct serve *s = h->data;

	(void)number;
	s->stopping = 1;
}

static void
scan(struct serve *s)
{
	follow_scan(s->follow, now_mono(), now_wall());
	serve_say_missing(s);
}

static void
on_scan(uv_timer_t *h)
{
	scan(h->data);
}

static void
on_missed(void *ctx)
{
	scan(ctx);
}

static void
on_file(void *ctx, const char *path, int was_moved_here)
{
	struct serve *s = ctx;

	follow_touch(s->follow, path, was_moved_here, now_mono(), now_wall());
}

static void
on_new_directory(void *ctx, const char *path, int was_moved_here)
{
	struct serve *s = ctx;
	const char *slash = strrchr(path, '/');

	if (!follow_is_ignored(slash ? slash + 1 : path))
		follow_directory(s->follow, path, was_moved_here, now_mono(), now_wall());
}

static void
on_directory(void *ctx, const char *path)
{
	struct serve *s = ctx;
	int r = s->watch ? watch_add(s->watch, path) : 0;

	if (r < 0 && r != -ENOENT && !s->said.unwatched++)
		fprintf(stderr,
			"dozed-bridge: %s cannot be watched (%s): it is looked at once a "
			"minute\n",
			path,
			r == -ENOSPC ? "fs.inotify.max_user_watches" : strerror(-r));
}

static void
on_gone(void *ctx, const char *path)
{
	struct serve *s = ctx;

	/* committed with what is read next; if that is lost, the next scan finds it again */
	(void)!spool_seen_set(s->flight.spool, s->whose, path, NULL);
}

/* --- the loop --------------------------------------------------------------------------- */

static void
step(struct serve *s, int64_t now_ms)
{
	struct flight *f = &s->flight;

	if (now_ms >= s->step_ms) {
		int r = flight_step(f, 0, now_ms);
		const char *why = f->why[0] ? f->why : r < 0 ? strerror(-r) : "";
		if (r < 0) {
			s->step_ms = now_ms + SERVE_PAUSE_MS;
			if (strcmp(s->said.why, why) != 0)
				fprintf(stderr, "dozed-bridge: %s; trying again\n", why);
			snprintf(s->said.why, sizeof s->said.why, "%s", why);
		}
	}
	if (s->topics)
		topics_step(s->topics, now_ms);
}

/* How long nothing is due. */
static uint64_t
idle_ms(const struct serve *s, int64_t now_ms)
{
	int64_t due = flight_due(&s->flight), t;

	due = due > s->step_ms ? due : s->step_ms;
	if (s->topics && (t = topics_due(s->topics)) < due)
		due = t;
	if (s->follow && !s->is_taking && !spool_is_full(s->flight.spool)) {
		t = follow_due(s->follow).ms;
		t = t > s->pause_ms ? t : s->pause_ms;
		due = t < due ? t : due;
	}
	if (now_ms < s->pause_ms && s->pause_ms < due)
		due = s->pause_ms;
	if (!s->said.silent && spool_count(s->flight.spool) > 0) {
		t = s->flight.progress_ms + s->o->wait_s * 1000;
		due = t < due ? t : due;
	}
	if (due > now_ms + SERVE_SCAN_MS)
		return (uint64_t)SERVE_SCAN_MS;
	return due > now_ms ? (uint64_t)(due - now_ms) : 0;
}

void
serve_turn(struct serve *s, uv_run_mode mode)
{
	int64_t now_ms = monotonic_ms();

	step(s, now_ms);
	serve_say(s, now_ms);
	uv_update_time(&s->loop);
	/* a millisecond at least: what is due and cannot be done must not spin */
	uint64_t idle = idle_ms(s, monotonic_ms());
	uv_timer_start(&s->timer, on_timer, idle ? idle : 1, 0);
	uv_run(&s->loop, mode);
}

/* --- life ------------------------------------------------------------------------------- */

static int
remember(void *ctx, const char *path, const struct seen *seen)
{
	struct serve *s = ctx;

	follow_remember(s->follow, path, seen);
	return 0;
}

static int
open_follow(struct serve *s)
{
	struct watch_events events = {s, on_file, on_new_directory, on_missed};
	struct follow_options options = {s->o->paths, s->o->n_paths,
		s->o->settle_s * SECOND_MS, on_directory, on_gone, s};
	int r = watch_open(&s->loop, &events, &s->watch);

	if (r < 0)
		fprintf(stderr,
			"dozed-bridge: nothing can be watched (%s): it is looked at once "
			"a minute\n",
			strerror(-r));
	s->follow = follow_new(&options);
	r = spool_seen_each(s->flight.spool, s->whose, remember, s);
	if (r < 0) {
		fprintf(stderr, "dozed-bridge: the spool: %s\n", strerror(-r));
		return r;
	}
	scan(s);
	uv_timer_start(&s->scan, on_scan, SERVE_SCAN_MS, SERVE_SCAN_MS);
	return 0;
}

static int
open_http(struct serve *s)
{
	struct http_options options = {
		s->o->listen, s->o->token_file, s->o->person, s->o->body_mib};
	char why[HTTP_WHY];
	int r = http_open(&s->loop, &options, serve_body, s, why, &s->http);

	if (r < 0)
		fprintf(stderr, "dozed-bridge: %s\n", why);
	return r;
}

static void
init_loop(struct serve *s)
{
	uv_loop_init(&s->loop);
	uv_async_init(&s->loop, &s->wake, on_wake);
	uv_timer_init(&s->loop, &s->timer);
	uv_timer_init(&s->loop, &s->scan);
	uv_signal_init(&s->loop, &s->term);
	uv_signal_init(&s->loop, &s->interrupt);
	s->scan.data = s->term.data = s->interrupt.data = s;
	uv_signal_start(&s->term, on_signal, SIGTERM);
	uv_signal_start(&s->interrupt, on_signal, SIGINT);
	signal(SIGIO, SIG_IGN); /* of the leases in follow.c */
	signal(SIGPIPE, SIG_IGN);
}

static int
open_all(struct serve *s)
{
	struct options *o = s->o;

	s->flight.job = s->job;
	s->flight.for_ever = 1;
	const char *why = broker_parse(o->to, &s->flight.broker);
	if (why) {
		fprintf(stderr, "dozed-bridge: --to \"%s\": %s\n", o->to, why);
		return -EINVAL;
	}
	int r = flight_open(&s->flight, wake, s);
	if (r != 0)
		return r < 0 ? r : -EBUSY;
	snprintf(s->whose, sizeof s->whose, "%s/%s/%s", o->person ? o->person : "",
		o->source ? o->source : "auto", o->device);
	r = spool_marks_load(s->flight.spool, &s->marks);
	if (r == 0)
		r = tray_open(spool_path(s->flight.spool), NULL, &s->tray);
	if (r < 0) {
		fprintf(stderr, "dozed-bridge: the spool %s: %s\n",
			spool_path(s->flight.spool), strerror(-r));
		return r;
	}
	if (o->topics.n)
		r = topics_open(&(struct topics_options){o, &s->flight.broker,
					spool_name(s->flight.spool),
					s->job->reader ? s->job->reader->name : NULL,
					s->tray, wake, s},
			&s->topics);
	if (r == 0 && o->listen)
		r = open_http(s);
	return r == 0 && o->follow ? open_follow(s) : r;
}

static void
close_all(struct serve *s)
{
	s->topics = topics_close(s->topics);
	s->http = http_close(s->http);
	s->watch = watch_close(s->watch);
	uv_close((uv_handle_t *)&s->timer, NULL);
	uv_close((uv_handle_t *)&s->scan, NULL);
	uv_close((uv_handle_t *)&s->term, NULL);
	uv_close((uv_handle_t *)&s->interrupt, NULL);
	flight_close(
		&s->flight); /* commits, says offline; its threads wake nobody any more */
	uv_close((uv_handle_t *)&s->wake, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	int r = uv_loop_close(&s->loop);
	assert(r == 0);
	s->follow = follow_free(s->follow);
	s->tray = tray_close(s->tray);
	marks_finish(&s->marks);
}

int
serve_job(struct job *j)
{
	struct serve s = {.job = j, .o = j->options};

	init_loop(&s);
	int r = open_all(&s);
	if (r == 0) {
		s.flight.progress_ms = s.said.down_ms = monotonic_ms();
		j->to = (struct outlet){serve_put, &s};
		j->marks = &s.marks;
	}
	while (r == 0 && !s.stopping)
		serve_turn(&s, serve_take(&s) ? UV_RUN_NOWAIT : UV_RUN_ONCE);
	close_all(&s);
	j->marks = NULL;
	return r == 0 ? 0 : 1;
}
