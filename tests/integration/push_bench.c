/* SPDX-License-Identifier: MIT */
/* See push_bench.h. */
#include "push_bench.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "out/push_notice.h"
#include "status_json.h"

/* --- a server --------------------------------------------------------------------------- */

static void
become_server(const struct http *s, const char *script, char *arguments, const int *fds)
{
	char *argv[32] = {(char *)"python3", (char *)script, (char *)s->log}, *word;
	size_t n = 3;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((word = strsep(&arguments, " ")) && n < 31)
		if (*word)
			argv[n++] = word;
	dup2(fds[0], 0);
	dup2(fds[3], 1);
	execvp(argv[0], argv);
	_exit(127);
}

void
http_start(struct http *s, const char *dir, const char *name, const char *arguments)
{
	char script[512], words[256], line[32] = "";
	const char *source = getenv("DOZED_SOURCE");
	int fds[4]; /* its input, its output */
	ssize_t n;

	snprintf(s->log, sizeof(s->log), "%s/%s.log", dir, name);
	snprintf(script, sizeof(script), "%s/tests/integration/push_server.py",
		source ? source : ".");
	snprintf(words, sizeof(words), "%s", arguments);
	assert_int_equal(pipe2(&fds[0], O_CLOEXEC), 0);
	assert_int_equal(pipe2(&fds[2], O_CLOEXEC), 0);
	s->pid = fork();
	if (s->pid == 0)
		become_server(s, script, words, fds);
	close(fds[0]);
	close(fds[3]);
	n = read(fds[2], line, sizeof(line) - 1);
	close(fds[2]);
	s->in = fds[1];
	s->port = n > 0 ? (int)strtol(line, NULL, 10) : 0;
	if (s->port == 0) {
		printf("SKIP: python3 not found, or it cannot listen\n");
		exit(77);
	}
}

void
http_stop(struct http *s)
{
	if (s->pid <= 0)
		return;
	close(s->in);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

json_t *
http_request(const struct http *s, unsigned i)
{
	char *line = NULL;
	size_t size = 0;
	json_t *ret = NULL;
	FILE *f = fopen(s->log, "r");

	for (unsigned k = 0; f && !ret && getline(&line, &size, f) > 0; k++)
		if (k == i)
			ret = json_loads(line, 0, NULL);
	free(line);
	if (f)
		fclose(f);
	return ret;
}

unsigned
http_count(const struct http *s)
{
	unsigned n = 0;
	int c;
	FILE *f = fopen(s->log, "r");

	while (f && (c = fgetc(f)) != EOF)
		n += c == '\n';
	if (f)
		fclose(f);
	return n;
}

/* --- the pusher -------------------------------------------------------------------------- */

static utc_ms
now(void *user)
{
	struct bench *b = user;

	return UTC(b->now);
}

static void
ended(void *user)
{
	(void)user;
}

void
bench_open(struct bench *b)
{
	const struct pusher_owner owner = {b, now, ended};
	char why[256];

	memset(b, 0, sizeof(*b));
	signal(SIGPIPE, SIG_IGN); /* as in the daemon */
	snprintf(b->dir, sizeof(b->dir), "/tmp/dozed-push-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	assert_int_equal(uv_loop_init(&b->loop), 0);
	assert_int_equal(
		store_open(b->dir, STORE_WRITE, STORE_PROCESS, &b->store, why), 0);
	b->pusher = pusher_new(&b->loop, b->store, &owner);
	b->now = BENCH_START;
	bench_configure(b, "");
}

void
bench_close(struct bench *b)
{
	char command[128];

	pusher_close(b->pusher);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	pusher_free(b->pusher);
	assert_int_equal(uv_loop_close(&b->loop), 0); /* nothing was left behind */
	store_close(b->store);
	config_free(b->config);
	snprintf(command, sizeof(command), "rm -rf %s", b->dir);
	assert_int_equal(system(command), 0);
}

static void
complain(void *ctx, const char *text)
{
	(void)ctx;
	print_error("%s\n", text);
}

void
bench_configure(struct bench *b, const char *text)
{
	char path[96];
	struct config *c = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "%s/dozed.conf", b->dir);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	assert_int_equal(config_read(path, complain, NULL, &c), 0);
	pusher_configure(b->pusher, c);
	config_free(b->config);
	b->config = c;
}

void
store_notice(
	struct store *s, const char *channel, unsigned number, utc_ms at, utc_ms expires)
{
	struct notice n;
	struct outbox_row row = {.created = at, .expires = expires, .channel = channel};
	struct bytes bytes;
	char topic[128];

	notice_init(&n, "anna", DAY(20780 + (int)number), NOTICE_PAIN_DAY);
	n.issued = at;
	n.expires = expires;
	snprintf(n.title, sizeof(n.title), "A gentler day");
	snprintf(n.text, sizeof(n.text), "secret text %u", number);
	snprintf(n.discreet_title, sizeof(n.discreet_title), "dozed");
	snprintf(n.discreet_text, sizeof(n.discreet_text), "There is a note for you.");
	bytes = push_notice_encode(&n, LANGUAGE_EN);
	snprintf(topic, sizeof(topic), "%s/%u", n.id, n.revision);
	row.topic = topic;
	row.payload = bytes.data;
	row.size = bytes.size;
	assert_int_equal(store_outbox_put(s, &row), 0);
	free(bytes.data);
}

void
bench_put(struct bench *b, const char *channel, unsigned number)
{
	store_notice(b->store, channel, number, UTC(b->now), UTC(b->now + 9 * HOUR_MS));
}

static int
is_sending(struct bench *b)
{
	const struct push_queue *s = pusher_queue(b->pusher);
	int n = 0;

	for (unsigned i = 0; i < s->n; i++)
		n += s->channels[i].state == PUSH_QUEUE_SENDING;
	return n > 0;
}

void
bench_run(struct bench *b, int64_t until)
{
	for (;;) {
		utc_ms due = pusher_turn(b->pusher, UTC(b->now));

		if (is_sending(b)) {
			while (is_sending(b))
				uv_run(&b->loop, UV_RUN_ONCE);
			continue;
		}
		if (due.ms > until) {
			b->now = until;
			return;
		}
		b->now = due.ms;
	}
}

int64_t
bench_count(struct bench *b, const char *channel, const char *what)
{
	json_t *list = status_push(b->store, b->config), *row;
	int64_t ret = -1;
	size_t i;

	json_array_foreach(
		list, i, row) if (strcmp(json_string_value(json_object_get(row, "name")),
					  channel) == 0) ret =
		json_integer_value(json_object_get(row, what));
	json_decref(list);
	return ret;
}

const char *
bench_trouble(struct bench *b, const char *channel)
{
	const struct push_queue *s = pusher_queue(b->pusher);

	for (unsigned i = 0; i < s->n; i++)
		if (strcmp(s->channels[i].name, channel) == 0)
			return s->channels[i].trouble;
	return NULL;
}
