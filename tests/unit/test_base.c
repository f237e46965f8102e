/* SPDX-License-Identifier: MIT */
/* Ids, arena, the log's sieve and lines, and the nearest word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/suggest.h"

static void
ids_are_short_and_plain(void **state)
{
	(void)state;
	static const char *const good[] = {
		"a", "anna", "b-2_c", "0", "-", "_", "01234567890123456789012345678901"};
	static const char *const bad[] = {"", "Anna", "a b", "a/b", "a.b", "a\n", "ä",
		"+", "#", "012345678901234567890123456789012"};
	for (size_t i = 0; i < array_len(good); i++)
		assert_true(id_is_valid(good[i]));
	for (size_t i = 0; i < array_len(bad); i++)
		assert_false(id_is_valid(bad[i]));
}

static void
an_arena_never_exceeds_its_block(void **state)
{
	(void)state;
	unsigned char *block = malloc(1000);
	struct arena a;
	for (size_t offset = 0; offset < 16; offset++) { /* wherever the block begins */
		arena_init(&a, block + offset, 900);
		size_t n = 0;
		for (unsigned char *p; (p = arena_alloc(&a, 33)); n++) {
			assert_int_equal((uintptr_t)p % 16, 0);
			assert_true(
				p >= block + offset && p + 33 <= block + offset + 900);
			memset(p, 0xee, 33);
		}
		assert_true(n >= 17 && n <= 19);
		assert_int_equal(a.refused, 1);
		assert_true(a.peak == a.used && a.used <= 900);
		arena_reset(&a);
		assert_int_equal(a.refused, 0);
		assert_null(arena_alloc(&a, SIZE_MAX));
		assert_null(arena_calloc(&a, SIZE_MAX / 2, 4));
		assert_null(arena_calloc(&a, 1, 901));
		assert_int_equal(a.refused, 3);
		unsigned char *z = arena_calloc(&a, 10, 20);
		assert_non_null(z);
		for (size_t i = 0; i < 200; i++)
			assert_int_equal(z[i], 0);
	}
	free(block);
	arena_init(&a, NULL, 0);
	assert_null(arena_alloc(&a, 1));
}

static void
the_sieve_passes_a_burst_a_minute_and_counts_the_rest(void **state)
{
	(void)state;
	struct log_sieve s = {0};
	int passed = 0;
	for (int64_t t = 600000; t < 660000; t += 1000)
		passed += log_sieve_pass(&s, t, 5);
	assert_int_equal(passed, 5);
	assert_int_equal(s.held, 55);
	assert_int_equal(log_sieve_pass(&s, 660000, 5), 1);
}

/* What log_at writes to stderr. */
static const char *
logged(enum log_level level, const char *text)
{
	static char got[4096];
	int ends[2], old = dup(STDERR_FILENO);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_at(level, "%s", text);
	dup2(old, STDERR_FILENO);
	close(ends[1]);
	ssize_t n = read(ends[0], got, sizeof got - 1);
	got[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	close(old);
	return got;
}

static void
a_log_line_is_one_line_whatever_is_in_it(void **state)
{
	(void)state;
	char big[5000];
	unsetenv("JOURNAL_STREAM");
	log_init(LOG_LEVEL_INFO);
	assert_string_equal(logged(LOG_LEVEL_ERROR, "a"), "error: a\n");
	assert_string_equal(logged(LOG_LEVEL_INFO, "a\nb\033c"), "info: a?b?c\n");
	assert_string_equal(logged(LOG_LEVEL_DEBUG, "a"), "");
	memset(big, 'x', sizeof big);
	big[sizeof big - 1] = '\0';
	const char *got = logged(LOG_LEVEL_WARNING, big);
	assert_int_equal(strlen(got), 2047);
	assert_int_equal(got[2046], '\n');
	setenv("JOURNAL_STREAM", "1:2", 1);
	log_init(LOG_LEVEL_DEBUG);
	assert_string_equal(logged(LOG_LEVEL_DEBUG, "a"), "<7>a\n");
	unsetenv("JOURNAL_STREAM");
}

static const char *
nearest(const char *word)
{
	struct suggest s = {.word = word};
	static const char *const words[] = {
		"host", "port", "threshold", "settle", "state_dir"};
	for (size_t i = 0; i < array_len(words); i++)
		suggest_offer(&s, words[i]);
	return s.nearest ? s.nearest : "";
}

static void
the_nearest_word_is_found_if_it_is_near(void **state)
{
	(void)state;
	assert_string_equal(nearest("treshold"), "threshold");
	assert_string_equal(nearest("thersholds"), "threshold");
	assert_string_equal(nearest("hsot"), "host");
	assert_string_equal(nearest("prt"), "port");
	assert_string_equal(nearest("statedir"), "state_dir");
	assert_string_equal(nearest("xyzzy"), "");
	assert_string_equal(nearest(""), "");
	char big[200];
	memset(big, 'a', sizeof big);
	big[sizeof big - 1] = '\0';
	assert_string_equal(nearest(big), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_short_and_plain),
		cmocka_unit_test(an_arena_never_exceeds_its_block),
		cmocka_unit_test(the_sieve_passes_a_burst_a_minute_and_counts_the_rest),
		cmocka_unit_test(a_log_line_is_one_line_whatever_is_in_it),
		cmocka_unit_test(the_nearest_word_is_found_if_it_is_near),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
