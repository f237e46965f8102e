/* SPDX-License-Identifier: MIT */
/* One scorer with one fault, chosen by REFUSED_<fault> at compile time; else in order. */
#include "scorer.h"

#define MAGIC   SCORER_MAGIC
#define MAJOR   SCORER_ABI_MAJOR
#define SIZE    sizeof(struct scorer)
#define NAME    REFUSED_NAME
#define READS   "activity", "counts"
#define WRITES  "one", "u"
#define RETURNS SCORER_SKIP

#if defined REFUSED_wrong_magic
#undef MAGIC
#define MAGIC 0x01020304u
#elif defined REFUSED_wrong_major
#undef MAJOR
#define MAJOR 7u
#elif defined REFUSED_too_small
#undef SIZE
#define SIZE 24u
#elif defined REFUSED_other_name
#undef NAME
#define NAME "somebody_else"
#elif defined REFUSED_bad_port
#undef WRITES
#define WRITES "Bad Channel!", "u"
#elif defined REFUSED_cycle_a
#undef READS
#undef WRITES
#define READS  "b", "u"
#define WRITES "a", "u"
#elif defined REFUSED_cycle_b
#undef READS
#undef WRITES
#define READS  "a", "u"
#define WRITES "b", "u"
#elif defined REFUSED_unprovided
#undef READS
#define READS "moonlight", "lux"
#elif defined REFUSED_undefined_symbol
int nobody_has_this(void);
#undef RETURNS
#define RETURNS nobody_has_this()
#endif

#if defined REFUSED_too_short
SCORER_PUBLIC const uint32_t dozed_scorer[4] = {SCORER_HEAD};
#elif defined REFUSED_no_symbol
SCORER_PUBLIC const int dozed_scorers = 1;
#else
static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)in, (void)options, (void)ret;
	return RETURNS;
}

SCORER_EXPORT = {
	MAGIC,
	MAJOR,
	SCORER_ABI_MINOR,
	SIZE,
	.name = NAME,
	.version = "1",
	.summary = "to be refused",
	.reads = (const struct scorer_port[]){{READS, 0, 1e7, 1}, {0}},
	.writes = (const struct scorer_port[]){{WRITES, 0, 1, 0}, {0}},
	.window = {SCORER_SLIDING, 60, 60, 0, 0},
	.score = score,
};
#endif
