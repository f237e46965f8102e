/* SPDX-License-Identifier: MIT */
/* resp_rate on beats with a known breath, on noise, and on a tracker's own values. */
#include "scorers/beats.h"

enum { SOURCE, LOWEST, HIGHEST, CLEAR, MIN_WINDOWS };
enum { AUTO, TRACKER, HEART };
#define FIVE_MIN 300000

static struct beats in, out;

struct heart {
	double per_min, breath_ms, wave_ms, noise_ms,
		wander;  /* wander: breaths a minute */
	double drift_ms; /* of a random walk that forgets within some 100 beats */
	double lost;     /* share of beats */
	int minutes, rr_ms;
	uint64_t seed;
};

/* Beats of a heart that breathes: phase by phase, so that the rate can wander. */
static void
beat(struct heart h)
{
	double t = 0, phase = 0, walk = 0;
	in.n = 0;
	while (t < h.minutes * 60000.0 - 3000) {
		double rate = h.per_min + h.wander * sin(2 * M_PI * t / 400000);
		walk = 0.99 * walk + h.drift_ms * beats_normal(&h.seed);
		double rr = h.rr_ms + h.breath_ms * sin(phase) +
			    h.wave_ms * sin(2 * M_PI * 0.1 * t / 1000) +
			    h.noise_ms * beats_normal(&h.seed) + walk;
		rr = round(fmax(300, rr));
		phase += 2 * M_PI * rate * rr / 60000;
		t += rr;
		if (!(beats_chance(&h.seed) < h.lost))
			beats_add(&in, (int64_t)t, rr);
	}
}

static const struct heart calm = {.per_min = 14,
	.breath_ms = 40,
	.wave_ms = 25,
	.noise_ms = 12,
	.minutes = 120,
	.rr_ms = 1000,
	.seed = 1};

static int
run(struct rig *r, int minutes)
{
	beats_lend(r, &in);
	r->in.end_ms = minutes * 60000;
	r->views[1] = (struct scorer_view){0};
	int code = rig_score(r);
	beats_written(r, "resp.rate", &out);
	return code;
}

static void
known_breath_is_found_from_9_to_24_a_minute(void **state)
{
	struct rig *r = *state;
	for (int rate = 9; rate <= 24; rate++) {
		struct heart h = calm;
		double worst = 0;
		h.per_min = rate + 0.1; /* between the frequencies that are tried */
		h.seed = (uint64_t)rate;
		beat(h);
		assert_int_equal(run(r, h.minutes), SCORER_OK);
		for (uint32_t i = 0; i < out.n; i++)
			worst = fmax(worst, fabs(out.v[i] - h.per_min));
		print_message(
			"%d a minute: %.2f, IQR %.2f, %u of 24 windows, worst %.2f\n",
			rate, rig_value(r, "night.resp_rate"),
			rig_value(r, "night.resp_rate_iqr"), out.n, worst);
		assert_float_equal(rig_value(r, "night.resp_rate"), h.per_min, 0.05);
		assert_in_range(out.n, 22, 24);
		assert_true(worst < 0.3);
	}
}

static void
lost_beats_and_a_wandering_breath_do_little(void **state)
{
	struct rig *r = *state;
	struct heart h = calm;
	h.lost = 0.1;
	h.wander = 1.5;
	beat(h);
	assert_int_equal(run(r, h.minutes), SCORER_OK);
	print_message("a tenth lost, wandering by 1.5: %.2f, IQR %.2f, %u of 24\n",
		rig_value(r, "night.resp_rate"), rig_value(r, "night.resp_rate_iqr"),
		out.n);
	assert_float_equal(rig_value(r, "night.resp_rate"), 14, 0.7);
	assert_in_range(out.n, 16, 24);
}

static void
too_many_lost_beats_give_nothing(void **state)
{
	struct rig *r = *state;
	struct heart h = calm;
	uint32_t n = 0;
	h.breath_ms = 80;
	h.lost = 0.4;
	beat(h);
	assert_int_equal(run(r, h.minutes), SCORER_SKIP);
	h.lost = 0;
	beat(h);
	for (uint32_t i = 0; i < in.n; i++) { /* two minutes of each five */
		in.t[n] = in.t[i];
		in.v[n] = in.v[i];
		n += in.t[i] % FIVE_MIN < 120000;
	}
	in.n = n;
	assert_int_equal(run(r, h.minutes), SCORER_SKIP);
}

static void
breath_faster_than_the_range_is_not_called_its_end(void **state)
{
	struct rig *r = *state;
	struct heart h = calm;
	h.rr_ms = 700;
	h.per_min = 30.5;
	beat(h);
	assert_int_equal(run(r, h.minutes), SCORER_SKIP);
	r->options[HIGHEST] = 36;
	assert_int_equal(run(r, h.minutes), SCORER_OK);
	assert_float_equal(rig_value(r, "night.resp_rate"), 30.5, 0.05);
}

static void
weak_breath_gives_few_windows_rather_than_wrong_ones(void **state)
{
	struct rig *r = *state;
	for (int breath = 2; breath <= 12; breath += 2) {
		struct heart h = calm;
		uint32_t wrong = 0;
		h.breath_ms = breath;
		h.minutes = 300;
		beat(h);
		r->options[MIN_WINDOWS] = 1;
		run(r, h.minutes);
		for (uint32_t i = 0; i < out.n; i++)
			wrong += fabs(out.v[i] - 14) > 1.5;
		print_message(
			"breath of %d ms in noise of 12: %u of 60 windows, %u wrong\n",
			breath, out.n, wrong);
		assert_in_range(wrong, 0, 2);
	}
}

