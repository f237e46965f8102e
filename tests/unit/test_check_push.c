/* SPDX-License-Identifier: MIT */
/* What `dozed check` finds wrong with push sections beyond their text: files. */
#include "cmd/check_push.h"
#include "config_fixture.h"

static const struct bad {
	const char *text; /* %s: the directory */
	const char *why;  /* NULL: none */
} rows[] = {
	{"push \"p\" { kind = ntfy url = \"https://n\" topic = t }", NULL},
	{"push \"p\" { kind = gotify url = \"https://n\" token_file = \"%s/good\" }",
		NULL},
	{"push \"p\" {\n kind = gotify url = \"https://n\"\n token_file = \"%s/none\" }",
		"dozed.conf:3: token_file"},
	{"push \"p\" { kind = gotify url = \"https://n\" token_file = \"%s/open\" }",
		"can be read by everybody"},
	{"push \"p\" { kind = gotify url = \"https://n\" token_file = \"%s/empty\" }",
		"holds no secret"},
	{"push \"p\" {\n kind = gotify url = \"https://n\" }",
		"dozed.conf:2: push \"p\": neither token_file nor the credential push-p"},
	{"push \"p\" { kind = pushover token_file = \"%s/good\" }",
		"neither user_file nor the credential push-p-user"},
	{"push \"p\" { kind = exec\n command = {\"/nonexistent/x\"} }",
		"dozed.conf:2: command /nonexistent/x: No such file"},
	{"push \"p\" { kind = ntfy url = \"https://n\" topic = t\n ca_file = \"%s/none\" "
	 "}",
		"dozed.conf:2: ca_file"},
	{"push \"p\" { kind = webhook url = \"https://n\"\n template_file = \"%s/none\" "
	 "}",
		"dozed.conf:2: template_file"},
};

static void
substitute(char *ret, size_t size, const char *text, const char *dir)
{
	const char *at = strstr(text, "%s");
	snprintf(ret, size, "%.*s%s%s", at ? (int)(at - text) : (int)strlen(text), text,
		at ? dir : "", at ? at + 2 : "");
}

static void
write_one(struct fixture *f, const char *name, const char *text, mode_t mode)
{
	char path[128];
	fixture_write(f, name, text, strlen(text));
	snprintf(path, sizeof path, "%s/%s", f->dir, name);
	assert_int_equal(chmod(path, mode), 0);
}

static void
a_file_that_will_not_do_is_told_with_its_place(void **state)
{
	struct fixture *f = *state;
	write_one(f, "good", "geheim\n", 0600);
	write_one(f, "open", "geheim\n", 0644);
	write_one(f, "empty", "", 0600);
	setenv("CREDENTIALS_DIRECTORY", f->dir, 1);
	for (size_t i = 0; i < array_len(rows); i++) {
		char text[512];
		substitute(text, sizeof text, rows[i].text, f->dir);
		struct config *c = fixture_good(f, text);
		f->n = 0;
		check_push(c, fixture_complain, f);
		if (f->n != (rows[i].why != NULL) ||
			(f->n && !strstr(f->faults[0], rows[i].why)))
			fail_msg("%u faults, \"%s\" of\n%s", f->n, f->faults[0], text);
		config_free(c);
	}
	unsetenv("CREDENTIALS_DIRECTORY");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_will_not_do_is_told_with_its_place),
	};
	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
