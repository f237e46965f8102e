/* SPDX-License-Identifier: MIT */
/* Push over HTTP: each kind of server, each kind of trouble. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// clang-format off
#include "push_bench.h"
#include <cmocka.h>
// clang-format on

#define ANNA                                                                             \
	"person \"anna\" { timezone = \"Europe/Berlin\" discreet = false push = "        \
	"{\"phone\"} }\n"

static struct bench b;
static struct http server;

static int
setup(void **state)
{
	(void)state;
	bench_open(&b);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	http_stop(&server);
	bench_close(&b);
	return 0;
}

/* push "phone" with these options on the server's port. */
static void
configure(const char *kind, const char *scheme, const char *options)
{
	char text[1024];

	snprintf(text, sizeof(text),
		ANNA "push \"phone\" { kind = %s url = \"%s://127.0.0.1:%d\" %s }\n",
		kind, scheme, server.port, options);
	bench_configure(&b, text);
}

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", b.dir, name);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
}

static const char *
field(json_t *request, const char *key)
{
	const char *s = json_string_value(json_object_get(request, key));

	return s ? s : "";
}

static const char *
header(json_t *request, const char *key)
{
	return field(json_object_get(request, "headers"), key);
}

static void
each_kind_of_server_gets_its_form_once(void **state)
{
	static const struct {
		const char *kind, *more, *path, *header, *value, *body;
	} rows[] = {
		{"ntfy", "topic = t1", "/", "authorization", "Bearer geheim",
			"\"sequence_id\":\"anna-"},
		{"gotify", "", "/message", "x-gotify-key", "geheim", "\"extras\""},
		{"homeassistant", "", "/api/webhook/geheim", "content-type",
			"application/json", "\"event_type\":\"pain_day_expected\""},
		{"webhook", "headers = {\"X-Key: {{token}}\"}", "/", "x-key", "geheim",
			"\"text\":\"secret text"},
		{"pushover", "user_file = \"%s/token\"", "/", "content-type",
			"application/x-www-form-urlencoded",
			"token=geheim&user=geheim&title=A%20gentler%20day"},
	};

	(void)state;
	http_start(&server, b.dir, "http", "");
	write_file("token", "geheim\n");
	for (unsigned i = 0; i < array_len(rows); i++) {
		char more[256], options[512];
		json_t *r;

		snprintf(more, sizeof(more), rows[i].more, b.dir);
		snprintf(options, sizeof(options), "token_file = \"%s/token\" %s", b.dir,
			more);
		configure(rows[i].kind, "http", options);
		bench_put(&b, "phone", i);
		bench_run(&b, b.now + HOUR_MS);
		assert_int_equal(http_count(&server), i + 1);
		r = http_request(&server, i);
		assert_string_equal(field(r, "path"), rows[i].path);
		assert_string_equal(header(r, rows[i].header), rows[i].value);
		assert_string_equal(header(r, "expect"), "");
		if (!strstr(field(r, "body"), rows[i].body))
			fail_msg("no %s in %s", rows[i].body, field(r, "body"));
		json_decref(r);
	}
	assert_int_equal(bench_count(&b, "phone", "sent"), array_len(rows));
	assert_int_equal(bench_count(&b, "phone", "waiting"), 0);
}

/* discreet is the default: who reads along on the way to the phone learns nothing. */
static void
a_discreet_person_is_sent_nothing_intimate(void **state)
{
	char text[512];
	json_t *r;

	(void)state;
	http_start(&server, b.dir, "http", "");
	snprintf(text, sizeof(text),
		"person \"anna\" { timezone = \"Europe/Berlin\" push = {\"phone\"} }\n"
		"push \"phone\" { kind = ntfy topic = t url = \"http://127.0.0.1:%d\" "
		"}\n",
		server.port);
	bench_configure(&b, text);
	bench_put(&b, "phone", 1);
	bench_run(&b, b.now + HOUR_MS);
	r = http_request(&server, 0);
	assert_non_null(strstr(field(r, "body"), "There is a note for you."));
	assert_null(strstr(field(r, "body"), "secret"));
	assert_null(strstr(field(r, "body"), "anna"));
	assert_null(strstr(field(r, "body"), "pain"));
	json_decref(r);
}

