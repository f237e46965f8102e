/* SPDX-License-Identifier: MIT */
/* The handful of words that every file uses. Knows nothing but libc. */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define must_check             __attribute__((warn_unused_result))
#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))
#define cleanup(fn)            __attribute__((cleanup(fn)))
#define array_len(a)           (sizeof(a) / sizeof((a)[0]))

/* Moves ownership out of *p. */
#define steal(p)                                                                         \
	({                                                                               \
		__typeof__(*(p)) stolen_ = *(p);                                         \
		*(p) = NULL;                                                             \
		stolen_;                                                                 \
	})

/* An id on the wire and in paths: a person, a source, a device. */
#define ID_MAX 32
/* 1 if s is [a-z0-9_-]{1,32}. */
int id_is_valid(const char *s);

/* For our own start-up path only: abort on exhaustion. Sizes that input drives are
 * limited before they come here. */
void *xcalloc(size_t n, size_t size) must_check;
void *xrealloc(void *p, size_t n, size_t size) must_check;
char *xstrdup(const char *s) must_check;
uint64_t base_allocations(void); /* how often one of these three was called */
void freep(void *p);             /* for cleanup(): frees *(void **)p */
