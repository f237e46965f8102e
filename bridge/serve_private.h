/* SPDX-License-Identifier: MIT */
/* The inside of the service, for serve.c (loop, life), serve_take.c (reading) and serve_say.c. */
#pragma once

#include <uv.h>

#include "flight.h"
#include "follow.h"
#include "http.h"
#include "marks.h"
#include "serve.h"
#include "topics.h"
#include "tray.h"
#include "watch.h"

struct serve {
	struct job *job;   /* borrowed */
	struct options *o; /* borrowed */
	uv_loop_t loop;
	uv_async_t wake;
	uv_timer_t timer, scan;
	uv_signal_t term, interrupt;
	struct flight flight;
	struct marks marks;
	struct tray *tray;
	struct follow *follow;
	struct watch *watch;
	struct topics *topics;
	struct http *http;
	char whose[3 * (ID_MAX + 1)]; /* for whom files are read */
	int stopping;
	int is_taking;      /* a job is at hand */
	int may_wait;       /* and may wait for room in the spool */
	int is_left_out;    /* it was not read, see hand.h */
	unsigned long held; /* batches of it */
	int64_t pause_ms;   /* nothing is taken before */
	int64_t step_ms;    /* the flight rests until */
	struct {
		int down, silent, full, broken, crowded, unwatched;
		int64_t down_ms; /* since when */
		char why[128];   /* the flight's last complaint */
		char missing[512];
	} said;
};

/* --- serve.c ---------------------------------------------------------------------------- */

/* Sends, hears, connects; then waits for news (or not). */
void serve_turn(struct serve *s, uv_run_mode mode);

/* --- serve_take.c ----------------------------------------------------------------------- */

/* The outlet's put(). */
int serve_put(void *ctx, struct wearer *w, struct Dozed__V1__Batch *b);
/* 1: there is room, and nothing is broken. */
int serve_may_take(const struct serve *s);
/* Takes what is due; 1: there may be more. */
int serve_take(struct serve *s);
http_body_fn serve_body;

/* --- serve_say.c ------------------------------------------------------------------------ */

/* What somebody should know, once each time it begins or ends. */
void serve_say(struct serve *s, int64_t now_ms);
void serve_say_full(struct serve *s);
/* The spool cannot be written. */
void serve_say_broken(struct serve *s, int r);
void serve_say_missing(struct serve *s);
