/* SPDX-License-Identifier: MIT */
/* The apple reader: nights by source, the night of the change of clocks, samples, what is
 * damaged or hostile. */
#include "bridge_story.h"

#define HEAD                                                                             \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<HealthData locale=\"de_DE\">\n"    \
	" <ExportDate value=\"2026-03-29 09:00:00 +0200\"/>\n"
#define TAIL "</HealthData>\n"
#define SLEEP(source, value, from, to)                                                   \
	" <Record type=\"HKCategoryTypeIdentifierSleepAnalysis\" sourceName=\"" source   \
	"\" creationDate=\"2026-03-29 07:26:10 +0200\" startDate=\"2026-03-" from        \
	"\" endDate=\"2026-03-" to "\" value=\"HKCategoryValueSleepAnalysis" value       \
	"\"/>\n"
#define SAMPLE(type, source, unit, at, value)                                            \
	" <Record type=\"HKQuantityTypeIdentifier" type "\" sourceName=\"" source        \
	"\" unit=\"" unit "\" startDate=\"2026-03-" at "\" endDate=\"2026-03-" at        \
	"\" value=\"" value "\">\n  <MetadataEntry key=\"k\" value=\"&lt;1&gt;\"/>\n "   \
	"</Record>\n"

static int64_t
ms(const char *text)
{
	utc_ms t;
	assert_true(civil_time_parse(text, NULL, &t, NULL));
	return t.ms;
}

static uint32_t
seconds_of(const Dozed__V1__Session *s, int stage)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < s->n_stages; i++)
		if ((int)s->stages[i]->stage == stage)
			sum += s->stages[i]->duration_s;
	return sum;
}

/* All sessions of the run, in order. */
static size_t
sessions(const struct run *r, const Dozed__V1__Session **ret, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].b->n_sessions && n < max; k++)
			ret[n++] = r->got[i].b->sessions[k];
	return n;
}

static void
the_night_of_the_clock_change_has_its_true_length(void **state)
{
	struct run r;
	const Dozed__V1__Session *s;
	char path[512];
	char *paths[] = {path};
	(void)state;
	snprintf(path, sizeof path, "%s/tests/data/bridge/apple_export_sleep.xml",
		getenv("DOZED_SOURCE") ? getenv("DOZED_SOURCE") : ".");
	run_init(&r, "apple");
	r.o.paths = paths;
	r.o.n_paths = 1;
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(sessions(&r, &s, 1), 1);
	assert_int_equal(s->start_ms, ms("2026-03-28T23:30:00+01:00"));
	assert_int_equal(s->end_ms, ms("2026-03-29T07:25:00+02:00"));
	assert_int_equal(s->end_ms - s->start_ms, (6 * 60 + 55) * MINUTE_MS);
	assert_int_equal(s->utc_offset_start_min, 60);
	assert_int_equal(s->utc_offset_end_min, 120);
	assert_int_equal(seconds_of(s, STAGE_LIGHT), 89 * 60);
	assert_int_equal(seconds_of(s, STAGE_DEEP), 55 * 60);
	assert_int_equal(seconds_of(s, STAGE_REM), 240 * 60);
	assert_int_equal(seconds_of(s, STAGE_AWAKE), 15 * 60);
	assert_int_equal(seconds_of(s, STAGE_IN_BED), 16 * 60);
	assert_string_equal(s->origin->source_app, "Apple Watch");
	assert_int_equal(s->origin->revision, ms("2026-03-29T09:00:00+02:00"));
	assert_memory_equal(s->origin->record_id, "2026-03-28T22:30:00Z ", 21);
	printf("apple: in bed 415 min, core 89, deep 55, REM 240, awake 15 of the "
	       "file\n");
	run_finish(&r);
}

