/* SPDX-License-Identifier: MIT */
/* Every statement that the store ever runs, by number, and the steps that make its
 * tables. Only this folder includes this file. */
#pragma once

#include <sqlite3.h>

#include "base/base.h"

enum sql {
	SQL_BEGIN_WRITE,
	SQL_BEGIN_READ,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_FACT_GET,
	SQL_FACT_RAISE,
	SQL_FACT_ADD,
	SQL_DEVICE_FIND,
	SQL_DEVICE_NEW,
	SQL_DEVICE_ARRIVED,
	SQL_DEVICES,
	SQL_DEVICE_EPOCHS,
	SQL_DELIVERY_PUT,
	SQL_DELIVERY_TRIM,
	SQL_GAP_AT,
	SQL_GAP_PUT,
	SQL_GAP_DROP,
	SQL_GAPS,
	SQL_GAP_COUNT,
	SQL_BATCH_PUT,
	SQL_BATCH_GET,
	SQL_BATCH_UNSCORED,
	SQL_BATCH_BETWEEN,
	SQL_UNSCORED_COUNT,
	SQL_DAMAGED_PUT,
	SQL_DAMAGED_IS,
	SQL_SESSION_GET,
	SQL_SESSION_PUT,
	SQL_SESSIONS,
	SQL_SESSIONS_ALL,
	SQL_RATING_PUT,
	SQL_RATINGS,
	SQL_RATINGS_CHOSEN,
	SQL_RATING_NEWEST,
	SQL_MARKER_PUT,
	SQL_MARKERS,
	SQL_FEEDBACK_PUT,
	SQL_FEEDBACK,
	SQL_NIGHT_PUT,
	SQL_NIGHT_DROP,
	SQL_NIGHT_GONE_PUT,
	SQL_NIGHT_GONE,
	SQL_NIGHTS_OF,
	SQL_NIGHTS_ALL,
	SQL_NIGHTS_MAIN,
	SQL_FORECAST_PUT,
	SQL_FORECAST_DROP,
	SQL_FORECASTS_OF,
	SQL_ALERT_PUT,
	SQL_ALERT_DROP,
	SQL_ALERTS_OF,
	SQL_ALERTS_ALL,
	SQL_DECISION_PUT,
	SQL_DECISION_DROP,
	SQL_DECISIONS,
	SQL_NOTICE_PUT,
	SQL_NOTICES,
	SQL_DAYS_SPAN,
	SQL_OUTBOX_PUT,
	SQL_OUTBOX_EXPIRED,
	SQL_OUTBOX_EXPIRE,
	SQL_OUTBOX_NEXT,
	SQL_OUTBOX_SENT,
	SQL_OUTBOX_TRIM,
	SQL_OUTBOX_WAITING,
	SQL_PUSH_HAS,
	SQL_PUSH_NEXT,
	SQL_PUSH_LATER,
	SQL_PUSH_GIVEN_UP,
	SQL_PUSH_COUNTS,
	SQL_DEAD_PUT,
	SQL_DEAD_TRIM,
	SQL_DEAD,
	SQL_ANNOUNCED_PUT,
	SQL_ANNOUNCED_DROP,
	SQL_ANNOUNCED,
	SQL_COUNTS,
	SQL_COUNT
};

extern const char *const schema_sql[SQL_COUNT];

/* steps[i] brings version i to version i + 1. */
extern const char *const schema_steps[];
extern const int schema_version;
#define SCHEMA_APPLICATION_ID 0x646f7a65 /* "doze" */

/* Brings db from its user_version to n, each step in one transaction of its own: after a
 * kill it is a whole older or a whole newer version. Returns an SQLite result code. */
int schema_migrate(sqlite3 *db, const char *const *steps, int n) must_check;
/* A PRAGMA that gives one integer; -1 on failure, the code in *ret_rc. */
int64_t schema_pragma(sqlite3 *db, const char *sql, int *ret_rc);
