/* SPDX-License-Identifier: MIT */
/* fragmentation by hand and against Actiware's nights. */
#include "scorers/periods.h"

enum { MOBILE, MIN_COVERAGE };

/* A night of spelt minutes: S and W, and counts; in bed is minute `from`, out of bed `to`. */
static int
score_night(struct rig *r, const char *asleep, const char *counts, int from, int to)
{
	static double s[512], a[512];
	int n = spell(asleep, s);
	assert_int_equal(spell(counts, a), n);
	r->in.start_ms = 0;
	rig_view(r, 0, s, (uint32_t)n, 60);
	rig_view(r, 1, a, (uint32_t)n, 60);
	r->in.start_ms = (int64_t)from * MINUTE;
	r->in.end_ms = (int64_t)to * MINUTE;
	return rig_score(r);
}

static void
is(const struct rig *r, const char *name, double expected)
{
	char channel[40];
	snprintf(channel, sizeof channel, "night.%s", name);
	assert_float_equal(rig_value(r, channel), expected, 1e-9);
}

static void
sleep_is_between_the_outer_ten_still_minutes(void **state)
{
	struct rig *r = *state;
	/* in bed at 2; the first such ten minutes are 4..13 (9 at 4), the last 17..26 */
	assert_int_equal(score_night(r, "WWWWWSSSSSSWWSSSSSSSSSSSSSWWWWWW",
				 "xxxx9003300000090030000000x999xx", 2, 30),
		SCORER_OK);
	is(r, "sleep_start", 2);
	is(r, "actiware_sol", 2);
	is(r, "sleep_end", 24);
	is(r, "snooze", 4);
	is(r, "actiware_spt", 22);
	is(r, "actiware_tst", 19);
	is(r, "actiware_waso", 3);
	is(r, "actiware_se", 100 * 19 / 28.0);
	is(r, "wake_bouts", 2);
	is(r, "sleep_bouts", 2);
	is(r, "mobile_pct", 200 / 22.0);
	is(r, "immobile_bouts", 2);
	is(r, "fragmentation", 200 / 22.0);
	assert_float_equal(r->values[0].confidence, 1, 0);
}

static void
bouts_of_a_minute_fragment(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_night(r, "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSS",
				 "000000000490000000000000000000", 0, 30),
		SCORER_OK);
	/* up to 29: 9 still, 2 mobile, 18 still */
	is(r, "immobile_bouts", 2);
	is(r, "fragmentation", 200 / 29.0);
	assert_int_equal(score_night(r, "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSS",
				 "000000000049040000000000000000", 0, 30),
		SCORER_OK);
	is(r, "immobile_bouts", 3);
	is(r, "fragmentation", 300 / 29.0 + 100 / 3.0);
	is(r, "wake_bouts", 0);
}

static void
night_ends_out_of_bed(void **state)
{
	struct rig *r = *state;
	assert_int_equal(score_night(r, "SSSSSSSSSSSSSSSSSSSSSSSSSSSSSS",
				 "000000000000000000000000000000", 3, 20),
		SCORER_OK);
	is(r, "sleep_start", 0);
	is(r, "sleep_end", 16);
	is(r, "snooze", 1);
}

static void
mobile_follows_the_epoch_and_the_option(void **state)
{
	struct rig *r = *state;
	const char *asleep = "SSSSSSSSSSSSSSS", *counts = "033333333333333";
	assert_int_equal(score_night(r, asleep, counts, 0, 15), SCORER_OK);
	is(r, "mobile_pct", 0);
	r->options[MOBILE] = .75;
	assert_int_equal(score_night(r, asleep, counts, 0, 15), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no ten minutes without movement");
}

static void
finer_activity_is_summed_and_coarser_is_refused(void **state)
{
	struct rig *r = *state;
	double asleep[20], counts[40] = {0};
	for (int i = 0; i < 20; i++)
		asleep[i] = 1;
	counts[30] = counts[31] = 2; /* minute 15: 4 counts */
	r->in.start_ms = 0;
	r->in.end_ms = 20 * MINUTE;
	rig_view(r, 0, asleep, 20, 60);
	rig_view(r, 1, counts, 40, 30);
	assert_int_equal(rig_score(r), SCORER_OK);
	is(r, "sleep_end", 19);
	is(r, "mobile_pct", 100 / 19.0);
	rig_view(r, 1, counts, 4, 300);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is coarser than the epochs asleep");
	rig_view(r, 0, asleep, 20, 7);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "ten minutes are no whole number of epochs");
}

