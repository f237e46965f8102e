/* SPDX-License-Identifier: MIT */
/* tudor_locke by hand and against ActiLife and actigraph.sleepr. */
#include "scorers/periods.h"

enum { BEDTIME_START, WAKE_TIME_END, MIN_SLEEP, MAX_SLEEP, MIN_NONZERO, VARIANT };
enum { ACTILIFE, SLEEPR };

static void
small(struct rig *r)
{
	r->options[BEDTIME_START] = 2;
	r->options[WAKE_TIME_END] = 3;
	r->options[MIN_SLEEP] = 4;
	r->options[MAX_SLEEP] = 20;
	r->views[1] = (struct scorer_view){0};
}

static void
period_begins_with_sleep_and_ends_with_waking(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "WWSSSSSWWW", "rest"), "0011111000");
	/* short runs belong to what was before them */
	assert_string_equal(scored(r, "WSWSSWWSSWSWWW", "rest"), "00011111111000");
	assert_string_equal(
		scored(r, "SSSSWWWSWSWWSSSSSWWW", "rest"), "11110000000011111000");
}

static void
length_and_the_end_of_the_data_decide_what_counts(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "WWWSSSWWW", "rest"), "000000000");
	r->options[MAX_SLEEP] = 5;
	assert_string_equal(
		scored(r, "WSSSSSWWWSSSSSSWWW", "rest"), "011111000000000000");
	r->options[MAX_SLEEP] = 20;
	assert_string_equal(scored(r, "WSSSSSWW", "rest"), "00000000");
	assert_string_equal(scored(r, "WSSSSSWW...", "rest"), "00000000...");
	r->options[VARIANT] = SLEEPR;
	assert_string_equal(scored(r, "WSSSSSWW", "rest"), "01111111");
	assert_string_equal(scored(r, "........", "rest"), "........");
}

static void
minute_without_a_score_counts_as_awake_for_the_limits_only(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "WSSS..SSWWW", "rest"), "01111111000");
	assert_float_equal(rig_value(r, "tudor_locke.duration"), 7, 0);
	assert_float_equal(rig_value(r, "tudor_locke.tst"), 5, 0);
	assert_float_equal(rig_value(r, "tudor_locke.waso"), 0, 0);
	assert_float_equal(rig_value(r, "tudor_locke.awakenings"), 0, 0);
	assert_string_equal(scored(r, "WSSSS...SSSSWWW", "rest"), "01111...1111000");
}

static void
statistics_are_the_formulas(void **state)
{
	struct rig *r = *state;
	double counts[16];
	small(r);
	spell("9100070x00000000", counts);
	rig_view(r, 1, counts, 16, 60);
	assert_string_equal(scored(r, "WSSSWSWWSSSWWW", "rest"), "01111111111000");
	assert_float_equal(rig_value(r, "tudor_locke.duration"), 10, 0);
	assert_float_equal(rig_value(r, "tudor_locke.latency"), 0, 0);
	assert_float_equal(rig_value(r, "tudor_locke.tst"), 7, 0);
	assert_float_equal(rig_value(r, "tudor_locke.waso"), 3, 0);
	assert_float_equal(rig_value(r, "tudor_locke.efficiency"), 70, 1e-12);
	assert_float_equal(rig_value(r, "tudor_locke.awakenings"), 2, 0);
	assert_float_equal(rig_value(r, "tudor_locke.awakening_mean"), 1.5, 0);
	assert_float_equal(rig_value(r, "tudor_locke.counts"), 508, 0);
	assert_float_equal(rig_value(r, "tudor_locke.nonzero"), 3, 0);
	assert_float_equal(rig_value(r, "tudor_locke.movement"), 30, 1e-12);
	assert_float_equal(rig_value(r, "tudor_locke.fragmentation"), 100 / 3.0, 1e-12);
	assert_float_equal(
		rig_value(r, "tudor_locke.sleep_fragmentation"), 30 + 100 / 3.0, 1e-12);
}

