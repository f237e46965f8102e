/* SPDX-License-Identifier: MIT */
/* Random numbers, see prng.h. Compile without fused multiply-add (-ffp-contract=off). */
#include "prng.h"

#include <math.h>

#define LN2 0.69314718055994530942

static uint64_t
splitmix(uint64_t *x)
{
	uint64_t z = *x += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
prng_init(struct prng *p, uint64_t seed, uint64_t person, uint64_t purpose)
{
	uint64_t x = seed;

	*p = (struct prng){0};
	x = splitmix(&x) ^ person;
	x = splitmix(&x) ^ purpose;
	for (int i = 0; i < 4; i++)
		p->s[i] = splitmix(&x);
}

static uint64_t
rotate(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

uint64_t
prng_next(struct prng *p)
{
	uint64_t *s = p->s, ret = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return ret;
}

double
prng_uniform(struct prng *p)
{
	return (double)(prng_next(p) >> 11) * 0x1p-53;
}

uint32_t
prng_below(struct prng *p, uint32_t n)
{
	assert(n > 0);
	return (uint32_t)(((prng_next(p) >> 32) * n) >> 32);
}

/* Marsaglia's polar method. */
double
prng_normal(struct prng *p)
{
	double u, v, s;

	if (p->has_spare) {
		p->has_spare = 0;
		return p->spare;
	}
	do {
		u = 2 * prng_uniform(p) - 1;
		v = 2 * prng_uniform(p) - 1;
		s = u * u + v * v;
	} while (s >= 1 || s == 0);
	double f = sqrt(-2 * fixed_log(s) / s);
	p->spare = v * f;
	p->has_spare = 1;
	return u * f;
}

double
prng_gauss(struct prng *p, double mean, double sd)
{
	return mean + sd * prng_normal(p);
}

/* ln(m 2^e) = 2 artanh((m - 1) / (m + 1)) + e ln 2, m within sqrt(1/2) ... sqrt(2). */
double
fixed_log(double x)
{
	int e;
	double m = frexp(x, &e), sum = 0;

	if (m < 0.70710678118654752440) {
		m *= 2;
		e--;
	}
	double s = (m - 1) / (m + 1), s2 = s * s;
	for (int k = 23; k >= 1; k -= 2)
		sum = sum * s2 + 1.0 / k;
	return 2 * s * sum + e * LN2;
}

/* exp(k ln 2 + r) = 2^k exp(r), |r| <= ln(2) / 2, by its series. */
double
fixed_exp(double x)
{
	double k = floor(x / LN2 + 0.5), r = x - k * LN2, sum = 1;

	for (int i = 16; i >= 1; i--)
		sum = 1 + sum * r / i;
	return ldexp(sum, (int)k);
}
