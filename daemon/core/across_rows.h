/* SPDX-License-Identifier: MIT */
/* What core/across needs of the nights and days before tonight, laid out: a row of numbers a
 * date, minutes of channels, minutes of sleep. Kept while one person's dates ascend. */
#pragma once

#include "core/across.h"

#define ACROSS_DAY_MIN 1440
#define ACROSS_SERIES  4 /* channels of the wire that NIGHTS scorers may read */

/* One sleep of a date: [from, to) asleep; known = 0: in bed, and no more is known. */
struct across_sleep {
	int64_t from, to;
	int known;
};

struct across_row {
	int known; /* the main night has numbers */
	unsigned n_sleeps;
	struct across_sleep sleeps[NIGHTS_MAX];
};

struct across_series {
	const struct channel *channel;
	uint16_t on_board;
	struct stream stream;
	double *v; /* owned: minutes from day_lo on */
};

struct across_rows {
	const struct board *board; /* borrowed, as the next two */
	const struct line_io *io;
	const struct person *who;
	int32_t days;     /* of the longest window; 0 = no NIGHTS scorer */
	int reads_period; /* some scorer reads sleep_period */
	uint16_t period_channel;
	unsigned n_columns;
	uint16_t columns[BOARD_CHANNELS_MAX]; /* channels with one number a night */
	/* dates [lo, hi), row i is date lo + i; the last one, `date`, is tonight */
	int32_t lo, hi;
	struct across_row *rows; /* owned: days + 2; NULL while at rest */
	double *values;          /* owned: n_columns a row */
	civil_day date;
	int64_t end_ms; /* getting up, whole minutes */
	unsigned n_series;
	struct across_series series[ACROSS_SERIES];
	int64_t day_lo, day_hi; /* UTC days whose minutes are there */
	double *period;         /* owned: minutes, the last of them before end_ms */
};

void across_rows_init(
	struct across_rows *a, const struct board *board, const struct line_io *io);
void across_rows_finish(struct across_rows *a);
void across_rows_rest(struct across_rows *a); /* until the next begin */
void across_rows_begin(struct across_rows *a, const struct person *who);
/* Lays out everything for the main night of made, which has numbers. 0 or what io returned. */
int across_rows_load(struct across_rows *a, const struct nights *made) must_check;
/* The column of a channel, -1 = not one number a night. */
int across_rows_column(const struct across_rows *a, uint16_t channel);
/* 0 nights ago is tonight. */
double across_rows_value(const struct across_rows *a, int32_t ago, int column);
/* A number that a NIGHTS scorer has just given of tonight. */
void across_rows_set(struct across_rows *a, uint16_t channel, double value);
/* The minutes of the `days` days before end_ms, or NULL. */
const double *across_rows_minutes(
	const struct across_rows *a, uint16_t channel, int32_t days);
