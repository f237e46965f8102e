/* SPDX-License-Identifier: MIT */
/* The graph: which descriptors and options are refused and in what words, and the order in
 * which the others run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/scorers.h"
#include "sys/loader.h"

/* A descriptor that can be changed; ports hold one more than allowed. */
struct made {
	struct scorer d;
	struct scorer_port reads[SCORER_PORTS_MAX + 2], writes[SCORER_PORTS_MAX + 2];
	struct scorer_option options[SCORER_OPTS_MAX + 2];
	char names[SCORER_PORTS_MAX + 2][8];
};

static struct scorers all;
static char why[SCORERS_WHY_LEN];

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)in, (void)options;
	return scorer_skip(ret, "only made to be ordered");
}

/* Reads and writes one channel each, unit "u"; channels of the table have their own. */
static struct made *
make(const char *name, enum scorer_window_kind kind, const char *reads,
	const char *writes)
{
	static struct made pool[SCORERS_MAX + 8];
	static unsigned next;
	struct made *m = &pool[next++ % array_len(pool)];
	const struct channel *c = channel_by_name(reads);
	*m = (struct made){
		.d = {SCORER_HEAD, .name = name, .version = "1", .summary = "made",
			.window = {kind, 420, 60, 240, 30}, .score = score},
		.reads = {{reads, c ? c->unit : "u", 0, 10, 1}},
		.writes = {{writes, "u", 0, 1, 0}},
	};
	m->d.reads = m->reads;
	m->d.writes = m->writes;
	m->d.options = m->options;
	return m;
}

static void
add(const struct made *m)
{
	if (scorers_add(&all, &m->d, why))
		fail_msg("%s", why);
}

static void
refused(int code, int expected, const char *because)
{
	if (code != expected || !strstr(why, because))
		fail_msg("code %d, \"%s\"; expected %d, \"...%s...\"", code, why,
			expected, because);
}

static void
refuses_to_add(const struct made *m, int expected, const char *because)
{
	unsigned before = all.n;
	refused(scorers_add(&all, &m->d, why), expected, because);
	assert_int_equal(all.n, before);
}

static void
order_is(const char *names)
{
	char got[512] = "";
	if (scorers_order(&all, why))
		fail_msg("%s", why);
	for (unsigned i = 0; i < all.n; i++)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s",
			i ? " " : "", all.list[i].desc->name);
	assert_string_equal(got, names);
}

static void
bundled_scorers_run_from_epochs_to_days(void **state)
{
	static const char *const names[] = {"pain_forecast", "night_score", "sleep_stats",
		"vendor_stages", "cole_kripke"};
	struct loader *l = NULL;
	const struct scorer *d;
	(void)state;
	assert_int_equal(loader_new(getenv("DOZED_SCORER_DIR"), &l), 0);
	for (size_t i = 0; i < array_len(names); i++)
		if (loader_open(l, names[i], &d, why) || scorers_add(&all, d, why))
			fail_msg("%s", why);
	order_is("cole_kripke vendor_stages sleep_stats night_score pain_forecast");
	assert_int_equal(scorers_channel_kind(&all, "asleep"), CHANNEL_KIND_EPOCHS);
	assert_int_equal(scorers_channel_kind(&all, "night.waso"), CHANNEL_KIND_NIGHTLY);
	assert_int_equal(scorers_channel_kind(&all, "day_outlook"), CHANNEL_KIND_DAILY);
	assert_int_equal(scorers_channel_kind(&all, "activity"), CHANNEL_KIND_SAMPLES);
	assert_int_equal(scorers_channel_kind(&all, "moonlight"), -1);
	assert_float_equal(scorers_find(&all, "cole_kripke")->options[1], 300, 0);
	assert_null(scorers_find(&all, "cole"));
	loader_free(l);
}

static void
forecast_alone_is_fine_with_nobody_to_read_from(void **state)
{
	struct loader *l = NULL;
	const struct scorer *d;
	(void)state;
	assert_int_equal(loader_new(getenv("DOZED_SCORER_DIR"), &l), 0);
	assert_int_equal(loader_open(l, "pain_forecast", &d, why), 0);
	assert_int_equal(scorers_add(&all, d, why), 0);
	order_is("pain_forecast");
	loader_free(l);
}

