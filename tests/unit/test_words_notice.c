/* SPDX-License-Identifier: MIT */
/* What a person is told, kind by kind, in every language. With `--print` it prints thousands of
 * notices, "language<TAB>kind<TAB>field<TAB>text" a line, for tests/lint/words, which knows what
 * may never be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/words.h"
#include "notice_facts.h"

#define FACTS 1500 /* of every kind and language */

static const struct person anna = {.id = "anna", .name = "Anna"},
			   anna_de = {
				   .id = "anna", .name = "Anna", .language = LANGUAGE_DE};

static struct notice
told(enum notice_kind kind, const struct notice_facts *x)
{
	struct notice n = {.kind = kind};
	words_notice(x, &n);
	return n;
}

#define assert_says(text, part)                                                          \
	do {                                                                             \
		if (!strstr(text, part))                                                 \
			fail_msg("\"%s\" is not in: %s", part, text);                    \
	} while (0)

/* --- the pain day ------------------------------------------------------------------------ */

static void
pain_day_says_what_was_seen_what_it_means_and_how_often_it_is_wrong(void **state)
{
	(void)state;
	struct forecast f = example_forecast();
	struct notice n = told(NOTICE_PAIN_DAY, &(struct notice_facts){.who = &anna,
							.f = &f,
							.told = 11,
							.told_rated = 9,
							.told_right = 3});
	assert_string_equal(n.title, "You may like to plan a gentler day");
	assert_string_equal(n.text,
		"Good morning, Anna. What stands out: sleep rated 3 of 10 (your usual is "
		"5.3); a less restful night than your usual (74 min more awake). Of 14 "
		"rated days after nights like this, 6 were higher-discomfort days for "
		"you; usually it is about 1 in 6. Expect a notice like this to be wrong "
		"about 7 times in 10. Of your 9 notices so far on rated days, 3 were "
		"followed by a higher-discomfort day. Based on your entries only; you "
		"can turn these notices off.");
}

static void
pain_day_says_the_same_in_german(void **state)
{
	(void)state;
	struct forecast f = example_forecast();
	struct notice n = told(NOTICE_PAIN_DAY, &(struct notice_facts){.who = &anna_de,
							.f = &f,
							.told = 11,
							.told_rated = 9,
							.told_right = 3});
	assert_string_equal(n.title, "Vielleicht magst du es heute ruhiger angehen");
	assert_string_equal(n.text,
		"Guten Morgen, Anna. Was auffällt: Schlaf mit 3 von 10 bewertet (sonst "
		"5,3); eine weniger erholsame Nacht als sonst (74 min länger wach). Von "
		"14 bewerteten Tagen nach solchen Nächten waren 6 für dich Tage mit mehr "
		"Beschwerden; sonst ist es etwa 1 von 6. Rechne damit, dass ein solcher "
		"Hinweis in etwa 7 von 10 Fällen nicht stimmt. Auf 3 von deinen bisher 9 "
		"Hinweisen zu bewerteten Tagen folgte ein Tag mit mehr Beschwerden. Nur "
		"aus deinen eigenen Einträgen; du kannst diese Hinweise abschalten.");
}

static void
pain_day_is_the_alert_of_a_person_without_a_record(void **state)
{
	(void)state;
	char title[96], text[ALERT_TEXT_LEN];
	struct forecast f = example_forecast();
	struct notice n = told(NOTICE_PAIN_DAY,
		&(struct notice_facts){.who = &anna, .f = &f, .told = 2});
	words_alert(&f, &anna, title, text);
	assert_string_equal(n.text, text);
	assert_string_equal(n.title, title);
	assert_null(strstr(text, "so far"));
}

static void
alert_names_what_was_missing(void **state)
{
	(void)state;
	struct forecast f = example_forecast();
	char title[96], text[ALERT_TEXT_LEN];
	strcpy(f.missing, "sleep,yesterday");
	words_alert(&f, NULL, title, text);
	assert_says(text, "Good morning. What");
	assert_says(text,
		" Not known: last night's tracker data, your rating of yesterday. Of");
}

