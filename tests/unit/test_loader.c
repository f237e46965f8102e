/* SPDX-License-Identifier: MIT */
/* The loader on real files: what it opens, which names, links, owners, modes and contents
 * it refuses, and that what was checked is what is mapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/scorers.h"
#include "sys/loader.h"

/* <top>/dir/cole_kripke.so: as it should be */
struct place {
	char top[64], dir[80], file[128];
	char why[LOADER_WHY_LEN];
};

static void
copy_file(const char *from, const char *to)
{
	char buf[65536];
	ssize_t n;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (in < 0 || out < 0)
		fail_msg("%s to %s: %s", from, to, strerror(errno));
	while ((n = read(in, buf, sizeof buf)) > 0)
		assert_int_equal(write(out, buf, (size_t)n), n);
	close(in);
	close(out);
	assert_int_equal(chmod(to, 0644), 0);
}

static const char *
built(const char *dir, const char *name)
{
	static char path[1024];
	snprintf(path, sizeof path, "%s/%s/%s.so", getenv("DOZED_BUILD"), dir, name);
	return path;
}

static void
bring(const struct place *p, const char *from, const char *name)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s.so", p->dir, name);
	copy_file(built(from, name), path);
}

static int
setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);
	strcpy(p->top, "/tmp/dozed-loader-XXXXXX");
	assert_non_null(mkdtemp(p->top));
	snprintf(p->dir, sizeof p->dir, "%s/dir", p->top);
	snprintf(p->file, sizeof p->file, "%s/cole_kripke.so", p->dir);
	assert_int_equal(mkdir(p->dir, 0755), 0);
	assert_int_equal(chmod(p->dir, 0755), 0);
	copy_file(built("scorers", "cole_kripke"), p->file);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;
	DIR *d = opendir(p->dir);
	for (struct dirent *e; (e = readdir(d));) {
		unlinkat(dirfd(d), e->d_name, 0);
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	}
	closedir(d);
	rmdir(p->dir);
	rmdir(p->top);
	free(p);
	return 0;
}

/* Opens and closes; the loader's code. */
static int
try_open(struct place *p, const char *dir, const char *name)
{
	struct loader *l = NULL;
	const struct scorer *d = NULL;
	p->why[0] = 0;
	assert_int_equal(loader_new(dir, &l), 0);
	int r = loader_open(l, name, &d, p->why);
	if (r == 0)
		assert_string_equal(d->name, name);
	else
		assert_null(d);
	loader_free(l);
	return r;
}

static void
refuses(struct place *p, const char *dir, const char *name, const char *because)
{
	int r = try_open(p, dir, name);
	if (r != LOADER_E_REFUSED || !strstr(p->why, because))
		fail_msg("%s: code %d, \"%s\", expected \"...%s...\"", name, r, p->why,
			because);
}

static void
loader_opens_every_bundled_scorer(void **state)
{
	static const char *const names[] = {"cole_kripke", "vendor_stages", "sleep_stats",
		"night_score", "pain_forecast"};
	char dir[1024], why[LOADER_WHY_LEN];
	struct loader *l = NULL;
	const struct scorer *d = NULL;
	(void)state;
	snprintf(dir, sizeof dir, "%s/scorers", getenv("DOZED_BUILD"));
	assert_int_equal(loader_new(dir, &l), 0);
	for (size_t i = 0; i < array_len(names); i++) {
		if (loader_open(l, names[i], &d, why))
			fail_msg("%s", why);
		assert_string_equal(d->name, names[i]);
	}
	assert_null(loader_free(l));
	assert_null(loader_free(NULL));
}

static void
loader_needs_a_directory(void **state)
{
	struct place *p = *state;
	struct loader *l = NULL;
	assert_int_equal(loader_new("/nonexistent/scorers", &l), -ENOENT);
	assert_int_equal(loader_new(p->file, &l), -ENOTDIR);
	assert_null(l);
	refuses(p, p->dir, "nothing_here", "there is no nothing_here.so in");
}

