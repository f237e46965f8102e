/* SPDX-License-Identifier: MIT */
/* Everything that the readers found, by person: samples, stage rows, sessions, ratings, markers.
 * Readers put in any order; the batcher takes in order of event time. What comes twice
 * is kept once (the later in reading order). Knows no file format and no broker. */
#pragma once

#include "base/civil.h"
#include "core/batch.h"

#define COLLECT_PEOPLE_MAX    10000
#define COLLECT_BYTES_MAX     (256 * 1024 * 1024) /* then the samples are handed on */
#define COLLECT_CHANNELS      32                  /* wire numbers below this */
#define COLLECT_STAGES_MAX    3500 /* spans a session: keeps it below a batch's size */
#define COLLECT_SESSION_MAX_S (24 * 3600)
#define COLLECT_METRICS_MAX   12
#define COLLECT_FAMILIES_MAX  1024
#define COLLECT_FAMILY_LEN    192
#define COLLECT_GAP_MS        (30 * MINUTE_MS) /* stage rows further apart are two sessions */

struct sample {
	int64_t t;
	int32_t v;      /* wire integer: value = v * scale */
	uint32_t order; /* of reading, for "the later wins" */
};

struct samples {
	struct sample *v;
	size_t n, cap;
	uint32_t interval_ms; /* found by grid.c; 0 = irregular */
};

struct found_metric {
	int metric; /* dozed.v1.Metric */
	double value;
};

struct found_session {
	char record_id[RECORD_ID_MAX + 1];
	/* When the vendor last changed it, in ms; 0: not stated: when its file was written
	 * takes its place, see collect_revision. Of two with the same record_id the higher
	 * revision counts, then DELETED before FINAL before TENTATIVE, as in the hub. */
	int64_t revision;
	enum record_status status; /* RECORD_UNSPECIFIED counts as FINAL */
	int family; /* 0: record_id is the vendor's own; else told.h finds which night it is */
	unsigned cut; /* COLLECT_CUT_: what was read may begin or end within it */
	char app[64]; /* which app or device wrote it, where one road carries several */
	int64_t start, end; /* [start, end) */
	int offset_start_min, offset_end_min;
	enum sleep_kind kind;
	uint32_t n_stages, n_metrics;
	struct stage_span *stages; /* owned */
	struct found_metric metrics[COLLECT_METRICS_MAX];
	uint32_t order;
};

/* ALIKE: no cut, but of several apps of which nothing is said: only a night of which it shares
 * half of the longer is the same. */
enum { COLLECT_CUT_START = 1, COLLECT_CUT_END = 2, COLLECT_ALIKE = 4 };

/* All nights of the family that end in [from, to] were read: one that was told before and is
 * not among them is there no more. */
struct found_cover {
	int family;
	int64_t from, to, revision; /* of the withdrawal */
	/* All that were read with it have its revision: one that another file of this run has with
	 * a lower one is not among them. */
	int is_of_one_version;
};

struct found_rating {
	int64_t at;
	/* 0: when its file was written, in seconds: a rating that was changed counts, and a tap
	 * of the person at the same time (milliseconds) counts more */
	int64_t revision;
	enum rating_kind kind;
	int value;
	uint32_t order;
};

struct found_marker {
	int64_t at;
	enum stage stage; /* STAGE_IN_BED, STAGE_OUT_OF_BED */
};

struct stage_row {
	int64_t start;
	uint32_t duration_s;
	enum stage stage;
	int64_t revision; /* when its file was written: set by collect_stage */
	unsigned long line;
	const char *file; /* borrowed: the path, for refusals */
};

struct wearer {
	char id[ID_MAX + 1];
	struct samples channel[COLLECT_CHANNELS];
	struct found_session *sessions;
	struct found_rating *ratings;
	struct found_marker *markers;
	struct stage_row *rows;
	struct found_cover *covers;
	uint64_t seq; /* batches handed on, for outlets that count by themselves */
	size_t n_sessions, cap_sessions, n_ratings, cap_ratings, n_rows, cap_rows;
	size_t n_covers, cap_covers;
	size_t n_markers, cap_markers;
};

struct collect {
	struct wearer **people; /* sorted by id */
	size_t n_people, cap_people;
	char **families; /* owned; found_session.family counts from 1 */
	int n_families;
	size_t bytes, bytes_max; /* bytes_max 0 = COLLECT_BYTES_MAX */
	uint32_t order;
	int64_t revision; /* of sessions that state none: when their file was written */
	unsigned long samples, sessions, ratings, markers; /* taken in */
	unsigned long of_channel[COLLECT_CHANNELS];        /* the samples by channel */
	unsigned long replaced_samples, replaced_sessions, replaced_ratings,
		replaced_markers; /* came twice */
	/* Called when bytes_max is reached; must hand the samples on
	 * (collect_drop_samples). */
	int (*full)(void *ctx);
	void *full_ctx;
};

void collect_finish(struct collect *c);
/* Nobody and nothing is in it, as after the start; limits and counters stay. */
void collect_empty(struct collect *c);

/* All: 0, -ENOSPC (more people than COLLECT_PEOPLE_MAX), or what full() returned.
 * The person must be a valid id. */
int collect_sample(struct collect *c, const char *person, const struct channel *ch,
	int64_t t, int32_t v) must_check;
int collect_rating(
	struct collect *c, const char *person, const struct found_rating *r) must_check;
int collect_marker(
	struct collect *c, const char *person, const struct found_marker *m) must_check;
/* Takes over s->stages. */
int collect_session(
	struct collect *c, const char *person, struct found_session *s) must_check;
int collect_cover(struct collect *c, const char *person,
	const struct found_cover *cover) must_check;
int collect_stage(
	struct collect *c, const char *person, const struct stage_row *row) must_check;

/* The number of a family by its name; 0: there are too many. */
int collect_family(struct collect *c, const char *name);

/* Sorts everything by time, drops what came twice, finds the grids. */
void collect_sort(struct collect *c);
void collect_drop_samples(struct collect *c);

/* A number that the vendor states of a night. What is no such number (NAN, below 0, beyond what the
 * hub takes of the metric), or is there already, is left out. */
void collect_metric(struct found_session *s, int metric, double value);

/* The revision of a record whose vendor states none, by when its file was written (0: not
 * known). A TENTATIVE one counts seconds, all others milliseconds: whatever was written later,
 * no tentative version takes the place of a final one, and among themselves both kinds are
 * in order of time. The hub compares revisions as plain numbers. */
int64_t collect_revision(int64_t written_ms, enum record_status status);

/* value -> wire integer of the channel; 0 if it is outside the plausible range. */
int collect_wire_value(const struct channel *ch, double value, int32_t *ret) must_check;
