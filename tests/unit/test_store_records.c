// SPDX-License-Identifier: MIT
// What is filed and what is made: sessions and ratings whatever the order of arrival, nights,
// forecasts and alerts bit for bit, days, outbox, dead letters.
#include "store_fixture.h"

#include <errno.h>
#include <math.h>

#include "store/db.h"

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

	file_session(p->s, &v, 1000, 1);
	assert_int_equal(old_end.ms, 0);
	struct one_session c = sessions(p->s, 22, 23);
	assert_int_equal(c.n, 1);
	assert_string_equal(c.v.record_id, "log/1");
	assert_string_equal(c.v.device, "charge");
	assert_int_equal(c.v.offset_start_min, 120);
	assert_int_equal(c.v.offset_end_min, -60);
	assert_true(isnan(c.v.latency_s));
	assert_true(c.v.vendor_score == 81.5);
	assert_int_equal(c.v.n_stages, 2);
	assert_memory_equal(c.stages, two_stages, sizeof two_stages);
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
	v = a_session(6, RECORD_TENTATIVE, 46);
	file_session(p->s, &v, 1002, 0);
	assert_int_equal(old_start.ms, 22 * HOUR_MS);
	assert_int_equal(old_end.ms, 30 * HOUR_MS);
	struct one_session c = sessions(p->s, 0, 100);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.v.start.ms, 46 * HOUR_MS);
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
			assert_int_equal(
				store_rating_put(p->s, "anna", DAY(i % 4), &r, UTC(i)),
				0);
			assert_int_equal(store_rating_put(p->s, "anna", DAY(i % 4), &r,
						 UTC(100 + i)),
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

/* --- nights, forecasts, alerts ----------------------------------------------------------- */

static double
nan_with(uint64_t payload)
{
	uint64_t bits = UINT64_C(0x7ff8000000000000) | payload;
	double v;
	memcpy(&v, &bits, sizeof v);
	return v;
}

static struct night
a_night(int date)
{
	struct night n = {.person = "anna",
		.date = {date},
		.kind = SLEEP_MAIN,
		.revision = 3,
		.in_bed = {-5},
		.onset = {1},
		.wake = {2},
		.out_of_bed = {INT64_MAX},
		.offset_start_s = 7200,
		.offset_end_s = -3600,
		.coverage = 1.0 / 3,
		.sources = "csv,fitbit",
		.settled = {77},
		.historical = 1,
		.n_values = 4,
		.n_reasons = 1};
	static const char *const names[] = {"night.se", "night.tst", "night.waso", "x"};
	const double values[] = {-0.0, 4.9e-324, nan_with(0x123), INFINITY};

	for (int i = 0; i < 4; i++) {
		strcpy(n.values[i].name, names[i]);
		n.values[i].value = values[i];
		n.values[i].confidence = 0.1 * i;
	}
	n.reasons[0] = (struct reason){"waso_high", 74, 31.5, NAN, "sleep_stats"};
	return n;
}

struct kept_nights {
	int n;
	struct night list[8];
};

static int
keep_night(void *ctx, const struct night *n)
{
	struct kept_nights *k = ctx;
	k->list[k->n++] = *n;
	return 0;
}

static void
a_night_comes_back_bit_for_bit(void **state)
{
	struct place *p = *state;
	struct night n = a_night(100), nap = a_night(100), later = a_night(101);
	static struct kept_nights k;
	struct day d[2];

	memset(&k, 0, sizeof k);
	nap.kind = SLEEP_NAP, nap.ordinal = 1;
	strcpy(nap.insufficient, "no samples for 3 h");
	assert_int_equal(store_night_put(p->s, &later), 0);
	assert_int_equal(store_night_put(p->s, &nap), 0);
	assert_int_equal(store_night_put(p->s, &n), 0);
	assert_int_equal(
		store_nights_each(p->s, NULL, DAY(0), DAY(200), keep_night, &k), 0);
	assert_int_equal(k.n, 3);
	assert_memory_equal(&k.list[0], &n, sizeof n);
	assert_memory_equal(&k.list[1], &nap, sizeof n);
	assert_memory_equal(&k.list[2], &later, sizeof n);
	assert_int_equal(store_days_load(p->s, "anna", DAY(100), 2, d), 0);
	assert_memory_equal(&d[0].waso, &n.values[2].value, sizeof(double));
	assert_true(d[0].tst == 4.9e-324);
	assert_int_equal(d[0].night_settled.ms, 77);
	n.revision = 4;
	assert_int_equal(store_night_put(p->s, &n), 0);
	assert_int_equal(store_night_drop(p->s, "anna", DAY(100), SLEEP_NAP, 1), 0);
	k.n = 0;
	assert_int_equal(
		store_nights_each(p->s, "anna", DAY(100), DAY(100), keep_night, &k), 0);
	assert_int_equal(k.n, 1);
	assert_int_equal(k.list[0].revision, 4);
}

/* A field that is added to a record and not to the table of fields would be lost: whoever
 * makes a record longer comes by here, adds it to store/record.c, and sets the new size. */
static void
every_field_of_a_record_is_in_the_table(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct night), 2824);
	assert_int_equal(sizeof(struct forecast), 1008);
	assert_int_equal(sizeof(struct alert), 920);
}

