/* SPDX-License-Identifier: MIT */
/* Nights that a Gadgetbridge database does not name, found in rows:
 *  points   GARMIN_SLEEP_STAGE_SAMPLE: change points alone;
 *  minutes  HUAMI_EXTENDED_ACTIVITY_SAMPLE: RAW_KIND 120 is asleep, of which REM_SLEEP and
 *           DEEP_SLEEP tell more; nights are what lies less than an hour apart.
 * Their start moves when earlier rows arrive later: such a night keeps the id under which it was
 * told first, and nights that became one, or none, are withdrawn (told.h). A revision is how
 * far the night reached and how many rows say so: it grows with every row, and the same night
 * read again is not a change. */
#include "gadgetbridge.h"
#include "timeline.h"
#include "told.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "dozed/v1/batch.pb-c.h"

#define NIGHT_APART_MS (60 * MINUTE_MS) /* minutes: further apart is another sleep */
#define NIGHT_LEAST_MS (20 * MINUTE_MS) /* of sleep: below it is a watch put down */
#define POINTS_APART   (3 * HOUR_MS)    /* points: no stage is as long */
#define SCORE_AFTER_MS (6 * HOUR_MS)    /* Garmin scores a night within */
#define ROWS_BITS      17               /* of a revision: a day of seconds */
#define KIND_ASLEEP    120
#define KIND_NOT_WORN  115
#define KIND_CHARGING  118
#define REM_ABOVE      55 /* of 127; Gadgetbridge calls its thresholds arbitrary */
#define DEEP_ABOVE     42

enum { STAGE = 2 };
static const char *const point_columns[] = {"STAGE", NULL};

struct night {
	struct timeline stages;
	int64_t start, end;     /* of sleep; end 0: none is open */
	int64_t oldest, newest; /* row of the device that was read; 0: none */
	int64_t asleep_ms;
	int64_t rows; /* since the start */
	double score; /* NAN: none */
	const char *why, *prefix;
	const struct gb_device *device; /* borrowed */
};

static int
family_of(const struct gb *gb, const struct night *n)
{
	char kind[GB_NAME_MAX];

	snprintf(kind, sizeof kind, "%s.%lld", n->prefix, (long long)n->device->id);
	return told_family(gb->g, kind);
}

int64_t
gb_revision(int64_t reached, int64_t rows)
{
	int64_t most = (INT64_C(1) << ROWS_BITS) - 1;
	return (reached / SECOND_MS) << ROWS_BITS | (rows < most ? rows : most);
}

/* All nights of the device that end in what was read were read, unless some could not be. What lies
 * before the oldest row is not known: a telephone that was set up anew takes no night away. */
static int
cover(struct gb *gb, const struct night *n, unsigned long refused_before)
{
	struct found_cover c = {family_of(gb, n),
		n->oldest > n->device->from ? n->oldest : n->device->from, n->newest,
		gb_revision(n->newest, INT64_MAX), 0};

	if (gb->damaged || gb->g->report->refused != refused_before || n->newest == 0)
		return 0;
	return collect_cover(gb->g->to, gb->g->person, &c);
}

/* Ends the night that is open, if any. settled_ms: how long it may still grow. */
static int
close_night(struct gb *gb, struct night *n, int64_t settled_ms)
{
	struct found_session s = {.start = n->start, .end = n->end};
	int64_t reached =
		n->newest < n->end + settled_ms ? n->newest : n->end + settled_ms;
	int r = 0, wanted = n->end > n->start && n->end >= n->device->from &&
			    n->asleep_ms >= NIGHT_LEAST_MS;

	snprintf(s.record_id, sizeof s.record_id, "%s.%lld.%lld", n->prefix,
		(long long)n->device->id, (long long)n->start);
	if (wanted && !n->why)
		n->why = timeline_session(&n->stages, &s);
	if (wanted && n->why)
		report_refuse(gb->g->report, 0, "%s: %s", s.record_id, n->why);
	s.status = reached < n->end + settled_ms ? RECORD_TENTATIVE : RECORD_FINAL;
	if (n->score > 0 && n->score <= 100)
		gb_state(&s, DOZED__V1__METRIC__METRIC_VENDOR_SCORE, n->score);
	s.revision = gb_revision(
		reached > n->end ? reached : n->end, 2 * n->rows + (s.n_metrics > 0));
	s.family = family_of(gb, n);
	if (wanted && !n->why)
		r = gb_hand_over(gb, n->device, &s);
	n->stages.n = 0;
	n->start = n->end = n->asleep_ms = n->rows = 0;
	n->why = NULL;
	return r;
}

