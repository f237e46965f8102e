// SPDX-License-Identifier: MIT
// What is filed by its own key: sessions, ratings and markers, whatever the order of arrival.
#include "store_fixture.h"

#include <errno.h>
#include <math.h>

/* --- sessions ------------------------------------------------------------------------- */

static const struct stage_span two_stages[] = {
	{0, 3600, STAGE_LIGHT}, {3700, 60, STAGE_DEEP}};

static struct session
a_session(int64_t revision, enum record_status status, int64_t start_h)
{
	struct session v = {
		.source = "fitbit",
		.device = "charge",
		.record_id = "log/1",
		.revision = revision,
		.status = status,
		.kind = SLEEP_MAIN,
		.start = UTC(start_h * HOUR_MS),
		.end = UTC((start_h + 8) * HOUR_MS),
		.offset_start_min = 120,
		.offset_end_min = -60,
		.n_stages = 2,
		.stages = two_stages,
		.latency_s = NAN,
		.vendor_score = 81.5,
	};
	return v;
}

struct one_session {
	int n, historical;
	struct session v;
	struct stage_span stages[8];
	utc_ms received;
};

static int
keep_session(void *ctx, const struct session *v, utc_ms received, int historical)
{
	struct one_session *c = ctx;
	c->n++;
	c->v = *v;
	c->received = received;
	c->historical = historical;
	for (uint32_t i = 0; i < v->n_stages && i < 8; i++)
		c->stages[i] = v->stages[i];
	return 0;
}

static struct one_session
sessions(struct store *s, int64_t from_h, int64_t to_h)
{
	struct one_session c = {0};
	assert_int_equal(store_sessions_between(s, "anna", UTC(from_h * HOUR_MS),
				 UTC(to_h * HOUR_MS), keep_session, &c),
		0);
	return c;
}

static utc_ms old_start, old_end;

static void
file_session(struct store *s, const struct session *v, int64_t received, int historical)
{
	int r = store_session_put(
		s, "anna", v, UTC(received), historical, &old_start, &old_end);
	if (r != 0)
		fail_msg("store_session_put: %d, %s", r, store_error(s));
}

static void
a_session_comes_back_as_it_was(void **state)
{
	struct place *p = *state;
	struct session v = a_session(5, RECORD_FINAL, 22);

	v.n_stated = 2;
	v.stated[0] = (struct stated){STATED_SLEEP, 384.5};
	v.stated[1] = (struct stated){STATED_AWAKENINGS, 9};
	strcpy(v.app, "Pixel Watch");
	file_session(p->s, &v, 1000, 1);
	assert_int_equal(old_end.ms, 0);
	struct one_session c = sessions(p->s, 22, 23);
	assert_int_equal(c.n, 1);
	assert_string_equal(c.v.record_id, "log/1");
	assert_string_equal(c.v.device, "charge");
	assert_string_equal(c.v.app, "Pixel Watch");
	assert_int_equal(c.v.offset_start_min, 120);
	assert_int_equal(c.v.offset_end_min, -60);
	assert_true(isnan(c.v.latency_s));
	assert_true(c.v.vendor_score == 81.5);
	assert_int_equal(c.v.n_stated, 2);
	assert_int_equal(c.v.stated[1].kind, STATED_AWAKENINGS);
	assert_true(c.v.stated[0].value == 384.5 && c.v.stated[1].value == 9);
	assert_int_equal(c.v.n_stages, 2);
	assert_memory_equal(c.stages, two_stages, sizeof two_stages);
	v.n_stated = 0;
	v.revision++;
	file_session(p->s, &v, 1000, 1);
	c = sessions(p->s, 22, 23);
	assert_int_equal(c.v.n_stated, 0);
	assert_string_equal(c.v.app, "Pixel Watch");
	assert_int_equal(c.received.ms, 1000);
	assert_int_equal(c.historical, 1);
	/* [start, end) against [from, to) */
	assert_int_equal(sessions(p->s, 0, 22).n, 0);
	assert_int_equal(sessions(p->s, 29, 30).n, 1);
	assert_int_equal(sessions(p->s, 30, 31).n, 0);
	v.end = UTC(v.start.ms + 49 * HOUR_MS);
	assert_int_equal(
		store_session_put(p->s, "anna", &v, UTC(1), 0, &old_start, &old_end),
		-EINVAL);
}

