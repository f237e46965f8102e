/* SPDX-License-Identifier: MIT */
/* The page of a real daemon, asked over real sockets: what it shows and stores, and what it
 * refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "rig.h"

#define ANSWER_MAX   (128 * 1024)
#define GARBAGE      3000
#define OPEN_AT_ONCE 16
#define TOKEN        "a token of the house 1234"

static struct rig rig;
static int port;
static char answer[ANSWER_MAX];

static int
free_port(void)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static int
dial(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
		rig_fail(&rig, "the page does not listen");
	return fd;
}

/* Everything until the other side closes; the status, 0 for none. */
static int
hear(int fd)
{
	size_t n = 0;
	int64_t end = rig_ms() + RIG_PATIENCE_MS;
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = end - rig_ms();
		if (left <= 0 || poll(&p, 1, (int)left) != 1)
			rig_fail(&rig, "the page does not answer");
		ssize_t got = recv(fd, answer + n, sizeof answer - 1 - n, 0);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	answer[n] = '\0';
	close(fd);
	return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
}

static int
ask_bytes(const char *request, size_t n)
{
	int fd = dial();
	(void)send(fd, request, n, MSG_NOSIGNAL);
	return hear(fd);
}

static int printf_like(1, 2) ask(const char *fmt, ...)
{
	char request[8192];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(request, sizeof request, fmt, ap);
	va_end(ap);
	return ask_bytes(request, (size_t)n);
}

static int
get(const char *path, const char *headers)
{
	return ask(
		"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n", path, port, headers);
}

/* A form as our page would send it, with its secret behind the body. */
static int
post(const char *path, const char *headers, const char *body)
{
	return ask("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Length: %zu\r\n"
		   "Content-Type: application/x-www-form-urlencoded\r\n\r\n%s",
		path, port, headers, strlen(body), body);
}

/* The secret out of the last answer. */
static void
form_secret(char ret[static 40])
{
	const char *at = strstr(answer, "name=\"form\" value=\"");
	assert_non_null(at);
	snprintf(ret, 40, "%.32s", at + strlen("name=\"form\" value=\""));
}

static void
header_is(const char *line)
{
	char full[300];
	snprintf(full, sizeof full, "\r\n%s\r\n", line);
	if (!strstr(answer, full))
		print_message("no '%s' in\n%.900s\n", line, answer);
	assert_non_null(strstr(answer, full));
}

