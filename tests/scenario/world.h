/* SPDX-License-Identifier: MIT */
/* A hub in simulated time: the real line on a real store in a directory of its own, with the
 * real scorers; what is to arrive stands in a queue; time moves only when told to. Nothing
 * sleeps and no clock is read. Failures of the line end the program. */
#pragma once

#include "core/batch.h"
#include "core/records.h"
#include "line.h"
#include "sys/ticker.h"

enum said_kind { SAID_NIGHT, SAID_FORECAST, SAID_ALERT, SAID_NOTICE };

/* Something the line made known: a protobuf row of its outbox; a notice: the event of one that
 * is no alert. */
struct said {
	enum said_kind kind;
	utc_ms at; /* simulated time of the line_take that announced it */
	struct night night;
	struct forecast forecast;
	struct alert alert;
	struct notice notice;
};

struct arrival {
	utc_ms at;
	struct device_id from;
	unsigned char *payload; /* owned */
	size_t size;
};

struct world {
	char dir[128];
	struct config *config;
	struct scorers scorers;
	struct loader *loader;
	struct line *line;    /* NULL: the hub is off */
	utc_ms now;           /* the true time */
	int64_t hub_off_ms;   /* how far the hub's clock is from it */
	struct ticker ticker; /* the hub's opinion of its clock */
	unsigned refused;     /* batches since the last `expect refused` */
	char why_refused[128];
	struct arrival *queue; /* by time; ties as they were planned */
	unsigned n_queue, cap_queue;
	int64_t twice_ms;  /* > 0: whatever is planned comes once more, so much later */
	uint64_t seq;      /* every device's: gaps do not matter here */
	struct said *said; /* owned */
	unsigned n_said, cap_said;
	unsigned n_events; /* on the topics of alerts, those of alerts included */
	void *memory;      /* owned: decoding */
	unsigned takes;
};

/* config: the sections of persons and alert, as in dozed.conf. */
void world_open(struct world *w, const char *config, utc_ms now);
void world_close(struct world *w); /* and removes the directory */
const struct person *world_person(
	const struct world *w, const char *id); /* NULL: unknown */

/* b will arrive at `at`; it is copied. Epoch, seq and the mark for history are set here, as a
 * bridge would, by its own clock if b->received says what that shows. */
void world_plan(struct world *w, const struct batch *b, utc_ms at);
/* Stores one at once, as it came; a second one with the same number is passed over. */
void world_put(
	struct world *w, const struct device_id *from, const void *payload, size_t size);
/* The hub's clock is put to where it is `off` from the true time; synced: by a time service. */
void world_clock(struct world *w, int64_t off_ms, int synced);
/* The hub restarts with another configuration, and makes everything again. */
void world_configure(struct world *w, const char *config);
/* Moves time to `to`: what arrives is stored and taken, what is due is made. */
void world_go(struct world *w, utc_ms to);
/* Stores all that is planned at once and takes it as history. */
void world_import(struct world *w);
/* One turn now, whatever is due. */
void world_turn(struct world *w, enum pipeline_mode mode);
void world_off(struct world *w);
/* The machine is suspended: nothing is taken until it wakes. */
void world_sleep(struct world *w, int64_t ms);
/* As the service does: one turn at once, then the broker delivers what it has kept. */
void world_on(struct world *w);
