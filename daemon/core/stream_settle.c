/* SPDX-License-Identifier: MIT */
/* The rules of stream.h: what is there twice, which device counts where. The common case, runs
 * that follow each other, stays as it is; everything else becomes a list of samples. Both give
 * the same series. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/stream.h"

typedef int (*compare_fn)(const struct stream_sample *, const struct stream_sample *);

/* --- runs that follow each other ------------------------------------------------------ */

static int
compare_runs(const void *pa, const void *pb)
{
	const struct stream_run *a = pa, *b = pb;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->interval_ms != b->interval_ms)
		return a->interval_ms < b->interval_ms ? -1 : 1;
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return (a->revision > b->revision) - (a->revision < b->revision);
}

/* Runs are few beside samples; mostly they come in order. */
static void
sort_runs(struct stream *s)
{
	int sorted = 1;
	for (uint32_t i = 1; i < s->n_runs && sorted; i++)
		sorted = compare_runs(&s->runs[i - 1], &s->runs[i]) <= 0;
	if (!sorted)
		qsort(s->runs, s->n_runs, sizeof *s->runs, compare_runs);
	uint32_t n = 0;
	for (uint32_t i = 0; i < s->n_runs; i++) {
		const struct stream_run *r = &s->runs[i];
		int again = n > 0 && compare_runs(&s->runs[n - 1], r) == 0 &&
			    memcmp(s->values + s->runs[n - 1].at, s->values + r->at,
				    r->n * sizeof *s->values) == 0;
		if (!again)
			s->runs[n++] = *r;
	}
	s->n_runs = n;
}

/* Nothing twice, and nothing covered by two devices. */
static int
runs_follow(const struct stream *s)
{
	int64_t last = INT64_MIN, covered = INT64_MIN;
	if (s->n_single > 0)
		return 0;
	for (uint32_t i = 0; i < s->n_runs; i++) {
		const struct stream_run *r = &s->runs[i];
		if (r->start <= last || (s->n_devices > 1 && r->start < covered))
			return 0;
		last = r->start + (int64_t)(r->n - 1) * r->interval_ms;
		covered =
			last + r->interval_ms > covered ? last + r->interval_ms : covered;
	}
	return 1;
}

/* --- a list of samples ---------------------------------------------------------------- */

static void
room_for_samples(struct stream *s, uint32_t n)
{
	if (n > s->cap_single) {
		s->single = xrealloc(s->single, n, sizeof *s->single);
		s->cap_single = n;
	}
	if (n > s->cap_spare) {
		s->spare = xrealloc(s->spare, n, sizeof *s->spare);
		s->cap_spare = n;
	}
	if (n > s->cap_cover) {
		s->cover = xrealloc(s->cover, n, sizeof *s->cover);
		s->cover_spare = xrealloc(s->cover_spare, n, sizeof *s->cover_spare);
		s->cap_cover = n;
	}
}

static void
expand(struct stream *s)
{
	for (uint32_t i = 0; i < s->n_runs; i++) {
		const struct stream_run *r = &s->runs[i];
		for (uint32_t k = 0; k < r->n; k++)
			s->single[s->n_single++] = (struct stream_sample){
				r->start + (int64_t)k * r->interval_ms, r->revision,
				s->values[r->at + k], r->interval_ms, r->device};
	}
}

static uint32_t
end_of_order(const struct stream_sample *list, uint32_t i, uint32_t n, compare_fn cmp)
{
	for (i++; i < n && cmp(&list[i - 1], &list[i]) <= 0; i++)
		;
	return i;
}

/* Merges what is in order already, two and two, until all is: what comes is made of such pieces,
 * and unlike qsort it needs no memory of its own. */
static void
sort_samples(struct stream *s, uint32_t n, compare_fn cmp)
{
	for (uint32_t pieces = 2; pieces > 1;) {
		struct stream_sample *from = s->single, *to = s->spare;
		pieces = 0;
		for (uint32_t at = 0; at < n; pieces++) {
			uint32_t i = at, middle = end_of_order(from, at, n, cmp);
			uint32_t end =
				middle < n ? end_of_order(from, middle, n, cmp) : n;
			uint32_t k = middle, out = at;
			if (middle == n && at == 0)
				return;
			while (i < middle && k < end)
				to[out++] = cmp(&from[k], &from[i]) < 0 ? from[k++]
									: from[i++];
			memcpy(to + out, from + i, (middle - i) * sizeof *to);
			memcpy(to + out + (middle - i), from + k, (end - k) * sizeof *to);
			at = end;
		}
		uint32_t cap = s->cap_single;
		s->single = to, s->spare = from;
		s->cap_single = s->cap_spare, s->cap_spare = cap;
	}
}

/* By device and time; of equal ones the winner first. */
static int
compare_samples(const struct stream_sample *a, const struct stream_sample *b)
{
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	if (a->revision != b->revision)
		return a->revision > b->revision ? -1 : 1;
	if (isnan(a->v) != isnan(b->v))
		return isnan(a->v) ? 1 : -1;
	if (!isnan(a->v) && a->v != b->v)
		return a->v > b->v ? -1 : 1;
	return (a->interval_ms < b->interval_ms) - (a->interval_ms > b->interval_ms);
}

static int
compare_times(const struct stream_sample *a, const struct stream_sample *b)
{
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	return (a->device > b->device) - (a->device < b->device);
}

static void
drop_doubles(struct stream *s)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < s->n_single; i++)
		if (n == 0 || s->single[n - 1].device != s->single[i].device ||
			s->single[n - 1].t != s->single[i].t)
			s->single[n++] = s->single[i];
	s->n_single = n;
}

/* --- devices -------------------------------------------------------------------------- */

