// SPDX-License-Identifier: MIT
// hammer_decode [COUNT [SEED]]: random and mutated payloads through the decoder. Each is either
// accepted and sound, or refused with a reason; the memory it may look at ends exactly where
// the payload does, so that a sanitizer sees every byte too many.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode_cases.h"

#define NOW   UTC(INT64_C(1774749600000)) /* 2026-03-29 */
#define POOL  64
#define ROUND (DECODE_PAYLOAD_MAX + 4096)

struct bytes {
	unsigned char data[ROUND];
	size_t n;
};

static struct bytes pool[POOL], work;
static uint64_t seed;

static void
cut_in(struct bytes *b, size_t at, const unsigned char *what, size_t n)
{
	if (b->n + n > ROUND)
		return;
	memmove(b->data + at + n, b->data + at, b->n - at);
	memcpy(b->data + at, what, n);
	b->n += n;
}

static void
flip_bits(struct bytes *b)
{
	for (uint32_t k = 1 + case_below(&seed, 8); k > 0; k--)
		b->data[case_below(&seed, (uint32_t)b->n)] ^=
			(unsigned char)(1u << case_below(&seed, 8));
}

static void
set_bytes(struct bytes *b)
{
	static const unsigned char edges[] = {
		0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x12, 0x2a, 0x32};
	for (uint32_t k = 1 + case_below(&seed, 4); k > 0; k--)
		b->data[case_below(&seed, (uint32_t)b->n)] =
			edges[case_below(&seed, sizeof edges)];
}

static void
truncate_it(struct bytes *b)
{
	b->n = case_below(&seed, (uint32_t)b->n);
}

/* the head of one and the tail of another */
static void
splice(struct bytes *b)
{
	const struct bytes *o = &pool[case_below(&seed, POOL)];
	size_t keep = case_below(&seed, (uint32_t)b->n),
	       from = case_below(&seed, (uint32_t)o->n);

	if (keep + o->n - from > ROUND)
		return;
	memcpy(b->data + keep, o->data + from, o->n - from);
	b->n = keep + o->n - from;
}

/* a piece of itself again, which doubles single fields and merges sub-messages */
static void
repeat_a_piece(struct bytes *b)
{
	static unsigned char piece[ROUND];
	size_t from = case_below(&seed, (uint32_t)b->n);
	size_t n = 1 + case_below(&seed, (uint32_t)(b->n - from));

	memcpy(piece, b->data + from, n);
	cut_in(b, case_below(&seed, (uint32_t)b->n), piece, n);
}

/* a length or number of every size where a varint may stand */
static void
attack_lengths(struct bytes *b)
{
	unsigned char v[11];
	size_t n = 0;
	uint64_t x = case_random(&seed) >> case_below(&seed, 64);

	if (case_below(&seed, 3) == 0)
		x = ~UINT64_C(0) >> case_below(&seed, 40);
	do
		v[n++] = (unsigned char)((x & 0x7f) | 0x80);
	while ((x >>= 7) && n < 10);
	if (case_below(&seed, 8))
		v[n - 1] &= 0x7f; /* else it runs on */
	cut_in(b, case_below(&seed, (uint32_t)b->n), v, n);
}

/* thousands of empty sub-messages: small on the wire, large in memory */
static void
amplify(struct bytes *b)
{
	static const unsigned char tags[] = {0x2a, 0x32, 0x3a, 0x42};
	unsigned char one[2] = {tags[case_below(&seed, 4)], 0};
	size_t n = case_below(&seed, DECODE_PAYLOAD_MAX / 2);

	for (size_t i = 0; i < n && b->n + 2 <= ROUND; i++) {
		memcpy(b->data + b->n, one, 2);
		b->n += 2;
	}
}

static void
random_bytes(struct bytes *b)
{
	b->n = 1 + case_below(&seed, case_below(&seed, 50) ? 200 : ROUND - 1);
	for (size_t i = 0; i < b->n; i++)
		b->data[i] = (unsigned char)case_random(&seed);
}

static void
wrong_value(struct bytes *b)
{
	b->n = case_disturbed(&seed, NOW, b->data, DECODE_PAYLOAD_MAX);
}

static const struct {
	const char *name;
	void (*mutate)(struct bytes *);
	uint32_t weight;
} kinds[] = {
	{"bit flips", flip_bits, 20},
	{"byte edges", set_bytes, 15},
	{"wrong values", wrong_value, 15},
	{"truncations", truncate_it, 8},
	{"splices", splice, 14},
	{"repeats", repeat_a_piece, 8},
	{"lengths", attack_lengths, 12},
	{"amplified", amplify, 1},
	{"random bytes", random_bytes, 7},
};

static size_t
pick(void)
{
	uint32_t at = case_below(&seed, 100);
	size_t k = 0;
	while (at >= kinds[k].weight)
		at -= kinds[k++].weight;
	return k;
}

static void
refill(struct bytes *b)
{
	do
		b->n = case_valid(&seed, NOW, b->data, DECODE_PAYLOAD_MAX);
	while (b->n == 0);
}

/* In memory that ends where the payload ends. */
static int
decode_exactly(struct arena *a, const struct bytes *b, char why[static DECODE_WHY_LEN])
{
	unsigned char *copy = malloc(b->n ? b->n : 1);
	if (copy == NULL)
		abort();
	memcpy(copy, b->data, b->n);
	int accepted = case_decode(a, NOW, copy, b->n, why);
	free(copy);
	return accepted;
}

int
main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;
	uint64_t accepted[array_len(kinds)] = {0}, tried[array_len(kinds)] = {0},
		 valid = 0;
	char why[DECODE_WHY_LEN];
	struct arena a;
	void *memory = malloc(DECODE_ARENA_SIZE);

	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL);
	printf("hammer_decode %lu 0x%" PRIx64 "\n", count, seed);
	fflush(stdout);
	arena_init(&a, memory, DECODE_ARENA_SIZE);
	for (size_t i = 0; i < POOL; i++)
		refill(&pool[i]);
	for (unsigned long i = 0; i < count; i++) {
		struct bytes *from = &pool[case_below(&seed, POOL)];
		if (case_below(&seed, 16) == 0) {
			refill(from);
			valid++;
			if (!decode_exactly(&a, from, why)) {
				fprintf(stderr, "a valid batch was refused: %s\n", why);
				return 1;
			}
		}
		memcpy(work.data, from->data, from->n);
		work.n = from->n;
		size_t kind = pick();
		kinds[kind].mutate(&work);
		if (work.n > 0 && case_below(&seed, 4) == 0)
			kinds[pick()].mutate(&work);
		tried[kind]++;
		accepted[kind] += (uint64_t)decode_exactly(&a, &work, why);
	}
	for (size_t k = 0; k < array_len(kinds); k++)
		printf("%-12s %9" PRIu64 " tried %9" PRIu64 " accepted %9" PRIu64
		       " refused\n",
			kinds[k].name, tried[k], accepted[k], tried[k] - accepted[k]);
	printf("%-12s %9" PRIu64 " tried %9" PRIu64 " accepted\n", "valid", valid, valid);
	free(memory);
	return 0;
}
