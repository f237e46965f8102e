/* SPDX-License-Identifier: MIT */
/* What a person can tap: a rating of each kind, an answer to this morning's notice. Each form
 * is one button's press; a second one corrects the first. Closes the section of the day. */
#include "web/render.h"

#include <math.h>

#include "core/tr.h"

static void
put_form(struct html *h, const struct render_frame *f, const char *person,
	const char *action)
{
	html_put(h, "<form method=\"post\" action=\"/");
	html_text(h, person);
	html_put(h, action);
	html_put(h, "\"><input type=\"hidden\" name=\"form\" value=\"");
	html_text(h, f->token);
	html_put(h, "\">");
}

static void
put_answers(struct html *h, const struct render_frame *f, const struct render_view *v)
{
	static const struct {
		enum feedback_kind kind;
		const char *label;
	} buttons[] = {
		{FEEDBACK_ACK, N_("Seen, thank you")},
		{FEEDBACK_SNOOZE, N_("No notices for a while")},
		{FEEDBACK_FALSE_ALARM, N_("It was not so")},
	};
	put_form(h, f, v->who->id, "/answer");
	html_put(h, "<div class=\"row\">");
	for (size_t i = 0; i < array_len(buttons); i++) {
		int on = v->answered == (int)buttons[i].kind;
		html_put(h, "<button name=\"what\" value=\"");
		html_put(h, feedback_names[buttons[i].kind]);
		html_put(h, on ? "\" class=\"on\" aria-pressed=\"true\">" : "\">");
		html_text(h, tr(f->language, buttons[i].label));
		html_put(h, "</button>");
	}
	html_put(h, "</div></form>");
}

struct question {
	enum rating_kind kind;
	const char *text, *low, *high;
};

static const struct question questions[] = {
	{RATING_SLEEP_QUALITY, N_("How did you sleep?"), N_("0: very poorly"),
		N_("10: very well")},
	{RATING_PAIN_MORNING, N_("Discomfort this morning"), N_("0: none"),
		N_("10: the most you can imagine")},
	{RATING_PAIN_DAY, N_("Discomfort of the day"), N_("0: none"),
		N_("10: the most you can imagine")},
};

static void
put_question(struct html *h, const struct render_frame *f, const struct render_view *v,
	const struct question *q)
{
	enum language l = f->language;
	double given = v->given[q->kind];
	char at[6];
	put_form(h, f, v->who->id, "/rate");
	html_put(h, "<input type=\"hidden\" name=\"kind\" value=\"");
	html_put(h, rating_names[q->kind]);
	html_put(h, "\"><fieldset id=\"");
	html_put(h, rating_names[q->kind]);
	html_put(h, "\"><legend>");
	html_text(h, tr(l, q->text));
	html_put(h, "</legend><div class=\"tap\">");
	for (int i = 0; i <= 10; i++) {
		html_numbers(h, "<button name=\"value\" value=\"%d\"", i);
		html_put(h, given == i ? " class=\"on\" aria-pressed=\"true\">" : ">");
		html_numbers(h, "%d</button>", i);
	}
	html_put(h, "</div><div class=\"ends\"><span>");
	html_text(h, tr(l, q->low));
	html_put(h, "</span><span>");
	html_text(h, tr(l, q->high));
	html_put(h, "</span></div>");
	if (!isnan(given)) {
		html_put(h, "<p class=\"soft\">");
		html_textf(h, tr(l, "%g at %s. Another tap corrects it."), given,
			civil_clock_text(v->who->zone, v->given_at[q->kind], at));
		html_put(h, "</p>");
	}
	html_put(h, "</fieldset></form>");
}

void
render_forms(struct html *h, const struct render_frame *f, const struct render_view *v)
{
	int stands = v->notice && (v->notice->state == ALERT_RAISED ||
					  v->notice->state == ALERT_CORRECTED);
	if (stands && v->date.n == v->today.n)
		put_answers(h, f, v);
	html_put(h, "</section><section><h2>");
	html_text(h, tr(f->language, "Your entries today"));
	html_put(h, "</h2>");
	for (size_t i = 0; i < array_len(questions); i++)
		put_question(h, f, v, &questions[i]);
	html_put(h, "</section>");
}