static void
sources_that_overlap_stay_apart(void **state)
{
	struct run r;
	const Dozed__V1__Session *s[4];
	(void)state;
	run_init(&r, "apple");
	run_text(&r,
		HEAD SLEEP("iPhone", "InBed", "10 22:50:00 +0100", "11 07:10:00 +0100")
			SLEEP("Anna’s &lt;Watch&gt;", "AsleepDeep", "11 01:00:00 +0100",
				"11 06:30:00 +0100") SLEEP("Anna’s &lt;Watch&gt;",
				"AsleepCore", "10 23:10:00 +0100", "11 00:10:00 +0100")
				SLEEP("iPhone", "Asleep", "11 13:00:00 +0100",
					"11 13:30:00 +0100") TAIL);
	assert_int_equal(r.status, 0);
	assert_int_equal(sessions(&r, s, 4), 3);
	assert_string_equal(s[0]->origin->source_app, "Anna’s <Watch>");
	/* 50 min between its two spans: one night, the hole stays open */
	assert_int_equal(s[0]->end_ms - s[0]->start_ms, 440 * MINUTE_MS);
	assert_int_equal(s[0]->n_stages, 2);
	assert_int_equal(s[0]->stages[1]->offset_s, 110 * 60);
	assert_string_equal(s[1]->origin->source_app, "iPhone");
	assert_int_equal(seconds_of(s[1], STAGE_IN_BED), 500 * 60);
	assert_int_equal(seconds_of(s[2], STAGE_ASLEEP), 30 * 60);
	assert_string_not_equal(s[0]->origin->record_id, s[1]->origin->record_id);
	run_finish(&r);
}

static void
what_says_more_lies_over_what_says_less(void **state)
{
	struct run r;
	const Dozed__V1__Session *s;
	(void)state;
	run_init(&r, "apple");
	run_text(&r,
		HEAD SLEEP("W", "Awake", "11 01:00:00 +0100", "11 01:10:00 +0100")
			SLEEP("W", "AsleepREM", "11 00:30:00 +0100", "11 01:30:00 +0100")
				SLEEP("W", "AsleepUnspecified", "11 00:00:00 +0100",
					"11 02:00:00 +0100") SLEEP("W", "InBed",
					"10 23:50:00 +0100", "11 02:05:00 +0100") TAIL);
	assert_int_equal(sessions(&r, &s, 1), 1);
	assert_int_equal(seconds_of(s, STAGE_AWAKE), 10 * 60);
	assert_int_equal(seconds_of(s, STAGE_REM), 50 * 60);
	assert_int_equal(seconds_of(s, STAGE_ASLEEP), 60 * 60);
	assert_int_equal(seconds_of(s, STAGE_IN_BED), 15 * 60);
	run_finish(&r);
}

static void
a_later_export_replaces_the_night(void **state)
{
	struct run r;
	const Dozed__V1__Session *s[2];
	static const char later[] =
		"<HealthData><ExportDate value=\"2026-03-30 09:00:00 +0200\"/>" SLEEP(
			"W", "AsleepDeep", "11 00:00:00 +0100", "11 06:00:00 +0100") TAIL;
	static const char first[] = HEAD SLEEP(
		"W", "AsleepCore", "11 00:00:00 +0100", "11 05:00:00 +0100") TAIL;
	(void)state;
	run_init(&r, "apple");
	run_add(&r, "a", later, sizeof later - 1); /* whatever the order */
	run_add(&r, "b", first, sizeof first - 1);
	run_add(&r, "c", later, sizeof later - 1); /* and sent again */
	run_go(&r);
	assert_int_equal(sessions(&r, s, 2), 1);
	assert_int_equal(r.twice_sessions, 2);
	assert_int_equal(s[0]->origin->revision, ms("2026-03-30T09:00:00+02:00"));
	assert_int_equal(seconds_of(s[0], STAGE_DEEP), 6 * 3600);
	run_finish(&r);
}

static const Dozed__V1__Series *
series(const struct run *r, const char *channel)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->got[i].b->n_series; k++)
			if ((int)r->got[i].b->series[k]->channel ==
				channel_by_name(channel)->wire)
				return r->got[i].b->series[k];
	fail_msg("no %s", channel);
	return NULL;
}

