/* SPDX-License-Identifier: MIT */
/* The actigraph reader: ActiGraph's .agd files (SQLite, as ActiLife writes them).
 *  time      dataTimestamp counts 100 ns since 0001-01-01 of the device's clock, which was set
 *            to local time at the start and runs on when the clocks change: --zone says when
 *            the start was (wrist.h).
 *  movement  axis1, the vertical axis: what Cole-Kripke and Sadeh count in ActiLife, whose
 *            labels the scorers meet with it. Not the vector magnitude: no scorer takes it.
 *  nights    the table `sleep`, filled once ActiLife has scored (actigraph_nights.c).
 * Zeros of a device that was not worn stand as zeros: that is for a scorer of wear time. */
#include "actigraph_db.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICKS_A_MS    10000
#define TICKS_OF_1970 INT64_C(621355968000000000)
#define TICKS_OF_2000 INT64_C(630822816000000000)  /* older: no such device was made */
#define TICKS_END     INT64_C(3155378976000000000) /* of the year 9999 */

enum { TIMESTAMP, FIRST_CHANNEL };
static const char *const data_columns[] = {
	"dataTimestamp", "axis1", "steps", "lux", NULL};
static const char *const data_channels[] = {NULL, "activity", "steps", "light"};

const char *
agd_face(sqlite3_stmt *q, int column, int64_t *ret)
{
	double x = cell_number(q, column);

	if (!(x >= (double)TICKS_OF_2000 && x < (double)TICKS_END))
		return isnan(x) ? "a time is missing"
				: "a time before 2000 or beyond 9999";
	*ret = (sqlite3_column_int64(q, column) - TICKS_OF_1970) / TICKS_A_MS;
	return NULL;
}

const char *
agd_time(
	struct recording *r, sqlite3_stmt *q, int column, int64_t *ret_face, int64_t *ret)
{
	const char *why = agd_face(q, column, ret_face);

	return why ? why : wrist_clock_at(r->db.g, &r->clock, *ret_face, ret);
}

/* --- epochs ------------------------------------------------------------------------------ */

/* 0 or negative errno. */
static int
take_epoch(struct recording *r, sqlite3_stmt *q, unsigned long row)
{
	struct reading *g = r->db.g;
	int64_t face, t;
	const char *why = agd_time(r, q, TIMESTAMP, &face, &t);

	if (why) {
		report_refuse(g->report, 0, "data, row %lu: %s", row, why);
		return 0;
	}
	for (int i = FIRST_CHANNEL; data_columns[i]; i++) {
		const struct channel *ch = channel_by_name(data_channels[i]);
		double v = cell_number(q, i);
		int32_t wire;
		if (isnan(v))
			continue;
		if (!collect_wire_value(ch, v, &wire)) {
			report_refuse(g->report, 0,
				"data, row %lu: %s %.10g is outside what is plausible",
				row, data_columns[i], v);
			continue;
		}
		int err = collect_sample(g->to, g->person, ch, t, wire);
		if (err < 0)
			return err;
		g->used++;
	}
	return 0;
}

static int
epochs(struct recording *r)
{
	sqlite3_stmt *q = agd_select(&r->db, "data", data_columns, NULL);
	unsigned long row = 0;
	int err = 0;

	if (!q && !r->db.damaged)
		report_refuse(r->db.g->report, 0, "it has no table of data");
	while (q && err == 0 && agd_step(&r->db, "data", q)) {
		err = take_epoch(r, q, ++row);
		if (row % 100000 == 0)
			report_progress(r->db.g->report, "%lu epochs", row);
	}
	sqlite3_finalize(q);
	return err;
}

/* --- the file ---------------------------------------------------------------------------- */

/* Sets the clock by the first epoch that has a time. 0, or 1: refused, and said why. */
static int
set_clock(struct recording *r)
{
	static const char *const columns[] = {"dataTimestamp", NULL};
	sqlite3_stmt *q = agd_select(&r->db, "data", columns, NULL);
	int64_t face = 0;
	const char *why = "it has no epochs";

	while (q && why && agd_step(&r->db, "data", q))
		why = agd_face(q, 0, &face);
	sqlite3_finalize(q);
	if (!why)
		why = wrist_clock_set(r->db.g, face, &r->clock);
	if (why && !r->db.damaged)
		report_refuse(r->db.g->report, 0, "data: %s", why);
	return why != NULL;
}

static int
read_actigraph(struct input *in, struct reading *g)
{
	struct recording r = {.db.g = g};

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	int err = agd_open(&r.db, in);
	if (err == 0) {
		agd_setting(&r.db, "devicename", r.device, sizeof r.device);
		agd_setting(&r.db, "deviceserial", r.serial, sizeof r.serial);
		if (set_clock(&r) == 0 && (err = epochs(&r)) == 0)
			err = agd_nights(&r);
		agd_explain(&r.db);
	}
	agd_close(&r.db);
	return err < 0 ? err : 0;
}

