// SPDX-License-Identifier: MIT
// See reader_work.h.
#include "reader_work.h"

#include <stdio.h>
#include <stdlib.h>

#include "input.h"
#include "pack.h"

static uint64_t blocks;
static size_t held, peak, before;
static double worst_work, worst_memory;

void __sanitizer_cov_trace_pc(void);
/* Of the address sanitizer; without it these are never called, or not there. */
#define SEEN __attribute__((visibility("default")))
SEEN void __sanitizer_malloc_hook(const volatile void *p, size_t n);
SEEN void __sanitizer_free_hook(const volatile void *p);
size_t __sanitizer_get_allocated_size(const volatile void *p) __attribute__((weak));

/* The batcher's arena and the buffer of a file, which come and go with every file: under the address
 * sanitizer that costs more than all the rest. They are lent again and again instead; the linker
 * turns the calls here. */
static unsigned char arena[PACK_ARENA_SIZE], buffer[INPUT_BUFFER + 1];

void *__real_xcalloc(size_t n, size_t size);
void *__wrap_xcalloc(size_t n, size_t size);
void __real_free(void *p);
void __wrap_free(void *p);

void *
__wrap_xcalloc(size_t n, size_t size)
{
	return n * size == sizeof arena    ? arena
	       : n * size == sizeof buffer ? buffer
					   : __real_xcalloc(n, size);
}

void
__wrap_free(void *p)
{
	if (p != arena && p != buffer)
		__real_free(p);
}

void
__sanitizer_cov_trace_pc(void)
{
	blocks++;
}

void
__sanitizer_malloc_hook(const volatile void *p, size_t n)
{
	(void)p;
	held += n;
	peak = held > peak ? held : peak;
}

void
__sanitizer_free_hook(const volatile void *p)
{
	if (p && __sanitizer_get_allocated_size)
		held -= __sanitizer_get_allocated_size(p);
}

void
work_begin(void)
{
	blocks = 0;
	before = peak = held;
}

void
work_end(size_t size)
{
	double work = (double)blocks / (double)(WORK_FREE + WORK_A_BYTE * size);
	double memory =
		(double)(peak - before) / (double)(MEMORY_FREE + MEMORY_A_BYTE * size);

	worst_work = work > worst_work ? work : worst_work;
	worst_memory = memory > worst_memory ? memory : worst_memory;
	if (work <= 1 && memory <= 1)
		return;
	fprintf(stderr, "broken: a file of %zu bytes cost %llu steps and %zu bytes\n",
		size, (unsigned long long)blocks, peak - before);
	abort();
}

double
work_most(void)
{
	return worst_work;
}

double
memory_most(void)
{
	return worst_memory;
}
