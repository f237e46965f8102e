/* SPDX-License-Identifier: MIT */
/* The fit reader: samples and their times, and what a damaged or hostile file may hold. */
#include "bridge_fit.h"

static void
the_check_sum_is_the_known_one(void **state)
{
	(void)state;
	assert_int_equal(fit_crc((const unsigned char *)"123456789", 9), 0xbb3d);
}

/* --- samples ------------------------------------------------------------------------------- */

static void
heart_rate_counts_its_16_bits_on(void **state)
{
	struct run r;
	uint32_t t = (fit_time(BED) & ~0xffffU) | 0xfff0;
	(void)state;
	begin(&r);
	fit_begin(&file);
	DEFINE(&file, 0, 55, {253, 4, UINT32}, {27, 1, UINT8});
	DEFINE(&file, 1, 55, {26, 2, UINT16}, {27, 1, UINT8});
	fit_put(&file, 0, 1);
	fit_put(&file, t, 4);
	fit_put(&file, 60, 1);
	for (unsigned i = 1; i <= 4; i++) { /* over the end of 16 bits */
		fit_put(&file, 1, 1);
		fit_put(&file, (t + 60 * i) & 0xffff, 2);
		fit_put(&file, i == 2 ? 255 : i == 3 ? 0 : 60 + i, 1);
	}
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "heart_rate"), 3); /* 255 and 0 mean none */
	assert_int_equal((int)(sum(&r, "heart_rate") + 0.5), 60 + 61 + 64);
	const Dozed__V1__Series *s = series(&r, "heart_rate");
	assert_int_equal(s->start_ms, ((int64_t)t + FIT_ZERO) * 1000);
	run_finish(&r);
}

static void
compressed_times_count_on_from_the_last(void **state)
{
	struct run r;
	uint32_t t = fit_time(BED) | 0x1f;
	(void)state;
	begin(&r);
	fit_begin(&file);
	DEFINE(&file, 0, 55, {253, 4, UINT32}, {27, 1, UINT8});
	DEFINE(&file, 3, 55, {27, 1, UINT8});
	fit_put(&file, 0, 1);
	fit_put(&file, t, 4);
	fit_put(&file, 60, 1);
	for (unsigned i = 1; i <= 3; i++) {
		fit_put(&file, 0x80 | 3 << 5 | ((t + 10 * i) & 0x1f), 1);
		fit_put(&file, 70, 1);
	}
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "heart_rate"), 4);
	assert_int_equal(series(&r, "heart_rate")->interval_ms, 10000);
	run_finish(&r);
}

static void
breaths_oxygen_and_hrv_are_samples_with_their_scales(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	DEFINE(&file, 0, 297, {253, 4, UINT32}, {0, 2, SINT16});
	DEFINE(&file, 1, 269, {253, 4, UINT32}, {0, 1, UINT8}, {1, 1, UINT8});
	DEFINE(&file, 2, 371, {253, 4, UINT32}, {0, 2, UINT16});
	static const int breaths[] = {1450, -300, 0x7fff};
	for (unsigned i = 0; i < 3; i++) {
		fit_put(&file, 0, 1);
		fit_put(&file, fit_time(BED) + 60 * i, 4);
		fit_put(&file, (uint64_t)(int64_t)breaths[i], 2);
	}
	fit_put(&file, 1, 1);
	fit_put(&file, fit_time(BED), 4);
	fit_put(&file, 96, 1);
	fit_put(&file, 3, 1);
	fit_put(&file, 2, 1);
	fit_put(&file, fit_time(BED), 4);
	fit_put(&file, 54 * 128 + 64, 2);
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "resp_rate"), 1); /* below 0 and invalid mean none */
	assert_true(fabs(sum(&r, "resp_rate") - 14.5) < 1e-9);
	assert_true(fabs(sum(&r, "spo2") - 96) < 1e-9);
	assert_true(fabs(sum(&r, "hrv_rmssd") - 54.5) < 1e-9);
	run_finish(&r);
}

static void
heart_rate_may_come_a_second_each(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	DEFINE(&file, 0, 308, {253, 4, UINT32}, {0, 2, UINT16}, {2, 60, UINT8});
	fit_put(&file, 0, 1);
	fit_put(&file, fit_time(BED), 4);
	fit_put(&file, 60, 2);
	for (int i = 0; i < 60; i++)
		fit_put(&file, i == 5 ? 0 : i == 6 ? 255 : 50, 1);
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "heart_rate"), 58);
	run_finish(&r);
}

static void
developer_fields_are_stepped_over(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	fit_put(&file, 0x60, 1);
	fit_put(&file, 0, 2);
	fit_put(&file, 275, 2);
	fit_put(&file, 2, 1);
	static const unsigned char fields[] = {253, 4, UINT32, 0, 1, ENUM, 1, 0, 5, 0};
	memcpy(file.b + file.n, fields, sizeof fields);
	file.b[file.n + 6] = 1; /* one developer field of five bytes */
	file.n += sizeof fields;
	for (int i = 0; i < 100; i++) {
		fit_put(&file, 0, 1);
		fit_put(&file, fit_time(BED) + 60 * (unsigned)i, 4);
		fit_put(&file, 2, 1);
		fit_put(&file, 0xffff, 5);
	}
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(stage_s(night(&r, 0), STAGE_LIGHT), 6000);
	run_finish(&r);
}

static void
two_fits_in_one_file_are_both_read(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	put_night(0, BED);
	put_night(0, BED + DAY_MS);
	go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), 2);
	run_finish(&r);
}

