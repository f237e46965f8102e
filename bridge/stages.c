/* SPDX-License-Identifier: MIT */
/* Stage rows to sessions, see stages.h. */
#include "stages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct span {
	int64_t start, end;
	enum stage stage;
	int64_t revision;
};

static const struct {
	const char *name;
	enum stage stage;
} names[] = {
	{"awake", STAGE_AWAKE},
	{"asleep", STAGE_ASLEEP},
	{"light", STAGE_LIGHT},
	{"deep", STAGE_DEEP},
	{"rem", STAGE_REM},
	{"in_bed", STAGE_IN_BED},
	{"out_of_bed", STAGE_OUT_OF_BED},
	{"unmeasurable", STAGE_UNMEASURABLE},
	{"restless", STAGE_RESTLESS},
};

enum stage
stage_by_name(const char *name)
{
	for (size_t i = 0; i < array_len(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].stage;
	return STAGE_UNSPECIFIED;
}

static int
row_compare(const void *a, const void *b)
{
	const struct stage_row *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->duration_s != y->duration_s)
		return x->duration_s < y->duration_s ? -1 : 1;
	return (x->stage > y->stage) - (x->stage < y->stage);
}

static int
span_compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

static int
row_is_same(const struct stage_row *a, const struct stage_row *b)
{
	return row_compare(a, b) == 0;
}

/* The rows that are not in_bed, ascending, without overlaps. */
static size_t
take_fine(const struct wearer *w, struct span *ret, struct report *r)
{
	const struct stage_row *before = NULL;
	size_t n = 0;

	for (size_t i = 0; i < w->n_rows; i++) {
		const struct stage_row *row = &w->rows[i];
		if (row->stage == STAGE_IN_BED || (before && row_is_same(before, row)))
			continue;
		if (n > 0 && row->start < ret[n - 1].end) {
			if (r->file != row->file)
				report_file(r, row->file);
			report_refuse(r, row->line, "overlaps the stage before it");
			continue;
		}
		ret[n++] = (struct span){row->start,
			row->start + row->duration_s * SECOND_MS, row->stage,
			row->revision};
		before = row;
	}
	return n;
}

/* Adds what the in_bed rows cover beside the n fine spans, and sorts. ret has room for
 * n_rows + n + 1 more. */
static size_t
add_in_bed(const struct wearer *w, struct span *ret, size_t n)
{
	size_t all = n, next = 0;
	int64_t done = INT64_MIN;

	for (size_t i = 0; i < w->n_rows; i++) {
		const struct stage_row *row = &w->rows[i];
		if (row->stage != STAGE_IN_BED)
			continue;
		int64_t at = row->start > done ? row->start : done;
		int64_t end = row->start + row->duration_s * SECOND_MS;
		while (next < n && ret[next].end <= at)
			next++;
		for (size_t k = next; at < end; k++) {
			int64_t free_to =
				k < n && ret[k].start < end ? ret[k].start : end;
			if (free_to > at)
				ret[all++] = (struct span){
					at, free_to, STAGE_IN_BED, row->revision};
			at = k < n && ret[k].start < end ? ret[k].end : end;
		}
		done = at > done ? at : done;
	}
	qsort(ret, all, sizeof *ret, span_compare);
	return all;
}

static int
emit(struct collect *c, const struct wearer *w, const struct zone *zone,
	const struct span *v, size_t n)
{
	struct found_session s = {.start = v[0].start, .end = v[n - 1].end};
	char text[CIVIL_TIME_LEN];

	snprintf(s.record_id, sizeof s.record_id, "%s",
		civil_time_text(NULL, UTC(s.start), text));
	if (zone) {
		s.offset_start_min = zone_offset_s(zone, UTC(s.start)) / 60;
		s.offset_end_min = zone_offset_s(zone, UTC(s.end)) / 60;
	}
	s.stages = xcalloc(n, sizeof *s.stages);
	for (size_t i = 0; i < n; i++) {
		if (v[i].revision > s.revision) /* as new as its newest part */
			s.revision = v[i].revision;
		struct stage_span *last = s.n_stages ? &s.stages[s.n_stages - 1] : NULL;
		uint32_t at = (uint32_t)((v[i].start - s.start) / SECOND_MS);
		uint32_t len = (uint32_t)((v[i].end - v[i].start) / SECOND_MS);
		if (last && last->stage == v[i].stage &&
			last->offset_s + last->duration_s == at)
			last->duration_s += len;
		else
			s.stages[s.n_stages++] = (struct stage_span){at, len, v[i].stage};
	}
	return collect_session(c, w->id, &s);
}

static int
one_wearer(struct collect *c, struct wearer *w, const struct zone *zone, struct report *r)
{
	size_t from = 0;
	int err = 0;

	qsort(w->rows, w->n_rows, sizeof *w->rows, row_compare);
	/* an in_bed row makes a piece per gap between fine spans, and one at its end */
	struct span *v = xcalloc(3 * w->n_rows + 2, sizeof *v);
	size_t n = add_in_bed(w, v, take_fine(w, v, r));
	for (size_t i = 1; i <= n && err == 0; i++) {
		if (i < n && v[i].start - v[i - 1].end <= COLLECT_GAP_MS &&
			v[i].end - v[from].start <= COLLECT_SESSION_MAX_S * SECOND_MS &&
			i - from < COLLECT_STAGES_MAX)
			continue;
		err = emit(c, w, zone, v + from, i - from);
		from = i;
	}
	free(v);
	w->n_rows = 0;
	return err;
}

int
stages_to_sessions(struct collect *c, const struct zone *zone, struct report *r)
{
	for (size_t i = 0; i < c->n_people; i++) {
		int err = c->people[i]->n_rows ? one_wearer(c, c->people[i], zone, r) : 0;
		if (err < 0)
			return err;
	}
	return 0;
}
