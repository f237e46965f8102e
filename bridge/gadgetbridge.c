/* SPDX-License-Identifier: MIT */
/* The gadgetbridge reader: the SQLite database that Gadgetbridge exports, of any version. It is
 * one file of everything, written anew each time: of a file that was read before, with --to,
 * only what is new and the two days before that are read (marks.h). Samples are taken table by
 * table here; nights are in gadgetbridge_sleep.c.
 * Left out: the steps of Garmin and Huawei (running totals, stretches), HRV without a method,
 * and everything of minutes in which the watch was not worn. */
#include "gadgetbridge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 8
#define EXPLAIN_MAX 128 /* columns of a table */

/* Which column of which tables is what. A value outside [min, max] is a tracker's sign for
 * "none" (0, 254, 255, -1) and passed over. */
static const struct rule {
	const char *suffix, *column, *channel;
	double min, max;
	const char *not_of; /* makers, by how the table begins */
} rules[] = {
	{"_ACTIVITY_SAMPLE", "RAW_INTENSITY", "activity", 0, 1e6, "HUAWEI"},
	{"_ACTIVITY_SAMPLE", "STEPS", "steps", 0, 1e5, "HUAWEI GARMIN"},
	{"_ACTIVITY_SAMPLE", "HEART_RATE", "heart_rate", 20, 249, NULL},
	{"_ACTIVITY_SAMPLE", "SPO2", "spo2", 40, 100, NULL},
	{"_HEART_RATE_SAMPLE", "HEART_RATE", "heart_rate", 20, 249, NULL},
	{"_HEART_RATE_MANUAL_SAMPLE", "HEART_RATE", "heart_rate", 20, 249, NULL},
	{"_SPO2_SAMPLE", "SPO2", "spo2", 40, 100, NULL},
	{"_RESPIRATORY_RATE_SAMPLE", "RATE", "resp_rate", 2, 80, NULL},
	{"_RESPIRATORY_RATE_SAMPLE", "RESPIRATORY_RATE", "resp_rate", 2, 80, NULL},
	{"GARMIN_HRV_VALUE_SAMPLE", "VALUE", "hrv_rmssd", 1, 1000, NULL},
	{"_HRV_SAMPLE", "RMSSD", "hrv_rmssd", 1, 1000, NULL},
	{"_HRV_SAMPLE", "SDNN", "hrv_sdnn", 1, 1000, NULL},
	{"_HRV_VALUE_SAMPLE", "RMSSD", "hrv_rmssd", 1, 1000, NULL},
	{"_HRV_VALUE_SAMPLE", "SDNN", "hrv_sdnn", 1, 1000, NULL},
};

/* RAW_KIND of a watch that lies about or charges: nothing in such a row is of its wearer. */
static const struct {
	const char *table;
	int mask, kinds[2];
} off_wrist[] = {{"HUAMI_EXTENDED_ACTIVITY_SAMPLE", 255, {115, 118}},
	{"MI_BAND_ACTIVITY_SAMPLE", 15, {3, 6}}};

static int
ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);
	return n >= k && strcmp(s + n - k, suffix) == 0;
}

static int
is_of(const char *table, const char *makers)
{
	size_t n = strcspn(table, "_");
	const char *m = makers ? makers : "";

	for (; *m; m += strcspn(m, " "), m += strspn(m, " "))
		if (strcspn(m, " ") == n && strncmp(m, table, n) == 0)
			return 1;
	return 0;
}

struct samples_of {
	const char *table;
	const struct rule *rule[COLUMNS_MAX];
	const struct channel *channel[COLUMNS_MAX];
	const char *column[COLUMNS_MAX + 2];
	size_t n;
	int worn; /* index in off_wrist, or -1 */
};

