/* SPDX-License-Identifier: MIT */
/* What comes out: a night of this morning is published, once, whatever happens to the broker
 * and to the daemon in between. It is always this morning: the person lives in a zone where it
 * is eight o'clock now. */
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
#include <dozed/v1/out.pb-c.h>

#include "batches.h"
#include "peer.h"
#include "rig.h"

#define INGEST     "dozed/v1/ingest/anna/csv/watch"
#define OUT_NIGHT  "dozed/v1/out/anna/night"
#define JSON_NIGHT "dozed/anna/night"
#define JSON_STATE "dozed/anna/state"

static struct rig rig;

static int
setup(void **state)
{
	int offset = 8 - (int)(time(NULL) / 3600 % 24);
	char persons[160];

	(void)state;
	if (offset < -12)
		offset += 24;
	rig_open(&rig);
	snprintf(rig.options, sizeof(rig.options), "alert { settle = \"1 s\" }\n");
	snprintf(persons, sizeof(persons),
		"person \"anna\" { timezone = \"Etc/GMT%+d\" sleep_prompt = off }\n",
		-offset);
	rig_config(&rig, persons);
	rig_broker_start(&rig);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

/* In bed at 23:00, out at 06:40, an hour and more ago. */
static void
publish_night(struct peer *p)
{
	unsigned char bytes[BATCH_BYTES_MAX];
	int64_t eight = (int64_t)time(NULL) / 3600 * 3600000;

	peer_publish(
		p, INGEST, bytes, batch_night(bytes, 5, 1, eight - 9 * 3600000, 460));
}

static void
expect_night(struct peer *p)
{
	unsigned char bytes[8192];
	size_t n = peer_expect(p, OUT_NIGHT, bytes, sizeof(bytes));
	Dozed__V1__Night *night = dozed__v1__night__unpack(NULL, n, bytes);
	json_t *json;

	assert_non_null(night);
	assert_string_equal(night->person, "anna");
	assert_int_equal(night->kind, DOZED__V1__SLEEP_KIND__SLEEP_KIND_MAIN);
	dozed__v1__night__free_unpacked(night, NULL);
	n = peer_expect(p, JSON_NIGHT, bytes, sizeof(bytes) - 1);
	bytes[n] = '\0';
	json = json_loads((const char *)bytes, 0, NULL);
	assert_non_null(json);
	json_decref(json);
}

/* What it says of how often the outlook was right: nothing yet, and no value of pain. */
static void
expect_state(struct peer *p)
{
	unsigned char bytes[8192];
	const char *key;
	json_t *v, *j = NULL;

	/* the state is also told when the link comes up: without a night then */
	while (!j || json_is_null(json_object_get(j, "night"))) {
		size_t n = peer_expect(p, JSON_STATE, bytes, sizeof(bytes) - 1);
		bytes[n] = '\0';
		json_decref(j);
		j = json_loads((const char *)bytes, 0, NULL);
		assert_non_null(j);
	}
	assert_int_equal(json_integer_value(json_object_get(j, "nights")), 1);
	assert_int_equal(json_integer_value(json_object_get(j, "rated_days")), 0);
	assert_string_equal(json_string_value(json_object_get(j, "learning")),
		"learning, 0 of 14 days");
	assert_string_equal(
		json_string_value(json_object_get(j, "skill_claimed")), "OFF");
	assert_true(json_is_null(json_object_get(j, "brier_skill")));
	json_object_foreach(j, key, v)
	{
		if (strstr(key, "pain"))
			fail_msg("%s", key);
	}
	json_decref(j);
}

static const char *const filters[] = {"dozed/v1/out/#", "dozed/anna/+", NULL};

static void
this_mornings_night_is_published_once(void **state)
{
	struct peer *p;
	int64_t published;

	(void)state;
	rig_start_ready(&rig);
	p = peer_open(rig.port, "listener", filters);
	publish_night(p);
	expect_night(p);
	expect_state(p);
	rig_until(&rig, "store.outbox", '=', 0);
	published = rig_number(&rig, "counters.published");
	assert_true(published >= 2);
	for (int signum = SIGTERM; signum; signum = signum == SIGTERM ? SIGKILL : 0) {
		rig_end(&rig, signum, NULL);
		rig_start_ready(&rig);
		rig_until(&rig, "to_score", '=', 0);
		rig_until(&rig, "store.outbox", '=', 0);
		assert_int_equal(rig_number(&rig, "counters.published"), 0);
	}
	assert_int_equal(peer_count(p, OUT_NIGHT), 0);
	peer_close(p);
}

static void
what_was_not_sent_goes_out_when_the_broker_is_back(void **state)
{
	struct peer *p;

	(void)state;
	rig_start_ready(&rig);
	rig_end(&rig, SIGTERM, NULL);
	p = peer_open(rig.port, "listener", filters);
	publish_night(p); /* waits at the broker */
	rig_start(&rig);
	rig_told(&rig, "READY=1");
	rig_until(&rig, "counters.stored", '=', 1);
	rig_broker_end(
		&rig, SIGTERM); /* perhaps before, perhaps after the night went out */
	rig_until(&rig, "to_score", '=', 0);
	rig_end(&rig, SIGKILL, NULL);
	rig_broker_start(&rig);
	rig_start_ready(&rig);
	expect_night(p);
	rig_until(&rig, "store.outbox", '=', 0);
	peer_close(p);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(this_mornings_night_is_published_once),
		T(what_was_not_sent_goes_out_when_the_broker_is_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
