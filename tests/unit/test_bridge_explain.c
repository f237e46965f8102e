/* SPDX-License-Identifier: MIT */
/* --explain: every field that a sample holds is mapped or left out for a reason, and what comes of the
 * file is told. */
#include "bridge_vendors.h"

/* What a run with --explain prints on standard output. The caller frees. */
static char *
explained(struct run *r, const char *path)
{
	static char *paths[1];
	char *text = NULL;
	FILE *out = tmpfile();
	assert_non_null(out);
	paths[0] = (char *)path;
	r->o.explain = 1;
	r->o.zone = r->o.zone ? r->o.zone : "Europe/Berlin";
	r->o.paths = paths;
	r->o.n_paths = 1;
	fflush(stdout);
	int old = dup(1);
	dup2(fileno(out), 1);
	run_go(r);
	fflush(stdout);
	dup2(old, 1);
	close(old);
	long n = (fseek(out, 0, SEEK_END), ftell(out));
	text = calloc(1, (size_t)n + 1);
	rewind(out);
	assert_int_equal(fread(text, 1, (size_t)n, out), n);
	fclose(out);
	return text;
}

static char *
explained_text(const char *format, const char *zone, const char *text)
{
	struct run r;
	char path[64];
	run_init(&r, format);
	r.o.zone = zone;
	run_add(&r, "in", text, strlen(text));
	snprintf(path, sizeof path, "%s/in", r.dir);
	char *s = explained(&r, path);
	run_finish(&r);
	return s;
}

static void
what_is_left_out_has_a_reason_in_every_table(void **state)
{
	unsigned n = 0;
	(void)state;
	for (size_t i = 0; readers[i]; i++) {
		const struct field *f = readers[i]->fields;
		if (!f)
			fail_msg("%s describes no field", readers[i]->name);
		for (; f->path; f++, n++) {
			if (!f->to && !f->note)
				fail_msg("%s: %s is left out without a reason",
					readers[i]->name, f->path);
			for (const struct field *g = f + 1; g->path; g++)
				if (strcmp(f->path, g->path) == 0)
					fail_msg("%s: %s stands there twice",
						readers[i]->name, f->path);
		}
	}
	print_message("%u fields\n", n);
}

/* Every file of a folder that a reader knows. */
static unsigned
explain_folder(const char *dir)
{
	struct dirent *e;
	unsigned n = 0;
	DIR *d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d))) {
		char path[1024];
		const char *name;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (e->d_name[0] == '.' || e->d_type == DT_DIR ||
			sniffed(path, &name) != 1)
			continue;
		struct run r;
		run_init(&r, "auto");
		char *text = explained(&r, path);
		if (strstr(text, "(not known)"))
			fail_msg("%s", text);
		assert_non_null(strstr(text, "what comes of it\n"));
		free(text);
		run_finish(&r);
		n++;
	}
	closedir(d);
	return n;
}

static void
every_field_of_our_samples_is_known(void **state)
{
	char dir[600];
	const char *source = getenv("DOZED_SOURCE");
	(void)state;
	snprintf(dir, sizeof dir, "%s/tests/data/bridge", source ? source : ".");
	assert_true(explain_folder(dir) >= 13);
}

static void
every_field_of_the_shared_samples_is_known(void **state)
{
	static const char *const folders[] = {"apple", "fitbit", "gadgetbridge", "garmin",
		"google_health", "health_connect", "openmhealth", "oura", "polar",
		"sleep_as_android", "whoop", "withings"};
	static const char *const wrist[] = {
		"sleep/actilife", "sleep/actiware", "sleep/awd"};
	char root[512], dir[1024];
	unsigned n = 0;
	(void)state;
	if (!shared_file("bridge", root))
		skip();
	for (size_t i = 0; i < array_len(folders); i++) {
		snprintf(dir, sizeof dir, "%s/%s", root, folders[i]);
		n += explain_folder(dir);
	}
	print_message("%u files\n", n);
	assert_true(n >= 34);
	*strrchr(root, '/') = '\0';
	for (size_t i = 0; i < array_len(wrist); i++) {
		snprintf(dir, sizeof dir, "%s/%s", root, wrist[i]);
		n = explain_folder(dir);
		print_message("%u files of %s\n", n, wrist[i]);
		assert_true(n >= 1);
	}
}

