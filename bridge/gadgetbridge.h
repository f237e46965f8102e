/* SPDX-License-Identifier: MIT */
/* The parts of the gadgetbridge reader: the database (gadgetbridge_db.c), its nights
 * (gadgetbridge_sleep.c, gadgetbridge_minutes.c) and its samples (gadgetbridge.c). */
#pragma once

#include "cell.h"
#include "marks.h"
#include "reader.h"

#include <sqlite3.h>

#define GB_DEVICES_MAX 64
#define GB_TABLES_MAX  256
#define GB_NAME_MAX    80
#define GB_OVERLAP_MS  (48 * HOUR_MS) /* what was read is read again this far back */
#define GB_READ_BACK_MS                                                                  \
	(26 * HOUR_MS) /* a night that ends in what is new began in this */
/* No tracker keeps more than it can hold: what is further behind comes with --all. */
#define GB_HELD_MS (28 * DAY_MS)

struct gb_device {
	int64_t id;
	char name[64], identifier[64];
	int64_t from,
		last; /* of the table being read, in ms: from here; the newest row */
};

struct gb {
	struct reading *g; /* borrowed */
	sqlite3 *db;
	struct gb_device device[GB_DEVICES_MAX];
	size_t n_devices;
	char table[GB_TABLES_MAX][GB_NAME_MAX + 1];
	size_t n_tables;
	struct marks done; /* how far this run has read */
	int damaged;       /* what is left of the file cannot be read */
};

/* Opens what is at the path for reading alone. 0, or 1: refused, and said why. */
int gb_open(struct gb *gb, struct input *in) must_check;
void gb_close(struct gb *gb);
/* 1: the file is still what it was when it was opened. */
int gb_unchanged(const struct input *in);

int gb_has_table(const struct gb *gb, const char *table);
int gb_has(const struct gb *gb, const char *table, const char *column);
/* SELECT TIMESTAMP, DEVICE_ID and the columns (NULL where the table lacks one; ends with
 * NULL) of the rows with TIMESTAMP >= ?1, of the device ?2 if `one`, in order of time. The
 * caller finalizes it; NULL: reported. */
sqlite3_stmt *gb_select(
	struct gb *gb, const char *table, const char *const *columns, int one);
/* 1: a row, 0: no more, or damaged, which is reported. */
int gb_step(struct gb *gb, const char *table, sqlite3_stmt *q);

/* Milliseconds a unit of TIMESTAMP: *_ACTIVITY_SAMPLE counts seconds, all others ms. */
int64_t gb_unit(const char *table);
/* TIMESTAMP as UTC ms; 0: it cannot be, and was reported. */
int gb_time(struct gb *gb, const char *table, int64_t stamp, int64_t *ret);
/* The device, added if nothing named it; NULL: too many. */
struct gb_device *gb_device(struct gb *gb, int64_t id);
/* Sets from and last of all devices; gives the earliest `from` as a TIMESTAMP. */
int64_t gb_begin(struct gb *gb, const char *table, int64_t back_ms);
/* Remembers how far the table was read. */
void gb_done(struct gb *gb, const char *table);

/* A number of the night; NAN: none. */
void gb_state(struct found_session *s, int metric, double value);
/* Into the collection, with its offsets and its device. 0 or negative errno. */
int gb_hand_over(
	struct gb *gb, const struct gb_device *d, struct found_session *s) must_check;
/* Of a night: how far it reached, then how many rows there are of it. */
int64_t gb_revision(int64_t reached, int64_t rows);
/* Those of a table of minutes, and of one of change points. */
int gb_minutes(struct gb *gb, const char *table) must_check;
int gb_points(struct gb *gb, const char *table) must_check;
/* All nights of all tables. 0 or negative errno. */
int gb_nights(struct gb *gb) must_check;