static void
a_higher_revision_replaces_and_tells_where_the_record_was(void **state)
{
	struct place *p = *state;
	struct session v = a_session(5, RECORD_FINAL, 22);

	file_session(p->s, &v, 1000, 0);
	v = a_session(4, RECORD_FINAL, 50);
	file_session(p->s, &v, 1001, 0);
	assert_int_equal(sessions(p->s, 0, 100).v.revision, 5);
	v = a_session(6, RECORD_FINAL, 46);
	file_session(p->s, &v, 1002, 0);
	assert_int_equal(old_start.ms, 22 * HOUR_MS);
	assert_int_equal(old_end.ms, 30 * HOUR_MS);
	struct one_session c = sessions(p->s, 0, 100);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.v.start.ms, 46 * HOUR_MS);
}

static void
a_tentative_record_never_replaces_a_settled_one(void **state)
{
	struct place *p = *state;
	struct session first = a_session(3, RECORD_TENTATIVE, 21),
		       v = a_session(2, RECORD_FINAL, 22);

	file_session(p->s, &first, 1000, 0);
	file_session(p->s, &v, 1001, 0); /* of an older file */
	assert_int_equal(sessions(p->s, 0, 100).v.revision, 2);
	first.revision = 9;
	file_session(p->s, &first, 1002, 0);
	assert_int_equal(sessions(p->s, 0, 100).v.revision, 2);
	v = a_session(4, RECORD_DELETED, 22);
	file_session(p->s, &v, 1003, 0);
	file_session(p->s, &first, 1004, 0);
	assert_int_equal(sessions(p->s, 0, 100).n, 0);
	v = a_session(5, RECORD_FINAL, 23);
	file_session(p->s, &v, 1005, 0);
	assert_int_equal(sessions(p->s, 0, 100).v.start.ms, 23 * HOUR_MS);
}

static void
a_store_with_tentative_records_files_its_batches_once_more(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);
	struct session v = a_session(9, RECORD_FINAL, 22);

	put_ok(p->s, &b);
	file_session(p->s, &v, 1000, 0);
	assert_int_equal(store_batches_scored(p->s, 1), 0);
	by_hand(p, "PRAGMA user_version = 3");
	reopened(p, STORE_WRITE);
	assert_int_equal(store_unscored_count(p->s), 0);
	strcpy(v.record_id, "log/2");
	v.status = RECORD_TENTATIVE;
	file_session(p->s, &v, 1000, 0);
	by_hand(p, "PRAGMA user_version = 3");
	reopened(p, STORE_WRITE);
	assert_int_equal(store_unscored_count(p->s), 1);
}

/* A kill after the filing and before the nights were made: the batches come again. */
static void
where_a_record_was_is_told_until_its_batches_are_scored(void **state)
{
	struct place *p = *state;
	struct session a = a_session(1, RECORD_FINAL, 22),
		       b = a_session(2, RECORD_FINAL, 70),
		       c = a_session(3, RECORD_FINAL, 46);

	file_session(p->s, &a, 1, 0);
	assert_int_equal(store_batches_scored(p->s, 1), 0);
	file_session(p->s, &b, 2, 0);
	file_session(p->s, &c, 3, 0);
	reopened(p, STORE_WRITE);
	file_session(p->s, &b, 2, 0);
	assert_int_equal(old_start.ms, 22 * HOUR_MS);
	assert_int_equal(old_end.ms, 78 * HOUR_MS);
	assert_int_equal(store_batches_scored(p->s, 2), 0);
	file_session(p->s, &c, 3, 0);
	assert_int_equal(old_end.ms, 0);
	static const int64_t hours[] = {100, 10, 200};
	for (int i = 0; i < 3; i++) {
		a = a_session(4 + i, RECORD_FINAL, hours[i]);
		file_session(p->s, &a, 4, 0);
	}
	assert_int_equal(old_start.ms, 10 * HOUR_MS);
	assert_int_equal(old_end.ms, 108 * HOUR_MS);
}

/* the same record from a live phone and from an export: it was known when it was live */
static void
the_same_session_twice_keeps_the_earlier_arrival(void **state)
{
	struct place *p = *state;
	struct session v = a_session(5, RECORD_FINAL, 22);

	file_session(p->s, &v, 2000, 1);
	file_session(p->s, &v, 3000, 0);
	struct one_session c = sessions(p->s, 22, 23);
	assert_int_equal(c.received.ms, 2000);
	assert_int_equal(c.historical, 0);
	file_session(p->s, &v, 1000, 1);
	c = sessions(p->s, 22, 23);
	assert_int_equal(c.received.ms, 1000);
	assert_int_equal(c.historical, 0);
}