static void
the_table_counts_values_and_names_what_comes_of_them(void **state)
{
	(void)state;
	char *s = explained_text("csv", NULL,
		"time,heart_rate,mood\n"
		"2026-03-29T00:00:00Z,55,3\n"
		"2026-03-29T00:01:00Z,,\n");
	assert_non_null(strstr(s,
		", read as csv\n"
		"field            values   empty refused  becomes     how, or why not\n"
		"(other columns)       1       1       0  -           no column of this "
		"format: not read\n"
		"heart_rate            1       1       0  heart_rate  rounded to 0.1\n"
		"time                  2       0       0  time        cut to "
		"milliseconds\n"
		"what comes of it\n"
		"  heart_rate: 1 sample\n"));
	free(s);
}

static void
a_night_is_told_with_its_own_offsets_and_totals(void **state)
{
	(void)state;
	char *s = explained_text("csv", "Europe/Berlin",
		"start,duration_s,stage\n"
		"2026-03-28T23:00:00Z,3600,light\n"
		"2026-03-29T00:00:00Z,5400,awake\n");
	assert_non_null(strstr(s, "  sleep 2026-03-29T00:00:00+01:00 to "
				  "2026-03-29T03:30:00+02:00: 150 min, asleep 60, "
				  "awake 90, light 60\n"));
	free(s);
	s = explained_text("whoop", NULL,
		"{\"records\": [{\"id\": \"a\", \"updated_at\": \"2026-03-29T06:00:00Z\","
		"\"start\": \"2026-03-28T22:00:00.250Z\", \"end\": "
		"\"2026-03-29T05:00:00Z\", \"timezone_offset\": \"-03:30\","
		"\"nap\": true, \"score_state\": \"PENDING_SCORE\"}]}");
	assert_non_null(strstr(s, "  nap 2026-03-28T18:30:00.250-03:30 to "
				  "2026-03-29T01:30:00-03:30, tentative: 420 min, its "
				  "times only\n"));
	free(s);
	s = explained_text("whoop", NULL, "{\"records\": []}");
	assert_non_null(strstr(s, "what comes of it\n  nothing\n"));
	free(s);
}

static void
a_strange_field_shows_as_not_known(void **state)
{
	(void)state;
	char *s = explained_text("whoop", NULL,
		"{\"records\": [{\"id\": \"a\", \"moon\": {\"phase\": \"full\"}}]}");
	assert_non_null(strstr(s, "records.moon.phase       1       0       0  (not "
				  "known)\n"));
	free(s);
	s = explained_text(
		"whoop", NULL, "{\"records\": [{\"id\": \"a\", \"mo\\u001b[2Jon\": 1}]}");
	assert_non_null(strstr(s, "records.mo?[2Jon "));
	free(s);
	s = explained_text("whoop", NULL,
		"{\"type\": \"sleep.deleted\", \"trace_id\": \"t\", \"id\": "
		"\"g\\u001b[1m\"}");
	assert_null(strchr(s, '\x1b'));
	free(s);
}

/* The guide's example is what is printed, but for the name of the file. */
static void
the_guide_shows_what_is_printed(void **state)
{
	const char *source = getenv("DOZED_SOURCE");
	char path[600];
	struct run r;
	(void)state;
	snprintf(path, sizeof path,
		"%s/tests/data/bridge/hc_webhook_sleep.synthetic.json",
		source ? source : ".");
	run_init(&r, "health_connect");
	char *text = explained(&r, path);
	run_finish(&r);
	snprintf(path, sizeof path, "%s/docs/connecting-a-wearable.md",
		source ? source : ".");
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	char *guide = calloc(1, 1 << 20);
	assert_true(fread(guide, 1, (1 << 20) - 1, f) > 0);
	fclose(f);
	if (!strstr(guide, strchr(text, '\n')))
		fail_msg("not in the guide:\n%s", text);
	free(guide);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_out_has_a_reason_in_every_table),
		cmocka_unit_test(every_field_of_our_samples_is_known),
		cmocka_unit_test(every_field_of_the_shared_samples_is_known),
		cmocka_unit_test(the_table_counts_values_and_names_what_comes_of_them),
		cmocka_unit_test(a_night_is_told_with_its_own_offsets_and_totals),
		cmocka_unit_test(a_strange_field_shows_as_not_known),
		cmocka_unit_test(the_guide_shows_what_is_printed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
