/* SPDX-License-Identifier: MIT */
/* A configuration that is good: what it means, what stands for what is left out, what is
 * done with it afterwards; and files made to hurt. */
#include "config_fixture.h"
#include "sys/loader.h"

#define BERLIN "timezone = \"Europe/Berlin\""

static void
an_empty_file_means_every_default(void **state)
{
	struct fixture *f = *state;
	setenv("STATE_DIRECTORY", "/run/one:/run/two", 1);
	unsetenv("RUNTIME_DIRECTORY");
	struct config *c = fixture_good(f, "");
	assert_string_equal(c->broker.host, "127.0.0.1");
	assert_int_equal(c->broker.port, 1883);
	assert_int_equal(c->broker.tls, 0);
	assert_string_equal(c->broker.client_id, "dozed");
	assert_int_equal(c->broker.keep_alive_s, 60);
	assert_string_equal(c->topic_root, "dozed");
	assert_string_equal(c->topic_prefix, "");
	assert_string_equal(c->state_dir, "/run/one");
	assert_string_equal(c->runtime_dir, "/run/one");
	assert_int_equal(c->durability, STORE_PROCESS);
	assert_int_equal(c->log_level, LOG_LEVEL_INFO);
	assert_int_equal(c->retain_state, 1);
	assert_int_equal(c->retain_pain, 0);
	assert_true(c->policy.threshold == 0.25);
	assert_int_equal(c->policy.min_rated_days, 14);
	assert_int_equal(c->policy.max_per_week, 2);
	assert_int_equal(c->policy.free_days, 1);
	assert_int_equal(c->policy.settle_ms, 30 * MINUTE_MS);
	assert_int_equal(c->policy.earliest_min, 360);
	assert_int_equal(c->policy.hard_stop_min, 630);
	assert_int_equal(c->policy.expiry_min, 1080);
	assert_int_equal(c->policy.lateness_ms, 10 * MINUTE_MS);
	assert_int_equal(c->policy.idle_ms, 10 * MINUTE_MS);
	assert_int_equal(c->n_people, 0);
	assert_int_equal(c->n_scorers, 14);
	assert_string_equal(c->scorers[0], "cole_kripke");
	assert_string_equal(c->scorers[13], "pain_forecast");
	config_free(c);
	unsetenv("STATE_DIRECTORY");
}

static void
every_option_reaches_its_place(void **state)
{
	struct fixture *f = *state;
	struct config *c = fixture_good(f,
		"\xef\xbb\xbf# a mark before, CR at the ends\r\n"
		"topic_root = \"home/dozed\"\r\ntopic_prefix = p/17/\r\nstate_dir = "
		"'/s'\r\n"
		"runtime_dir = \"/r\"\nscorer_dir = \"/p\"\ndurability = "
		"power\nlog_level = debug\n"
		"retain_state = no\nretain_pain = on\nscorers = {\"b\", 'a' }\n"
		"broker { // plain\n host = \"broker.example.org\" port = 8883 tls = "
		"yes\n"
		" ca_file = \"/ca\" cert_file = \"/c\" key_file = \"/k\" client_id = "
		"\"d2\"\n"
		" username = \"d\" password_file = \"/w\" keep_alive = \"2 min\" }\n"
		"alert { threshold = 0.3 min_rated_days = 20 max_per_week = 1 free_days "
		"= 0\n"
		" settle = \"90 s\" hard_stop = 9:05 expiry = \"17:30\" lateness = \"1 "
		"h\"\n"
		" idle = \"1.5 h\" }\n"
		"person \"anna\" { name = \"Änne \\\"A\\\"\" " BERLIN "\n"
		" devices = {\"sim/band1\",\n \"fitbit/*\", \"*/ring\" } }\n"
		"person 'b-2_c' { timezone = Asia/Kolkata }\n"
		"scorer \"a\" {\n x = 6\n mode = \"two words\"\n}\nscorer \"b\" { }\n");
	assert_string_equal(c->topic_root, "home/dozed");
	assert_string_equal(c->topic_prefix, "p/17/");
	assert_string_equal(c->state_dir, "/s");
	assert_string_equal(c->runtime_dir, "/r");
	assert_string_equal(c->scorer_dir, "/p");
	assert_int_equal(c->durability, STORE_POWER);
	assert_int_equal(c->log_level, LOG_LEVEL_DEBUG);
	assert_int_equal(c->retain_state, 0);
	assert_int_equal(c->retain_pain, 1);
	assert_string_equal(c->broker.host, "broker.example.org");
	assert_int_equal(c->broker.tls, 1);
	assert_string_equal(c->broker.key_file, "/k");
	assert_int_equal(c->broker.keep_alive_s, 120);
	assert_int_equal(c->password_at.line, 15);
	assert_true(c->policy.threshold == 0.3);
	assert_int_equal(c->policy.settle_ms, 90 * SECOND_MS);
	assert_int_equal(c->policy.hard_stop_min, 545);
	assert_int_equal(c->policy.idle_ms, 90 * MINUTE_MS);
	assert_int_equal(c->n_people, 2);
	assert_string_equal(c->people[0].name, "Änne \"A\"");
	assert_string_equal(zone_name(c->people[1].zone), "Asia/Kolkata");
	assert_int_equal(c->people[0].n_devices, 3);
	assert_int_equal(c->n_scorers, 2);
	assert_string_equal(c->scorers[0], "b");
	assert_int_equal(c->scorer_at[1].line, 11);
	assert_int_equal(c->n_settings, 2);
	assert_string_equal(c->settings[1].scorer, "a");
	assert_string_equal(c->settings[1].option, "mode");
	assert_string_equal(c->settings[1].text, "two words");
	assert_int_equal(c->settings[1].at.line, 25);
	config_free(c);
}

