/* SPDX-License-Identifier: MIT */
/* See stages.h. */
#include "core/stages.h"

#include <math.h>

static uint32_t
gcd(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t r = a % b;
		a = b, b = r;
	}
	return a;
}

static uint32_t
seconds(utc_ms from, utc_ms to)
{
	return (uint32_t)((to.ms - from.ms) / SECOND_MS);
}

static uint32_t
step_of(const struct bed_time *p, uint32_t length_s)
{
	uint32_t step = length_s;
	for (unsigned k = 0; k < p->n_parts; k++) {
		const struct session *s = p->parts[k];
		step = gcd(step, seconds(p->in_bed, s->start));
		step = gcd(step, seconds(p->in_bed, s->end));
		for (uint32_t i = 0; i < s->n_stages; i++)
			step = gcd(gcd(step, s->stages[i].offset_s),
				s->stages[i].duration_s);
	}
	step = step > 60 ? gcd(step, 60) : step;
	while (length_s / step > NIGHT_CELLS_MAX)
		step *= 2;
	return step;
}

/* [from, to) in seconds from in bed. */
static void
fill(struct board_grid *g, uint32_t step, uint32_t from, uint32_t to, enum stage stage)
{
	for (uint32_t k = from / step; k < to / step && k < g->n; k++)
		if (stage != STAGE_UNMEASURABLE && stage != STAGE_UNSPECIFIED)
			g->v[k] = stage;
}

static void
fill_part(struct board_grid *g, uint32_t step, const struct bed_time *p, unsigned k)
{
	const struct session *s = p->parts[k];
	uint32_t start = seconds(p->in_bed, s->start);
	if (k > 0)
		fill(g, step, seconds(p->in_bed, p->parts[k - 1]->end), start,
			STAGE_AWAKE);
	for (uint32_t i = 0; i < s->n_stages; i++) {
		uint32_t from = start + s->stages[i].offset_s;
		fill(g, step, from, from + s->stages[i].duration_s, s->stages[i].stage);
	}
}

void
stages_lay_out(struct board *b, const struct bed_time *p)
{
	uint32_t length_s = seconds(p->in_bed, p->out_of_bed), n_stages = 0;
	for (unsigned k = 0; k < p->n_parts; k++)
		n_stages += p->parts[k]->n_stages;
	if (length_s > 0 && n_stages > 0) {
		uint32_t step = step_of(p, length_s);
		struct board_grid *g = &b->channels[board_find(b, "vendor_stage")].night;
		board_grid_set(g, p->in_bed.ms, step * 1000, length_s / step);
		for (uint32_t i = 0; i < g->n; i++)
			g->v[i] = NAN;
		for (unsigned k = 0; k < p->n_parts; k++)
			fill_part(g, step, p, k);
	}
	const struct session *first = p->parts[0];
	/* of a night in parts each total would be a part's */
	for (uint32_t i = 0; n_stages == 0 && p->n_parts == 1 && i < first->n_stated; i++)
		b->channels[board_find(b, stated_channels[first->stated[i].kind])].value =
			first->stated[i].value;
	if (!isnan(first->latency_s))
		b->channels[board_find(b, "vendor.latency")].value =
			first->latency_s / 60;
	if (p->n_parts == 1 && !isnan(first->vendor_score))
		b->channels[board_find(b, "vendor.score")].value = first->vendor_score;
}
