/* SPDX-License-Identifier: MIT */
/* Between the words_*.c only: a text out of whole sentences. Each has a rank; where they do not
 * all fit, the one of the lowest rank is left off until they do, and none is ever cut. */
#pragma once

#include "core/words.h"

#define SENTENCES_MAX 12
#define SENTENCE_LEN  360

enum rank {
	RANK_GREETING,
	RANK_AGAINST,
	RANK_RECORD,
	RANK_ASIDE,
	RANK_MISSING,
	RANK_REASONS,
	RANK_MUST, /* never left off: what these need fits in every language */
};

struct words_text {
	enum language l;
	unsigned n;
	struct sentence {
		enum rank rank;
		char text[SENTENCE_LEN];
	} list[SENTENCES_MAX];
};

/* What is longer than a sentence may be is left off. */
void text_add(struct words_text *t, enum rank rank, const char *fmt, ...)
	printf_like(3, 4);
/* With a blank between them. */
void text_join(struct words_text *t, char *ret, size_t size);

/* "What stands out: ...": the two strongest reasons, and what speaks against them. */
void text_reasons(struct words_text *t, const struct forecast *f);
/* What was good of a night: by the forecast's reasons, else (f NULL) by the night's own. */
void text_bright_side(
	struct words_text *t, const struct forecast *f, const struct night *n);