static void
night_that_was_no_harder_than_others_is_owned_up_to(void **state)
{
	(void)state;
	char title[96], text[ALERT_TEXT_LEN];
	struct forecast f = example_forecast();
	f.like_days = 14, f.like_high = 1;
	words_alert(&f, &anna, title, text);
	assert_says(text, "The night alone says little here. Of 14 rated days");
	f.like_high = 3;
	words_alert(&f, &anna, title, text);
	assert_null(strstr(text, "alone"));
}

static void
second_reason_is_told_only_if_it_counts(void **state)
{
	(void)state;
	char title[96], text[ALERT_TEXT_LEN];
	struct forecast f = example_forecast();
	f.reasons[3].weight = 0.04;
	f.reasons[0].weight = 0.03;
	words_alert(&f, &anna, title, text);
	assert_says(text, "out: sleep rated 3 of 10 (your usual is 5.3). Of 14");
}

static void
alert_says_what_speaks_against_it(void **state)
{
	(void)state;
	struct forecast f = example_forecast();
	char title[96], text[ALERT_TEXT_LEN];
	f.reasons[2] = (struct reason){"yesterday", 2, 4.46, -0.4, "pain_forecast"};
	words_alert(&f, &anna, title, text);
	assert_says(text, " On the brighter side: discomfort yesterday rated 2 of 10 "
			  "(your usual is 4.5). Of 14");
}

static void
alert_with_few_like_nights_says_only(void **state)
{
	(void)state;
	struct forecast f = example_forecast();
	char title[96], text[ALERT_TEXT_LEN];
	f.like_days = 1, f.like_high = 0;
	words_alert(&f, &anna, title, text);
	assert_says(text, "only 1 rated day after nights like this, 0 of them");
	f.like_days = 0;
	words_alert(&f, &anna, title, text);
	assert_says(text,
		"no rated day after a night like this yet; usually about 1 in 6 "
		"of your days");
	f.like_days = 9, f.like_high = 1;
	words_alert(&f, &anna, title, text);
	assert_says(text, "1 was a higher-discomfort day for you; usually");
	f.like_high = 0;
	words_alert(&f, &anna, title, text);
	assert_says(text, "none was a higher-discomfort day for you; usually");
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
	struct forecast f = example_forecast();
	for (unsigned i = 0; i < array_len(cases); i++) {
		f.probability = cases[i].p;
		words_alert(&f, &anna, title, text);
		assert_says(text, cases[i].says);
	}
}

static void
record_speaks_of_one_or_none_as_one_would(void **state)
{
	(void)state;
	static const struct {
		unsigned rated, right;
		const char *says;
	} cases[] = {{1, 1, "Your one notice so far on a rated day was followed by a"},
		{1, 0, "Your one notice so far on a rated day was not followed by a"},
		{9, 0, "Of your 9 notices so far on rated days, none was followed by a"},
		{9, 1, "Of your 9 notices so far on rated days, 1 was followed by a"}};
	struct forecast f = example_forecast();
	for (unsigned i = 0; i < array_len(cases); i++) {
		struct notice_facts x = {.who = &anna,
			.f = &f,
			.told = 12,
			.told_rated = cases[i].rated,
			.told_right = cases[i].right};
		assert_says(told(NOTICE_PAIN_DAY, &x).text, cases[i].says);
	}
}

static void
reason_whose_numbers_do_not_show_it_does_not_stand_out(void **state)
{
	(void)state;
	char title[96], text[ALERT_TEXT_LEN];
	struct forecast f = example_forecast();
	f.reasons[2] = (struct reason){"recent_pain", 4.5, 4.4, 0.9, "pain_forecast"};
	words_alert(&f, &anna, title, text);
	assert_says(text, "What stands out: sleep rated 3 of 10");
	f.reasons[2] = (struct reason){"recent_pain", 3.1, 4.4, 0.9, "pain_forecast"};
	words_alert(&f, &anna, title, text);
	assert_says(text, "What stands out: sleep rated 3 of 10");
	f.reasons[2] = (struct reason){"recent_pain", 5.1, 4.4, 0.9, "pain_forecast"};
	words_alert(&f, &anna, title, text);
	assert_says(text, "What stands out: discomfort of the last days around 5.1");
	f.n_reasons = 0;
	words_alert(&f, &anna, title, text);
	assert_says(text, "Anna. No single thing stands out; it is several small ones");
}

