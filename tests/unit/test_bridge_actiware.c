/* SPDX-License-Identifier: MIT */
/* The actiwatch reader, Actiware's exports as computers of several languages write them. */
#include "bridge_wrist.h"

#define TOTAL DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S

static void
begin(struct run *r, const char *zone)
{
	run_init(r, "actiwatch");
	r->o.zone = zone;
}

#define EXPORT                                                                           \
	"\"Actiware Export File  (Version 06.00 )\"\r\n\r\n"                             \
	"\"Actiwatch Type:\",\"Actiwatch Spectrum\"\r\n"                                 \
	"\"Time Zone Offset:\",\"+01:00\",\"hours:minutes\"\r\n"                         \
	"\"Actiwatch Serial Number:\",\"S7\"\r\n\r\n"
#define STATS                                                                            \
	"\"Interval Type\",\"Interval#\",\"Start Date\",\"Start Time\",\"End "           \
	"Date\",\"End "                                                                  \
	"Time\",\"Duration\",\"Efficiency\",\"Wake Time\",\"Sleep Time\",\"Onset "       \
	"Latency\",\"#Wake Bouts\",\r\n"
#define EPOCHS                                                                           \
	"\"Line\",\"Date\",\"Time\",\"Off-Wrist "                                        \
	"Status\",\"Activity\",\"Marker\",\"White "                                      \
	"Light\",\"Sleep/Wake\",\"Interval Status\",\r\n\r\n"

static char text[1 << 20];

static void add(const char *format, ...) printf_like(1, 2);

static void
add(const char *format, ...)
{
	size_t n = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + n, sizeof text - n, format, args);
	va_end(args);
}

/* Minutes from 22:00 of 28 March 2026 by a clock that runs on: in bed from line 61 to 540, asleep
 * from 81 to 530, but awake from 201 to 230. Day first if `dmy`. */
static void
add_minutes(int n, const char *separator, int dmy)
{
	for (int i = 0; i < n; i++) {
		int m = 22 * 60 + i, day = 28 + m / 1440;
		int in_bed = i >= 60 && i < 540, asleep = i >= 80 && i < 530;
		/* Actiware scores still minutes before the sleep as sleep, too */
		int wake = i < 70 || i >= 530 || (i >= 200 && i < 230);
		int a = dmy ? day : 3, b = dmy ? 3 : day;
		add("\"%d\"%s\"%d/%d/"
		    "2026\"%s\"%d:%02d:00\"%s\"0\"%s\"%d\"%s\"0\"%s\"0.21\"%s"
		    "\"%s\"%s\"%s\"\r\n",
			i + 1, separator, a, b, separator, m / 60 % 24, m % 60, separator,
			separator, wake ? 50 : 0, separator, separator, separator,
			i < 2  ? "NaN"
			: wake ? "1"
			       : "0",
			separator,
			asleep   ? "REST-S"
			: in_bed ? "REST"
				 : "ACTIVE");
	}
}

static void
write_export(void)
{
	text[0] = '\0';
	add("%s", EXPORT STATS);
	add("%s", "\"REST\",\"1\",\"28/3/2026\",\"23:00:00\",\"29/3/"
		  "2026\",\"7:00:00\",\"480.00\","
		  "\"NaN\",\"30\",\"420\",\"NaN\",\"NaN\",\r\n"
		  "\"Rest Summary\",\"n\",\"NaN\",\"NaN\",\"NaN\",\"NaN\",\"1\",\"1\"\r\n"
		  "\"SLEEP\",\"1\",\"28/3/2026\",\"23:20:00\",\"29/3/"
		  "2026\",\"6:50:00\",\"450.00\","
		  "\"87.50\",\"30.00\",\"420.00\",\"20.00\",\"1\",\r\n" EPOCHS);
	add_minutes(600, ",", 1);
}

static void
assert_the_night(struct run *r, int metrics)
{
	assert_int_equal(r->status, 0);
	assert_int_equal(nights(r), 1);
	const Dozed__V1__Session *s = night(r, 0);
	assert_int_equal(s->start_ms, INT64_C(1774735200000)); /* 23:00+01:00 */
	assert_int_equal(s->end_ms - s->start_ms, 8 * HOUR_MS);
	assert_int_equal(stage_s(s, STAGE_ASLEEP), 420 * 60);
	assert_int_equal(stage_s(s, STAGE_AWAKE), 60 * 60); /* 20 before, 30, 10 after */
	assert_int_equal(samples(r, "activity"), 600);
	assert_int_equal(samples(r, "light"), 600);
	assert_int_equal(series(r, "activity")->start_ms, INT64_C(1774731600000));
	assert_int_equal(series(r, "activity")->interval_ms, MINUTE_MS);
	if (!metrics)
		return;
	assert_string_equal(s->origin->record_id, "S7.2026-03-29.0");
	assert_int_equal((int)metric(s, TOTAL), 420 * 60);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_WASO_S), 30 * 60);
	assert_int_equal(
		(int)metric(s, DOZED__V1__METRIC__METRIC_SLEEP_LATENCY_S), 20 * 60);
	assert_int_equal((int)metric(s, DOZED__V1__METRIC__METRIC_AWAKENINGS), 1);
}

