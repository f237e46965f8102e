/* SPDX-License-Identifier: MIT */
/* The pages as bytes, and what a request is judged by. The server itself: tests/integration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "web/form.h"
#include "http/secret.h"
#include "web/guard.h"
#include "web/render.h"
#include "web/svg.h"

/* --- the form and the guards --------------------------------------------------------------- */

static const char *
field(const char *body, const char *name)
{
	static char ret[16];
	return form_field(body, strlen(body), name, ret, sizeof ret) ? ret : NULL;
}

static void
form_fields_are_decoded_or_refused(void **state)
{
	(void)state;
	assert_string_equal(field("kind=pain_day&value=7", "value"), "7");
	assert_string_equal(field("a=b%20c+d", "a"), "b c d");
	assert_string_equal(field("a=%41", "a"), "A");
	assert_string_equal(field("a=", "a"), "");
	assert_string_equal(field("&&x&a=1&", "a"), "1");
	static const char *const none[] = {"", "a", "aa=1", "b=1", "a=1&a=1", "a=%",
		"a=%4", "a=%4x", "a=1%", "a=%00", "a=0123456789abcdef", "A=1"};
	for (size_t i = 0; i < array_len(none); i++)
		assert_null(field(none[i], "a"));
	char small[2];
	assert_false(form_field("a=%4", 4, "a", small, sizeof small));
}

static void
form_numbers_are_whole_and_in_range(void **state)
{
	static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "1.0", "11", "1e1",
		"0x1", "99999999999", "x"};
	int v = -1;
	(void)state;
	assert_true(form_number("0", 10, &v));
	assert_int_equal(v, 0);
	assert_true(form_number("10", 10, &v));
	assert_int_equal(v, 10);
	for (size_t i = 0; i < array_len(bad); i++)
		assert_false(form_number(bad[i], 10, &v));
	assert_int_equal(v, 10);
}

static void
hosts_are_ours_or_not(void **state)
{
	static const char *const ours[] = {"localhost", "LOCALHOST:8377",
		"127.0.0.1:8377", "[::1]:8377", "[::1]", "192.168.1.5:8377", "hub.local",
		"Hub.Local:80", "10.0.0.7", "[fe80::2]:1"};
	static const char *const foreign[] = {"", ":8377", "evil.example",
		"localhost.evil.example", "hub.local.evil.example", "hub",
		"127.0.0.1.nip.io", "[::1", "[::1]x", "[]", "192.168.1.50", " localhost",
		"localhost,evil", "10.0"};
	(void)state;
	for (size_t i = 0; i < array_len(ours); i++)
		assert_true(guard_host_is_ours(
			ours[i], "192.168.1.5", "10.0.0.7", "hub.local [fe80::2]"));
	for (size_t i = 0; i < array_len(foreign); i++)
		assert_false(guard_host_is_ours(
			foreign[i], "192.168.1.5", "10.0.0.7", "hub.local [fe80::2]"));
	assert_false(guard_host_is_ours(NULL, "192.168.1.5", NULL, ""));
}

static void
what_another_page_sends_is_told_from_our_own(void **state)
{
	(void)state;
	assert_true(guard_is_same_origin(NULL, NULL, "hub:1"));
	assert_true(guard_is_same_origin("same-origin", "http://hub:1", "hub:1"));
	assert_true(guard_is_same_origin(NULL, "https://hub.example", "hub.example"));
	static const char *const sites[] = {
		"cross-site", "same-site", "none", "", "Same-Origin"};
	for (size_t i = 0; i < array_len(sites); i++)
		assert_false(guard_is_same_origin(sites[i], "http://hub:1", "hub:1"));
	static const char *const origins[] = {"null", "", "http://evil", "http://hub:2",
		"http://hub", "hub:1", "ftp://hub:1", "http://hub:1/", "http://"};
	for (size_t i = 0; i < array_len(origins); i++)
		assert_false(guard_is_same_origin(NULL, origins[i], "hub:1"));
}

static void
secrets_are_compared_whole(void **state)
{
	char a[GUARD_SECRET_LEN], b[GUARD_SECRET_LEN];
	(void)state;
	assert_true(secret_same("", ""));
	assert_true(secret_same("abc", "abc"));
	assert_false(secret_same("abc", "abd"));
	assert_false(secret_same("abc", "ab"));
	assert_false(secret_same("ab", "abab"));
	assert_false(secret_same("abab", "ab"));
	assert_false(secret_same("a", ""));
	assert_false(secret_same("", "a"));
	assert_false(secret_same(NULL, "a"));
	assert_false(secret_same(NULL, NULL));
	assert_int_equal(guard_secret(a), 0);
	assert_int_equal(guard_secret(b), 0);
	assert_int_equal(strlen(a), GUARD_SECRET_LEN - 1);
	assert_string_not_equal(a, b);
}

