/* SPDX-License-Identifier: MIT */
/* The key of a batch, out of bytes that are no batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "in/batch_key.h"

static void
a_key_is_read_from_what_cannot_be_decoded(void **state)
{
	static const unsigned char cut[] = {
		0x08, 0x96, 0x01, 0x10, 0x05, 0x2a, 0x7f, 0x00};
	static const unsigned char no_seq[] = {0x08, 0x01, 0x18, 0x02};
	static const unsigned char zero[] = {0x08, 0x00, 0x10, 0x05};
	static const unsigned char endless[] = {
		0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	uint64_t epoch = 0, seq = 0;

	(void)state;
	assert_true(
		batch_key(cut, sizeof(cut), &epoch, &seq)); /* its series is cut short */
	assert_int_equal(epoch, 150);
	assert_int_equal(seq, 5);
	assert_false(batch_key(no_seq, sizeof(no_seq), &epoch, &seq));
	assert_false(batch_key(zero, sizeof(zero), &epoch, &seq));
	assert_false(batch_key(endless, sizeof(endless), &epoch, &seq));
	assert_false(batch_key("", 0, &epoch, &seq));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_read_from_what_cannot_be_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
