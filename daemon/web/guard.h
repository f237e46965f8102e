/* SPDX-License-Identifier: MIT */
/* What a request must show before it is believed. Pure. The page shows health data to a browser that
 * has other pages open, so:
 * - Host must name us: a foreign page whose name was pointed at this address ("DNS rebinding")
 *   sends its own name.
 * - What changes something must come from our own page: Sec-Fetch-Site or Origin says so where
 *   the browser sends them, and a form carries a secret of this start, which a foreign page
 *   cannot read. */
#pragma once

#include "base/base.h"

#define GUARD_SECRET_LEN 33 /* 128 bits in hexadecimal */

/* 1 if the header's host (a port behind it does not count) is this machine's own name for itself,
 * `listen`, `local` (the address that the connection came to, may be NULL), or one of `hosts`,
 * blanks between them. Upper and lower case are the same. */
int guard_host_is_ours(
	const char *host, const char *listen, const char *local, const char *hosts);
/* fetch_site, origin: the headers, NULL where there is none. 1 if they do not speak against a
 * request from our own page under `host`. */
int guard_is_same_origin(const char *fetch_site, const char *origin, const char *host);
/* 128 random bits. 0, or negative errno. */
int guard_secret(char ret[static GUARD_SECRET_LEN]) must_check;
