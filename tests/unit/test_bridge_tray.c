/* SPDX-License-Identifier: MIT */
/* The tray: what was put is there after a kill, whole, once and in order; nothing grows without
 * bound; what was refused can be looked at with its reason. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tray.h"

static char dir[64], listed[8192];

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dozed-tray-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
teardown(void **state)
{
	char command[96];
	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static struct tray *
opened(const struct tray_limits *limits)
{
	struct tray *t = NULL;
	assert_int_equal(tray_open(dir, limits, &t), 0);
	return t;
}

static int
put(struct tray *t, const char *person, const char *format, const char *text, char **ret)
{
	struct tray_document d = {person, format, text, strlen(text)};
	return tray_put(t, &d, UTC(1764000000123), ret);
}

static int
list(void *ctx, const struct tray_item *i)
{
	char text[64] = "";
	FILE *f = fopen(i->path, "r");
	(void)ctx;
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = 0;
	fclose(f);
	assert_int_equal(i->arrived.ms, 1764000000123);
	sprintf(listed + strlen(listed), "%s/%s:%s%s%s ", i->person, i->format, text,
		i->reason[0] ? "!" : "", i->reason);
	return 0;
}

static const char *
waiting(void)
{
	listed[0] = 0;
	assert_int_equal(tray_each_waiting(dir, list, NULL), 0);
	return listed;
}

static const char *
refused(void)
{
	listed[0] = 0;
	assert_int_equal(tray_each_refused(dir, list, NULL), 0);
	return listed;
}

static void
write_as(const char *name, const char *text)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int
is_there(const char *name)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static void
documents_wait_in_the_order_in_which_they_came(void **state)
{
	(void)state;
	struct tray *t = opened(NULL);
	struct tray_totals sum;
	char *path = NULL;
	assert_int_equal(put(t, "anna", "hae", "one", NULL), 0);
	assert_int_equal(put(t, NULL, NULL, "two", &path), 0);
	assert_int_equal(put(t, "ben", NULL, "three", NULL), 0);
	assert_string_equal(waiting(), "anna/hae:one /:two ben/:three ");
	assert_int_equal(tray_done(t, path), 0);
	assert_int_equal(tray_done(t, path), 0); /* already gone */
	tray_count(t, &sum);
	assert_int_equal(sum.inbox.files, 2);
	assert_int_equal(sum.inbox.bytes, 8);
	tray_close(t);
	/* the next start goes on behind them, even with an earlier clock */
	t = opened(NULL);
	assert_int_equal(put(t, "anna", NULL, "four", NULL), 0);
	assert_string_equal(waiting(), "anna/hae:one ben/:three anna/:four ");
	tray_count(t, &sum);
	assert_int_equal(sum.inbox.files, 3);
	tray_close(t);
	free(path);
}

