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
say(struct report *r, unsigned long line, const char *fmt, va_list args)
{
	char text[512];
	FILE *f = out_of(r);

	report_progress_end(r);
	if (line)
		fprintf(f, "%s:%lu: ", r->file ? r->file : "-", line);
	else
		fprintf(f, "%s: ", r->file ? r->file : "-");
	vsnprintf(text, sizeof text, fmt, args);
	for (char *p = text; *p; p++) /* foreign bytes must not steer the terminal */
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	fprintf(f, "%s\n", text);
}

void
report_refuse(struct report *r, unsigned long line, const char *fmt, ...)
{
	va_list args;

	r->refused++;
	if (r->file_refused++ >= REPORT_SHOWN_MAX)
		return;
	va_start(args, fmt);
	say(r, line, fmt, args);
	va_end(args);
}

void
report_note(struct report *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(r, 0, fmt, args);
	va_end(args);
}

void
report_end(struct report *r)
{
	if (r->file_refused > REPORT_SHOWN_MAX)
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
