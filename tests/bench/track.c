/* SPDX-License-Identifier: MIT */
/* What a person's record costs whenever a state is posted: bench_track STATE_DIR PERSON.
 * A store of two years: dozed-bridge sim --nights 730 --out FILE, dozed import FILE. */
#include "cost.h"

#include <stdio.h>

#include "store/store.h"
#include "track.h"

#define TIMES 50

int
main(int argc, char **argv)
{
	const struct policy policy = {.threshold = .25, .min_rated_days = 14};
	struct store *s = NULL;
	struct track_record t = {0};
	civil_day first, last;
	char why[256] = "";
	if (argc != 3 || store_open(argv[1], STORE_READ, STORE_PROCESS, &s, why) != 0 ||
		store_days_span(s, argv[2], &first, &last) != 0) {
		fprintf(stderr, "usage: bench_track STATE_DIR PERSON %s\n", why);
		return 2;
	}
	double begin = seconds();
	int r = 0;
	for (int i = 0; i < TIMES && r == 0; i++)
		r = track_load(s, argv[2], last, &policy, &t);
	printf("%s: %d days, %u rated, %u judged: %.2f ms a record\n", argv[2],
		(int)(last.n - first.n + 1), t.rated_days, t.judged,
		(seconds() - begin) * 1000 / TIMES);
	store_close(s);
	return r != 0;
}
