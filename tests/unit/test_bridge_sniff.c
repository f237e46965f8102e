/* SPDX-License-Identifier: MIT */
/* Every sample is recognised by one reader, its own, plain and gzipped; what holds no sleep by none,
 * and then it is said what it is. */
#include "bridge_vendors.h"

#include <zlib.h>

#define NOBODY "" /* no reader may take it */

struct specimen {
	const char *path, *reader;
	const char *why; /* NOBODY: what is said of it */
};

/* In tests/data/bridge, ours. */
static const struct specimen own[] = {
	{"Gadgetbridge.synthetic.db", "gadgetbridge", NULL},
	{"apple_export_sleep.xml", "apple", NULL},
	{"export_sleep.synthetic.xml", "apple", NULL},
	{"hae_multi_metric.synthetic.json", "hae", NULL},
	{"hc_webhook_sleep.synthetic.json", "health_connect", NULL},
	{"health_api_sleeps_final.synthetic.json", "garmin", NULL},
	{"health_api_sleeps_tentative.synthetic.json", "garmin", NULL},
	{"schema_v92_subset.sql", NOBODY, "the schema of a database"},
	{"sleep_collection.synthetic.json", "oura", NULL},
	{"sleep_collection_revised.synthetic.json", "oura", NULL},
	{"sleep_datapoints.synthetic.json", "google_health", NULL},
	{"sleep_night.synthetic.json", "polar", NULL},
	{"sleep_v1.2_stages.synthetic.json", "fitbit", NULL},
	{"sleep_v2.synthetic.json", "whoop", NULL},
	/* its own reader says that there is nothing to take, or takes a deletion from it */
	{"webhook_notification.synthetic.json", "oura", NULL},
};

/* In the shared data. */
static const struct specimen shared[] = {
	{"bridge/apple/export_healthkit_heart_rate.xml", "apple", NULL},
	{"bridge/apple/export_sleep.synthetic.xml", "apple", NULL},
	{"bridge/apple/hae_multi_metric.synthetic.json", "hae", NULL},
	{"bridge/apple/hae_sleep_aggregated_v1.json", "hae", NULL},
	{"bridge/apple/hae_sleep_unaggregated.json", "hae", NULL},
	{"bridge/fitbit/LICENSE-shimmer-Apache-2.0", NOBODY, "no reader knows this"},
	{"bridge/fitbit/fitbit-activities-heart-1d-1m-intraday.json", "fitbit", NULL},
	{"bridge/fitbit/fitbit-sleep-date-range.json", "fitbit", NULL},
	{"bridge/fitbit/fitbit-sleep-date.json", "fitbit", NULL},
	{"bridge/fitbit/sleep_v1.2_stages.synthetic.json", "fitbit", NULL},
	{"bridge/gadgetbridge/Gadgetbridge.synthetic.db", "gadgetbridge", NULL},
	{"bridge/gadgetbridge/schema_v92_subset.sql", NOBODY, "the schema of a database"},
	{"bridge/garmin/connect_dailySleepData_2021-07-01_to_10.ndjson", "garmin", NULL},
	{"bridge/garmin/connect_dailySleepData_2025-07-07.json", "garmin", NULL},
	{"bridge/garmin/connect_dailySleepData_no_data.json", "garmin", NULL},
	{"bridge/garmin/health_api_sleeps_final.synthetic.json", "garmin", NULL},
	{"bridge/garmin/health_api_sleeps_tentative.synthetic.json", "garmin", NULL},
	{"bridge/google_health/sleep_datapoints.synthetic.json", "google_health", NULL},
	{"bridge/health_connect/hc_webhook_sleep.synthetic.json", "health_connect", NULL},
	{"bridge/openmhealth/sleep-episode-1.1.schema.json", NOBODY, "a JSON schema"},
	{"bridge/openmhealth/valid-sleep-episode-1.1.json", "open_mhealth", NULL},
	{"bridge/openmhealth/valid-total-sleep-time-1.0.json", "open_mhealth", NULL},
	{"bridge/oura/sleep_collection.synthetic.json", "oura", NULL},
	{"bridge/oura/sleep_collection_revised.synthetic.json", "oura", NULL},
	{"bridge/oura/webhook_notification.synthetic.json", "oura", NULL},
	{"bridge/polar/sleep_night.synthetic.json", "polar", NULL},
	{"bridge/sleep_as_android/mqtt_events.ndjson", "sleep_as_android", NULL},
	{"bridge/sleep_as_android/sleep-export.1.csv", "sleep_as_android", NULL},
	{"bridge/sleep_as_android/sleep-export.1606551886.csv", "sleep_as_android", NULL},
	{"bridge/sleep_as_android/sleep-export.1606736472.csv", "sleep_as_android", NULL},
	{"bridge/sleep_as_android/sleep-export.1606738537.csv", "sleep_as_android", NULL},
	{"bridge/sleep_as_android/sleep-export.1606907034.csv", "sleep_as_android", NULL},
	{"bridge/sleep_as_android/sleep-export.2.csv", "sleep_as_android", NULL},
	{"bridge/whoop/sleep_v2.synthetic.json", "whoop", NULL},
	{"bridge/withings/notify_list.json", NOBODY, "Withings' notifications"},
	{"bridge/withings/notify_subscribe.json", NOBODY, "an answer without data"},
	{"bridge/withings/sleep.json", "withings", NULL},
	{"bridge/withings/sleep_no_datafields.json", "withings", NULL},
	{"bridge/withings/sleep_summary.json", "withings", NULL},
	{"sleep/actilife/GT3XPlus-RawData-Day01.agd", "actigraph", NULL},
	{"sleep/actiware/test_sample_rpx_eng.csv", "actiwatch", NULL},
	{"sleep/actiware/test_sample_rpx_fr.csv", "actiwatch", NULL},
	{"sleep/awd/example_01.AWD", "actiwatch", NULL},
	{"sleep/awd/example_02.AWD", "actiwatch", NULL},
	{"sleep/awd/example_03.AWD", "actiwatch", NULL},
};