static void
an_export_becomes_a_night_with_actiwares_stages_and_totals(void **state)
{
	struct run r;
	(void)state;
	write_export();
	begin(&r, NULL); /* the export states its offset */
	run_text(&r, text);
	assert_the_night(&r, 1);
	assert_int_equal(night(&r, 0)->utc_offset_start_min, 60);
	assert_string_equal(night(&r, 0)->origin->source_app, "Actiwatch Spectrum");
	run_finish(&r);
	begin(&r, "Europe/Berlin"); /* who knows that the clocks changed */
	run_text(&r, text);
	assert_the_night(&r, 1);
	assert_int_equal(night(&r, 0)->utc_offset_start_min, 60);
	assert_int_equal(night(&r, 0)->utc_offset_end_min, 120);
	run_finish(&r);
}

static void
utf16_is_the_same(void **state)
{
	static char wide[2 << 20];
	(void)state;
	write_export();
	for (int big = 0; big < 2; big++) {
		struct run r;
		size_t n = strlen(text);
		memcpy(wide, big ? "\xfe\xff" : "\xff\xfe", 2);
		for (size_t i = 0; i < n; i++) {
			wide[2 + 2 * i + (size_t)big] = text[i];
			wide[2 + 2 * i + 1 - (size_t)big] = 0;
		}
		begin(&r, NULL);
		run_add(&r, "in.csv", wide, 2 + 2 * n);
		const char *name = "";
		assert_int_equal(sniffed(r.path[0], &name), 1);
		assert_string_equal(name, "actiwatch");
		run_go(&r);
		assert_the_night(&r, 1);
		run_finish(&r);
	}
}

static void
french_semicolons_and_decimal_commas_are_read(void **state)
{
	struct run r;
	(void)state;
	text[0] = '\0';
	add("%s", "\xef\xbb\xbf\"Fichier d'exportation Actiware (Version 05.00)\"\r\n"
		  "\"D\xc3\xa9"
		  "calage du fuseau horaire :\";\"+01:00\";\"heures:minutes\"\r\n"
		  "\"REPOS\";\"1\";\"28/03/2026\";\"sam.\";\"23:00:00\";\"29/03/"
		  "2026\";\"dim.\";"
		  "\"7:00:00\";\"480,00\";\r\n"
		  "\"SOMMEIL\";\"1\";\"28/03/2026\";\"sam.\";\"23:20:00\";\"29/03/"
		  "2026\";\"dim.\";"
		  "\"6:50:00\";\"450,00\";\r\n"
		  "\"Ligne\";\"Date\";\"Heure\";\"x\";\"Activit\xc3\xa9\";\"Marqueur\";"
		  "\"Lumi\xc3\xa8re blanche\";\"Sommeil/\xc3\x89veil\";\"Statut de "
		  "l\xe2\x80\x99"
		  "intervalle\"\r\n\r\n");
	add_minutes(600, ";", 1);
	begin(&r, NULL);
	run_text(&r, text);
	assert_the_night(&r, 0);
	assert_string_equal(night(&r, 0)->origin->record_id, "2026-03-29.0");
	run_finish(&r);
}

static void
months_first_are_told_by_how_the_days_go_on(void **state)
{
	struct run r;
	(void)state;
	text[0] = '\0';
	add("%s", EXPORT EPOCHS);
	add_minutes(600, ",", 0);
	begin(&r, NULL);
	run_text(&r, text);
	assert_int_equal(r.status, 0);
	assert_int_equal(series(&r, "activity")->start_ms, INT64_C(1774731600000));
	run_finish(&r);
	/* 3 April or 4 March: one day does not tell, two do */
	for (int days = 1; days <= 2; days++) {
		text[0] = '\0';
		add("%s", EXPORT EPOCHS);
		for (int i = 0; i < days * 1440; i++)
			add("%d,%d/3/2026,%d:%02d:00,0,1,0,1,1,ACTIVE\n", i + 1,
				4 + i / 1440, i / 60 % 24, i % 60);
		begin(&r, NULL);
		run_text(&r, text);
		assert_int_equal(r.status, days == 1 ? 2 : 0);
		if (days == 1)
			assert_said(&r, "day/month or month/day");
		else
			assert_int_equal(series(&r, "activity")->start_ms,
				INT64_C(1772578800000)); /* 2026-03-03T23:00Z */
		run_finish(&r);
	}
}