static void
trouble_is_tried_again_until_it_works_and_then_never(void **state)
{
	(void)state;
	http_start(&server, b.dir, "http", "429:30 500 503 408 drop away hang 200");
	configure("ntfy", "http", "topic = t timeout = \"1 s\"");
	bench_put(&b, "phone", 1);
	bench_put(&b, "phone", 2);
	bench_run(&b, BENCH_START + 29 * SECOND_MS); /* as it was asked */
	assert_int_equal(http_count(&server), 1);
	assert_non_null(strstr(bench_trouble(&b, "phone"), "429"));
	bench_run(&b, BENCH_START + HOUR_MS);
	assert_int_equal(http_count(&server), 9); /* 8 of the first, and the second */
	assert_int_equal(bench_count(&b, "phone", "failures"), 7);
	assert_int_equal(bench_count(&b, "phone", "sent"), 2);
	assert_string_equal(bench_trouble(&b, "phone"), "");
	for (unsigned i = 0; i < 9; i++) { /* the first all the time, then the second */
		json_t *r = http_request(&server, i);

		assert_non_null(strstr(
			field(r, "body"), i < 8 ? "secret text 1" : "secret text 2"));
		json_decref(r);
	}
	bench_run(&b, BENCH_START + 10 * HOUR_MS);
	assert_int_equal(http_count(&server), 9);
}

static void
a_refusal_is_final(void **state)
{
	(void)state;
	http_start(&server, b.dir, "http", "400 401 200");
	configure("gotify", "http", "token_file = \"/dev/null\"");
	bench_put(&b, "phone", 1);
	bench_run(&b, b.now + HOUR_MS); /* no token: nothing is sent, nothing is lost */
	assert_int_equal(http_count(&server), 0);
	assert_int_equal(bench_count(&b, "phone", "waiting"), 1);
	assert_non_null(strstr(bench_trouble(&b, "phone"), "its token cannot be read"));
	configure("ntfy", "http", "topic = t");
	bench_put(&b, "phone", 2);
	bench_put(&b, "phone", 3);
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(http_count(&server), 3);
	assert_int_equal(bench_count(&b, "phone", "given_up"), 2);
	assert_int_equal(bench_count(&b, "phone", "sent"), 1);
}

static void
an_answer_without_end_does_not_hold_anybody_up(void **state)
{
	(void)state;
	http_start(&server, b.dir, "http", "flood");
	configure("ntfy", "http", "topic = t timeout = \"5 min\"");
	bench_put(&b, "phone", 1);
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(http_count(&server), 1);
	assert_int_equal(bench_count(&b, "phone", "sent"), 1);
}

/* --- TLS ----------------------------------------------------------------------------------- */

/* NAME.key, NAME.pem: an authority, or what one has signed for an address. */
static void
certificate(const char *name, const char *by, const char *extension)
{
	char command[1024], sign[256] = "";

	if (by)
		snprintf(sign, sizeof(sign), "-CA %s/%s.pem -CAkey %s/%s.key", b.dir, by,
			b.dir, by);
	snprintf(command, sizeof(command),
		"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
		"-days 3650 -subj /CN=%s -keyout %s/%s.key -out %s/%s.pem -addext '%s' "
		"%s "
		"2>%s/openssl.log",
		name, b.dir, name, b.dir, name, extension, sign, b.dir);
	if (system(command) != 0) {
		printf("SKIP: openssl cannot make a certificate\n");
		exit(77);
	}
}

static void
start_tls(const char *who)
{
	char arguments[256];

	http_stop(&server);
	snprintf(arguments, sizeof(arguments), "--tls %s/%s.pem %s/%s.key", b.dir, who,
		b.dir, who);
	http_start(&server, b.dir, "tls", arguments);
}

static void
only_the_right_certificate_is_spoken_to(void **state)
{
	static const char *const wrong[] = {"stranger", "elsewhere", "itself"};
	char options[256];

	(void)state;
	certificate("ca", NULL, "basicConstraints=critical,CA:TRUE");
	certificate("other", NULL, "basicConstraints=critical,CA:TRUE");
	certificate("good", "ca", "subjectAltName=IP:127.0.0.1");
	certificate("stranger", "other", "subjectAltName=IP:127.0.0.1");
	certificate("elsewhere", "ca", "subjectAltName=DNS:ntfy.example.org");
	certificate("itself", NULL, "subjectAltName=IP:127.0.0.1");
	snprintf(options, sizeof(options), "topic = t ca_file = \"%s/ca.pem\"", b.dir);
	bench_put(&b, "phone", 1);
	for (size_t i = 0; i < array_len(wrong); i++) {
		start_tls(wrong[i]);
		configure("ntfy", "https", options);
		bench_run(&b, b.now + 30 * MINUTE_MS);
		assert_int_equal(http_count(&server), 0); /* not a byte of it */
		assert_int_equal(bench_count(&b, "phone", "waiting"), 1);
		print_message("%s: %s\n", wrong[i], bench_trouble(&b, "phone"));
		assert_non_null(strstr(bench_trouble(&b, "phone"), "SSL"));
	}
	start_tls("good");
	configure("ntfy", "https",
		"topic = t"); /* the system does not know our authority */
	bench_run(&b, b.now + 30 * MINUTE_MS);
	assert_int_equal(http_count(&server), 0);
	configure("ntfy", "https", options);
	bench_run(&b, b.now + 30 * MINUTE_MS);
	assert_int_equal(http_count(&server), 1);
	assert_int_equal(bench_count(&b, "phone", "sent"), 1);
}

