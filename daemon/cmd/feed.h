/* SPDX-License-Identifier: MIT */
/* Messages that do not come from the broker: judged as the daemon judges them, stored in
 * large transactions. For `import` and `replay`. */
#pragma once

#include "in/envelopes.h"
#include "config.h"

#define FEED_TRANSACTION 1000 /* rows */
#define FEED_REASONS     16   /* different reasons that the summary names */

struct feed {
	const struct config *config; /* borrowed */
	struct store *store;         /* borrowed */
	int keep_refused;            /* leave a dead letter of what is refused */
	void *memory;                /* owned: the decoder's */
	unsigned open;               /* rows in the open transaction */
	int64_t read, stored, duplicates, refused;
	struct feed_reason {
		char why[128];
		int64_t n;
	} reasons[FEED_REASONS];
};

void feed_init(struct feed *f, const struct config *config, struct store *store);
void feed_finish(struct feed *f);
/* Takes one message: 0, or negative errno of the store, after which the open transaction
 * is rolled back. */
int feed_take(struct feed *f, const struct envelope *e) must_check;
/* Takes a whole recording, with progress: 0; ENVELOPES_E_DAMAGED after what could be read
 * was taken; negative errno. */
int feed_recording(struct feed *f, const char *path) must_check;
int feed_commit(struct feed *f) must_check;
/* "3 x the person is not in the configuration", one line each. */
void feed_print_reasons(const struct feed *f);