/* White noise, a slow drift, blood pressure waves: none of them breathes. */
static void
noise_gives_nothing(void **state)
{
	static const struct heart kinds[] = {{.noise_ms = 40}, {.drift_ms = 8},
		{.drift_ms = 8, .noise_ms = 10}, {.wave_ms = 40, .noise_ms = 20},
		{.wave_ms = 60, .noise_ms = 5}};
	struct rig *r = *state;
	for (size_t k = 0; k < array_len(kinds); k++) {
		uint32_t passed = 0, nights = 0, windows = 0;
		for (uint64_t seed = 1; seed <= 20; seed++) {
			struct heart h = kinds[k];
			h.seed = seed * 7919;
			h.rr_ms = 950;
			h.minutes = 240;
			beat(h);
			r->options[MIN_WINDOWS] = 1;
			run(r, h.minutes);
			passed += out.n;
			windows += 48;
			r->options[MIN_WINDOWS] = 6;
			nights += run(r, h.minutes) == SCORER_OK;
		}
		print_message("noise %zu: %u of %u windows, %u of 20 nights\n", k, passed,
			windows, nights);
		assert_int_equal(nights, 0);
		assert_true(passed * 100 < windows);
	}
}

static void
slow_heart_does_not_show_fast_breath(void **state)
{
	struct rig *r = *state;
	struct heart h = calm;
	h.rr_ms = 1500; /* 40 a minute show up to 20 breaths */
	h.per_min = 18;
	beat(h);
	assert_int_equal(run(r, h.minutes), SCORER_OK);
	assert_float_equal(rig_value(r, "night.resp_rate"), 18, 0.3);
	h.per_min = 26; /* looks like 14 and like 26 */
	beat(h);
	if (run(r, h.minutes) == SCORER_OK)
		assert_true(rig_value(r, "night.resp_rate") < 20);
}

static void
trackers_own_rate_comes_first(void **state)
{
	static double v[120];
	struct rig *r = *state;
	beat(calm);
	for (int i = 0; i < 120; i++)
		v[i] = i % 2 ? NAN : 16 + (i / 40);
	run(r, 120);
	rig_view(r, 1, v, 120, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "night.resp_rate"), 17, 1e-12);
	assert_float_equal(rig_value(r, "night.resp_rate_iqr"), 2, 1e-12);
	assert_float_equal(rig_value(r, "resp.rate"), 16, 1e-12);
	r->options[SOURCE] = HEART;
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "night.resp_rate"), 14, 0.3);
	r->options[SOURCE] = AUTO;
	for (int i = 0; i < 120; i++)
		v[i] = i % 30 ? NAN : 16; /* four values are no night */
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "night.resp_rate"), 14, 0.3);
	r->options[SOURCE] = TRACKER;
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "a breathing rate in only 4 of 24 five minutes");
}

static void
what_is_too_coarse_is_refused(void **state)
{
	struct rig *r = *state;
	in.n = 0;
	assert_int_equal(run(r, 120), SCORER_SKIP);
	assert_int_equal(r->out.n_values, 0);
	for (int i = 1; i <= 120; i++) /* an interval a minute */
		beats_add(&in, i * 60000 - 1, 1000 + 30 * (i % 4));
	assert_int_equal(run(r, 120), SCORER_SKIP);
	assert_string_equal(r->out.skip, "a breathing rate in only 0 of 24 five minutes");
	struct heart h = calm;
	h.breath_ms = h.noise_ms = h.wave_ms = 0; /* a rate that never changes */
	beat(h);
	assert_int_equal(run(r, 120), SCORER_SKIP);
	beat(calm);
	assert_int_equal(run(r, 10), SCORER_SKIP);
}

/* No truth to compare with: only that real nights give a rate that a sleeper can have. */
static void
real_nights_give_a_plausible_rate(void **state)
{
	static struct beats clean;
	struct rig *r = *state;
	for (int s = 2; s < 4; s++) {
		struct rig *cleaner = rig_open("rr_clean");
		beats_read(&in, beats_series[s]);
		beats_lend(cleaner, &in);
		assert_int_equal(rig_score(cleaner), SCORER_OK);
		beats_written(cleaner, "rr.clean", &clean);
		rig_close(cleaner);
		in = clean;
		int minutes = (int)(in.t[in.n - 1] / 60000);
		assert_int_equal(run(r, minutes), SCORER_OK);
		print_message("%s: %.1f a minute, IQR %.1f, %u of %d windows\n",
			beats_series[s], rig_value(r, "night.resp_rate"),
			rig_value(r, "night.resp_rate_iqr"), out.n, minutes / 5);
		assert_in_range(rig_value(r, "night.resp_rate"), 10, 20);
	}
}

#define t(f) rig_test(f, "resp_rate")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(known_breath_is_found_from_9_to_24_a_minute),
		t(lost_beats_and_a_wandering_breath_do_little),
		t(too_many_lost_beats_give_nothing),
		t(breath_faster_than_the_range_is_not_called_its_end),
		t(weak_breath_gives_few_windows_rather_than_wrong_ones),
		t(noise_gives_nothing),
		t(slow_heart_does_not_show_fast_breath),
		t(trackers_own_rate_comes_first),
		t(what_is_too_coarse_is_refused),
		t(real_nights_give_a_plausible_rate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
