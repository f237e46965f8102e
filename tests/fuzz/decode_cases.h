/* SPDX-License-Identifier: MIT */
/* What the fuzz programs of the decoder share: valid batches from a seed, and what must hold
 * of everything that is accepted or refused. */
#pragma once

#include "in/decode.h"

/* splitmix64 (public domain, S. Vigna). */
uint64_t case_random(uint64_t *seed);
/* A number below n. */
uint32_t case_below(uint64_t *seed, uint32_t n);

/* Packs a random batch that decode_batch must accept at `now`; 0 if it came out larger than
 * cap, else its size. */
size_t case_valid(uint64_t *seed, utc_ms now, unsigned char *out, size_t cap);

/* The same with one wrong value in it, at times harmless. */
size_t case_disturbed(uint64_t *seed, utc_ms now, unsigned char *out, size_t cap);

/* Decodes and checks; a broken invariant aborts with a line on stderr. Returns 1 accepted,
 * 0 refused; `why` is filled in where refused. */
int case_decode(struct arena *a, utc_ms now, const unsigned char *data, size_t n,
	char why[static DECODE_WHY_LEN]);
