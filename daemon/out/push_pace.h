/* SPDX-License-Identifier: MIT */
/* What an answer means for a notice, and how long to wait before the next attempt. Pure. */
#pragma once

#include "base/base.h"
#include "base/clock.h"

#define PUSH_WAIT_FIRST_MS (5 * SECOND_MS)
#define PUSH_WAIT_MAX_MS   (10 * MINUTE_MS)
/* what a server may ask for with Retry-After; longer is cut to this */
#define PUSH_RETRY_AFTER_MAX_MS HOUR_MS

enum push_outcome {
	PUSH_DONE,
	PUSH_AGAIN,  /* the server may take it later, or may not have seen it */
	PUSH_REFUSED /* it never will */
};

struct push_result {
	enum push_outcome outcome;
	int64_t retry_after_ms; /* 0: nothing was asked for */
	char why[160];          /* for status and log: never a word of the notice */
};

/* An HTTP status: 2xx done; 408, 425, 429, 5xx and 3xx (which is not followed) again; what
 * else there is, refused. */
void push_judge(int status, int64_t retry_after_s, struct push_result *ret);
/* After `tries` failures, this one counted: 5 s, 10 s ... 10 min, each by +-20 % of `random`
 * (0 ... UINT16_MAX); a longer retry_after_ms holds, to an hour. */
int64_t push_wait_ms(int tries, int64_t retry_after_ms, uint16_t random);
