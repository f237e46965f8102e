/* SPDX-License-Identifier: MIT */
/* What the hub tells Home Assistant, and when, on a clock that the test moves. Nothing is sent:
 * the window is full. A real broker and a real daemon are in tests/integration. */
#include "unit/config_fixture.h"

#include <math.h>

#include "core/day.h"
#include "hub_private.h"
#include "teller.h"

#define DEFAULTS "person \"anna\" { timezone = \"Europe/Berlin\" }\n"

struct bench {
	struct fixture *f;
	struct hub *h;
	struct config *config;
};

static void
configure(struct bench *b, const char *text)
{
	char all[1024];
	FILE *f = fopen(b->f->file, "w");

	snprintf(all, sizeof all, "state_dir = \"%s\"\nruntime_dir = \"%s\"\n%s",
		b->f->dir, b->f->dir, text);
	fputs(all, f);
	fclose(f);
	config_free(b->config);
	b->config = NULL;
	assert_int_equal(config_read(b->f->file, fixture_complain, b->f, &b->config), 0);
	b->h->setup.config = b->config;
}

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	char why[256];

	fixture_open((void **)&b->f);
	b->h = calloc(1, sizeof *b->h);
	configure(b, DEFAULTS);
	assert_int_equal(
		store_open(b->f->dir, STORE_WRITE, STORE_PROCESS, &b->h->store, why), 0);
	uv_loop_init(&b->h->loop);
	b->h->link = BROKER_UP;
	b->h->ticker.trusted = 1;
	ha_open(b->h);
	for (int i = 0; i < HA_WINDOW; i++)
		b->h->ha.flights[i].id = INT64_MAX; /* nothing leaves */
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	ha_close(b->h);
	uv_run(&b->h->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->h->loop), 0);
	store_close(b->h->store);
	config_free(b->config);
	free(b->h);
	fixture_close((void **)&b->f);
	free(b);
	return 0;
}

static struct ha_person *
anna(struct bench *b)
{
	return &b->h->ha.people[0];
}

static utc_ms
clock_at(const char *text)
{
	utc_ms t;
	struct zone *z;

	assert_int_equal(zone_open("Europe/Berlin", &z), 0);
	assert_int_equal(civil_time_parse(text, z, &t, NULL), 1);
	zone_free(z);
	return t;
}

/* What it would say now; "" if nothing. */
static const char *
says(struct bench *b, const char *now, enum ha_topic topic)
{
	static char said[8192];

	b->h->ticker.utc = clock_at(now);
	struct bytes bytes = ha_bytes(b->h, anna(b), topic);
	snprintf(said, sizeof said, "%s", bytes.data ? (const char *)bytes.data : "");
	free(bytes.data);
	return said;
}

/* Whether the topic is due by the clock alone. */
static int
is_due(struct bench *b, const char *now, enum ha_topic topic)
{
	anna(b)->todo = 0;
	b->h->ticker.utc = clock_at(now);
	ha_look(b->h);
	return (anna(b)->todo & HA_BIT(topic)) != 0;
}

static void
rate(struct bench *b, enum rating_kind kind, const char *at, int value)
{
	const struct rating r = {
		.kind = kind, .at = clock_at(at), .value = value, .revision = 1};

	assert_int_equal(store_rating_put(b->h->store, "anna",
				 rating_date(b->config->people[0].zone, &r), &r, r.at),
		0);
}

static void
a_slider_is_unknown_again_on_the_next_day(void **state)
{
	struct bench *b = *state;
	const enum ha_topic day = HA_SLIDER + RATING_PAIN_DAY,
			    morning = HA_SLIDER + RATING_PAIN_MORNING;

	assert_string_equal(says(b, "2026-03-28T07:00", morning), "None");
	rate(b, RATING_PAIN_MORNING, "2026-03-28T07:12", 0);
	rate(b, RATING_PAIN_DAY, "2026-03-28T21:00", 7);
	assert_string_equal(says(b, "2026-03-28T23:59", morning), "0");
	assert_string_equal(says(b, "2026-03-28T23:59", day), "7");
	says(b, "2026-03-28T23:59", HA_SLIDER + RATING_SLEEP_QUALITY);
	assert_false(is_due(b, "2026-03-28T23:59", morning));
	/* a tap after midnight rates the new morning, but still the old day */
	assert_true(is_due(b, "2026-03-29T00:00", morning));
	assert_false(is_due(b, "2026-03-29T00:00", day));
	assert_string_equal(says(b, "2026-03-29T00:00", morning), "None");
	/* the night in which the clocks change */
	assert_string_equal(says(b, "2026-03-29T03:59", day), "7");
	assert_true(is_due(b, "2026-03-29T04:00", day));
	assert_string_equal(says(b, "2026-03-29T04:00", day), "None");
	assert_false(is_due(b, "2026-03-29T04:01", day));
}