static void
loader_refuses_fifty_hostile_names(void **state)
{
	static const char *const names[] = {"", ".", "..", "/", "../cole_kripke",
		"./cole_kripke", "dir/cole_kripke", "/etc/passwd", "cole_kripke/",
		"cole_kripke.so", "cole_kripke.so.1", "COLE_KRIPKE", "Cole_kripke",
		"cole-kripke", "cole kripke", " cole_kripke", "cole_kripke ",
		"cole_kripke\n", "cole_kripke\t", "\ncole_kripke", "cole_kripke\x01",
		"cole_kripke\x7f", "cole_kripke\xff", "c\xc3\xb6le", "\xef\xbb\xbf", "%s",
		"%n%n%n", "$HOME", "`id`", "$(id)", "a;b", "a|b", "a&b", "a>b", "a<b",
		"a*", "a?", "[a]", "{a}", "~", "~root", "a\\b", "a'b", "a\"b", "a:b",
		"a,b", "proc/self/fd/0", "..%2fcole_kripke", "a@b", "-rf",
		"abcdefghijklmnopqrstuvwxyz0123456"};
	struct place *p = *state;
	assert_true(array_len(names) >= 50);
	for (size_t i = 0; i < array_len(names); i++)
		refuses(p, p->dir, names[i], "is not a scorer's name: [a-z0-9_]{1,32}");
	assert_int_equal(try_open(p, p->dir, "cole_kripke"), 0);
}

static void
loader_refuses_links_and_what_is_no_file(void **state)
{
	struct place *p = *state;
	char path[160];
	snprintf(path, sizeof path, "%s/linked.so", p->dir);
	assert_int_equal(symlink("cole_kripke.so", path), 0);
	refuses(p, p->dir, "linked", "is a symbolic link");
	snprintf(path, sizeof path, "%s/away.so", p->dir);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	refuses(p, p->dir, "away", "is a symbolic link");
	snprintf(path, sizeof path, "%s/folder.so", p->dir);
	assert_int_equal(mkdir(path, 0755), 0);
	refuses(p, p->dir, "folder", "is not a regular file");
	snprintf(path, sizeof path, "%s/pipe.so", p->dir);
	assert_int_equal(mkfifo(path, 0644), 0);
	refuses(p, p->dir, "pipe", "is not a regular file");
}

static void
loader_refuses_files_that_others_can_write(void **state)
{
	static const mode_t modes[] = {0777, 0666, 0602, 0775, 0664};
	struct place *p = *state;
	for (size_t i = 0; i < array_len(modes); i++) {
		assert_int_equal(chmod(p->file, modes[i]), 0);
		refuses(p, p->dir, "cole_kripke",
			modes[i] & 2 ? "can be written by everyone"
				     : "can be written by its group");
	}
	assert_int_equal(chmod(p->file, 0600), 0);
	assert_int_equal(try_open(p, p->dir, "cole_kripke"), 0);
}

static void
loader_refuses_directories_that_others_can_write(void **state)
{
	static const mode_t modes[] = {0777, 0775, 01777, 0757};
	struct place *p = *state;
	for (size_t i = 0; i < array_len(modes); i++) {
		assert_int_equal(chmod(p->dir, modes[i]), 0);
		refuses(p, p->dir, "cole_kripke", "can be written by");
	}
	assert_int_equal(chmod(p->dir, 0755), 0);
	assert_int_equal(chmod(p->top, 0777), 0);
	refuses(p, p->dir, "cole_kripke",
		"lies under a directory that can be written by everyone");
	assert_int_equal(chmod(p->top, 0770), 0);
	refuses(p, p->dir, "cole_kripke",
		"lies under a directory that can be written by its group");
	assert_int_equal(
		chmod(p->top, 01777), 0); /* as /tmp: nobody else can rename dir */
	assert_int_equal(try_open(p, p->dir, "cole_kripke"), 0);
	assert_int_equal(chmod(p->top, 0700), 0);
}

static void
loader_sees_the_real_parents_behind_a_link(void **state)
{
	struct place *p = *state;
	char link[128];
	snprintf(link, sizeof link, "/tmp/%s-link", strrchr(p->top, '/') + 1);
	assert_int_equal(symlink(p->dir, link), 0);
	int good = try_open(p, link, "cole_kripke");
	assert_int_equal(chmod(p->top, 0777), 0);
	int bad = try_open(p, link, "cole_kripke");
	unlink(link);
	assert_int_equal(good, 0);
	assert_int_equal(bad, LOADER_E_REFUSED);
}

static void
loader_refuses_other_owners(void **state)
{
	struct place *p = *state;
	const char *const paths[] = {p->file, p->dir, p->top};
	if (geteuid() != 0) {
		print_message("SKIP: only root can give files away\n");
		skip();
	}
	for (size_t i = 0; i < array_len(paths); i++) {
		assert_int_equal(chown(paths[i], 65534, (gid_t)-1), 0);
		refuses(p, p->dir, "cole_kripke", "belongs to somebody else than root");
		/* sticky does not help where the directory is another's */
		assert_int_equal(i == 2 ? chmod(p->top, 01777) : 0, 0);
		refuses(p, p->dir, "cole_kripke", "belongs to somebody else than root");
		assert_int_equal(chown(paths[i], 0, (gid_t)-1), 0);
	}
	assert_int_equal(try_open(p, p->dir, "cole_kripke"), 0);
}

