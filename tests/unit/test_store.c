// SPDX-License-Identifier: MIT
// The file itself: opened, locked, migrated, refused, and whole again after a kill.
#include "store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/db.h"

static void
the_file_is_private_and_in_wal_mode(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);
	static const char *const names[] = {"dozed.db", "dozed.db-wal", "dozed.db-shm"};
	char path[128];
	struct stat st;

	put_ok(p->s, &b);
	for (size_t i = 0; i < array_len(names); i++) {
		snprintf(path, sizeof path, "%s/%s", p->dir, names[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
	assert_int_equal(by_hand(p, "PRAGMA page_size"), 8192);
	assert_int_equal(
		by_hand(p, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
	/* a copy put back with a wide mode is narrowed */
	snprintf(path, sizeof path, "%s/dozed.db", p->dir);
	p->s = store_close(p->s);
	assert_int_equal(chmod(path, 0644), 0);
	reopened(p, STORE_WRITE);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void
expect_refusal(struct place *p, enum store_access access, int code, const char *words)
{
	struct store *s = NULL;
	memset(p->why, 0, sizeof p->why);
	assert_int_equal(store_open(p->dir, access, STORE_PROCESS, &s, p->why), code);
	assert_null(s);
	if (!strstr(p->why, words))
		fail_msg("\"%s\" does not say \"%s\"", p->why, words);
}

static void
a_newer_store_is_refused_and_not_touched(void **state)
{
	struct place *p = *state;

	p->s = store_close(p->s);
	by_hand(p, "PRAGMA user_version = 4000");
	expect_refusal(p, STORE_WRITE, STORE_E_NEWER, "newer dozed (schema 4000");
	expect_refusal(p, STORE_READ, STORE_E_NEWER, "newer dozed");
	assert_int_equal(by_hand(p, "PRAGMA user_version"), 4000);
}

static void
what_is_no_store_of_ours_is_refused(void **state)
{
	struct place *p = *state;
	char path[128];

	p->s = store_close(p->s);
	snprintf(path, sizeof path, "%s/dozed.db", p->dir);
	assert_int_equal(unlink(path), 0);
	expect_refusal(p, STORE_READ, -ENOENT, "dozed has not run");
	by_hand(p, "CREATE TABLE recipe (name TEXT)");
	expect_refusal(p, STORE_WRITE, -EINVAL, "another program");
	FILE *f = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", f);
	fclose(f);
	expect_refusal(p, STORE_WRITE, -EUCLEAN, "damaged or no SQLite database");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	expect_refusal(p, STORE_WRITE, -EINVAL, "not a regular file");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(p->dir), 0);
	expect_refusal(p, STORE_WRITE, -ENOENT, "make the state directory first");
}

/* an empty file is what a kill between creation and the first commit leaves */
static void
an_empty_file_becomes_a_store(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);
	char path[128];

	p->s = store_close(p->s);
	snprintf(path, sizeof path, "%s/dozed.db", p->dir);
	assert_int_equal(truncate(path, 0), 0);
	expect_refusal(p, STORE_READ, STORE_E_OLDER, "start dozed once");
	reopened(p, STORE_WRITE);
	put_ok(p->s, &b);
}

static const char *const steps[] = {
	"CREATE TABLE old (v INTEGER); INSERT INTO old VALUES (1), (2)",
	("CREATE TABLE new_ (v INTEGER, twice INTEGER);"
	 "INSERT INTO new_ SELECT v, 2 * v FROM old; DROP TABLE old"),
	"INSERT INTO new_ VALUES (9, 18); SELECT broken FROM nowhere",
};

static void
an_older_schema_is_brought_forward_step_by_step(void **state)
{
	struct place *p = *state;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	int rc;
	assert_int_equal(schema_migrate(db, steps, 1), SQLITE_OK);
	assert_int_equal(schema_pragma(db, "PRAGMA user_version", &rc), 1);
	assert_int_equal(schema_migrate(db, steps, 2), SQLITE_OK);
	assert_int_equal(schema_pragma(db, "SELECT sum(twice) FROM new_", &rc), 6);
	/* the third step fails in its middle: what it did is undone, the second stands */
	assert_int_equal(schema_migrate(db, steps, 3), SQLITE_ERROR);
	assert_int_equal(schema_pragma(db, "PRAGMA user_version", &rc), 2);
	assert_int_equal(schema_pragma(db, "SELECT count(*) FROM new_", &rc), 2);
	assert_int_equal(sqlite3_get_autocommit(db), 1);
	sqlite3_close(db);
	(void)p;
}

/* A file of version 0: ours by its id, without a table. */
static void
a_store_of_version_0_is_migrated_by_a_writer_only(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);
	char path[128];

	p->s = store_close(p->s);
	snprintf(path, sizeof path, "%s/dozed.db", p->dir);
	assert_int_equal(unlink(path), 0);
	by_hand(p, "PRAGMA application_id = 1685027429");
	expect_refusal(p, STORE_READ, STORE_E_OLDER, "older dozed (schema 0");
	reopened(p, STORE_WRITE);
	assert_int_equal(by_hand(p, "PRAGMA user_version"), schema_version);
	put_ok(p->s, &b);
	reopened(p, STORE_READ);
}

static void
every_statement_can_be_prepared(void **state)
{
	struct place *p = *state;
	char path[128];
	sqlite3 *db;
	sqlite3_stmt *st;

	snprintf(path, sizeof path, "%s/dozed.db", p->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (int i = 0; i < SQL_COUNT; i++) {
		assert_non_null(schema_sql[i]);
		if (sqlite3_prepare_v2(db, schema_sql[i], -1, &st, NULL) != SQLITE_OK)
			fail_msg("%s: %s", schema_sql[i], sqlite3_errmsg(db));
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
}

static void
one_process_holds_the_lock(void **state)
{
	struct place *p = *state;
	struct store *other;

	assert_int_equal(store_lock(p->s), 0);
	assert_int_equal(store_lock(p->s), 0);
	assert_int_equal(
		store_open(p->dir, STORE_WRITE, STORE_PROCESS, &other, p->why), 0);
	assert_int_equal(store_lock(other), STORE_E_LOCKED);
	p->s = store_close(p->s);
	assert_int_equal(store_lock(other), 0);
	store_close(other);
}

/* The i-th batch of two spools that take turns. */
static struct stored_batch
a_turn(uint64_t i)
{
	return a_batch("anna", 2 - i % 2, (i + 1) / 2);
}

/* Puts batches and says so through the pipe after each commit, until it is killed. */
static void
write_for_ever(const char *dir, int pipe_end)
{
	struct store *s;
	char why[256];

	if (store_open(dir, STORE_WRITE, STORE_PROCESS, &s, why) != 0)
		_exit(1);
	for (uint64_t i = 1;; i++) {
		struct stored_batch b = a_turn(i);
		int r = store_batch_put(s, &b);
		if (r == STORE_E_DUPLICATE) /* of the life before */
			continue;
		if (r != 0 || write(pipe_end, &i, sizeof i) != sizeof i)
			_exit(2);
	}
}

static uint64_t
kill_a_writer(const char *dir, int after_commits)
{
	int ends[2], status;
	uint64_t i = 0, last = 0;

	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		write_for_ever(dir, ends[1]);
	}
	close(ends[1]);
	while (after_commits-- > 0 && read(ends[0], &i, sizeof i) == sizeof i)
		last = i;
	kill(pid, SIGKILL);
	while (read(ends[0], &i, sizeof i) == sizeof i)
		last = i;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	return last;
}

static void
what_was_committed_survives_kill_9(void **state)
{
	struct place *p = *state;
	const struct stored_batch odd = a_turn(1), even = a_turn(2);

	p->s = store_close(p->s);
	for (int round = 0; round < 20; round++) {
		uint64_t last = kill_a_writer(p->dir, 1 + 7 * round % 41);
		reopened(p, STORE_WRITE);
		struct device_state d = kept_of(p->s, &odd), e = kept_of(p->s, &even);
		/* the last commit may have gone unreported, no more */
		assert_in_range(d.batches, last, last + 1);
		assert_int_equal(by_hand(p, "SELECT count(*) FROM batch"), d.batches);
		assert_int_equal(d.contiguous, (d.batches + 1) / 2);
		assert_int_equal(d.highest, d.contiguous);
		assert_int_equal(e.contiguous, d.batches / 2);
		assert_int_equal(e.highest, e.contiguous);
		p->s = store_close(p->s);
	}
}

/* a disk of n pages; the limit holds for one connection */
static void
limit_pages(struct store *s, int n)
{
	char sql[64];
	snprintf(sql, sizeof sql, "PRAGMA max_page_count = %d", n);
	assert_int_equal(sqlite3_exec(s->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void
a_full_disk_loses_nothing_and_says_so(void **state)
{
	struct place *p = *state;
	static char payload[60000];
	int r = 0;
	uint64_t stored = 0;

	limit_pages(p->s, 60);
	for (uint64_t seq = 1; r == 0; seq++) {
		struct stored_batch b = a_batch("anna", 1, seq);
		b.payload = payload, b.size = sizeof payload;
		r = store_batch_put(p->s, &b);
		stored += r == 0;
		assert_true(seq < 1000);
	}
	assert_int_equal(r, -ENOSPC);
	assert_string_equal(store_error(p->s), "database or disk is full");
	assert_true(stored > 0);
	assert_int_equal(by_hand(p, "SELECT count(*) FROM batch"), stored);
	struct stored_batch b = a_batch("anna", 1, stored + 1);
	assert_int_equal(state_of(p->s, &b).contiguous, stored);
	/* space is back */
	limit_pages(p->s, 100000);
	b.payload = payload, b.size = sizeof payload;
	put_ok(p->s, &b);
	assert_int_equal(state_of(p->s, &b).contiguous, stored + 1);
}

/* Runs f as somebody who is not root, in a child. */
static void
as_nobody(struct place *p, void (*f)(struct place *))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(3);
		f(p);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define CHECK(x)                                                                         \
	do {                                                                             \
		if (!(x)) {                                                              \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #x,       \
				p->why);                                                 \
			_exit(1);                                                        \
		}                                                                        \
	} while (0)

static void
meet_a_read_only_directory(struct place *p)
{
	struct store *s = NULL;

	CHECK(store_open(p->dir, STORE_WRITE, STORE_PROCESS, &s, p->why) < 0);
	CHECK(strstr(p->why, "read-only") || strstr(p->why, "Permission denied"));
	p->why[0] = '\0';
	CHECK(store_open(p->dir, STORE_READ, STORE_PROCESS, &s, p->why) == -EACCES);
	CHECK(strstr(p->why, "run this as the owner"));
}

static void
meet_a_foreign_file(struct place *p)
{
	struct store *s = NULL;

	CHECK(store_open(p->dir, STORE_READ, STORE_PROCESS, &s, p->why) == -EACCES);
	CHECK(strstr(p->why, "Permission denied"));
}

static void
a_read_only_directory_is_told_in_a_sentence(void **state)
{
	struct place *p = *state;
	char path[128];

	p->s = store_close(p->s);
	snprintf(path, sizeof path, "%s/dozed.db", p->dir);
	assert_int_equal(chmod(p->dir, 0555), 0);
	if (getuid() == 0) {
		as_nobody(p, meet_a_foreign_file);
		assert_int_equal(chown(path, 65534, 65534), 0);
	}
	as_nobody(p, meet_a_read_only_directory);
	assert_int_equal(chmod(p->dir, 0700), 0);
}

static void
a_reader_sees_what_a_writer_commits_meanwhile(void **state)
{
	struct place *p = *state;
	struct store *reader;
	struct stored_batch b = a_batch("anna", 1, 1);

	put_ok(p->s, &b);
	assert_int_equal(
		store_open(p->dir, STORE_READ, STORE_PROCESS, &reader, p->why), 0);
	assert_int_equal(store_unscored_count(reader), 1);
	assert_int_equal(store_begin(reader), 0);
	assert_int_equal(store_unscored_count(reader), 1);
	b.seq = 2;
	put_ok(p->s, &b);
	assert_int_equal(store_unscored_count(reader), 1); /* a snapshot */
	assert_int_equal(store_commit(reader), 0);
	assert_int_equal(store_unscored_count(reader), 2);
	assert_int_equal(store_batch_put(reader, &b), -EROFS);
	assert_int_equal(store_unscored_count(reader), 2);
	store_close(reader);
}

static void
a_transaction_is_all_or_nothing(void **state)
{
	struct place *p = *state;
	struct stored_batch b = a_batch("anna", 1, 1);
	struct device_state d;

	assert_int_equal(store_begin(p->s), 0);
	put_ok(p->s, &b);
	assert_int_equal(store_dead_letter_put(p->s, UTC(1), "t", "r", "x", 1), 0);
	store_rollback(p->s);
	store_rollback(p->s); /* nothing open: nothing happens */
	assert_int_equal(store_device_get(p->s, &b.from, &d), STORE_E_NONE);
	assert_int_equal(store_unscored_count(p->s), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_file_is_private_and_in_wal_mode),
		TEST(a_newer_store_is_refused_and_not_touched),
		TEST(what_is_no_store_of_ours_is_refused),
		TEST(an_empty_file_becomes_a_store),
		TEST(an_older_schema_is_brought_forward_step_by_step),
		TEST(a_store_of_version_0_is_migrated_by_a_writer_only),
		TEST(every_statement_can_be_prepared),
		TEST(one_process_holds_the_lock),
		TEST(what_was_committed_survives_kill_9),
		TEST(a_full_disk_loses_nothing_and_says_so),
		TEST(a_read_only_directory_is_told_in_a_sentence),
		TEST(a_reader_sees_what_a_writer_commits_meanwhile),
		TEST(a_transaction_is_all_or_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
