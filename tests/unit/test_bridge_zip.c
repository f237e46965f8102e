/* SPDX-License-Identifier: MIT */
/* Zip files: read entry by entry like a directory, whatever lies in them; and those that are
 * no whole, plain, honest zip. */
#include "bridge_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <zip.h>

#include "unzip.h"

#define APPLE                                                                            \
	"<?xml version=\"1.0\"?><HealthData><ExportDate value=\"2026-06-30 08:00:00 "    \
	"+0200\"/><Record type=\"HKQuantityTypeIdentifierHeartRate\" unit=\"count/min\"" \
	" startDate=\"2026-06-29 08:00:00 +0200\" endDate=\"2026-06-29 08:00:00 +0200\"" \
	" value=\"61\"/></HealthData>"
#define CDA   "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>"
#define CSV_A "time,activity\n1767225600,1\n1767225660,2\n"
#define CSV_B "time,activity\n1767225720,3\n"

#define LOCAL_HEADER   "PK\3\4"
#define CENTRAL_HEADER "PK\1\2"

/* --- a zip in the making ---------------------------------------------------------------- */

struct making {
	char path[128];
	zip_t *zip;
	int method;
};

static void
begin(struct making *m, const struct run *r, const char *name)
{
	*m = (struct making){.method = ZIP_CM_DEFLATE};
	snprintf(m->path, sizeof m->path, "%s/%s", r->dir, name);
	m->zip = zip_open(m->path, ZIP_CREATE | ZIP_EXCL, NULL);
	assert_non_null(m->zip);
}

/* The bytes must live until end(). */
static void
put(struct making *m, const char *name, const void *bytes, size_t n)
{
	zip_source_t *s = zip_source_buffer(m->zip, bytes, n, 0);
	zip_int64_t i = zip_file_add(m->zip, name, s, 0);

	assert_true(i >= 0);
	assert_int_equal(
		zip_set_file_compression(m->zip, (zip_uint64_t)i, m->method, 0), 0);
}

static void
put_text(struct making *m, const char *name, const char *text)
{
	put(m, name, text, strlen(text));
}

static void
put_folder(struct making *m, const char *name)
{
	assert_true(zip_dir_add(m->zip, name, 0) >= 0);
}

/* Ends it, and has it read by the run. */
static void
end(struct making *m, struct run *r)
{
	if (zip_close(m->zip) != 0)
		fail_msg("%s", zip_strerror(m->zip));
	r->path[r->o.n_paths++] = strdup(m->path);
	r->o.paths = r->path;
}