/* --- the other kinds ---------------------------------------------------------------------- */

static void
correction_says_what_came_late_and_what_changed(void **state)
{
	(void)state;
	struct forecast before = example_forecast(), f = before;
	strcpy(before.missing, "sleep,yesterday");
	strcpy(f.missing, "yesterday");
	f.probability = 0.42;
	struct notice_facts x = {.who = &anna, .f = &f, .before = &before};
	struct notice n = told(NOTICE_CORRECTION, &x);
	assert_string_equal(n.title, "This morning's note has changed");
	assert_says(n.text, "Since then this came in: last night's tracker data. Among "
			    "days like today, about 4 in 10 are higher-discomfort days "
			    "(before: about 3 in 10; usually: about 1 in 6). What");
	assert_says(n.text, "Not known: your rating of yesterday. Of 14");
	strcpy(f.missing, "sleep_quality"); /* another name, not the night */
	assert_says(told(NOTICE_CORRECTION, &x).text,
		"came in: last night's tracker data, your rating of yesterday.");
	x.before = NULL;
	assert_says(told(NOTICE_CORRECTION, &x).text,
		"The data behind it has changed since. Among days like today, still "
		"about "
		"4 in 10 are higher-discomfort days (usually: about 1 in 6). What");
}

static void
all_clear_is_calm_and_promises_nothing(void **state)
{
	(void)state;
	struct forecast before = example_forecast(), f = before;
	strcpy(before.missing, "sleep");
	f.probability = 0.16;
	struct notice_facts x = {.who = &anna, .f = &f, .before = &before};
	struct notice n = told(NOTICE_ALL_CLEAR, &x);
	assert_string_equal(n.title, "This morning's note no longer holds");
	assert_says(n.text,
		"Among days like today, about 1 in 6 are higher-discomfort "
		"days (before: about 3 in 10; usually: about 1 in 6). You can "
		"set this morning's note aside.");
	assert_says(
		n.text, "The day may still turn out otherwise. Based on your entries");
}

static void
good_night_is_as_plain_as_a_poor_one(void **state)
{
	(void)state;
	struct forecast f = example_forecast();
	struct night night = example_night();
	f.reasons[3].weight = -0.2, f.reasons[3].value = -1.3;
	f.reasons[0] = (struct reason){"waso_high", 24, 58, -0.1, "pain_forecast"};
	f.like_days = 12, f.like_high = 1;
	struct notice_facts x = {.who = &anna, .f = &f, .night = &night};
	struct notice n = told(NOTICE_GOOD_NIGHT, &x);
	assert_string_equal(n.text,
		"Good morning, Anna. Last night: 7 h 32 min asleep, 24 min awake in "
		"between. What stands out: a more restful night than your usual (34 min "
		"less awake). Of 12 rated days after nights like this, 1 was a "
		"higher-discomfort day for you; usually it is about 1 in 6. One night "
		"settles nothing; the day may still turn out otherwise. Based on your "
		"entries only; you can turn these notices off.");
	assert_null(strstr(n.text, "yesterday")); /* of the night, not of earlier days */
	x.f = NULL;
	assert_says(told(NOTICE_GOOD_NIGHT, &x).text,
		"What stands out: more sleep than your usual: 7 h 32 min, usually 6 h 41 "
		"min; less awake than your usual: 24 min, usually 58 min. One night");
}

static void
digest_counts_the_week(void **state)
{
	(void)state;
	struct forecast f = example_forecast();
	struct notice_facts x = {.who = &anna,
		.f = &f,
		.week_nights = 6,
		.week_rated = 5,
		.week_high = 1,
		.week_held = 2};
	struct notice n = told(NOTICE_DIGEST, &x);
	assert_string_equal(n.title, "Your week in brief");
	assert_says(n.text, "Your last seven days: 6 nights came in. You rated 5 days, 1 "
			    "of them higher-discomfort for you. Usually about 1 in 6 of "
			    "your days is a higher-discomfort day. On 2 mornings there "
			    "was something to tell;");
	x.week_nights = 1, x.week_rated = 0, x.week_held = 0;
	assert_says(told(NOTICE_DIGEST, &x).text,
		"1 night came in. No day was rated. Usually about 1 in 6 of your days is "
		"a higher-discomfort day. There was nothing to tell on any morning.");
}