static void
find_rules(const struct gb *gb, const char *table, struct samples_of *ret)
{
	*ret = (struct samples_of){.table = table, .worn = -1};
	for (size_t i = 0; i < array_len(rules) && ret->n < COLUMNS_MAX; i++) {
		if (!ends_with(table, rules[i].suffix) || is_of(table, rules[i].not_of) ||
			!gb_has(gb, table, rules[i].column))
			continue;
		ret->rule[ret->n] = &rules[i];
		ret->channel[ret->n] = channel_by_name(rules[i].channel);
		ret->column[ret->n++] = rules[i].column;
	}
	for (size_t i = 0; i < array_len(off_wrist); i++)
		if (strcmp(off_wrist[i].table, table) == 0)
			ret->worn = (int)i;
	ret->column[ret->n] = ret->worn >= 0 ? "RAW_KIND" : NULL;
}

static int
is_worn(const struct samples_of *of, sqlite3_stmt *q)
{
	if (of->worn < 0)
		return 1;
	int kind = sqlite3_column_int(q, 2 + (int)of->n) & off_wrist[of->worn].mask;
	return kind != off_wrist[of->worn].kinds[0] &&
	       kind != off_wrist[of->worn].kinds[1];
}

/* 0 or negative errno. */
static int
take_row(struct gb *gb, const struct samples_of *of, sqlite3_stmt *q)
{
	struct gb_device *d = gb_device(gb, sqlite3_column_int64(q, 1));
	int64_t t;

	if (!d || !gb_time(gb, of->table, sqlite3_column_int64(q, 0), &t))
		return 0;
	d->last = t > d->last ? t : d->last;
	if (t < d->from || !is_worn(of, q))
		return 0;
	for (size_t i = 0; i < of->n; i++) {
		double x = cell_number(q, 2 + (int)i);
		int32_t wire;
		if (!(x >= of->rule[i]->min && x <= of->rule[i]->max) ||
			!collect_wire_value(of->channel[i], x, &wire))
			continue;
		int r = collect_sample(gb->g->to, gb->g->person, of->channel[i], t, wire);
		if (r < 0)
			return r;
		gb->g->used++;
	}
	return 0;
}

static int
samples(struct gb *gb, const char *table)
{
	struct samples_of of;
	unsigned long rows = 0;
	int r = 0;

	find_rules(gb, table, &of);
	if (of.n == 0)
		return 0;
	int64_t from = gb_begin(gb, table, 0);
	sqlite3_stmt *q = gb_select(gb, table, of.column, 0);
	if (!q)
		return 0;
	sqlite3_bind_int64(q, 1, from);
	while (r == 0 && gb_step(gb, table, q)) {
		r = take_row(gb, &of, q);
		if (++rows % 100000 == 0)
			report_progress(gb->g->report, "%s: %lu rows", table, rows);
	}
	sqlite3_finalize(q);
	if (r == 0)
		gb_done(gb, table);
	return r;
}

/* --- explain ---------------------------------------------------------------------------- */

/* The name under which the table of fields knows a table: by what it ends with. */
static const char *
kind_of(const char *table)
{
	static const char *const kinds[] = {"*_ACTIVITY_SAMPLE", "*_SLEEP_TIME_SAMPLE",
		"*_SLEEP_SESSION_SAMPLE", "*_SLEEP_STAGE_SAMPLE", "*_SLEEP_STATS_SAMPLE",
		"*_SLEEP_RESPIRATORY_RATE_SAMPLE", "*_HEART_RATE_SAMPLE",
		"*_HEART_RATE_MANUAL_SAMPLE", "*_SPO2_SAMPLE",
		"*_RESPIRATORY_RATE_SAMPLE", "*_HRV_VALUE_SAMPLE", "*_HRV_SAMPLE"};

	for (size_t i = 0; i < array_len(kinds); i++)
		if (ends_with(table, kinds[i] + 1))
			return kinds[i];
	return table;
}

