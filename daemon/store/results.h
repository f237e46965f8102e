/* SPDX-License-Identifier: MIT */
/* What the line has made: nights, forecasts, alerts; what waits to be sent; and how much there
 * is of everything. Part of store/store.h, which includes it; the same rules hold. */
#pragma once

#include "core/decision.h"
#include "core/notice.h"

struct store;

int store_night_put(struct store *s, const struct night *n) must_check;
int store_night_drop(struct store *s, const char *person, civil_day date,
	enum sleep_kind kind, int ordinal) must_check;
/* Drops a night that had been told and keeps gone->revision as its last one. */
int store_night_withdraw(struct store *s, const struct night *gone) must_check;
/* The revision under which n's key was withdrawn last; 0 = never. */
int store_night_withdrawn(
	struct store *s, const struct night *n, uint32_t *ret_revision) must_check;
/* person NULL: everyone; ordered by person, date, kind, ordinal; [from, to]. */
int store_nights_each(struct store *s, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct night *), void *ctx) must_check;
int store_forecast_put(struct store *s, const struct forecast *f) must_check;
int store_forecast_drop(struct store *s, const char *person, civil_day date) must_check;
int store_alert_put(struct store *s, const struct alert *a) must_check;
int store_alert_drop(struct store *s, const char *person, civil_day date) must_check;
int store_alerts_each(struct store *s, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct alert *), void *ctx) must_check;
int store_decision_put(struct store *s, const struct decision *d) must_check;
/* All of the date that are not live. */
int store_decision_drop(struct store *s, const char *person, civil_day date) must_check;
/* By date and time; [from, to]. */
int store_decisions_each(struct store *s, const char *person, civil_day from,
	civil_day to, int (*each)(void *ctx, const struct decision *),
	void *ctx) must_check;
/* *ret_new = 0: one with its id and revision is there already, and stays as it is. */
int store_notice_put(struct store *s, const struct notice *n, int *ret_new) must_check;
/* person NULL: everyone; ordered by person, date, id, revision; [from, to]. */
int store_notices_each(struct store *s, const char *person, civil_day from, civil_day to,
	int (*each)(void *ctx, const struct notice *), void *ctx) must_check;
/* Fills days[0..n): night, newest ratings, forecast, alert; what is absent is NAN or 0. */
int store_days_load(struct store *s, const char *person, civil_day from, int n,
	struct day *days) must_check;
/* First and last date with input (a night or a rating; forecasts do not count, or each
 * would call for the next); STORE_E_NONE if there is none. */
int store_days_span(struct store *s, const char *person, civil_day *ret_first,
	civil_day *ret_last) must_check;

/* --- outbox ------------------------------------------------------------------------- */

struct outbox_row {
	int64_t id;
	const char *topic; /* borrowed for the call */
	const void *payload;
	size_t size;
	int qos, retain;
	utc_ms created, expires; /* expires 0 = never */
	const char *channel;     /* borrowed; a push section's name; "" or NULL = MQTT */
	int tries;               /* push: how often it failed */
	utc_ms next;             /* push: not before; 0 = at once */
};
/* Push: STORE_E_DUPLICATE where the channel was given this topic already and it has not expired
 * since; the row that is there stays as it is. */
int store_outbox_put(struct store *s, const struct outbox_row *r) must_check;
/* What has expired by now is marked so, on every channel. */
int store_outbox_expire(struct store *s, utc_ms now) must_check;
/* Unsent rows of MQTT in order, at most limit; expired ones are marked so and left out. */
int store_outbox_each(struct store *s, utc_ms now, int limit,
	int (*each)(void *ctx, const struct outbox_row *), void *ctx) must_check;
int store_outbox_sent(struct store *s, int64_t id, utc_ms when) must_check;
int64_t store_outbox_waiting(struct store *s);

/* The oldest row that waits on the channel, whether its time has come or not; expired ones are
 * marked so first. Returns what each() does, 0 where none waits. */
int store_push_next(struct store *s, const char *channel, utc_ms now,
	int (*each)(void *ctx, const struct outbox_row *), void *ctx) must_check;
/* It failed: again, not before `next`. STORE_E_NONE: it does not wait any more. */
int store_push_later(struct store *s, int64_t id, utc_ms next) must_check;
/* It will never succeed. STORE_E_NONE as above. */
int store_push_given_up(struct store *s, int64_t id, utc_ms when) must_check;
/* Of the rows that are still kept: the last thousand, and all that have not expired. */
struct push_counts {
	const char *channel; /* borrowed for the call */
	int64_t waiting, sent, expired, given_up, failures;
	utc_ms last_sent; /* 0 = never */
};
int store_push_each(struct store *s, int (*each)(void *ctx, const struct push_counts *),
	void *ctx) must_check;

/* --- what Home Assistant keeps --------------------------------------------------------- */

/* hash: of what was announced last, as its owner (hub_ha.c) makes it. */
int store_announced_put(struct store *s, const char *person, uint64_t hash) must_check;
int store_announced_drop(struct store *s, const char *person) must_check;
int store_announced_each(struct store *s,
	int (*each)(void *ctx, const char *person, uint64_t hash), void *ctx) must_check;

/* --- counters and facts -------------------------------------------------------------- */

struct store_counts {
	int64_t batches, unscored, sessions, ratings, nights, forecasts, alerts, outbox,
		dead_letters, damaged;
	int64_t file_bytes;
};
int store_counts(struct store *s, struct store_counts *ret) must_check;
int store_dead_letters_each(struct store *s, int limit,
	int (*each)(void *ctx, utc_ms received, const char *where, const char *reason,
		int64_t size, int64_t times),
	void *ctx) must_check;
