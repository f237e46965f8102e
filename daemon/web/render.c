/* SPDX-License-Identifier: MIT */
/* The frame, the small pages, and a person's page from top to bottom: what is told of the day,
 * the taps, the night, the last weeks, how right it was. */
#include "web/render.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/tr.h"
#include "core/words.h"
#include "web/style.h"
#include "web/svg.h"

/* --- the frame ---------------------------------------------------------------------------- */

void
render_head(struct html *h, const struct render_frame *f, const char *title)
{
	html_put(h, "<!DOCTYPE html><html lang=\"");
	html_put(h, language_names[f->language]);
	html_put(h,
		"\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		"<meta name=\"robots\" content=\"noindex\">"
		"<link rel=\"icon\" href=\"data:,\"><title>");
	html_text(h, title);
	html_put(h, "</title><style nonce=\"");
	html_text(h, f->nonce);
	html_put(h, "\">");
	html_put(h, style_sheet);
	html_put(h, "</style></head><body><main>");
}

void
render_foot(struct html *h, const struct render_frame *f)
{
	enum language l = f->language;
	html_put(h, "<footer><p>");
	html_text(
		h, tr(l, "Based on your entries only. A sleep and comfort diary, nothing "
			 "more."));
	html_put(h, "</p><details><summary>");
	html_text(h, tr(l, "What is this?"));
	html_put(h, "</summary><p>");
	html_text(h,
		tr(l, "A small program on this hub keeps what your tracker measured at "
		      "night and what you tap here. From your own entries it estimates "
		      "each morning whether the day may be a harder one than usual, and "
		      "says how often it is wrong. Nothing leaves the hub unless its "
		      "owner has set that up."));
	html_put(h, "</p></details></footer></main></body></html>");
}

void
render_note(
	struct html *h, const struct render_frame *f, const char *text, const char *back)
{
	render_head(h, f, "dozed");
	html_put(h, "<section><p>");
	html_text(h, text);
	html_put(h, "</p><p><a href=\"");
	html_text(h, back);
	html_put(h, "\">");
	html_text(h, tr(f->language, "Back"));
	html_put(h, "</a></p></section></main></body></html>");
}

void
render_login(struct html *h, const struct render_frame *f, int wrong)
{
	enum language l = f->language;
	render_head(h, f, "dozed");
	html_put(h, "<section><form method=\"post\" action=\"/login\">"
		    "<input type=\"hidden\" name=\"form\" value=\"");
	html_text(h, f->token);
	html_put(h, "\"><label>");
	html_text(h, tr(l, "The token of this page"));
	html_put(h, "<input type=\"password\" name=\"token\" "
		    "autocomplete=\"current-password\" required></label>");
	if (wrong) {
		html_put(h, "<p>");
		html_text(h, tr(l, "That was not it."));
		html_put(h, "</p>");
	}
	html_put(h, "<button>");
	html_text(h, tr(l, "Open"));
	html_put(h, "</button></form></section></main></body></html>");
}

static const char *
name_of(const struct person *who)
{
	return who->name[0] ? who->name : who->id;
}

void
render_people(struct html *h, const struct render_frame *f,
	const struct person *(*person)(void *user, unsigned i), void *user)
{
	const struct person *who;
	render_head(h, f, "dozed");
	html_put(h, "<section class=\"list\">");
	for (unsigned i = 0; (who = person(user, i)); i++) {
		html_put(h, "<a href=\"/");
		html_text(h, who->id);
		html_put(h, "\">");
		html_text(h, name_of(who));
		html_put(h, "</a>");
	}
	if (!person(user, 0))
		html_text(h, tr(f->language, "Nobody is in the configuration yet."));
	html_put(h, "</section>");
	render_foot(h, f);
}

/* --- the day ------------------------------------------------------------------------------ */

static void
put_title(struct html *h, const struct render_frame *f, const struct render_view *v)
{
	char date[32];
	if (v->several) {
		html_put(h, "<p><a href=\"/\">");
		html_text(h, tr(f->language, "Everybody"));
		html_put(h, "</a></p>");
	}
	html_put(h, "<h1>");
	html_text(h, name_of(v->who));
	html_put(h, "</h1><p class=\"soft\">");
	words_date(f->language, v->today, date);
	html_textf(h, "%s, %s", words_weekday(f->language, v->today), date);
	html_put(h, "</p>");
}

/* Of the reasons those that speak for themselves, strongest first, two at most. */
static void
put_reasons(struct html *h, enum language l, const struct forecast *fc)
{
	const struct reason *first = NULL;
	char said[160];
	html_put(h, "<ul>");
	for (int k = 0; k < 2; k++) {
		const struct reason *best = NULL;
		for (uint32_t i = 0; i < fc->n_reasons && i < REASONS_MAX; i++) {
			const struct reason *r = &fc->reasons[i];
			words_reason(l, r, said, sizeof said);
			if (r == first || !said[0] || words_is_part(r->code))
				continue;
			if (!best || fabs(r->weight) > fabs(best->weight))
				best = r;
		}
		if (!best)
			break;
		words_reason(l, best, said, sizeof said);
		html_put(h, "<li>");
		html_text(h, said);
		html_put(h, "</li>");
		first = best;
	}
	html_put(h, "</ul>");
}