/* --- the pages ----------------------------------------------------------------------------- */

#define HOSTILE "<script>alert(1)</script>\"'&\x01"

struct rig {
	struct person who;
	struct policy policy;
	struct night night;
	struct day day, days[RENDER_DAYS];
	struct alert notice;
	struct render_stages stages;
	double usual[NIGHT_NUMBERS];
	struct render_view view;
	struct render_frame frame;
	char *text;
};

/* A night with everything; tests take things away. */
static struct rig *
rig_new(void)
{
	struct rig *r = xcalloc(1, sizeof *r);
	r->who = (struct person){.id = "anna", .name = "Anna"};
	assert_int_equal(zone_open("UTC", &r->who.zone), 0);
	r->policy.min_rated_days = 14;
	utc_ms morning = zone_instant(r->who.zone, DAY(20541), 420);
	r->night = (struct night){.person = "anna",
		.date = DAY(20541),
		.kind = SLEEP_MAIN,
		.in_bed = UTC(morning.ms - 8 * HOUR_MS),
		.onset = UTC(morning.ms - 7 * HOUR_MS),
		.wake = morning,
		.out_of_bed = morning,
		.coverage = 1,
		.n_values = 4};
	static const struct named_value values[] = {{"night.awakenings", 26, 1},
		{"night.score", 84.9, 1}, {"night.se", 86, 1}, {"night.waso", 74, 1}};
	memcpy(r->night.values, values, sizeof values);
	for (unsigned i = 0; i < NIGHT_NUMBERS; i++)
		r->usual[i] = NAN;
	for (int i = 0; i < RENDER_DAYS; i++) {
		r->days[i].date = DAY(20541 - RENDER_DAYS + 1 + i);
		r->days[i].score = i % 3 ? 80 : NAN;
		for (int k = 0; k < RATING_KINDS; k++)
			r->days[i].rating[k] = i % 2 ? i % 11 : NAN;
	}
	r->day.has_forecast = 1;
	r->day.forecast = (struct forecast){.probability = 0.3,
		.base_rate = 0.16,
		.rated_days = 60,
		.positives = 10,
		.like_days = 14,
		.like_high = 6,
		.n_reasons = 1};
	snprintf(r->day.forecast.missing, WHY_LEN, "sleep_quality");
	r->day.forecast.reasons[0] =
		(struct reason){"tracker", 1.6, 0, 0.12, "pain_forecast"};
	r->view = (struct render_view){.who = &r->who,
		.policy = &r->policy,
		.today = DAY(20541),
		.date = DAY(20541),
		.night = &r->night,
		.usual = r->usual,
		.n_usual = 20,
		.day = &r->day,
		.days = r->days,
		.record = ""};
	for (int k = 0; k < RATING_KINDS; k++)
		r->view.given[k] = NAN;
	r->frame = (struct render_frame){LANGUAGE_EN, "abc", "f00d"};
	return r;
}

static const char *
drawn(struct rig *r)
{
	struct html h = {0};
	render_person(&h, &r->frame, &r->view);
	assert_false(h.overflow);
	free(r->text);
	r->text = xcalloc(1, h.n + 1);
	memcpy(r->text, h.data, h.n);
	html_finish(&h);
	return r->text;
}

static void
rig_free(struct rig *r)
{
	zone_free(r->who.zone);
	free(r->text);
	free(r);
}

