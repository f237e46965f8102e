/* SPDX-License-Identifier: MIT */
/* What an earlier run knew: how far a file that only grows was read, so that its next copy
 * costs what is new, and which nights were told (told.h). Numbers by name, sorted. The
 * spool keeps them (spool_marks.c), together with the batches. */
#pragma once

#include "base/base.h"

#define MARKS_NONE INT64_MIN

struct marks {
	struct mark {
		char *key; /* owned; first: they are sorted by it */
		int64_t value;
	} * v;
	size_t n, cap;
	int ignored; /* --all: nothing was read before */
};

/* m may be NULL; MARKS_NONE if there is none. */
int64_t marks_get(const struct marks *m, const char *key);
void marks_set(struct marks *m, const char *key, int64_t value);
void marks_finish(struct marks *m);

struct spool;
/* Those of this spool's broker. */
int spool_marks_load(struct spool *s, struct marks *m) must_check;
/* In the same transaction as the batches that were put last. */
int spool_marks_save(struct spool *s, const struct marks *m) must_check;
