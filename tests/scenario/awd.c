/* SPDX-License-Identifier: MIT */
/* dozed-awd [--check PAGE | --sums NR DATE]: the nights that the line finds in the shared .AWD
 * recordings, beside the rest periods of Crespo and of Roenneberg (pyActigraphy), as the table
 * that docs/nights.md shows. --check: the page must hold this very table. --sums: the sums of ten
 * minutes around a night, for the eye. Exit 77 without the recordings. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batches.h"
#include "world.h"

#define RECORDINGS  3
#define PERIODS_MAX 128

struct span {
	utc_ms from, to;
};

struct table {
	FILE *out;
	struct zone *utc;
	struct span crespo[PERIODS_MAX], roenneberg[PERIODS_MAX];
	unsigned n_crespo, n_roenneberg;
	int nr;
	double *v; /* the minutes */
	utc_ms start;
	uint32_t n;
};

static int
by_time(const void *a, const void *b)
{
	int64_t x = ((const utc_ms *)a)->ms, y = ((const utc_ms *)b)->ms;
	return (x > y) - (x < y);
}

/* kind,time rows; `rest` is the kind that begins a rest, every other ends one. */
static unsigned
read_spans(
	const char *method, int nr, const char *rest, struct span ret[static PERIODS_MAX])
{
	char dir[256], path[320], line[128];
	utc_ms from[PERIODS_MAX], to[PERIODS_MAX];
	unsigned n_from = 0, n_to = 0, n = 0;
	if (!shared_data(dir))
		return 0;
	snprintf(path, sizeof path, "%s/sleep/awd/oracle/example_%02d_%s_aot.csv", dir,
		nr, method);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f) && n_from < PERIODS_MAX &&
		n_to < PERIODS_MAX) {
		char *comma = strchr(line, ',');
		utc_ms t;
		line[strcspn(line, "\r\n")] = 0;
		if (!comma)
			continue;
		*comma = 0;
		snprintf(path, sizeof path, "%sZ", comma + 1);
		if (!civil_time_parse(path, NULL, &t, NULL))
			continue;
		if (strcmp(line, rest) == 0)
			from[n_from++] = t;
		else
			to[n_to++] = t;
	}
	if (f)
		fclose(f);
	qsort(from, n_from, sizeof *from, by_time);
	qsort(to, n_to, sizeof *to, by_time);
	for (unsigned i = 0, k = 0; i < n_from; i++) {
		while (k < n_to && to[k].ms <= from[i].ms)
			k++;
		if (k < n_to)
			ret[n++] = (struct span){from[i], to[k]};
	}
	return n;
}

static utc_ms
smaller(utc_ms a, utc_ms b)
{
	return a.ms < b.ms ? a : b;
}

static utc_ms
larger(utc_ms a, utc_ms b)
{
	return a.ms > b.ms ? a : b;
}

static double
mean(const struct table *t, utc_ms from, utc_ms to, int only_moving)
{
	double sum = 0;
	uint32_t n = 0;
	for (int64_t k = (from.ms - t->start.ms) / MINUTE_MS;
		k < (to.ms - t->start.ms) / MINUTE_MS; k++) {
		if (k < 0 || k >= t->n || (only_moving && t->v[k] == 0))
			continue;
		sum += t->v[k], n++;
	}
	return n ? sum / n : NAN;
}

/* +45 (103 %): we are 45 minutes later, and in these the wearer moved as much as on average
 * in the moving minutes of the day before. */
static void
difference(const struct table *t, const struct night *n, utc_ms ours, utc_ms theirs)
{
	int min = (int)((ours.ms - theirs.ms) / MINUTE_MS);
	utc_ms evening = UTC((int64_t)n->date.n * DAY_MS - 30 * HOUR_MS);
	double level = mean(t, evening, UTC(evening.ms + DAY_MS), 1);
	fprintf(t->out, " %+d", min);
	if (abs(min) > 30)
		fprintf(t->out, " (%.0f %%)",
			100 * mean(t, smaller(ours, theirs), larger(ours, theirs), 0) /
				level);
	fprintf(t->out, " |");
}

