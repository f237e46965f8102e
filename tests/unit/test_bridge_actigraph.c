/* SPDX-License-Identifier: MIT */
/* The actigraph reader, on databases made here: the device's clock over a change of clocks,
 * nights and what their totals count in, and files that are no whole database. */
#include "bridge_wrist.h"
#include "bridge_sql.h"

#include <zlib.h>

#define TOTAL DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S
#define EPOCH INT64_C(621355968000000000) /* ticks of 1970 */
#define TICKS 10000                       /* a millisecond */
/* what the device's clock showed: 2026-03-28T22:00 */
#define EVENING (INT64_C(1774735200000))
#define AT(ms)  ((long long)(EPOCH + (EVENING + (ms)) * TICKS))

static const char tables[] =
	"CREATE TABLE settings (settingID INTEGER PRIMARY KEY, settingName VARCHAR(64), "
	"settingValue VARCHAR(8192));"
	"CREATE TABLE data (dataTimestamp INTEGER, axis1 REAL, axis2 REAL, axis3 REAL, "
	"steps "
	"REAL, lux REAL);"
	"CREATE TABLE sleep (sleepID INTEGER PRIMARY KEY, inBedTimestamp INTEGER, "
	"outBedTimestamp INTEGER, timeAsleep INTEGER, timeAwake INTEGER, awakenings "
	"INTEGER, "
	"wakeAfterOnset INTEGER, latency INTEGER, efficiency REAL, totalCounts INTEGER);"
	"CREATE TABLE awakenings (awakeningID INTEGER PRIMARY KEY, sleepID INTEGER, "
	"timestamp "
	"INTEGER, length INTEGER);"
	"INSERT INTO settings VALUES (1, 'devicename', 'GT9X'), (2, 'deviceserial', "
	"'TAS1'), "
	"(3, 'epochlength', '60');";

static void sql(struct run *r, const char *format, ...) printf_like(2, 3);

static void
sql(struct run *r, const char *format, ...)
{
	static char text[8192];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	run_sql(r, "night %41?#.agd", text);
}

static void
begin(struct run *r)
{
	run_init(r, "actigraph");
	r->o.zone = "Europe/Berlin";
	sql(r, "%s", tables);
}

/* Minutes from the evening on: movement 7, then 8, ... and two steps. */
static void
minutes(struct run *r, int n)
{
	sql(r,
		"WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i "
		"< %d)"
		" INSERT INTO data SELECT %lld + i * 600000000, 7.0 + i, 100, 200, 2, "
		"0.44 "
		"FROM m",
		n - 1, AT(0));
}

static void
epochs_become_movement_steps_and_light(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 5);
	sql(&r, "INSERT INTO data VALUES (%lld, NULL, 1, 1, 'x', NULL)",
		AT(5 * MINUTE_MS));
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "activity"), 5); /* what is null is no zero */
	assert_int_equal(samples(&r, "steps"), 5);
	assert_int_equal(samples(&r, "light"), 5);
	const Dozed__V1__Series *s = series(&r, "activity");
	assert_int_equal(s->interval_ms, MINUTE_MS);
	assert_int_equal(s->start_ms, EVENING - HOUR_MS); /* winter time */
	run_finish(&r);
}

static void
the_clock_on_the_wrist_runs_on_when_the_clocks_change(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 600); /* to 08:00 by the device, 09:00 on the wall */
	sql(&r, "INSERT INTO sleep VALUES (1, %lld, %lld, 420, 60, 1, 30, 30, 87.5, 99)",
		AT(HOUR_MS), AT(9 * HOUR_MS));
	run_go(&r);
	assert_int_equal(r.status, 0);
	const Dozed__V1__Series *s = series(&r, "activity");
	assert_int_equal(s->start_ms, EVENING - HOUR_MS);
	assert_int_equal(samples(&r, "activity"), 600); /* no hour lost, none twice */
	assert_int_equal(s->interval_ms, MINUTE_MS);
	const Dozed__V1__Session *n = night(&r, 0);
	assert_int_equal(n->start_ms, EVENING);
	assert_int_equal(n->end_ms - n->start_ms, 8 * HOUR_MS); /* the true duration */
	assert_int_equal(n->utc_offset_start_min, 60);
	assert_int_equal(n->utc_offset_end_min, 120);
	run_finish(&r);
}

