/* SPDX-License-Identifier: MIT */
/* The simulated wearer: the same everywhere, the correlations it must have, nights that add
 * up, and a calendar that does not run ahead of the clock. */
#include "bridge_fixture.h"

#include "sim.h"
#include "sim_night.h"

#include <math.h>
#include <unistd.h>

struct sums {
	double n, x, y, xx, yy, xy;
};

static void
add(struct sums *s, double x, double y)
{
	s->n++;
	s->x += x;
	s->y += y;
	s->xx += x * x;
	s->yy += y * y;
	s->xy += x * y;
}

static double
correlation(const struct sums *s)
{
	double cov = s->xy / s->n - s->x / s->n * (s->y / s->n);
	double vx = s->xx / s->n - s->x / s->n * (s->x / s->n);
	double vy = s->yy / s->n - s->y / s->n * (s->y / s->n);
	return cov / sqrt(vx * vy);
}

static void
assert_near(double x, double expected, double tolerance, const char *what)
{
	if (!(fabs(x - expected) <= tolerance))
		fail_msg("%s: %.4f, expected %.4f +- %.4f", what, x, expected, tolerance);
}

static void
the_random_numbers_are_the_published_ones_and_normal(void **state)
{
	/* xoshiro256** from state {1, 2, 3, 4}: first outputs of the authors' code */
	struct prng p = {.s = {1, 2, 3, 4}};
	double sum = 0, sum2 = 0, sum4 = 0;
	const int n = 200000;
	(void)state;
	assert_true(prng_next(&p) == 11520 && prng_next(&p) == 0 &&
		    prng_next(&p) == 1509978240 && prng_next(&p) == 1215971899390074240);
	prng_init(&p, 1, 2, 3);
	for (int i = 0; i < n; i++) {
		double x = prng_normal(&p);
		sum += x;
		sum2 += x * x;
		sum4 += x * x * x * x;
	}
	assert_near(sum / n, 0, .01, "mean");
	assert_near(sum2 / n, 1, .02, "variance");
	assert_near(sum4 / n, 3, .1, "fourth moment");
	for (double x = 1e-9; x < 1e9; x *= 3.7)
		assert_near(fixed_log(x), log(x), 1e-14 * fmax(1, fabs(log(x))), "log");
	for (double x = -20; x < 20; x += .37)
		assert_near(fixed_exp(x) / exp(x), 1, 1e-14, "exp");
}

static void
sleep_and_pain_hang_together_as_the_model_says(void **state)
{
	static const struct {
		const char *world;
		double r[4]; /* pain day to day; sq, pain; tau, pain; pain yesterday, sq */
	} worlds[] = {
		{"weak", {.29, .18, .04, .07}}, {"central", {.39, .34, .16, .13}},
		{"strong", {.53, .52, .35, .26}},
		{"no_signal", {.36, 0, 0, 0}}, /* phi .55 of vs .65 */
	};
	(void)state;
	for (size_t w = 0; w < array_len(worlds); w++) {
		double r[4] = {0};
		const int people = 300, days = 400;
		for (int i = 0; i < people; i++) {
			struct sums s[4] = {{0}};
			struct sim_person p;
			struct sim_day d;
			double before = 0;
			sim_person_init(
				&p, sim_world_by_name(worlds[w].world), 5, (uint32_t)i);
			for (int t = 1; t <= days; t++) {
				sim_person_day(&p, t, days, SIM_AS_DRAWN, &d);
				if (t > 1) {
					add(&s[0], before, d.pain_sd);
					add(&s[3], before, d.q);
				}
				add(&s[1], d.q, d.pain_sd);
				add(&s[2], d.tau, d.pain_sd);
				before = d.pain_sd;
			}
			for (int k = 0; k < 4; k++)
				r[k] += correlation(&s[k]) / people;
		}
		printf("sim %-9s mean r within people: %.3f %.3f %.3f %.3f\n",
			worlds[w].world, r[0], r[1], r[2], r[3]);
		for (int k = 0; k < 4; k++)
			assert_near(r[k], worlds[w].r[k], .03, worlds[w].world);
	}
}

