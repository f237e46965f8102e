/* SPDX-License-Identifier: MIT */
/* What the hub publishes, read back by protobuf-c and jansson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dozed/v1/out.pb-c.h"
#include "out/encode.h"

#define T0 INT64_C(1774737720000) /* 2026-03-28T22:42:00Z, the night of the EU change */

static struct zone *berlin;

static int
open_zone(void **state)
{
	(void)state;
	return zone_open("Europe/Berlin", &berlin);
}

static int
close_zone(void **state)
{
	(void)state;
	berlin = zone_free(berlin);
	return 0;
}

static struct night
a_night(void)
{
	struct night n = {.person = "anna",
		.date = DAY(20541), /* 2026-03-29 */
		.kind = SLEEP_MAIN,
		.revision = 2,
		.in_bed = UTC(T0),
		.onset = UTC(T0 + 10 * MINUTE_MS),
		.wake = UTC(T0 + 400 * MINUTE_MS),
		.out_of_bed = UTC(T0 + 410 * MINUTE_MS),
		.offset_start_s = 3600,
		.offset_end_s = 7200,
		.coverage = 0.98765,
		.sources = "csv,fitbit",
		.n_values = 4};
	n.values[0] = (struct named_value){"night.awakenings", NAN, 0};
	n.values[1] = (struct named_value){"night.se", 87.8048, 1};
	n.values[2] = (struct named_value){"night.tst", 360.0, 1};
	n.values[3] = (struct named_value){"night.waso", 0, 1};
	return n;
}

static struct forecast
a_forecast(void)
{
	struct forecast f = {.person = "anna",
		.date = DAY(20541),
		.issued = UTC(T0 + 440 * MINUTE_MS),
		.probability = 0.3141592653589793,
		.low = 0.2,
		.threshold = 5.75,
		.base_rate = 0.1584,
		.rated_days = 61,
		.scorer = "pain_forecast 1.0",
		.missing = "sleep_quality,yesterday",
		.n_reasons = 2};
	f.reasons[0] = (struct reason){"waso_high", 129, 55, 0.25, "pain_forecast"};
	f.reasons[1] = (struct reason){"recent_pain", 5.5, 4.5, -0.25, "pain_forecast"};
	return f;
}

static struct alert
an_alert(enum alert_state s)
{
	return (struct alert){.id = "anna-2026-03-29-outlook",
		.person = "anna",
		.rule = "outlook",
		.date = DAY(20541),
		.revision = 1,
		.state = s,
		.issued = UTC(T0 + 440 * MINUTE_MS),
		.title = "You may like to plan a gentler day",
		.text = "Good morning, \"Änne\"."};
}

static struct bytes
state_of(const struct night *n, const struct forecast *f, const struct alert *a, int pain)
{
	struct state_facts facts = {n, f, a, NULL, berlin, LANGUAGE_EN, pain};
	return encode_state_json(&facts);
}

static void
night_survives_protobuf(void **state)
{
	(void)state;
	struct night n = a_night();
	struct bytes b = encode_night(&n);
	Dozed__V1__Night *m = dozed__v1__night__unpack(NULL, b.size, b.data);
	assert_non_null(m);
	assert_string_equal(m->person, "anna");
	assert_int_equal(m->date, 20541);
	assert_int_equal(m->kind, DOZED__V1__SLEEP_KIND__SLEEP_KIND_MAIN);
	assert_int_equal(m->revision, 2);
	assert_true(m->in_bed_ms == T0 && m->out_of_bed_ms == T0 + 410 * MINUTE_MS);
	assert_true(m->onset_ms == n.onset.ms && m->wake_ms == n.wake.ms);
	assert_int_equal(m->utc_offset_start_min, 60);
	assert_int_equal(m->utc_offset_end_min, 120);
	assert_true(m->coverage == n.coverage);
	assert_int_equal(m->n_sources, 2);
	assert_string_equal(m->sources[1], "fitbit");
	assert_int_equal(
		m->n_values, 3); /* the unknown one is left out, the zero is not */
	assert_string_equal(m->values[2]->name, "night.waso");
	assert_true(m->values[2]->value == 0);
	assert_true(m->values[0]->value == 87.8048);
	assert_string_equal(m->insufficient, "");
	dozed__v1__night__free_unpacked(m, NULL);
	free(b.data);
}

