// SPDX-License-Identifier: MIT
// The decoder by example: sessions, ratings, markers and answers; each reason for refusing.
#include "decode_fixture.h"

/* --- sessions ---------------------------------------------------------------------------- */

static void
a_session_keeps_what_the_vendor_says(void **state)
{
	struct parts *p = with_session();

	(void)state;
	p->metrics[0].metric = DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S;
	p->metrics[0].value = 0;
	p->metrics[1].metric = DOZED__V1__METRIC__METRIC_VENDOR_SCORE;
	p->metrics[1].value = 101;
	p->metrics[2].metric = (Dozed__V1__Metric)77;
	p->metrics[3].metric = DOZED__V1__METRIC__METRIC_AWAKENINGS;
	p->metrics[3].value = 4;
	p->metrics[4].metric = DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S;
	p->metrics[4].value = 23040;
	p->session.n_metrics = 5;
	/* 62 letters and a two-byte one, which does not fit */
	p->origin.source_app = (char *)"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvw"
				       "xyzabcdefghij\xc3\xa9!";
	accepted(p);
	const struct session *s = &got.sessions[0];
	assert_int_equal(s->n_stated, 2);
	assert_int_equal(s->stated[0].kind, STATED_SLEEP);
	assert_true(s->stated[0].value == 384 && s->stated[1].value == 4);
	assert_string_equal(s->source, "fitbit");
	assert_string_equal(s->record_id, "log/1");
	assert_string_equal(
		s->app, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghij");
	assert_int_equal(s->status, RECORD_FINAL);
	assert_int_equal(s->kind, SLEEP_MAIN);
	assert_int_equal(s->offset_end_min, 120);
	assert_int_equal(s->n_stages, 2);
	assert_int_equal(s->stages[1].stage, STAGE_DEEP);
	assert_true(s->latency_s == 0);
	assert_true(isnan(s->vendor_score));
	assert_int_equal(got.refused_samples, 1);
	assert_int_equal(got.last.ms, EVENING + 8 * HOUR_MS);
	p->stages[1].stage = (Dozed__V1__SleepStage)11;
	p->stages[0].stage = (Dozed__V1__SleepStage)0;
	p->session.kind = (Dozed__V1__SleepKind)9;
	accepted(p);
	assert_int_equal(got.sessions[0].stages[0].stage, STAGE_UNMEASURABLE);
	assert_int_equal(got.sessions[0].stages[1].stage, STAGE_UNMEASURABLE);
	assert_int_equal(got.sessions[0].kind, SLEEP_UNSPECIFIED);
}

static void
a_session_that_cannot_be_is_refused(void **state)
{
	struct parts *p = with_session();

	(void)state;
	p->session.end_ms = p->session.start_ms;
	refused(p, "session 1 ends before it starts");
	p->session.end_ms = p->session.start_ms - 1;
	refused(p, "session 1 ends before it starts");
	p = with_session();
	p->session.start_ms = p->session.end_ms - 48 * HOUR_MS;
	p->session.n_stages = 0;
	accepted(p);
	p->session.start_ms--;
	refused(p, "session 1 is longer than 48 hours");
	p = with_session();
	p->stages[1].offset_s = 3599;
	refused(p, "session 1: stage 2 starts before the end of the one before");
	p = with_session();
	p->stages[1].duration_s++;
	refused(p, "session 1: stage 2 runs over the session's end");
	p->stages[1].duration_s = UINT32_MAX;
	refused(p, "session 1: stage 2 runs over the session's end");
	p = with_session();
	p->session.utc_offset_start_min = 1081;
	refused(p, "session 1: a UTC offset beyond 18 hours");
	p = with_session();
	p->origin.status = (Dozed__V1__RecordStatus)4;
	refused(p, "session 1: unknown status");
	p = with_session();
	p->session.origin = NULL;
	refused(p, "session 1 has no origin");
}

static void
only_a_deleted_session_may_lack_its_times(void **state)
{
	struct parts *p = with_session();

	(void)state;
	p->session.start_ms = p->session.end_ms = 0;
	p->session.n_stages = 0;
	refused(p, "session 1 ends before it starts");
	p->origin.status = DOZED__V1__RECORD_STATUS__RECORD_STATUS_DELETED;
	accepted(p);
	assert_int_equal(got.first.ms, 0);
	assert_int_equal(got.last.ms, 0);
	p->session.end_ms = 1;
	accepted(p);
}

static void
a_record_id_is_text_of_1_to_96_bytes(void **state)
{
	static const char *const bad[] = {"\xff", "a\xc0\xaf", "\xe0\x80\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82",
		"x\x80"};
	static char id[99];
	struct parts *p = with_session();

	(void)state;
	p->origin.record_id = (char *)"";
	refused(p, "session 1: record_id is empty or longer than 96 bytes");
	memset(id, 'x', 96);
	p->origin.record_id = id;
	accepted(p);
	assert_string_equal(got.sessions[0].record_id, id);
	id[96] = 'x';
	refused(p, "session 1: record_id is empty or longer than 96 bytes");
	for (size_t i = 0; i < array_len(bad); i++) {
		p->origin.record_id = (char *)bad[i];
		refused(p, "session 1: a text is no UTF-8 or holds a NUL");
	}
	p->origin.record_id = (char *)"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\xb4";
	accepted(p);
	p->origin.source_app = (char *)"\xff";
	refused(p, "session 1: a text is no UTF-8 or holds a NUL");
}

static void
a_nul_inside_of_a_text_is_seen(void **state)
{
	struct parts *p = with_session();

	(void)state;
	p->origin.record_id = (char *)"log/12345";
	size_t n = dozed__v1__batch__pack(&p->b, bytes);
	unsigned char *at = memmem(bytes, n, "log/12345", 9);
	assert_non_null(at);
	at[4] = '\0';
	assert_int_equal(decode_bytes(n, NOW), DECODE_E_REFUSED);
	assert_string_equal(why, "session 1: a text is no UTF-8 or holds a NUL");
}

/* --- ratings, markers, the whole ----------------------------------------------------------- */

static void
ratings_and_markers_are_taken_literally(void **state)
{
	struct parts *p = with_rating();

	(void)state;
	accepted(p);
	assert_int_equal(got.ratings[0].kind, RATING_PAIN_MORNING);
	assert_int_equal(got.ratings[0].value, 10);
	assert_int_equal(got.ratings[0].at.ms, NOW);
	p->rating.value = 11;
	refused(p, "rating 1 is above 10");
	p->rating.value = 1;
	p->rating.kind = (Dozed__V1__RatingKind)0;
	refused(p, "rating 1: unknown kind");
	p->rating.kind = (Dozed__V1__RatingKind)4;
	refused(p, "rating 1: unknown kind");
	p = parts();
	p->b.n_markers = 1;
	p->marker.at_ms = EVENING;
	p->marker.stage = DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_IN_BED;
	accepted(p);
	assert_int_equal(got.markers[0].stage, STAGE_IN_BED);
	p->marker.stage = DOZED__V1__SLEEP_STAGE__SLEEP_STAGE_REM;
	refused(p, "marker 1 is neither in bed nor out of bed");
}

static void
answers_are_taken_literally(void **state)
{
	struct parts *p = with_feedback();

	(void)state;
	accepted(p);
	assert_int_equal(got.n_feedback, 1);
	assert_int_equal(got.feedback[0].kind, FEEDBACK_SNOOZE);
	assert_int_equal(got.feedback[0].at.ms, NOW);
	assert_int_equal(got.first.ms, NOW);
	assert_int_equal(got.last.ms, NOW);
	p->feedback.kind = (Dozed__V1__FeedbackKind)4;
	refused(p, "feedback 1: unknown kind");
	p->feedback.kind = DOZED__V1__FEEDBACK_KIND__FEEDBACK_KIND_UNSPECIFIED;
	refused(p, "feedback 1: unknown kind");
	p->feedback.kind = DOZED__V1__FEEDBACK_KIND__FEEDBACK_KIND_ACK;
	p->feedback.at_ms = NOW + 6 * MINUTE_MS;
	refused(p, "feedback 1 lies more than 5 minutes ahead of the hub's clock");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_keeps_what_the_vendor_says),
		cmocka_unit_test(a_session_that_cannot_be_is_refused),
		cmocka_unit_test(only_a_deleted_session_may_lack_its_times),
		cmocka_unit_test(a_record_id_is_text_of_1_to_96_bytes),
		cmocka_unit_test(a_nul_inside_of_a_text_is_seen),
		cmocka_unit_test(ratings_and_markers_are_taken_literally),
		cmocka_unit_test(answers_are_taken_literally),
	};
	return run(tests, array_len(tests));
}