static void
a_computer_that_changes_clocks_within_the_file_is_followed(void **state)
{
	struct run r;
	(void)state;
	text[0] = '\0';
	add("%s", EXPORT);
	add("%s", "\"REST\",\"1\",\"28/3/2026\",\"23:00:00\",\"29/3/"
		  "2026\",\"8:00:00\",\"480\","
		  "\r\n" EPOCHS);
	for (int i = 0; i < 600; i++) {
		int m = 22 * 60 + i + (i >= 240 ? 60 : 0); /* 02:00 is 03:00 */
		add("%d,%d/3/2026,%d:%02d:00,0,%d,0,1,%d,REST\n", i + 1, 28 + m / 1440,
			m / 60 % 24, m % 60, i, i >= 80 && i < 500 ? 0 : 1);
	}
	begin(&r, "Europe/Berlin");
	run_text(&r, text);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "activity"), 600);
	assert_int_equal(series(&r, "activity")->interval_ms, MINUTE_MS);
	const Dozed__V1__Session *s = night(&r, 0);
	assert_int_equal(s->end_ms - s->start_ms, 8 * HOUR_MS);
	assert_int_equal(stage_s(s, STAGE_ASLEEP), 420 * 60);
	run_finish(&r);
}

static void
in_an_hour_shown_twice_the_duration_tells_which(void **state)
{
	static const int minutes[] = {210, 270};
	(void)state;
	for (size_t k = 0; k < array_len(minutes); k++) {
		struct run r;
		text[0] = '\0';
		add("%s", "\"Actiware Export File\"\n\"Time Zone "
			  "Offset:\",\"+02:00\",\"h:m\"\n");
		add("REST,1,25/10/2025,23:00,26/10/2025,2:30,%d,\n%s", minutes[k],
			EPOCHS);
		for (int i = 0; i < 600; i++) {
			int m = 22 * 60 + i - (i >= 300 ? 60 : 0); /* 03:00 is 02:00 */
			add("%d,%d/10/2025,%d:%02d:00,0,1,0,1,0,REST\n", i + 1,
				25 + m / 1440, m / 60 % 24, m % 60);
		}
		begin(&r, "Europe/Berlin");
		run_text(&r, text);
		assert_int_equal(r.status, 0);
		assert_int_equal(samples(&r, "activity"), 600);
		const Dozed__V1__Session *s = night(&r, 0);
		assert_int_equal(s->end_ms - s->start_ms, minutes[k] * MINUTE_MS);
		assert_int_equal(stage_s(s, STAGE_ASLEEP), minutes[k] * 60);
		assert_int_equal(s->utc_offset_start_min, 120);
		assert_int_equal(s->utc_offset_end_min, k ? 60 : 120);
		run_finish(&r);
	}
}

static void
excluded_and_unworn_epochs_are_left_out(void **state)
{
	struct run r;
	(void)state;
	text[0] = '\0';
	add("%s", EXPORT "\"REST\",\"1\",\"28/3/2026\",\"22:00\",\"28/3/2026\",\"22:10\","
			 "\"10\",\r\n" EPOCHS);
	for (int i = 0; i < 10; i++)
		add("%d,28/3/2026,22:%02d:00,%d,%s,0,1,%s,%s\n", i + 1, i, i == 3,
			i == 7 ? "NaN" : "5", i == 5 ? "NaN" : "0",
			i == 2 ? "EXCLUDED" : "REST");
	begin(&r, NULL);
	run_text(&r, text);
	assert_int_equal(r.status, 0);
	assert_int_equal(samples(&r, "activity"), 7);
	assert_int_equal(samples(&r, "light"), 8);
	assert_int_equal(stage_s(night(&r, 0), STAGE_ASLEEP), 7 * 60);
	assert_int_equal(stage_s(night(&r, 0), STAGE_AWAKE), 0);
	run_finish(&r);
}

