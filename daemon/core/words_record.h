/* SPDX-License-Identifier: MIT */
/* How often the outlook was right, in words: the same for `explain`, `evaluate`, the state and
 * the page. Wording rules as in words.h; the verdict itself is track_record's. */
#pragma once

#include "core/track_record.h"

#define WORDS_LEARNING_LEN 64
#define WORDS_RECORD_LEN   600

/* "learning, 9 of 14 days". */
void words_learning(enum language l, const struct track_record *t,
	char ret[static WORDS_LEARNING_LEN]);
/* How notices fared, and what may be believed of the outlook. */
void words_record(
	enum language l, const struct track_record *t, char ret[static WORDS_RECORD_LEN]);
/* Only the verdict: whether it has been better than the person's own average. */
void words_verdict(
	enum language l, const struct track_record *t, char ret[static WORDS_RECORD_LEN]);