static void
alert_carries_its_forecast_through_protobuf(void **state)
{
	(void)state;
	struct forecast f = a_forecast();
	struct alert a = an_alert(ALERT_CORRECTED);
	struct bytes b = encode_alert(&a, &f), plain = encode_forecast(&f);
	Dozed__V1__Alert *m = dozed__v1__alert__unpack(NULL, b.size, b.data);
	assert_non_null(m);
	assert_string_equal(m->id, a.id);
	assert_string_equal(m->rule, "outlook");
	assert_int_equal(m->state, DOZED__V1__ALERT_STATE__ALERT_STATE_CORRECTED);
	assert_string_equal(m->text, a.text);
	assert_non_null(m->forecast);
	assert_true(m->forecast->probability == f.probability);
	assert_true(m->forecast->threshold == 5.75 && m->forecast->low == 0.2);
	assert_int_equal(m->forecast->rated_days, 61);
	assert_int_equal(m->forecast->n_reasons, 2);
	assert_true(m->forecast->reasons[1]->weight == -0.25);
	assert_int_equal(m->forecast->n_missing, 2);
	assert_string_equal(m->forecast->missing[1], "yesterday");
	Dozed__V1__Forecast *alone =
		dozed__v1__forecast__unpack(NULL, plain.size, plain.data);
	assert_non_null(alone);
	assert_string_equal(alone->scorer, "pain_forecast 1.0");
	dozed__v1__forecast__free_unpacked(alone, NULL);
	dozed__v1__alert__free_unpacked(m, NULL);
	free(b.data);
	free(plain.data);
}

static json_t *
parsed(struct bytes b)
{
	json_error_t e;
	json_t *j = json_loadb((const char *)b.data, b.size, 0, &e);
	if (!j)
		fail_msg("%s in %s", e.text, (const char *)b.data);
	free(b.data);
	return j;
}

static const char *
str(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : "(none)";
}

static void
night_json_has_local_times_rounded_numbers_and_nulls(void **state)
{
	(void)state;
	struct night n = a_night();
	n.n_notes = 1;
	n.notes[0] = (struct night_note){"odi", "a single SpO2 value"};
	n.n_reasons = 1;
	n.reasons[0] = (struct reason){"waso_high", 129, 55, 0.25, "night_score"};
	json_t *j = parsed(encode_night_json(&n, berlin, LANGUAGE_EN));
	assert_string_equal(str(j, "date"), "2026-03-29");
	assert_string_equal(str(j, "in_bed"), "2026-03-28T23:42:00+01:00");
	assert_string_equal(str(j, "out_bed"), "2026-03-29T07:32:00+02:00");
	assert_string_equal(str(j, "kind"), "main");
	assert_true(json_is_integer(json_object_get(j, "tst_min")));
	assert_int_equal(json_integer_value(json_object_get(j, "tst_min")), 360);
	assert_true(json_real_value(json_object_get(j, "se_pct")) == 87.8);
	assert_int_equal(json_integer_value(json_object_get(j, "waso_min")), 0);
	assert_true(json_is_integer(json_object_get(j, "waso_min")));
	assert_true(json_is_null(json_object_get(j, "awakenings")));
	assert_true(json_is_null(json_object_get(j, "score")));
	assert_true(json_is_null(json_object_get(j, "insufficient")));
	assert_int_equal(json_array_size(json_object_get(j, "sources")), 2);
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(j, "not_given"), "odi")),
		"a single SpO2 value");
	const json_t *r = json_array_get(json_object_get(j, "reasons"), 0);
	assert_string_equal(str(r, "text"), "74 min more awake than your usual");
	json_decref(j);
	memset(&n.onset, 0, sizeof n.onset);
	j = parsed(encode_night_json(&n, NULL, LANGUAGE_EN));
	assert_true(json_is_null(json_object_get(j, "onset")));
	assert_string_equal(str(j, "in_bed"), "2026-03-28T22:42:00Z");
	json_decref(j);
}