static void
samples_go_to_their_channels(void **state)
{
	struct run r;
	static const char *const names[] = {
		"heart_rate", "hrv_sdnn", "resp_rate", "spo2", "steps"};
	static const int values[] = {720, 412, 145, 970, 31};
	(void)state;
	run_init(&r, "apple");
	run_text(&r,
		HEAD SAMPLE("HeartRate", "W", "count/min", "11 02:00:00 -0730", "72")
			SAMPLE("HeartRateVariabilitySDNN", "W", "ms", "11 02:00:01 -0730",
				"41.2") SAMPLE("RespiratoryRate", "W", "count/min",
				"11 02:00:02 -0730", "14.5") SAMPLE("OxygenSaturation",
				"W", "%", "11 02:00:03 -0730", "0.97") SAMPLE("StepCount",
				"W", "count", "11 02:00:04 -0730", "31")
				SAMPLE("BodyMass", "W", "kg", "11 02:00:05 -0730", "80")
					TAIL);
	assert_int_equal(r.status, 0);
	for (size_t i = 0; i < array_len(names); i++) {
		const Dozed__V1__Series *s = series(&r, names[i]);
		assert_int_equal(s->start_ms,
			ms("2026-03-11T02:00:00-07:30") + (int64_t)i * SECOND_MS);
		assert_int_equal(s->n_v, 1);
		assert_int_equal(s->v[0], values[i]);
	}
	run_finish(&r);
}

static void
steps_are_not_counted_twice(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "apple");
	run_text(&r, HEAD SAMPLE("StepCount", "W", "count", "11 02:00:00 +0100", "10")
			     SAMPLE("StepCount", "W", "count", "11 02:10:00 +0100",
				     "20") SAMPLE("StepCount", "iPhone", "count",
				     "11 02:20:00 +0100", "30") SAMPLE("StepCount",
				     "iPhone", "count", "11 03:00:00 +0100", "40") TAIL);
	int sum = 0;
	for (size_t i = 0; i < r.n; i++)
		for (size_t k = 0; k < r.got[i].b->n_series; k++) {
			const Dozed__V1__Series *s = r.got[i].b->series[k];
			int value = 0, missing = 0; /* the wire carries differences */
			for (size_t v = 0; v < s->n_v; v++) {
				value += s->v[v];
				missing = 0;
				for (size_t m = 0; m < s->n_missing; m++)
					missing |= s->missing[m] == v;
				sum += missing ? 0 : value;
			}
		}
	assert_int_equal(sum, 70);
	run_finish(&r);
}

