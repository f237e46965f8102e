/* SPDX-License-Identifier: MIT */
/* Which steps a port may ask for, who may read what comes fast, and that a list of times is never
 * taken for a grid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/scorers.h"

static struct scorers all;
static char why[SCORERS_WHY_LEN];
static struct scorer_port reads[4][2], writes[4][2];
static struct scorer made[4];
static unsigned n_made;

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)in, (void)options;
	return scorer_skip(ret, "only made to be ordered");
}

/* Fresh every time; a sliding one of a minute, to be changed by the test. */
static struct scorer *
make(const char *name, const char *from, int32_t read_step, const char *to,
	int32_t write_step)
{
	const struct channel *c = channel_by_name(from);
	struct scorer *d = &made[n_made];
	reads[n_made][0] = (struct scorer_port){
		from, c ? c->unit : "u", -40000, 40000, 1, read_step};
	writes[n_made][0] = (struct scorer_port){to, "u", 0, 1, 0, write_step};
	*d = (struct scorer){SCORER_HEAD, name, "1", "", reads[n_made], writes[n_made],
		{SCORER_SLIDING, 60, 60, 0, 0}, NULL, 0, 0, score};
	n_made++;
	return d;
}

static void
refuses(const struct scorer *d, int code, const char *because)
{
	int r = scorers_add(&all, d, why);
	if (r == 0)
		r = scorers_order(&all, why);
	if (r != code || (because && !strstr(why, because)))
		fail_msg("code %d, \"%s\"; expected %d, \"...%s...\"", r, why, code,
			because);
}

static int
setup(void **state)
{
	(void)state;
	memset(&all, 0, sizeof all);
	n_made = 0;
	return 0;
}

static void
steps_lie_within_their_limits(void **state)
{
	(void)state;
	refuses(make("a", "activity", 99, "x", 0), SCORERS_E_RANGE,
		"a reads activity in steps of 99 ms: 100..86400000 are possible");
	refuses(make("b", "activity", 0, "x", -1), SCORERS_E_RANGE,
		"b writes x in steps of -1 ms");
	refuses(make("c", "activity", -3, "x", 0), SCORERS_E_RANGE, "in steps of -3 ms");
	refuses(make("d", "activity", SCORER_AS_RECORDED, "x", 5000), 0, NULL);
}

static void
scratch_for_each_element_is_limited(void **state)
{
	(void)state;
	struct scorer *d = make("a", "activity", 0, "x", 0);
	d->scratch_each = SCORER_EACH_MAX + 1;
	refuses(d, SCORERS_E_LIMIT, "a asks for 257 bytes of scratch for each element");
	d->scratch_each--;
	refuses(d, 0, NULL);
}

static void
fast_channels_are_for_short_sliding_windows(void **state)
{
	(void)state;
	struct scorer *d = make("a", "accel_x", SCORER_AS_RECORDED, "x", 0);
	d->window.kind = SCORER_RECORDING;
	refuses(d, SCORERS_E_RANGE,
		"a reads accel_x, which comes too fast for a RECORDING window");
	d->window = (struct scorer_span){SCORER_SLIDING, 7000, 300, 0, 0};
	refuses(d, SCORERS_E_RANGE, "windows of 7000 s, hop 300 s: together 7200 s");
	reads[0][0].step_ms = SCORER_EVENTS, d->window.length_s = 6900;
	refuses(d, SCORERS_E_RANGE, "a reads accel_x as events, but it comes on a grid");
	reads[0][0].step_ms = SCORER_AS_RECORDED;
	refuses(d, 0, NULL);
}

static void
events_are_written_once_and_read_as_events(void **state)
{
	(void)state;
	struct scorer *d = make("a", "rr", SCORER_EVENTS, "clean", SCORER_EVENTS);
	refuses(d, SCORERS_E_RANGE, "a writes clean as events, but its windows overlap");
	d->window.kind = SCORER_RECORDING;
	refuses(d, 0, NULL);
	refuses(make("b", "clean", SCORER_EVENTS, "y", 0), 0, NULL);
	refuses(make("c", "clean", 0, "z", 0), SCORERS_E_RANGE,
		"c reads clean on a grid, a writes events");
	all.n--;
	refuses(make("d", "y", SCORER_EVENTS, "z", 0), SCORERS_E_RANGE,
		"d reads y as events, b writes a grid");
}

static void
two_writers_do_not_mix_events_and_a_grid(void **state)
{
	(void)state;
	struct scorer *d = make("a", "rr", SCORER_EVENTS, "clean", SCORER_EVENTS);
	d->window.kind = SCORER_RECORDING;
	refuses(d, 0, NULL);
	refuses(make("b", "rr", 0, "clean", 0), SCORERS_E_RANGE,
		"both write clean, but not in the same unit and kind");
}

#define t(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(steps_lie_within_their_limits),
		t(scratch_for_each_element_is_limited),
		t(fast_channels_are_for_short_sliding_windows),
		t(events_are_written_once_and_read_as_events),
		t(two_writers_do_not_mix_events_and_a_grid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
