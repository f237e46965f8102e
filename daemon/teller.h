/* SPDX-License-Identifier: MIT */
/* The teller: makes results known through the outbox, as protobuf for machines and as retained
 * JSON for dashboards. What is retained speaks of the newest night only, whatever is corrected
 * behind it; night, forecast and alert of one turn change a person's state once.
 * Everything happens inside the transaction of the turn. 0 or negative errno. */
#pragma once

#include "config.h"
#include "out/encode.h"
#include "store/store.h"

/* The newest date of a person of which a turn told something. */
struct state_due {
	char person[ID_MAX + 1];
	civil_day date;
};

/* Zeroed memory is valid. */
struct teller {
	const struct config *config; /* borrowed, as the next */
	struct store *store;
	utc_ms now;
	struct state_due *states; /* owned */
	unsigned n_states, cap_states;
};

void teller_begin(
	struct teller *t, const struct config *config, struct store *store, utc_ms now);
/* A night that is stored, or one that was withdrawn (gone). */
int teller_night(struct teller *t, const struct night *n) must_check;
int teller_forecast(struct teller *t, const struct forecast *f) must_check;
/* The alert for machines; a person hears of it by its notice. */
int teller_alert(
	struct teller *t, const struct alert *a, const struct forecast *f) must_check;
/* On every road of the person: the event, and a row for each of their push channels. f: the
 * forecast that it speaks of, or NULL. */
int teller_notice(
	struct teller *t, const struct notice *n, const struct forecast *f) must_check;
/* At the end of a turn: the state of everyone of whom something was told. */
int teller_states(struct teller *t) must_check;
void teller_finish(struct teller *t);

/* What is the case at t->now, to be told again to whoever was away (teller_state.c): the state,
 * with the night as long as it can be called last night's and the outlook of today only. The
 * caller frees the bytes. *ret_until: when it becomes another although nothing happens. */
int teller_state(struct teller *t, const char *person, struct bytes *ret,
	utc_ms *ret_until) must_check;
/* Its night with the explanation; data NULL: there is none. */
int teller_last_night(struct teller *t, const char *person, struct bytes *ret) must_check;
