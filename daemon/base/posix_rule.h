/* SPDX-License-Identifier: MIT */
/* The rule in a TZif footer, "CET-1CEST,M3.5.0,M10.5.0/3": POSIX's TZ with the extensions
 * of RFC 8536 (hours up to 167, negative too). Knows no file and no zone names. */
#pragma once

#include "base/base.h"

/* When a change happens each year, on the wall clock that it ends. */
struct posix_change {
	enum { POSIX_JULIAN1, POSIX_JULIAN0, POSIX_MONTH } kind; /* Jn, n, Mm.w.d */
	int month, week, day;
	int32_t time_s;
};

struct posix_rule {
	int32_t std_s, dst_s; /* seconds east of UTC */
	int has_dst;
	struct posix_change start, end; /* of summer time */
};

/* 0, or -EINVAL for anything that does not follow the grammar to its end. */
int posix_rule_parse(const char *s, struct posix_rule *ret) must_check;
/* The offset at t (seconds UTC), and the stretch [from, to) in which it holds; INT64_MIN
 * and INT64_MAX where it always does. */
int32_t posix_rule_at(
	const struct posix_rule *r, int64_t t, int64_t *ret_from, int64_t *ret_to);
