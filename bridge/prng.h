/* SPDX-License-Identifier: MIT */
/* Random numbers that are the same on every machine: xoshiro256** (Blackman and Vigna 2018,
 * public domain) seeded by splitmix64, and normals, logarithm and exponential from + - * /
 * and sqrt alone, which IEEE 754 fixes to the last bit. Not for secrets. */
#pragma once

#include "base/base.h"

struct prng {
	uint64_t s[4];
	double spare;
	int has_spare;
};

/* One of many independent sequences of a seed: person and purpose. */
void prng_init(struct prng *p, uint64_t seed, uint64_t person, uint64_t purpose);
uint64_t prng_next(struct prng *p);
double prng_uniform(struct prng *p);             /* [0, 1) */
uint32_t prng_below(struct prng *p, uint32_t n); /* 0 ... n - 1; n > 0 */
double prng_normal(struct prng *p);              /* mean 0, SD 1 */
double prng_gauss(struct prng *p, double mean, double sd);

double fixed_log(double x); /* x > 0 */
double fixed_exp(double x);
