/* SPDX-License-Identifier: MIT */
/* What is stored is made equal to what was made: revisions, what is told, what is withdrawn. */
#include "unit/memory_io.h"

#include "core/keep.h"

static struct memory *m;
static struct line_io io;
static const char *const across[] = {"night.sri", NULL};

static int
fresh(void **state)
{
	(void)state;
	m = xcalloc(1, sizeof *m);
	m->first = date("2026-03-01");
	snprintf(m->people[0].id, sizeof m->people[0].id, "anna");
	for (int i = 0; i < MEMORY_DAYS; i++)
		memory_empty_day(&m->people[0].days[i], DAY(m->first.n + i));
	io = memory_io(m);
	return 0;
}

static int
clear(void **state)
{
	(void)state;
	free(m);
	return 0;
}

#define DAY_OF_THE_NIGHT 5

static utc_ms
out_of_bed(void)
{
	return UTC((m->first.n + DAY_OF_THE_NIGHT) * DAY_MS + 6 * HOUR_MS);
}

/* The night of a date as it comes out: so long asleep, so regular. */
static struct nights
made(double tst, double sri)
{
	struct nights n = {
		.date = DAY(m->first.n + DAY_OF_THE_NIGHT), .n = 1, .across = across};
	struct night *q = &n.list[0];
	snprintf(q->person, sizeof q->person, "anna");
	q->date = n.date, q->kind = SLEEP_MAIN;
	q->out_of_bed = out_of_bed(), q->in_bed = UTC(q->out_of_bed.ms - 8 * HOUR_MS);
	q->onset = q->in_bed, q->wake = q->out_of_bed;
	q->n_values = 2;
	snprintf(q->values[0].name, NAME_LEN, "night.sri");
	snprintf(q->values[1].name, NAME_LEN, "night.tst");
	q->values[0].value = sri, q->values[1].value = tst;
	return n;
}

/* Hours after getting up; 1 if a stored night changed. */
static int
keep(struct nights n, int hours)
{
	int changed = 0;
	utc_ms now = hours < 0 ? UTC(INT64_MAX) : UTC(out_of_bed().ms + hours * HOUR_MS);
	assert_int_equal(keep_nights(&io, "anna", &n, now, &changed), 0);
	return changed;
}

static const struct night *
stored(void)
{
	return &m->people[0].nights[DAY_OF_THE_NIGHT];
}

static struct nights
none(void)
{
	struct nights n = made(0, 0);
	n.n = 0;
	return n;
}

static void
night_that_was_told_is_told_again_however_late(void **state)
{
	(void)state;
	assert_true(keep(made(400, 80), 1));
	assert_int_equal(m->announced, 1);
	assert_false(keep(made(400, 80), 2));
	assert_true(keep(made(390, 80), 24 * 30));
	assert_int_equal(m->announced, 2);
	assert_int_equal(stored()->revision, 2);
	assert_true(keep(made(380, 80), -1)); /* by an import as well */
	assert_int_equal(m->announced, 3);
	assert_int_equal(stored()->revision, 3);
}

static void
night_that_nobody_was_told_of_changes_without_a_word(void **state)
{
	(void)state;
	assert_true(keep(made(400, 80), 49));
	assert_true(keep(made(390, 80), 50));
	assert_int_equal(m->announced, 0);
	assert_int_equal(stored()->revision, 1);
	assert_true(keep(none(), 51));
	assert_int_equal(m->announced, 0);
	assert_int_equal(m->people[0].withdrawn[DAY_OF_THE_NIGHT], 0);
}

static void
night_that_is_told_first_has_revision_one(void **state)
{
	(void)state;
	assert_true(keep(made(400, 80), -1)); /* imported */
	assert_true(keep(made(390, 80), -1));
	assert_true(keep(made(380, 80), 3));
	assert_int_equal(m->announced, 1);
	assert_int_equal(stored()->revision, 1);
}