static void
nights_add_up_and_missing_days_are_as_many_as_said(void **state)
{
	double nights = 0, evenings = 0, mornings = 0, tst = 0, tst2 = 0, n = 0;
	struct sim_person p;
	struct sim_day d;
	struct sim_night night;
	struct prng draws;
	(void)state;
	prng_init(&draws, 1, 1, 9);
	for (uint32_t i = 0; i < 60; i++) {
		sim_person_init(&p, sim_world_by_name("central"), 3, i);
		for (int t = 1; t <= 180; t++, n++) {
			sim_person_day(&p, t, 180, SIM_AS_DRAWN, &d);
			sim_night_make(&night, &d, 1000 * DAY_MS, &draws);
			uint32_t first = night.n, last = 0, asleep = 0, wakes = 0;
			for (uint32_t k = 0; k < night.n; k++) {
				if (!night.asleep[k])
					continue;
				first = first == night.n ? k : first;
				wakes += k > first && !night.asleep[k - 1];
				asleep++;
				last = k;
			}
			assert_int_equal(asleep, 2 * d.tst_min);
			assert_int_equal(first, 2 * d.sol_min);
			assert_int_equal(last - first + 1 - asleep, 2 * d.waso_min);
			assert_int_equal(wakes, d.wakes);
			assert_int_equal(night.n - last - 1, 2 * d.after_min);
			assert_int_equal(
				night.start + night.n * SIM_EPOCH_MS, 1000 * DAY_MS);
			nights += d.has_night;
			evenings += d.has_evening;
			mornings += d.has_morning;
			tst += d.tst_min - p.tst;
			tst2 += (d.tst_min - p.tst) * (d.tst_min - p.tst);
		}
	}
	assert_near(1 - nights / n, .18, .015, "nights missing");
	assert_near(1 - evenings / n, .225, .015, "evenings missing");
	assert_near(1 - mornings / n, .325, .015, "mornings missing");
	assert_near(sqrt(tst2 / n - tst / n * (tst / n)), 70, 3,
		"SD of sleep within a person");
}

static void
sim_init(struct run *r, int people, int nights)
{
	run_init(r, "sim");
	r->o.person = NULL;
	r->o.people = people;
	r->o.nights = nights;
	r->o.seed = 42;
	r->o.zone = "Europe/Berlin";
}

/* FNV-1a over all payloads. */
static uint64_t
digest(const struct run *r)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].size; k++)
			h = (h ^ r->got[i].payload[k]) * UINT64_C(1099511628211);
	return h;
}

static void
the_same_seed_gives_the_same_bytes_on_every_machine(void **state)
{
	struct run a, b, c;
	(void)state;
	sim_init(&a, 3, 30);
	run_go(&a);
	sim_init(&b, 3, 30);
	run_go(&b);
	sim_init(&c, 3, 30);
	c.o.seed = 43;
	run_go(&c);
	printf("sim digest %016llx\n", (unsigned long long)digest(&a));
	assert_true(digest(&a) == digest(&b));
	assert_true(digest(&a) != digest(&c));
	assert_true(digest(&a) == UINT64_C(0xc3cc3781adba1f73));
	run_finish(&a);
	run_finish(&b);
	run_finish(&c);
}

