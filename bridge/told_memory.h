/* SPDX-License-Identifier: MIT */
/* What is remembered of the nights that were told, by record id and by day, and kept with the
 * marks. A mark is "night|FAMILY|RECORD ID"; its value holds the start, the length and whether
 * there are stages; 0: withdrawn. Decides nothing. */
#pragma once

#include "marks.h"
#include "told.h"

#define TOLD_NEAR_MAX  256 /* nights of one family within three days that are looked at */
#define TOLD_IN_NO_RUN SIZE_MAX

struct told {
	int family;
	uint32_t hash; /* of the id */
	char id[RECORD_ID_MAX + 1];
	int64_t start, end, revision; /* of what was read of it in this run */
	size_t at;                    /* among the wearer's sessions, or TOLD_IN_NO_RUN */
	int staged, known, touched, gone; /* known: from an earlier run */
	/* those of the same chain; + 1, 0: none */
	uint32_t next_by_day, next_by_id;
};

struct told_memory {
	struct told *v;
	size_t n, cap;
	/* of family and day of the start, of family and id: the first of a chain; NULL: none */
	uint32_t *by_day, *by_id;
};

/* NULL: they are more than one person sleeps; this one is not remembered. */
struct told *told_add(
	struct told_memory *m, int family, const char *id, int64_t start, int64_t end);
/* Its times have changed. */
void told_move(struct told_memory *m, struct told *k, int64_t start, int64_t end);
void told_gone(struct told_memory *m, struct told *k);
/* NULL: there is none that is not gone. */
struct told *told_by_id(struct told_memory *m, int family, const char *id);
/* Told nights of the family of s that may lie over it, and are not gone; how many. */
size_t told_near(struct told_memory *m, const struct found_session *s,
	struct told *ret[static TOLD_NEAR_MAX]);

/* marks may be NULL. */
void told_recall(
	struct told_memory *m, const struct collect *c, const struct marks *marks);
void told_keep(const struct told_memory *m, const struct collect *c, struct marks *marks);
void told_forget(struct told_memory *m);
