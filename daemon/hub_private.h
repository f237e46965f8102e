/* SPDX-License-Identifier: MIT */
/* The hub's inside, shared by hub*.c only. Everything runs on the loop's thread; other
 * threads are reached by the courier and heard through the inbox. */
#pragma once

#include <jansson.h>
#include <uv.h>

#include "config.h"
#include "diary.h"
#include "hub.h"
#include "hub_ha.h"
#include "in/courier.h"
#include "in/inbox.h"
#include "intake.h"
#include "line.h"
#include "out/outbox.h"
#include "sys/control.h"
#include "sys/loader.h"
#include "sys/signals.h"
#include "sys/ticker.h"

#define HUB_TAKE_GAP_MS                                                                  \
	250 /* between two turns of the line, however fast batches arrive */
#define HUB_ACK_GAP_MS    100              /* one ack an epoch in this time */
#define HUB_LOOK_MS       MINUTE_MS        /* at least so often: clock, line, outbox */
#define HUB_LOOK_SOON_MS  (10 * SECOND_MS) /* while the clock is not trusted */
#define HUB_STATUS_MS     (10 * SECOND_MS) /* the service manager's status line */
#define HUB_STOP_MS       800              /* then the process leaves without goodbye */
#define HUB_GOODBYE_MS    250       /* for "offline", and again for the disconnect */
#define HUB_STUCK_MS      MINUTE_MS /* a receiver without a sign of life: no watchdog ping */
#define HUB_RETRY_MAX_MS  MINUTE_MS
#define HUB_RETRY_NEAR_MS (5 * SECOND_MS) /* the same for a broker on this machine */
#define HUB_ACKS_MAX      4096            /* devices that wait for an ack */

/* What a configuration file comes to; swapped whole. */
struct setup {
	const struct config *config;
	struct config *owned;    /* NULL: the caller's */
	struct scorers *scorers; /* owned */
	struct loader *loader;   /* owned */
};

struct hub_push;

enum link_state { BROKER_WAITING, BROKER_CONNECTING, BROKER_UP };

struct hub {
	uv_loop_t loop;
	uv_async_t wake;
	uv_timer_t take, ack, connect, alive, stop;
	struct signals signals;
	struct control *control;
	struct hub_page *web; /* owned; hub_page.c; NULL: none */
	struct setup setup;
	struct line *line;
	struct store *store; /* borrowed: the line's */
	struct inbox *inbox;
	struct intake *intake;
	struct courier *courier;
	struct hub_push *push; /* owned: hub_push.c */
	struct ticker ticker;
	struct diary page, command; /* what is said on this machine */
	mono_ms started;
	int stopping;
	char reload_refused[256];

	/* hub_link.c */
	enum link_state link;
	utc_ms link_since;
	char link_why[INBOX_WHY_LEN];
	int64_t link_delay_ms;

	/* hub_work.c */
	mono_ms taken, take_at, acked, told;
	int more, take_failed;
	int64_t take_delay_ms;
	struct device_id *acks; /* owned: who waits for one */
	unsigned n_acks;
	int acks_all;
	struct outbox outbox;
	uint64_t acks_sent;
	struct inbox_news news; /* too large for the stack */

	struct ha ha; /* hub_ha.c */
};

/* hub.c */
void hub_tell_status(struct hub *h);
void hub_closed(struct hub *h); /* the courier has said goodbye */

/* hub_reload.c: 0, or a negative errno with `why` saying what is wrong. */
int setup_open(
	struct setup *s, const struct config *config, char *why, size_t size) must_check;
void setup_close(struct setup *s);
void hub_reload(struct hub *h);

/* hub_link.c */
int link_open(struct hub *h, char why[static 256]) must_check;
void link_try(struct hub *h);
void link_changed(struct hub *h, enum inbox_link link, const char *why);

/* hub_work.c */
void work_open(struct hub *h);
void work_close(struct hub *h);
void work_look(struct hub *h); /* at the line and the outbox, soon */
void work_wake(struct hub *h); /* something is in the inbox */
void work_recompute(struct hub *h, const char *person);

/* hub_say.c: what somebody says on this machine, taken on the loop and looked at by the line
 * soon. way: &h->page or &h->command; what: "pain_day", ..., "cmd"; payload as in MQTT.
 * 0 or as diary_take; an unknown person or topic is DIARY_E_REFUSED. */
struct hub_saying {
	struct diary *way;
	const char *person, *what, *payload;
};
int hub_say(struct hub *h, const struct hub_saying *s, struct diary_kept *ret,
	char why[static TAPS_WHY_LEN]) must_check;
/* The answer to "say PERSON WHAT PAYLOAD" on the control socket; words: behind "say ". */
char *hub_say_answer(struct hub *h, const char *words);

/* hub_push.c: notices to phones */
void hub_push_open(struct hub *h);
void hub_push_reload(struct hub *h);
void hub_push_look(struct hub *h);  /* something may wait there */
void hub_push_close(struct hub *h); /* handles; what is on its way is ended */
void hub_push_free(struct hub *h);  /* when they have closed */
/* Adds what only the running daemon knows to the rows of status_push. */
void hub_push_status(struct hub *h, json_t *list);
/* A harmless notice for one channel: malloc'd JSON, {} or {"error": ...}. */
char *hub_push_test(struct hub *h, const char *channel);

/* hub_page.c: a page that cannot be opened is logged; the rest goes on without it. */
void hub_page_open(struct hub *h);
void hub_page_close(struct hub *h);
json_t *hub_page_json(const struct hub *h); /* null: none is wanted */

/* hub_status.c: malloc'd JSON. */
char *hub_answer(void *user, const char *request);
