/* SPDX-License-Identifier: MIT */
/* What people say, by every way: taps through the broker, `dozed rate` and `dozed feedback` with
 * a daemon and without, and what each is told when it is not taken. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "core/day.h"
#include "peer.h"
#include "rig.h"
#include "store/store.h"

static struct rig rig;
static struct zone *berlin;

static int
setup(void **state)
{
	(void)state;
	rig_open(&rig);
	rig_broker_start(&rig);
	return zone_open("Europe/Berlin", &berlin);
}

static int
teardown(void **state)
{
	(void)state;
	berlin = zone_free(berlin);
	rig_close(&rig);
	return 0;
}

static int
dozed(char *out, size_t size, const char *first, ...)
{
	const char *args[12] = {first};
	va_list ap;
	va_start(ap, first);
	for (size_t i = 1; i < array_len(args) - 1 && args[i - 1]; i++)
		args[i] = va_arg(ap, const char *);
	va_end(ap);
	return rig_dozed(&rig, args, out, size);
}

static civil_day
today(enum rating_kind kind)
{
	const struct rating now = {.kind = kind, .at = UTC((int64_t)time(NULL) * 1000)};
	return rating_date(berlin, &now);
}

static double
rated(enum rating_kind kind, civil_day date)
{
	struct store *s;
	struct day d;
	char why[256], dir[96];
	snprintf(dir, sizeof(dir), "%s/state", rig.dir);
	assert_int_equal(store_open(dir, STORE_READ, STORE_PROCESS, &s, why), 0);
	assert_int_equal(store_days_load(s, "anna", date, 1, &d), 0);
	store_close(s);
	return d.rating[kind];
}

static int
count_answer(void *ctx, const struct feedback *f)
{
	*(int *)ctx += f->kind;
	return 0;
}

static int
answers(void)
{
	struct store *s;
	char why[256], dir[96];
	int n = 0;
	snprintf(dir, sizeof(dir), "%s/state", rig.dir);
	assert_int_equal(store_open(dir, STORE_READ, STORE_PROCESS, &s, why), 0);
	assert_int_equal(store_feedback_between(
				 s, "anna", UTC(0), UTC(INT64_MAX), count_answer, &n),
		0);
	store_close(s);
	return n;
}

static void
a_rating_comes_by_the_broker_and_is_corrected_at_the_command_line(void **state)
{
	char out[2048], date[CIVIL_DATE_LEN], want[64];
	civil_day yesterday = DAY(today(RATING_PAIN_DAY).n - 1);
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "phone", NULL);
	peer_publish(p, "dozed/anna/pain_day/set", "7.0", 3);
	peer_publish(p, "dozed/anna/pain_day/set", "None", 4);
	rig_until(&rig, "counters.ignored", '=', 1);
	rig_until(&rig, "counters.taps", '=', 1);
	assert_int_equal(dozed(out, sizeof(out), "rate", "pain_day", "4", NULL), 0);
	snprintf(want, sizeof(want), "pain_day of %s: 4\n",
		civil_date_text(today(RATING_PAIN_DAY), date));
	assert_string_equal(out, want);
	civil_date_text(yesterday, date);
	assert_int_equal(dozed(out, sizeof(out), "rate", "pain_day", "9", "--person",
				 "anna", "--date", date, NULL),
		0);
	rig_until(&rig, "counters.taps", '=', 3);
	rig_until(&rig, "to_score", '=', 0);
	assert_true(rated(RATING_PAIN_DAY, today(RATING_PAIN_DAY)) == 4);
	assert_true(rated(RATING_PAIN_DAY, yesterday) == 9);
	rig_end(&rig, SIGKILL, NULL);
	rig_start_ready(&rig);
	assert_int_equal(
		dozed(out, sizeof(out), "rate", "pain_day", "withdraw", NULL), 0);
	assert_non_null(strstr(out, ": withdrawn\n"));
	rig_until(&rig, "counters.taps", '=', 1);
	rig_until(&rig, "to_score", '=', 0);
	assert_false(rated(RATING_PAIN_DAY, today(RATING_PAIN_DAY)) >= 0);
	assert_int_equal(rig_number(&rig, "store.dead_letters"), 0);
	peer_close(p);
}

static void
what_is_not_taken_is_told_in_the_same_words(void **state)
{
	static const struct {
		const char *kind, *value, *date;
		int code;
		const char *said;
	} bad[] = {
		{"pain_day", "7.5", NULL, 1,
			"dozed: 7.5 is not taken: pain is a whole number from 0 to 10\n"},
		{"sleep_quality", "11", NULL, 1,
			"dozed: 11 is not taken: sleep quality is a whole number from 0 "
			"to 10\n"},
		{"pain_day", "None", NULL, 1,
			"dozed: None is not taken: there is no rating in it\n"},
		{"pain_day", "4", "2020-01-01", 1,
			"dozed: 4 is not taken: a day can be rated until 48 hours after "
			"its end; this one is over for longer\n"},
		{"pain_day", "4", "2199-01-01", 1,
			"dozed: 4 is not taken: that day has not begun yet\n"},
		{"pane_day", "4", NULL, 2,
			"dozed: rate: pane_day: choose one of sleep_quality, "
			"pain_morning, pain_day\n"},
		{"pain_day", NULL, NULL, 2,
			"dozed: rate needs a KIND and a VALUE, such as: dozed rate "
			"pain_day 4\n"},
	};
	char out[2048];

	(void)state;
	for (int running = 0; running < 2; running++) {
		if (running)
			rig_start_ready(&rig);
		for (size_t i = 0; i < array_len(bad); i++) {
			assert_int_equal(
				bad[i].date ? dozed(out, sizeof(out), "rate", bad[i].kind,
						      bad[i].value, "--date", bad[i].date,
						      NULL)
					    : dozed(out, sizeof(out), "rate", bad[i].kind,
						      bad[i].value, NULL),
				bad[i].code);
			assert_string_equal(out, bad[i].said);
		}
	}
	assert_int_equal(rig_number(&rig, "counters.taps"), 0);
	assert_int_equal(rig_number(&rig, "store.batches"), 0);
}

static void
an_answer_comes_by_broker_and_command_line(void **state)
{
	char out[2048];
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "phone", NULL);
	peer_publish(p, "dozed/anna/cmd", "ack", 3);
	rig_until(&rig, "counters.taps", '=', 1);
	assert_int_equal(dozed(out, sizeof(out), "feedback", "snooze", NULL), 0);
	assert_string_equal(out, "no alerts for 24 h\n");
	assert_int_equal(dozed(out, sizeof(out), "feedback", "false-alarm", "--person",
				 "anna", NULL),
		0);
	assert_string_equal(out, "false-alarm: noted\n");
	rig_until(&rig, "counters.taps", '=', 3);
	rig_until(&rig, "to_score", '=', 0);
	assert_int_equal(answers(), 1 + 2 + 3);
	assert_int_equal(dozed(out, sizeof(out), "feedback", "dance", NULL), 2);
	assert_string_equal(
		out, "dozed: feedback: choose one of ack, snooze, false-alarm\n");
	assert_int_equal(
		dozed(out, sizeof(out), "feedback", "ack", "--person", "bob", NULL), 2);
	peer_close(p);
}

static void
without_a_daemon_it_goes_into_the_store(void **state)
{
	char out[2048];
	civil_day d = today(RATING_SLEEP_QUALITY);

	(void)state;
	assert_int_equal(dozed(out, sizeof(out), "rate", "sleep_quality", "6", NULL), 0);
	assert_non_null(strstr(out, "no daemon runs: it is stored, and counts from the "
				    "next start on\n"));
	assert_int_equal(dozed(out, sizeof(out), "feedback", "ack", NULL), 0);
	rig_start_ready(&rig);
	rig_until(&rig, "to_score", '=', 0);
	assert_int_equal(rig_number(&rig, "store.batches"), 2);
	assert_true(rated(RATING_SLEEP_QUALITY, d) == 6);
	assert_int_equal(answers(), 1);
}

/* In a zone where it is eight o'clock now, so that the morning's question is due. */
static void
whoever_has_not_rated_is_asked(void **state)
{
	static const char *const filters[] = {"dozed/+/alert", NULL};
	int offset = 8 - (int)(time(NULL) / 3600 % 24);
	char persons[512], out[2048], event[4096];
	struct peer *p;

	(void)state;
	offset += offset < -12 ? 24 : 0;
	snprintf(rig.options, sizeof(rig.options), "alert { settle = \"1 s\" }\n");
	snprintf(persons, sizeof(persons),
		"person \"anna\" { timezone = \"Etc/GMT%+d\" sleep_prompt = \"07:59\" }\n"
		"person \"ben\" { timezone = \"Etc/GMT%+d\" sleep_prompt = \"07:59\" }\n",
		-offset, -offset);
	rig_config(&rig, persons);
	assert_int_equal(dozed(out, sizeof(out), "rate", "--person", "anna",
				 "sleep_quality", "6", NULL),
		0);
	p = peer_open(rig.port, "phone", filters);
	rig_start_ready(&rig);
	size_t n = peer_expect(p, "dozed/ben/alert", event, sizeof(event) - 1);
	event[n] = '\0';
	json_t *root = json_loads(event, 0, NULL);
	assert_string_equal(
		json_string_value(json_object_get(root, "event_type")), "sleep_prompt");
	json_decref(root);
	assert_int_equal(peer_count(p, "dozed/anna/alert"), 0);
	rig_until(&rig, "store.outbox", '=', 0);
	rig_end(&rig, SIGKILL, NULL); /* and not again after a kill */
	rig_start_ready(&rig);
	peer_publish(p, "dozed/ben/sleep_quality/set", "7", 1);
	rig_until(&rig, "counters.taps", '=', 1);
	rig_until(&rig, "to_score", '=', 0);
	rig_until(&rig, "store.outbox", '=', 0);
	assert_int_equal(peer_count(p, "dozed/ben/alert"), 0);
	peer_close(p);
	rig.options[0] = '\0';
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_rating_comes_by_the_broker_and_is_corrected_at_the_command_line),
		T(what_is_not_taken_is_told_in_the_same_words),
		T(an_answer_comes_by_broker_and_command_line),
		T(without_a_daemon_it_goes_into_the_store),
		T(whoever_has_not_rated_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
