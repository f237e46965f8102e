/* SPDX-License-Identifier: MIT */
/* What the bridge tells the person at the keyboard: refused rows as file:line: reason,
 * the first few of each file in full and the rest as a number; and a progress line, on a
 * terminal only. Decides nothing. */
#pragma once

#include "base/base.h"

#include <stdio.h>

#define REPORT_SHOWN_MAX 20 /* a file */

struct report {
	FILE *to;                   /* borrowed; NULL = stderr */
	const char *file;           /* borrowed: what is being read */
	unsigned long refused;      /* over all files */
	unsigned long file_refused; /* in this one */
	unsigned long notes;
	int is_mute; /* the same was said before */
	/* Told every refusal, "line 3: why", shown or not; NULL: nobody. */
	void (*told)(void *ctx, const char *text);
	void *told_ctx;
	unsigned long line; /* for refusals that name none: where their document begins */
	int64_t progress_ms;
	int progress_open;
};

/* Begins a file; closes the one before. */
void report_file(struct report *r, const char *file);
/* line 0: the file as a whole. */
void report_refuse(struct report *r, unsigned long line, const char *fmt, ...)
	printf_like(3, 4);
/* What is worth knowing, but no refusal. */
void report_note(struct report *r, const char *fmt, ...) printf_like(2, 3);
/* Says how many refusals were not shown. */
void report_end(struct report *r);

/* A line that overwrites itself; at most a few a second; nothing unless stderr is a
 * terminal. */
void report_progress(struct report *r, const char *fmt, ...) printf_like(2, 3);
void report_progress_end(struct report *r);
