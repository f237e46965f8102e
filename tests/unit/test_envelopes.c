/* SPDX-License-Identifier: MIT */
/* Recordings: read whole, cut off, and none at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dozed/v1/envelope.pb-c.h"
#include "in/envelopes.h"

static char path[] = "/tmp/dozed-recording-XXXXXX";

static void
put(FILE *f, int64_t received, const char *topic, size_t size)
{
	Dozed__V1__Envelope m = DOZED__V1__ENVELOPE__INIT;
	m.received_ms = received;
	m.topic = (char *)topic;
	m.payload.data = calloc(1, size ? size : 1);
	m.payload.len = size;
	memset(m.payload.data, 'x', size);
	size_t n = dozed__v1__envelope__get_packed_size(&m);
	unsigned char *bytes = malloc(n);
	dozed__v1__envelope__pack(&m, bytes);
	for (size_t v = n;; v >>= 7) {
		putc((int)((v & 0x7f) | (v > 0x7f ? 0x80 : 0)), f);
		if (v <= 0x7f)
			break;
	}
	fwrite(bytes, 1, n, f);
	free(bytes);
	free(m.payload.data);
}

/* Three messages, the second of 100 000 bytes, cut after `keep` bytes (0 = whole). */
static struct envelopes *
made(size_t keep)
{
	strcpy(path + strlen(path) - 6, "XXXXXX");
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "wb");
	put(f, 1774737720000, "dozed/v1/ingest/anna/csv/watch", 3);
	put(f, 1774737721000, "dozed/v1/ingest/anna/csv/watch", 100000);
	put(f, -5, "", 0);
	fflush(f);
	if (keep)
		assert_int_equal(ftruncate(fd, (off_t)keep), 0);
	fclose(f);
	struct envelopes *r = NULL;
	assert_int_equal(envelopes_open(path, &r), 0);
	unlink(path);
	return r;
}

static void
envelopes_gives_every_message_in_order(void **state)
{
	(void)state;
	struct envelopes *r = made(0);
	struct envelope e;
	assert_int_equal(envelopes_next(r, &e), 0);
	assert_true(e.received.ms == 1774737720000);
	assert_string_equal(e.topic, "dozed/v1/ingest/anna/csv/watch");
	assert_memory_equal(e.payload, "xxx", 3);
	assert_int_equal(envelopes_next(r, &e), 0);
	assert_int_equal(e.size, 100000);
	assert_int_equal(((const char *)e.payload)[99999], 'x');
	assert_int_equal(envelopes_next(r, &e), 0);
	assert_true(e.received.ms == -5);
	assert_int_equal(e.size, 0);
	assert_int_equal(envelopes_next(r, &e), ENVELOPES_E_END);
	assert_true(envelopes_at(r) == envelopes_size(r));
	envelopes_close(r);
}

static void
envelopes_that_is_cut_off_says_so(void **state)
{
	(void)state;
	static const size_t cuts[] = {1, 20, 60, 50000};
	for (unsigned i = 0; i < array_len(cuts); i++) {
		struct envelopes *r = made(cuts[i]);
		struct envelope e;
		int got = 0, e_;
		while ((e_ = envelopes_next(r, &e)) == 0)
			got++;
		assert_int_equal(e_, ENVELOPES_E_DAMAGED);
		assert_int_equal(got, cuts[i] < 50 ? 0 : 1);
		envelopes_close(r);
	}
}

static void
envelopes_refuses_what_is_none(void **state)
{
	(void)state;
	static const char *const files[] = {"time,activity\n2026-03-29T00:00:00Z,12\n",
		"\xff\xff\xff\xff\xff\xff", "\x05hello"};
	for (unsigned i = 0; i < array_len(files); i++) {
		strcpy(path + strlen(path) - 6, "XXXXXX");
		FILE *f = fdopen(mkstemp(path), "wb");
		fwrite(files[i], 1, strlen(files[i]), f);
		fclose(f);
		struct envelopes *r = NULL;
		struct envelope e;
		assert_int_equal(envelopes_open(path, &r), 0);
		unlink(path);
		assert_int_equal(envelopes_next(r, &e), ENVELOPES_E_DAMAGED);
		envelopes_close(r);
	}
	struct envelopes *r = NULL;
	assert_int_equal(envelopes_open("/nonexistent/file", &r), -ENOENT);
	assert_int_equal(envelopes_open("/tmp", &r), -EISDIR);
	assert_null(envelopes_close(NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(envelopes_gives_every_message_in_order),
		cmocka_unit_test(envelopes_that_is_cut_off_says_so),
		cmocka_unit_test(envelopes_refuses_what_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
