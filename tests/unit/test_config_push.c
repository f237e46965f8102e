/* SPDX-License-Identifier: MIT */
/* Push sections: what a good one means, and how each bad one is refused. */
#include "config_fixture.h"

#define BERLIN "timezone = \"Europe/Berlin\""

static void
nobody_is_pushed_to_unless_somebody_says_so(void **state)
{
	struct fixture *f = *state;
	struct config *c = fixture_good(f, "person \"a\" { " BERLIN " }");
	assert_int_equal(c->n_push, 0);
	assert_int_equal(c->people[0].n_push, 0);
	assert_null(config_push(c, "phone"));
	config_free(c);
}

static void
every_option_reaches_its_place(void **state)
{
	struct fixture *f = *state;
	struct config *c = fixture_good(f,
		"person \"a\" { " BERLIN " push = {\"phone\",\n \"desk\"} }\n"
		"push \"phone\" { kind = ntfy url = \"https://ntfy.sh/\" topic = abc_1\n"
		" token_file = \"/t\" click = \"http://hub.lan/day?x=%20\"\n"
		" answer_url = \"https://hub.lan/api\" priority = high timeout = \"5 s\" "
		"}\n"
		"push \"desk\" { kind = webhook url = \"http://10.0.0.1/{{token}}\"\n"
		" allow_plain = true template = '{\"t\": \"{{title}}\"}' ca_file = "
		"\"/ca\"\n"
		" headers = {\"X-One: 1\", \"Authorization: Bearer {{token}}\"} }\n"
		"push \"mail\" { kind = exec command = {\"/bin/mail\", \"-s\", \"a "
		"b\"} }\n"
		"push \"po\" { kind = pushover user_file = \"/u\" }\n");
	const struct push_config *p = config_push(c, "phone");
	assert_int_equal(c->n_push, 4);
	assert_int_equal(c->people[0].n_push, 2);
	assert_string_equal(c->people[0].push[1], "desk");
	assert_int_equal(p->kind, PUSH_NTFY);
	assert_string_equal(p->url, "https://ntfy.sh/");
	assert_string_equal(p->topic, "abc_1");
	assert_string_equal(p->click, "http://hub.lan/day?x=%20");
	assert_string_equal(p->answer_url, "https://hub.lan/api");
	assert_int_equal(p->priority, PUSH_HIGH);
	assert_int_equal(p->timeout_s, 5);
	assert_int_equal(config_push_place(c, p, "token_file").line, 4);
	assert_int_equal(config_push_place(c, p, "ca_file").line, 3);
	p = config_push(c, "desk");
	assert_int_equal(p->timeout_s, 20);
	assert_int_equal(p->n_headers, 2);
	assert_string_equal(p->headers[1], "Authorization: Bearer {{token}}");
	assert_string_equal(p->template, "{\"t\": \"{{title}}\"}");
	assert_string_equal(p->content_type, "application/json");
	p = config_push(c, "mail");
	assert_int_equal(p->n_words, 3);
	assert_string_equal(p->command[2], "a b");
	assert_int_equal(config_push(c, "po")->kind, PUSH_PUSHOVER);
	config_free(c);
}

#define NTFY  "push \"p\" {\n kind = ntfy\n url = \"https://n\"\n topic = x\n "
#define HOOK  "push \"p\" {\n kind = webhook\n url = \"https://n\"\n "
#define PLAIN "push \"p\" { kind = webhook url = "

