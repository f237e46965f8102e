/* SPDX-License-Identifier: MIT */
/* Boxes in a coordinate system of our own; the browser stretches it. */
#include "web/svg.h"

#include <math.h>

#include "web/render.h"

#define WIDTH  720
#define HEIGHT 100
#define ROWS   4 /* of a hypnogram with depth; else two */

enum row { ROW_AWAKE, ROW_REM, ROW_LIGHT, ROW_DEEP, ROW_NONE };

/* Asleep without a depth lies where light sleep does. */
static enum row
row_of(enum stage s)
{
	switch (s) {
	case STAGE_AWAKE:
	case STAGE_AWAKE_IN_BED:
	case STAGE_OUT_OF_BED:
	case STAGE_RESTLESS:
		return ROW_AWAKE;
	case STAGE_REM:
		return ROW_REM;
	case STAGE_ASLEEP:
	case STAGE_LIGHT:
		return ROW_LIGHT;
	case STAGE_DEEP:
		return ROW_DEEP;
	case STAGE_UNSPECIFIED:
	case STAGE_IN_BED:
	case STAGE_UNMEASURABLE:
	case STAGE_COUNT:
		break;
	}
	return ROW_NONE;
}

int
svg_has_depth(const struct render_stages *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		enum stage stage = s->list[i].stage;
		if (stage == STAGE_LIGHT || stage == STAGE_DEEP || stage == STAGE_REM)
			return 1;
	}
	return 0;
}

static void
begin(struct html *h, const char *class, const char *label)
{
	html_put(h, "<svg class=\"");
	html_put(h, class);
	html_numbers(h,
		"\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\"",
		WIDTH, HEIGHT);
	html_put(h, " aria-label=\"");
	html_text(h, label);
	html_put(h, "\">");
}

void
svg_hypnogram(struct html *h, const struct render_stages *s, const char *label)
{
	static const char *const classes[] = {"w", "r", "l", "d"};
	int depth = svg_has_depth(s);
	int row_height = HEIGHT / (depth ? ROWS : 2);
	double length = (double)(s->end.ms - s->start.ms) / (double)SECOND_MS;
	begin(h, depth ? "hyp" : "hyp two", label);
	for (unsigned i = 0; i < s->n && length > 0; i++) {
		enum row row = row_of(s->list[i].stage);
		double from = s->list[i].offset_s / length * WIDTH;
		double to = from + s->list[i].duration_s / length * WIDTH;
		if (row == ROW_NONE || from >= WIDTH)
			continue;
		html_put(h, "<rect class=\"");
		html_put(h, classes[row]);
		html_numbers(h, "\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
			from, (depth ? (int)row : row != ROW_AWAKE) * row_height + 1,
			fmin(to, WIDTH) - from, row_height - 2);
	}
	html_put(h, "</svg>");
}

void
svg_bars(struct html *h, const struct svg_bars *b)
{
	double step = (double)WIDTH / b->n;
	begin(h, "bars", b->label);
	for (unsigned i = 0; i < b->n; i++) {
		double value = b->value(b->ctx, i);
		double height = fmin(fmax(value / b->max, 0), 1) * HEIGHT;
		if (isnan(value))
			continue;
		if (height < 3)
			height = 3;
		html_numbers(h,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
			"<title>",
			i * step + step * 0.15, HEIGHT - height, step * 0.7, height);
		b->title(b->ctx, i, h);
		html_put(h, "</title></rect>");
	}
	html_put(h, "</svg>");
}