static void
missing_epochs_are_neither_still_nor_asleep(void **state)
{
	struct rig *r = *state;
	/* without activity at 4: the first still ten minutes begin behind it */
	assert_int_equal(
		score_night(r, "SSSSSSSSSS.SSSSSSSSS", "0000.000000000000000", 0, 20),
		SCORER_OK);
	is(r, "sleep_start", 5);
	is(r, "actiware_tst", 13);
	is(r, "actiware_waso", 0);
	is(r, "sleep_bouts", 1);
	assert_float_equal(r->values[0].confidence, .9, 1e-12);
	assert_int_equal(
		score_night(r, "SSSSSSSSSS..........", "00000000000000000000", 0, 20),
		SCORER_SKIP);
	assert_string_equal(r->out.skip, "only 50 % of the night was measured");
}

/* "2015-07-04 21:20:30" or with a T: seconds since the month began. */
static int64_t
second_of(const char *time)
{
	int day = 0, hour = 0, minute = 0, second = 0;
	assert_int_equal(
		sscanf(time, "%*d-%*d-%d%*c%d:%d:%d", &day, &hour, &minute, &second), 4);
	return ((day * 24LL + hour) * 60 + minute) * 60 + second;
}

struct recording {
	const char *name, *path;
	int interval_s;
	int64_t start_s; /* of the first epoch, in its month */
};

static const struct recording recordings[] = {
	{"rpx_eng_30s", "sleep/actiware/oracle/rpx_eng_30s_epochs.csv", 30,
		((4 * 24 + 9) * 60 + 45) * 60},
	{"rpx_fr_60s", "sleep/actiware/oracle/rpx_fr_60s_epochs.csv", 60,
		((4 * 24 + 11) * 60 + 45) * 60},
};

/* score() on the night from in bed to out of bed, seconds of the month. */
static void
score_bed(struct rig *r, const struct recording *rec, int64_t bed_s, int64_t out_s)
{
	static double counts[EPOCHS_MAX], asleep[EPOCHS_MAX];
	int n = read_column(rec->path, "activity", counts);
	assert_int_equal(read_column(rec->path, "actiware_wake", asleep), n);
	for (int i = 0; i < n; i++)
		asleep[i] = 1 - asleep[i];
	r->in.start_ms = rec->start_s * 1000;
	rig_view(r, 0, asleep, (uint32_t)n, (uint32_t)rec->interval_s);
	rig_view(r, 1, counts, (uint32_t)n, (uint32_t)rec->interval_s);
	r->in.start_ms = bed_s * 1000;
	r->in.end_ms = out_s * 1000;
	assert_int_equal(rig_score(r), SCORER_OK);
}

static void
score_row(struct rig *r, char **cells)
{
	score_bed(r, &recordings[strcmp(cells[0], recordings[0].name) != 0],
		second_of(cells[1]), second_of(cells[2]));
}

/* "04/07/2015" and "21:05:00": seconds since the month began. */
static int64_t
clock_of(const char *date, const char *time)
{
	int day = 0, hour = 0, minute = 0, second = 0;
	assert_int_equal(sscanf(date, "%d/", &day), 1);
	assert_int_equal(sscanf(time, "%d:%d:%d", &hour, &minute, &second), 3);
	return ((day * 24LL + hour) * 60 + minute) * 60 + second;
}

