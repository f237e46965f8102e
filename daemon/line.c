/* SPDX-License-Identifier: MIT */
/* See line.h. Words, scores and SQL are others' business; here they meet. */
#include "line.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/day.h"
#include "core/night.h"
#include "out/encode.h"
#include "reader.h"

#define LINE_TURN   512 /* batches a turn: a backlog never holds the loop for long */
#define LINE_RECENT 2   /* days made again at start: a night may have been open */
#define LINE_KEEP_MS                                                                     \
	(7 * DAY_MS) /* unsent results older than this are of no use to anyone */

struct line {
	struct reader reader; /* first: the user of line_io is both it and the line */
	const struct config *config;   /* borrowed */
	const struct scorers *scorers; /* borrowed */
	struct store *store;
	struct pipeline *pipeline;
	struct line_io io;
	int64_t taken;    /* rowid of the last batch taken */
	int64_t unmarked; /* of them not marked scored yet: a night is still open */
	utc_ms now;
	int started;
};

/* --- what it makes known ---------------------------------------------------------------- */

/* Takes ownership of bytes. */
static int
post(struct line *l, const char *topic, struct bytes bytes, int retain, utc_ms expires)
{
	struct outbox_row row = {.topic = topic,
		.payload = bytes.data,
		.size = bytes.size,
		.qos = 1,
		.retain = retain,
		.created = l->now,
		.expires = expires};
	int r = bytes.data ? store_outbox_put(l->store, &row) : -ENOMEM;
	free(bytes.data);
	return r;
}

static int
post_out(struct line *l, const char *person, const char *what, struct bytes bytes,
	utc_ms expires)
{
	char topic[160];
	snprintf(topic, sizeof topic, "%s/v1/out/%s/%s", l->config->topic_root, person,
		what);
	return post(l, topic, bytes, 0, expires);
}

static int
post_json(struct line *l, const char *person, const char *what, struct bytes bytes,
	int retain, utc_ms expires)
{
	char topic[160];
	snprintf(topic, sizeof topic, "%s/%s/%s", l->config->topic_root, person, what);
	return post(l, topic, bytes, retain, expires);
}

static int
take_alert(void *ctx, const struct alert *a)
{
	*(struct alert *)ctx = *a;
	return 0;
}

/* dozed/<person>/state: what is stored of the date: main sleep, forecast, alert. */
static int
post_state(struct line *l, const char *person, civil_day date)
{
	struct night nights[NIGHTS_MAX];
	struct alert alert = {0};
	struct day day;
	int n = 0, r = l->io.nights(l, person, date, nights, NIGHTS_MAX, &n);
	if (r == 0)
		r = store_alerts_each(l->store, person, date, date, take_alert, &alert);
	if (r == 0)
		r = store_days_load(l->store, person, date, 1, &day);
	if (r < 0)
		return r;
	return post_json(l, person, "state",
		encode_state_json(n && nights[0].kind == SLEEP_MAIN ? &nights[0] : NULL,
			day.has_forecast ? &day.forecast : NULL,
			alert.id[0] ? &alert : NULL,
			config_person(l->config, person)->zone, l->config->retain_pain),
		l->config->retain_state, UTC(l->now.ms + LINE_KEEP_MS));
}

static int
io_night_put(void *user, const struct night *n, int publish)
{
	struct line *l = user;
	int r = store_night_put(l->store, n);
	if (r < 0 || !publish)
		return r;
	utc_ms expires = UTC(l->now.ms + LINE_KEEP_MS);
	r = post_out(l, n->person, "night", encode_night(n), expires);
	if (r < 0 || n->kind != SLEEP_MAIN)
		return r;
	r = post_json(l, n->person, "night",
		encode_night_json(n, config_person(l->config, n->person)->zone),
		l->config->retain_state, expires);
	return r < 0 ? r : post_state(l, n->person, n->date);
}

static int
io_night_drop(
	void *user, const char *person, civil_day date, enum sleep_kind kind, int ordinal)
{
	return store_night_drop(
		((struct line *)user)->store, person, date, kind, ordinal);
}

/* A morning's outlook is worth nothing in the evening. */
static utc_ms
outlook_expires(const struct line *l, const struct forecast *f)
{
	return zone_instant(config_person(l->config, f->person)->zone, f->date,
		l->config->policy.expiry_min);
}

static int
io_forecast_put(void *user, const struct forecast *f, int publish)
{
	struct line *l = user;
	int r = store_forecast_put(l->store, f);
	if (r < 0 || !publish)
		return r;
	r = post_out(l, f->person, "forecast", encode_forecast(f), outlook_expires(l, f));
	return r < 0 ? r : post_state(l, f->person, f->date);
}

static int
io_forecast_drop(void *user, const char *person, civil_day date)
{
	return store_forecast_drop(((struct line *)user)->store, person, date);
}

static int
io_alert_put(void *user, const struct alert *a, const struct forecast *f, int publish)
{
	struct line *l = user;
	int r = store_alert_put(l->store, a);
	if (r < 0 || !publish)
		return r;
	const struct zone *zone = config_person(l->config, a->person)->zone;
	r = post_out(l, a->person, "alert", encode_alert(a, f), outlook_expires(l, f));
	if (r == 0)
		r = post_json(l, a->person, "alert", encode_alert_json(a, f, zone), 0,
			outlook_expires(l, f));
	return r < 0 ? r : post_state(l, a->person, a->date);
}

static int
io_alert_drop(void *user, const char *person, civil_day date)
{
	return store_alert_drop(((struct line *)user)->store, person, date);
}

/* --- life ------------------------------------------------------------------------------- */

