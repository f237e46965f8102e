/* SPDX-License-Identifier: MIT */
/* Actiware's export: sections of properties, statistics and epochs, in the language, with the
 * separator and the dates of the computer that wrote it. Columns are known by their names
 * (English, French, German); whether the day or the month comes first, by which of them makes the
 * dates go on as the lines do.
 *  time   an epoch is its line: so many epochs after the first. What is shown must fit; an hour
 *         more or less from a line on is a change of clocks that this computer applied. The
 *         first is placed by the offset that the file states, else by --zone.
 *  epochs that Actiware excludes, and those off the wrist, are left out, movement and all. */
#include "actiware.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EPOCH_MAX_MS    HOUR_MS
#define OFFSET_MAX_MIN  (18 * 60)
#define JUMP_MAX_MS     (2 * HOUR_MS) /* some places change their clocks by half an hour */
#define JUMP_QUARTER_MS (15 * MINUTE_MS)

static const char *const column_names[EPOCH_COLUMNS][4] = {
	[LINE] = {"Line", "Ligne", "Zeile"},
	[DATE] = {"Date", "Datum"},
	[TIME] = {"Time", "Heure", "Zeit"},
	[ACTIVITY] = {"Activity", "Activit\xc3\xa9", "Aktivit\xc3\xa4t"},
	[WHITE] = {"White Light", "Lumi\xc3\xa8re blanche",
		"Wei\xc3\x9f"
		"es Licht"},
	[SLEEP_WAKE] = {"Sleep/Wake", "Sommeil/\xc3\x89veil", "Schlaf/Wach"},
	[STATUS] = {"Interval Status", "Statut de l\xe2\x80\x99intervalle",
		"Statut de l'intervalle", "Intervallstatus"},
	[OFF_WRIST] = {"Off-Wrist Status",
		"Status \xe2\x80\x9eNicht am Handgelenk\xe2\x80\x9c"},
};

static const char *const statistic_names[STATISTICS] = {
	[SLEEP_TIME] = "Sleep Time",
	[WAKE_TIME] = "Wake Time",
	[EFFICIENCY] = "Efficiency",
	[ONSET_LATENCY] = "Onset Latency",
	[WAKE_BOUTS] = "#Wake Bouts",
};

/* --- what stands before the epochs -------------------------------------------------------- */

static int
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* 1 if the row names the columns of the epochs. */
static int
heading(struct actiware *a, const struct row *row)
{
	for (int c = 0; c < EPOCH_COLUMNS; c++) {
		a->column[c] = -1;
		for (unsigned i = 0; i < row->n; i++)
			for (size_t k = 0; k < array_len(column_names[c]); k++)
				if (column_names[c][k] &&
					strcmp(row->field[i], column_names[c][k]) == 0)
					a->column[c] = (int)i;
	}
	return a->column[LINE] == 0 && a->column[DATE] > 0 && a->column[TIME] > 0 &&
	       a->column[ACTIVITY] > 0;
}

static void
statistics(struct actiware *a, const struct row *row)
{
	if (strcmp(row->field[0], "Interval Type") != 0)
		return;
	for (int s = 0; s < STATISTICS; s++)
		for (unsigned i = 0; i < row->n; i++)
			if (strcmp(row->field[i], statistic_names[s]) == 0)
				a->statistic[s] = (int)i;
}

static void
property(struct actiware *a, const struct row *row)
{
	const char *label = row->field[0], *value = row->field[1];
	struct fidelity *f = a->g->fidelity;
	unsigned h, m;
	char sign, end;

	if (begins(label, "Actiwatch Type") || begins(label, "Type d'Actiwatch") ||
		begins(label, "Actiwatch-Typ")) {
		fidelity_saw(f, "Properties.Actiwatch Type", value);
		snprintf(a->device, sizeof a->device, "%s", value);
	} else if (strlen(value) < sizeof a->serial &&
		   (begins(label, "Actiwatch Serial Number") ||
			   begins(label,
				   "Num\xc3\xa9ro de s\xc3\xa9rie de l'Actiwatch") ||
			   begins(label, "Actiwatch-Seriennummer"))) {
		fidelity_saw(f, "Properties.Actiwatch Serial Number", value);
		snprintf(a->serial, sizeof a->serial, "%s", value);
	} else if (row->n >= 3 && strchr(row->field[2], ':') &&
		   sscanf(value, "%c%2u:%2u%c", &sign, &h, &m, &end) == 3 &&
		   strchr("+-", sign) && h * 60 + m <= OFFSET_MAX_MIN) {
		fidelity_saw(f, "Properties.Time Zone Offset", value);
		a->offset_min = (sign == '-' ? -1 : 1) * (int)(h * 60 + m);
		a->has_offset = 1;
	} else {
		fidelity_saw(f, "Properties", value);
	}
}

