/* SPDX-License-Identifier: MIT */
/* Databases as Gadgetbridge exports them, made by SQL, and what became of them. */
#pragma once

#include "bridge_sql.h"
#include "bridge_story.h"

#define BED  INT64_C(1774737660000) /* 2026-03-28T22:41Z; clocks change in the night */
#define KEYS "TIMESTAMP INTEGER, DEVICE_ID INTEGER, USER_ID INTEGER"
#define PK   "PRIMARY KEY(TIMESTAMP, DEVICE_ID)) WITHOUT ROWID;"

static const char devices[] __attribute__((unused)) =
	"CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME TEXT, "
	"IDENTIFIER TEXT, ALIAS TEXT);"
	"INSERT INTO DEVICE VALUES(1, 'Band', '00:01', NULL), (2, "
	"'Ring', '00:02', 'mine');";
static const char xiaomi[] __attribute__((unused)) =
	"CREATE TABLE XIAOMI_SLEEP_TIME_SAMPLE(" KEYS
	", WAKEUP_TIME INTEGER, IS_AWAKE INTEGER,"
	" TOTAL_DURATION INTEGER, DEEP_SLEEP_DURATION INTEGER, LIGHT_SLEEP_DURATION "
	"INTEGER,"
	" REM_SLEEP_DURATION INTEGER, AWAKE_DURATION INTEGER, " PK
	"CREATE TABLE XIAOMI_SLEEP_STAGE_SAMPLE(" KEYS ", STAGE INTEGER, " PK;
static const char huami[] __attribute__((unused)) =
	"CREATE TABLE HUAMI_EXTENDED_ACTIVITY_SAMPLE(" KEYS
	", RAW_INTENSITY INTEGER, STEPS INTEGER, RAW_KIND INTEGER, HEART_RATE INTEGER,"
	" DEEP_SLEEP INTEGER, REM_SLEEP INTEGER, " PK;

static inline void
sql(struct run *r, const char *text)
{
	run_sql(r, "gb %41.db", text);
}

static inline void
sqlf(struct run *r, const char *format, ...)
{
	char text[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	sql(r, text);
}

static inline const Dozed__V1__Session *
session(const struct run *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].b->n_sessions; k++)
			if (strcmp(r->got[i].b->sessions[k]->origin->record_id, id) == 0)
				return r->got[i].b->sessions[k];
	return NULL;
}

/* n minutes from t (seconds) of device 1: kind, deep, rem, heart rate. */
static inline void
fill(struct run *r, int64_t t, int n, const char *rest)
{
	sqlf(r,
		"WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i "
		"< %d)"
		" INSERT INTO HUAMI_EXTENDED_ACTIVITY_SAMPLE(TIMESTAMP, DEVICE_ID, "
		"USER_ID,"
		" RAW_INTENSITY, STEPS, RAW_KIND, DEEP_SLEEP, REM_SLEEP, HEART_RATE)"
		" SELECT %lld + 60 * i, 1, 1, 3, 0, %s FROM m;",
		n - 1, (long long)t, rest);
}

static inline size_t
count(const struct run *r, const char *channel)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].b->n_series; k++) {
			const Dozed__V1__Series *s = r->got[i].b->series[k];
			if ((int)s->channel == channel_by_name(channel)->wire)
				n += (s->n_v ? s->n_v : s->i16.len / 2) - s->n_missing;
		}
	return n;
}

static inline int
minutes_of(const Dozed__V1__Session *s, int stage)
{
	return stage_s(s, stage) / 60;
}
