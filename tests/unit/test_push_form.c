/* SPDX-License-Identifier: MIT */
/* The form of a notice for each kind of server, byte for byte, and what of it may be seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out/push_form.h"

#define NASTY "Say \"so\" \\ a\nline\t\x01 und \xc3\xa4 \xf0\x9f\x8c\x99 {{id}} &=+%</b>"
#define NASTY_J                                                                          \
	"Say \\\"so\\\" \\\\ a\\nline\\t\\u0001 und \xc3\xa4 \xf0\x9f\x8c\x99 {{id}} "   \
	"&=+%</b>"
#define NASTY_F                                                                          \
	"Say%20%22so%22%20%5C%20a%0Aline%09%01%20und%20%C3%A4%20%F0%9F%8C%99%20%7B%7B"   \
	"id%7D%7D%20%26%3D%2B%25%3C%2Fb%3E"

static struct notice
a_notice(enum notice_kind kind)
{
	struct notice n;
	notice_init(&n, "anna", DAY(20780), kind);
	n.revision = 2;
	n.issued = UTC(INT64_C(1795421700000));
	n.expires = UTC(INT64_C(1795456800000));
	snprintf(n.title, sizeof n.title, "A gentler day");
	snprintf(n.text, sizeof n.text, "%s", NASTY);
	snprintf(n.discreet_title, sizeof n.discreet_title, "dozed");
	snprintf(n.discreet_text, sizeof n.discreet_text, "There is a note for you.");
	return n;
}

static struct push_notice
through_the_outbox(enum notice_kind kind, int discreet)
{
	struct notice n = a_notice(kind);
	struct bytes b = push_notice_encode(&n, LANGUAGE_DE);
	struct push_notice ret;
	assert_non_null(b.data);
	assert_int_equal(push_notice_read(b.data, b.size, discreet, &ret), 0);
	free(b.data);
	return ret;
}

static struct push_config
of_kind(int kind, const char *url)
{
	struct push_config c = {.name = "phone", .kind = kind, .timeout_s = 20};
	snprintf(c.url, sizeof c.url, "%s", url);
	snprintf(c.content_type, sizeof c.content_type, "application/json");
	return c;
}

static const struct push_secrets secrets = {"tk_secret", "u_key"};

static void
assert_form(const struct push_config *c, const struct push_notice *n, const char *url,
	const char *line, const char *body)
{
	struct push_request r;
	char why[FILL_WHY_LEN] = "";
	if (push_form(c, n, &secrets, NULL, &r, why) != 0)
		fail_msg("%s", why);
	assert_string_equal(r.url, url);
	assert_string_equal(r.body, body);
	assert_int_equal(r.size, strlen(body));
	int found = 0;
	for (unsigned i = 0; i < r.n_lines; i++)
		found |= strcmp(r.lines[i], line) == 0;
	if (!found)
		fail_msg("no line %s", line);
	push_request_finish(&r);
	assert_null(r.body);
}

static void
ntfy_gets_json_at_the_root_with_a_sequence_id(void **state)
{
	(void)state;
	struct push_config c = of_kind(PUSH_NTFY, "https://ntfy.example/");
	struct push_notice n = through_the_outbox(NOTICE_PAIN_DAY, 0);
	snprintf(c.topic, sizeof c.topic, "t1");
	snprintf(c.click, sizeof c.click, "https://hub/");
	assert_form(&c, &n, "https://ntfy.example/", "Authorization: Bearer tk_secret",
		"{\"topic\":\"t1\",\"title\":\"A gentler day\",\"message\":\"" NASTY_J
		"\",\"priority\":3,\"tags\":[\"pain_day_expected\"],"
		"\"sequence_id\":\"anna-2026-11-23\",\"click\":\"https://hub/\"}");
	push_notice_finish(&n);
}

static void
ntfys_buttons_post_an_answer_or_a_rating(void **state)
{
	(void)state;
	struct push_config c = of_kind(PUSH_NTFY, "https://n");
	snprintf(c.answer_url, sizeof c.answer_url, "https://hub/answer");
	for (int prompt = 0; prompt < 2; prompt++) {
		struct push_notice n = through_the_outbox(
			prompt ? NOTICE_PAIN_PROMPT : NOTICE_PAIN_DAY, 0);
		struct push_request r;
		char why[FILL_WHY_LEN];
		assert_int_equal(push_form(&c, &n, &secrets, NULL, &r, why), 0);
		json_t *o = json_loads(r.body, 0, NULL), *list, *b;
		list = json_object_get(o, "actions");
		assert_int_equal(json_array_size(list), 3);
		b = json_array_get(list, 1);
		assert_string_equal(
			json_string_value(json_object_get(b, "action")), "http");
		assert_string_equal(json_string_value(json_object_get(b, "url")),
			"https://hub/answer");
		assert_string_equal(json_string_value(json_object_get(b, "body")),
			prompt ? "{\"person\":\"anna\",\"kind\":\"pain_day\",\"value\":5}"
			       : "{\"person\":\"anna\",\"cmd\":\"snooze\",\"id\":"
				 "\"anna-2026-11-23-pain_day_expected\"}");
		json_decref(o);
		push_request_finish(&r);
		push_notice_finish(&n);
	}
}

static void
gotify_gets_its_key_and_extras(void **state)
{
	(void)state;
	struct push_config c = of_kind(PUSH_GOTIFY, "https://g/base/");
	struct push_notice n = through_the_outbox(NOTICE_SLEEP_PROMPT, 0);
	assert_form(&c, &n, "https://g/base/message", "X-Gotify-Key: tk_secret",
		"{\"title\":\"A gentler day\",\"message\":\"" NASTY_J "\",\"priority\":2,"
		"\"extras\":{\"client::display\":{\"contentType\":\"text/plain\"},"
		"\"dozed::notice\":{\"id\":\"anna-2026-11-23-sleep_prompt\",\"tag\":"
		"\"anna-2026-11-23-sleep\",\"revision\":2}}}");
	push_notice_finish(&n);
}

static void
pushover_gets_a_form(void **state)
{
	(void)state;
	struct push_config c = of_kind(PUSH_PUSHOVER, "");
	struct push_notice n = through_the_outbox(NOTICE_PAIN_DAY, 0);
	snprintf(c.click, sizeof c.click, "https://hub/?a=1");
	assert_form(&c, &n, PUSH_URL_PUSHOVER,
		"Content-Type: application/x-www-form-urlencoded",
		"token=tk_secret&user=u_key&title=A%20gentler%20day&message=" NASTY_F
		"&priority=0&url=https%3A%2F%2Fhub%2F%3Fa%3D1");
	push_notice_finish(&n);
}

static void
home_assistant_gets_the_notice_at_its_webhook(void **state)
{
	(void)state;
	struct push_config c = of_kind(PUSH_HOMEASSISTANT, "http://127.0.0.1:8123/");
	struct push_notice n = through_the_outbox(NOTICE_PAIN_PROMPT, 0);
	assert_form(&c, &n, "http://127.0.0.1:8123/api/webhook/tk_secret",
		"Content-Type: application/json",
		"{\"id\":\"anna-2026-11-23-pain_prompt\",\"revision\":2,\"tag\":"
		"\"anna-2026-11-23-pain\",\"person\":\"anna\",\"date\":\"2026-11-23\","
		"\"event_type\":\"pain_prompt\",\"rating\":\"pain_day\",\"title\":"
		"\"A gentler day\",\"text\":\"" NASTY_J "\",\"language\":\"de\","
		"\"issued_at\":\"2026-11-23T08:15:00Z\",\"expires_at\":"
		"\"2026-11-23T18:00:00Z\"}");
	push_notice_finish(&n);
}

static void
a_template_is_filled_in_by_the_rules_of_its_type(void **state)
{
	(void)state;
	static const struct {
		const char *type, *template, *body;
	} rows[] = {
		{"application/json", "{\"a\": \"<{{ text }}>\", \"n\": {{revision}}}",
			"{\"a\": \"<" NASTY_J ">\", \"n\": 2}"},
		{"application/activity+json; charset=utf-8", "\"{{tag}}\"",
			"\"anna-2026-11-23\""},
		{"application/x-www-form-urlencoded", "m={{text}}&p={{priority}}",
			"m=" NASTY_F "&p=normal"},
		{"text/plain", "{{title}}: {{text}}", "A gentler day: " NASTY},
	};
	struct push_notice n = through_the_outbox(NOTICE_PAIN_DAY, 0);
	for (size_t i = 0; i < array_len(rows); i++) {
		struct push_config c =
			of_kind(PUSH_WEBHOOK, "https://h/x/{{token}}/{{title}}");
		char line[128];
		snprintf(c.template, sizeof c.template, "%s", rows[i].template);
		snprintf(c.content_type, sizeof c.content_type, "%s", rows[i].type);
		snprintf(line, sizeof line, "Content-Type: %s", rows[i].type);
		c.n_headers = 1;
		snprintf(c.headers[0], sizeof c.headers[0],
			"Authorization: Key {{token}}");
		assert_form(&c, &n, "https://h/x/tk_secret/A%20gentler%20day", line,
			rows[i].body);
		assert_form(&c, &n, "https://h/x/tk_secret/A%20gentler%20day",
			"Authorization: Key tk_secret", rows[i].body);
	}
	push_notice_finish(&n);
}

static void
a_template_that_will_not_do_is_told(void **state)
{
	(void)state;
	struct push_config c = of_kind(PUSH_WEBHOOK, "https://h/");
	struct push_notice n = through_the_outbox(NOTICE_PAIN_DAY, 0);
	struct push_request r;
	char why[FILL_WHY_LEN];
	assert_int_not_equal(push_form(&c, &n, &secrets, "{\"a\": {{x}}}", &r, why), 0);
	assert_string_equal(why, "{{x}} is no name that is known here");
	assert_int_not_equal(
		push_form(&c, &n, &secrets, "{\"a\": \"{{text\"}", &r, why), 0);
	assert_string_equal(why, "a {{ has no }}");
	assert_int_not_equal(
		push_form(&c, &n, &secrets, "{\"a\": {{text}}}", &r, why), 0);
	assert_non_null(strstr(why, "is no JSON once it is filled in"));
	const struct push_secrets two = {"a\r\nX-Evil: 1", ""};
	assert_int_not_equal(push_form(&c, &n, &two, NULL, &r, why), 0);
	assert_string_equal(why, "a secret is more than one line");
	push_notice_finish(&n);
}

/* Whatever the kind, nothing that leaves the house says what it is about or of whom. */
static void
a_discreet_notice_says_nothing(void **state)
{
	(void)state;
	static const char *const never[] = {
		"pain", "sleep", "anna", "gentler", "Say", "good_night", "\"actions\""};
	static const int kinds[] = {
		PUSH_NTFY, PUSH_GOTIFY, PUSH_PUSHOVER, PUSH_HOMEASSISTANT, PUSH_WEBHOOK};
	for (size_t k = 0; k < array_len(kinds); k++)
		for (int kind = NOTICE_PAIN_DAY; kind < NOTICE_KINDS; kind++) {
			struct push_config c = of_kind(kinds[k], "https://s.example");
			snprintf(c.answer_url, sizeof c.answer_url, "https://a");
			struct push_notice n =
				through_the_outbox((enum notice_kind)kind, 1);
			struct push_request r;
			char why[FILL_WHY_LEN];
			assert_int_equal(push_form(&c, &n, &secrets, NULL, &r, why), 0);
			for (size_t i = 0; i < array_len(never); i++)
				if (strstr(r.body, never[i]))
					fail_msg("%s in %s", never[i], r.body);
			assert_non_null(strstr(r.body, "note"));
			push_request_finish(&r);
			push_notice_finish(&n);
		}
}

