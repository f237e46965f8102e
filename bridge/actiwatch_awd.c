/* SPDX-License-Identifier: MIT */
/* .AWD files: seven lines (name, date, start, epoch, age, serial number, sex), then a line an
 * epoch: its counts, after a comma the light of watches that measure it, an "M" where the button
 * was pressed. The clock is local and runs on; nothing is scored. */
#include "actiwatch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME, DATE, START, EPOCH, AGE, SERIAL, SEX, HEADER_LINES };

/* How the file writes the length of an epoch; the letters are of newer watches. */
static const struct {
	const char *code;
	int seconds;
} epochs[] = {{"1", 15}, {"2", 30}, {"4", 60}, {"8", 120}, {"20", 300}, {"81", 2},
	{"C1", 5}, {"C2", 10}};

/* By how their names begin in English, German, French and Spanish; April before August. */
static const struct {
	const char *begins;
	int month;
} months[] = {{"jan", 1}, {"ene", 1}, {"feb", 2}, {"f\xc3\xa9", 2}, {"fev", 2},
	{"mar", 3}, {"m\xc3\xa4r", 3}, {"mrz", 3}, {"apr", 4}, {"avr", 4}, {"abr", 4},
	{"mai", 5}, {"may", 5}, {"jun", 6}, {"juin", 6}, {"jul", 7}, {"juil", 7},
	{"aug", 8}, {"ao\xc3\xbb", 8}, {"ago", 8}, {"sep", 9}, {"oct", 10}, {"okt", 10},
	{"nov", 11}, {"dec", 12}, {"dez", 12}, {"d\xc3\xa9", 12}, {"dic", 12}};

/* "23-Jan-1918" or, with a day above 12 or the month's name, nothing to guess. 1 or 0. */
static int
date_of(const char *s, int64_t *ret)
{
	char name[16];
	int v[3];
	unsigned day, year;
	char end;

	if (sscanf(s, "%2u%*1[-/. ]%15[^-/. 0-9]%*1[-/. ]%4u%c", &day, name, &year,
		    &end) == 3) {
		for (size_t i = 0; i < array_len(months); i++)
			if (strncasecmp(name, months[i].begins,
				    strlen(months[i].begins)) == 0) {
				int n[3] = {(int)day, months[i].month, (int)year};
				return year >= 1900 && date_face(n, DATE_DMY, ret);
			}
		return 0;
	}
	if (!date_numbers(s, v))
		return 0;
	if (date_face(v, DATE_YMD, ret))
		return 1;
	return (v[0] > 12 || v[0] == v[1]) && date_face(v, DATE_DMY, ret);
}

static int
epoch_of(const char *s)
{
	for (size_t i = 0; i < array_len(epochs); i++)
		if (strcmp(s, epochs[i].code) == 0)
			return epochs[i].seconds;
	return 0;
}

struct awd_epoch {
	double counts, light; /* light NAN: none */
	int marked;
};

/* "530", "71 M", "144 , 0.35 M". 1 or 0. */
static int
parse_epoch(const char *s, struct awd_epoch *ret)
{
	char *end;

	ret->marked = 0;
	ret->light = NAN;
	if (*s < '0' || *s > '9' || strpbrk(s, "xX")) /* a hexadecimal number is none */
		return 0;
	ret->counts = strtod(s, &end);
	end += strspn(end, " \t");
	if (*end == ',' || *end == ';') {
		char *from = end + 1 + strspn(end + 1, " \t");
		ret->light = strtod(from, &end);
		if (end == from || *from < '0' || *from > '9')
			return 0;
		end += strspn(end, " \t");
	}
	if (*end == 'M' || *end == 'm')
		ret->marked = 1, end++;
	end += strspn(end, " \t");
	return *end == '\0' && isfinite(ret->counts);
}