static void
a_withdrawn_night_says_so(void **state)
{
	(void)state;
	struct night n = a_night();
	n.gone = 1, n.n_values = n.n_reasons = 0;
	strcpy(n.insufficient, "the record was deleted");
	struct bytes b = encode_night(&n);
	Dozed__V1__Night *m = dozed__v1__night__unpack(NULL, b.size, b.data);
	assert_int_equal(m->status, DOZED__V1__RECORD_STATUS__RECORD_STATUS_DELETED);
	assert_string_equal(m->insufficient, "the record was deleted");
	dozed__v1__night__free_unpacked(m, NULL);
	free(b.data);
	json_t *j = parsed(encode_night_json(&n, berlin, LANGUAGE_EN));
	assert_string_equal(str(j, "status"), "deleted");
	assert_true(json_is_null(json_object_get(j, "coverage")));
	assert_true(json_is_null(json_object_get(j, "tst_min")));
	json_decref(j);
	j = parsed(state_of(&n, NULL, NULL, 0));
	assert_string_equal(str(j, "night_status"), "deleted");
	assert_true(json_is_null(json_object_get(j, "sleep_min")));
	json_decref(j);
	n.gone = 0;
	b = encode_night(&n);
	m = dozed__v1__night__unpack(NULL, b.size, b.data);
	assert_int_equal(m->status, DOZED__V1__RECORD_STATUS__RECORD_STATUS_FINAL);
	dozed__v1__night__free_unpacked(m, NULL);
	free(b.data);
}

static void
state_json_is_flat_and_knows_nothing_without_results(void **state)
{
	(void)state;
	json_t *j = parsed(state_of(NULL, NULL, NULL, 1)), *v;
	const char *key;
	json_object_foreach(j, key, v)
	{
		if (strcmp(key, "night_status") == 0)
			assert_string_equal(json_string_value(v), "none");
		else if (strcmp(key, "outlook_level") == 0)
			assert_string_equal(json_string_value(v), "unknown");
		else if (!json_is_null(v))
			fail_msg("%s is not null", key);
	}
	json_decref(j);
}

static void
state_json_holds_pain_only_where_asked_for(void **state)
{
	(void)state;
	struct night n = a_night();
	struct forecast f = a_forecast();
	struct alert a = an_alert(ALERT_RAISED);
	json_t *j = parsed(state_of(&n, &f, &a, 0)), *v;
	const char *key;
	json_object_foreach(j, key, v)
	{
		if (strstr(key, "pain") || json_is_array(v) || json_is_object(v))
			fail_msg("%s", key);
	}
	assert_int_equal(json_integer_value(json_object_get(j, "day_outlook")), 31);
	assert_string_equal(str(j, "outlook_level"), "higher");
	assert_string_equal(str(j, "outlook_high"), "ON");
	assert_int_equal(json_integer_value(json_object_get(j, "sleep_min")), 360);
	assert_true(json_is_null(json_object_get(j, "night_score")));
	assert_string_equal(str(j, "night_status"), "final");
	json_decref(j);

	a.state = ALERT_WITHDRAWN;
	strcpy(n.insufficient, "coverage 12 %");
	j = parsed(state_of(&n, &f, &a, 1));
	assert_string_equal(str(j, "outlook_high"), "OFF");
	assert_string_equal(str(j, "night_status"), "insufficient");
	assert_true(json_real_value(json_object_get(j, "pain_threshold")) == 5.8);
	assert_true(json_real_value(json_object_get(j, "pain_recent")) == 5.5);
	assert_true(json_is_null(json_object_get(j, "pain_yesterday")));
	json_decref(j);
}

static struct notice
a_notice(enum notice_kind kind)
{
	struct notice n;
	notice_init(&n, "anna", DAY(20541), kind);
	n.issued = UTC(T0 + 440 * MINUTE_MS);
	n.expires = UTC(T0 + 1038 * MINUTE_MS);
	strcpy(n.title, "You may like to plan a gentler day");
	strcpy(n.text, "Good morning, \"Änne\".");
	strcpy(n.discreet_text, "There is a note for you.");
	return n;
}

