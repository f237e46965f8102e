/* SPDX-License-Identifier: MIT */
/* The sentences a person reads. With `--print` it prints many texts, one a line, for
 * tests/lint/words, which knows what may never be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/words.h"

static const struct person anna = {.id = "anna", .name = "Anna"};

static struct forecast
example(void)
{
	struct forecast f = {.person = "anna",
		.date = DAY(20541),
		.probability = 0.31,
		.threshold = 5.7,
		.base_rate = 0.158,
		.rated_days = 61,
		.positives = 9,
		.n_reasons = 5,
		.like_days = 14,
		.like_high = 6};
	f.reasons[0] = (struct reason){"waso_high", 129, 55, 0.07, "pain_forecast"};
	f.reasons[1] = (struct reason){"sleep_quality", 3, 5.31, 0.52, "pain_forecast"};
	f.reasons[2] = (struct reason){"yesterday", 4, 4.46, -0.11, "pain_forecast"};
	f.reasons[3] = (struct reason){"tracker", 1.6, 0, 0.12, "pain_forecast"};
	f.reasons[4] = (struct reason){"tst_low", 391, 412, 0.02, "pain_forecast"};
	return f;
}

static const char *
said(const char *code, double value, double usual, double weight)
{
	static char s[128];
	struct reason r = {.value = value, .usual = usual, .weight = weight};
	snprintf(r.code, sizeof r.code, "%s", code);
	words_reason(LANGUAGE_EN, &r, s, sizeof s);
	return s;
}

static void
alert_says_what_was_seen_what_it_means_and_how_often_it_is_wrong(void **state)
{
	(void)state;
	struct forecast f = example();
	char title[96], text[ALERT_TEXT_LEN];
	words_alert(&f, &anna, title, text);
	assert_string_equal(title, "You may like to plan a gentler day");
	assert_string_equal(text, "Good morning, Anna. What stands out: sleep rated 3 of "
				  "10 (your usual is 5.3); "
				  "a less restful night than your usual (74 min more "
				  "awake). Of 14 rated days "
				  "after nights like this, 6 "
				  "were higher-discomfort days for you; usually it is "
				  "about 1 in 6. Expect a "
				  "notice like this to be wrong about 7 times in 10. You "
				  "may like to plan a "
				  "gentler day. Based on your entries only; you can turn "
				  "these notices off.");
}

static void
alert_names_what_was_missing(void **state)
{
	(void)state;
	struct forecast f = example();
	char title[96], text[ALERT_TEXT_LEN];
	strcpy(f.missing, "sleep,yesterday");
	words_alert(&f, NULL, title, text);
	assert_non_null(strstr(text, "Good morning. What"));
	assert_non_null(strstr(
		text, " Not known: no tracker data last night, no rating yesterday. Of"));
}

static void
alert_says_what_speaks_against_it(void **state)
{
	(void)state;
	struct forecast f = example();
	char title[96], text[ALERT_TEXT_LEN];
	f.reasons[2] = (struct reason){"yesterday", 2, 4.46, -0.4, "pain_forecast"};
	words_alert(&f, &anna, title, text);
	assert_non_null(
		strstr(text, " On the brighter side: discomfort yesterday rated 2 of "
			     "10 (your usual is 4.5). Of 14"));
}

static void
alert_with_few_like_nights_says_only(void **state)
{
	(void)state;
	struct forecast f = example();
	char title[96], text[ALERT_TEXT_LEN];
	f.like_days = 1, f.like_high = 0;
	words_alert(&f, &anna, title, text);
	assert_non_null(
		strstr(text, "only 1 rated day after nights like this, 0 of them"));
	f.like_days = 0;
	words_alert(&f, &anna, title, text);
	assert_non_null(
		strstr(text, "no rated day after a night like this yet; usually about "
			     "1 in 6 of your days"));
	f.like_days = 9, f.like_high = 1;
	words_alert(&f, &anna, title, text);
	assert_non_null(strstr(text, "1 was a higher-discomfort day for you; usually"));
}

static void
share_of_wrong_notices_follows_the_probability(void **state)
{
	(void)state;
	static const struct {
		double p;
		const char *says;
	} cases[] = {{0.25, "wrong about 3 times in 4."},
		{0.31, "wrong about 7 times in 10."}, {0.4, "wrong about 6 times in 10."},
		{0.5, "wrong about as often as not."},
		{0.62, "wrong about 4 times in 10."}, {0.97, "wrong about 1 time in 10."},
		{0.02, "wrong more than 9 times in 10."}};
	char title[96], text[ALERT_TEXT_LEN];
	struct forecast f = example();
	for (unsigned i = 0; i < array_len(cases); i++) {
		f.probability = cases[i].p;
		words_alert(&f, &anna, title, text);
		if (!strstr(text, cases[i].says))
			fail_msg("p = %g: %s", cases[i].p, text);
	}
}

static void
reasons_carry_own_numbers_in_either_direction(void **state)
{
	(void)state;
	assert_string_equal(
		said("waso_high", 129, 55, 1), "74 min more awake than your usual");
	assert_string_equal(
		said("waso_high", 33, 55, -1), "22 min less awake than your usual");
	assert_string_equal(
		said("waso_high", 55.3, 55, 0), "awake about as long as usual");
	assert_string_equal(
		said("tst_low", 270, 412, 1), "2 h 22 min less sleep than your usual");
	assert_string_equal(
		said("tst_low", 452, 412, -1), "40 min more sleep than your usual");
	assert_string_equal(
		said("wakes_high", 25.4, 24, 1), "1 more wake-up than your usual");
	assert_string_equal(
		said("wakes_high", 17, 24, -1), "7 fewer wake-ups than your usual");
	assert_string_equal(said("se_low", 77.6, 86.2, 1),
		"asleep for 78 % of the time in bed (your usual is 86 %)");
	assert_string_equal(said("yesterday", 7, 4.5, 1),
		"discomfort yesterday rated 7 of 10 (your usual is 4.5)");
	assert_string_equal(said("recent_pain", 6.04, 4.5, 1),
		"discomfort of the last days around 6 of 10 (your usual is 4.5)");
	assert_string_equal(
		said("tracker", 1.2, 0, 1), "a less restful night than your usual");
	assert_string_equal(
		said("tracker", NAN, NAN, -1), "a more restful night than your usual");
}

static void
measures_stand_against_their_usual(void **state)
{
	(void)state;
	assert_string_equal(said("z_hr_min", 61.2, 55.8, 1),
		"lowest heart rate higher than your usual: 61, usually 56");
	assert_string_equal(said("z_tst", 312, 360, 1),
		"less sleep than your usual: 5 h 12 min, usually 6 h");
	assert_string_equal(said("z_waso", 87, 64.2, 1),
		"longer awake than your usual: 87 min, usually 64 min");
	assert_string_equal(said("z_hr_dip", 8, 14, 1),
		"heart rate fell less far than your usual: 8 %, usually 14 %");
	assert_string_equal(said("z_resp_rate", 15.5, 14.96, 1),
		"breathing faster than your usual: 15.5 a minute, usually 15 a minute");
	assert_string_equal(said("z_se", 86.1, 85.9, -1),
		"asleep for as much of the time in bed as usual: 86 %");
	assert_string_equal(said("z_se", 86, NAN, -1), "");
}

/* Every one that baseline can give has words in all three directions. */
static void
measures_all_have_words(void **state)
{
	(void)state;
	static const char *const codes[] = {"z_tst", "z_se", "z_waso", "z_sol",
		"z_awakenings", "z_score", "z_rmssd", "z_hr_min", "z_hr_dip",
		"z_resp_rate"};
	for (unsigned i = 0; i < array_len(codes); i++) {
		char more[128];
		snprintf(more, sizeof more, "%s", said(codes[i], 20, 10, 1));
		assert_true(strlen(more) > 20);
		assert_string_not_equal(said(codes[i], 5, 10, 1), more);
		assert_non_null(strstr(said(codes[i], 10, 10, 1), "usual"));
		assert_int_equal(words_reason_of(codes[i]), REASON_OF_USUAL);
	}
	assert_int_equal(words_reason_of("efficiency"), REASON_OF_SCORE);
	assert_int_equal(words_reason_of("waso_high"), REASON_OF_OTHER);
	assert_int_equal(words_reason_of("moon_phase"), REASON_OF_OTHER);
}

