/* SPDX-License-Identifier: MIT */
/* Bump allocation inside one borrowed block. Never asks the system for more: input that
 * wants more than the budget gets NULL, and its owner refuses it. */
#include "base/arena.h"

#include <string.h>

#define ALIGN 16u

void
arena_init(struct arena *a, void *mem, size_t size)
{
	*a = (struct arena){.mem = mem, .size = size};
}

void
arena_reset(struct arena *a)
{
	a->used = 0;
	a->refused = 0;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	/* the block itself need not be aligned: align the address, not the offset */
	size_t pad = -((uintptr_t)a->mem + a->used) & (ALIGN - 1);
	size_t left = a->size - a->used;
	if (pad > left || n > left - pad) {
		a->refused++;
		return NULL;
	}
	void *p = a->mem + a->used + pad;
	a->used += pad + n;
	if (a->used > a->peak)
		a->peak = a->used;
	return p;
}

void *
arena_calloc(struct arena *a, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes)) {
		a->refused++;
		return NULL;
	}
	void *p = arena_alloc(a, bytes);
	return p ? memset(p, 0, bytes) : NULL;
}