static void
a_persons_nights_have_an_order_and_an_age(void **state)
{
	struct fixture *f = *state;
	struct config *c = fixture_good(f,
		"person \"a\" { " BERLIN " }\n"
		"person \"b\" { " BERLIN " nights = {\"markers\", \"activity\"}"
		" retention = \"400 d\" }");
	enum night_source order[NIGHT_SOURCES];
	assert_int_equal(person_nights(&c->people[0], order), NIGHT_SOURCES);
	assert_int_equal(order[0], NIGHT_SESSION);
	assert_int_equal(order[3], NIGHT_ACTIVITY);
	assert_false(person_is_beyond(&c->people[0], UTC(1), UTC(1000 * DAY_MS)));
	assert_int_equal(person_nights(&c->people[1], order), 2);
	assert_int_equal(order[0], NIGHT_MARKERS);
	assert_int_equal(order[1], NIGHT_ACTIVITY);
	assert_true(person_is_beyond(&c->people[1], UTC(1), UTC(401 * DAY_MS)));
	assert_false(person_is_beyond(&c->people[1], UTC(1), UTC(400 * DAY_MS)));
	assert_false(person_is_beyond(
		&c->people[1], UTC(0), UTC(401 * DAY_MS))); /* no event: a deletion */
	config_free(c);
}

static void
a_persons_devices_admit_what_they_say(void **state)
{
	struct fixture *f = *state;
	struct config *c =
		fixture_good(f, "person \"a\" { " BERLIN " devices = {\"sim/band1\", "
				"\"fitbit/*\", \"*/ring\"} }\n"
				"person \"b\" { " BERLIN " }");
	const struct person *a = config_person(c, "a"), *b = config_person(c, "b");
	assert_null(config_person(c, "c"));
	assert_true(person_has_device(a, "sim", "band1"));
	assert_false(person_has_device(a, "sim", "band2"));
	assert_false(person_has_device(a, "si", "band1"));
	assert_false(person_has_device(a, "sim2", "band1"));
	assert_true(person_has_device(a, "fitbit", "x"));
	assert_true(person_has_device(a, "oura", "ring"));
	assert_false(person_has_device(a, "oura", "ring2"));
	assert_true(person_has_device(b, "any", "thing"));
	config_free(c);
}

/* What `check --defaults` prints; fixture_read-able. */
static char *
defaults_text(void)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	assert_int_equal(config_defaults_print(out, getenv("DOZED_SCORER_DIR")), 0);
	fclose(out);
	return text;
}