static void
unusual_is_said_from_one_spread_on(void **state)
{
	(void)state;
	assert_string_equal(words_unusual(LANGUAGE_EN, 0.99), "much like the others");
	assert_string_equal(words_unusual(LANGUAGE_EN, -0.99), "much like the others");
	assert_string_equal(words_unusual(LANGUAGE_EN, 1), "harder than most");
	assert_string_equal(words_unusual(LANGUAGE_EN, -1.5), "easier than most");
	assert_string_equal(words_unusual(LANGUAGE_EN, 2), "one of the harder ones");
	assert_string_equal(words_unusual(LANGUAGE_EN, -7), "one of the easier ones");
}

static const char *
value_of(const char *channel, double v)
{
	static char s[48];
	words_value(LANGUAGE_EN, words_value_of(channel), v, s);
	return s;
}

static void
values_have_their_units(void **state)
{
	(void)state;
	assert_string_equal(value_of("night.hr_min", 53.6), "54 a minute");
	assert_string_equal(value_of("night.debt", 1296), "21 h 36 min");
	assert_string_equal(value_of("night.jetlag", -65), "-65 min");
	assert_string_equal(value_of("night.jetlag", -0.2), "0 min");
	assert_string_equal(value_of("night.midpoint", 238.4), "03:58");
	assert_string_equal(value_of("night.midpoint", -30), "23:30");
	assert_string_equal(value_of("night.l5_start", 1439.7), "00:00");
	assert_string_equal(value_of("night.odi3", NAN), "-");
	assert_string_equal(value_of("night.of_my_own", 3.14159), "3.1");
	assert_int_equal(words_value_of("night.of_my_own")->group, VALUE_ALSO);
	assert_int_equal(words_value_of("night.z_tst")->group, VALUE_Z);
}