/* --- hostile ------------------------------------------------------------------------------- */

static void
a_wrong_check_sum_refuses_all_of_it(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	put_night(0, BED);
	file.b[100] ^= 1;
	go(&r);
	assert_int_equal(r.status, 2);
	assert_int_equal(r.n, 0);
	assert_said(&r, "byte 0: the check sum is wrong");
	run_finish(&r);
	begin(&r);
	put_night(0, BED);
	file.b[13] ^= 1;
	go(&r);
	assert_int_equal(r.status, 2);
	assert_said(&r, "byte 0: the check sum of the header is wrong");
	run_finish(&r);
}

static void
a_definition_may_have_255_fields_of_255_bytes(void **state)
{
	static int fields[255][3];
	struct run r;
	(void)state;
	for (int size = 0; size <= 255; size += 255) {
		begin(&r);
		fit_begin(&file);
		for (int i = 0; i < 255; i++) {
			fields[i][0] = i;
			fields[i][1] = size;
			fields[i][2] = UINT8;
		}
		fit_define(&file, 0, 275, 255, (const int(*)[3])fields);
		for (int i = 0; i < 50; i++) {
			fit_put(&file, 0, 1);
			memset(file.b + file.n, 2, size ? 800 : 0);
			file.n += size ? 800 : 0;
		}
		fit_end(&file);
		go(&r);
		assert_int_equal(r.status, 2);
		if (size)
			assert_said(&r, "a message that is cut off");
		run_finish(&r);
	}
}

static void
what_cannot_be_read_is_named_and_the_rest_is_kept(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	fit_begin(&file);
	define_levels();
	put_level(BED, 2);
	put_level(BED + HOUR_MS, 9);
	put_level(BED + HOUR_MS, 3);
	put_level(BED + 900 * DAY_MS, 3);
	put_level(BED + 2 * HOUR_MS, 1);
	DEFINE(&file, 0, 55, {253, 4, UINT32}, {27, 1, UINT8});
	fit_put(&file, 0, 1);
	fit_put(&file, 12345, 4); /* since it was switched on */
	fit_put(&file, 60, 1);
	fit_put(&file, 0, 1);
	fit_put(&file, fit_time(BED), 4);
	fit_put(&file, 9, 1);
	define_naps();
	fit_put(&file, 6, 1);
	fit_put(&file, UINT64_MAX, 4);
	fit_put(&file, 0, 13);
	put_nap(-30, 0, BED + 20 * HOUR_MS);
	fit_put(&file, 7, 1); /* nothing defined it */
	fit_end(&file);
	go(&r);
	assert_int_equal(r.status, 1);
	assert_said(&r, "sleep level 9: not a level of sleep");
	assert_said(&r, "sleep level 3: the time lies in the future");
	assert_said(&r, "heart_rate 60: it has no time");
	assert_said(&r, "heart_rate 9: it is outside what is plausible");
	assert_said(&r, "nap: it has no start");
	assert_said(&r, "nap: it ends before it starts");
	assert_said(&r, "a message that nothing defines: the rest cannot be read");
	assert_int_equal(r.refused, 7);
	assert_int_equal(nights(&r), 1);
	assert_int_equal(stage_s(night(&r, 0), STAGE_LIGHT), 3600);
	assert_int_equal(stage_s(night(&r, 0), STAGE_DEEP), 3600);
	run_finish(&r);
}

static void
what_is_no_fit_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *said;
	} cases[] = {
		{"", 0, "no FIT begins here"},
		{"\x0e\x20\0\0\0\0\0\0.FI", 11, "no FIT begins here"},
		{"\x0c\x20\0\0\0\0\0\0.FIT", 12, "it is cut off"},
		{"\xff\x20\0\0\0\0\0\0.FIT\0\0", 14, "the header is cut off"},
		{"\x0c\x20\0\0\xff\xff\xff\xff.FIT\x42", 13,
			"a definition that is cut off"},
		{"\x0c\x20\0\0\0\0\0\0.FIT\0\0tail", 18, "the check sum is wrong"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		begin(&r);
		memcpy(file.b, cases[i].bytes, cases[i].n);
		file.n = cases[i].n;
		go(&r);
		assert_int_equal(r.status, 2);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

static void
only_fit_files_are_sniffed(void **state)
{
	struct run r;
	const char *name = "";
	(void)state;
	begin(&r);
	put_night(0, BED);
	go(&r);
	assert_int_equal(sniffed(r.path[0], &name), 1);
	assert_string_equal(name, "fit");
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_sum_is_the_known_one),
		cmocka_unit_test(heart_rate_counts_its_16_bits_on),
		cmocka_unit_test(compressed_times_count_on_from_the_last),
		cmocka_unit_test(breaths_oxygen_and_hrv_are_samples_with_their_scales),
		cmocka_unit_test(heart_rate_may_come_a_second_each),
		cmocka_unit_test(developer_fields_are_stepped_over),
		cmocka_unit_test(two_fits_in_one_file_are_both_read),
		cmocka_unit_test(a_wrong_check_sum_refuses_all_of_it),
		cmocka_unit_test(a_definition_may_have_255_fields_of_255_bytes),
		cmocka_unit_test(what_cannot_be_read_is_named_and_the_rest_is_kept),
		cmocka_unit_test(what_is_no_fit_is_refused),
		cmocka_unit_test(only_fit_files_are_sniffed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
