/* SPDX-License-Identifier: MIT */
/* See line.h. Words, scores and SQL are others' business; here they meet. */
#include "line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/day.h"
#include "reader.h"
#include "teller.h"

#define LINE_TURN 512 /* batches a turn: a backlog never holds the loop for long */
#define LINE_AHEAD_MS                                                                    \
	DAY_MS /* came while the hub did not know the time; a day, since its clock may lag */
#define LINE_RECENT 2 /* days made again at start: a night may have been open */

struct line {
	struct reader reader; /* first: the user of line_io is both it and the line */
	const struct config *config;   /* borrowed */
	const struct scorers *scorers; /* borrowed */
	struct store *store;
	struct pipeline *pipeline;
	struct line_io io;
	int64_t taken;     /* rowid of the last batch taken */
	int64_t set_aside; /* of them: see line_set_aside */
	int64_t unmarked;  /* of them not marked scored yet: a night is still open */
	utc_ms now;
	int started;
	struct teller teller;
};

/* --- what it keeps and makes known -------------------------------------------------------- */

static int
io_night_put(void *user, const struct night *n, int publish)
{
	struct line *l = user;
	int r = store_night_put(l->store, n);
	return r < 0 || !publish ? r : teller_night(&l->teller, n);
}

static int
io_night_drop(void *user, const struct night *gone, int withdraw)
{
	struct line *l = user;
	if (!withdraw)
		return store_night_drop(
			l->store, gone->person, gone->date, gone->kind, gone->ordinal);
	int r = store_night_withdraw(l->store, gone);
	return r < 0 ? r : teller_night(&l->teller, gone);
}

static int
io_forecast_put(void *user, const struct forecast *f, int publish)
{
	struct line *l = user;
	int r = store_forecast_put(l->store, f);
	return r < 0 || !publish ? r : teller_forecast(&l->teller, f);
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
	return r < 0 || !publish ? r : teller_alert(&l->teller, a, f);
}

static int
io_alert_drop(void *user, const char *person, civil_day date)
{
	return store_alert_drop(((struct line *)user)->store, person, date);
}

static int
io_decision_put(void *user, const struct decision *d)
{
	return store_decision_put(((struct line *)user)->store, d);
}

static int
io_decision_drop(void *user, const char *person, civil_day date)
{
	return store_decision_drop(((struct line *)user)->store, person, date);
}

/* Told in the transaction in which it is written down: a kill does neither, or both. */
static int
io_notice_put(void *user, const struct notice *n, const struct forecast *f, int *ret_told)
{
	struct line *l = user;
	int r = store_notice_put(l->store, n, ret_told);
	return r < 0 || !*ret_told ? r : teller_notice(&l->teller, n, f);
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
	l->reader.config = l->config;
	l->io = l->reader.io;
	l->io.night_put = io_night_put, l->io.night_drop = io_night_drop;
	l->io.forecast_put = io_forecast_put, l->io.forecast_drop = io_forecast_drop;
	l->io.alert_put = io_alert_put, l->io.alert_drop = io_alert_drop;
	l->io.decision_put = io_decision_put, l->io.decision_drop = io_decision_drop;
	l->io.notice_put = io_notice_put;
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
	teller_finish(&l->teller);
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
	l->config = l->reader.config = c, l->scorers = scorers;
	l->started = 0;
	l->taken = l->unmarked =
		0; /* unscored batches are pushed again: the marks went with the old one */
	return 0;
}

/* --- a turn ----------------------------------------------------------------------------- */

/* Files what has its own identity (sessions, taps, markers, answers) and marks what the batch touches. */
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
	for (uint32_t i = 0; i < b->n_feedback && r >= 0; i++)
		r = store_feedback_put(l->store, who->id, &b->feedback[i], b->received);
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
	if (who && (person_is_beyond(who, row->last, row->received) ||
			   row->last.ms > l->now.ms + LINE_AHEAD_MS)) {
		l->set_aside++;
		return 0;
	}
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
	teller_begin(&l->teller, l->config, l->store, l->now);
	r = pipeline_run(l->pipeline, l->now, mode);
	if (r == 0)
		r = teller_states(&l->teller);
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
	if (!*ret_more && mode == PIPELINE_LIVE)
		pipeline_rest(l->pipeline); /* most of the day there is no turn */
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

int64_t
line_set_aside(const struct line *l)
{
	return l->set_aside;
}

unsigned
line_waiting(const struct line *l)
{
	return pipeline_waiting(l->pipeline);
}