static void
bad_records_are_named_and_the_rest_is_kept(void **state)
{
	static const struct {
		const char *bad, *said;
	} cases[] = {
		{SAMPLE("HeartRate", "W", "count/s", "11 02:00:00 +0100", "1"),
			":4: heart_rate: a unit that is not Apple's"},
		{SAMPLE("HeartRate", "W", "count/min", "11 02:00:00 +0100", "nan"),
			":4: heart_rate: no number"},
		{SAMPLE("HeartRate", "W", "count/min", "11 02:00:00 +0100", "999"),
			":4: heart_rate: a value that is not plausible"},
		{SAMPLE("HeartRate", "W", "count/min", "31 24:00:00 +0100", "60"),
			":4: heart_rate: not a time"},
		{SAMPLE("HeartRate", "W", "count/min", "11 02:00:00", "60"),
			":4: heart_rate: the time has no zone"},
		{SLEEP("W", "Snoozing", "11 00:00:00 +0100", "11 05:00:00 +0100"),
			":4: sleep: a value that is none of Apple's stages"},
		{SLEEP("W", "Awake", "11 05:00:00 +0100", "11 05:00:00 +0100"),
			":4: sleep: a stage that ends before it starts"},
		{SLEEP("W", "InBed", "01 05:00:00 +0100", "11 05:00:00 +0100"),
			":4: sleep: a stage longer than a day"},
		{" <Record type=\"HKQuantityTypeIdentifierHeartRate\"/>\n",
			":4: heart_rate: a time is missing"},
		{" <Record type=<\n", ":4: not well-formed"},
		{" <Record type=\"&boom;\"/>\n", ":4: undefined entity"},
		{" </Nothing>\n", ":4: mismatched tag"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(cases); i++) {
		struct run r;
		char text[4096];
		const Dozed__V1__Session *s;
		snprintf(text, sizeof text, "%s%s%s%s", HEAD, cases[i].bad,
			SLEEP("X", "AsleepREM", "12 00:00:00 +0100", "12 05:00:00 +0100"),
			TAIL);
		run_init(&r, "apple");
		run_text(&r, text);
		assert_int_equal(r.status, 1);
		assert_int_equal(r.refused, 1);
		assert_said(&r, cases[i].said);
		assert_int_equal(sessions(&r, &s, 1), 1);
		assert_int_equal(seconds_of(s, STAGE_REM), 5 * 3600);
		run_finish(&r);
	}
}

static void
a_file_that_was_cut_off_gives_what_it_has(void **state)
{
	struct run r;
	const Dozed__V1__Session *s;
	static const char whole[] = HEAD SLEEP(
		"W", "AsleepREM", "12 00:00:00 +0100", "12 05:00:00 +0100") " <Record ty";
	(void)state;
	run_init(&r, "apple");
	run_text(&r, whole);
	assert_int_equal(r.status, 1);
	assert_said(&r, "ends in the middle");
	assert_int_equal(sessions(&r, &s, 1), 1);
	run_finish(&r);
}

static void
a_broken_document_type_does_no_harm(void **state)
{
	struct run r;
	const Dozed__V1__Session *s;
	(void)state;
	run_init(&r, "auto");
	r.o.source = NULL;
	run_text(&r,
		"<?xml version=\"1.0\"?>\n<!DOCTYPE HealthData [\n<!ENTITY a \"b\">\n"
		"<!ATTLIST Record\n  device CDATA #IMPLIED\n<!ELEMENT ((>\n]>\n"
		"<HealthData>\n" SLEEP("W", "AsleepREM", "12 00:00:00 +0100",
			"12 05:00:00 +0100") " <Record type=\"&a;\"/>\n" TAIL);
	assert_int_equal(r.refused, 1);
	assert_said(&r, ":10: undefined entity");
	assert_int_equal(sessions(&r, &s, 1), 1);
	run_finish(&r);
}

static void
a_hostile_file_drives_no_memory(void **state)
{
	enum { N = 24 * 1024 * 1024 };
	static const char head[] = "<HealthData>", deep[] = "<a>", value[] = "<a b=\"";
	char *text = malloc(N);
	(void)state;
	for (int k = 0; k < 2; k++) {
		struct run r;
		const char *fill = k ? deep : value;
		memset(text, 'x', N);
		memcpy(text, head, sizeof head - 1);
		for (size_t i = sizeof head - 1; i + 6 < N; i += strlen(fill)) {
			memcpy(text + i, fill, strlen(fill));
			if (!k)
				break;
		}
		run_init(&r, "apple");
		run_add(&r, "in", text, N);
		run_go(&r);
		assert_said(&r, "out of memory");
		assert_said(&r, "too damaged");
		run_finish(&r);
	}
	free(text);
}

static void
the_real_heart_rate_is_read(void **state)
{
	char path[512];
	char *paths[] = {path};
	struct run r;
	(void)state;
	if (!shared_file("bridge/apple/export_healthkit_heart_rate.xml", path))
		skip();
	run_init(&r, "auto");
	r.o.source = NULL;
	r.o.paths = paths;
	r.o.n_paths = 1;
	run_go(&r);
	assert_int_equal(r.status, 0);
	const Dozed__V1__Series *s = series(&r, "heart_rate");
	assert_int_equal(s->start_ms, ms("2018-09-10T02:28:55-07:00"));
	assert_int_equal(s->v[0], 720);
	run_finish(&r);
}

/* --- the story of a night ---------------------------------------------------------------- */

#define EXPORT(at, records)                                                              \
	"<HealthData>\n <ExportDate value=\"2026-04-" at                                 \
	" 09:00:00 +0200\"/>\n" records TAIL
#define N1       SLEEP("W", "AsleepCore", "28 23:30:00 +0100", "29 07:00:00 +0200")
#define N2       SLEEP("W", "AsleepCore", "29 23:30:00 +0200", "30 07:00:00 +0200")
#define N3       SLEEP("W", "AsleepCore", "30 23:30:00 +0200", "31 07:00:00 +0200")
#define OF_PHONE SLEEP("P", "InBed", "29 23:00:00 +0200", "30 07:00:00 +0200")

/* Reads an export and says how many nights there are then. */
static size_t
read_export(struct shelf *shelf, struct marks *marks, const char *text)
{
	struct run r;
	run_init(&r, "apple");
	story_add(&r, "export.xml", text, 0);
	story_go(&r, marks);
	shelf_put(shelf, &r);
	run_finish(&r);
	struct shelf now = *shelf;
	shelf_settle(&now);
	return now.n;
}

static void
a_night_that_is_gone_from_a_later_export_is_withdrawn(void **state)
{
	struct marks marks = {0};
	struct shelf shelf = {0};
	(void)state;
	assert_int_equal(read_export(&shelf, &marks, EXPORT("01", N1 N2 N3 OF_PHONE)), 4);
	/* again: the same; earlier than the first of its source: not known */
	assert_int_equal(read_export(&shelf, &marks, EXPORT("01", N1 N2 N3 OF_PHONE)), 4);
	assert_int_equal(read_export(&shelf, &marks, EXPORT("02", N2 N3 OF_PHONE)), 4);
	/* deleted in the middle and at the end; a source that is gone tells nothing */
	assert_int_equal(read_export(&shelf, &marks, EXPORT("03", N1 N3)), 3);
	assert_int_equal(read_export(&shelf, &marks, EXPORT("04", N1)), 2);
	/* an older export does not bring it back, a newer one does */
	assert_int_equal(read_export(&shelf, &marks, EXPORT("01", N1 N2 N3 OF_PHONE)), 2);
	assert_int_equal(read_export(&shelf, &marks, EXPORT("05", N1 N2 N3 OF_PHONE)), 4);
	/* a damaged one, and one of which a night could not be read, withdraw nothing */
	assert_int_equal(
		read_export(&shelf, &marks, EXPORT("06", N1 "<Record type=<>\n" N3)), 4);
	assert_int_equal(read_export(&shelf, &marks,
				 EXPORT("07", N1 SLEEP("W", "Core", "soon", "late") N3)),
		4);
	marks_finish(&marks);
}

static void
of_two_exports_in_one_run_the_later_says_what_is_there(void **state)
{
	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		struct run r;
		struct marks marks = {0};
		run_init(&r, "apple");
		story_two(&r, EXPORT("01", N1 N2 N3), EXPORT("02", N1 N3), turned);
		assert_int_equal(living(&r), 2);
		run_finish(&r);
		marks_finish(&marks);
	}
}