static void
put_missing(struct html *h, enum language l, const struct forecast *fc)
{
	char names[WHY_LEN], *rest = names, *name, list[256] = "";
	size_t used = 0;
	snprintf(names, sizeof names, "%s", fc->missing);
	while ((name = strsep(&rest, ",")))
		if (*name && used < sizeof list)
			used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
				used ? ", " : "", words_missing(l, name));
	if (!used)
		return;
	html_put(h, "<p class=\"soft\">");
	html_textf(h, tr(l, "Not known when it was made: %s."), list);
	html_put(h, "</p>");
}

static void
put_outlook(struct html *h, enum language l, const struct render_view *v)
{
	const struct forecast *fc = &v->day->forecast;
	char level[64], like[400];
	enum outlook o = words_outlook(fc, v->policy->min_rated_days);
	words_level(l, fc, v->policy->min_rated_days, level);
	html_put(h, "<p class=\"lead\">");
	html_text(h, level);
	html_put(h, "</p>");
	if (o == OUTLOOK_LEARNING || o == OUTLOOK_UNKNOWN) {
		put_missing(h, l, fc);
		return;
	}
	put_reasons(h, l, fc);
	words_like(l, fc, like, sizeof like);
	html_put(h, "<p>");
	html_text(h, like);
	html_put(h, "</p>");
	put_missing(h, l, fc);
}

static void
put_day(struct html *h, const struct render_frame *f, const struct render_view *v)
{
	enum language l = f->language;
	char date[32];
	html_put(h, "<section><h2>");
	html_text(h, tr(l, "The outlook for the day"));
	html_put(h, "</h2>");
	if (v->day && v->date.n != v->today.n) {
		html_put(h, "<p class=\"soft\">");
		words_date(l, v->date, date);
		html_textf(h, tr(l, "The last one known is of %s, %s."),
			words_weekday(l, v->date), date);
		html_put(h, "</p>");
	}
	if (v->notice) {
		html_put(h, "<p class=\"lead\">");
		html_text(h, v->notice->title);
		html_put(h, "</p><p>");
		html_text(h, v->notice->text);
		html_put(h, "</p>");
	} else if (v->day && v->day->has_forecast) {
		put_outlook(h, l, v);
	} else {
		html_put(h, "<p>");
		html_text(h, tr(l, "None has been made yet."));
		html_put(h, "</p>");
	}
}

/* --- the last weeks ------------------------------------------------------------------------ */

struct strip {
	enum language language;
	const struct day *days;
	int kind; /* enum rating_kind; 0: the night's score */
};

static double
strip_value(const void *ctx, unsigned i)
{
	const struct strip *s = ctx;
	return s->kind ? s->days[i].rating[s->kind] : s->days[i].score;
}

static void
strip_title(const void *ctx, unsigned i, struct html *h)
{
	const struct strip *s = ctx;
	char date[32], number[32];
	words_date(s->language, s->days[i].date, date);
	words_number(s->language, strip_value(ctx, i), 0, number);
	html_textf(h, "%s: %s", date, number);
}

static void
put_strips(struct html *h, const struct render_frame *f, const struct render_view *v)
{
	static const struct {
		int kind;
		double max;
		const char *label;
	} rows[] = {
		{0, 100, N_("Night score, 0 to 100")},
		{RATING_SLEEP_QUALITY, 10, N_("Your sleep, 0 to 10")},
		{RATING_PAIN_DAY, 10, N_("Discomfort of the day, 0 to 10")},
	};
	enum language l = f->language;
	char from[32], to[32];
	words_date(l, v->days[0].date, from);
	words_date(l, v->days[RENDER_DAYS - 1].date, to);
	html_put(h, "<section><h2>");
	html_text(h, tr(l, "The last 30 days"));
	html_put(h, "</h2>");
	for (size_t i = 0; i < array_len(rows); i++) {
		struct strip s = {l, v->days, rows[i].kind};
		const char *label = tr(l, rows[i].label);
		struct svg_bars bars = {
			RENDER_DAYS, rows[i].max, strip_value, strip_title, &s, label};
		html_put(h, "<h3>");
		html_text(h, label);
		html_put(h, "</h3>");
		svg_bars(h, &bars);
	}
	html_put(h, "<div class=\"ends\"><span>");
	html_text(h, from);
	html_put(h, "</span><span>");
	html_text(h, to);
	html_put(h, "</span></div></section>");
}

void
render_person(struct html *h, const struct render_frame *f, const struct render_view *v)
{
	render_head(h, f, name_of(v->who));
	put_title(h, f, v);
	put_day(h, f, v);
	render_forms(h, f, v);
	render_night(h, f, v);
	put_strips(h, f, v);
	if (v->record[0]) {
		html_put(h, "<section><h2>");
		html_text(h, tr(f->language, "How right it has been"));
		html_put(h, "</h2><p>");
		html_text(h, v->record);
		html_put(h, "</p></section>");
	}
	render_foot(h, f);
}