/* The maker's own list of intervals: REST i makes SLEEP i. */
static void
every_rest_interval_makes_actiwares_sleep_interval(void **state)
{
	enum { NIGHTS = 16 };
	struct rig *r = *state;
	int equal = 0, all = 0;
	for (int k = 0; k < 2; k++) {
		char path[96];
		int64_t from[2][NIGHTS], to[2][NIGHTS];
		int n[2] = {0}, weekday = k; /* a column more after each date */
		snprintf(path, sizeof path, "sleep/actiware/oracle/%s_intervals.csv",
			recordings[k].name);
		struct table t = open_table(path);
		while (next_row(&t)) {
			int sleep = strcmp(t.cells[0], "SLEEP") == 0;
			if (!sleep && strcmp(t.cells[0], "REST") != 0)
				continue;
			assert_true(n[sleep] < NIGHTS);
			from[sleep][n[sleep]] =
				clock_of(t.cells[2], t.cells[3 + weekday]);
			to[sleep][n[sleep]++] =
				clock_of(t.cells[4 + weekday], t.cells[5 + 2 * weekday]);
		}
		assert_int_equal(n[0], n[1]);
		for (int i = 0; i < n[0]; i++, all++) {
			score_bed(r, &recordings[k], from[0][i], to[0][i]);
			equal += from[0][i] + 60 * rig_value(r, "night.sleep_start") ==
					 (double)from[1][i] &&
				 from[0][i] + 60 * rig_value(r, "night.sleep_end") ==
					 (double)to[1][i];
		}
	}
	print_message("fragmentation, Actiware's own SLEEP intervals: %d of %d equal\n",
		equal, all);
	assert_int_equal(all, 13);
	assert_int_equal(equal, all);
}

static int
cell_is(const struct rig *r, const char *channel, const char *cell, double within)
{
	return fabs(rig_value(r, channel) - number(cell)) <= within;
}

static void
every_night_equals_actiware(void **state)
{
	static const struct {
		const char *channel;
		unsigned cell;
	} statistics[] = {{"night.actiware_sol", 5}, {"night.snooze", 6},
		{"night.actiware_spt", 7}, {"night.actiware_waso", 8},
		{"night.actiware_tst", 9}, {"night.wake_bouts", 10},
		{"night.sleep_bouts", 11}, {"night.actiware_se", 12}};
	struct rig *r = *state;
	struct table t = open_table("sleep/actiware/oracle/night_statistics_check.csv");
	int nights = 0, starts = 0, ends = 0, equal = 0, vendor = 0, of_vendor = 0;
	for (; next_row(&t); nights++) {
		char **c = t.cells;
		score_row(r, c);
		double bed = (double)second_of(c[1]) / 60;
		starts += bed + rig_value(r, "night.sleep_start") ==
			  (double)second_of(c[3]) / 60;
		ends += bed + rig_value(r, "night.sleep_end") ==
			(double)second_of(c[4]) / 60;
		for (unsigned i = 0; i < 8; i++)
			equal += cell_is(
				r, statistics[i].channel, c[statistics[i].cell], 1e-9);
		if (!*c[13])
			continue;
		of_vendor += 3;
		vendor += cell_is(r, "night.actiware_se", c[13], .005 + 1e-9);
		vendor += cell_is(r, "night.actiware_waso", c[14], 0);
		vendor += cell_is(r, "night.actiware_tst", c[15], 0);
	}
	print_message(
		"fragmentation, Actiware sleep starts: %d of %d equal\n", starts, nights);
	print_message(
		"fragmentation, Actiware sleep ends: %d of %d equal\n", ends, nights);
	print_message(
		"fragmentation, Actiware statistics from its epochs: %d of %d equal\n",
		equal, 8 * nights);
	print_message("fragmentation, Actiware's own efficiency, wake and sleep minutes: "
		      "%d of %d equal\n",
		vendor, of_vendor);
	assert_int_equal(nights, 13);
	assert_true(starts == nights && ends == nights);
	assert_int_equal(equal, 8 * nights);
	assert_int_equal(vendor, 21);
}

#define t(f) rig_test(f, "fragmentation")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(sleep_is_between_the_outer_ten_still_minutes),
		t(bouts_of_a_minute_fragment),
		t(night_ends_out_of_bed),
		t(mobile_follows_the_epoch_and_the_option),
		t(finer_activity_is_summed_and_coarser_is_refused),
		t(missing_epochs_are_neither_still_nor_asleep),
		t(every_rest_interval_makes_actiwares_sleep_interval),
		t(every_night_equals_actiware),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
