/* SPDX-License-Identifier: MIT */
/* Ids and the allocators of our own start-up path, which abort rather than fail. */
#include "base/base.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

int
id_is_valid(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	return n >= 1 && n <= ID_MAX && s[n] == '\0';
}

static atomic_uint_fast64_t allocations; /* relaxed: only ever compared with itself */

uint64_t
base_allocations(void)
{
	return atomic_load_explicit(&allocations, memory_order_relaxed);
}

static void
count_allocation(void)
{
	atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
}

void *
xcalloc(size_t n, size_t size)
{
	count_allocation();
	void *p = calloc(n ? n : 1, size ? size : 1);
	if (!p)
		abort();
	return p;
}

void *
xrealloc(void *p, size_t n, size_t size)
{
	count_allocation();
	void *q = reallocarray(p, n ? n : 1, size ? size : 1);
	if (!q)
		abort();
	return q;
}

char *
xstrdup(const char *s)
{
	count_allocation();
	char *p = strdup(s);
	if (!p)
		abort();
	return p;
}

void
freep(void *p)
{
	free(*(void **)p);
}