/* Who takes the file as the bridge would see it: unpacked. */
static int
takers(const char *path, const char **ret_name)
{
	struct input in;
	int n = 0;
	assert_int_equal(input_open(&in, path), 0);
	assert_int_equal(input_fill(&in, INPUT_SNIFF), 0);
	size_t len = in.end - in.start;
	len = len < INPUT_SNIFF ? len : INPUT_SNIFF;
	for (size_t i = 0; readers[i]; i++)
		if (readers[i]->sniff(in.buf + in.start, len)) {
			*ret_name = readers[i]->name;
			n++;
		}
	input_close(&in);
	return n;
}

static void
zip_to(const char *path, const char *to)
{
	char buf[4096];
	size_t n;
	FILE *f = fopen(path, "rb");
	gzFile gz = gzopen(to, "wb");
	assert_non_null(f);
	assert_non_null(gz);
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		assert_int_equal(gzwrite(gz, buf, (unsigned)n), (int)n);
	fclose(f);
	assert_int_equal(gzclose(gz), Z_OK);
}

static void
judge(const struct specimen *s, const char *path, const char *how)
{
	const char *name = "nobody";
	int n = takers(path, &name);
	int none = !*s->reader;
	if (n != !none || (n && strcmp(name, s->reader) != 0))
		fail_msg("%s%s: %d readers take it, one is %s", s->path, how, n, name);
}

/* What the bridge says of a file that nobody knows. */
static void
assert_reason(const struct specimen *s, char *path)
{
	struct run r;
	run_init(&r, "auto");
	r.o.source = NULL;
	run_shared(&r, path);
	assert_int_equal(r.status, 2);
	assert_said(&r, s->why);
	run_finish(&r);
}

static void
check(const struct specimen *list, size_t n, const char *root)
{
	for (size_t i = 0; i < n; i++) {
		char path[1024], zipped[] = "/tmp/dozed-bridge-XXXXXX";
		int fd = mkstemp(zipped);
		assert_true(fd >= 0);
		close(fd);
		snprintf(path, sizeof path, "%s/%s", root, list[i].path);
		judge(&list[i], path, "");
		zip_to(path, zipped);
		judge(&list[i], zipped, ", gzipped");
		unlink(zipped);
		if (!*list[i].reader)
			assert_reason(&list[i], path);
	}
	print_message("%zu files of %s\n", n, root);
}

static void
own_samples_have_one_reader_each(void **state)
{
	char root[600];
	const char *source = getenv("DOZED_SOURCE");
	(void)state;
	snprintf(root, sizeof root, "%s/tests/data/bridge", source ? source : ".");
	check(own, array_len(own), root);
}

static int
is_listed(const char *path)
{
	for (size_t i = 0; i < array_len(shared); i++)
		if (strcmp(shared[i].path, path) == 0)
			return 1;
	return strstr(path, "/LICENSE") != NULL || strstr(path, "README") != NULL;
}

/* A sample that comes to the folder stands in the table above. */
static void
assert_all_listed(const char *root)
{
	char dir[512], path[1024];
	struct dirent *e, *f;
	snprintf(dir, sizeof dir, "%.480s/bridge", root);
	DIR *d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		DIR *sub = e->d_name[0] == '.' ? NULL : opendir(path);
		while (sub && (f = readdir(sub))) {
			snprintf(path, sizeof path, "bridge/%.200s/%.200s", e->d_name,
				f->d_name);
			if (f->d_name[0] != '.' && !is_listed(path))
				fail_msg("%s is not in the table", path);
		}
		if (sub)
			closedir(sub);
	}
	closedir(d);
}

static void
shared_samples_have_one_reader_each(void **state)
{
	char root[512];
	(void)state;
	if (!shared_file("bridge", root))
		skip();
	*strrchr(root, '/') = '\0';
	assert_all_listed(root);
	check(shared, array_len(shared), root);
}

static void
what_is_no_data_is_named(void **state)
{
	static const struct {
		const char *text, *why;
	} files[] = {
		{"", "the file is empty"},
		{" \n\n", "the file is empty"},
		{"{\"data_type\": \"sleep\", \"notes\": \"none\", \"a\": 1, \"b\": 2}",
			"no reader knows this"},
		{"<!DOCTYPE html><html><body>Log in</body></html>", "a web page"},
		{"%PDF-1.7\n", "a PDF"},
		{"hello", "no reader knows this; `dozed-bridge formats`"},
	};
	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		struct run r;
		run_init(&r, "auto");
		r.o.source = NULL;
		run_text(&r, files[i].text);
		assert_int_equal(r.status, 2);
		assert_said(&r, files[i].why);
		run_finish(&r);
	}
}

static void
a_file_without_anything_in_it_says_so(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "garmin");
	run_text(&r, "{\"dailySleepDTO\": {\"id\": null, \"sleepTimeSeconds\": null}}");
	assert_int_equal(r.status, 2);
	assert_true(r.said_size > 0);
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_samples_have_one_reader_each),
		cmocka_unit_test(shared_samples_have_one_reader_each),
		cmocka_unit_test(what_is_no_data_is_named),
		cmocka_unit_test(a_file_without_anything_in_it_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