static void
only_the_owner_may_read_them(void **state)
{
	(void)state;
	struct tray *t = opened(NULL);
	struct stat st;
	char *path, of[128];
	mode_t old = umask(0);
	assert_int_equal(put(t, "anna", NULL, "one", &path), 0);
	umask(old);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(of, sizeof of, "%s/inbox", dir);
	assert_int_equal(stat(of, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(path);
	tray_close(t);
}

static void
what_a_kill_left_half_written_is_swept_up(void **state)
{
	(void)state;
	struct tray *t = opened(NULL);
	char *path;
	assert_int_equal(put(t, "anna", "hae", "one", &path), 0);
	tray_close(t);
	/* killed while writing; killed between the reason and the move */
	write_as("inbox/.new", "half of a docu");
	write_as("refused/0000000001.1764000000123.anna.hae.reason", "cut off\n");
	write_as("refused/.new", "cut o");
	write_as("inbox/README", "not ours: neither read nor touched");
	t = opened(NULL);
	assert_string_equal(waiting(), "anna/hae:one ");
	assert_string_equal(refused(), "");
	assert_false(is_there("inbox/.new"));
	assert_false(is_there("refused/.new"));
	assert_false(is_there("refused/0000000001.1764000000123.anna.hae.reason"));
	assert_true(is_there("inbox/README"));
	free(path);
	tray_close(t);
}

/* Puts numbered documents until it is killed, telling each number once it is safe. */
static void
put_for_ever(int fd)
{
	struct tray *t = opened(NULL);
	for (int i = 0;; i++) {
		char text[16], *path;
		snprintf(text, sizeof text, "%d", i);
		if (put(t, "anna", NULL, text, &path) != 0 || write(fd, &i, sizeof i) < 0)
			_exit(1);
		if (i % 3 == 1 && tray_refuse(t, path, "every third"))
			_exit(1);
		free(path);
	}
}

static int
check_number(void *ctx, const struct tray_item *item)
{
	char *seen = ctx, text[16] = "";
	FILE *f = fopen(item->path, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	fclose(f);
	seen[strtol(text, NULL, 10)]++;
	return 0;
}

static void
a_kill_at_any_point_loses_and_doubles_nothing(void **state)
{
	(void)state;
	for (int round = 0; round < 30; round++) {
		char seen[TRAY_INBOX_FILES] = "";
		int pipe_fd[2], number, last = -1;
		assert_int_equal(pipe(pipe_fd), 0);
		pid_t pid = fork();
		if (pid == 0)
			put_for_ever(pipe_fd[1]);
		close(pipe_fd[1]);
		while (last < round &&
			read(pipe_fd[0], &number, sizeof number) == sizeof number)
			last = number;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		while (read(pipe_fd[0], &number, sizeof number) == sizeof number)
			last = number;
		close(pipe_fd[0]);
		struct tray *t = opened(NULL);
		assert_int_equal(tray_each_waiting(dir, check_number, seen), 0);
		assert_int_equal(tray_each_refused(dir, check_number, seen), 0);
		for (int i = 0; i <= last; i++)
			assert_int_equal(seen[i], 1);
		assert_true(seen[last + 1] <= 1 && seen[last + 2] == 0);
		tray_close(t);
		teardown(NULL);
		assert_int_equal(mkdir(dir, 0700), 0);
	}
}

static void
what_cannot_be_read_is_kept_with_its_reason(void **state)
{
	(void)state;
	struct tray *t = opened(NULL);
	struct tray_totals sum;
	char *path;
	assert_int_equal(put(t, "anna", "hae", "{", &path), 0);
	assert_int_equal(tray_refuse(t, path, "line 1: premature end of input"), 0);
	assert_string_equal(waiting(), "");
	assert_string_equal(refused(), "anna/hae:{!line 1: premature end of input ");
	free(path);
	tray_close(t);
	t = opened(NULL);
	tray_look(dir, &sum);
	assert_int_equal(sum.refused.files, 1);
	assert_int_equal(sum.refused.bytes, 1);
	assert_int_equal(sum.forgotten, 0);
	assert_string_equal(refused(), "anna/hae:{!line 1: premature end of input ");
	tray_close(t);
}

static void
the_oldest_refused_go_first_and_are_counted(void **state)
{
	(void)state;
	static const struct tray_limits few = {.refused_files = 2, .refused_bytes = 100};
	struct tray *t = opened(&few);
	struct tray_totals sum;
	for (int i = 0; i < 5; i++) {
		char text[16], *path;
		snprintf(text, sizeof text, "%d", i);
		assert_int_equal(put(t, NULL, NULL, text, &path), 0);
		assert_int_equal(tray_refuse(t, path, "no"), 0);
		free(path);
	}
	assert_string_equal(refused(), "/:3!no /:4!no ");
	tray_close(t);
	t = opened(&few);
	tray_count(t, &sum);
	assert_int_equal(sum.forgotten, 3);
	assert_int_equal(sum.refused.files, 2);
	/* by bytes, too: one of 99 leaves no room for the two others */
	char big[100], *path;
	memset(big, 'x', 99);
	big[99] = 0;
	assert_int_equal(put(t, NULL, NULL, big, &path), 0);
	assert_int_equal(tray_refuse(t, path, "big"), 0);
	tray_count(t, &sum);
	assert_int_equal(sum.refused.files, 1 + (99 + 1 <= 100));
	assert_int_equal(sum.forgotten, 4);
	free(path);
	tray_close(t);
}

static void
a_full_tray_takes_nothing_and_says_so(void **state)
{
	(void)state;
	static const struct tray_limits small = {.inbox_files = 4, .inbox_bytes = 10};
	struct tray *t = opened(&small);
	struct tray_totals sum;
	char *path;
	assert_int_equal(put(t, NULL, NULL, "1234", &path), 0);
	assert_false(tray_is_filling(t));
	assert_int_equal(put(t, NULL, NULL, "5678", NULL), 0);
	assert_true(tray_is_filling(t));
	assert_int_equal(put(t, NULL, NULL, "9ab", NULL), TRAY_E_FULL);
	tray_count(t, &sum);
	assert_int_equal(sum.inbox.files, 2);
	/* one that is taken makes room */
	assert_int_equal(tray_done(t, path), 0);
	assert_int_equal(put(t, NULL, NULL, "9ab", NULL), 0);
	assert_int_equal(put(t, NULL, NULL, "c", NULL), 0);
	assert_int_equal(put(t, NULL, NULL, "d", NULL), 0);
	assert_int_equal(put(t, NULL, NULL, "e", NULL), TRAY_E_FULL); /* four files */
	assert_string_equal(waiting(), "/:5678 /:9ab /:c /:d ");
	free(path);
	tray_close(t);
}

static void
a_document_has_a_size_limit_and_a_name_that_is_an_id(void **state)
{
	(void)state;
	struct tray *t = opened(NULL);
	struct tray_document d = {.bytes = "", .n = (size_t)TRAY_DOCUMENT_MAX + 1};
	assert_int_equal(tray_put(t, &d, UTC(1), NULL), TRAY_E_BIG);
	assert_int_equal(put(t, "../anna", NULL, "x", NULL), -EINVAL);
	assert_int_equal(put(t, "anna", "hae.json", "x", NULL), -EINVAL);
	assert_string_equal(waiting(), "");
	tray_close(t);
}

static void
a_directory_that_cannot_be_written_keeps_nothing_and_says_why(void **state)
{
	(void)state;
	struct tray *t = opened(NULL);
	char inbox[96];
	snprintf(inbox, sizeof inbox, "%s/inbox", dir);
	assert_int_equal(rmdir(inbox), 0);
	assert_int_equal(put(t, "anna", NULL, "x", NULL), -ENOENT);
	tray_close(t);
}

static void *
putter(void *ctx)
{
	for (int i = 0; i < 200; i++)
		assert_int_equal(put(ctx, "anna", NULL, "x", NULL), 0);
	return NULL;
}

static int
take(void *ctx, const struct tray_item *item)
{
	return tray_done(ctx, item->path);
}

static void
one_thread_puts_while_the_other_takes(void **state)
{
	(void)state;
	struct tray *t = opened(NULL);
	struct tray_totals sum, seen;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, putter, t), 0);
	for (int i = 0; i < 50; i++)
		assert_int_equal(tray_each_waiting(dir, take, t), 0);
	pthread_join(thread, NULL);
	tray_count(t, &sum);
	tray_look(dir, &seen);
	assert_int_equal(sum.inbox.files, seen.inbox.files);
	assert_int_equal(sum.inbox.bytes, seen.inbox.bytes);
	tray_close(t);
}

int
main(void)
{
#define TRAY_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TRAY_TEST(documents_wait_in_the_order_in_which_they_came),
		TRAY_TEST(only_the_owner_may_read_them),
		TRAY_TEST(what_a_kill_left_half_written_is_swept_up),
		TRAY_TEST(a_kill_at_any_point_loses_and_doubles_nothing),
		TRAY_TEST(what_cannot_be_read_is_kept_with_its_reason),
		TRAY_TEST(the_oldest_refused_go_first_and_are_counted),
		TRAY_TEST(a_full_tray_takes_nothing_and_says_so),
		TRAY_TEST(a_document_has_a_size_limit_and_a_name_that_is_an_id),
		TRAY_TEST(a_directory_that_cannot_be_written_keeps_nothing_and_says_why),
		TRAY_TEST(one_thread_puts_while_the_other_takes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
