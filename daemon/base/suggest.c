/* SPDX-License-Identifier: MIT */
/* Optimal string alignment distance: insertions, deletions, substitutions and swaps of
 * neighbours, each worth one. */
#include "base/suggest.h"

#include <string.h>

#define WORD_MAX 48u

static unsigned
min2(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned d[WORD_MAX + 1][WORD_MAX + 1];
	for (size_t i = 0; i <= na; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++)
		for (size_t j = 1; j <= nb; j++) {
			unsigned best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = min2(best, min2(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1])
				best = min2(best, d[i - 2][j - 2] + 1);
			d[i][j] = best;
		}
	return d[na][nb];
}

void
suggest_offer(struct suggest *s, const char *candidate)
{
	size_t n = strlen(s->word), m = strlen(candidate);
	if (n == 0 || n > WORD_MAX || m > WORD_MAX)
		return;
	unsigned d = distance(s->word, n, candidate, m);
	if (d <= (n + 2) / 3 && (!s->nearest || d < s->distance)) {
		s->nearest = candidate;
		s->distance = d;
	}
}