/* Reads up to the heading of the epochs. 1 if there is one with this separator. */
static int
preamble(struct actiware *a, const char *text, char separator)
{
	struct row row;

	a->start = (struct rows){.p = text, .separator = separator};
	a->n_intervals = 0;
	for (int s = 0; s < STATISTICS; s++)
		a->statistic[s] = -1;
	while (rows_next(&a->start, &row)) {
		if (row.n < 2)
			continue;
		if (heading(a, &row))
			return 1;
		statistics(a, &row);
		if (row.n == 2 || row.n < 5)
			property(a, &row);
		actiware_interval(a, &row);
	}
	return 0;
}

/* --- where the epochs lie ------------------------------------------------------------------ */

struct place {
	long line;
	int date[3];
	int64_t clock;
};

/* 1 if the row is an epoch's. */
static int
place_of(const struct actiware *a, const struct row *row, struct place *ret)
{
	for (int c = LINE; c <= ACTIVITY; c++)
		if (a->column[c] >= (int)row->n)
			return 0;
	ret->line = whole_of(row->field[0]);
	return ret->line >= 0 && date_numbers(row->field[a->column[DATE]], ret->date) &&
	       clock_face(row->field[a->column[TIME]], &ret->clock);
}

static int
face_of(const struct actiware *a, const struct place *p, int64_t *ret)
{
	int64_t day;

	if (!date_face(p->date, a->order, &day))
		return 0;
	*ret = day + p->clock;
	return 1;
}

/* Sets the order in which days and months stand: the one that brings the last line where it
 * belongs. NULL, or why there is none. */
static const char *
find_order(struct actiware *a, const struct place *first, const struct place *last)
{
	int64_t from, to, ran = (last->line - first->line) * a->epoch_ms, found = 0;
	int n = 0, order = DATE_ORDERS;

	for (int o = 0; o < DATE_ORDERS; o++) {
		a->order = (enum date_order)o;
		if (!face_of(a, first, &from) || !face_of(a, last, &to) ||
			llabs(to - from - ran) > JUMP_MAX_MS)
			continue;
		n += n == 0 || from != found;
		found = from;
		order = order == DATE_ORDERS ? o : order;
	}
	a->order = (enum date_order)order;
	if (n == 0)
		return "the dates of the epochs do not go on as their lines do";
	return n > 1 ? "the dates could be day/month or month/day: export a longer "
		       "stretch"
		     : NULL;
}

static const char *
set_clock(struct actiware *a, const struct place *first)
{
	int64_t face;

	if (!face_of(a, first, &face))
		return "its first date cannot be read";
	if (!a->has_offset)
		return wrist_clock_set(a->g, face, &a->clock);
	a->clock = (struct wrist_clock){face, face - a->offset_min * MINUTE_MS};
	return NULL;
}

/* Finds the first and the last epoch, and what lies between two. NULL, or why not. */
static const char *
find_places(struct actiware *a)
{
	struct rows rows = a->start;
	struct row row;
	struct place first = {0}, last = {0}, p;
	long n = 0;

	while (rows_next(&rows, &row)) {
		if (!place_of(a, &row, &p) || (n && p.line <= last.line) ||
			(n && p.line - first.line >= ACTIWATCH_EPOCHS_MAX))
			continue;
		if (n == 1)
			a->epoch_ms = (p.clock - first.clock + DAY_MS) % DAY_MS /
				      (p.line - first.line);
		first = n == 0 ? p : first;
		last = p;
		n++;
	}
	if (n < 2)
		return "it holds no epochs";
	if (a->epoch_ms < SECOND_MS || a->epoch_ms > EPOCH_MAX_MS)
		return "its first two epochs lie further apart than epochs do";
	a->first_line = first.line;
	a->last_line = last.line;
	const char *why = find_order(a, &first, &last);
	return why ? why : set_clock(a, &first);
}

int
actiware_offset(const struct actiware *a, int64_t t)
{
	return vendor_offset(a->g, t, a->offset_min);
}

/* --- epochs -------------------------------------------------------------------------------- */