static int
setup(void **state)
{
	(void)state;
	rig_open(&rig);
	port = free_port();
	rig_broker_start(&rig);
	snprintf(rig.options, sizeof rig.options, "page { port = %d }\n", port);
	rig_config(&rig,
		"person \"anna\" { timezone = \"Europe/Berlin\" name = \"A<b>&\" }\n"
		"person \"ben\" { timezone = \"Europe/Berlin\" }\n");
	rig_start_ready(&rig);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

/* --- what it shows and stores -------------------------------------------------------------- */

static void
shows_people_and_pages_with_safe_headers(void **state)
{
	(void)state;
	assert_int_equal(get("/", ""), 200);
	assert_non_null(strstr(answer, "<a href=\"/anna\">A&lt;b&gt;&amp;</a>"));
	assert_non_null(strstr(answer, "<a href=\"/ben\">"));
	assert_int_equal(get("/anna", ""), 200);
	assert_non_null(strstr(answer, "<h1>A&lt;b&gt;&amp;</h1>"));
	assert_non_null(
		strstr(answer, "\r\nContent-Security-Policy: default-src 'none'; "));
	assert_non_null(strstr(answer, "frame-ancestors 'none'"));
	assert_null(strstr(answer, "unsafe-"));
	header_is("Cache-Control: no-store");
	header_is("X-Frame-Options: DENY");
	header_is("X-Content-Type-Options: nosniff");
	header_is("Referrer-Policy: same-origin");
	header_is("Connection: close");
	assert_int_equal(get("/healthz", ""), 200);
	assert_non_null(strstr(answer, "\r\n\r\nok\n"));
}

static void
a_tap_is_stored_before_it_is_answered_and_shown_at_once(void **state)
{
	static const char *const export[] = {
		"export", "--person", "anna", "--what", "ratings", NULL};
	char secret[40], body[200], rows[4096];
	(void)state;
	assert_int_equal(get("/anna", ""), 200);
	form_secret(secret);
	snprintf(body, sizeof body, "form=%s&kind=sleep_quality&value=7", secret);
	assert_int_equal(
		post("/anna/rate", "Sec-Fetch-Site: same-origin\r\n", body), 303);
	header_is("Location: /anna#sleep_quality");
	assert_int_equal(get("/anna", ""), 200);
	assert_non_null(strstr(answer, ">7 at "));
	snprintf(body, sizeof body, "form=%s&kind=sleep_quality&value=4", secret);
	assert_int_equal(post("/anna/rate", "", body), 303);
	assert_int_equal(get("/anna", ""), 200);
	assert_non_null(strstr(answer, ">4 at "));
	assert_null(strstr(answer, ">7 at "));
	rig_until(&rig, "store.ratings", '>', 1);
	assert_int_equal(get("/anna", ""), 200);
	assert_non_null(strstr(answer, ">4 at "));
	assert_int_equal(get("/ben", ""), 200);
	assert_null(strstr(answer, "Another tap"));
	rig_until(&rig, "to_score", '=', 0);
	assert_int_equal(rig_dozed(&rig, export, rows, sizeof rows), 0);
	assert_non_null(strstr(rows, "sleep_quality,4"));
}

static void
an_answer_is_stored(void **state)
{
	static const char *const export[] = {
		"export", "--person", "ben", "--what", "feedback", NULL};
	char secret[40], body[200], rows[4096];
	(void)state;
	assert_int_equal(get("/ben", ""), 200);
	form_secret(secret);
	snprintf(body, sizeof body, "form=%s&what=snooze", secret);
	assert_int_equal(post("/ben/answer", "", body), 303);
	rig_until(&rig, "to_score", '=', 0);
	assert_int_equal(rig_dozed(&rig, export, rows, sizeof rows), 0);
	assert_non_null(strstr(rows, "snooze"));
}

static void
a_tap_survives_a_kill_right_after_its_answer(void **state)
{
	static const char *const export[] = {
		"export", "--person", "ben", "--what", "ratings", NULL};
	char secret[40], body[200], rows[4096];
	(void)state;
	assert_int_equal(get("/ben", ""), 200);
	form_secret(secret);
	snprintf(body, sizeof body, "form=%s&kind=pain_day&value=9", secret);
	assert_int_equal(post("/ben/rate", "", body), 303);
	rig_end(&rig, SIGKILL, NULL);
	rig_start_ready(&rig);
	rig_until(&rig, "to_score", '=', 0);
	assert_int_equal(rig_dozed(&rig, export, rows, sizeof rows), 0);
	assert_non_null(strstr(rows, "pain_day,9"));
}

/* --- what it refuses ----------------------------------------------------------------------- */

static void
refuses_forms_that_are_not_its_own(void **state)
{
	char secret[40], good[200];
	int64_t before = rig_number(&rig, "counters.taps");
	(void)state;
	assert_int_equal(get("/anna", ""), 200);
	form_secret(secret);
	snprintf(good, sizeof good, "form=%s&kind=pain_day&value=3", secret);
	assert_int_equal(post("/anna/rate", "", "kind=pain_day&value=3"), 403);
	assert_int_equal(
		post("/anna/rate", "",
			"form=00000000000000000000000000000000&kind=pain_day&value=3"),
		403);
	assert_int_equal(post("/anna/rate", "Sec-Fetch-Site: cross-site\r\n", good), 403);
	assert_int_equal(post("/anna/rate", "Sec-Fetch-Site: same-site\r\n", good), 403);
	assert_int_equal(
		post("/anna/rate", "Origin: http://evil.example\r\n", good), 403);
	assert_int_equal(post("/anna/rate", "Origin: null\r\n", good), 403);
	assert_int_equal(get("/anna/rate?kind=pain_day&value=3", ""), 404);
	assert_int_equal(rig_number(&rig, "counters.taps"), before);
}

static void
refuses_values_and_people_that_do_not_exist(void **state)
{
	static const char *const bad[] = {"kind=pain_day&value=11",
		"kind=pain_day&value=-1", "kind=pain_day&value=", "kind=pain_day",
		"kind=&value=3", "value=3", "kind=pain&value=3",
		"kind=pain_day&value=3&value=4", "kind=pain_day&value=3.5"};
	char secret[40], body[200];
	int64_t before = rig_number(&rig, "counters.taps");
	(void)state;
	assert_int_equal(get("/anna", ""), 200);
	form_secret(secret);
	for (size_t i = 0; i < array_len(bad); i++) {
		snprintf(body, sizeof body, "form=%s&%s", secret, bad[i]);
		assert_int_equal(post("/anna/rate", "", body), 400);
	}
	snprintf(body, sizeof body, "form=%s&kind=pain_day&value=3", secret);
	assert_int_equal(post("/carl/rate", "", body), 404);
	assert_int_equal(post("/anna/", "", body), 404);
	assert_int_equal(post("/", "", body), 404);
	assert_int_equal(post("/anna/answer", "", body), 400);
	assert_int_equal(rig_number(&rig, "counters.taps"), before);
}

static void
refuses_other_names_paths_and_methods(void **state)
{
	static const char *const hosts[] = {"evil.example", "evil.example:8377",
		"127.0.0.1.nip.io", "", "192.168.0.1"};
	static const char *const paths[] = {"/etc/passwd", "/../../etc/passwd",
		"/anna/../ben/x", "//anna", "/Anna", "/anna%00", "/%2e%2e/", "/anna/",
		"/favicon.ico", "/index.html"};
	(void)state;
	for (size_t i = 0; i < array_len(hosts); i++)
		assert_int_equal(
			ask("GET /anna HTTP/1.1\r\nHost: %s\r\n\r\n", hosts[i]), 421);
	for (size_t i = 0; i < array_len(paths); i++) {
		int status = get(paths[i], "");
		if (strcmp(paths[i], "/anna%00") != 0) /* ends at the NUL: anna */
			assert_int_equal(status, 404);
	}
	assert_int_equal(
		ask("PUT /anna HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"),
		405);
	assert_int_equal(ask("DELETE /anna HTTP/1.1\r\nHost: localhost\r\n\r\n"), 405);
	assert_int_equal(ask("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"), 405);
	assert_int_equal(ask("GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"), 404);
}

static void
refuses_what_is_too_large(void **state)
{
	static char head[70000];
	(void)state;
	assert_int_equal(ask("POST /anna/rate HTTP/1.1\r\nHost: localhost\r\n"
			     "Content-Length: 1000000\r\n\r\nform="),
		413);
	assert_int_equal(ask("POST /anna/rate HTTP/1.1\r\nHost: localhost\r\n"
			     "Transfer-Encoding: chunked\r\n\r\n5\r\nform=\r\n0\r\n\r\n"),
		411);
	int n = snprintf(head, sizeof head, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
	memset(head + n, 'x', sizeof head - (size_t)n);
	int status = ask_bytes(head, sizeof head);
	assert_true(status == 431 || status == 413 || status == 0);
	n = snprintf(head, sizeof head, "GET /");
	memset(head + n, 'x', sizeof head - (size_t)n);
	status = ask_bytes(head, sizeof head);
	assert_true(status == 414 || status == 431 || status == 0);
	assert_int_equal(get("/healthz", ""), 200);
}

/* --- who holds it up ----------------------------------------------------------------------- */

static void
a_slow_client_holds_nobody_up_and_is_cut_off(void **state)
{
	static const char request[] = "GET /anna HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
	int slow[8], cut = 0;
	int64_t start = rig_ms(), next = start;
	(void)state;
	for (size_t i = 0; i < array_len(slow); i++)
		slow[i] = dial();
	for (size_t sent = 0; !cut && rig_ms() - start < 2 * RIG_PATIENCE_MS;) {
		int64_t asked = rig_ms();
		if (asked < next) {
			rig_nap();
			continue;
		}
		next += 1000;
		char byte = sent < strlen(request) ? request[sent] : 'x';
		sent++;
		for (size_t i = 0; i < array_len(slow); i++)
			(void)send(slow[i], &byte, 1, MSG_NOSIGNAL);
		assert_int_equal(get("/anna", ""), 200);
		json_t *status = rig_status(&rig);
		assert_non_null(status);
		json_decref(status);
		assert_true(rig_ms() - asked < 1500); /* 8 slow ones cost nothing */
		struct pollfd p = {.fd = slow[0], .events = POLLIN};
		cut = poll(&p, 1, 0) == 1;
	}
	assert_true(cut);
	print_message("a client of one byte a second was cut off after %lld ms\n",
		(long long)(rig_ms() - start));
	for (size_t i = 0; i < array_len(slow); i++)
		close(slow[i]);
}

static uint64_t
next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* Requests out of pieces, some broken, some cut, some of mere bytes. */
static size_t
garbage(uint64_t *x, char *ret, size_t size)
{
	static const char *const pieces[] = {"GET ", "POST ", "HEAD ", "/", "/anna",
		"/rate", "/login", "%", "%41", "%zz", " HTTP/1.1\r\n", " HTTP/1.0\r\n",
		" HTTP/9.9\r\n", "Host: localhost\r\n", "Host: [::1\r\n", "Host:\r\n",
		"Content-Length: 5\r\n", "Content-Length: -1\r\n",
		"Content-Length: 99999999999999999999\r\n",
		"Transfer-Encoding: chunked\r\n", "Cookie: dozed=\r\n",
		"Cookie: ;;=;\"\r\n", "Origin: http://\r\n", "Expect: 100-continue\r\n",
		"\r\n\r\n", "\r\n", "\n", "form=&kind=pain_day&value=1", "a=%4&&==&%%",
		"ffffffff\r\n", "0\r\n\r\n", "?", "value=", "Upgrade: websocket\r\n",
		"\x16\x03\x01"};
	size_t n = 0, parts = next_random(x) % 14;
	for (size_t i = 0; i < parts; i++) {
		const char *piece = pieces[next_random(x) % array_len(pieces)];
		if (next_random(x) % 9 == 0)
			for (size_t k = next_random(x) % 40; k > 0 && n + 1 < size; k--)
				ret[n++] = (char)next_random(x);
		else if (n + strlen(piece) < size) {
			memcpy(ret + n, piece, strlen(piece));
			n += strlen(piece);
		}
	}
	return n;
}

/* What has come so far; then it hangs up, whatever is under way. */
static int
hang_up(int fd)
{
	ssize_t n = recv(fd, answer, sizeof answer, MSG_DONTWAIT);
	close(fd);
	return n > 0;
}

static void
garbage_does_no_harm(void **state)
{
	uint64_t x = 88172645463325252u;
	unsigned answered = 0;
	int64_t before = rig_number(&rig, "counters.taps");
	int open[OPEN_AT_ONCE] = {0};
	(void)state;
	for (int i = 0; i < GARBAGE + OPEN_AT_ONCE; i++) {
		char request[4096];
		int *fd = &open[i % OPEN_AT_ONCE];
		if (*fd)
			answered += (unsigned)hang_up(*fd);
		*fd = i < GARBAGE ? dial() : 0;
		size_t n = garbage(&x, request, sizeof request);
		if (*fd)
			(void)send(*fd, request, n, MSG_NOSIGNAL);
		if (i % 100 == 0)
			assert_int_equal(get("/anna", ""), 200);
	}
	rig_look_alive(&rig);
	assert_int_equal(get("/anna", ""), 200);
	assert_int_equal(rig_number(&rig, "counters.taps"), before);
	print_message("%d requests of garbage, %u of them answered\n", GARBAGE, answered);
}

/* --- with a token -------------------------------------------------------------------------- */

static void
shows_nothing_without_the_token(void **state)
{
	char secret[40], body[200], cookie[200], file[128];
	(void)state;
	snprintf(file, sizeof file, "%s/token", rig.dir);
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	fputs(TOKEN "\n", f);
	fclose(f);
	chmod(file, 0600);
	rig_end(&rig, SIGTERM, NULL);
	snprintf(rig.options, sizeof rig.options,
		"page { port = %d token_file = \"%s\" hosts = \"hub.local\" }\n", port,
		file);
	rig_config(&rig, "person \"anna\" { timezone = \"Europe/Berlin\" }\n");
	rig_start_ready(&rig);

	assert_int_equal(get("/anna", ""), 403);
	assert_null(strstr(answer, "outlook"));
	assert_int_equal(
		get("/", "Cookie: dozed=00000000000000000000000000000000\r\n"), 403);
	assert_int_equal(get("/healthz", ""), 200);
	assert_int_equal(get("/", ""), 403);
	form_secret(secret);
	snprintf(body, sizeof body, "form=%s&kind=pain_day&value=3", secret);
	assert_int_equal(post("/anna/rate", "", body), 403);
	snprintf(body, sizeof body, "form=%s&token=wrong", secret);
	assert_int_equal(post("/login", "", body), 403);
	assert_null(strstr(answer, "Set-Cookie"));
	snprintf(body, sizeof body, "form=%s&token=", secret);
	assert_int_equal(post("/login", "", body), 403);

	snprintf(body, sizeof body, "form=%s&token=a+token+of%%20the+house+1234", secret);
	assert_int_equal(post("/login", "", body), 303);
	const char *at = strstr(answer, "Set-Cookie: dozed=");
	assert_non_null(at);
	assert_non_null(strstr(at, "; HttpOnly; SameSite=Strict\r\n"));
	snprintf(cookie, sizeof cookie, "Cookie: dozed=%.32s\r\n", at + 18);
	assert_null(strstr(answer, "house"));
	assert_int_equal(get("/anna", cookie), 200);
	assert_int_equal(
		ask("GET /anna HTTP/1.1\r\nHost: hub.local\r\n%s\r\n", cookie), 200);
	snprintf(body, sizeof body, "form=%s&kind=pain_day&value=3", secret);
	assert_int_equal(post("/anna/rate", cookie, body), 303);
}

static void
a_port_in_use_leaves_the_rest_running(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	(void)state;
	rig_end(&rig, SIGTERM, NULL);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 1), 0);
	rig_start_ready(&rig);
	json_t *status = rig_status(&rig);
	assert_true(
		json_is_false(json_object_get(json_object_get(status, "page"), "open")));
	json_decref(status);
	close(fd);
	assert_int_equal(rig_end(&rig, SIGTERM, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_people_and_pages_with_safe_headers),
		cmocka_unit_test(a_tap_is_stored_before_it_is_answered_and_shown_at_once),
		cmocka_unit_test(an_answer_is_stored),
		cmocka_unit_test(a_tap_survives_a_kill_right_after_its_answer),
		cmocka_unit_test(refuses_forms_that_are_not_its_own),
		cmocka_unit_test(refuses_values_and_people_that_do_not_exist),
		cmocka_unit_test(refuses_other_names_paths_and_methods),
		cmocka_unit_test(refuses_what_is_too_large),
		cmocka_unit_test(a_slow_client_holds_nobody_up_and_is_cut_off),
		cmocka_unit_test(garbage_does_no_harm),
		cmocka_unit_test(shows_nothing_without_the_token),
		cmocka_unit_test(a_port_in_use_leaves_the_rest_running),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