static void
a_rating_that_came_in_is_due(void **state)
{
	struct bench *b = *state;
	const enum ha_topic day = HA_SLIDER + RATING_PAIN_DAY;

	for (int k = 1; k < RATING_KINDS; k++)
		says(b, "2026-03-28T20:00", HA_SLIDER + k);
	rate(b, RATING_PAIN_DAY, "2026-03-28T20:01", 3);
	assert_false(is_due(b, "2026-03-28T20:01", day));
	anna(b)->heard = 1;
	assert_true(is_due(b, "2026-03-28T20:01", day));
	assert_int_equal(anna(b)->todo & HA_BIT(HA_SLIDER + RATING_PAIN_MORNING), 0);
}

static void
put_night(struct bench *b, const char *up, double score)
{
	struct night n = {.person = "anna",
		.date = DAY(20541), /* 2026-03-29 */
		.kind = SLEEP_MAIN,
		.revision = 1,
		.in_bed = UTC(clock_at(up).ms - 8 * HOUR_MS),
		.out_of_bed = clock_at(up),
		.coverage = 1,
		.n_values = 1};

	n.values[0] = (struct named_value){"night.score", score, 1};
	assert_int_equal(store_night_put(b->h->store, &n), 0);
}

static int
has(const char *json, const char *part)
{
	return strstr(json, part) != NULL;
}

static void
a_night_of_36_hours_ago_is_not_shown(void **state)
{
	struct bench *b = *state;

	put_night(b, "2026-03-29T08:00", 62);
	assert_true(has(says(b, "2026-03-29T08:30", HA_STATE), "\"night_score\":62"));
	assert_true(has(says(b, "2026-03-30T19:59", HA_STATE), "\"night_score\":62"));
	assert_true(has(says(b, "2026-03-30T19:59", HA_NIGHT), "2026-03-29"));
	assert_false(is_due(b, "2026-03-30T19:59", HA_STATE));
	assert_true(is_due(b, "2026-03-30T20:00", HA_STATE));
	assert_true(has(says(b, "2026-03-30T20:00", HA_STATE), "\"night_score\":null"));
	assert_true(
		has(says(b, "2026-03-30T20:00", HA_STATE), "\"night_status\":\"none\""));
	assert_string_equal(says(b, "2026-03-30T20:00", HA_NIGHT), "");
}

static void
put_forecast(struct bench *b)
{
	const struct forecast f = {.person = "anna",
		.date = DAY(20541),
		.issued = clock_at("2026-03-29T08:30"),
		.live = 1,
		.probability = 0.25,
		.base_rate = 0.2,
		.rated_days = 50,
		.positives = 10};

	assert_int_equal(store_forecast_put(b->h->store, &f), 0);
}

static void
an_outlook_ends_with_its_day(void **state)
{
	struct bench *b = *state;

	put_night(b, "2026-03-29T08:00", 62);
	put_forecast(b);
	assert_true(has(says(b, "2026-03-29T23:59", HA_STATE), "\"day_outlook\":25"));
	assert_false(is_due(b, "2026-03-29T23:59", HA_STATE));
	assert_true(is_due(b, "2026-03-30T00:00", HA_STATE));
	assert_true(has(says(b, "2026-03-30T00:00", HA_STATE), "\"day_outlook\":null"));
	assert_true(has(says(b, "2026-03-30T00:00", HA_STATE), "\"night_score\":62"));
}

