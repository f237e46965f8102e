/* SPDX-License-Identifier: MIT */
/* The words of every kind of notice, from its facts, in the person's language: one place for
 * the MQTT event, push, the page and `explain`. Wording rules as in words.h. */
#pragma once

#include "core/notice.h"
#include "core/person.h"

/* What a notice speaks of. NULL or 0: not known, and then not mentioned. Borrowed. */
struct notice_facts {
	const struct person *who;
	const struct forecast *f;      /* that it rests on */
	const struct forecast *before; /* CORRECTION, ALL_CLEAR: that was told */
	const struct night *night;     /* GOOD_NIGHT: the night */
	int days_silent;               /* NO_DATA: since the last night */
	/* DIGEST: of the last seven days */
	unsigned week_nights, week_rated,
		week_high;  /* nights; rated days; of them high */
	unsigned week_held; /* mornings on which a notice would have been sent */
	/* of all earlier notices: how many, of those days rated, of them high */
	unsigned told, told_rated, told_right;
};

/* Fills title, text, discreet_title and discreet_text; n->kind, person and date are set. */
void words_notice(const struct notice_facts *x, struct notice *n);