/* Exactly one fault each: line, and a part of the reason. */
static const struct bad {
	const char *text;
	int line;
	const char *why;
} bad[] = {
	{"push { }", 1, "push needs its name in quotes, as in push \"phone\""},
	{"\npush \"p\" { }", 2, "has no kind, as in kind = ntfy"},
	{"push \"P!\" { kind = pushover }", 1, "a name has 1 to 32"},
	{"push \"p\" { kind = pushover }\npush \"p\" { kind = pushover }", 2,
		"has a section already"},
	{"push \"p\" {\n kind = email }", 2, "one of ntfy|gotify"},
	{"push \"p\" {\n kinf = ntfy }", 2, "did you mean kind?"},
	{"psuh \"p\" { kind = pushover }", 1, "did you mean push?"},
	{NTFY "topic = y\n}", 5, "topic stands here and in line 4"},
	{"push \"p\" {\n kind = ntfy\n topic = x\n}", 2, "ntfy needs a url"},
	{"push \"p\" {\n kind = ntfy\n url = \"https://n\"\n}", 2, "needs a topic"},
	{PLAIN "\"\" }", 1, "webhook needs a url"},
	{"push \"p\" { kind = gotify }", 1, "gotify needs a url"},
	{"push \"p\" {\n kind = exec\n}", 2, "exec needs a command"},
	{"push \"p\" {\n kind = exec\n command = {\"mail\"}\n}", 3,
		"a program with its path from the root"},
	{"push \"p\" { kind = exec command = {\"/a\"}\n url = \"https://x\" }", 2,
		"url is of no use to exec"},
	{NTFY "command = {\"/bin/x\"}\n}", 5,
		"command is of no use to ntfy, only to exec"},
	{NTFY "template = x\n}", 5, "template is of no use to ntfy, only to webhook"},
	{HOOK "user_file = \"/u\"\n}", 4, "only to pushover"},
	{NTFY "token = geheim\n}", 5, "token: a token does not belong"},
	{PLAIN "\"http://10.0.0.1/x\" }", 1, "is another machine and not encrypted"},
	{PLAIN "\"http://localhost.example.org/\" }", 1, "another machine"},
	{PLAIN "\"http://127.0.0.1.example.org/\" }", 1, "another machine"},
	{PLAIN "\"ftp://n/\" }", 1, "an address that begins with https://"},
	{PLAIN "\"https://\" }", 1, "a host name or address is wanted"},
	{PLAIN "\"https://a:b@n/\" }", 1, "a password does not belong"},
	{PLAIN "\"https://n/a b\" }", 1, "must be written as %xx"},
	{"push \"p\" { kind = ntfy url = \"https://n/topic\" topic = x }", 1,
		"ntfy's is the server alone"},
	{"push \"p\" { kind = ntfy url = \"https://n\" topic = \"a/b\" }", 1,
		"letters, digits, '_' and '-'"},
	{"push \"p\" { kind = gotify url = \"https://n/{{token}}\" }", 1,
		"{{...}} in a url is for webhook"},
	{HOOK "template = 1\n template_file = \"/t\"\n}", 5, "exclude each other"},
	{HOOK "template_file = \"t\"\n}", 4, "a path from the root"},
	{HOOK "template = '{\"a\": \"{{tilte}}\"}'\n}", 4, "{{tilte}} is no name"},
	{HOOK "template = '{\"a\": {{title}}}'\n}", 4, "is no JSON once it is filled in"},
	{HOOK "template = '{\"a\": \"{{title}\"}'\n}", 4, "a {{ has no }}"},
	{HOOK "content_type = \"image/png\"\n}", 4, "JSON, application/x-www-form"},
	{PLAIN "\"https://n/{{x}}\" }", 1, "{{x}} is no name"},
	{HOOK "headers = {\"X-A: {{nobody}}\"}\n}", 4, "{{nobody}} is no name"},
	{HOOK "headers = {\"X-A\"}\n}", 4, "\"Name: value\" is wanted"},
	{HOOK "headers = {\"X A: 1\"}\n}", 4, "\"Name: value\" is wanted"},
	{HOOK "headers = {\"Authorization: Bearer s\"}\n}", 4,
		"a secret does not belong"},
	{HOOK "timeout = \"1 h\"\n}", 4, "must lie between 1 s and 5 min"},
	{"person \"a\" { " BERLIN "\n push = {\"fone\"} }\npush \"phone\" { kind = "
	 "pushover }",
		2, "there is no section push \"fone\"; did you mean phone?"},
	{"push \"x\" { kind = pushover }\nperson \"a\" { " BERLIN
	 "\n push = {\"x\",\n\"x\"} }",
		4, "is listed twice"},
	{"person \"a\" { " BERLIN " push = {\"A b\"} }", 1,
		"the name of a push section is wanted"},
	{"push = {\"x\"}", 1, "needs its name in quotes"},
	{"push \"p\" { kind = pushover } topic = x", 1,
		"topic belongs into the section push"},
};

static void
each_fault_is_told_with_its_place(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < array_len(bad); i++) {
		struct config *c = fixture_read(f, bad[i].text);
		char at[32];
		snprintf(at, sizeof at, "dozed.conf:%d: ", bad[i].line);
		if (c || f->n != 1 || strncmp(f->faults[0], at, strlen(at)) != 0 ||
			!strstr(f->faults[0], bad[i].why))
			fail_msg("%u faults, the first \"%s\", wanted \"%s...%s\" of\n%s",
				f->n, f->faults[0], at, bad[i].why, bad[i].text);
	}
}

static void
plain_http_stays_on_this_machine(void **state)
{
	struct fixture *f = *state;
	static const char *const good[] = {"http://localhost", "http://127.0.0.1:8123/x",
		"http://[::1]:80/", "http://127.9.9.9", "https://example.org:8443/a?b=c"};
	for (size_t i = 0; i < array_len(good); i++) {
		char text[256];
		snprintf(text, sizeof text, PLAIN "\"%s\" }", good[i]);
		config_free(fixture_good(f, text));
	}
}

static void
a_reload_may_change_push(void **state)
{
	struct fixture *f = *state;
	char why[128];
	struct config *a = fixture_good(f, ""),
		      *b = fixture_good(f, "push \"p\" { kind = pushover }");
	assert_false(config_needs_restart(a, b, why));
	config_free(a);
	config_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_pushed_to_unless_somebody_says_so),
		cmocka_unit_test(every_option_reaches_its_place),
		cmocka_unit_test(each_fault_is_told_with_its_place),
		cmocka_unit_test(plain_http_stays_on_this_machine),
		cmocka_unit_test(a_reload_may_change_push),
	};
	unsetenv("CREDENTIALS_DIRECTORY");
	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
