/* SPDX-License-Identifier: MIT */
/* The notice of a day and everything that was decided of it, one line for each moment:
 * "06:45  held back: these are quiet hours: decided again when they end". The reasons are the
 * rows of core/alert's table. */
#include "cmd/explain_page.h"

#include <math.h>
#include <stdio.h>

#include "core/tr.h"

/* What is said of a verdict; its reason follows where there is one. */
static const char *const verdict_texts[VERDICTS] = {
	[VERDICT_NOTHING] = N_("nothing told"),
	[VERDICT_HELD] = N_("held back"),
	[VERDICT_SETTLING] = N_("waiting"),
	[VERDICT_RAISED] = N_("a notice was given"),
	[VERDICT_RAISED_LATE] = N_("a notice was given after all"),
	[VERDICT_WITHDRAWN] = N_("the notice was withdrawn"),
	[VERDICT_GOOD_NIGHT] = N_("a better night than usual was told"),
	[VERDICT_DIGEST] = N_("the week was told instead of notices"),
	[VERDICT_NO_DATA] = N_("it was told that no night has come"),
};

static void
print_decision(const struct explanation *x, const struct decision *d)
{
	const enum language l = (enum language)x->who->language;
	char at[6], day[CIVIL_DATE_LEN + 1] = "", outlook[48] = "";
	civil_day of = zone_date(x->who->zone, d->at, 0);
	/* what is told in its place is no reason */
	const int has_why = d->why[0] && d->verdict != VERDICT_DIGEST;
	if (!isnan(d->probability))
		snprintf(outlook, sizeof outlook, tr(l, " (%.0f %%, at least %.0f %%)"),
			d->probability * 100, d->low * 100);
	if (of.n != d->date.n) { /* of a night after which none came */
		civil_date_text(of, day);
		snprintf(day + CIVIL_DATE_LEN - 1, 2, " ");
	}
	page_wrapped(4, "%s%s  %s%s%s%s", day, page_clock(x, d->at, at),
		tr(l, verdict_texts[d->verdict]), has_why ? ": " : "",
		has_why ? tr(l, d->why) : "", outlook);
}

static void
print_told(const struct explanation *x)
{
	const enum language l = (enum language)x->who->language;
	const char *form = N_("given at %s: %s");
	char at[6];
	if (x->alert.state == ALERT_CORRECTED)
		form = N_("corrected at %s: %s");
	else if (x->alert.state == ALERT_WITHDRAWN)
		form = N_("withdrawn at %s: %s");
	page_clock(x, x->alert.issued, at);
	page_wrapped(2, tr(l, form), at, x->alert.title);
	page_wrapped(4, "%s", x->alert.text);
}

void
page_notice(const struct explanation *x)
{
	const enum language l = (enum language)x->who->language;
	printf("\n%s\n", tr(l, "The notice"));
	if (x->has_alert)
		print_told(x);
	else if (x->why_no_alert)
		page_wrapped(2, tr(l, "None: %s."), tr(l, x->why_no_alert));
	else
		printf("  %s\n", tr(l, "None."));
	if (x->n_decisions == 0)
		return;
	printf("\n  %s\n", tr(l, "What was decided"));
	for (unsigned i = 0; i < x->n_decisions; i++)
		print_decision(x, &x->decisions[i]);
}