static void
an_interval_that_was_edited_is_the_same_record(void **state)
{
	struct run r;
	(void)state;
	write_export();
	begin(&r, NULL);
	run_add(&r, "a.csv", text, strlen(text));
	char *rest = strstr(text, "\"REST\",\"1\",\"28/3/2026\",\"23:00:00\"");
	memcpy(rest, "\"REST\",\"4\",\"28/3/2026\",\"22:30:00\"", 32);
	memcpy(strstr(rest, "480.00"), "510.00", 6);
	run_add(&r, "b.csv", text, strlen(text));
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(nights(&r), 1);
	assert_string_equal(night(&r, 0)->origin->record_id, "S7.2026-03-29.0");
	assert_int_equal(night(&r, 0)->end_ms - night(&r, 0)->start_ms, 510 * MINUTE_MS);
	run_finish(&r);
}

static void
bad_rows_are_named_and_the_rest_is_kept(void **state)
{
	struct run r;
	(void)state;
	text[0] = '\0';
	add("%s", EXPORT "REST,1,28/3/2026,22:00,28/3/2026,22:05,60,\n"
			 "REST,2,28/3/2026,22:05,28/3/2026,22:00,5,\n"
			 "REST,3,31/2/2026,22:05,28/3/2026,22:00,5,\n"
			 "SLEEP,9,28/3/2026,22:00,31/3/2026,22:00,4320,\n"
			 "REST,9,28/3/2026,22:00,31/3/2026,22:00,4320,\n"
			 "REST,4,28/3/2026,22:00,28/3/2026,22:05,5,\n" EPOCHS
			 "1,28/3/2026,22:00,0,1,0,1,0,REST\n"
			 "2,28/3/2026,22:01,0,1,0,1,0,REST\n"
			 "2,28/3/2026,22:07,0,1,0,1,0,REST\n"
			 "x,28/3/2026,22:02,0,1,0,1,0,REST\n"
			 "4,28/3/2026\n"
			 "4,28/3/2026,22:03,0,-1,0,1e9,0,REST\n"
			 "5,28/3/2026,22:04,0,1,0,1,0,REST\n"
			 "900000000,28/3/2026,22:05,0,1,0,1,0,REST\n");
	begin(&r, NULL);
	run_text(&r, text);
	assert_int_equal(r.status, 1);
	assert_said(&r, "in:7: interval: its duration is not what its times say");
	assert_said(&r, "in:8: interval: it ends before it starts");
	assert_said(&r, "in:9: interval: a date that does not exist");
	assert_said(&r, "line 11: a night that is longer than a day");
	assert_said(&r, "in:17: not an epoch, or its time does not fit");
	assert_said(&r, "in:18: not an epoch");
	assert_said(&r, "in:19: not an epoch");
	assert_said(&r, "in:20: activity -1 counts is outside");
	assert_said(&r, "in:22: not an epoch");
	assert_int_equal(samples(&r, "activity"), 3);
	assert_int_equal(nights(&r), 1);
	assert_int_equal(stage_s(night(&r, 0), STAGE_ASLEEP), 4 * 60);
	run_finish(&r);
}

static void
what_is_no_export_is_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"\"Actiware Export File\"\n", "no list of epochs"},
		{EXPORT EPOCHS, "it holds no epochs"},
		{EXPORT EPOCHS "1,28/3/2026,22:00,0,1\n", "it holds no epochs"},
		{EXPORT EPOCHS "1,28/3/2026,22:00,0,1\n2,28/3/2026,22:00,0,1\n",
			"lie further apart"},
		{EXPORT EPOCHS "1,28/3/2026,22:00,0,1\n2,28/3/2026,22:01,0,1\n"
			       "9,30/9/2026,22:01,0,1\n",
			"do not go on as their lines do"},
		{"\"Actiware Export File\"\n" EPOCHS
		 "1,28/3/2026,22:00,0,1\n2,28/3/2026,22:01,0,1\n",
			"say --zone"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		begin(&r, NULL);
		run_text(&r, cases[i].text);
		assert_int_equal(r.status, 2);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		run_finish(&r);
	}
}

static void
a_line_longer_than_any_is_refused(void **state)
{
	struct run r;
	(void)state;
	text[0] = '\0';
	add("%s", EXPORT EPOCHS "1,28/3/2026,22:00,0,1\n2,28/3/2026,22:01,0,1\n3,");
	size_t n = strlen(text);
	memset(text + n, '9', 5000);
	strcpy(text + n + 5000, "\n4,28/3/2026,22:03,0,1\n");
	begin(&r, NULL);
	run_text(&r, text);
	assert_said(&r, "in:11: too long");
	assert_int_equal(samples(&r, "activity"), 3);
	run_finish(&r);
}

