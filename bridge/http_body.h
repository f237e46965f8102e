/* SPDX-License-Identifier: MIT */
/* A request's body as it comes in, inflated where it is gzip: never longer than its limit, and all
 * bodies together never more than their budget. After a fault nothing of it is kept, and what
 * still comes is thrown away. Knows no HTTP. */
#pragma once

#include "base/base.h"

struct http_budget {
	size_t used, max;
};

enum http_body_fault {
	BODY_FINE,
	BODY_TOO_LONG, /* inflated */
	BODY_NO_ROOM,  /* the budget: others are being received */
	BODY_DAMAGED,  /* not gzip */
	BODY_CUT,      /* gzip that ends too early */
};

struct http_body {
	char *data; /* data[n] is NUL once it has ended well; NULL without a byte */
	size_t n, cap, limit;
	struct http_budget *budget; /* borrowed */
	void *inflating;            /* z_stream; NULL: plain */
	int is_between;             /* the gzip so far is whole */
	enum http_body_fault fault;
};

void http_body_begin(
	struct http_body *b, struct http_budget *budget, size_t limit, int is_gzip);
void http_body_take(struct http_body *b, const char *data, size_t n);
/* Everything has come. */
void http_body_end(struct http_body *b);
void http_body_finish(struct http_body *b);
