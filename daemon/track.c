/* SPDX-License-Identifier: MIT */
/* See track.h. Two years are read in a few milliseconds (tests/bench/record.c prints it). */
#include "track.h"

#include "store/store.h"

int
track_load(struct store *s, const char *person, civil_day until,
	const struct policy *policy, struct track_record *ret)
{
	civil_day first, last;
	int r = store_days_span(s, person, &first, &last), n = 0;
	if (r < 0)
		return r;
	int32_t from = until.n - (TRACK_DAYS - 1);
	if (r == 0 && first.n > from)
		from = first.n;
	if (r == 0 && from <= until.n)
		n = until.n - from + 1;
	struct day *days cleanup(freep) = xcalloc((size_t)n + 1, sizeof *days);
	r = n ? store_days_load(s, person, DAY(from), n, days) : 0;
	if (r < 0)
		return r;
	track_record_make(days, n, policy, ret);
	return 0;
}
