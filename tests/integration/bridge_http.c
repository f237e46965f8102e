/* SPDX-License-Identifier: MIT */
/* The bridge's HTTP endpoint with nothing behind it but a folder: for test_bridge_http.py.
 *
 *   bridge_http [ADDRESS:]PORT TOKEN_FILE PERSON|- MIB DIR
 *
 * Each body becomes DIR/n.person; one that is "full", "bad" or "broken" is answered that way.
 * Says "ready" once it listens. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "http.h"

static struct http *http;
static uv_signal_t ends[2];
static int count;

static void
on_body(void *ctx, const char *person, const char *bytes, size_t n,
	struct http_reply *ret)
{
	char path[600];

	if (strcmp(bytes, "full") == 0)
		ret->outcome = HTTP_FULL;
	else if (strcmp(bytes, "broken") == 0)
		ret->outcome = HTTP_BROKEN;
	else if (strcmp(bytes, "bad") == 0)
		ret->outcome = HTTP_BAD;
	if (ret->outcome == HTTP_BAD)
		for (int i = 0; i < 2 * HTTP_REASONS_MAX; i++)
			http_reason(ret, "row %d: \xff is no \"number\"", i);
	if (ret->outcome != HTTP_TAKEN)
		return;
	snprintf(path, sizeof path, "%s/%d.%s", (const char *)ctx, ++count, person);
	FILE *f = fopen(path, "we");
	if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0 || bytes[n] != 0)
		abort();
	ret->read = n;
}

static void
on_signal(uv_signal_t *s, int signum)
{
	(void)s;
	(void)signum;
	http = http_close(http);
	for (int i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&ends[i], NULL);
}

int
main(int argc, char **argv)
{
	static uv_loop_t loop;
	char why[HTTP_WHY];

	if (argc != 6)
		return 2;
	struct http_options o = {.listen = argv[1],
		.token_file = *argv[2] ? argv[2] : NULL,
		.person = strcmp(argv[3], "-") == 0 ? NULL : argv[3],
		.body_mib = strtol(argv[4], NULL, 10)};
	if (uv_loop_init(&loop) != 0)
		return 2;
	if (http_open(&loop, &o, on_body, argv[5], why, &http) < 0) {
		fprintf(stderr, "%s\n", why);
		return uv_loop_close(&loop) == 0 ? 3 : 4;
	}
	for (int i = 0; i < 2; i++) {
		uv_signal_init(&loop, &ends[i]);
		uv_signal_start(&ends[i], on_signal, i ? SIGINT : SIGTERM);
	}
	puts("ready");
	fflush(stdout);
	uv_run(&loop, UV_RUN_DEFAULT);
	return uv_loop_close(&loop) == 0 ? 0 : 4;
}
