/* SPDX-License-Identifier: MIT */
/* What crosses between threads: all of it, bounded, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <stdatomic.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "config.h"
#include "in/inbox.h"

static atomic_int woken;

static void
wake(void *user)
{
	(void)user;
	atomic_fetch_add(&woken, 1);
}

static struct device_id
device(unsigned i)
{
	struct device_id d = {.person = "anna", .source = "csv"};

	snprintf(d.device, sizeof(d.device), "watch%u", i);
	return d;
}

static struct inbox_news news;

static void
a_burst_of_one_device_becomes_one_note(void **state)
{
	struct inbox *in = inbox_new(wake, NULL);
	struct device_id d = device(1);
	struct inbox_counts n;

	(void)state;
	atomic_store(&woken, 0);
	for (int i = 0; i < 1000; i++)
		inbox_put(in, &d, i % 4 ? INBOX_STORED : INBOX_DUPLICATE);
	assert_int_equal(atomic_load(&woken), 1000);
	assert_false(inbox_is_idle(in));
	inbox_take(in, &news);
	assert_true(inbox_is_idle(in));
	assert_int_equal(news.n_devices, 1);
	assert_string_equal(news.devices[0].device, "watch1");
	assert_true(news.stored);
	inbox_counts(in, &n);
	assert_int_equal(n.stored, 750);
	assert_int_equal(n.duplicates, 250);
	inbox_take(in, &news);
	assert_int_equal(news.n_devices, 0);
	assert_false(news.stored);
	inbox_free(in);
}

static void
too_many_devices_are_summed_up_not_lost(void **state)
{
	struct inbox *in = inbox_new(wake, NULL);

	(void)state;
	for (unsigned i = 0; i <= INBOX_DEVICES_MAX; i++) {
		struct device_id d = device(i);

		inbox_put(in, &d, INBOX_STORED);
		inbox_put(in, &d, INBOX_STORED);
	}
	inbox_take(in, &news);
	assert_int_equal(news.n_devices, INBOX_DEVICES_MAX);
	assert_true(news.all_devices);
	inbox_free(in);
}

static void
a_duplicate_asks_for_an_ack_but_not_for_scoring(void **state)
{
	struct inbox *in = inbox_new(wake, NULL);
	struct device_id d = device(0);

	(void)state;
	inbox_put(in, &d, INBOX_DUPLICATE);
	inbox_take(in, &news);
	assert_int_equal(news.n_devices, 1);
	assert_false(news.stored);
	inbox_put(in, NULL, INBOX_REFUSED);
	inbox_take(in, &news);
	assert_int_equal(news.n_devices, 0);
	inbox_free(in);
}

static void
only_listed_people_and_devices_are_admitted(void **state)
{
	struct person people[2] = {
		{.id = "anna", .n_devices = 2, .devices = {"csv/watch", "tap/*"}},
		{.id = "bob"}};
	struct inbox *in = inbox_new(wake, NULL);

	(void)state;
	assert_int_equal(inbox_admits(in, "anna", "csv", "watch"), ADMIT_NO_PERSON);
	inbox_admit(in, people, 2, person_has_device);
	assert_int_equal(inbox_admits(in, "anna", "csv", "watch"), ADMITTED);
	assert_int_equal(inbox_admits(in, "anna", "csv", "ring"), ADMIT_NO_DEVICE);
	assert_int_equal(inbox_admits(in, "anna", NULL, NULL), ADMITTED);
	assert_int_equal(inbox_admits(in, "bob", "any", "thing"), ADMITTED);
	assert_int_equal(inbox_admits(in, "bobby", "any", "thing"), ADMIT_NO_PERSON);
	inbox_admit(in, people, 1, person_has_device);
	assert_int_equal(inbox_admits(in, "bob", "any", "thing"), ADMIT_NO_PERSON);
	inbox_free(in);
}

static void
a_person_is_copied_with_a_zone_of_their_own(void **state)
{
	struct inbox *in = inbox_new(wake, NULL);
	struct person people[1] = {{.id = "anna"}}, got;

	(void)state;
	assert_int_equal(zone_open("Europe/Berlin", &people[0].zone), 0);
	inbox_admit(in, people, 1, person_has_device);
	people[0].zone = zone_free(people[0].zone); /* the configuration is gone */
	assert_false(inbox_person(in, "bob", &got));
	assert_true(inbox_person(in, "anna", &got));
	inbox_admit(in, people, 0, person_has_device);
	assert_string_equal(got.id, "anna");
	assert_string_equal(zone_name(got.zone), "Europe/Berlin");
	assert_int_equal(zone_offset_s(got.zone, UTC(INT64_C(1774761120000))), 7200);
	zone_free(got.zone);
	inbox_free(in);
}

static void
an_ack_that_failed_asks_for_all_and_a_row_for_itself(void **state)
{
	struct inbox *in = inbox_new(wake, NULL);

	(void)state;
	inbox_put_sent(in, 0, 0);
	inbox_put_sent(in, 7, 1);
	inbox_put_sent(in, 8, 0);
	inbox_take(in, &news);
	assert_true(news.all_devices);
	assert_int_equal(news.n_sent, 2);
	assert_int_equal(news.sent[0].id, 7);
	assert_true(news.sent[0].ok);
	assert_false(news.sent[1].ok);
	inbox_free(in);
}

static void
a_receiver_without_a_sign_of_life_is_seen(void **state)
{
	struct inbox *in = inbox_new(wake, NULL);

	(void)state;
	assert_int_equal(inbox_stuck_ms(in, (mono_ms){5000}), 0);
	inbox_beat(in, (mono_ms){1000});
	assert_int_equal(inbox_stuck_ms(in, (mono_ms){5000}), 4000);
	assert_false(inbox_is_idle(in));
	inbox_beat(in, (mono_ms){0});
	assert_int_equal(inbox_stuck_ms(in, (mono_ms){5000}), 0);
	inbox_free(in);
}

static void *
put_many(void *arg)
{
	for (unsigned i = 0; i < 20000; i++) {
		struct device_id d = device(i % 7);

		inbox_put(arg, &d, INBOX_STORED);
	}
	return NULL;
}

static void
threads_lose_nothing(void **state)
{
	struct inbox *in = inbox_new(wake, NULL);
	struct inbox_counts n = {0};
	pthread_t t[2];
	unsigned taken = 0;

	(void)state;
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, put_many, in);
	while (n.stored < 40000) {
		inbox_take(in, &news);
		taken += news.n_devices;
		inbox_counts(in, &n);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	inbox_take(in, &news);
	assert_true(taken + news.n_devices >= 7);
	assert_true(inbox_is_idle(in));
	inbox_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_of_one_device_becomes_one_note),
		cmocka_unit_test(too_many_devices_are_summed_up_not_lost),
		cmocka_unit_test(a_duplicate_asks_for_an_ack_but_not_for_scoring),
		cmocka_unit_test(only_listed_people_and_devices_are_admitted),
		cmocka_unit_test(a_person_is_copied_with_a_zone_of_their_own),
		cmocka_unit_test(an_ack_that_failed_asks_for_all_and_a_row_for_itself),
		cmocka_unit_test(a_receiver_without_a_sign_of_life_is_seen),
		cmocka_unit_test(threads_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