static void
explain(struct gb *gb, const char *table)
{
	char text[GB_NAME_MAX + 32], path[FIDELITY_PATH_MAX];
	sqlite3_stmt *q = NULL;

	snprintf(text, sizeof text, "SELECT * FROM \"%s\"", table);
	if (sqlite3_prepare_v2(gb->db, text, -1, &q, NULL) != SQLITE_OK)
		return;
	while (gb_step(gb, table, q))
		for (int i = 0; i < sqlite3_column_count(q) && i < EXPLAIN_MAX; i++) {
			snprintf(path, sizeof path, "%s.%.40s", kind_of(table),
				sqlite3_column_name(q, i));
			fidelity_saw(gb->g->fidelity, path,
				(const char *)sqlite3_column_text(q, i));
		}
	sqlite3_finalize(q);
}

static const struct field fields[] = {
	{"*_ACTIVITY_SAMPLE.TIMESTAMP", "time", "in seconds"},
	{"*_ACTIVITY_SAMPLE.DEVICE_ID", "app", "the device's alias or name"},
	{"*_ACTIVITY_SAMPLE.USER_ID", NULL, "--person says whose it is"},
	{"*_ACTIVITY_SAMPLE.RAW_INTENSITY", "activity", "not Huawei's; not while unworn"},
	{"*_ACTIVITY_SAMPLE.STEPS", "steps",
		"not Garmin's or Huawei's: no steps of a minute"},
	{"*_ACTIVITY_SAMPLE.RAW_KIND", "stage",
		"Huami extended: 120 asleep, 115, 118 not worn"},
	{"*_ACTIVITY_SAMPLE.HEART_RATE", "heart_rate", "20 to 249; others mean none"},
	{"*_ACTIVITY_SAMPLE.SPO2", "spo2", "0 means none"},
	{"*_ACTIVITY_SAMPLE.UNKNOWN1", NULL, "nobody knows what it is"},
	{"*_ACTIVITY_SAMPLE.SLEEP", NULL, "RAW_KIND says who sleeps"},
	{"*_ACTIVITY_SAMPLE.DEEP_SLEEP", "stage", "above 42 of 127: deep"},
	{"*_ACTIVITY_SAMPLE.REM_SLEEP", "stage", "above 55 of 127: REM"},
	{"*_SLEEP_TIME_SAMPLE.TIMESTAMP", "start, record_id", "in ms"},
	{"*_SLEEP_TIME_SAMPLE.DEVICE_ID", "app, record_id", NULL},
	{"*_SLEEP_TIME_SAMPLE.USER_ID", NULL, "--person says whose it is"},
	{"*_SLEEP_TIME_SAMPLE.WAKEUP_TIME", "end, revision",
		"empty: the night is not over"},
	{"*_SLEEP_TIME_SAMPLE.IS_AWAKE", "status", "0: tentative for three hours"},
	{"*_SLEEP_TIME_SAMPLE.TOTAL_DURATION", "total sleep", "from minutes"},
	{"*_SLEEP_TIME_SAMPLE.DEEP_SLEEP_DURATION", "deep", "from minutes"},
	{"*_SLEEP_TIME_SAMPLE.LIGHT_SLEEP_DURATION", "light", "from minutes"},
	{"*_SLEEP_TIME_SAMPLE.REM_SLEEP_DURATION", "REM", "from minutes"},
	{"*_SLEEP_TIME_SAMPLE.AWAKE_DURATION", "awake", "from minutes"},
	{"*_SLEEP_SESSION_SAMPLE.TIMESTAMP", "start, record_id", "in ms"},
	{"*_SLEEP_SESSION_SAMPLE.DEVICE_ID", "app, record_id", NULL},
	{"*_SLEEP_SESSION_SAMPLE.USER_ID", NULL, "--person says whose it is"},
	{"*_SLEEP_SESSION_SAMPLE.WAKEUP_TIME", "end, revision",
		"empty: the night is not over"},
	{"*_SLEEP_STAGE_SAMPLE.TIMESTAMP", "stage", "in ms"},
	{"*_SLEEP_STAGE_SAMPLE.DEVICE_ID", "app, record_id", NULL},
	{"*_SLEEP_STAGE_SAMPLE.USER_ID", NULL, "--person says whose it is"},
	{"*_SLEEP_STAGE_SAMPLE.STAGE", "stage", "by the maker's numbers"},
	{"*_SLEEP_STAGE_SAMPLE.DURATION", "stage",
		"minutes, or seconds where those do not fit"},
	{"*_SLEEP_STATS_SAMPLE.TIMESTAMP", "time", "which night it is of"},
	{"*_SLEEP_STATS_SAMPLE.DEVICE_ID", "time", "which night it is of"},
	{"*_SLEEP_STATS_SAMPLE.USER_ID", NULL, "--person says whose it is"},
	{"*_SLEEP_STATS_SAMPLE.SLEEP_SCORE", "vendor score", NULL},
	{"*_SLEEP_RESPIRATORY_RATE_SAMPLE.TIMESTAMP", "time", "in ms"},
	{"*_SLEEP_RESPIRATORY_RATE_SAMPLE.DEVICE_ID", NULL,
		"samples of all devices are one"},
	{"*_SLEEP_RESPIRATORY_RATE_SAMPLE.USER_ID", NULL, "--person says whose it is"},
	{"*_SLEEP_RESPIRATORY_RATE_SAMPLE.UTC_OFFSET", NULL, "TIMESTAMP is in UTC"},
	{"*_SLEEP_RESPIRATORY_RATE_SAMPLE.RATE", "resp_rate", NULL},
	{"*_RESPIRATORY_RATE_SAMPLE.TIMESTAMP", "time", "in ms"},
	{"*_RESPIRATORY_RATE_SAMPLE.RESPIRATORY_RATE", "resp_rate", NULL},
	{"*_HEART_RATE_SAMPLE.TIMESTAMP", "time", "in ms"},
	{"*_HEART_RATE_SAMPLE.HEART_RATE", "heart_rate", "20 to 249; others mean none"},
	{"*_HEART_RATE_MANUAL_SAMPLE.TIMESTAMP", "time", "in ms"},
	{"*_HEART_RATE_MANUAL_SAMPLE.HEART_RATE", "heart_rate", NULL},
	{"*_SPO2_SAMPLE.TIMESTAMP", "time", "in ms"},
	{"*_SPO2_SAMPLE.SPO2", "spo2", "40 to 100; others mean none"},
	{"*_HRV_VALUE_SAMPLE.TIMESTAMP", "time", "in ms"},
	{"*_HRV_VALUE_SAMPLE.VALUE", "hrv_rmssd",
		"Garmin's; of others the method is not known"},
	{NULL, NULL, NULL},
};