/* Seconds awake before the first sleep. */
static double
latency(const Dozed__V1__Session *s)
{
	for (size_t i = 0; i < s->n_stages; i++)
		if ((int)s->stages[i]->stage == STAGE_ASLEEP)
			return (double)s->stages[i]->offset_s;
	return NAN;
}

/* The columns of the oracle: minutes of sol, snooze, waso, tst; the file's own, if it states them,
 * v_eff, v_wake, v_sleep. */
static void
compare(const struct run *r, const char *recording, size_t *ret_equal, size_t *ret_all)
{
	char path[512], line[512];
	size_t i = 0;
	FILE *f = fopen(
		shared_file("sleep/actiware/oracle/night_statistics_check.csv", path),
		"r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		double sol, snooze, spt, waso, tst, eff, v[3];
		int at = 0;
		if (strncmp(line, recording, strlen(recording)) != 0)
			continue;
		assert_int_equal(
			sscanf(line,
				"%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%lf,%lf,%lf,%lf,%"
				"lf,%*d,%*d,%lf%n",
				&sol, &snooze, &spt, &waso, &tst, &eff, &at),
			6);
		const Dozed__V1__Session *s = night(r, i++);
		/* the sleep may end in an epoch awake: snoozing is in what is awake */
		int equal = latency(s) == sol * 60 &&
			    stage_s(s, STAGE_ASLEEP) == tst * 60 &&
			    stage_s(s, STAGE_AWAKE) == (sol + snooze + waso) * 60;
		if (sscanf(line + at, ",%lf,%lf,%lf", &v[0], &v[1], &v[2]) == 3)
			equal &=
				metric(s, TOTAL) == v[2] * 60 &&
				metric(s, DOZED__V1__METRIC__METRIC_WASO_S) ==
					v[1] * 60 &&
				fabs(metric(s,
					     DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT) -
					v[0]) < 1e-9;
		else
			assert_int_equal(s->n_metrics, 0);
		*ret_equal += equal != 0;
		++*ret_all;
	}
	fclose(f);
}

static void
shared_exports_have_actiwares_own_nights(void **state)
{
	static const struct {
		const char *path, *recording;
		size_t nights, epochs;
		long sum;
		int64_t start;
	} files[] = {
		{"sleep/actiware/test_sample_rpx_eng.csv", "rpx_eng_30s", 7, 20160,
			3780329, INT64_C(1435999500000)},
		{"sleep/actiware/test_sample_rpx_fr.csv", "rpx_fr_60s", 6, 11555, 210821,
			INT64_C(1423046700000)},
	};
	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		char path[512];
		const char *name = "";
		size_t equal = 0, all = 0;
		struct run r;
		if (!shared_file(files[i].path, path))
			skip();
		assert_int_equal(sniffed(path, &name), 1);
		assert_string_equal(name, "actiwatch");
		begin(&r, NULL);
		run_shared(&r, path);
		assert_int_equal(r.status, 0);
		assert_int_equal(nights(&r), files[i].nights);
		assert_int_equal(samples(&r, "activity"), files[i].epochs);
		assert_int_equal((long)sum(&r, "activity"), files[i].sum);
		assert_int_equal(series(&r, "activity")->start_ms, files[i].start);
		compare(&r, files[i].recording, &equal, &all);
		print_message("%s: %zu of %zu nights equal, counts %.0f of %ld\n",
			files[i].recording, equal, all, sum(&r, "activity"),
			files[i].sum);
		assert_int_equal(all, files[i].nights);
		assert_int_equal(equal, all);
		run_finish(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_computer_that_changes_clocks_within_the_file_is_followed),
		cmocka_unit_test(
			an_export_becomes_a_night_with_actiwares_stages_and_totals),
		cmocka_unit_test(utf16_is_the_same),
		cmocka_unit_test(french_semicolons_and_decimal_commas_are_read),
		cmocka_unit_test(months_first_are_told_by_how_the_days_go_on),
		cmocka_unit_test(in_an_hour_shown_twice_the_duration_tells_which),
		cmocka_unit_test(excluded_and_unworn_epochs_are_left_out),
		cmocka_unit_test(an_interval_that_was_edited_is_the_same_record),
		cmocka_unit_test(bad_rows_are_named_and_the_rest_is_kept),
		cmocka_unit_test(what_is_no_export_is_refused),
		cmocka_unit_test(a_line_longer_than_any_is_refused),
		cmocka_unit_test(shared_exports_have_actiwares_own_nights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