static void
notice_json_is_an_event_of_home_assistant(void **state)
{
	(void)state;
	struct forecast f = a_forecast();
	struct notice n = a_notice(NOTICE_PAIN_DAY);
	json_t *j = parsed(encode_notice_json(&n, &f, berlin, LANGUAGE_EN));
	assert_string_equal(str(j, "event_type"), "pain_day_expected");
	assert_int_equal(json_integer_value(json_object_get(j, "day_outlook")), 31);
	assert_true(json_real_value(json_object_get(j, "base_rate")) == 0.158);
	assert_string_equal(str(j, "id"), "anna-2026-03-29-pain_day_expected");
	assert_string_equal(str(j, "tag"), "anna-2026-03-29");
	assert_string_equal(str(j, "rule"), "pain_day_expected");
	assert_string_equal(str(j, "night"), "2026-03-29");
	assert_string_equal(str(j, "text"), n.text);
	assert_string_equal(str(j, "title"), n.title);
	assert_string_equal(str(j, "issued_at"), "2026-03-29T08:02:00+02:00");
	assert_string_equal(str(j, "expires_at"), "2026-03-29T18:00:00+02:00");
	const json_t *reasons = json_object_get(j, "reasons");
	assert_int_equal(
		json_array_size(reasons), 1); /* what speaks against it is no reason */
	assert_string_equal(json_string_value(json_array_get(reasons, 0)),
		"74 min more awake than your usual");
	json_decref(j);
}

static void
notice_json_of_a_withdrawal_has_the_same_id_and_tag(void **state)
{
	(void)state;
	struct notice n = a_notice(NOTICE_ALL_CLEAR);
	json_t *j = parsed(encode_notice_json(&n, NULL, berlin, LANGUAGE_EN));
	assert_string_equal(str(j, "event_type"), "all_clear");
	assert_string_equal(str(j, "id"), "anna-2026-03-29-pain_day_expected");
	assert_string_equal(str(j, "tag"), "anna-2026-03-29");
	assert_null(json_object_get(j, "day_outlook"));
	json_decref(j);
}

static void
notice_json_of_a_prompt_has_no_outlook(void **state)
{
	(void)state;
	struct notice n = a_notice(NOTICE_PAIN_PROMPT);
	json_t *j = parsed(encode_notice_json(&n, NULL, berlin, LANGUAGE_EN));
	assert_string_equal(str(j, "event_type"), "pain_prompt");
	assert_string_equal(str(j, "tag"), "anna-2026-03-29-pain");
	assert_string_equal(str(j, "discreet_text"), "There is a note for you.");
	assert_null(json_object_get(j, "day_outlook"));
	assert_null(json_object_get(j, "reasons"));
	json_decref(j);
}

static void
json_survives_broken_text(void **state)
{
	(void)state;
	struct notice n = a_notice(NOTICE_PAIN_DAY);
	strcpy(n.text, "broken \xff utf-8");
	json_t *j = parsed(encode_notice_json(&n, NULL, NULL, LANGUAGE_EN));
	assert_true(json_is_null(json_object_get(j, "text")));
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(night_survives_protobuf),
		cmocka_unit_test(alert_carries_its_forecast_through_protobuf),
		cmocka_unit_test(night_json_has_local_times_rounded_numbers_and_nulls),
		cmocka_unit_test(a_withdrawn_night_says_so),
		cmocka_unit_test(state_json_is_flat_and_knows_nothing_without_results),
		cmocka_unit_test(state_json_holds_pain_only_where_asked_for),
		cmocka_unit_test(notice_json_is_an_event_of_home_assistant),
		cmocka_unit_test(notice_json_of_a_withdrawal_has_the_same_id_and_tag),
		cmocka_unit_test(notice_json_of_a_prompt_has_no_outlook),
		cmocka_unit_test(json_survives_broken_text),
	};
	return cmocka_run_group_tests(tests, open_zone, close_zone);
}