/* The tables stand in the first pages: ActiLife makes them first. */
static int
sniff(const char *head, size_t n)
{
	static const char magic[] = "SQLite format 3";
	return n >= sizeof magic && memcmp(head, magic, sizeof magic) == 0 &&
	       memmem(head, n, "dataTimestamp", 13) && memmem(head, n, "settingName", 11);
}

/* clang-format off */
static const struct field fields[] = {
	{"settings.devicename", "app", NULL},
	{"settings.deviceserial", "record_id", "with the date and the rank by length"},
	{"settings.epochlength", NULL, "the epochs' times say it"},
	{"settings.startdatetime", NULL, "the first epoch says it"},
	{"settings.stopdatetime", NULL, "the last epoch says it"},
	{"settings.downloaddatetime", NULL, "of the device's reading out"},
	{"settings.epochcount", NULL, "the epochs say it"},
	{"settings.subjectname", NULL, "whose it is says --person"},
	{"settings.sex", NULL, "of the person"},
	{"settings.height", NULL, "of the person"},
	{"settings.mass", NULL, "of the person"},
	{"settings.age", NULL, "of the person"},
	{"settings.race", NULL, "of the person"},
	{"settings.dateOfBirth", NULL, "of the person"},
	{"settings.limb", NULL, "the scorers are for the wrist"},
	{"settings.side", NULL, "where it was worn changes no count"},
	{"settings.dominance", NULL, "where it was worn changes no count"},
	{"settings.filter", NULL, "how the device counts"},
	{"settings.original sample rate", NULL, "how the device counts"},
	{"settings.modenumber", NULL, "of the device, not of the wearer"},
	{"settings.deviceversion", NULL, "of the device, not of the wearer"},
	{"settings.batteryvoltage", NULL, "of the device, not of the wearer"},
	{"settings.unexpectedResets", NULL, "of the device, not of the wearer"},
	{"settings.proximityIntervalInSeconds", NULL, "of the device, not of the wearer"},
	{"settings.finished", NULL, "of the device, not of the wearer"},
	{"settings.softwarename", NULL, "of the computer"},
	{"settings.softwareversion", NULL, "of the computer"},
	{"settings.osversion", NULL, "of the computer"},
	{"settings.machinename", NULL, "of the computer"},
	{"settings.datetimeformat", NULL, "of the computer"},
	{"settings.decimal", NULL, "of the computer"},
	{"settings.grouping", NULL, "of the computer"},
	{"settings.culturename", NULL, "of the computer"},
	{"settings.notes", NULL, "words"},
	{"data.dataTimestamp", "time", "100 ns since year 1 of a clock that runs on; --zone"},
	{"data.axis1", "activity", "rounded to whole counts"},
	{"data.axis2", NULL, "the scorers count the vertical axis"},
	{"data.axis3", NULL, "the scorers count the vertical axis"},
	{"data.steps", "steps", "rounded to whole steps"},
	{"data.lux", "light", "mean of the epoch; rounded to 0.1 lux"},
	{"data.hr", NULL, "of an old strap: beats an epoch, of a unit that is not sure"},
	{"data.inclineOff", NULL, "posture has no channel"},
	{"data.inclineStanding", NULL, "posture has no channel"},
	{"data.inclineSitting", NULL, "posture has no channel"},
	{"data.inclineLying", NULL, "posture has no channel"},
	{"sleep.sleepID", NULL, "numbered anew with every scoring"},
	{"sleep.inBedTimestamp", "start", NULL},
	{"sleep.outBedTimestamp", "end, record_id", NULL},
	{"sleep.timeAsleep", "total sleep", "where the totals add up"},
	{"sleep.timeAwake", "awake", "where the totals add up"},
	{"sleep.awakenings", "AWAKENINGS", "where the totals add up"},
	{"sleep.wakeAfterOnset", "WASO", "where the totals add up"},
	{"sleep.latency", "latency", "where the totals add up"},
	{"sleep.efficiency", NULL, "the time asleep of the time in bed"},
	{"sleep.totalCounts", NULL, "the epochs say it"},
	{"awakenings.awakeningID", NULL, "numbered anew at every scoring"},
	{"awakenings.sleepID", "stage", "of which night"},
	{"awakenings.timestamp", "stage", "awake, where they fit the totals"},
	{"awakenings.length", "stage", "in what the totals count in"},
	{"filters", NULL, "what ActiLife shows"},
	{"capsense", NULL, "worn or not has no channel"},
	{"wtvBouts", NULL, "worn or not has no channel"},
	{"crouterEpoch", NULL, "energy is not kept"},
	{"crouterMinute", NULL, "energy is not kept"},
	{"logDiaryTimes", NULL, "worn by the diary has no channel"},
	{0},
};
/* clang-format on */

const struct reader reader_actigraph = {
	.name = "actigraph",
	.carries =
		"ActiGraph's .agd files: movement counts, steps, light, and the nights "
		"that ActiLife scored",
	.example = "recording60sec.agd (SQLite; local times, so with --zone)",
	.fields = fields,
	.sniff = sniff,
	.read = read_actigraph,
};
