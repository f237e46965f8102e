/* SPDX-License-Identifier: MIT */
/* One line, one write(2): lines of several threads do not mix, and nothing is buffered
 * when the process is killed. Control bytes of foreign text are shown as '?'. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048

static enum log_level max_level = LOG_LEVEL_INFO;
static int journal;

void
log_init(enum log_level level)
{
	max_level = level;
	journal = getenv("JOURNAL_STREAM") != NULL;
}

static const char *
level_word(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error";
	case LOG_LEVEL_WARNING:
		return "warning";
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_DEBUG:
		return "debug";
	}
	return "?";
}

void
log_at(enum log_level level, const char *fmt, ...)
{
	if (level > max_level)
		return;
	char line[LINE_MAX_BYTES];
	int head = journal ? snprintf(line, sizeof line, "<%d>", (int)level)
			   : snprintf(line, sizeof line, "%s: ", level_word(level));
	va_list ap;
	va_start(ap, fmt);
	int body = vsnprintf(line + head, sizeof line - (size_t)head, fmt, ap);
	va_end(ap);
	size_t n = (size_t)head + (body > 0 ? (size_t)body : 0);
	if (n > sizeof line - 2)
		n = sizeof line - 2;
	for (size_t i = (size_t)head; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	/* nobody is left to tell when stderr fails */
	ssize_t w = write(STDERR_FILENO, line, n);
	(void)w;
}

int
log_sieve_pass(struct log_sieve *s, int64_t now_ms, unsigned burst)
{
	int64_t minute = now_ms / 60000;
	if (minute != s->minute) {
		s->minute = minute;
		s->n = 0;
	}
	if (s->n < burst) {
		s->n++;
		return 1;
	}
	s->held++;
	return 0;
}