/* Takes every option that is shown into use; returns how many. The example person stays. */
static unsigned
take_into_use(char *text)
{
	unsigned taken = 0;
	for (char *s = text; s && strncmp(s, "\n#person", 8) != 0; s = strchr(s, '\n')) {
		s += strspn(s, "\n");
		int in_section = s[0] == '#' && s[1] == '\t';
		char *name = s + strspn(s, "#\t");
		char *mark = in_section ? s : s + strspn(s, "\t");
		if (mark[0] != '#' || mark[1] == ' ')
			continue;
		*mark = ' ';
		taken += name[0] >= 'a' && name[0] <= 'z';
	}
	return taken;
}

static void
the_printed_defaults_are_the_defaults(void **state)
{
	struct fixture *f = *state;
	char *text = defaults_text(), why[128];
	struct config *plain = fixture_good(f, ""), *shown = fixture_good(f, text);
	assert_true(take_into_use(text) > 30);
	struct config *set = fixture_good(f, text);
	assert_false(config_needs_restart(plain, set, why));
	assert_memory_equal(&plain->policy, &shown->policy, sizeof plain->policy);
	assert_memory_equal(&plain->policy, &set->policy, sizeof plain->policy);
	assert_memory_equal(plain->scorers, set->scorers, sizeof plain->scorers);
	assert_int_equal(plain->log_level, set->log_level);
	assert_string_equal(plain->scorer_dir, set->scorer_dir);
	assert_true(set->n_settings > 3);
	config_free(plain);
	config_free(shown);
	config_free(set);
	free(text);
}

static void
the_shipped_file_is_what_check_prints(void **state)
{
	(void)state;
	char path[512], shipped[32768];
	snprintf(path, sizeof path, "%s/etc/dozed.conf", getenv("DOZED_SOURCE"));
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	shipped[fread(shipped, 1, sizeof shipped - 1, in)] = '\0';
	fclose(in);
	char *text = defaults_text();
	if (strcmp(text, shipped) != 0)
		fail_msg("make it again: dozed check --defaults >etc/dozed.conf");
	free(text);
}

static void
included_files_are_read_and_named_in_faults(void **state)
{
	struct fixture *f = *state;
	static const char people[] =
		"person \"a\" { " BERLIN " }\ninclude = {\"more.conf\"}\n";
	static const char more[] = "alert { free_days = 3 }\n";
	static const char wrong[] =
		"# x\nalert { free_dys = 3 }\nperson \"B\" { " BERLIN " }\n";
	fixture_write(f, "people.conf", people, sizeof people - 1);
	fixture_write(f, "more.conf", more, sizeof more - 1);
	struct config *c =
		fixture_good(f, "include = {\"people.conf\"}\nlog_level = debug\n");
	assert_int_equal(c->n_people, 1);
	assert_int_equal(c->policy.free_days, 3);
	assert_int_equal(c->n_files, 3);
	config_free(c);

	fixture_write(f, "more.conf", wrong, sizeof wrong - 1);
	assert_null(fixture_read(f, "include = {\"people.conf\"}\nlog_level = loud\n"));
	assert_int_equal(f->n, 3);
	assert_string_equal(f->faults[0], "dozed.conf:2: log_level = \"loud\": one of "
					  "error|warning|info|debug is wanted");
	assert_string_equal(f->faults[1],
		"more.conf:2: unknown option free_dys; did you mean free_days?");
	assert_string_equal(f->faults[2],
		"more.conf:3: person \"B\": an id has 1 to 32 of a-z, 0-9, '_' and '-'");
}

static void
all_faults_are_told_at_once_in_order(void **state)
{
	struct fixture *f = *state;
	assert_null(fixture_read(f,
		"# one\nlog_levl = info\ntopic_root = \"x\n"
		"broker {\n hst = 1\n port = 0\n}\nxyzzy {\n a = {1,\n 2}\n}\n"
		"alert { settle = 30 min }\ntopic_prefix = *\n"
		"durability = weak\nthreshold\n"));
	static const char *const want[] = {"2: unknown option log_levl",
		"3: this text has no", "5: unknown option hst", "6: port = \"0\"",
		"8: unknown option xyzzy", "12: 'min' is not expected", "13: '*' must",
		"14: durability", "15: threshold belongs"};
	assert_int_equal(f->n, array_len(want));
	for (size_t i = 0; i < array_len(want); i++)
		if (strncmp(f->faults[i] + 11, want[i], strlen(want[i])) != 0)
			fail_msg("%s, not %s", f->faults[i], want[i]);
}