static void
movement_is_of_the_minutes_with_activity(void **state)
{
	struct rig *r = *state;
	double counts[16];
	small(r);
	spell("00900...000000", counts);
	rig_view(r, 1, counts, 14, 60);
	r->options[MIN_NONZERO] = 1;
	assert_string_equal(scored(r, "WSSSSSSSSSSWWW", "rest"), "01111111111000");
	assert_float_equal(rig_value(r, "tudor_locke.movement"), 100 / 7.0, 1e-12);
	r->options[MIN_NONZERO] = 2;
	assert_string_equal(scored(r, "WSSSSSSSSSSWWW", "rest"), "00000000000000");
}

static void
minute_is_what_most_of_its_epochs_are(void **state)
{
	struct rig *r = *state;
	double v[32];
	small(r);
	/* half minutes from 00:00:30 on: W, WW, SS, SS, WS, SS, S., WW, WW, WW */
	int n = spell("WWWSSSSWSSSS.WWWWWW", v);
	r->in.start_ms = 30000;
	assert_int_equal(score_recording(r, v, n, 30), SCORER_OK);
	assert_float_equal(rig_value(r, "tudor_locke.duration"), 5, 0);
	assert_float_equal(rig_value(r, "tudor_locke.tst"), 4, 0);
	assert_float_equal(rig_value(r, "tudor_locke.waso"), 1, 0);
	assert_int_equal(r->values[0].t_ms, 0);
	assert_float_equal(r->values[2].value, 1, 0);
	assert_int_equal(r->values[2].t_ms, 2 * MINUTE);
}

static void
without_activity_there_is_no_movement(void **state)
{
	struct rig *r = *state;
	small(r);
	assert_string_equal(scored(r, "WSSSSSWWW", "rest"), "011111000");
	assert_true(isnan(rig_value(r, "tudor_locke.movement")));
	assert_true(isnan(rig_value(r, "tudor_locke.counts")));
	r->options[MIN_NONZERO] = 1;
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no activity to count minutes of movement in");
	r->options[MIN_NONZERO] = 0;
	rig_view(r, 0, (double[]){1, 1}, 2, 90);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "asleep is not a series of minutes, or finer");
	rig_view(r, 0, (double[]){1, 1}, 2, 60);
	rig_view(r, 1, (double[]){1, 1}, 2, 30);
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "activity is not a series of minutes");
}

/* The value of a channel at minute t; NAN = none. */
static double
at(const struct rig *r, const char *statistic, int minute)
{
	char channel[40];
	snprintf(channel, sizeof channel, "tudor_locke.%s", statistic);
	for (uint32_t i = 0; i < r->out.n_values; i++)
		if (strcmp(r->desc->writes[r->values[i].port].channel, channel) == 0 &&
			r->values[i].t_ms == (int64_t)minute * MINUTE)
			return r->values[i].value;
	return NAN;
}

struct column {
	const char *statistic;
	unsigned cell;
	double within;
};

/* One row against the last result: in bed, out of bed, onset and every statistic. */
static int
row_is_equal(const struct rig *r, char **cells, const unsigned times[3],
	const struct column *columns)
{
	int in_bed = minute_of(cells[times[0]]), equal = 1;
	equal &= in_bed + at(r, "duration", in_bed) == minute_of(cells[times[1]]);
	equal &= in_bed + at(r, "latency", in_bed) == minute_of(cells[times[2]]);
	for (const struct column *c = columns; c->statistic; c++)
		equal &= fabs(at(r, c->statistic, in_bed) - number(cells[c->cell])) <=
			 c->within;
	return equal;
}

static int
count_periods(const struct rig *r)
{
	int n = 0;
	for (uint32_t i = 0; i < r->out.n_values; i++)
		n += strcmp(r->desc->writes[r->values[i].port].channel,
			     "tudor_locke.duration") == 0;
	return n;
}

