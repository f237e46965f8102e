/* SPDX-License-Identifier: MIT */
/* Numbers and dates as one says them; every double has a word. */
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
	/* the decimal point of the language */
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

void
words_date(enum language l, civil_day d, char ret[static 32])
{
	char iso[CIVIL_DATE_LEN];
	civil_date_text(d, iso);
	snprintf(ret, 32, "%s", iso);
	if (strlen(iso) != strlen("2025-11-15"))
		return;
	iso[4] = iso[7] = '\0';
	/* year, month, day; another order: "%3$s.%2$s.%1$s" */
	snprintf(ret, 32, tr(l, "%1$s-%2$s-%3$s"), iso, iso + 5, iso + 8);
}

const char *
words_weekday(enum language l, civil_day d)
{
	static const char *const weekdays[] = {N_("Thursday"), N_("Friday"),
		N_("Saturday"), N_("Sunday"), N_("Monday"), N_("Tuesday"),
		N_("Wednesday")}; /* 1970-01-01 was a Thursday */
	return tr(l, weekdays[((d.n % 7) + 7) % 7]);
}