static void
nights_carry_actilifes_totals_and_awakenings(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 2);
	sql(&r,
		"INSERT INTO sleep VALUES (4, %lld, %lld, 420, 60, 2, 50, 10, 87.5, 99);"
		"INSERT INTO awakenings VALUES (1, 4, %lld, 20), (2, 4, %lld, 30), (3, "
		"5, "
		"%lld, 9)",
		AT(HOUR_MS), AT(9 * HOUR_MS), AT(2 * HOUR_MS), AT(4 * HOUR_MS),
		AT(6 * HOUR_MS));
	run_go(&r);
	assert_int_equal(r.status, 0);
	const Dozed__V1__Session *n = night(&r, 0);
	assert_string_equal(n->origin->record_id, "TAS1.2026-03-29.0");
	assert_string_equal(n->origin->source_app, "GT9X");
	assert_int_equal((int)metric(n, TOTAL), 420 * 60);
	assert_int_equal((int)metric(n, DOZED__V1__METRIC__METRIC_AWAKE_S), 60 * 60);
	assert_int_equal((int)metric(n, DOZED__V1__METRIC__METRIC_WASO_S), 50 * 60);
	assert_int_equal(
		(int)metric(n, DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S), 10 * 60);
	assert_int_equal((int)metric(n, DOZED__V1__METRIC__METRIC_AWAKENINGS), 2);
	assert_int_equal(stage_s(n, STAGE_ASLEEP), 420 * 60);
	assert_int_equal(stage_s(n, STAGE_AWAKE), 60 * 60);
	run_finish(&r);
}

static void
totals_in_seconds_are_told_by_their_sum(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 2);
	sql(&r,
		"INSERT INTO sleep VALUES (1, %lld, %lld, 25200, 3600, NULL, NULL, 0, "
		"NULL, 0)",
		AT(HOUR_MS), AT(9 * HOUR_MS));
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal((int)metric(night(&r, 0), TOTAL), 25200);
	assert_true(isnan(metric(night(&r, 0), DOZED__V1__METRIC__METRIC_WASO_S)));
	run_finish(&r);
}

static void
totals_that_do_not_add_up_leave_the_night_its_times(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 2);
	sql(&r, "INSERT INTO sleep VALUES (1, %lld, %lld, 99, 60, 0, 0, 0, 0, 0)",
		AT(HOUR_MS), AT(9 * HOUR_MS));
	run_go(&r);
	assert_int_equal(r.status, 1);
	assert_said(&r, "sleep, row 1: asleep and awake do not add up");
	assert_int_equal(nights(&r), 1);
	assert_int_equal(night(&r, 0)->n_metrics, 0);
	assert_int_equal(night(&r, 0)->n_stages, 0);
	run_finish(&r);
}

static void
awakenings_that_do_not_fit_are_left_out(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 2);
	sql(&r,
		"INSERT INTO sleep VALUES (1, %lld, %lld, 420, 60, 1, 50, 10, 87.5, 99);"
		"INSERT INTO awakenings VALUES (1, 1, %lld, 20)",
		AT(HOUR_MS), AT(9 * HOUR_MS), AT(2 * HOUR_MS));
	run_go(&r);
	assert_int_equal(r.status, 1);
	assert_said(&r, "do not leave the time asleep that is stated");
	assert_int_equal(night(&r, 0)->n_stages, 0);
	assert_int_equal((int)metric(night(&r, 0), TOTAL), 420 * 60);
	run_finish(&r);
}

static void
a_night_scored_anew_is_the_same_record_and_a_nap_another(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 2);
	sql(&r,
		"INSERT INTO sleep VALUES (1, %lld, %lld, 420, 60, 0, 0, 60, 0, 0), "
		"(2, %lld, %lld, 60, 0, 0, 0, 0, 0, 0)",
		AT(HOUR_MS), AT(9 * HOUR_MS), AT(15 * HOUR_MS), AT(16 * HOUR_MS));
	run_go(&r);
	assert_int_equal(nights(&r), 2);
	assert_string_equal(night(&r, 0)->origin->record_id, "TAS1.2026-03-29.0");
	assert_string_equal(night(&r, 1)->origin->record_id, "TAS1.2026-03-29.1");
	run_finish(&r);
	begin(&r); /* another bedtime, another number */
	minutes(&r, 2);
	sql(&r,
		"INSERT INTO sleep VALUES (7, %lld, %lld, 60, 0, 0, 0, 0, 0, 0), "
		"(8, %lld, %lld, 430, 80, 0, 0, 80, 0, 0)",
		AT(15 * HOUR_MS), AT(16 * HOUR_MS), AT(HOUR_MS / 2), AT(9 * HOUR_MS));
	run_go(&r);
	assert_string_equal(night(&r, 0)->origin->record_id, "TAS1.2026-03-29.0");
	assert_int_equal((int)metric(night(&r, 0), TOTAL), 430 * 60);
	run_finish(&r);
}

