/* SPDX-License-Identifier: MIT */
/* Why a scorer gave nothing stands in the night's record; of one that had nothing to look at
 * there is nothing to say. */
#include "unit/nights_rig.h"

#include "unit/core_scorers.h"

static int
refuse(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	char why[64];
	(void)options;
	snprintf(why, sizeof why, "%.0f min is not what it wants",
		in->views[0].v[in->views[0].n - 1]);
	return scorer_skip(ret, why);
}

static int
silent(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)in, (void)options, (void)ret;
	return SCORER_SKIP;
}

static int
break_down(
	const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)in, (void)options, (void)ret;
	return -1;
}

#define ANY(name, unit, needed)                                                          \
	{                                                                                \
		name, unit, -1e9, 1e9, needed, 0                                         \
	}
#define ONE(name, kind, n, reads, writes, f)                                             \
	{                                                                                \
		SCORER_HEAD, name, "1", "", reads, writes, {kind, 0, 0, 0, n}, NULL, 0,  \
			0, f                                                             \
	}
static const struct scorer_port tst[] = {ANY("night.tst", "min", 1), {0}},
				breath[] = {ANY("resp_rate", "1/min", 0), {0}},
				air[] = {ANY("spo2", "%", 1), {0}},
				gives[] = {ANY("night.given", "min", 0), {0}};
static const struct scorer list[] = {
	ONE("a_row", SCORER_NIGHTS, 3, tst, gives, refuse),
	ONE("a_night", SCORER_NIGHT, 0, tst, gives, refuse),
	ONE("b_silent", SCORER_NIGHT, 0, tst, gives, silent),
	ONE("c_broken", SCORER_NIGHT, 0, tst, gives, break_down),
	ONE("e_nothing", SCORER_NIGHT, 0, breath, gives, silent),
	ONE("d_no_air", SCORER_NIGHT, 0, air, gives, refuse),
};

RIG_GROUP(list)

static void
note_is(const struct night *n, uint32_t i, const char *scorer, const char *why)
{
	assert_true(i < n->n_notes);
	assert_string_equal(n->notes[i].scorer, scorer);
	assert_string_equal(n->notes[i].why, why);
}

static void
notes_say_why_in_running_order(void **state)
{
	(void)state;
	sleep_of(3);
	run(PIPELINE_HISTORY, UTC(0));
	const struct night *n = night_of(3);
	assert_int_equal(n->n_notes, 4);
	note_is(n, 0, "a_night", "483 min is not what it wants");
	note_is(n, 1, "b_silent", "it does not say why");
	note_is(n, 2, "c_broken", "the scorer's result was refused");
	note_is(n, 3, "a_row", "483 min is not what it wants");
	assert_false(n->insufficient[0]);
}

/* The scorer of the sleep time has said it in `insufficient`. */
static void
night_without_numbers_says_so_once(void **state)
{
	(void)state;
	sleep_of(3);
	m->people[0].spans[3].duration_s = 3600;
	run(PIPELINE_HISTORY, UTC(0));
	const struct night *n = night_of(3);
	assert_non_null(strstr(n->insufficient, "of the night was measured"));
	for (uint32_t i = 0; i < n->n_notes; i++)
		assert_string_not_equal(n->notes[i].why, n->insufficient);
}

static void
notes_beyond_the_room_are_left_out(void **state)
{
	(void)state;
	enum { MORE = NIGHT_NOTES_MAX + 2 };
	static struct scorer many[MORE];
	static char names[MORE][8];
	for (int i = 0; i < MORE; i++) {
		struct scorer s = ONE(names[i], i ? SCORER_NIGHT : SCORER_NIGHTS, !i, tst,
			gives, refuse);
		snprintf(names[i], sizeof names[i], "m%d", i);
		memcpy(&many[i], &s, sizeof s);
	}
	line = pipeline_free(line);
	rig_close();
	rig_open(many, MORE);
	fresh();
	sleep_of(3);
	run(PIPELINE_HISTORY, UTC(0));
	assert_int_equal(night_of(3)->n_notes, NIGHT_NOTES_MAX);
	note_is(night_of(3), 0, "m1", "483 min is not what it wants");
	note_is(night_of(3), NIGHT_NOTES_MAX - 1, "m8", "483 min is not what it wants");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(notes_say_why_in_running_order),
		T(night_without_numbers_says_so_once),
		T(notes_beyond_the_room_are_left_out),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