/* The bytes of the k-th header of a kind are changed at an offset. */
static void
patch(const struct making *m, const char *header, int k, size_t at, const void *bytes,
	size_t n)
{
	static char all[1 << 20];
	FILE *f = fopen(m->path, "r+b");
	size_t size = fread(all, 1, sizeof all, f), i = 0;

	assert_true(size < sizeof all);
	for (;; i++) {
		assert_true(i + 4 <= size);
		if (memcmp(all + i, header, 4) == 0 && k-- == 0)
			break;
	}
	assert_int_equal(fseek(f, (long)(i + at), SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
run_auto(struct run *r)
{
	run_init(r, "auto");
	r->o.source = NULL;
}

/* --- what is read ------------------------------------------------------------------------ */

static void
an_export_is_read_whatever_its_entries_are_called(void **state)
{
	struct making m;
	struct run r;
	(void)state;
	run_auto(&r);
	r.o.verbose = 1;
	begin(&m, &r, "export.zip");
	put_text(&m, "apple_health_export/export_cda.xml", CDA);
	put_text(&m, "apple_health_export/workout-routes/route.gpx", "<gpx/>");
	put_text(&m, "apple_health_export/exportaci\xc3\xb3n.xml", APPLE);
	put_text(&m, "__MACOSX/._export.xml", APPLE);
	end(&m, &r);
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.got[0].b->series[0]->v[0], 610);
	assert_string_equal(r.o.source, "apple");
	assert_said(&r, "export.zip/apple_health_export/export_cda.xml: passed over");
	assert_said(&r, "export.zip: 1 entries read, 2 passed over");
	run_finish(&r);
}

static void
many_files_in_one_are_read_like_a_directory(void **state)
{
	struct making m;
	struct run r;
	(void)state;
	run_init(&r, "csv");
	begin(&m, &r, "in.zip");
	put_text(&m, "a.csv", CSV_A);
	m.method = ZIP_CM_STORE;
	put_folder(&m, "b");
	put_text(&m, "b/b.csv", CSV_B);
	put_text(&m, "empty", "");
	end(&m, &r);
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.got[0].b->series[0]->n_v, 3);
	run_finish(&r);
}

static void
a_refusal_names_the_entry_and_its_line(void **state)
{
	struct making m;
	struct run r;
	(void)state;
	run_init(&r, "csv");
	begin(&m, &r, "in.zip");
	put_text(&m, "../../etc/a\33[2J.csv", "time,activity\n1767225600,1\nx,2\n");
	end(&m, &r);
	run_go(&r);
	assert_int_equal(r.status, 1);
	assert_said(&r, "/in.zip/../../etc/a\xe2\x86\x90[2J.csv:3: ");
	run_finish(&r);
}

/* --- databases ---------------------------------------------------------------------------- */

static int
files_in(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2; /* . and .. */
}

/* A database of Gadgetbridge with one heart rate as an entry. */
static void
put_database(struct making *m, const struct run *r)
{
	static char bytes[1 << 16];
	char path[128];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/db", r->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				 "CREATE TABLE DEVICE(_id INTEGER PRIMARY KEY, NAME "
				 "TEXT, IDENTIFIER TEXT);"
				 "INSERT INTO DEVICE VALUES(1, 'Band', '00:01');"
				 "CREATE TABLE COLMI_HEART_RATE_SAMPLE(TIMESTAMP "
				 "INTEGER, DEVICE_ID INTEGER, HEART_RATE INTEGER);"
				 "INSERT INTO COLMI_HEART_RATE_SAMPLE VALUES("
				 "1774737660000, 1, 61);",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	FILE *f = fopen(path, "rb");
	size_t n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	unlink(path);
	put(m, "database/Gadgetbridge", bytes, n);
}

static void
a_database_lies_in_a_file_of_its_own_only_while_it_is_read(void **state)
{
	struct making m;
	struct run r;
	(void)state;
	run_auto(&r);
	setenv("TMPDIR", r.dir, 1);
	begin(&m, &r, "gb.zip");
	put_text(&m, "gadgetbridge.json", "{}");
	put_database(&m, &r);
	end(&m, &r);
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_string_equal(r.o.source, "gadgetbridge");
	assert_int_equal(r.got[0].b->series[0]->v[0], 610);
	assert_int_equal(files_in(r.dir), 1);
	unsetenv("TMPDIR");
	run_finish(&r);
}

static void
a_damaged_database_leaves_no_file_behind(void **state)
{
	struct making m;
	struct run r;
	(void)state;
	run_auto(&r);
	setenv("TMPDIR", r.dir, 1);
	begin(&m, &r, "gb.zip");
	m.method = ZIP_CM_STORE;
	put_database(&m, &r);
	end(&m, &r);
	patch(&m, LOCAL_HEADER, 0, 4096, "!", 1);
	run_go(&r);
	assert_int_equal(r.status, 2);
	assert_said(&r, "gb.zip/database/Gadgetbridge: damaged");
	assert_int_equal(files_in(r.dir), 1);
	unsetenv("TMPDIR");
	run_finish(&r);
}

static int
is_private_then_ends(void *ctx, const char *name, struct input *in)
{
	struct stat st;
	(void)ctx, (void)name;
	if (stat(in->file, &st) == 0 && (st.st_mode & 0777) == 0600)
		raise(SIGTERM);
	_exit(1);
}

static void
no_refusal(void *ctx, const char *name, const char *why)
{
	(void)ctx;
	fail_msg("%s: %s", name ? name : "-", why);
}

static void
a_signal_that_ends_the_program_removes_the_file_too(void **state)
{
	struct making m;
	struct run r;
	int status;
	(void)state;
	run_auto(&r);
	begin(&m, &r, "gb.zip");
	put_database(&m, &r);
	end(&m, &r);
	setenv("TMPDIR", r.dir, 1);
	pid_t pid = fork();
	if (pid == 0) {
		struct unzip z = {.path = m.path,
			.each = is_private_then_ends,
			.refuse = no_refusal};
		_exit(unzip_each(&z) + 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_int_equal(files_in(r.dir), 1);
	unsetenv("TMPDIR");
	run_finish(&r);
}

/* --- when it was written ------------------------------------------------------------------ */

static int
keep_written(void *ctx, const char *name, struct input *in)
{
	(void)name;
	*(int64_t *)ctx = in->written_ms;
	return 0;
}

/* What an entry counts as, with this as its extra field "UT". */
static int64_t
written(const unsigned char *extra, unsigned n, const char *now)
{
	struct unzip u = {.written_ms = 77, .each = keep_written, .refuse = no_refusal};
	struct making m;
	struct run r;
	int64_t ret = 0;

	run_auto(&r);
	begin(&m, &r, "in.zip");
	put_text(&m, "a", "a");
	if (n)
		assert_int_equal(zip_file_extra_field_set(m.zip, 0, 0x5455, 0, extra,
					 (zip_uint16_t)n, ZIP_FL_CENTRAL),
			0);
	end(&m, &r);
	u.path = m.path;
	u.ctx = &ret;
	assert_true(civil_time_parse(now, NULL, &u.now, NULL));
	assert_int_equal(unzip_each(&u), 0);
	run_finish(&r);
	return ret;
}

static void
an_entry_is_as_old_as_it_says(void **state)
{
	static const unsigned char utc[] = {1, 0x00, 0x2c, 0x43, 0x6a};
	static const unsigned char never[] = {1, 1, 0, 0, 0}, none[] = {0},
				   cut[] = {1, 0};
	(void)state;
	assert_int_equal(written(utc, sizeof utc, NOW), INT64_C(0x6a432c00) * SECOND_MS);
	/* the zip's own time: where none is stated, or one that cannot be */
	assert_int_equal(written(NULL, 0, NOW), 77);
	assert_int_equal(written(none, sizeof none, NOW), 77);
	assert_int_equal(written(cut, sizeof cut, NOW), 77);
	assert_int_equal(written(never, sizeof never, NOW), 77);
	assert_int_equal(written(utc, sizeof utc, "2026-06-29T00:00:00Z"), 77);
}

/* --- no whole, plain, honest zip ---------------------------------------------------------- */

/* Two csv entries, of which the first has its header changed in both places. */
static void
run_patched(struct run *r, size_t at, const char *bytes, size_t n)
{
	struct making m;

	run_init(r, "csv");
	begin(&m, r, "in.zip");
	put_text(&m, "a.csv", CSV_A);
	put_text(&m, "b.csv", CSV_B);
	end(&m, r);
	patch(&m, LOCAL_HEADER, 0, at, bytes, n);
	patch(&m, CENTRAL_HEADER, 0, at + 2, bytes, n);
	run_go(r);
}

static void
what_is_encrypted_or_packed_strangely_is_refused_by_name(void **state)
{
	struct run r;
	(void)state;
	run_patched(&r, 6, "\1", 1); /* the flags */
	assert_said(&r, "in.zip/a.csv: encrypted: unpack it with its password first");
	assert_int_equal(r.status, 1);
	assert_int_equal(r.got[0].b->series[0]->n_v, 1);
	run_finish(&r);
	run_patched(&r, 8, "\11", 1); /* the method */
	assert_said(&r, "in.zip/a.csv: packed by a method that is not known here");
	assert_int_equal(r.status, 1);
	assert_int_equal(r.got[0].b->series[0]->n_v, 1);
	run_finish(&r);
}

static void
a_wrong_checksum_is_named_and_the_rest_is_kept(void **state)
{
	struct run r;
	(void)state;
	run_patched(&r, 14, "\1\2\3\4", 4);
	assert_said(&r, "in.zip/a.csv: damaged or cut-off gzip or zip");
	assert_int_equal(r.status, 1);
	assert_int_equal(r.got[0].b->series[0]->n_v, 3);
	run_finish(&r);
}

static void
a_cut_off_zip_is_refused_as_a_whole(void **state)
{
	struct making m;
	struct run r;
	(void)state;
	run_init(&r, "csv");
	begin(&m, &r, "in.zip");
	put_text(&m, "a.csv", CSV_A);
	end(&m, &r);
	assert_int_equal(truncate(m.path, 60), 0);
	run_go(&r);
	assert_said(&r, "in.zip: a zip without a sound directory at its end");
	assert_int_equal(r.status, 2);
	run_finish(&r);
}

static void
a_zip_of_other_things_is_refused_only_where_it_was_named(void **state)
{
	for (int named = 0; named < 2; named++) {
		struct making m;
		struct run r;
		char *directory[] = {r.dir};
		(void)state;
		run_auto(&r);
		begin(&m, &r, "in.zip");
		put_text(&m, "letter.txt", "Dear all");
		end(&m, &r);
		r.o.paths = named ? r.path : directory;
		run_go(&r);
		assert_int_equal(r.refused, named);
		if (named)
			assert_said(&r, "a zip with nothing in it that this reads");
		run_finish(&r);
	}
}

static void
what_grows_without_end_is_not_read_to_its_end(void **state)
{
	const size_t size = 125 << 20;
	char *rows = memset(malloc(size), '\n', size);
	struct making m;
	struct run r;
	(void)state;
	memcpy(rows, "time,activity\n", 14);
	run_init(&r, "csv");
	begin(&m, &r, "bomb.zip");
	put(&m, "a.csv", rows, size);
	end(&m, &r);
	free(rows);
	run_go(&r);
	assert_said(&r, "it unpacks to far more than it is");
	run_finish(&r);
}

static void
entries_that_lie_over_each_other_are_refused(void **state)
{
	struct making m;
	struct run r;
	char csv[4000] = CSV_A;
	(void)state;
	run_init(&r, "csv");
	begin(&m, &r, "in.zip");
	m.method = ZIP_CM_STORE;
	memset(csv + strlen(csv), '\n', sizeof csv - strlen(csv));
	put(&m, "a.csv", csv, sizeof csv);
	put_text(&m, "b.csv", "");
	end(&m, &r);
	/* the second is the first once more: checksum, sizes and place */
	char central[46];
	FILE *f = fopen(m.path, "rb");
	fseek(f, -(22 + 2 * 51L), SEEK_END);
	assert_int_equal(fread(central, 1, sizeof central, f), sizeof central);
	fclose(f);
	assert_memory_equal(central, CENTRAL_HEADER, 4);
	patch(&m, CENTRAL_HEADER, 1, 16, central + 16, 12);
	patch(&m, CENTRAL_HEADER, 1, 42, central + 42, 4);
	run_go(&r);
	assert_said(&r, "its entries lie over each other");
	assert_int_equal(r.got[0].b->series[0]->n_v, 2);
	run_finish(&r);
}

static void
a_pipe_is_told_to_name_its_file(void **state)
{
	struct run r;
	(void)state;
	run_auto(&r);
	run_add(&r, "in.zip", "PK\3\4", 4);
	int in = dup(STDIN_FILENO);
	assert_non_null(freopen(r.path[0], "rb", stdin));
	r.o.paths = (char *[]){(char *)"-"};
	run_go(&r);
	assert_said(&r, "standard input: a zip cannot come through standard input");
	dup2(in, STDIN_FILENO);
	close(in);
	run_finish(&r);
}

/* --- anything --------------------------------------------------------------------------- */

static int
read_through(void *ctx, const char *name, struct input *in)
{
	size_t *sum = ctx;

	*sum += strlen(name);
	while (input_fill(in, 1) == 0 && in->end > in->start) {
		*sum += in->end - in->start;
		in->start = in->end;
	}
	return 0;
}

static void
count_refusal(void *ctx, const char *name, const char *why)
{
	(void)name;
	*(size_t *)ctx += strlen(why) > 0;
}

static void
any_bytes_are_read_or_refused(void **state)
{
	enum { N = 1000, SIZE = 1 << 16 };
	char *whole = malloc(SIZE), *bytes = malloc(SIZE);
	struct making m;
	struct run r;
	size_t did = 0;
	uint64_t chance = 1;
	(void)state;
	run_auto(&r);
	setenv("TMPDIR", r.dir, 1);
	begin(&m, &r, "in.zip");
	put_text(&m, "a.csv", CSV_A);
	put_database(&m, &r);
	m.method = ZIP_CM_STORE;
	put_text(&m, "b.csv", CSV_B);
	end(&m, &r);
	FILE *f = fopen(m.path, "rb");
	size_t n = fread(whole, 1, SIZE, f);
	fclose(f);
	for (int i = 0; i < N; i++) {
		struct unzip u = {m.path, UTC(0), 77, read_through, count_refusal, &did};
		memcpy(bytes, whole, n);
		for (int k = 0; k < 1 + i % 8; k++) {
			chance = chance * 6364136223846793005U + 1442695040888963407U;
			/* mostly the directory, at the end */
			size_t at = (chance >> 33) % (k % 2 ? n : 300);
			bytes[k % 2 ? at : n - 1 - at] = (char)(chance >> 25);
		}
		f = fopen(m.path, "wb");
		fwrite(bytes, 1, i % 5 ? n : (chance >> 33) % n, f);
		fclose(f);
		size_t before = did;
		int said = unzip_each(&u);
		assert_true(said == 0 || did > before);
	}
	assert_int_equal(files_in(r.dir), 1);
	unsetenv("TMPDIR");
	free(whole);
	free(bytes);
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_export_is_read_whatever_its_entries_are_called),
		cmocka_unit_test(many_files_in_one_are_read_like_a_directory),
		cmocka_unit_test(a_refusal_names_the_entry_and_its_line),
		cmocka_unit_test(
			a_database_lies_in_a_file_of_its_own_only_while_it_is_read),
		cmocka_unit_test(a_damaged_database_leaves_no_file_behind),
		cmocka_unit_test(a_signal_that_ends_the_program_removes_the_file_too),
		cmocka_unit_test(an_entry_is_as_old_as_it_says),
		cmocka_unit_test(
			what_is_encrypted_or_packed_strangely_is_refused_by_name),
		cmocka_unit_test(a_wrong_checksum_is_named_and_the_rest_is_kept),
		cmocka_unit_test(a_cut_off_zip_is_refused_as_a_whole),
		cmocka_unit_test(
			a_zip_of_other_things_is_refused_only_where_it_was_named),
		cmocka_unit_test(what_grows_without_end_is_not_read_to_its_end),
		cmocka_unit_test(entries_that_lie_over_each_other_are_refused),
		cmocka_unit_test(a_pipe_is_told_to_name_its_file),
		cmocka_unit_test(any_bytes_are_read_or_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