/* From the first to the last of the rests that lie in the night for half an hour or more. */
static void
beside(struct table *t, const struct night *n, const struct span *list, unsigned n_list)
{
	struct span s = {{INT64_MAX}, {0}};
	char a[6], b[6];
	for (unsigned i = 0; i < n_list; i++) {
		int64_t common = smaller(list[i].to, n->out_of_bed).ms -
				 larger(list[i].from, n->in_bed).ms;
		if (common < 30 * MINUTE_MS)
			continue;
		s.from = smaller(s.from, list[i].from);
		s.to = s.from.ms == list[i].from.ms || list[i].to.ms > s.to.ms
			       ? list[i].to
			       : s.to;
	}
	if (s.from.ms == INT64_MAX) {
		fprintf(t->out, " - | - | - |");
		return;
	}
	fprintf(t->out, " %s-%s |", civil_clock_text(t->utc, s.from, a),
		civil_clock_text(t->utc, s.to, b));
	difference(t, n, n->in_bed, s.from);
	difference(t, n, n->out_of_bed, s.to);
}

static int
row(void *ctx, const struct night *n)
{
	struct table *t = ctx;
	char date[CIVIL_DATE_LEN], a[6], b[6];
	fprintf(t->out, "| %02d | %s | %s-%s | %.0f | %.0f |", t->nr,
		civil_date_text(n->date, date), civil_clock_text(t->utc, n->in_bed, a),
		civil_clock_text(t->utc, n->out_of_bed, b), night_value(n, "night.tst"),
		night_value(n, "night.waso"));
	beside(t, n, t->crespo, t->n_crespo);
	beside(t, n, t->roenneberg, t->n_roenneberg);
	fputc('\n', t->out);
	return 0;
}

/* malloc'd; NULL: no recordings */
static char *
make_table(void)
{
	char *text = NULL;
	size_t size = 0;
	struct table t = {.out = open_memstream(&text, &size)};
	if (!t.out || zone_open("UTC", &t.utc) != 0)
		exit(1);
	fprintf(t.out, "| rec. | date | night | TST | WASO | Crespo | begin | end | "
		       "Roenneberg | begin | end |\n"
		       "|---|---|---|---|---|---|---|---|---|---|---|\n");
	int missing = 0;
	for (t.nr = 1; t.nr <= RECORDINGS && !missing; t.nr++) {
		struct world w;
		struct batches set = {0};
		missing = batches_awd(&set, "anna", t.nr);
		t.v = awd_read(t.nr, &t.start, &t.n);
		world_open(&w, "person \"anna\" { timezone = \"UTC\" }\n", UTC(0));
		t.n_crespo = read_spans("crespo", t.nr, "onset_of_rest", t.crespo);
		t.n_roenneberg = read_spans("roenneberg", t.nr, "offset", t.roenneberg);
		for (unsigned i = 0; i < set.n; i++)
			world_put(&w, &set.list[i].from, set.list[i].payload,
				set.list[i].size);
		world_turn(&w, PIPELINE_HISTORY);
		if (store_nights_each(line_store(w.line), "anna", DAY(-100000),
			    DAY(100000), row, &t) != 0)
			exit(1);
		world_close(&w);
		batches_finish(&set);
		free(t.v);
	}
	fclose(t.out);
	zone_free(t.utc);
	if (!missing)
		return text;
	free(text);
	return NULL;
}

static int
check(const char *page, const char *table)
{
	static char text[1 << 16];
	FILE *f = fopen(page, "re");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		fclose(f);
	text[n] = 0;
	if (strstr(text, table)) {
		printf("ok: %s holds this table\n%s", page, table);
		return 0;
	}
	printf("%s does not hold this table:\n%s", page, table);
	return 1;
}

/* Ten minutes a cell, an hour a line, from 18:00 the evening before to noon. */
static int
sums(int nr, const char *date)
{
	utc_ms start;
	uint32_t n;
	civil_day d;
	double *v cleanup(freep) = awd_read(nr, &start, &n);
	if (!v || !civil_date_parse(date, &d))
		return 77;
	for (int64_t t = (int64_t)d.n * DAY_MS - 6 * HOUR_MS;
		t < (int64_t)d.n * DAY_MS + 12 * HOUR_MS; t += 10 * MINUTE_MS) {
		double sum = 0;
		for (int64_t k = (t - start.ms) / MINUTE_MS, e = k + 10; k < e; k++)
			sum += k >= 0 && k < n ? v[k] : 0;
		int minute = (int)(t / MINUTE_MS % 1440 + 1440) % 1440;
		if (minute % 60 == 0)
			printf("\n%02d:00", minute / 60);
		printf(" %6.0f", sum);
	}
	puts("");
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--sums") == 0)
		return sums(atoi(argv[2]), argv[3]);
	char *table cleanup(freep) = make_table();
	if (!table)
		return 77;
	if (argc == 3 && strcmp(argv[1], "--check") == 0)
		return check(argv[2], table);
	fputs(table, stdout);
	return 0;
}
