/* SPDX-License-Identifier: MIT */
/* Every sentence that a person reads about a night or an outlook, in one place, for the
 * alert, `explain`, JSON and pages alike. Wellness wording: what was seen, against the
 * person's own usual, how often it is wrong; never a diagnosis, never an alarm. Which
 * language is always an argument (person.language).
 * tests/lint/words holds what may never be said. */
#pragma once

#include "core/person.h"
#include "core/records.h"

/* Fewer own days after nights like this than that, and the text says "only". */
#define WORDS_FEW_DAYS 5
/* Rated days before an outlook means something, where no policy is at hand. */
#define WORDS_LEARNING_DAYS 14

/* Fills title and text of an alert from its forecast: what was seen (the two strongest
 * reasons, and what speaks against where that is strong), counts and base rate, how often
 * such a notice is wrong, an offer. The lengths hold for any forecast. */
void words_alert(const struct forecast *f, const struct person *who,
	char title[static 96], char text[static ALERT_TEXT_LEN]);

/* One reason in words with own numbers: "74 min more awake than your usual"; "" if the
 * code is unknown or the number that it speaks of is missing. */
void words_reason(enum language l, const struct reason *r, char *ret, size_t size);
/* 1 for a code that says a part of `tracker` in own numbers. */
int words_is_part(const char *code);
/* What a night's reason is a part of: the score out of 100, or how unusual the night was. */
enum reason_of { REASON_OF_OTHER, REASON_OF_SCORE, REASON_OF_USUAL };
enum reason_of words_reason_of(const char *code);
/* night.z_all in words: "harder than most". */
const char *words_unusual(enum language l, double z_all);
/* "Of 14 rated days after nights like this, 6 were ...; usually it is about 1 in 6." */
void words_like(enum language l, const struct forecast *f, char *ret, size_t size);
/* "Expect a notice like this to be wrong about 7 times in 10.", from its probability. */
void words_wrong(enum language l, double p, char *ret, size_t size);
/* One name out of forecast.missing: "last night's tracker data"; the name if unknown. */
const char *words_missing(enum language l, const char *name);
/* Why a night has no numbers, or a scorer gave none, as scorers and core say it in English. */
void words_why(enum language l, const char *why, char *ret, size_t size);

/* How a person's outlook stands against their own base rate. */
enum outlook {
	OUTLOOK_UNKNOWN,
	OUTLOOK_LEARNING,
	OUTLOOK_LOWER,
	OUTLOOK_USUAL,
	OUTLOOK_HIGHER,
	OUTLOOKS
};
extern const char *const outlook_names[OUTLOOKS]; /* one word each, for machines */
/* f may be NULL. Higher and lower begin at 4/3 and 3/4 of the base rate. */
enum outlook words_outlook(const struct forecast *f, int min_rated_days);
/* "learning: 9 of 14 rated days", "higher than usual for you", "about as usual". */
void words_level(enum language l, const struct forecast *f, int min_rated_days,
	char ret[static 64]);

/* A share as one would say it: "about 1 in 6", "about 4 in 10", "about half". */
void words_share(enum language l, double share, char ret[static 32]);
/* A number without trailing zeros and never "-0": "7", "5.3", in German "5,3". */
void words_number(enum language l, double v, int decimals, char ret[static 32]);
/* "2025-11-15", in German "15.11.2025". */
void words_date(enum language l, civil_day d, char ret[static 32]);
const char *words_weekday(enum language l, civil_day d); /* "Saturday" */
/* Minutes as "48 min" or "6 h 24 min". */
void words_minutes(enum language l, double min, char ret[static 32]);

/* Numbers of a night beyond night_numbers: what they are called, and how they are said. */
enum value_group {
	VALUE_SLEEP,
	VALUE_BODY,
	VALUE_ROW,
	VALUE_ALSO,
	VALUE_Z,
	VALUE_GROUPS
};
enum value_kind { VALUE_NUMBER, VALUE_MINUTES, VALUE_CLOCK };
struct value_words {
	const char *channel;
	enum value_group group;
	enum value_kind kind;
	int decimals;
	const char *label, *form; /* both for tr(); label NULL: for machines only */
};
/* Of a channel that nobody knows: a plain number in VALUE_ALSO. */
const struct value_words *words_value_of(const char *channel);
/* What an input channel is called: "heart rate"; its name if unknown. */
const char *words_channel(enum language l, const char *channel);
/* All that have words, group by group. */
const struct value_words *words_values(unsigned *ret_n);
/* "54 a minute", "5 h 12 min", "03:58"; "-" where it is not known. */
void words_value(
	enum language l, const struct value_words *w, double v, char ret[static 48]);