static void
bad_rows_are_named_and_the_rest_is_kept(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 3);
	sql(&r,
		"INSERT INTO data VALUES (5, 1, 1, 1, 1, 1), (NULL, 1, 1, 1, 1, 1), "
		"(%lld, -4, 1, 1, 1e9, 3), (%lld, 1, 1, 1, 1, 1);"
		"INSERT INTO sleep VALUES (1, %lld, %lld, 1, 1, 1, 1, 1, 1, 1), "
		"(2, NULL, NULL, 1, 1, 1, 1, 1, 1, 1), (3, %lld, %lld, 1, 1, 1, 1, 1, 1, "
		"1)",
		AT(3 * MINUTE_MS), AT(1000 * DAY_MS), AT(9 * HOUR_MS), AT(HOUR_MS),
		AT(HOUR_MS), AT(60 * HOUR_MS));
	run_go(&r);
	assert_int_equal(r.status, 1);
	assert_said(&r, "data, row 4: a time before 2000");
	assert_said(&r, "data, row 5: a time is missing");
	assert_said(&r, "data, row 6: axis1 -4 is outside");
	assert_said(&r, "data, row 6: steps 1000000000 is outside");
	assert_said(&r, "data, row 7: the time lies in the future");
	assert_said(&r, "sleep, row 1: it ends before it starts");
	assert_said(&r, "sleep, row 2: a time is missing");
	assert_said(&r, "sleep, row 3: a night that is longer than a day");
	assert_int_equal(samples(&r, "activity"), 3);
	assert_int_equal(samples(&r, "light"), 4);
	run_finish(&r);
}

static void
without_a_zone_nothing_is_read(void **state)
{
	struct run r;
	(void)state;
	begin(&r);
	minutes(&r, 2);
	r.o.zone = NULL;
	run_go(&r);
	assert_int_equal(r.status, 2);
	assert_said(&r, "say --zone");
	assert_int_equal(r.n, 0);
	run_finish(&r);
}

static void
columns_and_tables_may_be_missing_and_views_are_not_asked(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "actigraph");
	r.o.zone = "Europe/Berlin";
	sql(&r,
		"CREATE TABLE data (dataTimestamp INTEGER, axis1 INTEGER);"
		"CREATE VIEW sleep AS SELECT 1 AS sleepID;"
		"INSERT INTO data VALUES (%lld, 12)",
		AT(0));
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "activity"), 1);
	assert_int_equal(nights(&r), 0);
	run_finish(&r);
}

/* The bytes of the run's database; the caller frees them. */
static char *
bytes_of(const struct run *r, size_t *ret_n)
{
	FILE *f = fopen(r->path[0], "rb");
	assert_non_null(f);
	char *bytes = malloc(1 << 20);
	*ret_n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return bytes;
}

static void
put_bytes(const struct run *r, const char *bytes, size_t n)
{
	FILE *f = fopen(r->path[0], "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static void
a_packed_file_is_read(void **state)
{
	struct run r;
	size_t n;
	(void)state;
	begin(&r);
	minutes(&r, 4);
	char *bytes = bytes_of(&r, &n);
	gzFile gz = gzopen(r.path[0], "wb");
	assert_int_equal(gzwrite(gz, bytes, (unsigned)n), n);
	gzclose(gz);
	free(bytes);
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "activity"), 4);
	run_finish(&r);
}

static void
half_a_file_is_refused(void **state)
{
	struct run r;
	size_t n;
	(void)state;
	for (size_t keep = 0; keep < 3; keep++) {
		static const size_t lengths[] = {50, 4096, 5000};
		begin(&r);
		minutes(&r, 400);
		char *bytes = bytes_of(&r, &n);
		assert_true(n > lengths[keep]);
		put_bytes(&r, bytes, lengths[keep]);
		free(bytes);
		run_go(&r);
		assert_int_equal(r.status, 2);
		assert_int_equal(r.refused, 1);
		assert_said(&r, keep ? "cut off" : "only its beginning");
		run_finish(&r);
	}
}