static void
files_made_to_hurt_are_refused_with_a_reason(void **state)
{
	struct fixture *f = *state;
	size_t n = 1 << 20;
	char *big = malloc(n + 2);
	memset(big, 'a', n + 2);
	assert_null(fixture_read_bytes(f, big, n)); /* one line of a megabyte */
	assert_non_null(strstr(
		f->faults[0], "dozed.conf:1: this line is longer than 4096 bytes"));
	assert_null(fixture_read_bytes(f, big, n + 1));
	assert_non_null(strstr(f->faults[0], "cannot be read: File too large"));
	memset(big, '{', n);
	assert_null(fixture_read_bytes(f, big, n));
	for (size_t i = 0; i < n; i++) /* a brace a line */
		big[i] = i % 2 ? '\n' : '{';
	assert_null(fixture_read_bytes(f, big, n));
	assert_non_null(strstr(f->faults[0], "nested too deeply"));
	for (size_t i = 0; i < n; i++) /* half a million unknown names */
		big[i] = i % 2 ? '\n' : 'x';
	assert_null(fixture_read_bytes(f, big, n / 64));
	assert_int_equal(f->n, 100);
	memset(big, '\0', n);
	assert_null(fixture_read_bytes(f, big, n));
	memset(big, '"', n);
	assert_null(fixture_read_bytes(f, big, n));
	memset(big, '\n', n);
	config_free(fixture_good(f, ""));
	config_free(fixture_read_bytes(f, big, n));
	assert_int_equal(f->n, 0);
	free(big);
	assert_null(fixture_read_bytes(f, "topic_root = \"a\0b\"", 18));
	assert_string_equal(
		f->faults[0], "dozed.conf:1: byte 0x00 does not belong into a text file");
}

static void
a_file_that_cannot_be_read_says_why(void **state)
{
	struct fixture *f = *state;
	struct config *c = NULL;
	f->n = 0;
	assert_int_equal(
		config_read("/nonexistent/dozed.conf", fixture_complain, f, &c), -ENOENT);
	assert_string_equal(f->faults[0],
		"/nonexistent/dozed.conf:1: cannot be read: No such file or directory");
	assert_int_equal(config_read(f->dir, fixture_complain, f, &c), -EISDIR);
	assert_null(c);
}

/* Bytes changed, cut and doubled at places of a fixed sequence: refused or read, never worse. */
static void
damaged_files_never_break_the_reader(void **state)
{
	struct fixture *f = *state;
	static const char parts[] = "{}\"'\\=#,*/+\n $|()\x80"
				    "a1";
	char *good = defaults_text(), *text = malloc(strlen(good) + 64);
	uint32_t seed = 20260329;
	unsigned refused = 0;
	take_into_use(good);
	for (unsigned i = 0; i < 600; i++) {
		memcpy(text, good, strlen(good) + 1);
		for (unsigned k = 0; k <= i % 3; k++) {
			seed = seed * 1664525u + 1013904223u;
			text[(seed >> 8) % strlen(text)] =
				parts[(seed >> 3) % (sizeof parts - 1)];
		}
		if (i % 10 == 0)
			text[(seed >> 8) % strlen(text)] = '\0';
		struct config *c = fixture_read(f, text);
		refused += !c;
		config_free(c);
	}
	print_message("%u of 600 refused\n", refused);
	assert_true(refused > 100);
	free(text);
	free(good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_means_every_default),
		cmocka_unit_test(every_option_reaches_its_place),
		cmocka_unit_test(a_persons_devices_admit_what_they_say),
		cmocka_unit_test(a_persons_nights_have_an_order_and_an_age),
		cmocka_unit_test(the_printed_defaults_are_the_defaults),
		cmocka_unit_test(the_shipped_file_is_what_check_prints),
		cmocka_unit_test(included_files_are_read_and_named_in_faults),
		cmocka_unit_test(all_faults_are_told_at_once_in_order),
		cmocka_unit_test(files_made_to_hurt_are_refused_with_a_reason),
		cmocka_unit_test(a_file_that_cannot_be_read_says_why),
		cmocka_unit_test(damaged_files_never_break_the_reader),
	};
	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
