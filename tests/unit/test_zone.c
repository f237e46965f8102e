/* SPDX-License-Identifier: MIT */
/* The zone reader against rules and files that are damaged, truncated or made to hurt:
 * refused or answered, never out of bounds (the sanitizers watch). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/posix_rule.h"

static unsigned char file[16384];

static size_t
read_berlin(void)
{
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "rb");
	if (!f) {
		print_message("SKIP: Europe/Berlin not found\n");
		skip();
	}
	size_t n = fread(file, 1, sizeof file, f);
	fclose(f);
	assert_true(n > 200 && n < sizeof file);
	return n;
}

/* Exactly n bytes on the heap, so that reading one more is seen; asks what it opened. */
static int
try_bytes(const unsigned char *data, size_t n)
{
	unsigned char *copy = malloc(n ? n : 1);
	memcpy(copy, data, n);
	struct zone *z = NULL;
	int r = zone_from_bytes("x", copy, n, &z);
	free(copy);
	if (r != 0) {
		assert_int_equal(r, -EINVAL);
		assert_null(z);
		return r;
	}
	static const int64_t times[] = {
		INT64_MIN, -DAY_MS * 40000, 0, DAY_MS * 20000, DAY_MS * 80000, INT64_MAX};
	for (size_t i = 0; i < array_len(times); i++) {
		int32_t off = zone_offset_s(z, UTC(times[i]));
		assert_true(off > -25 * 3600 && off < 26 * 3600);
		(void)zone_date(z, UTC(times[i]), -360);
		(void)zone_from_wall(z, times[i]);
	}
	zone_free(z);
	return 0;
}

static void
a_truncated_file_is_refused_at_every_length(void **state)
{
	(void)state;
	size_t n = read_berlin();
	for (size_t i = 0; i < n; i++)
		assert_int_equal(try_bytes(file, i), -EINVAL);
	assert_int_equal(try_bytes(file, n), 0);
}

static void
flipped_bytes_never_break_the_reader(void **state)
{
	(void)state;
	static const unsigned char flips[] = {0x01, 0x80, 0xff};
	size_t n = read_berlin();
	unsigned refused = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < array_len(flips); k++) {
			file[i] ^= flips[k];
			refused += try_bytes(file, n) != 0;
			file[i] ^= flips[k];
		}
	assert_true(refused > 100);
}

static void
footer_rules_follow_their_grammar(void **state)
{
	(void)state;
	static const char *const good[] = {"CET-1CEST,M3.5.0,M10.5.0/3", "UTC0",
		"<+0530>-5:30", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
		"IST-2IDT,M3.4.4/26,M10.5.0", "XXX3EDT4,0/0,J365/23",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "EST5EDT,J60/2:30:15,364"};
	static const char *const bad[] = {"", "C", "CET", "CET-", "CET-1CEST",
		"CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
		"CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,M3.5.0,M10.5.0x", "CET-25", "CET-1:60",
		"CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,J0,J5", "CET-1CEST,J366,J5",
		"CET-1CEST,366,5", "<CET-1", "CET-99999999999999999999", ":Europe/Berlin",
		"CET-1CEST,M0.1.0,M1.1.0"};
	struct posix_rule r;
	for (size_t i = 0; i < array_len(good); i++)
		if (posix_rule_parse(good[i], &r) != 0)
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < array_len(bad); i++)
		if (posix_rule_parse(bad[i], &r) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
}

static void
summer_time_all_year_never_pauses(void **state)
{
	(void)state;
	struct posix_rule r;
	assert_int_equal(posix_rule_parse("EST5EDT,0/0,J365/25", &r), 0);
	for (int64_t t = 0; t < INT64_C(86400) * 3000; t += 1800) {
		int64_t from, to;
		assert_int_equal(posix_rule_at(&r, t, &from, &to), -4 * 3600);
		assert_true(from <= t && t < to);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_truncated_file_is_refused_at_every_length),
		cmocka_unit_test(flipped_bytes_never_break_the_reader),
		cmocka_unit_test(footer_rules_follow_their_grammar),
		cmocka_unit_test(summer_time_all_year_never_pauses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
