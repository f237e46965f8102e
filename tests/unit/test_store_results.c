// SPDX-License-Identifier: MIT
// What the line makes: nights, forecasts and alerts bit for bit; outbox and dead letters.
#include "store_fixture.h"

#include <errno.h>
#include <math.h>

#include "store/db.h"
#include "store/record.h"

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
		.n_reasons = 1,
		.n_notes = 2};
	static const char *const names[] = {"night.se", "night.tst", "night.waso", "x"};
	const double values[] = {-0.0, 4.9e-324, nan_with(0x123), INFINITY};

	for (int i = 0; i < 4; i++) {
		strcpy(n.values[i].name, names[i]);
		n.values[i].value = values[i];
		n.values[i].confidence = 0.1 * i;
	}
	n.reasons[0] = (struct reason){"waso_high", 74, 31.5, NAN, "sleep_stats"};
	n.notes[0] = (struct night_note){"odi", "a single SpO2 value"};
	n.notes[1] = (struct night_note){"baseline", "too few nights"};
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

static void
a_night_of_a_dozed_that_kept_no_notes_has_none(void **state)
{
	(void)state;
	struct night n = a_night(100), back;
	struct pack p = {0};
	n.n_notes = 0, n.told = 1;
	record_pack_night(&p, &n);
	assert_int_equal(record_unpack_night(p.data, p.size - 1, &back), 0);
	assert_int_equal(back.told, 1);
	assert_int_equal(back.n_notes, 0);
	assert_int_equal(record_unpack_night(p.data, p.size, &back), 0);
	p.data[p.size - 1] = NIGHT_NOTES_MAX + 1;
	assert_int_equal(record_unpack_night(p.data, p.size, &back), -EUCLEAN);
	pack_finish(&p);
}

static void
a_withdrawn_night_leaves_its_revision(void **state)
{
	struct place *p = *state;
	struct night n = {.person = "anna", .date = {100}, .kind = SLEEP_MAIN};
	static struct kept_nights k;
	uint32_t revision = 7;
	assert_int_equal(store_night_withdrawn(p->s, &n, &revision), 0);
	assert_int_equal(revision, 0);
	n.revision = 2;
	assert_int_equal(store_night_put(p->s, &n), 0);
	n.revision = 3;
	assert_int_equal(store_night_withdraw(p->s, &n), 0);
	assert_int_equal(
		store_nights_each(p->s, "anna", DAY(100), DAY(100), keep_night, &k), 0);
	assert_int_equal(k.n, 0);
	assert_int_equal(store_night_withdrawn(p->s, &n, &revision), 0);
	assert_int_equal(revision, 3);
	n.revision = 5;
	assert_int_equal(store_night_withdraw(p->s, &n), 0);
	assert_int_equal(store_night_withdrawn(p->s, &n, &revision), 0);
	assert_int_equal(revision, 5);
	n.kind = SLEEP_NAP; /* another key */
	assert_int_equal(store_night_withdrawn(p->s, &n, &revision), 0);
	assert_int_equal(revision, 0);
}

/* A field that is added to a record and not to the table of fields would be lost: whoever
 * makes a record longer comes by here, adds it to store/record.c, and sets the new size. */
static void
every_field_of_a_record_is_in_the_table(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct night), 8992);
	assert_int_equal(sizeof(struct forecast), 1016);
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
		.usual_night = 0.125,
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

static int
take_notice(void *ctx, const struct notice *n)
{
	struct notice *list = ctx;
	while (list->revision)
		list++;
	*list = *n;
	return 0;
}

static void
notices_are_told_once_by_id_and_revision(void **state)
{
	struct place *p = *state;
	struct notice n, back[4] = {0};
	int told = 0;
	notice_init(&n, "anna", DAY(100), NOTICE_PAIN_DAY);
	n.issued = UTC(1), n.expires = UTC(2);
	strcpy(n.title, "title"), strcpy(n.text, "text");
	strcpy(n.discreet_title, "dozed"), strcpy(n.discreet_text, "a note");
	assert_int_equal(store_notice_put(p->s, &n, &told), 0);
	assert_int_equal(told, 1);
	struct notice again = n;
	strcpy(again.text, "other words");
	assert_int_equal(store_notice_put(p->s, &again, &told), 0);
	assert_int_equal(told, 0);
	again.kind = NOTICE_ALL_CLEAR, again.revision = 2;
	assert_int_equal(store_notice_put(p->s, &again, &told), 0);
	assert_int_equal(told, 1);
	assert_int_equal(
		store_notices_each(p->s, "anna", DAY(100), DAY(100), take_notice, back),
		0);
	assert_memory_equal(&back[0], &n, sizeof n);
	assert_memory_equal(&back[1], &again, sizeof n);
	assert_int_equal(back[2].revision, 0);
	assert_int_equal(
		store_notices_each(p->s, NULL, DAY(101), DAY(200), take_notice, back), 0);
	assert_int_equal(back[2].revision, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_night_comes_back_bit_for_bit),
		TEST(a_night_of_a_dozed_that_kept_no_notes_has_none),
		TEST(a_withdrawn_night_leaves_its_revision),
		TEST(every_field_of_a_record_is_in_the_table),
		TEST(forecasts_and_alerts_come_back_bit_for_bit),
		TEST(notices_are_told_once_by_id_and_revision),
		TEST(putting_what_is_there_writes_nothing),
		TEST(a_result_that_cannot_be_read_counts_as_absent),
		TEST(the_outbox_gives_each_row_until_it_is_sent_or_expired),
		TEST(dead_letters_are_counted_without_their_content),
		TEST(dead_letters_do_not_fill_the_disk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