static void
reasons_without_a_number_or_a_known_code_say_nothing(void **state)
{
	(void)state;
	assert_string_equal(said("waso_high", NAN, 55, 1), "");
	assert_string_equal(said("sleep_quality", 3, NAN, 1), "");
	assert_string_equal(said("moon_phase", 3, 4, 1), "");
}

static void
numbers_are_rounded_and_never_minus_zero(void **state)
{
	(void)state;
	char s[32];
	words_number(LANGUAGE_EN, -0.04, 1, s);
	assert_string_equal(s, "0");
	words_number(LANGUAGE_EN, 5.31, 1, s);
	assert_string_equal(s, "5.3");
	words_number(LANGUAGE_EN, 100, 0, s);
	assert_string_equal(s, "100");
	words_number(LANGUAGE_EN, 7.04, 1, s);
	assert_string_equal(s, "7");
	words_minutes(LANGUAGE_EN, 384, s);
	assert_string_equal(s, "6 h 24 min");
	words_minutes(LANGUAGE_EN, 120, s);
	assert_string_equal(s, "2 h");
	words_minutes(LANGUAGE_EN, -0.2, s);
	assert_string_equal(s, "0 min");
	words_share(LANGUAGE_EN, 0.156, s);
	assert_string_equal(s, "about 1 in 6");
	words_share(LANGUAGE_EN, 0.33, s);
	assert_string_equal(s, "about 3 in 10");
	words_share(LANGUAGE_EN, NAN, s);
	assert_string_equal(s, "less than 1 in 20");
}

static void
outlook_is_relative_to_the_own_base_rate(void **state)
{
	(void)state;
	char s[64];
	struct forecast f = example();
	words_level(LANGUAGE_EN, &f, 14, s);
	assert_string_equal(s, "higher than usual for you");
	f.probability = 0.16;
	words_level(LANGUAGE_EN, &f, 14, s);
	assert_string_equal(s, "about as usual");
	f.probability = 0.08;
	words_level(LANGUAGE_EN, &f, 14, s);
	assert_string_equal(s, "lower than usual for you");
	f.rated_days = 9;
	words_level(LANGUAGE_EN, &f, 14, s);
	assert_string_equal(s, "learning: 9 of 14 rated days");
	assert_int_equal(words_outlook(NULL, 14), OUTLOOK_UNKNOWN);
	f.probability = NAN;
	words_level(LANGUAGE_EN, &f, 14, s);
	assert_string_equal(s, "not enough entries for an outlook");
}

/* Calls each() with the text of many forecasts: every pair of reasons, both directions,
 * every kind of count, extremes of length. */
