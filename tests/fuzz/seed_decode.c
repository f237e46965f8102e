// SPDX-License-Identifier: MIT
// seed_decode DIRECTORY [COUNT]: writes small valid batches, seeds for fuzz_decode.
#include <stdio.h>
#include <stdlib.h>

#include "decode_cases.h"

#define SEED_MAX 2048

int
main(int argc, char **argv)
{
	static unsigned char bytes[DECODE_PAYLOAD_MAX];
	char path[4096];
	uint64_t seed = 1;

	if (argc < 2) {
		fputs("seed_decode DIRECTORY [COUNT]\n", stderr);
		return 2;
	}
	for (int i = argc > 2 ? atoi(argv[2]) : 64; i > 0; i--) {
		size_t n = 0;
		while (n == 0)
			n = case_valid(
				&seed, UTC(INT64_C(1774749600000)), bytes, SEED_MAX);
		snprintf(path, sizeof path, "%s/batch-%03d", argv[1], i);
		FILE *f = fopen(path, "wb");
		if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) {
			perror(path);
			return 1;
		}
	}
	return 0;
}
