/* SPDX-License-Identifier: MIT */
/* A night or a forecast against the words of an `expect`, and as such words. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "script.h"

#define DAY_MINUTES 1440

/* HH:MM or HH:MM±3 on the person's clock */
static int
clock_is(const struct script *s, int i, const struct zone *z, utc_ms t)
{
	const char *rest;
	char have[6];
	int h = 0, m = 0, tolerance = 0, want = word_clock(s, i, &rest);
	if (*rest && sscanf(rest, "\xc2\xb1%d", &tolerance) != 1)
		script_fail(s, "\"%s\" after a time of day", rest);
	if (t.ms == 0 || sscanf(civil_clock_text(z, t, have), "%d:%d", &h, &m) != 2)
		return 0;
	int off = abs(h * 60 + m - want);
	return (off < DAY_MINUTES - off ? off : DAY_MINUTES - off) <= tolerance;
}

static int
value_is(const struct script *s, int i, double v, double tolerance)
{
	double want = word_real(s, i, &tolerance);
	return fabs(v - want) <= tolerance;
}

static const char *
number_differs(const struct script *s, int i, const struct night *n)
{
	static char why[64];
	char name[48];
	snprintf(name, sizeof name, "night.%s", word_at(s, i));
	double v = night_value(n, name);
	if (!isnan(v) && value_is(s, i + 1, v, 0.5))
		return NULL;
	snprintf(why, sizeof why, "%s is %g", name, v);
	return why;
}

static const struct {
	const char *word;
	size_t offset;
} night_times[] = {
	{"in_bed", offsetof(struct night, in_bed)},
	{"onset", offsetof(struct night, onset)},
	{"wake", offsetof(struct night, wake)},
	{"out_of_bed", offsetof(struct night, out_of_bed)},
};

static const char *
time_differs(const struct script *s, int i, const struct night *n, const struct zone *z,
	int *ret_known)
{
	for (unsigned k = 0; k < array_len(night_times); k++) {
		if (!word_is(s, i, night_times[k].word))
			continue;
		utc_ms t = *(const utc_ms *)((const char *)n + night_times[k].offset);
		*ret_known = 1;
		return clock_is(s, i + 1, z, t) ? NULL : night_times[k].word;
	}
	return NULL;
}

/* What holds where the words do not say otherwise. */
struct night_rest {
	enum sleep_kind kind;
	uint32_t revision;
	int insufficient, gone;
};

static const char *
word_differs(const struct script *s, int i, const struct night *n, utc_ms at,
	struct night_rest *rest)
{
	const struct zone *z = world_person(&s->world, n->person)->zone;
	int known = 0;
	const char *why = time_differs(s, i, n, z, &known);
	if (known)
		return why;
	if (word_is(s, i, "at"))
		return clock_is(s, i + 1, z, at) ? NULL : "when it was announced";
	if (word_is(s, i, "coverage"))
		return value_is(s, i + 1, n->coverage, 0.005) ? NULL : "coverage";
	if (word_is(s, i, "sources"))
		return word_is(s, i + 1, n->sources) ? NULL : "sources";
	if (word_is(s, i, "kind")) {
		rest->kind = word_is(s, i + 1, "nap") ? SLEEP_NAP : SLEEP_MAIN;
		return NULL;
	}
	if (word_is(s, i, "revision")) {
		rest->revision = (uint32_t)word_number(s, i + 1, 1, 1000);
		return NULL;
	}
	if (word_is(s, i, "insufficient")) {
		rest->insufficient = 1;
		return strstr(n->insufficient, word_at(s, i + 1)) ? NULL : "insufficient";
	}
	if (word_is(s, i, "status")) {
		rest->gone = word_is(s, i + 1, "deleted");
		return NULL;
	}
	return number_differs(s, i, n);
}

