/* SPDX-License-Identifier: MIT */
/* What reading a file may cost, counted and not timed: pieces of straight code that ran in the
 * bridge (its sources are compiled for this with -fsanitize-coverage=trace-pc), and, where the
 * address sanitizer sees every allocation, the most memory that was held at once. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Free for every file, and a byte of it. */
#define WORK_FREE     UINT64_C(4000000)
#define WORK_A_BYTE   UINT64_C(3000)
#define MEMORY_FREE   ((size_t)24 * 1024 * 1024)
#define MEMORY_A_BYTE ((size_t)96)

void work_begin(void);
/* Aborts with a line on stderr where the file of `size` bytes cost more. */
void work_end(size_t size);
/* The highest share of what is allowed so far. */
double work_most(void);
double memory_most(void);