enum { KIND = 2, DEEP_SLEEP, REM_SLEEP };
static const char *const minute_columns[] = {"RAW_KIND", "DEEP_SLEEP", "REM_SLEEP", NULL};

/* STAGE_UNSPECIFIED: not worn, or nothing is said. */
static enum stage
minute_stage(sqlite3_stmt *q)
{
	double kind = cell_number(q, KIND);

	if (isnan(kind) || kind == KIND_NOT_WORN || kind == KIND_CHARGING)
		return STAGE_UNSPECIFIED;
	if (kind != KIND_ASLEEP)
		return STAGE_AWAKE;
	if ((sqlite3_column_int(q, REM_SLEEP) & 127) > REM_ABOVE)
		return STAGE_REM;
	return (sqlite3_column_int(q, DEEP_SLEEP) & 127) > DEEP_ABOVE ? STAGE_DEEP
								      : STAGE_LIGHT;
}

static int
take_minute(struct gb *gb, struct night *n, int64_t t, enum stage stage)
{
	int asleep = stage != STAGE_AWAKE && stage != STAGE_UNSPECIFIED;
	int r = n->end && t - n->end >= NIGHT_APART_MS
			? close_night(gb, n, NIGHT_APART_MS)
			: 0;

	if (r == 0 && asleep && !n->end)
		n->start = t;
	if (r == 0 && asleep) {
		n->end = t + MINUTE_MS;
		n->asleep_ms += MINUTE_MS;
	}
	n->rows += n->end != 0;
	/* what is awake after the last sleep is cut off when the night ends */
	if (n->end && stage != STAGE_UNSPECIFIED && !n->why)
		n->why = timeline_add(&n->stages, t, t + MINUTE_MS, stage);
	return r;
}

int
gb_minutes(struct gb *gb, const char *table)
{
	int64_t from = gb_begin(gb, table, GB_READ_BACK_MS), t;
	sqlite3_stmt *q = gb_select(gb, table, minute_columns, 1);
	unsigned long refused = gb->g->report->refused;
	int r = 0;

	for (size_t i = 0; q && i < gb->n_devices && r == 0; i++) {
		struct night n = {.device = &gb->device[i], .prefix = "HUAMI"};
		sqlite3_reset(q);
		sqlite3_bind_int64(q, 1, from);
		sqlite3_bind_int64(q, 2, gb->device[i].id);
		while (r == 0 && gb_step(gb, table, q)) {
			if (!gb_time(gb, table, sqlite3_column_int64(q, 0), &t))
				continue;
			n.oldest = n.oldest ? n.oldest : t;
			n.newest = t + MINUTE_MS;
			r = take_minute(gb, &n, t, minute_stage(q));
		}
		if (r == 0)
			r = close_night(gb, &n, NIGHT_APART_MS);
		if (r == 0)
			r = cover(gb, &n, refused);
		timeline_finish(&n.stages);
	}
	sqlite3_finalize(q);
	return r; /* the samples of the table say how far it was read */
}