static void
no_data_says_what_it_means_and_what_to_do(void **state)
{
	(void)state;
	struct notice_facts x = {.who = &anna, .days_silent = 3};
	struct notice n = told(NOTICE_NO_DATA, &x);
	assert_says(n.text, "No night has come in for 3 days. That is not enough nights");
	assert_says(n.text, "no number is made up in their place");
	assert_says(n.text, "check that the tracker is charged");
	x.days_silent = 1;
	assert_says(told(NOTICE_NO_DATA, &x).text, "for 1 day.");
	x.days_silent = 0;
	assert_says(told(NOTICE_NO_DATA, &x).text, "for a while.");
}

static void
prompts_ask_one_question_and_name_the_ends(void **state)
{
	(void)state;
	struct notice_facts x = {.who = &anna};
	assert_string_equal(told(NOTICE_SLEEP_PROMPT, &x).text,
		"How did you sleep, from 0 (worst night) to 10 (best night)? One tap is "
		"enough; skip freely. You can turn this question off.");
	assert_string_equal(told(NOTICE_PAIN_PROMPT, &x).text,
		"How much pain was there today, from 0 (none) to 10 (worst imaginable)? "
		"One tap is enough; skip freely. You can turn this question off.");
	x.who = &anna_de;
	assert_string_equal(told(NOTICE_PAIN_PROMPT, &x).text,
		"Wie stark waren heute die Schmerzen, von 0 (keine) bis 10 (stärkste "
		"vorstellbare)? Einmal tippen genügt; lass sie gern aus. Du kannst diese "
		"Frage abschalten.");
}

/* --- every notice there is ------------------------------------------------------------------ */

static int
is_utf8(const char *s)
{
	while (*s) {
		unsigned char c = (unsigned char)*s++;
		int more = c < 0x80    ? 0
			   : c >= 0xf0 ? 3
			   : c >= 0xe0 ? 2
			   : c >= 0xc2 ? 1
				       : -1;
		if (more < 0)
			return 0;
		for (; more; more--)
			if (((unsigned char)*s++ & 0xc0) != 0x80)
				return 0;
	}
	return 1;
}

static void
every_notice(void (*each)(const struct notice *, const struct fact_box *))
{
	static struct fact_box box;
	for (int l = 0; l < LANGUAGES; l++)
		for (int kind = 1; kind < NOTICE_KINDS; kind++)
			for (unsigned i = 0; i < FACTS; i++) {
				random_facts(i, l, &box);
				struct notice n = {.kind = kind};
				words_notice(&box.x, &n);
				each(&n, &box);
			}
}

static int
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), e = strlen(end);
	return n >= e && strcmp(text + n - e, end) == 0;
}

static void
check_one(const char *text, size_t most)
{
	size_t n = strlen(text);
	if (n < 5 || n >= most)
		fail_msg("%zu bytes of %zu: %s", n, most, text);
	if (!is_utf8(text))
		fail_msg("broken: %s", text);
	if (strstr(text, " nan") || strstr(text, " inf") || strstr(text, "  ") ||
		strstr(text, "%s") || strstr(text, "%u") || strstr(text, "-0 ") ||
		strstr(text, ". ."))
		fail_msg("odd: %s", text);
}

static void
check_notice(const struct notice *n, const struct fact_box *box)
{
	static const char *const ends[LANGUAGES] = {" off.", " abschalten."};
	(void)box;
	check_one(n->title, sizeof n->title);
	check_one(n->text, sizeof n->text);
	check_one(n->discreet_title, sizeof n->discreet_title);
	check_one(n->discreet_text, sizeof n->discreet_text);
	if (!ends_with(n->text, ends[box->who.language]))
		fail_msg("cut: %s", n->text);
	assert_true(strchr(".!?", n->title[strlen(n->title) - 1]) == NULL ||
		    n->title[strlen(n->title) - 1] == '?');
}

static void
every_notice_is_whole_and_fits_in_every_language(void **state)
{
	(void)state;
	every_notice(check_notice);
}