/* Adds up what was sent of a kind, and what lies behind it by --truth. */
static void
the_truth_is_what_was_rated(void **state)
{
	struct run plain, r;
	char path[] = "/tmp/dozed-truth-XXXXXX", line[512];
	int fd = mkstemp(path), sent = 0, sent_n = 0, told = 0, told_n = 0, rows = 0;
	(void)state;
	assert_true(fd >= 0);
	close(fd);
	sim_init(&plain, 2, 30);
	run_go(&plain);
	sim_init(&r, 2, 30);
	r.o.truth = path;
	run_go(&r);
	assert_true(digest(&plain) == digest(&r));
	for (size_t i = 0; i < r.n; i++)
		for (size_t k = 0; k < r.got[i].b->n_ratings; k++)
			if (r.got[i].b->ratings[k]->kind == 2) {
				sent += (int)r.got[i].b->ratings[k]->value;
				sent_n++;
			}
	FILE *f = fopen(path, "r");
	assert_non_null(fgets(line, sizeof line, f));
	assert_string_equal(line, SIM_TRUTH_COLUMNS);
	for (; fgets(line, sizeof line, f); rows++) {
		double mean, morning, n[3];
		assert_int_equal(
			sscanf(line,
				"%*[^,],%*[^,],%*f,%*f,%*f,%*f,%*f,%*f,%*f,%*f,%*f,"
				"%lf,%*f,%*f,%*f,%lf,%lf,%lf,%lf",
				&mean, &morning, &n[0], &n[1], &n[2]),
			5);
		if (n[1] == 0)
			continue;
		told_n++;
		told += (int)fmin(10, fmax(0, floor(mean + 1.2 * morning + .5)));
	}
	fclose(f);
	unlink(path);
	assert_int_equal(rows, 60);
	assert_int_equal(told_n, sent_n);
	assert_int_equal(told, sent);
	run_finish(&plain);
	run_finish(&r);
}

struct last {
	int64_t newest, session_end;
	int session, quality, pain_morning, pain_day, sessions, samples;
	double waso_min, tst_min;
};

/* What there is of the local day that begins at `from`. */
static struct last
day_of(const struct run *r, int64_t from)
{
	struct last l = {0, 0, 0, -1, -1, -1, 0, 0, 0, 0};
	for (size_t i = 0; i < r->n; i++) {
		const Dozed__V1__Batch *b = r->got[i].b;
		for (size_t k = 0; k < b->n_sessions; k++) {
			const Dozed__V1__Session *s = b->sessions[k];
			l.sessions++;
			l.newest = s->end_ms > l.newest ? s->end_ms : l.newest;
			if (s->end_ms < from || s->end_ms >= from + DAY_MS)
				continue;
			l.session = 1;
			l.session_end = s->end_ms;
			for (size_t q = 0; q < s->n_stages; q++)
				*((int)s->stages[q]->stage == STAGE_ASLEEP
						? &l.tst_min
						: &l.waso_min) +=
					s->stages[q]->duration_s / 60.;
		}
		for (size_t k = 0; k < b->n_ratings; k++) {
			const Dozed__V1__Rating *g = b->ratings[k];
			l.newest = g->at_ms > l.newest ? g->at_ms : l.newest;
			if (g->at_ms < from || g->at_ms >= from + DAY_MS)
				continue;
			*(g->kind == 1         ? &l.quality
				: g->kind == 2 ? &l.pain_morning
					       : &l.pain_day) = (int)g->value;
		}
		for (size_t k = 0; k < b->n_series; k++)
			l.samples += (int)b->series[k]->n_v;
	}
	return l;
}

static int64_t
at(const char *text)
{
	utc_ms t;
	assert_true(civil_time_parse(text, NULL, &t, NULL));
	return t.ms;
}

