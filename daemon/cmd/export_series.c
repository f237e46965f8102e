/* SPDX-License-Identifier: MIT */
/* `dozed export --what samples|epochs`: a local day at a time, sorted, so that the output
 * does not depend on the order in which batches came. */
#include "cmd/export.h"
#include "reader.h"
#include "cmd/rows.h"
#include "core/bed.h"
#include "sys/loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
	int64_t t, revision;
	double v;
	const char *channel; /* borrowed: the table of channels, the board */
	uint32_t device;     /* index into devices */
};

struct rows {
	const struct person *who;
	int begins; /* of a day, in minutes after midnight */
	utc_ms from, to;
	struct row *list; /* owned */
	size_t n, cap;
	struct device_id *devices; /* owned */
	uint32_t n_devices;
};

static void
add(struct rows *r, const struct row *q)
{
	if (q->t < r->from.ms || q->t >= r->to.ms || isnan(q->v))
		return;
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 4096;
		r->list = xrealloc(r->list, r->cap, sizeof *r->list);
	}
	r->list[r->n++] = *q;
}

static uint32_t
device_of(struct rows *r, const struct device_id *id)
{
	for (uint32_t i = 0; i < r->n_devices; i++)
		if (strcmp(r->devices[i].source, id->source) == 0 &&
			strcmp(r->devices[i].device, id->device) == 0)
			return i;
	r->devices = xrealloc(r->devices, r->n_devices + 1, sizeof *r->devices);
	r->devices[r->n_devices] = *id;
	return r->n_devices++;
}

static int
take_batch(void *ctx, const struct batch *b)
{
	struct rows *r = ctx;
	uint32_t device = device_of(r, &b->from);
	for (uint32_t i = 0; i < b->n_series; i++) {
		const struct series *s = &b->series[i];
		for (uint32_t k = 0; k < s->n; k++) {
			int64_t t = s->t ? s->t[k]
					 : s->start.ms + (int64_t)k * s->interval_ms;
			add(r, &(struct row){t, s->revision, s->v[k], s->channel->name,
				       device});
		}
	}
	return 0;
}

static struct rows *sorted; /* qsort has no context; one export a process */

static int
compare_key(const struct row *a, const struct row *b)
{
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	if (a->device != b->device) {
		const struct device_id *x = &sorted->devices[a->device],
				       *y = &sorted->devices[b->device];
		int c = strcmp(x->source, y->source);
		return c ? c : strcmp(x->device, y->device);
	}
	return strcmp(a->channel, b->channel);
}

/* Of equal keys the winner first, by the rule of core/stream. */
static int
compare(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;
	int c = compare_key(a, b);
	if (c)
		return c;
	if (a->revision != b->revision)
		return a->revision > b->revision ? -1 : 1;
	return (a->v < b->v) - (a->v > b->v);
}

static void
sort_and_unique(struct rows *r)
{
	size_t n = 0;
	sorted = r;
	if (r->n > 1)
		qsort(r->list, r->n, sizeof *r->list, compare);
	for (size_t i = 0; i < r->n; i++)
		if (n == 0 || compare_key(&r->list[n - 1], &r->list[i]) != 0)
			r->list[n++] = r->list[i];
	r->n = n;
}

static void
rows_finish(struct rows *r)
{
	free(r->list);
	free(r->devices);
}

/* Calls a_day() for every local date of the range in which there is any input, from r->begins
 * to the same on the next. */
static int
each_day(struct export *e, struct reader *in, struct rows *r,
	int (*a_day)(struct export *e, void *ctx, struct rows *r), void *ctx)
{
	const struct zone *zone = r->who->zone;
	utc_ms first, last;
	int rc = reader_span(in, r->who->id, &first, &last);
	if (rc)
		return rc < 0 ? rc : 0;
	int32_t a = zone_date(zone, first, 0).n, z = zone_date(zone, last, 0).n;
	a = a < e->from.n ? e->from.n : a;
	z = z > e->to.n ? e->to.n : z;
	if (a > z)
		return 0;
	utc_ms from = zone_instant(zone, DAY(a), 0),
	       to = zone_instant(zone, DAY(z + 1), 0);
	/* where the day begins before midnight, one more has hours of the last date */
	for (int32_t d = a; d <= z + (r->begins < 0) && rc == 0; d++) {
		r->from = zone_instant(zone, DAY(d), r->begins);
		r->to = zone_instant(zone, DAY(d + 1), r->begins);
		r->from = r->from.ms < from.ms ? from : r->from;
		r->to = r->to.ms > to.ms ? to : r->to;
		r->n = 0;
		rc = a_day(e, ctx, r);
		progress_show(&e->progress, r->who->id, d - a + 1, z - a + 1);
	}
	return rc;
}

static int
samples_day(struct export *e, void *ctx, struct rows *r)
{
	int rc = reader_batches(ctx, r->who->id, r->from, r->to, take_batch, r);
	sort_and_unique(r);
	for (size_t i = 0; i < r->n; i++) {
		const struct row *q = &r->list[i];
		table_text(e->table, r->who->id);
		cell_time(e->table, r->who->zone, UTC(q->t));
		table_text(e->table, r->devices[q->device].source);
		table_text(e->table, r->devices[q->device].device);
		table_text(e->table, q->channel);
		table_number(e->table, q->v, -1);
	}
	return rc;
}

int
export_samples(struct export *e, const struct person *who)
{
	struct rows r cleanup(rows_finish) = {.who = who};
	struct reader in cleanup(reader_finish) = {0};
	reader_init(&in, e->store);
	int rc = each_day(e, &in, &r, samples_day, &in);
	if (in.unreadable)
		fprintf(stderr, "dozed: %lld batches of %s cannot be decoded: left out\n",
			(long long)in.unreadable, who->id);
	return rc;
}

static int
take_epoch(void *ctx, const char *channel, utc_ms t, double value)
{
	add(ctx, &(struct row){t.ms, 0, value, channel, 0});
	return 0;
}

static int
epochs_day(struct export *e, void *ctx, struct rows *r)
{
	int rc = pipeline_epochs(ctx, r->who->id, r->from, r->to, take_epoch, r);
	sort_and_unique(r);
	for (size_t i = 0; i < r->n; i++) {
		table_text(e->table, r->who->id);
		cell_time(e->table, r->who->zone, UTC(r->list[i].t));
		table_text(e->table, r->list[i].channel);
		table_number(e->table, r->list[i].v, -1);
	}
	return rc;
}

static void
complain(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "dozed: %s\n", text);
}

int
export_epochs(struct export *e, const struct person *who)
{
	const struct config *c = e->cmd->config;
	struct rows r cleanup(rows_finish) = {.who = who, .begins = NIGHT_DAY_START_MIN};
	struct reader in cleanup(reader_finish) = {0};
	struct scorers scorers = {0};
	struct loader *loader = NULL;
	struct pipeline *p = NULL;
	reader_init(&in, e->store);
	int rc = config_scorers(c, complain, NULL, &scorers, &loader);
	if (rc == 0)
		rc = pipeline_new(
			&scorers, &c->policy, c->people, c->n_people, &in.io, &p);
	if (rc == 0)
		rc = each_day(e, &in, &r, epochs_day, p);
	pipeline_free(p);
	loader_free(loader);
	return rc;
}
