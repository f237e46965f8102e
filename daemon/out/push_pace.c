/* SPDX-License-Identifier: MIT */
/* See push_pace.h. */
#include "out/push_pace.h"

#include <stdio.h>

static const char *
meaning(int status)
{
	switch (status) {
	case 400:
		return ": it does not understand what is sent";
	case 401:
	case 403:
		return ": look at the token";
	case 404:
	case 410:
		return ": look at the url";
	case 413:
		return ": too long";
	case 429:
		return ": too many in its opinion";
	default:
		return status >= 300 && status < 400
			       ? ": it moved; put the new address into url"
			       : "";
	}
}

void
push_judge(int status, int64_t retry_after_s, struct push_result *ret)
{
	int later = status == 408 || status == 425 || status == 429 || status >= 500 ||
		    (status >= 300 && status < 400) || status < 200;
	*ret = (struct push_result){.outcome = status >= 200 && status < 300 ? PUSH_DONE
					       : later                       ? PUSH_AGAIN
						       : PUSH_REFUSED};
	if (ret->outcome == PUSH_DONE)
		return;
	if (retry_after_s > 0)
		ret->retry_after_ms = retry_after_s < PUSH_RETRY_AFTER_MAX_MS / SECOND_MS
					      ? retry_after_s * SECOND_MS
					      : PUSH_RETRY_AFTER_MAX_MS;
	snprintf(ret->why, sizeof ret->why, "the server answered %d%s", status,
		meaning(status));
}

int64_t
push_wait_ms(int tries, int64_t retry_after_ms, uint16_t random)
{
	int64_t ms = PUSH_WAIT_FIRST_MS;
	for (int i = 1; i < tries && ms < PUSH_WAIT_MAX_MS; i++)
		ms *= 2;
	if (ms > PUSH_WAIT_MAX_MS)
		ms = PUSH_WAIT_MAX_MS;
	ms = ms - ms / 5 + ms * 2 / 5 * random / UINT16_MAX; /* 80 ... 120 % */
	if (retry_after_ms > PUSH_RETRY_AFTER_MAX_MS)
		retry_after_ms = PUSH_RETRY_AFTER_MAX_MS;
	return ms > retry_after_ms ? ms : retry_after_ms;
}