static void
a_poor_last_night_ends_this_morning_and_tonight_is_open(void **state)
{
	int64_t today = at("2026-07-01T00:00:00+02:00");
	struct run r;
	(void)state;
	sim_init(&r, 1, 30);
	r.o.last_night = "poor";
	r.o.now = "2026-07-01T07:35:00+02:00";
	run_go(&r);
	struct last l = day_of(&r, today), before = day_of(&r, today - DAY_MS);
	assert_true(l.session);
	assert_true(l.session_end < today + 7 * HOUR_MS + 30 * MINUTE_MS);
	assert_int_equal(l.newest, today + 7 * HOUR_MS + 30 * MINUTE_MS);
	assert_in_range(l.quality, 0, 2);
	assert_true(l.pain_morning > before.pain_morning);
	assert_int_equal(l.pain_day, -1);
	assert_true(before.session && before.pain_day >= 0 && before.quality > l.quality);
	assert_true(l.tst_min < before.tst_min - 120);
	assert_true(l.waso_min > before.waso_min + 30);
	run_finish(&r);
	/* four minutes earlier this morning is not over: yesterday's night is the last */
	sim_init(&r, 1, 30);
	r.o.last_night = "poor";
	r.o.now = "2026-07-01T07:31:00+02:00";
	run_go(&r);
	l = day_of(&r, today);
	before = day_of(&r, today - DAY_MS);
	assert_false(l.session);
	assert_in_range(before.quality, 0, 2);
	assert_true(before.pain_day >= 0);
	assert_int_equal(before.newest, today - 4 * HOUR_MS);
	run_finish(&r);
}

static void
minute_data_change_nothing_else_and_fit_to_the_night(void **state)
{
	struct run a, b;
	(void)state;
	sim_init(&a, 1, 10);
	run_go(&a);
	sim_init(&b, 1, 10);
	b.o.activity = 1;
	run_go(&b);
	int64_t today = at("2026-07-01T00:00:00+02:00");
	struct last la = day_of(&a, today), lb = day_of(&b, today);
	assert_int_equal(la.sessions, lb.sessions);
	assert_int_equal(la.session_end, lb.session_end);
	assert_true(la.quality == lb.quality && la.tst_min == lb.tst_min);
	assert_int_equal(la.samples, 0);
	assert_true(lb.samples > 9 * 1200 * 2);
	run_finish(&a);
	run_finish(&b);
	/* asleep is mostly still, awake is not */
	struct sim_night night = {.start = 0, .n = 240};
	struct prng draws;
	double counts, bpm, asleep = 0, awake = 0, up = 0;
	memset(night.asleep, 1, 120);
	prng_init(&draws, 1, 1, 1);
	for (int i = 0; i < 60; i++) {
		sim_minute(&night, i * MINUTE_MS, &draws, &counts, &bpm);
		asleep += counts / 60;
		assert_true(bpm < 57);
		sim_minute(&night, (60 + i) * MINUTE_MS, &draws, &counts, &bpm);
		awake += counts / 60;
		sim_minute(NULL, i * MINUTE_MS, &draws, &counts, &bpm);
		up += counts / 60;
		assert_true(bpm > 70);
	}
	assert_true(asleep < 20 && awake > 300 && up > awake);
}

static void
options_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct run r;
		sim_init(&r, 2, 1);
		r.o.person = i == 0 ? "anna" : NULL;
		r.o.profile = i == 1 ? "perfect" : "weak";
		r.o.end = i == 2 ? "tomorrow" : "2026-01-01";
		r.o.prefix = i == 3 ? "Person " : "p";
		r.o.last_night = i == 4 ? "good" : NULL;
		assert_int_equal(job_init(&r.j, &r.o), 0);
		assert_int_equal(job_read(&r.j), JOB_E_USAGE);
		job_finish(&r.j);
		run_finish(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_random_numbers_are_the_published_ones_and_normal),
		cmocka_unit_test(sleep_and_pain_hang_together_as_the_model_says),
		cmocka_unit_test(nights_add_up_and_missing_days_are_as_many_as_said),
		cmocka_unit_test(the_same_seed_gives_the_same_bytes_on_every_machine),
		cmocka_unit_test(the_truth_is_what_was_rated),
		cmocka_unit_test(a_poor_last_night_ends_this_morning_and_tonight_is_open),
		cmocka_unit_test(minute_data_change_nothing_else_and_fit_to_the_night),
		cmocka_unit_test(options_that_do_not_fit_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