static void
refused_files_are_told_apart(void **state)
{
	static const struct {
		const char *name, *because;
		int at_add, at_order;
	} cases[] = {
		{"bad_port", "bad_port writes \"Bad Channel!\"", SCORERS_E_NAME, 0},
		{"unprovided",
			"unprovided reads moonlight, which no input and no loaded scorer "
			"provides",
			0, SCORERS_E_UNPROVIDED},
	};
	struct loader *l = NULL;
	const struct scorer *d;
	char dir[1024];
	(void)state;
	snprintf(dir, sizeof dir, "%s/refused", getenv("DOZED_BUILD"));
	assert_int_equal(loader_new(dir, &l), 0);
	for (size_t i = 0; i < array_len(cases); i++) {
		memset(&all, 0, sizeof all);
		assert_int_equal(loader_open(l, cases[i].name, &d, why), 0);
		int r = scorers_add(&all, d, why);
		assert_int_equal(r, cases[i].at_add);
		refused(r ? r : scorers_order(&all, why),
			cases[i].at_add ? cases[i].at_add : cases[i].at_order,
			cases[i].because);
	}
	memset(&all, 0, sizeof all);
	assert_int_equal(loader_open(l, "cycle_a", &d, why), 0);
	assert_int_equal(scorers_add(&all, d, why), 0);
	refused(scorers_add(&all, d, why), SCORERS_E_NAME, "cycle_a is loaded twice");
	assert_int_equal(loader_open(l, "cycle_b", &d, why), 0);
	assert_int_equal(scorers_add(&all, d, why), 0);
	refused(scorers_order(&all, why), SCORERS_E_CYCLE,
		"a cycle: cycle_b reads a of cycle_a, cycle_a reads b of cycle_b");
	loader_free(l);
}

static void
writers_run_before_readers_and_ties_stay(void **state)
{
	(void)state;
	add(make("reads_both", SCORER_NIGHT, "mid", "night.end"));
	add(make("second", SCORER_NIGHT, "first_out", "mid"));
	add(make("day", SCORER_DAYS, "night.end", "judgement"));
	add(make("also_mid", SCORER_NIGHT, "vendor_stage", "mid"));
	add(make("z_first", SCORER_NIGHT, "vendor_stage", "first_out"));
	add(make("minute", SCORER_SLIDING, "activity", "mid"));
	order_is("minute also_mid z_first second reads_both day");
}

static void
cycles_name_their_members(void **state)
{
	(void)state;
	add(make("innocent", SCORER_SLIDING, "activity", "fine"));
	add(make("waits", SCORER_SLIDING, "c", "w"));
	add(make("x", SCORER_SLIDING, "c", "a"));
	add(make("y", SCORER_SLIDING, "a", "b"));
	add(make("z", SCORER_SLIDING, "b", "c"));
	refused(scorers_order(&all, why), SCORERS_E_CYCLE, "x reads c of z");
	assert_non_null(strstr(why, "z reads b of y"));
	assert_non_null(strstr(why, "y reads a of x"));
	assert_null(strstr(why, "waits"));
	assert_null(strstr(why, "innocent"));
	assert_string_equal(all.list[0].desc->name, "innocent"); /* untouched */
	memset(&all, 0, sizeof all);
	add(make("own", SCORER_NIGHT, "tail", "tail"));
	refused(scorers_order(&all, why), SCORERS_E_CYCLE, "own reads tail of own");
}

static void
channels_must_be_there_in_time_and_kind(void **state)
{
	(void)state;
	add(make("late", SCORER_NIGHT, "vendor_stage", "smooth"));
	add(make("early", SCORER_SLIDING, "smooth", "out"));
	refused(scorers_order(&all, why), SCORERS_E_UNPROVIDED,
		"early reads smooth, which late writes only later");
	memset(&all, 0, sizeof all);
	add(make("daily", SCORER_DAYS, "heart_rate", "out"));
	refused(scorers_order(&all, why), SCORERS_E_UNPROVIDED,
		"daily reads heart_rate, which is a series of samples: a DAYS window "
		"cannot show it");
	memset(&all, 0, sizeof all);
	add(make("sliding", SCORER_SLIDING, "pain_day", "out"));
	refused(scorers_order(&all, why), SCORERS_E_UNPROVIDED,
		"which is one value a day");
	memset(&all, 0, sizeof all);
	struct made *m = make("hopeful", SCORER_NIGHT, "moonlight", "night.out");
	add(m);
	refused(scorers_order(&all, why), SCORERS_E_UNPROVIDED,
		"hopeful reads moonlight");
	m->reads[0].required = 0;
	order_is("hopeful");
}