static unsigned
count(const char *text, const char *part)
{
	unsigned n = 0;
	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

static void
hostile_names_and_texts_are_escaped(void **state)
{
	struct rig *r = rig_new();
	(void)state;
	snprintf(r->who.name, sizeof r->who.name, "%s", HOSTILE);
	snprintf(r->notice.title, sizeof r->notice.title, "%s", HOSTILE);
	snprintf(r->notice.text, sizeof r->notice.text, "%s", HOSTILE);
	r->notice.state = ALERT_RAISED;
	r->view.notice = &r->notice;
	snprintf(r->night.insufficient, WHY_LEN, "%s", HOSTILE);
	r->view.record = HOSTILE;
	const char *page = drawn(r);
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "\"'&\x01"));
	/* title, heading, notice's title and text, the night, the record */
	assert_int_equal(
		count(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;?"), 6);
	rig_free(r);
}

static void
pages_have_no_script_and_nothing_from_elsewhere(void **state)
{
	static const char *const never[] = {"<script",
		"javascript:", "http:", "https:", "//", "<img", "<iframe", "<object",
		" style=", " onclick", "url(", "@import", "red", "#f00"};
	struct rig *r = rig_new();
	(void)state;
	r->view.several = 1;
	const char *page = drawn(r);
	for (size_t i = 0; i < array_len(never); i++) {
		/* words like "rated" and "measured" are text; colours are not */
		const char *at = strcmp(never[i], "red") == 0 ? strstr(page, ":red")
							      : strstr(page, never[i]);
		if (at)
			print_message("%s: %.60s\n", never[i], at);
		assert_null(at);
	}
	rig_free(r);
}

static void
unknown_numbers_say_so(void **state)
{
	struct rig *r = rig_new();
	(void)state;
	const char *page = drawn(r);
	assert_non_null(strstr(page, "<td>74 min</td><td>not known</td>"));
	assert_null(strstr(page, "nan"));
	/* counts, shares and scores are numbers as `explain` has them */
	assert_non_null(strstr(page, "<td>26</td>"));
	assert_non_null(strstr(page, "<td>86 %</td>"));
	assert_non_null(strstr(page, "<td>84.9</td>"));
	assert_null(strstr(page, "<td></td>"));
	r->view.night = NULL;
	page = drawn(r);
	assert_non_null(strstr(page, "No main sleep is known for this date."));
	r->view.day = NULL;
	page = drawn(r);
	assert_non_null(strstr(page, "None has been made yet."));
	rig_free(r);
}

static void
every_rating_can_be_tapped_and_shows_what_was_given(void **state)
{
	struct rig *r = rig_new();
	(void)state;
	const char *page = drawn(r);
	assert_int_equal(count(page, "action=\"/anna/rate\""), 3);
	assert_int_equal(count(page, "name=\"value\""), 33);
	assert_int_equal(count(page, "name=\"form\" value=\"f00d\""), 3);
	assert_int_equal(count(page, "aria-pressed"), 0);
	r->view.given[RATING_PAIN_DAY] = 0;
	r->view.given_at[RATING_PAIN_DAY] = r->night.wake;
	page = drawn(r);
	assert_int_equal(count(page, "aria-pressed"), 1);
	assert_non_null(strstr(page, "0 at 07:00. Another tap corrects it."));
	rig_free(r);
}

static void
answers_are_offered_for_this_mornings_notice_only(void **state)
{
	struct rig *r = rig_new();
	(void)state;
	assert_int_equal(count(drawn(r), "/anna/answer"), 0);
	r->view.notice = &r->notice;
	r->notice.state = ALERT_RAISED;
	assert_int_equal(count(drawn(r), "/anna/answer"), 1);
	assert_int_equal(count(drawn(r), "name=\"what\""), 3);
	r->view.today = DAY(20542);
	assert_int_equal(count(drawn(r), "/anna/answer"), 0);
	r->view.today = r->view.date;
	r->notice.state = ALERT_WITHDRAWN;
	assert_int_equal(count(drawn(r), "/anna/answer"), 0);
	rig_free(r);
}

static void
the_outlook_is_told_in_the_words_of_explain(void **state)
{
	struct rig *r = rig_new();
	(void)state;
	const char *page = drawn(r);
	assert_non_null(strstr(page, "higher than usual for you"));
	assert_non_null(strstr(page, "a less restful night than your usual"));
	assert_non_null(strstr(page, "Of 14 rated days after nights like this"));
	assert_non_null(strstr(page, "your sleep rating of this morning"));
	r->day.forecast.rated_days = 9;
	page = drawn(r);
	assert_non_null(strstr(page, "learning: 9 of 14 rated days"));
	assert_non_null(strstr(page, "your sleep rating of this morning"));
	assert_null(strstr(page, "nights like this"));
	rig_free(r);
}

/* tests/lint/words judges the sentences; these are the page's own. */
static void
no_word_of_illness_or_alarm_can_be_read(void **state)
{
	static const char *const never[] = {"pain", "alarm", "alert", "warning", "risk",
		"flare", "diagnos", "danger", "urgent", "doctor", "medic", "symptom",
		"disease", "should", "must", "!"};
	struct rig *r = rig_new();
	char *said, *to;
	(void)state;
	said = to = xstrdup(strstr(drawn(r), "<body>"));
	for (const char *p = said; *p; p++) { /* without the markup */
		if (*p == '<')
			p += strcspn(p, ">");
		else
			*to++ = *p;
	}
	*to = '\0';
	for (size_t i = 0; i < array_len(never); i++)
		if (strcasestr(said, never[i]))
			fail_msg("'%s' in: %s", never[i], said);
	free(said);
	rig_free(r);
}

static void
stages_are_drawn_in_two_rows_or_four(void **state)
{
	struct rig *r = rig_new();
	(void)state;
	assert_null(strstr(drawn(r), "class=\"hyp"));
	r->stages = (struct render_stages){.start = r->night.in_bed,
		.end = r->night.out_of_bed,
		.n = 2,
		.list = {{0, 3600, STAGE_AWAKE}, {3600, 7 * 3600, STAGE_ASLEEP}}};
	r->view.stages = &r->stages;
	const char *page = drawn(r);
	assert_non_null(strstr(page, "class=\"hyp two\""));
	assert_non_null(strstr(page,
		"<rect class=\"w\" x=\"0.0\" y=\"1\" width=\"90.0\" height=\"48\"/>"));
	assert_non_null(strstr(page,
		"<rect class=\"l\" x=\"90.0\" y=\"51\" width=\"630.0\" height=\"48\"/>"));
	r->stages.list[1].stage = STAGE_DEEP;
	page = drawn(r);
	assert_non_null(strstr(page, "class=\"hyp\""));
	assert_non_null(strstr(page, "<rect class=\"d\" x=\"90.0\" y=\"76\""));
	rig_free(r);
}

static void
everything_is_said_in_german_to_who_reads_german(void **state)
{
	static const char *const english[] = {"outlook", "Your ", "night", "usual",
		"asleep", "Discomfort", "known", "What is", "Thursday", "tap"};
	struct rig *r = rig_new();
	(void)state;
	r->frame.language = LANGUAGE_DE;
	r->who.language = LANGUAGE_DE;
	r->view.given[RATING_PAIN_DAY] = 3;
	r->view.given_at[RATING_PAIN_DAY] = r->night.wake;
	const char *page = drawn(r);
	assert_non_null(strstr(page, "<html lang=\"de\">"));
	const char *body = strstr(page, "<body>");
	for (size_t i = 0; i < array_len(english); i++) {
		const char *at = strstr(body, english[i]);
		/* inside a tag it is markup */
		if (at && strcspn(at, "<") < strcspn(at, ">"))
			fail_msg("%.60s", at);
	}
	rig_free(r);
}

static void
bars_leave_gaps_and_show_a_zero(void **state)
{
	struct rig *r = rig_new();
	(void)state;
	for (int i = 0; i < RENDER_DAYS; i++) {
		r->days[i].score = NAN;
		for (int k = 0; k < RATING_KINDS; k++)
			r->days[i].rating[k] = NAN;
	}
	assert_int_equal(count(drawn(r), "<title>2026-"), 0);
	r->days[3].rating[RATING_PAIN_DAY] = 0;
	assert_int_equal(count(drawn(r), "<title>2026-"), 1);
	assert_non_null(strstr(r->text, "y=\"97.0\""));
	rig_free(r);
}

static void
a_document_that_grows_too_large_is_noticed(void **state)
{
	struct html h = {0};
	(void)state;
	for (int i = 0; i < HTML_MAX / 10; i++)
		html_put(&h, "0123456789ab");
	assert_true(h.overflow);
	assert_true(h.n <= HTML_MAX);
	html_finish(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form_fields_are_decoded_or_refused),
		cmocka_unit_test(form_numbers_are_whole_and_in_range),
		cmocka_unit_test(hosts_are_ours_or_not),
		cmocka_unit_test(what_another_page_sends_is_told_from_our_own),
		cmocka_unit_test(secrets_are_compared_whole),
		cmocka_unit_test(hostile_names_and_texts_are_escaped),
		cmocka_unit_test(pages_have_no_script_and_nothing_from_elsewhere),
		cmocka_unit_test(unknown_numbers_say_so),
		cmocka_unit_test(every_rating_can_be_tapped_and_shows_what_was_given),
		cmocka_unit_test(answers_are_offered_for_this_mornings_notice_only),
		cmocka_unit_test(the_outlook_is_told_in_the_words_of_explain),
		cmocka_unit_test(no_word_of_illness_or_alarm_can_be_read),
		cmocka_unit_test(stages_are_drawn_in_two_rows_or_four),
		cmocka_unit_test(everything_is_said_in_german_to_who_reads_german),
		cmocka_unit_test(bars_leave_gaps_and_show_a_zero),
		cmocka_unit_test(a_document_that_grows_too_large_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
