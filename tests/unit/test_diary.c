/* SPDX-License-Identifier: MIT */
/* What people say, stored: one rating a date and kind, the one that was given last; nothing that
 * was refused; every kind of entry by every way. */
#include "unit/store_fixture.h"

#include <math.h>

#include "core/day.h"
#include "diary.h"
#include "in/decode.h"

static struct person anna = {.id = "anna"};
static struct diary diary;
static struct diary_kept kept;
static char why[TAPS_WHY_LEN];
static utc_ms now;

static void
it_is(const char *local)
{
	assert_true(civil_time_parse(local, anna.zone, &now, NULL));
}

static int
open_diary(void **state)
{
	int r = set_up(state);
	struct place *p = *state;
	if (r == 0)
		r = zone_open("Europe/Berlin", &anna.zone);
	it_is("2026-03-27T09:00:00");
	diary_init(&diary, p->s, DIARY_MQTT, now);
	return r;
}

static int
close_diary(void **state)
{
	anna.zone = zone_free(anna.zone);
	return tear_down(state);
}

static int
say(const char *what, const char *payload)
{
	struct diary_entry e = {&anna, 0, payload, strlen(payload), now, 1};
	assert_true(diary_kind(what, &e.kind));
	memset(&kept, 0, sizeof kept);
	return diary_take(&diary, &e, &kept, why);
}

struct filing {
	struct store *s;
	int64_t rowid;
	int n;
};

static int
file_one(void *ctx, const struct stored_batch *row)
{
	static unsigned char memory[DECODE_ARENA_SIZE];
	struct filing *f = ctx;
	struct arena arena;
	struct batch b;
	arena_init(&arena, memory, sizeof memory);
	assert_string_equal(row->from.source, "tap");
	assert_int_equal(decode_batch(&arena, &row->from, row->received, UTC(INT64_MAX),
				 row->payload, row->size, &b, why),
		0);
	for (uint32_t i = 0; i < b.n_ratings; i++)
		assert_int_equal(store_rating_put(f->s, "anna",
					 rating_date(anna.zone, &b.ratings[i]),
					 &b.ratings[i], b.received),
			0);
	f->rowid = row->rowid;
	f->n++;
	return 0;
}

/* As the line's next turn does; returns how many batches there were. */
static int
filed(struct place *p)
{
	struct filing f = {p->s, 0, 0};
	assert_int_equal(store_batches_unscored(p->s, 0, 100, file_one, &f), 0);
	assert_int_equal(store_batches_scored(p->s, f.rowid), 0);
	return f.n;
}

static double
rated(struct place *p, enum rating_kind kind, const char *date)
{
	struct day d;
	civil_day n;
	assert_true(civil_date_parse(date, &n));
	filed(p);
	assert_int_equal(store_days_load(p->s, "anna", n, 1, &d), 0);
	return d.rating[kind];
}

#define assert_rated(p, kind, date, value)                                               \
	assert_true(rated(p, kind, date) == (double)(value))
#define assert_not_rated(p, kind, date) assert_true(isnan(rated(p, kind, date)))

static void
the_rating_that_was_given_last_counts(void **state)
{
	struct place *p = *state;

	assert_int_equal(say("pain_day", "7"), 0);
	assert_int_equal(kept.rating.value, 7);
	assert_int_equal(kept.rating.at.ms, now.ms);
	assert_int_equal(kept.date.n, civil_from_ymd(2026, 3, 27).n);
	assert_rated(p, RATING_PAIN_DAY, "2026-03-27", 7);
	now.ms += 1000;
	assert_int_equal(say("pain_day", "5"), 0);
	assert_rated(p, RATING_PAIN_DAY, "2026-03-27", 5);
	/* of an earlier hour, but said later */
	assert_int_equal(
		say("pain_day", "{\"value\":3,\"time\":\"2026-03-27T08:00:00+01:00\"}"),
		0);
	assert_rated(p, RATING_PAIN_DAY, "2026-03-27", 5); /* in the same millisecond */
	now.ms += 1000;
	assert_int_equal(
		say("pain_day", "{\"value\":3,\"time\":\"2026-03-27T08:00:00+01:00\"}"),
		0);
	assert_rated(p, RATING_PAIN_DAY, "2026-03-27", 3);
}

static void
a_day_that_is_over_can_be_rated_and_changed(void **state)
{
	struct place *p = *state;

	assert_int_equal(say("pain_day", "{\"value\":6,\"date\":\"2026-03-26\"}"), 0);
	assert_rated(p, RATING_PAIN_DAY, "2026-03-26", 6);
	assert_not_rated(p, RATING_PAIN_DAY, "2026-03-27");
	now.ms += 1000;
	assert_int_equal(say("pain_day", "{\"value\":2,\"date\":\"2026-03-26\"}"), 0);
	assert_rated(p, RATING_PAIN_DAY, "2026-03-26", 2);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM rating"), 1);
	it_is("2026-03-29T05:00:01");
	assert_int_equal(say("pain_day", "{\"value\":9,\"date\":\"2026-03-26\"}"),
		DIARY_E_REFUSED);
	assert_string_equal(why, "a day can be rated until 48 hours after its end; this "
				 "one is over for longer");
	assert_rated(p, RATING_PAIN_DAY, "2026-03-26", 2);
}

