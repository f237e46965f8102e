/* SPDX-License-Identifier: MIT */
/* Readers of the shared recordings: .AWD files and the diary cohort. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/civil.h"
#include "batches.h"

const char *
shared_data(char ret[static 256])
{
	const char *given = getenv("DOZED_SHARED_DATA"), *source = getenv("DOZED_SOURCE");
	if (given)
		snprintf(ret, 256, "%s", given);
	else
		snprintf(ret, 256, "%s/../shared/data", source ? source : ".");
	if (access(ret, R_OK) == 0)
		return ret;
	printf("SKIP: %s not found\n", ret);
	return NULL;
}

/* --- .AWD -------------------------------------------------------------------------------- */

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* "23-Jan-1918", "13:58" */
static int
awd_start(const char *date, const char *clock, utc_ms *ret)
{
	int day, year, h, m;
	char month[4];
	if (sscanf(date, "%d-%3s-%d", &day, month, &year) != 3 ||
		sscanf(clock, "%d:%d", &h, &m) != 2)
		return 0;
	const char *at = strstr(months, month);
	if (!at)
		return 0;
	civil_day d = civil_from_ymd(year, (int)(at - months) / 3 + 1, day);
	*ret = UTC((int64_t)d.n * DAY_MS + h * HOUR_MS + m * MINUTE_MS);
	return 1;
}

static char *
read_whole(const char *path)
{
	size_t n = 0, cap = 1 << 16;
	char *text = xcalloc(1, cap);
	gzFile f = gzopen(path, "rb"); /* reads what is not packed as it is */
	for (int got = 1; f && got > 0; n += got > 0 ? (size_t)got : 0) {
		if (cap - n < 4096)
			text = xrealloc(text, cap *= 2, 1);
		got = gzread(f, text + n, 4095);
	}
	text[n] = 0;
	if (f)
		gzclose(f);
	if (!f || n == 0) {
		free(text);
		return NULL;
	}
	return text;
}

double *
awd_read(int nr, utc_ms *ret_start, uint32_t *ret_n)
{
	char dir[256], path[320], *rest = NULL, head[3][32] = {"", "", ""};
	if (!shared_data(dir))
		return NULL;
	snprintf(path, sizeof path, "%s/sleep/awd/example_%02d.AWD", dir, nr);
	char *text cleanup(freep) = read_whole(path);
	if (!text) {
		printf("SKIP: %s not found\n", path);
		return NULL;
	}
	double *v = xcalloc(strlen(text) / 2 + 1, sizeof *v);
	uint32_t n = 0;
	int line = 0;
	for (char *at = strtok_r(text, "\r\n", &rest); at;
		at = strtok_r(NULL, "\r\n", &rest), line++) {
		if (line < 3)
			snprintf(head[line], sizeof head[line], "%s", at);
		else if (line >= 7)
			v[n++] = strtod(at, NULL); /* " M" after it marks a button */
	}
	if (!awd_start(head[1], head[2], ret_start))
		n = 0;
	*ret_n = n;
	return v;
}

int
batches_awd(struct batches *b, const char *person, int nr)
{
	utc_ms start;
	uint32_t n;
	double *v cleanup(freep) = awd_read(nr, &start, &n);
	if (!v)
		return 1;
	for (uint32_t i = 0; i < n; i += 240) {
		uint32_t k = n - i < 240 ? n - i : 240;
		utc_ms t = UTC(start.ms + i * MINUTE_MS);
		struct series q = {
			channel_by_name("activity"), t, MINUTE_MS, k, NULL, v + i, 0};
		struct batch one = {.n_series = 1, .series = &q};
		snprintf(one.from.person, sizeof one.from.person, "%s", person);
		snprintf(one.from.source, sizeof one.from.source, "csv");
		snprintf(one.from.device, sizeof one.from.device, "watch");
		batches_add(b, &one, UTC(t.ms + (k - 1) * MINUTE_MS));
	}
	return 0;
}

/* --- the diary cohort ------------------------------------------------------------------------ */

#define SPANS_MAX 512

struct night_rows {
	char person[ID_MAX + 1];
	struct session v;
	struct stage_span spans[SPANS_MAX];
};

