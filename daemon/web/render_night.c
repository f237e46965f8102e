/* SPDX-License-Identifier: MIT */
/* The night: when, how it went over time, numbers beside one's usual ones. What is not known
 * says so. */
#include "web/render.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/numbers.h"
#include "core/tr.h"
#include "core/words.h"
#include "web/svg.h"

static void
put_times(struct html *h, enum language l, const struct render_view *v)
{
	const struct night *n = v->night;
	const struct zone *z = v->who->zone;
	char a[6], b[6], c[6], d[6];
	html_put(h, "<p>");
	civil_clock_text(z, n->in_bed, a);
	civil_clock_text(z, n->out_of_bed, d);
	if (n->onset.ms)
		html_textf(h, tr(l, "In bed %s, asleep %s, awake %s, up %s."), a,
			civil_clock_text(z, n->onset, b), civil_clock_text(z, n->wake, c),
			d);
	else
		html_textf(h, tr(l, "In bed %s, up %s."), a, d);
	html_put(h, "</p>");
}

static void
put_key(struct html *h, enum language l, const struct render_view *v, int depth)
{
	static const struct {
		const char *class, *deep, *plain;
	} keys[] = {
		{"w", N_("awake"), N_("awake")},
		{"r", N_("REM"), NULL},
		{"l", N_("light"), N_("asleep")},
		{"d", N_("deep"), NULL},
	};
	char from[6], to[6];
	html_put(h, "<div class=\"ends\"><span>");
	html_text(h, civil_clock_text(v->who->zone, v->stages->start, from));
	html_put(h, "</span><span>");
	html_text(h, civil_clock_text(v->who->zone, v->stages->end, to));
	html_put(h, "</span></div><ul class=\"key\">");
	for (size_t i = 0; i < array_len(keys); i++) {
		const char *label = depth ? keys[i].deep : keys[i].plain;
		if (!label)
			continue;
		html_put(h, "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\">"
			    "<rect width=\"1\" height=\"1\" class=\"");
		html_put(h, keys[i].class);
		html_put(h, "\"/></svg>");
		html_text(h, tr(l, label));
		html_put(h, "</li>");
	}
	html_put(h, "</ul>");
}

static void
put_cell(struct html *h, enum language l, const struct night_number *q, double value)
{
	int score = strcmp(q->channel, "night.score") == 0;
	struct value_words w = {q->channel, VALUE_SLEEP,
		strcmp(q->unit, "min") == 0 ? VALUE_MINUTES : VALUE_NUMBER, score,
		q->label, strcmp(q->unit, "%") == 0 ? "%s %%" : "%s"};
	char text[48];
	html_put(h, "<td>");
	if (isnan(value)) {
		html_text(h, tr(l, "not known"));
	} else {
		words_value(l, &w, value, text);
		html_text(h, text);
	}
	html_put(h, "</td>");
}

static void
put_numbers(struct html *h, enum language l, const struct render_view *v)
{
	html_put(h, "<table><thead><tr><th></th><th>");
	html_text(h, tr(l, "this night"));
	html_put(h, "</th><th>");
	html_text(h, tr(l, "usual"));
	html_put(h, "</th></tr></thead><tbody>");
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++) {
		const struct night_number *q = &night_numbers[i];
		double value = night_value(v->night, q->channel);
		if (isnan(value) && isnan(v->usual[i]))
			continue;
		html_put(h, "<tr><th>");
		html_text(h, tr(l, q->label));
		html_put(h, "</th>");
		put_cell(h, l, q, value);
		put_cell(h, l, q, v->usual[i]);
		html_put(h, "</tr>");
	}
	html_put(h, "</tbody></table><p class=\"soft\">");
	html_textf(h,
		trn(l, "Usual: the mean of %d night before it.",
			"Usual: the mean of %d nights before it.",
			(unsigned long)v->n_usual),
		v->n_usual);
	html_textf(h, tr(l, " %.0f %% of this night was measured."),
		v->night->coverage * 100);
	html_put(h, "</p>");
}

void
render_night(struct html *h, const struct render_frame *f, const struct render_view *v)
{
	enum language l = f->language;
	char date[32];
	words_date(l, v->date, date);
	html_put(h, "<section><h2>");
	if (v->day)
		html_textf(h, tr(l, "The night to %s"), date);
	else
		html_text(h, tr(l, "The night"));
	html_put(h, "</h2>");
	if (!v->night) {
		html_put(h, "<p>");
		html_text(h, tr(l, "No main sleep is known for this date."));
		html_put(h, "</p></section>");
		return;
	}
	put_times(h, l, v);
	if (v->stages && v->stages->n > 0) {
		svg_hypnogram(h, v->stages, tr(l, "The stages of the night over time"));
		put_key(h, l, v, svg_has_depth(v->stages));
	}
	if (v->night->insufficient[0]) {
		html_put(h, "<p>");
		html_textf(h, tr(l, "Not enough to say more: %s."),
			tr(l, v->night->insufficient));
		html_put(h, "</p>");
	} else {
		put_numbers(h, l, v);
	}
	html_put(h, "</section>");
}