static void
what_is_withdrawn_is_not_there_until_it_is_given_again(void **state)
{
	struct place *p = *state;
	civil_day first, last;

	assert_int_equal(say("sleep_quality", "7"), 0);
	assert_rated(p, RATING_SLEEP_QUALITY, "2026-03-27", 7);
	now.ms += 1000;
	assert_int_equal(
		say("sleep_quality", "{\"value\":\"withdraw\",\"date\":\"2026-03-27\"}"),
		0);
	assert_int_equal(kept.rating.value, RATING_WITHDRAWN);
	assert_not_rated(p, RATING_SLEEP_QUALITY, "2026-03-27");
	assert_int_equal(by_hand(p, "SELECT count(*) FROM rating WHERE value >= 0"), 0);
	now.ms += 1000;
	assert_int_equal(say("sleep_quality", "4"), 0);
	assert_rated(p, RATING_SLEEP_QUALITY, "2026-03-27", 4);
	assert_int_equal(say("pain_day", "withdraw"), 0);
	it_is("2026-03-28T09:00:00");
	assert_int_equal(say("pain_day", "withdraw"), 0);
	filed(p);
	assert_int_equal(store_days_span(p->s, "anna", &first, &last), 0);
	assert_int_equal(last.n, civil_from_ymd(2026, 3, 27).n);
}

static void
what_says_nothing_or_is_refused_stores_nothing(void **state)
{
	struct place *p = *state;

	assert_int_equal(say("pain_day", "None"), DIARY_E_NOTHING);
	assert_int_equal(say("pain_day", "7.5"), DIARY_E_REFUSED);
	assert_string_equal(why, "pain is a whole number from 0 to 10");
	assert_int_equal(say("cmd", "dance"), DIARY_E_REFUSED);
	assert_int_equal(say("cmd", "recompute"), DIARY_E_RECOMPUTE);
	assert_int_equal(
		say("sleep_quality", "{\"value\":3,\"time\":\"1850-01-01T00:00Z\"}"),
		DIARY_E_REFUSED);
	assert_int_equal(filed(p), 0);
}

static void
without_a_clock_a_time_before_1900_is_refused_too(void **state)
{
	struct place *p = *state;
	const char *text = "{\"value\":3,\"time\":\"1850-01-01T00:00Z\"}";
	struct diary_entry e = {&anna, RATING_PAIN_DAY, text, strlen(text), now, 0};

	assert_int_equal(diary_take(&diary, &e, &kept, why), DIARY_E_REFUSED);
	assert_string_equal(why, "rating 1 lies before 1900");
	assert_int_equal(filed(p), 0);
}

static void
an_answer_is_stored_as_one(void **state)
{
	struct place *p = *state;

	assert_int_equal(say("cmd", "snooze"), 0);
	assert_int_equal(kept.rating.kind, 0);
	assert_int_equal(kept.feedback.kind, FEEDBACK_SNOOZE);
	assert_int_equal(kept.feedback.at.ms, now.ms);
	assert_int_equal(filed(p), 1);
}

/* The clock was put back, or two programs began in the same millisecond. */
static void
a_used_number_is_passed_over(void **state)
{
	struct place *p = *state;
	struct diary again;

	assert_int_equal(say("pain_day", "7"), 0);
	assert_int_equal(say("pain_morning", "6"), 0);
	diary_init(&again, p->s, DIARY_MQTT, now);
	diary = again;
	assert_int_equal(say("sleep_quality", "5"), 0);
	assert_int_equal(filed(p), 3);
	diary_init(&diary, p->s, DIARY_PAGE, now);
	assert_int_equal(say("sleep_quality", "4"), 0);
	assert_int_equal(diary.seq, 1);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM device"), 2);
}

static void
a_rating_of_three_days_ago_is_history(void **state)
{
	struct place *p = *state;

	it_is("2026-03-28T23:00:00");
	assert_int_equal(say("sleep_quality",
				 "{\"value\":6,\"time\":\"2026-03-26T07:00:00+01:00\"}"),
		0);
	assert_int_equal(by_hand(p, "SELECT historical FROM batch"), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_diary, close_diary)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_rating_that_was_given_last_counts),
		TEST(a_day_that_is_over_can_be_rated_and_changed),
		TEST(what_is_withdrawn_is_not_there_until_it_is_given_again),
		TEST(what_says_nothing_or_is_refused_stores_nothing),
		TEST(without_a_clock_a_time_before_1900_is_refused_too),
		TEST(an_answer_is_stored_as_one),
		TEST(a_used_number_is_passed_over),
		TEST(a_rating_of_three_days_ago_is_history),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