static void
flush_night(struct batches *b, struct night_rows *r)
{
	if (r->v.n_stages == 0)
		return;
	struct batch one = {.n_sessions = 1, .sessions = &r->v};
	char date[CIVIL_DATE_LEN];
	snprintf(one.from.person, sizeof one.from.person, "%s", r->person);
	snprintf(one.from.source, sizeof one.from.source, "csv");
	snprintf(one.from.device, sizeof one.from.device, "stages");
	snprintf(r->v.source, sizeof r->v.source, "csv");
	snprintf(r->v.record_id, sizeof r->v.record_id, "night-%s",
		civil_date_text(DAY((int32_t)(r->v.end.ms / DAY_MS)), date));
	r->v.status = RECORD_FINAL, r->v.latency_s = r->v.vendor_score = NAN,
	r->v.stages = r->spans;
	batches_add(b, &one, r->v.end);
	r->v.n_stages = 0;
}

static int
person_number(const char *id)
{
	const char *at = strchr(id, '_');
	return at ? atoi(at + 1) : 1 << 20;
}

/* person,start_utc,duration_s,stage: a night is a run of rows without a hole */
static void
stages_row(struct batches *b, struct night_rows *r, const char *person, char *field[3])
{
	utc_ms t;
	uint32_t s = (uint32_t)strtoul(field[1], NULL, 10);
	if (!civil_time_parse(field[0], NULL, &t, NULL))
		return;
	if (r->v.n_stages == SPANS_MAX || t.ms != r->v.end.ms ||
		strcmp(person, r->person) != 0)
		flush_night(b, r);
	if (r->v.n_stages == 0) {
		snprintf(r->person, sizeof r->person, "%s", person);
		r->v.start = t;
	}
	r->spans[r->v.n_stages++] =
		(struct stage_span){(uint32_t)((t.ms - r->v.start.ms) / SECOND_MS), s,
			strncmp(field[2], "awake", 5) == 0 ? STAGE_AWAKE : STAGE_ASLEEP};
	r->v.end = UTC(t.ms + s * SECOND_MS);
}

/* person,time_utc,kind,value */
static void
rating_row(struct batches *b, struct night_rows *r, const char *person, char *field[3])
{
	struct rating v = {.value = atoi(field[2])};
	struct batch one = {.n_ratings = 1, .ratings = &v};
	(void)r;
	for (int k = 1; k < RATING_KINDS; k++)
		if (strcmp(field[1], rating_names[k]) == 0)
			v.kind = (enum rating_kind)k;
	if (!v.kind || !civil_time_parse(field[0], NULL, &v.at, NULL))
		return;
	snprintf(one.from.person, sizeof one.from.person, "%s", person);
	snprintf(one.from.source, sizeof one.from.source, "csv");
	snprintf(one.from.device, sizeof one.from.device, "ratings");
	batches_add(b, &one, v.at);
}

static int
read_rows(struct batches *b, const char *file, int people, utc_ms until,
	void (*row)(struct batches *, struct night_rows *, const char *, char *[3]))
{
	char dir[256], path[320], *rest = NULL;
	struct night_rows *rows cleanup(freep) = xcalloc(1, sizeof *rows);
	if (!shared_data(dir))
		return 1;
	snprintf(path, sizeof path, "%s/pain/e2e/%s", dir, file);
	char *text cleanup(freep) = read_whole(path);
	if (!text) {
		printf("SKIP: %s not found\n", path);
		return 1;
	}
	for (char *at = strtok_r(text, "\r\n", &rest); at;
		at = strtok_r(NULL, "\r\n", &rest)) {
		char *comma = NULL, *field[3], *person = strtok_r(at, ",", &comma);
		utc_ms t;
		for (int i = 0; i < 3; i++)
			field[i] = strtok_r(NULL, ",", &comma);
		if (field[2] && person_number(person) < people &&
			civil_time_parse(field[0], NULL, &t, NULL) && t.ms < until.ms)
			row(b, rows, person, field);
	}
	flush_night(b, rows);
	return 0;
}

int
batches_diary(struct batches *b, int people, int days)
{
	utc_ms until = UTC((int64_t)(civil_from_ymd(2026, 1, 1).n + days) * DAY_MS);
	return read_rows(b, "central_stages.csv.gz", people, until, stages_row) ||
	       read_rows(b, "central_ratings.csv.gz", people, until, rating_row);
}