static void
a_hidden_tag_is_the_same_each_time_and_another_for_another(void **state)
{
	(void)state;
	struct push_notice a = through_the_outbox(NOTICE_PAIN_DAY, 1),
			   b = through_the_outbox(NOTICE_CORRECTION, 1),
			   c = through_the_outbox(NOTICE_SLEEP_PROMPT, 1);
	assert_string_equal(a.tag, b.tag); /* the correction replaces the alert */
	assert_string_not_equal(a.tag, c.tag);
	assert_int_equal(strlen(a.tag), 22);
	assert_int_equal(strspn(a.tag, "dozed-0123456789abcdef"), 22);
	push_notice_finish(&a);
	push_notice_finish(&b);
	push_notice_finish(&c);
}

static void
nothing_of_ours_is_an_emergency(void **state)
{
	(void)state;
	struct push_notice n = through_the_outbox(NOTICE_PAIN_DAY, 0);
	for (int p = PUSH_AUTO; p <= PUSH_HIGH; p++) {
		struct push_config ntfy = of_kind(PUSH_NTFY, "https://n"),
				   over = of_kind(PUSH_PUSHOVER, "");
		struct push_request r;
		char why[FILL_WHY_LEN];
		ntfy.priority = over.priority = p;
		assert_int_equal(push_form(&ntfy, &n, &secrets, NULL, &r, why), 0);
		assert_null(strstr(r.body, "\"priority\":5"));
		push_request_finish(&r);
		assert_int_equal(push_form(&over, &n, &secrets, NULL, &r, why), 0);
		assert_null(strstr(r.body, "&priority=2"));
		push_request_finish(&r);
	}
	push_notice_finish(&n);
}

static void
what_is_no_notice_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "{}", "[]", "{\"id\":\"x\"}", "{\"id\":3", "null"};
	struct push_notice n;
	for (size_t i = 0; i < array_len(bad); i++)
		assert_int_not_equal(push_notice_read(bad[i], strlen(bad[i]), 0, &n), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ntfy_gets_json_at_the_root_with_a_sequence_id),
		cmocka_unit_test(ntfys_buttons_post_an_answer_or_a_rating),
		cmocka_unit_test(gotify_gets_its_key_and_extras),
		cmocka_unit_test(pushover_gets_a_form),
		cmocka_unit_test(home_assistant_gets_the_notice_at_its_webhook),
		cmocka_unit_test(a_template_is_filled_in_by_the_rules_of_its_type),
		cmocka_unit_test(a_template_that_will_not_do_is_told),
		cmocka_unit_test(a_discreet_notice_says_nothing),
		cmocka_unit_test(
			a_hidden_tag_is_the_same_each_time_and_another_for_another),
		cmocka_unit_test(nothing_of_ours_is_an_emergency),
		cmocka_unit_test(what_is_no_notice_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