static int
keep_alert(void *ctx, const struct alert *a)
{
	*(struct alert *)ctx = *a;
	return 0;
}

static void
forecasts_and_alerts_come_back_bit_for_bit(void **state)
{
	struct place *p = *state;
	struct forecast f = {.person = "anna",
		.date = {100},
		.issued = {9},
		.live = 1,
		.probability = 0.1 + 0.2,
		.low = NAN,
		.threshold = 4,
		.base_rate = nan_with(7),
		.rated_days = 20,
		.positives = 6,
		.scorer = "pain_forecast 1.0",
		.missing = "sleep,yesterday",
		.n_reasons = 2,
		.like_days = 5,
		.like_high = 4,
		.insufficient = ""};
	struct alert a = {.id = "anna-2026-03-29-outlook",
		.person = "anna",
		.rule = "outlook",
		.date = {100},
		.revision = 2,
		.state = ALERT_WITHDRAWN,
		.issued = {10},
		.title = "t\xc3\xa4st",
		.text = "several\nlines"};
	struct alert back = {0};
	static struct day d[1];

	f.reasons[0] = (struct reason){"a", 1, 2, 3, "s"};
	f.reasons[1] = (struct reason){"b", -0.0, INFINITY, 3, "s"};
	assert_int_equal(store_forecast_put(p->s, &f), 0);
	assert_int_equal(store_alert_put(p->s, &a), 0);
	assert_int_equal(store_days_load(p->s, "anna", DAY(100), 1, d), 0);
	assert_int_equal(d[0].has_forecast, 1);
	assert_int_equal(d[0].has_alert, 1);
	assert_memory_equal(&d[0].forecast, &f, sizeof f);
	assert_int_equal(
		store_alerts_each(p->s, NULL, DAY(0), DAY(200), keep_alert, &back), 0);
	assert_memory_equal(&back, &a, sizeof a);
	assert_int_equal(store_forecast_drop(p->s, "anna", DAY(100)), 0);
	assert_int_equal(store_alert_drop(p->s, "anna", DAY(100)), 0);
	assert_int_equal(store_days_load(p->s, "anna", DAY(100), 1, d), 0);
	assert_int_equal(d[0].has_forecast || d[0].has_alert, 0);
}

static void
putting_what_is_there_writes_nothing(void **state)
{
	struct place *p = *state;
	struct night n = a_night(100);

	assert_int_equal(store_night_put(p->s, &n), 0);
	int changes = sqlite3_total_changes(p->s->db);
	assert_int_equal(store_night_put(p->s, &n), 0);
	assert_int_equal(sqlite3_total_changes(p->s->db), changes);
}

static void
a_result_that_cannot_be_read_counts_as_absent(void **state)
{
	struct place *p = *state;
	struct night n = a_night(100);
	static struct kept_nights k;
	struct store_counts c;

	k.n = 0;
	assert_int_equal(store_night_put(p->s, &n), 0);
	by_hand(p, "UPDATE night SET body = substr(body, 1, 40)");
	assert_int_equal(
		store_nights_each(p->s, NULL, DAY(0), DAY(200), keep_night, &k), 0);
	assert_int_equal(k.n, 0);
	assert_int_equal(store_counts(p->s, &c), 0);
	assert_int_equal(c.damaged, 1);
	/* made again, it is whole again */
	assert_int_equal(store_night_put(p->s, &n), 0);
	assert_int_equal(
		store_nights_each(p->s, NULL, DAY(0), DAY(200), keep_night, &k), 0);
	assert_int_equal(k.n, 1);
}

/* --- outbox and dead letters ------------------------------------------------------------- */

struct posted {
	int n;
	int64_t id[8];
	char text[64];
	struct store *mark_in;
};

static int
post(void *ctx, const struct outbox_row *r)
{
	struct posted *c = ctx;
	c->id[c->n++] = r->id;
	snprintf(c->text + strlen(c->text), sizeof c->text - strlen(c->text), "%s=%.*s;",
		r->topic, (int)r->size, (const char *)r->payload);
	return c->mark_in ? store_outbox_sent(c->mark_in, r->id, UTC(50)) : 0;
}