/* Whether the shown time is the line's; remembers a change of clocks. */
static int
fits(struct actiware *a, const struct place *p)
{
	int64_t face, expected = a->clock.face + (p->line - a->first_line) * a->epoch_ms;
	int64_t by = a->n_jumps ? a->jump[a->n_jumps - 1].by : 0;

	if (p->line < a->first_line || p->line > a->last_line || !face_of(a, p, &face))
		return 0;
	if (face == expected + by)
		return 1;
	by = face - expected;
	if (llabs(by) > JUMP_MAX_MS || by % JUMP_QUARTER_MS ||
		a->n_jumps == ACTIWARE_JUMPS_MAX)
		return 0;
	a->jump[a->n_jumps].face = face;
	a->jump[a->n_jumps++].by = by;
	return 1;
}

static const char *
cell(const struct actiware *a, const struct row *row, int column)
{
	int i = a->column[column];
	return i >= 0 && i < (int)row->n ? row->field[i] : "";
}

/* "EXCLUDED", "EXCLU", "AUSGESCHLOSSEN", or not worn. */
static int
is_excluded(const struct actiware *a, const struct row *row)
{
	const char *status = cell(a, row, STATUS);

	return begins(status, "EXCLU") || begins(status, "AUSGE") ||
	       whole_of(cell(a, row, OFF_WRIST)) == 1;
}

static void
explain(const struct actiware *a, const struct row *row)
{
	static const char *const paths[EPOCH_COLUMNS] = {"Epochs.Line", "Epochs.Date",
		"Epochs.Time", "Epochs.Activity", "Epochs.White Light",
		"Epochs.Sleep/Wake", "Epochs.Interval Status", "Epochs.Off-Wrist Status"};

	for (unsigned i = 0; a->g->fidelity && i < row->n; i++) {
		const char *path = "Epochs.others", *value = row->field[i];
		for (int c = 0; c < EPOCH_COLUMNS; c++)
			if (a->column[c] == (int)i)
				path = paths[c];
		int empty = strcasecmp(value, "nan") == 0 || strcmp(value, "kZ") == 0;
		fidelity_saw(a->g->fidelity, path, empty ? NULL : value);
	}
}

/* 0 or negative errno. */
static int
take(struct actiware *a, const struct row *row)
{
	struct reading *g = a->g;
	struct place p;
	int64_t t;

	explain(a, row);
	if (!place_of(a, row, &p) || !fits(a, &p)) {
		report_refuse(g->report, row->line,
			row->n == 0 ? "too long"
				    : "not an epoch, or its time does not fit its "
				      "line");
		return 0;
	}
	const char *why = wrist_clock_at(
		g, &a->clock, a->clock.face + (p.line - a->first_line) * a->epoch_ms, &t);
	if (why) {
		report_refuse(g->report, row->line, "%s", why);
		return 0;
	}
	if (is_excluded(a, row))
		return 0;
	long wake = whole_of(cell(a, row, SLEEP_WAKE));
	a->epoch[p.line - a->first_line] = wake == 0   ? EPOCH_ASLEEP
					   : wake == 1 ? EPOCH_AWAKE
						       : EPOCH_NOTHING;
	int r = actiwatch_sample(
		g, "activity", t, number_of(cell(a, row, ACTIVITY)), row->line);
	if (r == 0)
		r = actiwatch_sample(
			g, "light", t, number_of(cell(a, row, WHITE)), row->line);
	return r;
}

static int
epochs(struct actiware *a)
{
	struct rows rows = a->start;
	struct row row;
	int r = 0;

	a->epoch = xcalloc((size_t)(a->last_line - a->first_line) + 1, 1);
	while (r == 0 && rows_next(&rows, &row)) {
		r = take(a, &row);
		if (row.line % 10000 == 0)
			report_progress(
				a->g->report, "%s: %lu lines", a->g->path, row.line);
	}
	return r;
}

int
actiware_read(struct reading *g, const char *text)
{
	static const char separators[] = ",;\t";
	struct actiware a = {.g = g};
	struct fidelity *f = g->fidelity;
	const char *s = separators;
	int r = 0, found = 0;

	g->fidelity = NULL; /* what was split wrongly is nobody's field */
	while (*s && !(found = preamble(&a, text, *s)))
		s++;
	g->fidelity = f;
	if (found)
		found = preamble(&a, text, *s);
	const char *why =
		found ? find_places(&a)
		      : "no list of epochs with columns this reader knows (English, "
			"French or German)";
	if (why)
		report_refuse(g->report, 0, "epochs: %s", why);
	else if ((r = epochs(&a)) == 0)
		r = actiware_nights(&a);
	free(a.interval);
	free(a.epoch);
	return r;
}