static void
loader_refuses_what_is_no_scorer(void **state)
{
	static const struct {
		const char *name, *because;
	} cases[] = {
		{"wrong_magic", "magic 0x01020304, expected 0x444f5a53"},
		{"wrong_major", "scorer ABI 7, this dozed speaks 1"},
		{"too_short", "bytes says it has"},
		{"too_small", "says it has 24, ABI 1.0 has"},
		{"no_symbol", "does not export dozed_scorer"},
		{"other_name",
			"calls itself \"somebody_else\": name and file must agree"},
		{"undefined_symbol", "nobody_has_this"},
	};
	struct place *p = *state;
	char path[160];
	for (size_t i = 0; i < array_len(cases); i++) {
		bring(p, "refused", cases[i].name);
		refuses(p, p->dir, cases[i].name, cases[i].because);
	}
	snprintf(path, sizeof path, "%s/text.so", p->dir);
	copy_file("/proc/self/status", path);
	refuses(p, p->dir, "text", "text.so cannot be loaded");
	assert_int_equal(truncate(path, 0), 0);
	refuses(p, p->dir, "text", "text.so cannot be loaded");
}

static void
open_scorer_survives_its_files_replacement(void **state)
{
	struct place *p = *state;
	struct loader *l = NULL;
	const struct scorer *before = NULL, *after = NULL, *third = NULL;
	char path[160];
	bring(p, "scorers", "night_score");
	assert_int_equal(loader_new(p->dir, &l), 0);
	assert_int_equal(loader_open(l, "cole_kripke", &before, p->why), 0);
	/* refused in between: its handle and its number must not be taken for the next */
	bring(p, "refused", "other_name");
	assert_int_equal(loader_open(l, "other_name", &after, p->why), LOADER_E_REFUSED);
	assert_int_equal(loader_open(l, "night_score", &third, p->why), 0);
	snprintf(path, sizeof path, "%s/new", p->dir);
	copy_file(p->file, path);
	assert_int_equal(rename(path, p->file), 0);
	assert_int_equal(loader_open(l, "cole_kripke", &after, p->why), 0);
	assert_ptr_not_equal(before, after);
	assert_string_equal(before->name, "cole_kripke");
	assert_string_equal(third->name, "night_score");
	loader_free(l);
}

static int
count_open_files(void)
{
	int n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* One descriptor a file stays open for the life of the process, and no more than one. */
static void
loader_keeps_one_file_open_however_often_it_loads(void **state)
{
	struct place *p = *state;
	bring(p, "refused", "wrong_major");
	int before = 0;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(try_open(p, p->dir, "cole_kripke"), 0);
		assert_int_equal(try_open(p, p->dir, "wrong_major"), LOADER_E_REFUSED);
		assert_int_equal(try_open(p, p->dir, "absent"), LOADER_E_REFUSED);
		if (i == 0)
			before = count_open_files();
	}
	assert_int_equal(count_open_files(), before);
}

/* In a child: openat2 says ENOSYS, as an old kernel does. */
static void
forbid_openat2(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {array_len(code), code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(77);
}

static void
loader_is_as_strict_without_openat2(void **state)
{
	struct place *p = *state;
	char path[160];
	int status = 0;
	snprintf(path, sizeof path, "%s/linked.so", p->dir);
	assert_int_equal(symlink("cole_kripke.so", path), 0);
	pid_t child = fork();
	if (child == 0) {
		struct loader *l = NULL;
		const struct scorer *d;
		forbid_openat2();
		int bad = loader_new(p->dir, &l) ||
			  loader_open(l, "cole_kripke", &d, p->why) != 0 ||
			  loader_open(l, "linked", &d, p->why) != LOADER_E_REFUSED ||
			  !strstr(p->why, "is a symbolic link");
		_exit(bad);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip(); /* no seccomp here */
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define t(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		t(loader_opens_every_bundled_scorer),
		t(loader_needs_a_directory),
		t(loader_refuses_fifty_hostile_names),
		t(loader_refuses_links_and_what_is_no_file),
		t(loader_refuses_files_that_others_can_write),
		t(loader_refuses_directories_that_others_can_write),
		t(loader_sees_the_real_parents_behind_a_link),
		t(loader_refuses_other_owners),
		t(loader_refuses_what_is_no_scorer),
		t(open_scorer_survives_its_files_replacement),
		t(loader_keeps_one_file_open_however_often_it_loads),
		t(loader_is_as_strict_without_openat2),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
