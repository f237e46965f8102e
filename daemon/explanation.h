/* SPDX-License-Identifier: MIT */
/* Everything that is known of one person's day, gathered once from the store; shown as text or
 * JSON by `dozed explain`, as HTML by the page. */
#pragma once

#include "config.h"
#include "core/decision.h"
#include "core/night.h"
#include "core/numbers.h"
#include "core/track_record.h"

struct store;

#define EXPLAIN_USUAL_DAYS    28 /* whose mean is "usual"; the night itself is left out */
#define EXPLAIN_INPUTS_MAX    32
#define EXPLAIN_DECISIONS_MAX 32

/* What came in for the night from one device: a channel's samples, or a vendor's record. */
struct explain_input {
	char from[2 * ID_MAX + 2];     /* "csv/watch" */
	char what[RECORD_ID_MAX + 16]; /* "activity", "record 29847" */
	int64_t n;                     /* samples, or stages */
	utc_ms first, last;
};

struct explanation {
	const struct person *who; /* borrowed, as config and scorers */
	const struct config *config;
	const struct scorers *scorers;
	civil_day date;
	unsigned n_nights;
	struct night nights[NIGHTS_MAX];   /* the main sleep first */
	double usual[NIGHT_NUMBERS];       /* by night_numbers; NAN */
	double usual_of[NIGHT_VALUES_MAX]; /* by the values of nights[0]; NAN */
	int n_usual;                       /* nights behind it */
	struct day day;
	int has_alert;
	struct alert alert;
	const char
		*why_no_alert; /* in English; NULL where there is one, or no forecast */
	unsigned n_decisions;
	struct decision decisions[EXPLAIN_DECISIONS_MAX]; /* in their order */
	struct track_record record; /* of the days before the date */
	unsigned n_inputs, more_inputs;
	struct explain_input inputs[EXPLAIN_INPUTS_MAX];
};

/* Fills nights, usual, day, notice and record; who, config, scorers and date are set, the rest zero. */
int explanation_gather(struct explanation *x, struct store *s) must_check;
/* After it: what came in for the night. Decodes every batch of it, so only where asked for. */
int explanation_inputs(struct explanation *x, struct store *s) must_check;
/* The last date with a night or a forecast: 1, or 0 if there is none. */
int explanation_last(struct store *s, const char *person, civil_day *ret) must_check;