static void
count_devices(struct stream *s)
{
	memset(s->per_device, 0, sizeof s->per_device);
	for (uint32_t i = 0; i < (s->as_runs ? s->n_runs : 0); i++)
		s->per_device[s->runs[i].device] += s->runs[i].n;
	for (uint32_t i = 0; i < s->n_single; i++)
		s->per_device[s->single[i].device]++;
	s->n_samples = 0;
	for (uint32_t i = 0; i < s->n_devices; i++)
		s->n_samples += s->per_device[i];
}

/* Puts the device with the most samples first; ret_rank[i] is the new place of device i. */
static void
rank_devices(struct stream *s, uint32_t ret_rank[static STREAM_DEVICES_MAX])
{
	char names[STREAM_DEVICES_MAX][STREAM_KEY_LEN];
	uint32_t counts[STREAM_DEVICES_MAX];
	for (uint32_t i = 0; i < s->n_devices; i++) {
		ret_rank[i] = 0;
		for (uint32_t k = 0; k < s->n_devices; k++)
			ret_rank[i] += s->per_device[k] > s->per_device[i] ||
				       (s->per_device[k] == s->per_device[i] &&
					       strcmp(s->devices[k], s->devices[i]) < 0);
	}
	for (uint32_t i = 0; i < s->n_devices; i++) {
		memcpy(names[ret_rank[i]], s->devices[i], sizeof names[0]);
		counts[ret_rank[i]] = s->per_device[i];
	}
	memcpy(s->devices, names, s->n_devices * sizeof names[0]);
	memcpy(s->per_device, counts, s->n_devices * sizeof counts[0]);
}

static struct stream_cover
covered_by(const struct stream_sample *q)
{
	if (q->interval_ms == 0)
		return (struct stream_cover){grid_floor(q->t, MINUTE_MS),
			grid_floor(q->t, MINUTE_MS) + MINUTE_MS};
	return (struct stream_cover){q->t, q->t + q->interval_ms};
}

/* What must not be covered by others for the sample to count. */
static struct stream_cover
needed_by(const struct stream_sample *q)
{
	struct stream_cover c = covered_by(q);
	int64_t slack = q->interval_ms / 4;
	slack = slack < STREAM_SLACK_MS ? slack : STREAM_SLACK_MS;
	return (struct stream_cover){c.from + slack, c.to - slack};
}

/* Adds [c.from, c.to) to a list that ascends and whose ends do not touch; nothing of it begins after
 * c does. */
static uint32_t
cover_add(struct stream_cover *list, uint32_t n, struct stream_cover c)
{
	for (; n > 0 && c.from <= list[n - 1].to; n--) {
		c.from = list[n - 1].from < c.from ? list[n - 1].from : c.from;
		c.to = list[n - 1].to > c.to ? list[n - 1].to : c.to;
	}
	list[n] = c;
	return n + 1;
}

/* Keeps those of one device's samples [first, last) that count, at `kept` on, and adds what they
 * cover to the `n` covers. Returns how many are kept. */
static uint32_t
accept(struct stream *s, uint32_t first, uint32_t last, uint32_t kept, uint32_t *n)
{
	/* where to look for the next one: those before end before it begins */
	uint32_t at[2] = {0, 0}, begin = kept;
	for (uint32_t i = first; i < last; i++) {
		struct stream_sample q = s->single[i];
		struct stream_cover c = needed_by(&q);
		uint32_t *from = &at[q.interval_ms == 0];
		int64_t past = q.interval_ms == 0 ? c.from : q.t;
		while (*from < *n && s->cover[*from].to <= past)
			++*from;
		uint32_t k = *from;
		while (k < *n && s->cover[k].to <= c.from)
			k++;
		if (!isnan(q.v) && (k == *n || s->cover[k].from >= c.to))
			s->single[kept++] = q;
	}
	uint32_t out = 0, old = 0;
	for (uint32_t i = begin; i < kept; i++) {
		struct stream_cover c = covered_by(&s->single[i]);
		while (old < *n && s->cover[old].from <= c.from)
			out = cover_add(s->cover_spare, out, s->cover[old++]);
		out = cover_add(s->cover_spare, out, c);
	}
	while (old < *n)
		out = cover_add(s->cover_spare, out, s->cover[old++]);
	struct stream_cover *swap = s->cover;
	s->cover = s->cover_spare, s->cover_spare = swap;
	*n = out;
	return kept - begin;
}

static void
settle_list(struct stream *s)
{
	uint32_t rank[STREAM_DEVICES_MAX], kept = 0, covers = 0;
	room_for_samples(s, s->n_values + s->n_single);
	expand(s);
	sort_samples(s, s->n_single, compare_samples);
	drop_doubles(s);
	count_devices(s);
	rank_devices(s, rank);
	for (uint32_t i = 0; i < s->n_single; i++)
		s->single[i].device = rank[s->single[i].device];
	sort_samples(s, s->n_single, compare_samples);
	for (uint32_t first = 0, last; first < s->n_single; first = last) {
		for (last = first; last < s->n_single &&
				   s->single[last].device == s->single[first].device;)
			last++;
		kept += accept(s, first, last, kept, &covers);
	}
	s->n_single = kept;
	sort_samples(s, s->n_single, compare_times);
}

void
stream_settle(struct stream *s)
{
	uint32_t rank[STREAM_DEVICES_MAX];
	if (s->settled)
		return;
	s->settled = 1;
	sort_runs(s);
	s->as_runs = runs_follow(s);
	if (!s->as_runs) {
		settle_list(s);
		return;
	}
	count_devices(s);
	rank_devices(s, rank);
	for (uint32_t i = 0; i < s->n_runs; i++)
		s->runs[i].device = rank[s->runs[i].device];
}