static int
read_gadgetbridge(struct input *in, struct reading *g)
{
	struct gb gb = {.g = g};
	int r = 0;

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	if (gb_open(&gb, in) == 0) {
		r = gb_nights(&gb);
		for (size_t i = 0; i < gb.n_tables && r == 0; i++)
			r = samples(&gb, gb.table[i]);
		for (size_t i = 0; g->fidelity && i < gb.n_tables; i++)
			explain(&gb, gb.table[i]);
		if (!gb_unchanged(in)) {
			report_refuse(g->report, 0,
				"it was changed while it was read: read it again");
			gb.damaged = 1;
		}
		for (size_t i = 0; r == 0 && !gb.damaged && i < gb.done.n; i++)
			marks_set(g->marks, gb.done.v[i].key, gb.done.v[i].value);
	}
	gb_close(&gb);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	static const char magic[] = "SQLite format 3";
	return n >= sizeof magic && memcmp(head, magic, sizeof magic) == 0 &&
	       !memmem(head, n, "settingName", 11); /* ActiGraph's .agd is SQLite, too */
}

const struct reader reader_gadgetbridge = {
	.name = "gadgetbridge",
	.carries = "the database that Gadgetbridge exports, or its zip: nights, stages, "
		   "movement, heart "
		   "rate, steps, oxygen, breaths",
	.example = "Gadgetbridge.db (SQLite, by its path)",
	.fields = fields,
	.sniff = sniff,
	.read = read_gadgetbridge,
};