/* The first number of what `text` finds for a device in [from, to]; NAN: none. */
static double
lookup(struct gb *gb, const char *text, const struct night *n, int64_t to)
{
	sqlite3_stmt *q = NULL;
	double ret = NAN;

	if (sqlite3_prepare_v2(gb->db, text, -1, &q, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(q, 1, n->device->id);
		sqlite3_bind_int64(q, 2, n->end);
		sqlite3_bind_int64(q, 3, to);
		if (sqlite3_step(q) == SQLITE_ROW)
			ret = cell_number(q, 0);
	}
	sqlite3_finalize(q);
	return ret;
}

/* The last point has no end of its own: the watch's event of waking (74, of type 1), or none. */
static int
close_points(struct gb *gb, struct night *n, enum stage last)
{
	double end = lookup(gb,
		"SELECT TIMESTAMP FROM GARMIN_EVENT_SAMPLE WHERE DEVICE_ID = ?1 AND "
		"TIMESTAMP"
		" > ?2 AND TIMESTAMP <= ?3 AND EVENT = 74 AND EVENT_TYPE = 1"
		" ORDER BY TIMESTAMP LIMIT 1",
		n, n->end + POINTS_APART);

	if (n->end && !isnan(end) && last != STAGE_UNSPECIFIED && !n->why) {
		n->why = timeline_add(&n->stages, n->end, (int64_t)end, last);
		n->asleep_ms += (int64_t)end - n->end;
		n->end = (int64_t)end;
	}
	n->newest = n->end;
	n->rows++;
	n->score = lookup(gb,
		"SELECT SLEEP_SCORE FROM GARMIN_SLEEP_STATS_SAMPLE WHERE DEVICE_ID = ?1 "
		"AND"
		" TIMESTAMP >= ?2 - 3600000 AND TIMESTAMP <= ?3 ORDER BY TIMESTAMP DESC "
		"LIMIT 1",
		n, n->end + SCORE_AFTER_MS);
	return close_night(gb, n, 0);
}

static int
device_points(struct gb *gb, const char *table, sqlite3_stmt *q, struct gb_device *d)
{
	static const enum stage of[] = {
		STAGE_UNMEASURABLE, STAGE_AWAKE, STAGE_LIGHT, STAGE_DEEP, STAGE_REM};
	struct night n = {.device = d, .prefix = "GARMIN"};
	enum stage last = STAGE_UNSPECIFIED;
	unsigned long refused = gb->g->report->refused;
	int64_t t;
	int r = 0;

	while (r == 0 && gb_step(gb, table, q)) {
		double number = cell_number(q, STAGE);
		if (!gb_time(gb, table, sqlite3_column_int64(q, 0), &t))
			continue;
		d->last = t;
		n.oldest = n.oldest ? n.oldest : t;
		if (n.end && t - n.end > POINTS_APART)
			r = close_points(gb, &n, last);
		if (!n.end)
			n.start = t;
		else if (t > n.end && last != STAGE_UNSPECIFIED && !n.why)
			n.why = timeline_add(&n.stages, n.end, t, last);
		n.asleep_ms += n.end ? t - n.end : 0;
		n.rows++;
		n.end = t;
		last = number >= 0 && number < (double)array_len(of) ? of[(int)number]
								     : STAGE_UNSPECIFIED;
	}
	if (r == 0 && n.end)
		r = close_points(gb, &n, last);
	if (r == 0)
		r = cover(gb, &n, refused);
	timeline_finish(&n.stages);
	return r;
}

int
gb_points(struct gb *gb, const char *table)
{
	int64_t from = gb_begin(gb, table, GB_READ_BACK_MS);
	sqlite3_stmt *q = gb_select(gb, table, point_columns, 1);
	int r = 0;

	for (size_t i = 0; q && i < gb->n_devices && r == 0; i++) {
		sqlite3_reset(q);
		sqlite3_bind_int64(q, 1, from);
		sqlite3_bind_int64(q, 2, gb->device[i].id);
		r = device_points(gb, table, q, &gb->device[i]);
	}
	sqlite3_finalize(q);
	if (r == 0)
		gb_done(gb, table);
	return r;
}