static void
units_must_agree(void **state)
{
	(void)state;
	struct made *m = make("grams", SCORER_SLIDING, "activity", "out");
	m->reads[0].unit = "g";
	add(m);
	refused(scorers_order(&all, why), SCORERS_E_RANGE,
		"grams reads activity in \"g\", the input gives it in \"counts\"");
	memset(&all, 0, sizeof all);
	m = make("hours", SCORER_NIGHT, "vendor_stage", "night.x");
	m->writes[0].unit = "h";
	add(m);
	add(make("minutes", SCORER_NIGHT, "vendor_stage", "night.x"));
	refused(scorers_order(&all, why), SCORERS_E_RANGE,
		"both write night.x, but not in the same unit and kind");
}

static void
abi_disagreements_name_both_numbers(void **state)
{
	(void)state;
	struct made *m = make("abi", SCORER_NIGHT, "vendor_stage", "out");
	m->d.magic = 1;
	refuses_to_add(m, SCORERS_E_ABI, "magic 0x00000001, expected 0x444f5a53");
	m->d.magic = SCORER_MAGIC;
	m->d.abi_major = 2;
	refuses_to_add(m, SCORERS_E_ABI, "made for scorer ABI 2, this dozed speaks 1");
	m->d.abi_major = 1;
	m->d.size = 16;
	refuses_to_add(m, SCORERS_E_ABI, "says it has 16, ABI 1.0 has");
	m->d.size = sizeof m->d;
	m->d.abi_minor = 3; /* a newer minor only appends */
	add(m);
}

static void
names_and_numbers_of_a_descriptor_are_checked(void **state)
{
	(void)state;
	refuses_to_add(make("Bad-Name", SCORER_NIGHT, "vendor_stage", "out"),
		SCORERS_E_NAME, "[a-z0-9_]{1,32}, not \"Bad-Name\"");
	refuses_to_add(make("a", SCORER_NIGHT, "vendor_stage", "activity"),
		SCORERS_E_NAME, "a writes activity, which is an input");
	refuses_to_add(make("a", SCORER_NIGHT, "vendor_stage", "vendor.mine"),
		SCORERS_E_NAME, "which is an input");
	refuses_to_add(make("a", SCORER_SLIDING, "activity", "night.mine"),
		SCORERS_E_NAME, "only a NIGHT or NIGHTS scorer writes night.*");
	struct made *m = make("a", SCORER_NIGHT, "vendor_stage", "out");
	m->reads[1] = m->reads[0];
	refuses_to_add(m, SCORERS_E_NAME, "a reads vendor_stage twice");
	m = make("a", SCORER_NIGHT, "vendor_stage", "out");
	m->writes[0].max = -1;
	refuses_to_add(m, SCORERS_E_RANGE, "its range is not min <= max");
	m->writes[0] = (struct scorer_port){0};
	refuses_to_add(m, SCORERS_E_RANGE, "a writes no channel");
	m = make("a", SCORER_NIGHT, "vendor_stage", "out");
	m->d.version = NULL;
	refuses_to_add(m, SCORERS_E_ABI, "a has no version");
	m = make("a", (enum scorer_window_kind)9, "vendor_stage", "out");
	refuses_to_add(m, SCORERS_E_RANGE, "window kind 9 is unknown");
	m = make("a", SCORER_SLIDING, "activity", "out");
	m->d.window.hop_s = 0;
	refuses_to_add(m, SCORERS_E_RANGE, "hop 0 s");
	m->d.window.hop_s = 60, m->d.window.length_s = SCORER_LENGTH_MAX_S + 1;
	refuses_to_add(m, SCORERS_E_RANGE, "length and hop are 1..172800");
	m = make("a", SCORER_DAYS, "pain_day", "out");
	m->d.window.days = 1001;
	refuses_to_add(m, SCORERS_E_RANGE, "a window of 1001 days is not possible");
}