static void
a_night_that_began_earlier_is_the_same_night(void **state)
{
	static const char earlier[] =
		SLEEP("W", "Awake", "29 23:10:00 +0200", "29 23:30:00 +0200");
	struct marks marks = {0};
	struct shelf shelf = {0};
	char text[4096];
	(void)state;
	assert_int_equal(read_export(&shelf, &marks, EXPORT("01", N1 N2 N3)), 3);
	snprintf(text, sizeof text,
		"<HealthData>\n <ExportDate value=\"2026-04-02 09:00:00 "
		"+0200\"/>\n%s%s" TAIL,
		earlier, N1 N2 N3);
	assert_int_equal(read_export(&shelf, &marks, text), 3);
	assert_int_equal(shelf.n, 3); /* nothing was deleted for it */
	shelf_settle(&shelf);
	assert_int_equal(shelf.v[1].start, ms("2026-03-29T23:10:00+02:00"));
	marks_finish(&marks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_night_of_the_clock_change_has_its_true_length),
		cmocka_unit_test(sources_that_overlap_stay_apart),
		cmocka_unit_test(what_says_more_lies_over_what_says_less),
		cmocka_unit_test(a_later_export_replaces_the_night),
		cmocka_unit_test(a_night_that_is_gone_from_a_later_export_is_withdrawn),
		cmocka_unit_test(of_two_exports_in_one_run_the_later_says_what_is_there),
		cmocka_unit_test(a_night_that_began_earlier_is_the_same_night),
		cmocka_unit_test(samples_go_to_their_channels),
		cmocka_unit_test(steps_are_not_counted_twice),
		cmocka_unit_test(bad_records_are_named_and_the_rest_is_kept),
		cmocka_unit_test(a_file_that_was_cut_off_gives_what_it_has),
		cmocka_unit_test(a_broken_document_type_does_no_harm),
		cmocka_unit_test(a_hostile_file_drives_no_memory),
		cmocka_unit_test(the_real_heart_rate_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