static void
night_that_only_looks_back_on_a_change_is_told_while_young(void **state)
{
	(void)state;
	keep(made(400, 80), 1);
	assert_true(keep(made(400, 79), 47));
	assert_int_equal(m->announced, 2);
	assert_int_equal(stored()->revision, 2);
	assert_true(keep(made(400, 78), 49));
	assert_int_equal(m->announced, 2);
	assert_int_equal(stored()->revision, 2);
	assert_true(stored()->values[0].value == 78);
}

static void
note_alone_is_stored_and_no_news(void **state)
{
	(void)state;
	struct nights n = made(400, 80);
	keep(n, 1);
	n.list[0].n_notes = 1;
	n.list[0].notes[0] = (struct night_note){"odi", "a single SpO2 value"};
	n.list[0].settled =
		UTC(5); /* what else is new of an equal night stays out, too */
	assert_false(keep(n, 2));
	assert_int_equal(m->announced, 1);
	assert_int_equal(stored()->revision, 1);
	assert_true(stored()->told);
	assert_int_equal(stored()->settled.ms, 0);
	assert_string_equal(stored()->notes[0].why, "a single SpO2 value");
	n.list[0].notes[0] = (struct night_note){"odi", "the oximeter gave nothing"};
	assert_false(keep(n, 3));
	assert_string_equal(stored()->notes[0].why, "the oximeter gave nothing");
	assert_false(keep(made(400, 80), 4));
	assert_int_equal(stored()->n_notes, 0);
	assert_int_equal(m->announced, 1);
}

static void
night_that_goes_is_withdrawn_and_comes_back_with_the_next_revision(void **state)
{
	(void)state;
	keep(made(400, 80), 1);
	assert_true(keep(none(), 24 * 5));
	assert_int_equal(m->announced, 2);
	assert_true(m->last_told.gone);
	assert_int_equal(m->last_told.revision, 2);
	assert_string_equal(m->last_told.insufficient, "the record was deleted");
	assert_int_equal(m->last_told.n_values, 0);
	assert_int_equal(m->last_told.in_bed.ms, out_of_bed().ms - 8 * HOUR_MS);
	assert_false(keep(none(), 24 * 5 + 1));
	assert_true(keep(made(400, 80), 24 * 6));
	assert_int_equal(m->announced, 3);
	assert_int_equal(stored()->revision, 3);
	assert_false(m->last_told.gone);
}

static void
night_that_went_on_stands_until_the_longer_one_ends(void **state)
{
	(void)state;
	struct nights open = none();
	keep(made(400, 80), 1);
	open.open = 1;
	assert_false(keep(open, 2));
	assert_int_equal(m->announced, 1);
}

static void
forecast_that_was_told_says_that_its_night_changed(void **state)
{
	(void)state;
	struct day *d = &m->people[0].days[DAY_OF_THE_NIGHT];
	keep(made(400, 80), 1);
	d->has_forecast = 1;
	d->forecast = (struct forecast){
		.person = "anna", .date = d->date, .live = 1, .probability = 0.25};
	keep(made(400, 79), 2); /* what it was made of is what it was */
	assert_false(d->forecast.changed_since);
	keep(made(390, 79), 3);
	assert_true(d->forecast.changed_since);
	assert_true(d->forecast.probability == 0.25);
	d->forecast.changed_since = d->forecast.live = 0;
	keep(made(380, 79), 4); /* made again anyhow */
	assert_false(d->forecast.changed_since);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fresh, clear)
	const struct CMUnitTest tests[] = {
		T(night_that_was_told_is_told_again_however_late),
		T(night_that_nobody_was_told_of_changes_without_a_word),
		T(night_that_is_told_first_has_revision_one),
		T(night_that_only_looks_back_on_a_change_is_told_while_young),
		T(note_alone_is_stored_and_no_news),
		T(night_that_goes_is_withdrawn_and_comes_back_with_the_next_revision),
		T(night_that_went_on_stands_until_the_longer_one_ends),
		T(forecast_that_was_told_says_that_its_night_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
