/* SPDX-License-Identifier: MIT */
/* Which files are read and when, in simulated time over real files; and whose an MQTT topic is. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "follow.h"
#include "hand.h"
#include "topics.h"

#define SETTLE INT64_C(2000)
#define NOW    INT64_C(1764000000000) /* wall clock at monotonic 0 */

static char dir[64], gone[1024], directories[1024];
static struct follow *f;

static void
on_gone(void *ctx, const char *path)
{
	(void)ctx;
	sprintf(gone + strlen(gone), "%s ", strrchr(path, '/') + 1);
}

static void
on_directory(void *ctx, const char *path)
{
	(void)ctx;
	sprintf(directories + strlen(directories), "%s ", path + strlen(dir));
}

static struct follow *
following(const char *below)
{
	static char path[96];
	static char *paths[1] = {path};
	snprintf(path, sizeof path, "%s%s", dir, below);
	return follow_new(
		&(struct follow_options){paths, 1, SETTLE, on_directory, on_gone, NULL});
}

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dozed-follow-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	signal(SIGIO, SIG_IGN);
	gone[0] = directories[0] = 0;
	f = following("");
	return 0;
}

static int
teardown(void **state)
{
	char command[96];
	(void)state;
	f = follow_free(f);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static const char *
at(const char *name)
{
	static char path[160];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

/* Written at this time of the simulation. */
static void
write_at(const char *name, const char *text, int64_t ms)
{
	int64_t t = NOW + ms;
	struct timespec times[2];
	FILE *file = fopen(at(name), "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	times[0] = times[1] = (struct timespec){t / 1000, t % 1000 * 1000000};
	assert_int_equal(utimensat(AT_FDCWD, at(name), times, 0), 0);
}

static void
scan_at(int64_t ms)
{
	follow_scan(f, (mono_ms){ms}, UTC(NOW + ms));
}

static void
touch_at(const char *name, int was_moved_here, int64_t ms)
{
	follow_touch(f, at(name), was_moved_here, (mono_ms){ms}, UTC(NOW + ms));
}

/* The names of what is ready now, each read whole (or not). */
static const char *
read_at(int64_t ms, int whole)
{
	static char text[1024];
	struct follow_file file;
	text[0] = 0;
	while (follow_next(f, (mono_ms){ms}, UTC(NOW + ms), &file)) {
		struct seen seen = {file.stamp, 1, whole};
		sprintf(text + strlen(text), "%s%s ", strrchr(file.path, '/') + 1,
			file.is_again ? "?" : "");
		follow_done(f, file.path, &seen, (mono_ms){ms});
		free(file.path);
	}
	return text;
}

static void
what_is_kept_by_others_for_themselves_is_never_read(void **state)
{
	static const char *const theirs[] = {".syncthing.sleep.json.tmp",
		"~syncthing~a.tmp", "a.json~", "a.json.part", "a.tmp", ".stfolder",
		".stversions", ".a.json.swp", "x.crdownload", "Gadgetbridge.db-wal",
		"Gadgetbridge.db-shm", "Gadgetbridge.db-journal",
		".sleep.json.ocTransferId12.part"};
	static const char *const ours[] = {"a.json", "export.zip", "part", "tmp.csv",
		"Gadgetbridge.db", "Gadgetbridge", "a~b.csv", "Schlaf.AWD"};
	(void)state;
	for (size_t i = 0; i < array_len(theirs); i++)
		assert_true(follow_is_ignored(theirs[i]));
	for (size_t i = 0; i < array_len(ours); i++)
		assert_false(follow_is_ignored(ours[i]));
	write_at("a.json.part", "x", -10000);
	assert_int_equal(mkdir(at(".stversions"), 0700), 0);
	write_at(".stversions/a.json", "x", -10000);
	write_at("a.json", "x", -10000);
	scan_at(0);
	touch_at("a.json.part", 0, 0);
	assert_string_equal(read_at(0, 1), "a.json ");
}

static void
what_lies_there_for_long_is_read_at_once_in_the_order_of_names(void **state)
{
	(void)state;
	assert_int_equal(mkdir(at("b"), 0700), 0);
	write_at("c.csv", "c", -5000);
	write_at("b/a.csv", "b", -5000);
	write_at("a.csv", "a", -5000);
	scan_at(0);
	assert_string_equal(directories, " /b ");
	assert_string_equal(read_at(0, 1), "a.csv a.csv c.csv ");
	assert_string_equal(read_at(1, 1), "");
	assert_int_equal(follow_due(f).ms, INT64_MAX);
}

static void
what_is_being_written_waits_until_it_settles(void **state)
{
	(void)state;
	write_at("a.csv", "one", 0);
	touch_at("a.csv", 0, 0);
	assert_string_equal(read_at(0, 1), "");
	assert_int_equal(follow_due(f).ms, SETTLE);
	/* it has grown, which nobody told: the look before reading finds it */
	write_at("a.csv", "one two", 1900);
	assert_string_equal(read_at(SETTLE, 1), "");
	assert_true(follow_due(f).ms >= SETTLE + 1900);
	assert_string_equal(read_at(2 * SETTLE - 1, 1), "");
	assert_string_equal(read_at(2 * SETTLE, 1), "a.csv ");
}

static void
a_clock_that_is_wrong_does_not_hold_a_file_up_for_ever(void **state)
{
	(void)state;
	write_at("a.csv", "one", 86400000); /* from tomorrow */
	touch_at("a.csv", 0, 0);
	assert_string_equal(read_at(SETTLE - 1, 1), "");
	assert_string_equal(read_at(SETTLE, 1), "a.csv ");
}

static void
what_was_moved_here_is_whole(void **state)
{
	(void)state;
	write_at("a.csv", "one", 0);
	touch_at("a.csv", 1, 0);
	assert_string_equal(read_at(0, 1), "a.csv ");
	assert_int_equal(mkdir(at("sub"), 0700), 0);
	write_at("sub/b.csv", "one", 0);
	follow_directory(f, at("sub"), 1, (mono_ms){0}, UTC(NOW));
	assert_string_equal(read_at(0, 1), "b.csv ");
	/* but not what is in one that was made here */
	write_at("sub/c.csv", "one", 0);
	follow_directory(f, at("sub"), 0, (mono_ms){0}, UTC(NOW));
	assert_string_equal(read_at(0, 1), "");
	assert_string_equal(read_at(SETTLE, 1), "c.csv ");
}

static void
a_file_that_is_open_for_writing_waits_for_ten_minutes_at_most(void **state)
{
	(void)state;
	write_at("a.csv", "one", -5000);
	int fd = open(at("a.csv"), O_WRONLY);
	assert_true(fd >= 0);
	scan_at(0);
	assert_string_equal(read_at(0, 1), "");
	assert_int_equal(follow_due(f).ms, SETTLE);
	assert_string_equal(read_at(SETTLE, 1), "");
	close(fd);
	assert_string_equal(read_at(2 * SETTLE, 1), "a.csv ");
	write_at("b.csv", "one", -5000);
	fd = open(at("b.csv"), O_WRONLY);
	scan_at(10000);
	assert_string_equal(read_at(10000, 1), "");
	assert_string_equal(read_at(10000 + FOLLOW_OPEN_MAX_MS, 1), "b.csv ");
	close(fd);
}

static void
only_what_changed_is_read_again(void **state)
{
	(void)state;
	write_at("a.csv", "one", -9000);
	write_at("b.csv", "one", -9000);
	scan_at(0);
	assert_string_equal(read_at(0, 1), "a.csv b.csv ");
	scan_at(1000);
	touch_at("a.csv", 0, 1000);
	assert_string_equal(read_at(1000, 1), "");
	write_at("b.csv", "one two", 5000);
	scan_at(20000);
	assert_string_equal(read_at(20000, 1), "b.csv ");
	/* as large and as old, but another file: it was replaced */
	write_at("beside.part", "two", -9000);
	char *beside = strdup(at("beside.part"));
	assert_int_equal(rename(beside, at("a.csv")), 0);
	free(beside);
	scan_at(30000);
	assert_string_equal(read_at(30000, 1), "a.csv ");
}

static void
what_an_earlier_run_read_is_remembered(void **state)
{
	struct follow_file file;
	struct seen seen;
	(void)state;
	write_at("a.csv", "one", -9000);
	write_at("gone.csv", "one", -9000);
	scan_at(0);
	assert_int_equal(follow_next(f, (mono_ms){0}, UTC(NOW), &file), 1);
	seen = (struct seen){file.stamp, 1, 1};
	follow_free(f);
	f = following("");
	follow_remember(f, file.path, &seen);
	follow_remember(f, at("gone.csv"), &seen);
	follow_remember(f, at("elsewhere.csv"), &seen);
	follow_remember(f, "/nowhere/a.csv", &seen);
	assert_int_equal(unlink(at("gone.csv")), 0);
	scan_at(0);
	assert_string_equal(read_at(0, 1), "");
	assert_string_equal(gone, "gone.csv elsewhere.csv a.csv ");
	free(file.path);
}

static void
what_could_not_be_read_is_tried_again_ever_more_seldom(void **state)
{
	int64_t now = 0, wait = FOLLOW_AGAIN_MS;
	(void)state;
	write_at("a.csv", "one", -9000);
	scan_at(now);
	assert_string_equal(read_at(now, 0), "a.csv ");
	for (int i = 0; i < 12; i++) {
		assert_string_equal(read_at(now + wait - 1, 0), "");
		scan_at(now + wait - 1); /* a look is no reason to read */
		now += wait;
		assert_string_equal(read_at(now, 0), "a.csv? ");
		wait = 2 * wait < FOLLOW_AGAIN_MAX_MS ? 2 * wait : FOLLOW_AGAIN_MAX_MS;
	}
	assert_int_equal(wait, FOLLOW_AGAIN_MAX_MS);
	/* once it has changed it is tried at once, and from the start */
	write_at("a.csv", "one two", now - 9000);
	scan_at(now);
	assert_string_equal(read_at(now, 0), "a.csv ");
	assert_string_equal(read_at(now + FOLLOW_AGAIN_MS, 1), "a.csv? ");
	assert_string_equal(read_at(now + 10 * FOLLOW_AGAIN_MAX_MS, 1), "");
}

static void
what_could_not_be_taken_is_offered_again(void **state)
{
	struct follow_file file;
	(void)state;
	write_at("a.csv", "one", -9000);
	scan_at(0);
	assert_int_equal(follow_next(f, (mono_ms){0}, UTC(NOW), &file), 1);
	follow_later(f, file.path, 30000, (mono_ms){0});
	free(file.path);
	assert_string_equal(read_at(29999, 1), "");
	assert_string_equal(read_at(30000, 1), "a.csv ");
}

static void
the_deleted_are_forgotten_but_not_with_a_path_that_is_away(void **state)
{
	(void)state;
	follow_free(f);
	assert_int_equal(mkdir(at("mount"), 0700), 0);
	f = following("/mount");
	write_at("mount/a.csv", "one", -9000);
	write_at("mount/b.csv", "one", -9000);
	scan_at(0);
	assert_string_equal(read_at(0, 1), "a.csv b.csv ");
	assert_int_equal(unlink(at("mount/a.csv")), 0);
	scan_at(1000);
	assert_string_equal(gone, "a.csv ");
	char from[96], to[96];
	const char *why;
	snprintf(from, sizeof from, "%s/mount", dir);
	snprintf(to, sizeof to, "%s/away", dir);
	assert_int_equal(rename(from, to), 0);
	scan_at(2000);
	assert_string_equal(follow_missing(f, 0, &why), from);
	assert_null(follow_missing(f, 1, &why));
	assert_int_equal(rename(to, from), 0);
	scan_at(3000);
	assert_string_equal(gone, "a.csv ");
	assert_string_equal(read_at(3000, 1), "");
	/* a name that comes back is a new file */
	write_at("mount/a.csv", "one", -9000);
	scan_at(4000);
	assert_string_equal(read_at(4000, 1), "a.csv ");
}

static void
a_single_file_is_followed_without_its_neighbours(void **state)
{
	(void)state;
	write_at("a.csv", "one", -9000);
	write_at("b.csv", "one", -9000);
	write_at("a.csv.json", "one", -9000);
	follow_free(f);
	f = following("/a.csv");
	directories[0] = 0;
	scan_at(0);
	assert_string_equal(directories, " ");
	touch_at("b.csv", 1, 0);
	touch_at("a.csv.json", 1, 0);
	struct follow_file file;
	assert_int_equal(follow_next(f, (mono_ms){0}, UTC(NOW), &file), 1);
	assert_false(file.in_directory); /* what no reader knows is said */
	follow_later(f, file.path, 0, (mono_ms){0});
	free(file.path);
	assert_string_equal(read_at(0, 1), "a.csv ");
}

static void
loops_of_links_end(void **state)
{
	(void)state;
	assert_int_equal(symlink(dir, at("loop")), 0);
	write_at("a.csv", "one", -9000);
	scan_at(0);
	assert_true(strlen(read_at(0, 1)) <= 6 * (FOLLOW_DEPTH_MAX + 1));
}

static void
what_ends_the_bridge_three_times_is_left_out(void **state)
{
	static const struct stamp was = {3, 17, 5}, is = {4, 18, 5};
	(void)state;
	for (int i = 0; i < HAND_MAX; i++)
		assert_int_equal(hand_take(dir, "/a b.csv", &was), i);
	assert_int_equal(hand_take(dir, "/a b.csv", &was), HAND_MAX);
	assert_int_equal(hand_take(dir, "/a b.csv", &was), HAND_MAX);
	assert_int_equal(hand_take(dir, "/a b.csv", &is), 0); /* it has changed */
	assert_int_equal(hand_take(dir, "/b.csv", &is), 0);
	assert_int_equal(
		hand_take(dir, "/a b.csv", &is), 0); /* not one after the other */
	assert_int_equal(hand_take(dir, "/a b.csv", &is), 1);
	hand_empty(dir);
	assert_int_equal(hand_take(dir, "/a b.csv", &is), 0);
	write_at("at-hand", "99999 nonsense", 0);
	assert_int_equal(hand_take(dir, "/a b.csv", &is), 0);
}

/* --- topics ----------------------------------------------------------------------------- */

static const char *
person(const char *filter, const char *topic)
{
	static char id[ID_MAX + 1];
	assert_true(topic_matches(filter, topic));
	topic_person(filter, topic, id);
	return id;
}

static void
a_topic_belongs_to_its_plus_or_to_the_last_level_that_is_named(void **state)
{
	(void)state;
	assert_string_equal(person("health/+/sleep", "health/anna/sleep"), "anna");
	assert_string_equal(person("+/+/sleep", "ben/anna/sleep"), "ben");
	assert_string_equal(person("health/anna/#", "health/anna/export/1"), "anna");
	assert_string_equal(person("health/anna/#", "health/anna"), "anna");
	assert_string_equal(person("SleepAsAndroid/anna", "SleepAsAndroid/anna"), "anna");
	assert_string_equal(
		person("SleepAsAndroid/+", "SleepAsAndroid/Anna"), ""); /* no id */
	assert_string_equal(person("#", "a/b"), "");
}

static void
filters_match_as_the_broker_matches(void **state)
{
	(void)state;
	assert_true(topic_matches("a/#", "a"));
	assert_true(topic_matches("a/#", "a/b/c"));
	assert_true(topic_matches("#", "a/b"));
	assert_true(topic_matches("a/+", "a/"));
	assert_true(topic_matches("a/+/c", "a/b/c"));
	assert_false(topic_matches("a/+", "a/b/c"));
	assert_false(topic_matches("a/+", "a"));
	assert_false(topic_matches("a/b", "a/bc"));
	assert_false(topic_matches("a/bc", "a/b"));
	assert_false(topic_matches("#", "$SYS/broker"));
	assert_null(topic_filter_fault("health/+/sleep"));
	assert_null(topic_filter_fault("#"));
	assert_non_null(topic_filter_fault(""));
	assert_non_null(topic_filter_fault("health/an+/sleep"));
	assert_non_null(topic_filter_fault("health/#/sleep"));
	assert_non_null(topic_filter_fault("health/a#"));
	assert_non_null(topic_filter_fault("$SYS/#"));
}

int
main(void)
{
#define FOLLOW_TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		FOLLOW_TEST(what_is_kept_by_others_for_themselves_is_never_read),
		FOLLOW_TEST(
			what_lies_there_for_long_is_read_at_once_in_the_order_of_names),
		FOLLOW_TEST(what_is_being_written_waits_until_it_settles),
		FOLLOW_TEST(a_clock_that_is_wrong_does_not_hold_a_file_up_for_ever),
		FOLLOW_TEST(what_was_moved_here_is_whole),
		FOLLOW_TEST(
			a_file_that_is_open_for_writing_waits_for_ten_minutes_at_most),
		FOLLOW_TEST(only_what_changed_is_read_again),
		FOLLOW_TEST(what_an_earlier_run_read_is_remembered),
		FOLLOW_TEST(what_could_not_be_read_is_tried_again_ever_more_seldom),
		FOLLOW_TEST(what_could_not_be_taken_is_offered_again),
		FOLLOW_TEST(the_deleted_are_forgotten_but_not_with_a_path_that_is_away),
		FOLLOW_TEST(a_single_file_is_followed_without_its_neighbours),
		FOLLOW_TEST(loops_of_links_end),
		FOLLOW_TEST(what_ends_the_bridge_three_times_is_left_out),
		cmocka_unit_test(
			a_topic_belongs_to_its_plus_or_to_the_last_level_that_is_named),
		cmocka_unit_test(filters_match_as_the_broker_matches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