/* --- away ---------------------------------------------------------------------------------- */

static void
a_server_that_is_down_for_three_hours_gets_it_once(void **state)
{
	char again[32];

	(void)state;
	http_start(&server, b.dir, "http", "");
	configure("ntfy", "http", "topic = t");
	http_stop(&server);
	bench_put(&b, "phone", 1);
	bench_put(&b, "phone", 2);
	bench_run(&b, BENCH_START + 3 * HOUR_MS);
	assert_int_equal(bench_count(&b, "phone", "waiting"), 2);
	assert_non_null(strstr(bench_trouble(&b, "phone"), "connect"));
	snprintf(again, sizeof(again), "--port %d", server.port);
	http_start(&server, b.dir, "http", again);
	bench_run(&b, BENCH_START + 3 * HOUR_MS + 12 * MINUTE_MS);
	assert_int_equal(http_count(&server), 2);
	assert_int_equal(bench_count(&b, "phone", "sent"), 2);
	bench_run(&b, BENCH_START + 12 * HOUR_MS);
	assert_int_equal(http_count(&server), 2);
}

static void
one_that_stays_down_gets_nothing_late(void **state)
{
	char again[32];

	(void)state;
	http_start(&server, b.dir, "http", "");
	configure("ntfy", "http", "topic = t");
	http_stop(&server);
	bench_put(&b, "phone", 1);
	bench_run(&b, BENCH_START + 9 * HOUR_MS);
	snprintf(again, sizeof(again), "--port %d", server.port);
	http_start(&server, b.dir, "http", again);
	bench_run(&b, BENCH_START + 20 * HOUR_MS);
	assert_int_equal(http_count(&server), 0);
	assert_int_equal(bench_count(&b, "phone", "expired"), 1);
}

static void
one_slow_server_does_not_hold_another_up(void **state)
{
	struct http slow = {.pid = 0};
	char text[512];

	(void)state;
	http_start(&slow, b.dir, "slow", "hang");
	http_start(&server, b.dir, "http", "");
	snprintf(text, sizeof(text),
		ANNA
		"push \"phone\" { kind = ntfy topic = t url = \"http://127.0.0.1:%d\" "
		"timeout = \"5 min\" }\npush \"desk\" { kind = ntfy topic = t url = "
		"\"http://127.0.0.1:%d\" }\n",
		slow.port, server.port);
	bench_configure(&b, text);
	bench_put(&b, "phone", 1);
	bench_put(&b, "desk", 1);
	bench_put(&b, "desk", 2);
	for (int i = 0; i < 1000 && bench_count(&b, "desk", "sent") < 2; i++) {
		(void)pusher_turn(b.pusher, UTC(b.now));
		uv_run(&b.loop, UV_RUN_ONCE);
	}
	assert_int_equal(bench_count(&b, "desk", "sent"), 2);
	assert_int_equal(bench_count(&b, "phone", "waiting"), 1);
	http_stop(&slow); /* the teardown ends what is still on its way */
}

/* A proxy would see every notice: none is taken from the environment. */
static void
the_environment_names_no_proxy(void **state)
{
	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
	http_start(&server, b.dir, "http", "");
	configure("ntfy", "http", "topic = t");
	bench_put(&b, "phone", 1);
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(http_count(&server), 1);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

static void
a_template_file_is_read_when_it_is_needed(void **state)
{
	char options[256];
	json_t *r;

	(void)state;
	http_start(&server, b.dir, "http", "");
	snprintf(options, sizeof(options), "template_file = \"%s/t.json\"", b.dir);
	configure("webhook", "http", options);
	bench_put(&b, "phone", 1);
	bench_run(&b, b.now + MINUTE_MS);
	assert_non_null(
		strstr(bench_trouble(&b, "phone"), "its template cannot be read"));
	write_file("t.json", "{\"content\": \"{{title}}: {{text}}\"}");
	bench_run(&b, b.now + HOUR_MS);
	assert_int_equal(http_count(&server), 1);
	r = http_request(&server, 0);
	assert_string_equal(
		field(r, "body"), "{\"content\": \"A gentler day: secret text 1\"}");
	json_decref(r);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(each_kind_of_server_gets_its_form_once),
		T(a_discreet_person_is_sent_nothing_intimate),
		T(trouble_is_tried_again_until_it_works_and_then_never),
		T(a_refusal_is_final),
		T(an_answer_without_end_does_not_hold_anybody_up),
		T(only_the_right_certificate_is_spoken_to),
		T(a_server_that_is_down_for_three_hours_gets_it_once),
		T(one_that_stays_down_gets_nothing_late),
		T(one_slow_server_does_not_hold_another_up),
		T(the_environment_names_no_proxy),
		T(a_template_file_is_read_when_it_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