const char *
night_differs(const struct script *s, int i, const struct night *n, utc_ms at)
{
	struct night_rest rest = {SLEEP_MAIN, 1, 0, 0};
	if (word_is_date(s, i) && word_date(s, i++).n != n->date.n)
		return "the date";
	for (; i < s->n; i += 2) {
		const char *why = word_differs(s, i, n, at, &rest);
		if (why)
			return why;
	}
	if (rest.kind != n->kind)
		return "kind";
	if (rest.revision != n->revision)
		return "revision";
	if (rest.gone != n->gone)
		return "status";
	return n->insufficient[0] && !rest.insufficient && !rest.gone
		       ? "it is insufficient"
		       : NULL;
}

const char *
forecast_differs(const struct script *s, int i, const struct forecast *f, utc_ms at)
{
	const struct zone *z = world_person(&s->world, f->person)->zone;
	const char *missing = NULL;
	if (word_is_date(s, i) && word_date(s, i++).n != f->date.n)
		return "the date";
	for (; i < s->n; i++) {
		if (word_is(s, i, "live") || word_is(s, i, "history")) {
			if (f->live != word_is(s, i, "live"))
				return "live or history";
		} else if (word_is(s, i, "p")) {
			if (!value_is(s, ++i, f->probability, 0.005))
				return "p";
		} else if (word_is(s, i, "rated")) {
			if (word_number(s, ++i, 0, 10000) != (long)f->rated_days)
				return "rated days";
		} else if (word_is(s, i, "at")) {
			if (!clock_is(s, ++i, z, at))
				return "when it was announced";
		} else if (word_is(s, i, "issued")) {
			if (!clock_is(s, ++i, z, f->issued))
				return "when it was issued";
		} else if (word_is(s, i, "missing")) {
			missing = word_at(s, ++i);
		} else if (word_is(s, i, "changed") || word_is(s, i, "unchanged")) {
			if (f->changed_since != word_is(s, i, "changed"))
				return "whether its night changed since";
		} else {
			script_fail(s, "\"%s\"?", s->word[i]);
		}
	}
	return missing && strcmp(missing, f->missing) != 0 ? "missing" : NULL;
}

void
night_text(const struct night *n, const struct zone *z, char *ret, size_t size)
{
	char date[CIVIL_DATE_LEN], a[6], b[6], c[6], d[6];
	int used = snprintf(ret, size,
		"night %s %s in_bed %s onset %s wake %s out_of_bed %s coverage %.3f",
		n->person, civil_date_text(n->date, date),
		civil_clock_text(z, n->in_bed, a),
		n->onset.ms ? civil_clock_text(z, n->onset, b) : "-",
		n->wake.ms ? civil_clock_text(z, n->wake, c) : "-",
		civil_clock_text(z, n->out_of_bed, d), n->coverage);
	if (n->insufficient[0])
		used += snprintf(ret + used, size - (size_t)used, " insufficient \"%s\"",
			n->insufficient);
	else
		used += snprintf(ret + used, size - (size_t)used, " tst %g waso %g",
			number_round(night_value(n, "night.tst")),
			number_round(night_value(n, "night.waso")));
	used += snprintf(ret + used, size - (size_t)used, " sources %s", n->sources);
	if (n->kind == SLEEP_NAP)
		used += snprintf(ret + used, size - (size_t)used, " kind nap");
	if (n->gone)
		used += snprintf(ret + used, size - (size_t)used, " status deleted");
	if (n->revision != 1)
		snprintf(ret + used, size - (size_t)used, " revision %u", n->revision);
}

void
forecast_text(const struct forecast *f, const struct zone *z, char *ret, size_t size)
{
	char date[CIVIL_DATE_LEN], issued[6];
	snprintf(ret, size, "forecast %s %s p %.3f rated %u issued %s%s%s %s%s",
		f->person, civil_date_text(f->date, date), f->probability, f->rated_days,
		civil_clock_text(z, f->issued, issued), f->missing[0] ? " missing " : "",
		f->missing, f->live ? "live" : "history",
		f->changed_since ? " changed" : "");
}