static void
every_text(void (*each)(const struct forecast *, const char *title, const char *text))
{
	static const char *const codes[] = {"tracker", "sleep_quality", "yesterday",
		"recent_pain", "tst_low", "se_low", "waso_high", "wakes_high", "sq_low"};
	static const double values[] = {-123456.7, 0, 4.4, 1440, 99999.9};
	static const uint32_t days[][2] = {
		{0, 0}, {1, 1}, {14, 6}, {4000000000u, 4000000000u}};
	struct person who = {0};
	memset(who.name, 'W', sizeof who.name - 1);
	char title[96], text[ALERT_TEXT_LEN];
	unsigned n = array_len(codes);
	for (unsigned i = 0; i < n * n * n * array_len(values) * array_len(days); i++) {
		struct forecast f = example();
		unsigned rest = i / (n * n * n);
		f.n_reasons = 3;
		for (unsigned k = 0, j = i; k < 3; k++, j /= n) {
			f.reasons[k] = (struct reason){.value = values[rest % 5],
				.usual = 45.6 * (k + 1),
				.weight = k == 2 ? -2.9 : 3.0 - k};
			snprintf(f.reasons[k].code, 24, "%s", codes[j % n]);
		}
		f.like_days = days[rest / 5][0], f.like_high = days[rest / 5][1];
		f.probability = (i % 101) / 100.0;
		f.base_rate = (i % 97) / 96.0;
		if (i % 3 == 0)
			strcpy(f.missing, "sleep,sleep_quality,yesterday");
		words_alert(&f, i % 2 ? &who : &anna, title, text);
		each(&f, title, text);
	}
}

static size_t longest;

static void
check_whole(const struct forecast *f, const char *title, const char *text)
{
	char end[] = "Based on your entries only; you can turn these notices off.";
	size_t n = strlen(text);
	if (n > longest)
		longest = n;
	if (n < sizeof end || strcmp(text + n + 1 - sizeof end, end) != 0)
		fail_msg("cut: %s", text);
	if (!strstr(text, "sual") || !strstr(text, "to be wrong ") ||
		!strstr(text, "rated day"))
		fail_msg("incomplete: %s", text);
	if (strstr(text, "-0 ") || strstr(text, "nan") || strstr(text, "inf") ||
		strstr(text, "  "))
		fail_msg("odd number: %s", text);
	assert_true(strlen(title) < 60);
	(void)f;
}

static void
every_text_is_whole_and_fits(void **state)
{
	(void)state;
	every_text(check_whole);
	assert_true(longest < ALERT_TEXT_LEN);
}

static void
print_text(const struct forecast *f, const char *title, const char *text)
{
	(void)f;
	printf("%s. %s\n", title, text);
}

static void
print_nights(void)
{
	static const char *const codes[] = {"z_tst", "z_se", "z_waso", "z_sol",
		"z_awakenings", "z_score", "z_rmssd", "z_hr_min", "z_hr_dip",
		"z_resp_rate", "duration", "efficiency", "continuity", "latency"};
	for (unsigned i = 0; i < array_len(codes); i++)
		for (int v = 5; v <= 15; v += 5)
			puts(said(codes[i], v, 10, 1));
	for (int z = -3; z <= 3; z++)
		puts(words_unusual(LANGUAGE_EN, z));
	unsigned n;
	const struct value_words *all = words_values(&n);
	for (unsigned i = 0; i < n; i++)
		if (all[i].label)
			printf("%s %s\n", all[i].label, value_of(all[i].channel, 12.3));
}

static void
print_all(void)
{
	print_nights();
	static const char *const missing[] = {"sleep", "sleep_quality", "yesterday"};
	char level[64];
	every_text(print_text);
	for (unsigned i = 0; i < array_len(missing); i++)
		puts(words_missing(LANGUAGE_EN, missing[i]));
	for (int p = 0; p <= 100; p++) {
		struct forecast f = example();
		f.probability = p / 100.0;
		words_level(LANGUAGE_EN, &f, p % 2 ? 14 : 90, level);
		puts(level);
	}
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--print") == 0) {
		print_all();
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			alert_says_what_was_seen_what_it_means_and_how_often_it_is_wrong),
		cmocka_unit_test(alert_names_what_was_missing),
		cmocka_unit_test(alert_says_what_speaks_against_it),
		cmocka_unit_test(alert_with_few_like_nights_says_only),
		cmocka_unit_test(share_of_wrong_notices_follows_the_probability),
		cmocka_unit_test(reasons_carry_own_numbers_in_either_direction),
		cmocka_unit_test(measures_stand_against_their_usual),
		cmocka_unit_test(measures_all_have_words),
		cmocka_unit_test(unusual_is_said_from_one_spread_on),
		cmocka_unit_test(values_have_their_units),
		cmocka_unit_test(reasons_without_a_number_or_a_known_code_say_nothing),
		cmocka_unit_test(numbers_are_rounded_and_never_minus_zero),
		cmocka_unit_test(outlook_is_relative_to_the_own_base_rate),
		cmocka_unit_test(every_text_is_whole_and_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
