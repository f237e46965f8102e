/* SPDX-License-Identifier: MIT */
/* What came in, as plain values: the decoded form of a dozed.v1.Batch. Pointers are
 * borrowed from whoever decoded it (an arena), valid until that is reset. */
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "core/channel.h"

struct device_id {
	char person[ID_MAX + 1], source[ID_MAX + 1], device[ID_MAX + 1];
};

/* n samples of one channel. Sample i lies at t[i], or, where t is NULL, at
 * start + i * interval_ms. Missing samples are NAN. v is in the channel's unit. */
struct series {
	const struct channel *channel; /* borrowed: the static table */
	utc_ms start;
	uint32_t interval_ms;
	uint32_t n;
	const int64_t *t;
	const double *v;
	int64_t revision;
};

/* dozed.v1.SleepStage, same numbers. */
enum stage {
	STAGE_UNSPECIFIED = 0,
	STAGE_AWAKE = 1,
	STAGE_ASLEEP = 2,
	STAGE_OUT_OF_BED = 3,
	STAGE_LIGHT = 4,
	STAGE_DEEP = 5,
	STAGE_REM = 6,
	STAGE_AWAKE_IN_BED = 7,
	STAGE_IN_BED = 8,
	STAGE_RESTLESS = 9,
	STAGE_UNMEASURABLE = 10,
	STAGE_COUNT
};

struct stage_span {
	uint32_t offset_s, duration_s;
	enum stage stage;
};

enum record_status { RECORD_UNSPECIFIED, RECORD_TENTATIVE, RECORD_FINAL, RECORD_DELETED };
enum sleep_kind { SLEEP_UNSPECIFIED, SLEEP_MAIN, SLEEP_NAP };

/* Totals that a vendor states of a record; they count where it has no stages. */
enum stated_kind {
	STATED_SLEEP, /* minutes, as all but awakenings */
	STATED_WASO,
	STATED_AWAKE, /* all of it, also before sleep */
	STATED_LIGHT,
	STATED_DEEP,
	STATED_REM,
	STATED_AWAKENINGS, /* count */
	STATED_KINDS
};
/* The channel of each: "vendor.tst", "vendor.waso" ... */
extern const char *const stated_channels[STATED_KINDS];

struct stated {
	enum stated_kind kind;
	double value;
};

#define RECORD_ID_MAX 96
#define APP_MAX       63
/* A vendor's own sleep record: [start, end). */
struct session {
	char source[ID_MAX + 1], device[ID_MAX + 1];
	char record_id[RECORD_ID_MAX + 1];
	char app[APP_MAX +
		 1]; /* which app wrote it, where one road carries several; "": not said */
	int64_t revision;
	enum record_status status;
	enum sleep_kind kind;
	utc_ms start, end;
	int16_t offset_start_min, offset_end_min;
	uint32_t n_stages;
	const struct stage_span *stages;
	double latency_s;    /* as the vendor states it; NAN = not stated */
	double vendor_score; /* NAN = not stated */
	uint32_t n_stated;   /* each kind once at most */
	struct stated stated[STATED_KINDS];
};

enum rating_kind {
	RATING_SLEEP_QUALITY = 1,
	RATING_PAIN_MORNING = 2,
	RATING_PAIN_DAY = 3,
	RATING_KINDS = 4
};
extern const char
	*const rating_names[RATING_KINDS]; /* "sleep_quality", ...; [0] = NULL */

#define RATING_WITHDRAWN (-1)
struct rating {
	enum rating_kind kind;
	utc_ms at;
	int value; /* 0-10, or RATING_WITHDRAWN: what was said for the day no longer holds */
	int64_t revision;
};

/* What a person answered to a notice. */
enum feedback_kind {
	FEEDBACK_ACK = 1,         /* seen */
	FEEDBACK_SNOOZE = 2,      /* no alerts for a while */
	FEEDBACK_FALSE_ALARM = 3, /* the last alert was not right */
	FEEDBACK_KINDS = 4
};
extern const char *const
	feedback_names[FEEDBACK_KINDS]; /* "ack", "snooze", "false_alarm"; [0] = NULL */

struct feedback {
	enum feedback_kind kind;
	utc_ms at;
};

struct marker {
	utc_ms at;
	enum stage stage; /* STAGE_IN_BED, STAGE_OUT_OF_BED */
};

struct batch {
	struct device_id from;
	uint64_t epoch, seq;
	utc_ms received; /* by the hub */
	int historical;
	utc_ms first, last; /* [first, last]: the event times it covers; 0, 0: none */
	uint32_t n_series, n_sessions, n_ratings, n_markers, n_feedback;
	const struct series *series;
	const struct session *sessions;
	const struct rating *ratings;
	const struct marker *markers;
	const struct feedback *feedback;
	uint32_t
		refused_samples; /* outside their channel's plausible range: NAN in the series */
	uint32_t ignored_series; /* of channels that this hub does not know */
};
