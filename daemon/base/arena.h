/* SPDX-License-Identifier: MIT */
/* A bump allocator over one block: freed all at once, never beyond its budget. */
#pragma once

#include "base/base.h"

struct arena {
	unsigned char *mem; /* borrowed from whoever initialised it */
	size_t size, used, peak;
	unsigned refused; /* allocations that did not fit since the last reset */
};

void arena_init(struct arena *a, void *mem, size_t size);
void arena_reset(struct arena *a);
/* 16-byte aligned; NULL and `refused` counted when the budget is spent. Not zeroed. */
void *arena_alloc(struct arena *a, size_t n);
/* n * size, zeroed, overflow-safe. */
void *arena_calloc(struct arena *a, size_t n, size_t size);
