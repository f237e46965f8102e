/* SPDX-License-Identifier: MIT */
/* Redrawn per percent, so that no clock is needed. */
#include "cmd/progress.h"

#include <stdio.h>
#include <unistd.h>

void
progress_start(struct progress *p)
{
	*p = (struct progress){.on = isatty(STDERR_FILENO), .percent = -1};
}

void
progress_show(struct progress *p, const char *what, int64_t done, int64_t total)
{
	int percent = total > 0 ? (int)((double)done * 100 / (double)total) : -1;
	if (!p->on || (total > 0 && percent == p->percent && p->shown))
		return;
	p->percent = percent;
	p->shown = 1;
	if (total > 0)
		fprintf(stderr, "\r\033[K%s %3d %%", what, percent);
	else
		fprintf(stderr, "\r\033[K%s %lld", what, (long long)done);
}

void
progress_end(struct progress *p)
{
	if (p->on && p->shown)
		fprintf(stderr, "\r\033[K");
	p->shown = 0;
}
