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

#include "core/tr.h"
#include "core/tr_table.h"
#include "core/words.h"

static struct forecast
example(void)
{
	return (struct forecast){.probability = 0.31,
		.threshold = 5.7,
		.base_rate = 0.158,
		.rated_days = 61,
		.positives = 9};
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

/* --- German ------------------------------------------------------------------------------- */

static const char *
gesagt(const char *code, double value, double usual, double weight)
{
	static char s[128];
	struct reason r = {.value = value, .usual = usual, .weight = weight};
	snprintf(r.code, sizeof r.code, "%s", code);
	words_reason(LANGUAGE_DE, &r, s, sizeof s);
	return s;
}

static void
german_has_its_own_numbers_and_dates(void **state)
{
	(void)state;
	char s[48];
	words_number(LANGUAGE_DE, 5.31, 1, s);
	assert_string_equal(s, "5,3");
	words_number(LANGUAGE_DE, 7.04, 1, s);
	assert_string_equal(s, "7");
	words_share(LANGUAGE_DE, 0.156, s);
	assert_string_equal(s, "etwa 1 von 6");
	words_date(LANGUAGE_DE, DAY(20407), s);
	assert_string_equal(s, "15.11.2025");
	words_date(LANGUAGE_EN, DAY(20407), s);
	assert_string_equal(s, "2025-11-15");
	assert_string_equal(words_weekday(LANGUAGE_DE, DAY(20407)), "Samstag");
	assert_string_equal(words_weekday(LANGUAGE_EN, DAY(-1)), "Wednesday");
	words_value(LANGUAGE_DE, words_value_of("night.resp_rate"), 14.25, s);
	assert_string_equal(s, "14,3 pro Minute");
}

static void
german_reasons_are_german_sentences(void **state)
{
	(void)state;
	assert_string_equal(
		gesagt("waso_high", 129, 55, 1), "74 min länger wach als sonst");
	assert_string_equal(
		gesagt("tst_low", 270, 412, 1), "2 h 22 min weniger Schlaf als sonst");
	assert_string_equal(
		gesagt("wakes_high", 25.4, 24, 1), "1 Mal öfter aufgewacht als sonst");
	assert_string_equal(gesagt("yesterday", 7, 4.5, 1),
		"Beschwerden gestern mit 7 von 10 bewertet (sonst 4,5)");
	assert_string_equal(gesagt("pain_morning", 6, 4.5, 1),
		"Beschwerden heute Morgen mit 6 von 10 bewertet (sonst 4,5)");
	assert_string_equal(gesagt("z_resp_rate", 15.5, 14.96, 1),
		"Atmung schneller als sonst: 15,5 pro Minute, sonst 15 pro Minute");
	assert_string_equal(
		words_missing(LANGUAGE_DE, "yesterday"), "deine Bewertung von gestern");
}

static void
every_code_is_said_in_every_language(void **state)
{
	(void)state;
	static const char *const codes[] = {"tracker", "sleep_quality", "yesterday",
		"recent_pain", "pain_morning", "tst_low", "se_low", "waso_high",
		"wakes_high", "sq_low", "z_tst", "z_se", "z_waso", "z_sol",
		"z_awakenings", "z_score", "z_rmssd", "z_hr_min", "z_hr_dip",
		"z_resp_rate", "duration", "efficiency", "continuity", "latency"};
	for (unsigned i = 0; i < array_len(codes); i++)
		for (int v = 5; v <= 15; v += 5) {
			char english[128];
			snprintf(english, sizeof english, "%s",
				said(codes[i], v, 10, v - 10));
			assert_true(strlen(english) > 0);
			assert_string_not_equal(gesagt(codes[i], v, 10, v - 10), english);
		}
}

static const char *
why(enum language l, const char *text)
{
	static char s[128];
	words_why(l, text, s, sizeof s);
	return s;
}

static void
why_there_is_no_number_is_found_again_with_its_numbers(void **state)
{
	(void)state;
	assert_string_equal(why(LANGUAGE_DE, "too few nights to know what is usual"),
		"zu wenige Nächte, um das Übliche zu kennen");
	assert_string_equal(why(LANGUAGE_DE, "only 41 % of the night was measured"),
		"nur 41 % der Nacht wurden gemessen");
	assert_string_equal(
		why(LANGUAGE_DE, "a breathing rate in only 3 of 80 five minutes"),
		"Atemfrequenz nur in 3 von 80 Abschnitten zu fünf Minuten");
	assert_string_equal(why(LANGUAGE_DE, "time to fall asleep is not known"),
		"Zeit bis zum Einschlafen ist nicht bekannt");
	assert_string_equal(why(LANGUAGE_DE, "beats cover only 12 % of the night"),
		"Herzschläge nur in 12 % der Nacht");
	assert_string_equal(why(LANGUAGE_DE, "no activity"), "keine Daten: Bewegung");
	assert_string_equal(why(LANGUAGE_DE, "the moon was full"), "the moon was full");
	assert_string_equal(why(LANGUAGE_DE, ""), "");
	assert_string_equal(why(LANGUAGE_EN, "only 41 % of the night was measured"),
		"only 41 % of the night was measured");
}

static void
plurals_follow_the_count(void **state)
{
	(void)state;
	assert_string_equal(trn(LANGUAGE_DE, "%s, %lu sample from %s to %s",
				    "%s, %lu samples from %s to %s", 1),
		"%s, %lu Messwert von %s bis %s");
	assert_string_equal(trn(LANGUAGE_DE, "%s, %lu sample from %s to %s",
				    "%s, %lu samples from %s to %s", 0),
		"%s, %lu Messwerte von %s bis %s");
	assert_string_equal(trn(LANGUAGE_DE, "%d moon", "%d moons", 2), "%d moons");
	assert_string_equal(tr(LANGUAGE_DE, "the moon"), "the moon");
}

static void
table_of_a_language_is_sorted(void **state)
{
	(void)state;
	const struct tr_table *t = &tr_tables[LANGUAGE_DE];
	assert_true(t->n > 200);
	for (unsigned i = 1; i < t->n; i++)
		assert_true(strcmp(t->entries[i - 1].text, t->entries[i].text) < 0);
}

/* --- for tests/lint/words ------------------------------------------------------------------ */

static void
print_words(enum language l, const char *text)
{
	if (text[0])
		printf("%s	explain	words\t%s\n", language_names[l], text);
}

static void
print_reasons(enum language l)
{
	static const char *const codes[] = {"tracker", "sleep_quality", "yesterday",
		"recent_pain", "pain_morning", "tst_low", "se_low", "waso_high",
		"wakes_high", "sq_low", "z_tst", "z_se", "z_waso", "z_sol",
		"z_awakenings", "z_score", "z_rmssd", "z_hr_min", "z_hr_dip",
		"z_resp_rate", "duration", "efficiency", "continuity", "latency"};
	for (unsigned i = 0; i < array_len(codes); i++)
		for (int v = 5; v <= 15; v += 5)
			print_words(l, l == LANGUAGE_EN
					       ? said(codes[i], v, 10, v - 10)
					       : gesagt(codes[i], v, 10, v - 10));
}

static void
print_values(enum language l)
{
	unsigned n;
	const struct value_words *all = words_values(&n);
	char value[48];
	for (unsigned i = 0; i < n; i++) {
		if (!all[i].label)
			continue;
		words_value(l, &all[i], 12.3, value);
		print_words(l, tr(l, all[i].label));
		print_words(l, value);
	}
}

static void
print_outlooks(enum language l)
{
	static const char *const missing[] = {
		"sleep", "sleep_quality", "pain_morning", "yesterday"};
	char level[64];
	for (unsigned i = 0; i < array_len(missing); i++) {
		print_words(l, words_missing(l, missing[i]));
	}
	for (int p = 0; p <= 100; p++) {
		struct forecast f = example();
		f.probability = p / 100.0;
		words_level(l, &f, p % 2 ? 14 : 90, level);
		print_words(l, level);
	}
	for (int z = -3; z <= 3; z++)
		print_words(l, words_unusual(l, z));
}

/* All that the catalogue holds, which is all that explain and the page can say. */
static void
print_catalogue(void)
{
	const struct tr_table *t = &tr_tables[LANGUAGE_DE];
	for (unsigned i = 0; i < t->n; i++) {
		print_words(LANGUAGE_EN, t->entries[i].text);
		print_words(LANGUAGE_DE, t->entries[i].forms[0]);
		print_words(LANGUAGE_DE, t->entries[i].forms[1]);
	}
}

static void
print_all(void)
{
	for (int l = 0; l < LANGUAGES; l++) {
		print_reasons(l);
		print_values(l);
		print_outlooks(l);
	}
	print_catalogue();
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--print") == 0) {
		print_all();
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons_carry_own_numbers_in_either_direction),
		cmocka_unit_test(measures_stand_against_their_usual),
		cmocka_unit_test(measures_all_have_words),
		cmocka_unit_test(unusual_is_said_from_one_spread_on),
		cmocka_unit_test(values_have_their_units),
		cmocka_unit_test(reasons_without_a_number_or_a_known_code_say_nothing),
		cmocka_unit_test(numbers_are_rounded_and_never_minus_zero),
		cmocka_unit_test(outlook_is_relative_to_the_own_base_rate),
		cmocka_unit_test(german_has_its_own_numbers_and_dates),
		cmocka_unit_test(german_reasons_are_german_sentences),
		cmocka_unit_test(every_code_is_said_in_every_language),
		cmocka_unit_test(why_there_is_no_number_is_found_again_with_its_numbers),
		cmocka_unit_test(plurals_follow_the_count),
		cmocka_unit_test(table_of_a_language_is_sorted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