static int
new_pipeline(struct line *l, const struct config *c, const struct scorers *scorers,
	struct pipeline **ret)
{
	return pipeline_new(scorers, &c->policy, c->people, c->n_people, &l->io, ret);
}

static void
make_io(struct line *l)
{
	reader_init(&l->reader, l->store);
	l->io = l->reader.io;
	l->io.night_put = io_night_put, l->io.night_drop = io_night_drop;
	l->io.forecast_put = io_forecast_put, l->io.forecast_drop = io_forecast_drop;
	l->io.alert_put = io_alert_put, l->io.alert_drop = io_alert_drop;
}

int
line_open(const struct config *c, const struct scorers *scorers, const char *state_dir,
	struct line **ret, char why[static 256])
{
	struct line *l = xcalloc(1, sizeof *l);
	l->config = c, l->scorers = scorers;
	int r = store_open(state_dir, STORE_WRITE, c->durability, &l->store, why);
	if (r == 0 && (r = store_lock(l->store)) != 0)
		snprintf(why, 256,
			r == STORE_E_LOCKED
				? "%s is in use: another dozed scores what is in it"
				: "%s: cannot take the lock dozed.lock",
			state_dir);
	if (r == 0)
		make_io(l);
	if (r == 0 && (r = new_pipeline(l, c, scorers, &l->pipeline)) != 0)
		snprintf(why, 256,
			r == -ENOTSUP ? "a scorer with a DAYS window reads a channel "
					"that day records do not carry"
				      : "the scorers name more channels than there is "
					"room for");
	if (r != 0) {
		line_close(l);
		return r;
	}
	*ret = l;
	return 0;
}

struct line *
line_close(struct line *l)
{
	if (!l)
		return NULL;
	pipeline_free(l->pipeline);
	store_close(l->store);
	reader_finish(&l->reader);
	free(l);
	return NULL;
}

int
line_reload(struct line *l, const struct config *c, const struct scorers *scorers)
{
	struct pipeline *fresh = NULL;
	int r = new_pipeline(l, c, scorers, &fresh);
	if (r < 0)
		return r;
	pipeline_free(l->pipeline);
	l->pipeline = fresh;
	l->config = c, l->scorers = scorers;
	l->started = 0;
	l->taken = l->unmarked =
		0; /* unscored batches are pushed again: the marks went with the old one */
	return 0;
}

/* --- a turn ----------------------------------------------------------------------------- */

/* Files what has its own identity (sessions, taps, markers) and marks what the batch touches. */
static int
file_batch(struct line *l, const struct person *who, const struct batch *b)
{
	int r = 0;
	for (uint32_t i = 0; i < b->n_sessions && r >= 0; i++) {
		utc_ms from = {0}, to = {0};
		r = store_session_put(l->store, who->id, &b->sessions[i], b->received,
			b->historical, &from, &to);
		if (r >= 0 && to.ms > from.ms)
			pipeline_touch_span(l->pipeline, who->id, from, to);
	}
	for (uint32_t i = 0; i < b->n_ratings && r >= 0; i++)
		r = store_rating_put(l->store, who->id,
			rating_date(who->zone, &b->ratings[i]), &b->ratings[i],
			b->received);
	for (uint32_t i = 0; i < b->n_markers && r >= 0; i++)
		r = store_marker_put(l->store, who->id, &b->markers[i]);
	if (r < 0)
		return r;
	pipeline_push(l->pipeline, b);
	return 0;
}

struct take_call {
	struct line *line;
	int n;
};

static int
take_batch(void *ctx, const struct stored_batch *row)
{
	struct take_call *call = ctx;
	struct line *l = call->line;
	struct batch b;
	const struct person *who = config_person(l->config, row->from.person);
	call->n++;
	l->taken = row->rowid;
	l->unmarked++;
	if (!who || reader_decode(&l->reader, row, &b) != 0)
		return 0; /* of nobody we know any more: kept, not scored */
	return file_batch(l, who, &b);
}

static int
turn(struct line *l, enum pipeline_mode mode, int *ret_more)
{
	struct take_call call = {l, 0};
	int r = store_batches_unscored(l->store, l->taken, LINE_TURN, take_batch, &call);
	*ret_more = call.n == LINE_TURN;
	if (r < 0 || *ret_more)
		return r; /* score once everything that waits is filed */
	if (!l->started && mode == PIPELINE_LIVE)
		pipeline_touch(l->pipeline, NULL,
			DAY((int32_t)(l->now.ms / DAY_MS) - LINE_RECENT));
	l->started = 1;
	r = pipeline_run(l->pipeline, l->now, mode);
	if (r == 0 && pipeline_waiting(l->pipeline) == 0 && l->unmarked > 0) {
		r = store_batches_scored(l->store, l->taken);
		l->unmarked = 0;
	}
	return r;
}

int
line_take(struct line *l, utc_ms now, enum pipeline_mode mode, int *ret_more)
{
	l->now = now;
	*ret_more = 0;
	int r = store_begin(l->store);
	if (r < 0)
		return r;
	r = turn(l, mode, ret_more);
	if (r == 0)
		r = store_commit(l->store);
	if (r != 0) {
		store_rollback(l->store);
		/* what the failed turn had marked is marked again from the batches */
		l->taken = l->unmarked = 0;
		l->started = 0;
	}
	return r;
}

utc_ms
line_due(const struct line *l)
{
	return pipeline_due(l->pipeline);
}

struct store *
line_store(struct line *l)
{
	return l->store;
}

struct pipeline *
line_pipeline(struct line *l)
{
	return l->pipeline;
}

int64_t
line_backlog(struct line *l)
{
	return store_unscored_count(l->store) - l->unmarked;
}

unsigned
line_waiting(const struct line *l)
{
	return pipeline_waiting(l->pipeline);
}
