/* SPDX-License-Identifier: MIT */
/* Charts as inline SVG: shapes only, no text but titles; colours are classes of style.h. They
 * stretch to the width of the page. */
#pragma once

#include "core/person.h"
#include "web/html.h"

struct render_stages;

/* The stages of a night over time, awake above, deep sleep below. label: for those who do
 * not see it. 1 if the record has light, deep or REM. */
int svg_has_depth(const struct render_stages *s);
void svg_hypnogram(struct html *h, const struct render_stages *s, const char *label);
/* One bar a day; NAN leaves a gap, 0 shows as a thin line. titles(ctx, i, h): what day i is. */
struct svg_bars {
	unsigned n;
	double max;
	double (*value)(const void *ctx, unsigned i);
	void (*title)(const void *ctx, unsigned i, struct html *h);
	const void *ctx;
	const char *label;
};
void svg_bars(struct html *h, const struct svg_bars *b);
