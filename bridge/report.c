/* SPDX-License-Identifier: MIT */
/* Refusals and progress, see report.h. */
#include "report.h"

#include <stdarg.h>
#include <time.h>
#include <unistd.h>

static FILE *
out_of(const struct report *r)
{
	return r->to ? r->to : stderr;
}

void
report_file(struct report *r, const char *file)
{
	report_end(r);
	r->file = file;
	r->file_refused = 0;
}

static void
say(struct report *r, int is_refusal, unsigned long line, const char *fmt, va_list args)
{
	char text[512];

	line = line ? line : r->line;
	int n = line ? snprintf(text, sizeof text, "%lu: ", line) : 0;
	vsnprintf(text + n, sizeof text - (size_t)n, fmt, args);
	for (char *p = text; *p; p++) /* foreign bytes must not steer the terminal */
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	if (is_refusal && r->told)
		r->told(r->told_ctx, text);
	if (r->is_mute || (is_refusal && r->file_refused > REPORT_SHOWN_MAX))
		return;
	report_progress_end(r);
	fprintf(out_of(r), "%s:%s%s\n", r->file ? r->file : "-", line ? "" : " ", text);
}

void
report_refuse(struct report *r, unsigned long line, const char *fmt, ...)
{
	va_list args;

	r->refused++;
	if (r->file_refused++ >= REPORT_SHOWN_MAX && !r->told)
		return;
	va_start(args, fmt);
	say(r, 1, line, fmt, args);
	va_end(args);
}

void
report_note(struct report *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(r, 0, 0, fmt, args);
	va_end(args);
}

void
report_end(struct report *r)
{
	if (r->file_refused > REPORT_SHOWN_MAX && !r->is_mute)
		fprintf(out_of(r), "%s: %lu refused, of which %lu are not shown\n",
			r->file ? r->file : "-", r->file_refused,
			r->file_refused - REPORT_SHOWN_MAX);
	r->file_refused = 0;
}

void
report_progress(struct report *r, const char *fmt, ...)
{
	struct timespec ts;
	va_list args;

	if (r->to || !isatty(STDERR_FILENO))
		return;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	int64_t now = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	if (r->progress_open && now - r->progress_ms < 200)
		return;
	r->progress_ms = now;
	r->progress_open = 1;
	fputs("\r\033[K", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fflush(stderr);
}

void
report_progress_end(struct report *r)
{
	if (r->progress_open)
		fputs("\r\033[K", stderr);
	r->progress_open = 0;
}
