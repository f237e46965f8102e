/* SPDX-License-Identifier: MIT */
/* Stages in any order become the ascending spans of one session. */
#include "bridge_fixture.h"

#include <stdlib.h>

#include "timeline.h"

#define T0    INT64_C(1774737660000) /* 2026-03-28T22:41:00Z */
#define AT(m) (T0 + (m)*MINUTE_MS)

static void
add(struct timeline *t, int from_min, int to_min, enum stage stage)
{
	assert_null(timeline_add(t, AT(from_min), AT(to_min), stage));
}

static void
span_is(const struct found_session *s, uint32_t i, int from_min, int to_min,
	enum stage stage)
{
	assert_true(i < s->n_stages);
	assert_int_equal(s->stages[i].offset_s, from_min * 60);
	assert_int_equal(s->stages[i].duration_s, (to_min - from_min) * 60);
	assert_int_equal(s->stages[i].stage, stage);
}

static void
order_does_not_matter_where_nothing_overlaps(void **state)
{
	struct timeline t = {0};
	struct found_session s = {0};
	(void)state;
	add(&t, 90, 120, STAGE_DEEP);
	add(&t, 0, 60, STAGE_LIGHT);
	add(&t, 60, 90, STAGE_LIGHT);
	assert_null(timeline_session(&t, &s));
	assert_int_equal(s.start, AT(0));
	assert_int_equal(s.end, AT(120));
	assert_int_equal(s.n_stages, 2);
	span_is(&s, 0, 0, 90, STAGE_LIGHT);
	span_is(&s, 1, 90, 120, STAGE_DEEP);
	free(s.stages);
	timeline_finish(&t);
}

static void
what_comes_later_lies_over_what_came_before(void **state)
{
	struct timeline t = {0};
	struct found_session s = {0};
	(void)state;
	add(&t, 0, 100, STAGE_IN_BED);
	add(&t, 10, 90, STAGE_LIGHT);
	add(&t, 40, 42, STAGE_AWAKE);
	assert_null(timeline_session(&t, &s));
	assert_int_equal(s.n_stages, 5);
	span_is(&s, 0, 0, 10, STAGE_IN_BED);
	span_is(&s, 1, 10, 40, STAGE_LIGHT);
	span_is(&s, 2, 40, 42, STAGE_AWAKE);
	span_is(&s, 3, 42, 90, STAGE_LIGHT);
	span_is(&s, 4, 90, 100, STAGE_IN_BED);
	free(s.stages);
	timeline_finish(&t);
}

static void
hole_stays_open_and_the_frame_cuts(void **state)
{
	struct timeline t = {0};
	struct found_session s = {.start = AT(10), .end = AT(100)};
	(void)state;
	add(&t, 0, 30, STAGE_LIGHT);
	add(&t, 60, 130, STAGE_REM);
	assert_null(timeline_session(&t, &s));
	assert_int_equal(s.n_stages, 2);
	span_is(&s, 0, 0, 20, STAGE_LIGHT);
	span_is(&s, 1, 50, 90, STAGE_REM);
	free(s.stages);
	timeline_finish(&t);
}

static void
nonsense_is_refused_with_a_reason(void **state)
{
	struct timeline t = {0};
	struct found_session s = {0};
	(void)state;
	assert_non_null(timeline_add(&t, AT(5), AT(5), STAGE_DEEP));
	assert_non_null(timeline_add(&t, AT(0), AT(24 * 60 + 1), STAGE_DEEP));
	assert_string_equal(timeline_session(&t, &s), "no sleep stages");
	add(&t, 0, 10, STAGE_DEEP);
	add(&t, 24 * 60, 24 * 60 + 10, STAGE_DEEP);
	assert_non_null(timeline_session(&t, &s));
	assert_null(s.stages);
	timeline_finish(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_does_not_matter_where_nothing_overlaps),
		cmocka_unit_test(what_comes_later_lies_over_what_came_before),
		cmocka_unit_test(hole_stays_open_and_the_frame_cuts),
		cmocka_unit_test(nonsense_is_refused_with_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
