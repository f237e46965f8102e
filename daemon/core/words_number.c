/* SPDX-License-Identifier: MIT */
/* Numbers as one says them; every double has a word. */
#include "core/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/tr.h"

void
words_number(enum language l, double v, int decimals, char ret[static 32])
{
	/* half away from zero, as the exported numbers are rounded */
	double scale = pow(10, decimals);
	snprintf(ret, 32, "%.*f", decimals, round(v * scale) / scale);
	if (strchr(ret, '.')) {
		size_t n = strlen(ret);
		while (ret[n - 1] == '0')
			ret[--n] = '\0';
		if (ret[n - 1] == '.')
			ret[--n] = '\0';
	}
	if (strcmp(ret, "-0") == 0)
		memcpy(ret, "0", 2);
	char *point = strchr(ret, '.');
	if (point)
		*point = tr(l, ".")[0];
}

void
words_minutes(enum language l, double min, char ret[static 32])
{
	long m = lround(fmin(fmax(min, -1e6), 1e6));
	if (m < 100)
		snprintf(ret, 32, tr(l, "%ld min"), m);
	else if (m % 60 == 0)
		snprintf(ret, 32, tr(l, "%ld h"), m / 60);
	else
		snprintf(ret, 32, tr(l, "%ld h %ld min"), m / 60, m % 60);
}

void
words_share(enum language l, double share, char ret[static 32])
{
	if (!(share > 0.045))
		snprintf(ret, 32, tr(l, "less than 1 in 20"));
	else if (share < 0.285)
		snprintf(ret, 32, tr(l, "about 1 in %d"), (int)lround(1 / share));
	else if (share >= 0.45 && share <= 0.55)
		snprintf(ret, 32, tr(l, "about half"));
	else if (share >= 0.95)
		snprintf(ret, 32, tr(l, "nearly all"));
	else
		snprintf(ret, 32, tr(l, "about %d in 10"), (int)lround(share * 10));
}
