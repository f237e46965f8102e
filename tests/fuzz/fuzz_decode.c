// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes through the decoder. Build with DOZED_FUZZ=ON and clang, make
// seeds with seed_decode, then: fuzz_decode -max_len=65537 CORPUS
#include <stdlib.h>

#include "decode_cases.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena a;
	char why[DECODE_WHY_LEN];

	if (a.mem == NULL)
		arena_init(&a, malloc(DECODE_ARENA_SIZE), DECODE_ARENA_SIZE);
	(void)case_decode(&a, UTC(INT64_C(1774749600000)), data, size, why);
	(void)case_decode(&a, UTC(INT64_MAX), data, size, why);
	return 0;
}