static void
limits_hold(void **state)
{
	static char names[SCORERS_MAX + 1][8];
	(void)state;
	struct made *m = make("a", SCORER_NIGHT, "vendor_stage", "out");
	for (int i = 0; i <= SCORER_PORTS_MAX; i++) {
		snprintf(m->names[i], sizeof m->names[i], "c%d", i);
		m->writes[i] = (struct scorer_port){m->names[i], "u", 0, 1, 0};
	}
	refuses_to_add(m, SCORERS_E_LIMIT, "a writes more than 16 channels");
	m = make("a", SCORER_NIGHT, "vendor_stage", "out");
	for (int i = 0; i <= SCORER_OPTS_MAX; i++) {
		snprintf(m->names[i], sizeof m->names[i], "o%d", i);
		m->options[i] =
			(struct scorer_option){m->names[i], 0, 0, 1, "u", NULL, "help"};
	}
	refuses_to_add(m, SCORERS_E_LIMIT, "a has more than 16 options");
	m = make("a", SCORER_NIGHT, "vendor_stage", "out");
	m->d.scratch_size = 1 << 20;
	refuses_to_add(
		m, SCORERS_E_LIMIT, "1048576 bytes of scratch, the limit is 65536");
	for (int i = 0; i <= SCORERS_MAX; i++) {
		snprintf(names[i], sizeof names[i], "s%d", i);
		m = make(names[i], SCORER_NIGHT, "vendor_stage", "out");
		if (i < SCORERS_MAX)
			add(m);
	}
	refuses_to_add(m, SCORERS_E_LIMIT, "s64 would be scorer 65, the limit is 64");
	assert_int_equal(scorers_order(&all, why), 0);
	assert_string_equal(all.list[63].desc->name, "s63");
}

static void
options_are_numbers_or_words_within_their_range(void **state)
{
	static const struct scorer_option options[] = {
		{"gain", 2, 0.5, 8, "x", NULL, "help"},
		{"mode", 1, 0, 0, "", "slow|fast|auto", "help"}, {0}};
	static const struct {
		const char *scorer, *option, *text, *because;
	} bad[] = {
		{"s", "gain", "0.4", "s: gain = 0.4 is outside 0.5..8 x"},
		{"s", "gain", "9", "s: gain = 9 is outside 0.5..8 x"},
		{"s", "gain", "5x", "s: gain = 5x is not a number"},
		{"s", "gain", "", "is not a number"},
		{"s", "gain", "nan", "is not a number"},
		{"s", "gain", "1e999", "is not a number"},
		{"s", "mode", "quick", "s: mode = quick: it is one of slow|fast|auto"},
		{"s", "mode", "slow|fast", "it is one of"},
		{"s", "mode", "1", "it is one of"},
		{"s", "speed", "1", "s has no option speed"},
		{"t", "gain", "1", "no scorer t is loaded"},
	};
	(void)state;
	struct made *m = make("s", SCORER_NIGHT, "vendor_stage", "out");
	m->d.options = options;
	add(m);
	const double *got = all.list[0].options;
	assert_float_equal(got[0], 2, 0);
	assert_int_equal(scorers_set(&all, "s", "gain", "0.5", why), 0);
	assert_int_equal(scorers_set(&all, "s", "mode", "auto", why), 0);
	for (size_t i = 0; i < array_len(bad); i++)
		refused(scorers_set(&all, bad[i].scorer, bad[i].option, bad[i].text, why),
			SCORERS_E_OPTION, bad[i].because);
	assert_float_equal(got[0], 0.5, 0);
	assert_float_equal(got[1], 2, 0);
	m = make("t", SCORER_NIGHT, "vendor_stage", "out");
	m->options[0] = (struct scorer_option){"far", 9, 0, 1, "u", NULL, "help"};
	refuses_to_add(m, SCORERS_E_RANGE, "the default 9 of option far is outside");
	m->options[0] = (struct scorer_option){"word", 2, 0, 1, "", "a|b", "help"};
	refuses_to_add(m, SCORERS_E_RANGE, "the default 2 of option word");
	m->options[0].def = 0.5;
	refuses_to_add(m, SCORERS_E_RANGE, "the default 0.5 of option word");
	m->options[0] = m->options[1] = options[0];
	refuses_to_add(m, SCORERS_E_NAME, "t has the option gain twice");
}

static int
setup(void **state)
{
	(void)state;
	memset(&all, 0, sizeof all);
	return 0;
}

#define t(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(bundled_scorers_run_from_epochs_to_days),
		t(forecast_alone_is_fine_with_nobody_to_read_from),
		t(refused_files_are_told_apart),
		t(writers_run_before_readers_and_ties_stay),
		t(cycles_name_their_members),
		t(channels_must_be_there_in_time_and_kind),
		t(units_must_agree),
		t(abi_disagreements_name_both_numbers),
		t(names_and_numbers_of_a_descriptor_are_checked),
		t(limits_hold),
		t(options_are_numbers_or_words_within_their_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