static void
a_deleted_session_leaves_a_tombstone(void **state)
{
	struct place *p = *state;
	struct session v = a_session(5, RECORD_FINAL, 22),
		       gone = {.source = "fitbit",
			       .device = "charge",
			       .record_id = "log/1",
			       .revision = 5,
			       .status = RECORD_DELETED,
			       .latency_s = NAN,
			       .vendor_score = NAN};

	file_session(p->s, &v, 1, 0);
	file_session(p->s, &gone, 2, 0);
	assert_int_equal(old_end.ms, 30 * HOUR_MS);
	assert_int_equal(sessions(p->s, 0, 100).n, 0);
	file_session(p->s, &v, 3, 0); /* late copies do not bring it back */
	assert_int_equal(sessions(p->s, 0, 100).n, 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM session WHERE status = 3"), 1);
	v.revision = 6;
	file_session(p->s, &v, 4, 0);
	assert_int_equal(sessions(p->s, 0, 100).n, 1);
}

static void
the_order_of_arrival_decides_nothing_about_sessions(void **state)
{
	enum { N = 12 };
	struct place *p = *state;
	struct session v[N];
	struct stage_span other[2] = {{0, 3600, STAGE_LIGHT}, {3700, 60, STAGE_REM}};
	int order[N];
	int64_t first = 0, hash = 0;
	uint64_t seed = 7;

	for (int i = 0; i < N; i++) {
		v[i] = a_session(
			1 + i % 2, i % 3 ? RECORD_FINAL : RECORD_TENTATIVE, 20 + i / 4);
		if (i % 5 == 0)
			v[i].stages = other;
		if (i % 7 == 0)
			strcpy(v[i].device, "phone");
		order[i] = i;
	}
	for (int round = 0; round < 30; round++) {
		shuffle(order, N, &seed);
		by_hand(p, "DELETE FROM session");
		for (int i = 0; i < N; i++)
			file_session(p->s, &v[order[i]], 1000 + order[i], order[i] % 2);
		hash = by_hand(p, "SELECT hash + received * 8 + historical FROM session");
		first = round == 0 ? hash : first;
		assert_int_equal(hash, first);
	}
}

static void
a_damaged_session_is_left_out_and_mended_by_its_batch(void **state)
{
	struct place *p = *state;
	struct session v = a_session(5, RECORD_FINAL, 22);
	struct store_counts n;

	file_session(p->s, &v, 1, 0);
	by_hand(p, "UPDATE session SET revision = 7");
	assert_int_equal(sessions(p->s, 0, 100).n, 0);
	assert_int_equal(store_counts(p->s, &n), 0);
	assert_int_equal(n.damaged, 1);
	file_session(p->s, &v, 1, 0);
	assert_int_equal(sessions(p->s, 0, 100).n, 1);
}

/* --- ratings and markers --------------------------------------------------------------- */

static void
rate(struct store *s, int date, enum rating_kind kind, int64_t at, int value,
	int64_t revision)
{
	struct rating r = {kind, UTC(at), value, revision};
	assert_int_equal(store_rating_put(s, "anna", DAY(date), &r, UTC(at + 5)), 0);
}

static void
a_day_has_the_newest_tap_of_each_kind(void **state)
{
	struct place *p = *state;
	struct day d[3];

	rate(p->s, 101, RATING_PAIN_DAY, 2000, 6, 0);
	rate(p->s, 101, RATING_PAIN_DAY, 1000, 9,
		50); /* an older tap, whatever its revision */
	rate(p->s, 101, RATING_SLEEP_QUALITY, 500, 0, 0);
	rate(p->s, 102, RATING_PAIN_MORNING, 3000, 4, 1);
	rate(p->s, 102, RATING_PAIN_MORNING, 3000, 7, 0);
	rate(p->s, 102, RATING_PAIN_MORNING, 3000, 2, 1);
	assert_int_equal(store_days_load(p->s, "anna", DAY(100), 3, d), 0);
	assert_int_equal(d[0].date.n, 100);
	assert_true(isnan(d[0].rating[RATING_PAIN_DAY]));
	assert_true(d[1].rating[RATING_PAIN_DAY] == 6);
	assert_int_equal(d[1].rated[RATING_PAIN_DAY].ms, 2000);
	assert_true(d[1].rating[RATING_SLEEP_QUALITY] == 0);
	assert_true(d[2].rating[RATING_PAIN_MORNING] == 4);
	assert_true(isnan(d[2].tst) && isnan(d[2].score));
	assert_int_equal(d[2].has_forecast, 0);
	civil_day first, last;
	assert_int_equal(store_days_span(p->s, "anna", &first, &last), 0);
	assert_int_equal(first.n, 101);
	assert_int_equal(last.n, 102);
	assert_int_equal(store_days_span(p->s, "ben", &first, &last), STORE_E_NONE);
}

static int
sum_up(void *ctx, const char *person, civil_day date, const struct rating *r)
{
	int64_t *sum = ctx;
	assert_string_equal(person, "anna");
	*sum = *sum * 31 + date.n * 7 + r->kind * 5 + r->value * 3 + r->revision +
	       r->at.ms;
	return 0;
}

static void
the_order_of_arrival_decides_nothing_about_ratings(void **state)
{
	enum { N = 24 };
	struct place *p = *state;
	int order[N];
	uint64_t seed = 11;
	int64_t first = 0, received = 0;

	for (int i = 0; i < N; i++)
		order[i] = i;
	for (int round = 0; round < 20; round++) {
		int64_t sum = 0;
		by_hand(p, "DELETE FROM rating");
		shuffle(order, N, &seed);
		for (int k = 0; k < N; k++) {
			int i = order[k];
			struct rating r = {1 + i % 3, UTC(1000 * (i % 4)), i % 11, i % 5};
			/* each twice, once with the later arrival first */
			for (int t = 0; t < 2; t++)
				assert_int_equal(
					store_rating_put(p->s, "anna", DAY(i % 4), &r,
						UTC(i + 100 * (t ^ (round % 2)))),
					0);
		}
		assert_int_equal(store_ratings_each(p->s, NULL, sum_up, &sum), 0);
		if (round == 0) {
			first = sum;
			received = by_hand(p, "SELECT sum(received) FROM rating");
		}
		assert_int_equal(sum, first);
		assert_int_equal(
			by_hand(p, "SELECT sum(received) FROM rating"), received);
	}
}

static int
count_marker(void *ctx, const struct marker *m)
{
	int *n = ctx;
	*n = *n * 100 + (int)m->at.ms / 10 + (int)m->stage;
	return 0;
}

static void
markers_are_kept_once_and_listed_by_time(void **state)
{
	struct place *p = *state;
	struct marker m[] = {{UTC(20), STAGE_OUT_OF_BED}, {UTC(10), STAGE_IN_BED},
		{UTC(20), STAGE_OUT_OF_BED}, {UTC(30), STAGE_IN_BED}};
	int n = 0;

	for (size_t i = 0; i < array_len(m); i++)
		assert_int_equal(store_marker_put(p->s, "anna", &m[i]), 0);
	assert_int_equal(
		store_markers_between(p->s, "anna", UTC(10), UTC(30), count_marker, &n),
		0);
	assert_int_equal(n, 905); /* 1 + 8, then 2 + 3 */
}

static int
list_answer(void *ctx, const struct feedback *f)
{
	int *n = ctx;
	*n = *n * 100 + (int)f->at.ms / 10 + (int)f->kind;
	return 0;
}

static void
an_answer_is_kept_once_and_listed_by_time(void **state)
{
	struct place *p = *state;
	struct feedback f[] = {{FEEDBACK_SNOOZE, UTC(20)}, {FEEDBACK_ACK, UTC(10)},
		{FEEDBACK_SNOOZE, UTC(20)}, {FEEDBACK_FALSE_ALARM, UTC(30)}};
	int n = 0;

	for (int i = 0; i < 4; i++)
		assert_int_equal(store_feedback_put(p->s, "anna", &f[i], UTC(90 - i)), 0);
	assert_int_equal(
		store_feedback_between(p->s, "anna", UTC(10), UTC(30), list_answer, &n),
		0);
	assert_int_equal(n, 204); /* 1 + 1, then 2 + 2 */
	assert_int_equal(by_hand(p, "SELECT received FROM feedback WHERE at = 20"), 88);
	assert_int_equal(
		store_feedback_between(p->s, "ben", UTC(0), UTC(99), list_answer, &n), 0);
	assert_int_equal(n, 204);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_session_comes_back_as_it_was),
		TEST(a_higher_revision_replaces_and_tells_where_the_record_was),
		TEST(a_tentative_record_never_replaces_a_settled_one),
		TEST(a_store_with_tentative_records_files_its_batches_once_more),
		TEST(where_a_record_was_is_told_until_its_batches_are_scored),
		TEST(the_same_session_twice_keeps_the_earlier_arrival),
		TEST(a_deleted_session_leaves_a_tombstone),
		TEST(the_order_of_arrival_decides_nothing_about_sessions),
		TEST(a_damaged_session_is_left_out_and_mended_by_its_batch),
		TEST(a_day_has_the_newest_tap_of_each_kind),
		TEST(the_order_of_arrival_decides_nothing_about_ratings),
		TEST(markers_are_kept_once_and_listed_by_time),
		TEST(an_answer_is_kept_once_and_listed_by_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
