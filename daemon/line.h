/* SPDX-License-Identifier: MIT */
/* The line's hands: gives core's pipeline the store to read and the outbox to write, and
 * takes unscored batches through it, one transaction a turn. Used by `run`, `import` and
 * `replay` alike, which is what makes live and replay the same. */
#pragma once

#include "config.h"
#include "core/pipeline.h"
#include "store/store.h"

struct line;

/* Opens the store for writing and takes the line's lock. STORE_E_LOCKED: another process runs the line.
 * Borrowed: config, scorers. why: a sentence for the user on any failure. */
int line_open(const struct config *c, const struct scorers *scorers,
	const char *state_dir, struct line **ret, char why[static 256]) must_check;
struct line *line_close(struct line *l); /* returns NULL */

/* Takes every batch that is not yet scored, and makes what is due at `now`. PIPELINE_LIVE publishes
 * through the outbox. *ret_more = 1 if it stopped at its share of work (call again soon). */
int line_take(
	struct line *l, utc_ms now, enum pipeline_mode mode, int *ret_more) must_check;
/* When to call line_take again although nothing arrives; INT64_MAX = never. */
utc_ms line_due(const struct line *l);
struct store *line_store(struct line *l);       /* borrowed */
struct pipeline *line_pipeline(struct line *l); /* borrowed */
/* Batches that were stored but not taken yet. */
int64_t line_backlog(struct line *l);
/* Batches taken since the line was opened that are kept and make nothing: older than their person's
 * retention when they came, or of a clock far ahead that nobody could refuse then. */
int64_t line_set_aside(const struct line *l);
/* Dates whose night is still open. */
unsigned line_waiting(const struct line *l);
/* A new configuration with the same state directory: 0 or negative errno with the old one kept. */
int line_reload(
	struct line *l, const struct config *c, const struct scorers *scorers) must_check;