/* All rows of a table, a call each; every period that a call gives must have its row. */
static int
count_equal_rows(struct rig *r, const char *path, unsigned options_at,
	const unsigned times[3], const struct column *columns)
{
	static double asleep[EPOCHS_MAX], counts[EPOCHS_MAX];
	int equal = 0, last = 0, given = 0, rows = 0;
	char key[128] = "";
	read_column(ACTIGRAPH_EPOCHS, "axis1", counts);
	rig_view(r, 1, counts, ACTIGRAPH_MINUTES, 60);
	struct table t = open_table(path);
	for (; next_row(&t); rows++) {
		char **c = t.cells, now[128];
		unsigned o = options_at;
		int sadeh = strcmp(c[o - (times[0] == 7 ? 2 : 1)], "Sadeh") == 0;
		snprintf(now, sizeof now, "%d %s %s %s %s", sadeh, c[o], c[o + 1],
			c[o + 2], c[o + 3]);
		if (strcmp(now, key) != 0) {
			snprintf(key, sizeof key, "%s", now);
			assert_int_equal(given, last);
			read_column(ACTIGRAPH_EPOCHS, sadeh ? "sadeh" : "cole-kripke",
				asleep);
			r->options[BEDTIME_START] = number(c[o]);
			r->options[WAKE_TIME_END] = number(c[o + 1]);
			r->options[MIN_SLEEP] = number(c[o + 2]);
			r->options[MIN_NONZERO] = number(c[times[0] - 1]);
			assert_int_equal(
				score_recording(r, asleep, ACTIGRAPH_MINUTES, 60),
				SCORER_OK);
			given = count_periods(r);
			last = 0;
		}
		last++;
		equal += row_is_equal(r, c, times, columns);
	}
	assert_int_equal(given, last);
	return equal;
}

static void
every_period_equals_actilife(void **state)
{
	const struct column columns[] = {{"efficiency", 10, .005 + 1e-9},
		{"latency", 11, 0}, {"duration", 12, 0}, {"tst", 13, 0}, {"waso", 14, 0},
		{"awakenings", 15, 0}, {"awakening_mean", 16, .005 + 1e-9},
		{"counts", 17, 0}, {"movement", 18, .0005 + 1e-9},
		{"fragmentation", 19, .0005 + 1e-9},
		{"sleep_fragmentation", 20, .0005 + 1e-9}, {0}};
	int equal = count_equal_rows(*state,
		"sleep/actilife/GT3XPlus-RawData-Day01-sleep-periods.csv", 2,
		(const unsigned[]){7, 8, 9}, columns);
	print_message(
		"tudor_locke, ActiLife periods with 13 statistics: %d of 10 equal\n",
		equal);
	assert_int_equal(equal, 10);
}

static void
every_period_equals_sleepr(void **state)
{
	const struct column columns[] = {{"latency", 9, 0}, {"efficiency", 10, 1e-9},
		{"duration", 11, 0}, {"counts", 12, 0}, {"nonzero", 13, 0},
		{"tst", 14, 0}, {"waso", 15, 0}, {"awakenings", 16, 0},
		{"awakening_mean", 17, 1e-9}, {"movement", 18, 1e-9},
		{"fragmentation", 19, 1e-9}, {"sleep_fragmentation", 20, 1e-9}, {0}};
	struct rig *r = *state;
	r->options[VARIANT] = SLEEPR;
	int equal = count_equal_rows(r,
		"sleep/actilife/oracle/tudor_locke_periods_sleepr.csv", 2,
		(const unsigned[]){6, 7, 8}, columns);
	print_message("tudor_locke, sleepr periods with 13 statistics: %d of 33 equal\n",
		equal);
	assert_int_equal(equal, 33);
}

#define t(f) rig_test(f, "tudor_locke")

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(period_begins_with_sleep_and_ends_with_waking),
		t(length_and_the_end_of_the_data_decide_what_counts),
		t(minute_without_a_score_counts_as_awake_for_the_limits_only),
		t(statistics_are_the_formulas),
		t(movement_is_of_the_minutes_with_activity),
		t(minute_is_what_most_of_its_epochs_are),
		t(without_activity_there_is_no_movement),
		t(every_period_equals_actilife),
		t(every_period_equals_sleepr),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