static void
damaged_pages_are_named_and_end_the_reading(void **state)
{
	struct run r;
	size_t n;
	(void)state;
	begin(&r);
	minutes(&r, 2000);
	char *bytes = bytes_of(&r, &n);
	assert_true(n > 60000);
	memset(bytes + 40000, 0xa5, 8192);
	put_bytes(&r, bytes, n);
	free(bytes);
	run_go(&r);
	assert_int_equal(r.status, 1);
	assert_said(&r, "damaged: data: ");
	assert_true(samples(&r, "activity") > 100); /* what came before is kept */
	run_finish(&r);
}

static void
a_file_in_use_is_refused(void **state)
{
	struct run r;
	char beside[256];
	(void)state;
	begin(&r);
	minutes(&r, 2);
	snprintf(beside, sizeof beside, "%s-wal", r.path[0]);
	FILE *f = fopen(beside, "w");
	fputs("x", f);
	fclose(f);
	run_go(&r);
	assert_int_equal(r.status, 2);
	assert_said(&r, "a journal lies beside it");
	unlink(beside);
	run_finish(&r);
}

static void
only_agd_files_are_sniffed(void **state)
{
	struct run r;
	const char *name = "";
	char path[512];
	(void)state;
	begin(&r);
	assert_int_equal(sniffed(r.path[0], &name), 1);
	assert_string_equal(name, "actigraph");
	run_finish(&r);
	if (!shared_file("bridge/gadgetbridge/Gadgetbridge.synthetic.db", path))
		skip();
	assert_int_equal(sniffed(path, &name), 1);
	assert_string_equal(name, "gadgetbridge");
}

static void
a_shared_recording_has_its_own_sums(void **state)
{
	char path[512];
	const char *name = "";
	struct run r;
	(void)state;
	if (!shared_file("sleep/actilife/GT3XPlus-RawData-Day01.agd", path))
		skip();
	assert_int_equal(sniffed(path, &name), 1);
	assert_string_equal(name, "actigraph");
	run_init(&r, "actigraph");
	r.o.zone = "UTC";
	run_shared(&r, path);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "activity"), 8999);
	const Dozed__V1__Series *s = series(&r, "activity");
	assert_int_equal(s->start_ms, INT64_C(1340794440000)); /* 2012-06-27T10:54Z */
	assert_int_equal(s->interval_ms, 10000);
	print_message(
		"actigraph: %zu epochs, axis1 %.0f of 470640, steps %.0f of 6220, lux "
		"%.0f of 585317\n",
		samples(&r, "activity"), sum(&r, "activity"), sum(&r, "steps"),
		sum(&r, "light"));
	assert_int_equal((long)sum(&r, "activity"), 470640);
	assert_int_equal((long)sum(&r, "steps"), 6220);
	assert_int_equal((long)(sum(&r, "light") + 0.5), 585317);
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(epochs_become_movement_steps_and_light),
		cmocka_unit_test(the_clock_on_the_wrist_runs_on_when_the_clocks_change),
		cmocka_unit_test(nights_carry_actilifes_totals_and_awakenings),
		cmocka_unit_test(totals_in_seconds_are_told_by_their_sum),
		cmocka_unit_test(totals_that_do_not_add_up_leave_the_night_its_times),
		cmocka_unit_test(awakenings_that_do_not_fit_are_left_out),
		cmocka_unit_test(
			a_night_scored_anew_is_the_same_record_and_a_nap_another),
		cmocka_unit_test(bad_rows_are_named_and_the_rest_is_kept),
		cmocka_unit_test(without_a_zone_nothing_is_read),
		cmocka_unit_test(
			columns_and_tables_may_be_missing_and_views_are_not_asked),
		cmocka_unit_test(a_packed_file_is_read),
		cmocka_unit_test(half_a_file_is_refused),
		cmocka_unit_test(damaged_pages_are_named_and_end_the_reading),
		cmocka_unit_test(a_file_in_use_is_refused),
		cmocka_unit_test(only_agd_files_are_sniffed),
		cmocka_unit_test(a_shared_recording_has_its_own_sums),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