static void
put_sample(struct bench *b, const char *at, uint64_t seq, const char *source)
{
	struct stored_batch s = {.epoch = 1,
		.seq = seq,
		.received = clock_at(at),
		.first = clock_at(at),
		.last = clock_at(at),
		.payload = "x",
		.size = 1};

	snprintf(s.from.person, sizeof s.from.person, "anna");
	snprintf(s.from.source, sizeof s.from.source, "%s", source);
	snprintf(s.from.device, sizeof s.from.device, "d");
	assert_int_equal(store_batch_put(b->h->store, &s), 0);
}

static int
is_heard(struct bench *b, const char *now, enum ha_topic topic)
{
	anna(b)->heard = 1;
	return is_due(b, now, topic);
}

static void
the_last_sample_moves_every_quarter_of_an_hour(void **state)
{
	struct bench *b = *state;

	assert_string_equal(says(b, "2026-03-28T10:00", HA_SAMPLE), "");
	put_sample(b, "2026-03-28T09:58:00", 1, "csv");
	put_sample(b, "2026-03-28T09:59:00", 1, "tap"); /* is no sample */
	assert_true(is_heard(b, "2026-03-28T10:00", HA_SAMPLE));
	assert_string_equal(
		says(b, "2026-03-28T10:00", HA_SAMPLE), "2026-03-28T09:58:00+01:00");
	put_sample(b, "2026-03-28T10:12:59", 2, "csv");
	assert_false(is_heard(b, "2026-03-28T10:13", HA_SAMPLE));
	put_sample(b, "2026-03-28T10:13:00", 3, "csv");
	assert_true(is_heard(b, "2026-03-28T10:13", HA_SAMPLE));
}

static void
pain_is_retained_only_where_asked_for(void **state)
{
	struct bench *b = *state;
	const unsigned pain = HA_BIT(HA_SLIDER + RATING_PAIN_MORNING) |
			      HA_BIT(HA_SLIDER + RATING_PAIN_DAY);

	assert_int_equal(ha_not_retained(b->config), pain);
	configure(b, "retain_pain = true\n" DEFAULTS);
	assert_int_equal(ha_not_retained(b->config), 0);
	configure(b, "retain_pain = true\nretain_state = false\n" DEFAULTS);
	assert_int_equal(ha_not_retained(b->config), HA_ALL & ~HA_BIT(HA_CONFIG));
}

static void
reload(struct bench *b, const char *text)
{
	b->h->link = BROKER_WAITING;
	configure(b, text);
	ha_reloaded(b->h);
	b->h->link = BROKER_UP;
}

static void
what_is_retained_no_more_is_emptied(void **state)
{
	struct bench *b = *state;
	const unsigned sliders = HA_BIT(HA_SLIDER + RATING_PAIN_MORNING) |
				 HA_BIT(HA_SLIDER + RATING_PAIN_DAY);
	uint64_t hash;

	configure(b, "retain_pain = true\n" DEFAULTS);
	hash = ha_hash(b->config, &b->config->people[0]);
	assert_int_equal(store_announced_put(b->h->store, "anna", hash), 0);
	reload(b, "retain_pain = true\n" DEFAULTS);
	assert_int_equal(anna(b)->empty, 0);
	reload(b, DEFAULTS);
	assert_int_equal(anna(b)->empty, sliders);
	assert_true(hash != ha_hash(b->config, &b->config->people[0]));
	reload(b, "homeassistant { discovery = false }\n" DEFAULTS);
	assert_int_equal(
		anna(b)->empty, sliders | HA_BIT(HA_CONFIG) | HA_BIT(HA_SAMPLE) |
					HA_BIT(HA_SLIDER + RATING_SLEEP_QUALITY));
	reload(b, "person \"ben\" { timezone = \"UTC\" }\n");
	assert_int_equal(b->h->ha.n, 2);
	assert_string_equal(b->h->ha.people[1].id, "anna");
	assert_int_equal(b->h->ha.people[1].empty, HA_ALL & ~HA_BIT(HA_SLIDER));
	assert_int_equal(ha_told(b->h, &b->h->ha.people[1]), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_slider_is_unknown_again_on_the_next_day),
		T(a_rating_that_came_in_is_due),
		T(a_night_of_36_hours_ago_is_not_shown),
		T(an_outlook_ends_with_its_day),
		T(the_last_sample_moves_every_quarter_of_an_hour),
		T(pain_is_retained_only_where_asked_for),
		T(what_is_retained_no_more_is_emptied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