static void
the_outbox_gives_each_row_until_it_is_sent_or_expired(void **state)
{
	struct place *p = *state;
	struct outbox_row r[3] = {{.topic = "a", .payload = "1", .size = 1, .qos = 1},
		{.topic = "b", .payload = "2", .size = 1, .expires = {100}},
		{.topic = "c", .payload = NULL, .size = 0, .retain = 1}};
	struct posted first = {0}, second = {0}, third = {0};

	for (int i = 0; i < 3; i++)
		assert_int_equal(store_outbox_put(p->s, &r[i]), 0);
	assert_int_equal(store_outbox_each(p->s, UTC(99), 8, post, &first), 0);
	assert_string_equal(first.text, "a=1;b=2;c=;");
	assert_int_equal(store_outbox_each(p->s, UTC(100), 8, post, &second), 0);
	assert_string_equal(second.text, "a=1;c=;");
	assert_int_equal(store_outbox_waiting(p->s), 2);
	third.mark_in = p->s; /* marked from inside of the callback */
	assert_int_equal(store_outbox_each(p->s, UTC(100), 8, post, &third), 0);
	assert_int_equal(store_outbox_waiting(p->s), 0);
	assert_int_equal(store_outbox_sent(p->s, first.id[0], UTC(60)), STORE_E_NONE);
	/* nothing of what was sent or given up stays in the row */
	assert_int_equal(by_hand(p, "SELECT sum(length(payload)) FROM outbox"), 0);
}

static int
keep_letter(void *ctx, utc_ms received, const char *where, const char *reason,
	int64_t size, int64_t times)
{
	char *text = ctx;
	snprintf(text + strlen(text), 200 - strlen(text), "%d %s %s %d %d;",
		(int)received.ms, where, reason, (int)size, (int)times);
	return 0;
}

static void
dead_letters_are_counted_without_their_content(void **state)
{
	struct place *p = *state;
	struct store_counts c;
	char text[200] = "";

	for (int i = 0; i < 3; i++)
		assert_int_equal(store_dead_letter_put(
					 p->s, UTC(10 + i), "topic", "empty", NULL, 0),
			0);
	assert_int_equal(
		store_dead_letter_put(p->s, UTC(20), "topic", "no batch", "secret", 6),
		0);
	assert_int_equal(store_dead_letters_each(p->s, 10, keep_letter, text), 0);
	assert_string_equal(text, "20 topic no batch 6 1;12 topic empty 0 3;");
	assert_int_equal(store_counts(p->s, &c), 0);
	assert_int_equal(c.dead_letters, 4);
}

static void
dead_letters_do_not_fill_the_disk(void **state)
{
	struct place *p = *state;
	struct store_counts c;

	assert_int_equal(store_begin(p->s), 0);
	for (int i = 0; i < STORE_DEAD_LETTERS_MAX + 500; i++)
		assert_int_equal(store_dead_letter_put(
					 p->s, UTC(i), "topic", "junk", &i, sizeof i),
			0);
	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(
		by_hand(p, "SELECT count(*) FROM dead_letter"), STORE_DEAD_LETTERS_MAX);
	assert_int_equal(by_hand(p, "SELECT min(received) FROM dead_letter"), 500);
	assert_int_equal(store_counts(p->s, &c), 0);
	assert_int_equal(c.dead_letters, STORE_DEAD_LETTERS_MAX + 500);
	assert_true(c.file_bytes < 4 << 20);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_session_comes_back_as_it_was),
		TEST(a_higher_revision_replaces_and_tells_where_the_record_was),
		TEST(where_a_record_was_is_told_until_its_batches_are_scored),
		TEST(a_deleted_session_leaves_a_tombstone),
		TEST(the_order_of_arrival_decides_nothing_about_sessions),
		TEST(a_damaged_session_is_left_out_and_mended_by_its_batch),
		TEST(a_day_has_the_newest_tap_of_each_kind),
		TEST(the_order_of_arrival_decides_nothing_about_ratings),
		TEST(markers_are_kept_once_and_listed_by_time),
		TEST(a_night_comes_back_bit_for_bit),
		TEST(every_field_of_a_record_is_in_the_table),
		TEST(forecasts_and_alerts_come_back_bit_for_bit),
		TEST(putting_what_is_there_writes_nothing),
		TEST(a_result_that_cannot_be_read_counts_as_absent),
		TEST(the_outbox_gives_each_row_until_it_is_sent_or_expired),
		TEST(dead_letters_are_counted_without_their_content),
		TEST(dead_letters_do_not_fill_the_disk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
