/* SPDX-License-Identifier: MIT */
/* Log lines to stderr, with a "<n>" priority prefix when the journal reads them
 * (JOURNAL_STREAM is set), else with the level's word. Whoever decides logs, once.
 * Names, values and topics of people never above debug. */
#pragma once

#include "base/base.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

void log_init(enum log_level level);
void log_at(enum log_level level, const char *fmt, ...) printf_like(2, 3);

#define log_error(...)   log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_at(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* A sieve for lines that input can provoke: 1 for the first `burst` calls of a minute,
 * then 0; counts what it held back. Time is an argument. */
struct log_sieve {
	int64_t minute;
	unsigned n, held;
};
int log_sieve_pass(struct log_sieve *s, int64_t now_ms, unsigned burst);
