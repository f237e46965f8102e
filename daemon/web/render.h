/* SPDX-License-Identifier: MIT */
/* The pages, as HTML without script, link to elsewhere or image: values in, bytes out. Texts in the
 * person's language (core/tr, core/words: the words of `explain`); no red, no word of alarm. */
#pragma once

#include "core/person.h"
#include "core/records.h"
#include "web/html.h"

#define RENDER_DAYS   30
#define RENDER_STAGES 1024 /* of a sleep record; a night that has more is not drawn */

/* What every page carries. */
struct render_frame {
	enum language language;
	const char *nonce; /* of the style, for this answer only */
	const char *token; /* that a form must bring back */
};

/* A maker's sleep record, for the hypnogram. */
struct render_stages {
	utc_ms start, end;
	unsigned n;
	struct stage_span list[RENDER_STAGES];
};

/* One person's page. All borrowed; a number that is not known is NAN. */
struct render_view {
	const struct person *who;
	const struct policy *policy;
	int several;               /* there are other people, too */
	civil_day today, date;     /* date: of the night and the outlook */
	const struct night *night; /* main sleep of date; NULL: none */
	const double *usual;       /* by night_numbers */
	int n_usual;
	const struct render_stages *stages; /* NULL: none */
	const struct day *day;              /* date's; NULL: nothing is known yet */
	const struct alert *notice;         /* of date; NULL: none */
	int answered;                       /* enum feedback_kind of today; 0 = none */
	/* what a tap now would correct, by enum rating_kind */
	double given[RATING_KINDS];
	utc_ms given_at[RATING_KINDS];
	const struct day *days; /* RENDER_DAYS up to today */
	const char *record;     /* how right the outlooks were: sentences; "" */
};

void render_person(
	struct html *h, const struct render_frame *f, const struct render_view *v);
/* person(user, i): NULL behind the last. */
void render_people(struct html *h, const struct render_frame *f,
	const struct person *(*person)(void *user, unsigned i), void *user);
void render_login(struct html *h, const struct render_frame *f, int wrong);
/* A sentence, and where to go on. */
void render_note(
	struct html *h, const struct render_frame *f, const char *text, const char *back);
/* Between the files of render*.c: the frame's two ends. */
void render_head(struct html *h, const struct render_frame *f, const char *title);
void render_foot(struct html *h, const struct render_frame *f);
void render_night(
	struct html *h, const struct render_frame *f, const struct render_view *v);
void render_forms(
	struct html *h, const struct render_frame *f, const struct render_view *v);
