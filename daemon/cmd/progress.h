/* SPDX-License-Identifier: MIT */
/* One line of progress on a terminal, nothing in a pipe. */
#pragma once

#include "base/base.h"

struct progress {
	int on, percent, shown;
};

void progress_start(struct progress *p); /* looks whether stderr is a terminal */
/* done of total; total <= 0: not known, then it shows `done` each time it is called. */
void progress_show(struct progress *p, const char *what, int64_t done, int64_t total);
void progress_end(struct progress *p); /* clears the line */