int
awd_sniff(const char *text)
{
	struct rows rows = {.p = text};
	struct row row;
	struct awd_epoch e;
	int64_t face;

	for (int i = 0; i < HEADER_LINES + 3; i++) {
		/* a header's line may be blank */
		if (i < HEADER_LINES && (*rows.p == '\r' || *rows.p == '\n')) {
			rows.p += 1 + (*rows.p == '\r' && rows.p[1] == '\n');
			continue;
		}
		if (!rows_next(&rows, &row) || row.n == 0 ||
			(i == DATE && !date_of(row.field[0], &face)) ||
			(i == START && !clock_face(row.field[0], &face)) ||
			(i == EPOCH && !epoch_of(row.field[0])) ||
			(i >= HEADER_LINES && !parse_epoch(row.field[0], &e)))
			return 0;
	}
	return 1;
}

/* --- reading ----------------------------------------------------------------------------- */

struct awd {
	struct wrist_clock clock;
	int64_t epoch_ms;
};

/* Reads the seven lines. NULL, or why not. */
static const char *
header(struct reading *g, struct rows *rows, struct awd *ret)
{
	static const char *const names[] = {"AWD.name", "AWD.date", "AWD.start",
		"AWD.epoch", "AWD.age", "AWD.serial", "AWD.sex"};
	struct row row;
	int64_t day = 0, clock = 0;

	for (int i = 0; i < HEADER_LINES; i++) {
		char *text = row.text;
		row.text[0] = '\0';
		if (*rows->p == '\r' || *rows->p == '\n') { /* a blank line counts, too */
			rows->line++;
			rows->p += 1 + (*rows->p == '\r' && rows->p[1] == '\n');
		} else if (!rows_next(rows, &row) || row.n == 0) {
			return "the header is cut off";
		} else {
			text = row.field[0];
		}
		fidelity_saw(g->fidelity, names[i], text);
		if (i == DATE && !date_of(text, &day))
			return "line 2 is not a date that can be read, such as "
			       "23-Jan-2026";
		if (i == START && !clock_face(text, &clock))
			return "line 3 is not a time of day";
		if (i == EPOCH && !(ret->epoch_ms = epoch_of(text) * SECOND_MS))
			return "line 4 is not the length of an epoch that is known";
	}
	return wrist_clock_set(g, day + clock, &ret->clock);
}

/* 0 or negative errno; *ret_end: what follows lies in the future. */
static int
take(struct reading *g, const struct awd *a, const struct row *row, int64_t i,
	int *ret_end)
{
	struct awd_epoch e;
	int64_t t;
	const char *why =
		wrist_clock_at(g, &a->clock, a->clock.face + i * a->epoch_ms, &t);

	*ret_end = why != NULL;
	if (why) {
		report_refuse(g->report, row->line, "%s, with all that follows", why);
		return 0;
	}
	if (row->n == 0 || !parse_epoch(row->field[0], &e)) {
		fidelity_refused(g->fidelity, "AWD.counts", "not a number");
		report_refuse(g->report, row->line,
			"\"%.20s\" is not the counts of an epoch",
			row->n ? row->field[0] : "");
		return 0;
	}
	fidelity_saw(g->fidelity, "AWD.counts", row->field[0]);
	if (e.marked)
		fidelity_saw(g->fidelity, "AWD.marker", "M");
	int r = actiwatch_sample(g, "activity", t, e.counts, row->line);
	if (r == 0 && !isnan(e.light)) {
		fidelity_saw(g->fidelity, "AWD.light", row->field[0]);
		r = actiwatch_sample(g, "light", t, e.light, row->line);
	}
	return r;
}

int
awd_read(struct reading *g, const char *text)
{
	struct rows rows = {.p = text};
	struct row row;
	struct awd a = {{0}, 0};
	const char *why = header(g, &rows, &a);
	int r = 0, end = 0;

	if (why) {
		report_refuse(g->report, rows.line ? rows.line : 1, "%s", why);
		return 0;
	}
	/* a line that cannot be read is an epoch all the same */
	for (int64_t i = 0; r == 0 && !end && rows_next(&rows, &row); i++) {
		if (i == ACTIWATCH_EPOCHS_MAX) {
			report_refuse(
				g->report, row.line, "more epochs than a watch holds");
			break;
		}
		r = take(g, &a, &row, i, &end);
	}
	return r;
}