static void
check_what_is_never_left_off(const struct notice *n, const struct fact_box *box)
{
	char like[512], wrong[512];
	words_like(box->who.language, &box->f, like, sizeof like);
	words_wrong(box->who.language, box->f.probability, wrong, sizeof wrong);
	if (n->kind == NOTICE_PAIN_DAY || n->kind == NOTICE_CORRECTION)
		assert_says(n->text, wrong);
	if (n->kind >= NOTICE_PAIN_DAY && n->kind <= NOTICE_GOOD_NIGHT)
		assert_says(n->text, like);
}

static void
counts_and_how_often_it_is_wrong_are_never_left_off(void **state)
{
	(void)state;
	every_notice(check_what_is_never_left_off);
}

static void
check_translated(const struct notice *n, const struct fact_box *box)
{
	struct notice other = {.kind = n->kind};
	struct person who = box->who;
	struct notice_facts x = box->x;
	who.language = LANGUAGE_EN;
	x.who = &who;
	words_notice(&x, &other);
	if (box->who.language == LANGUAGE_EN)
		return;
	assert_string_not_equal(n->title, other.title);
	assert_string_not_equal(n->text, other.text);
	assert_string_not_equal(n->discreet_title, other.discreet_title);
	assert_string_not_equal(n->discreet_text, other.discreet_text);
	static const char *const english[] = {
		" the ", " your ", " of ", " usual", " than "};
	for (unsigned i = 0; i < array_len(english); i++)
		if (strstr(n->text, english[i]))
			fail_msg("\"%s\" in: %s", english[i], n->text);
}

static void
no_english_is_left_in_another_language(void **state)
{
	(void)state;
	every_notice(check_translated);
}

static void
notices_without_any_fact_say_nothing_false(void **state)
{
	(void)state;
	struct notice_facts nothing = {0};
	for (int kind = 1; kind < NOTICE_KINDS; kind++) {
		struct notice n = told(kind, &nothing);
		check_one(n.text, sizeof n.text);
		assert_true(ends_with(n.text, " off."));
		assert_null(strstr(n.text, "(null)"));
	}
}

/* --- for tests/lint/words ------------------------------------------------------------------ */

static void
print_notice(const struct notice *n, const struct fact_box *box)
{
	const char *l = language_names[box->who.language], *kind = notice_names[n->kind];
	printf("%s\t%s\ttitle\t%s\n", l, kind, n->title);
	printf("%s\t%s\ttext\t%s\n", l, kind, n->text);
	printf("%s\t%s\tdiscreet\t%s\n", l, kind, n->discreet_title);
	printf("%s\t%s\tdiscreet\t%s\n", l, kind, n->discreet_text);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--print") == 0) {
		every_notice(print_notice);
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			pain_day_says_what_was_seen_what_it_means_and_how_often_it_is_wrong),
		cmocka_unit_test(pain_day_says_the_same_in_german),
		cmocka_unit_test(pain_day_is_the_alert_of_a_person_without_a_record),
		cmocka_unit_test(alert_names_what_was_missing),
		cmocka_unit_test(alert_says_what_speaks_against_it),
		cmocka_unit_test(alert_with_few_like_nights_says_only),
		cmocka_unit_test(share_of_wrong_notices_follows_the_probability),
		cmocka_unit_test(record_speaks_of_one_or_none_as_one_would),
		cmocka_unit_test(night_that_was_no_harder_than_others_is_owned_up_to),
		cmocka_unit_test(second_reason_is_told_only_if_it_counts),
		cmocka_unit_test(reason_whose_numbers_do_not_show_it_does_not_stand_out),
		cmocka_unit_test(correction_says_what_came_late_and_what_changed),
		cmocka_unit_test(all_clear_is_calm_and_promises_nothing),
		cmocka_unit_test(good_night_is_as_plain_as_a_poor_one),
		cmocka_unit_test(digest_counts_the_week),
		cmocka_unit_test(no_data_says_what_it_means_and_what_to_do),
		cmocka_unit_test(prompts_ask_one_question_and_name_the_ends),
		cmocka_unit_test(every_notice_is_whole_and_fits_in_every_language),
		cmocka_unit_test(counts_and_how_often_it_is_wrong_are_never_left_off),
		cmocka_unit_test(no_english_is_left_in_another_language),
		cmocka_unit_test(notices_without_any_fact_say_nothing_false),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
