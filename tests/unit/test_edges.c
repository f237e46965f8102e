/* SPDX-License-Identifier: MIT */
/* Small parts at the edges: which clock is believed, what of the outbox is on its way, who
 * may ask on the control socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "out/outbox.h"
#include "sys/control.h"
#include "sys/ticker.h"

#define T0 (TICKER_FLOOR_MS + DAY_MS)

static void
a_clock_from_before_the_software_is_not_believed(void **state)
{
	struct ticker t;

	(void)state;
	ticker_init(&t, UTC(0));
	assert_false(ticker_see(&t, UTC(12345), (mono_ms){1000}));
	assert_false(t.trusted);
	assert_true(ticker_see(
		&t, UTC(T0), (mono_ms){2000})); /* time was set: that is a jump */
	assert_true(t.trusted);
}

static void
a_clock_behind_the_store_is_not_believed(void **state)
{
	struct ticker t;

	(void)state;
	ticker_init(&t, UTC(T0));
	(void)ticker_see(&t, UTC(T0 - HOUR_MS), (mono_ms){1000});
	assert_false(t.trusted);
	(void)ticker_see(&t, UTC(T0 - 4 * MINUTE_MS), (mono_ms){2000});
	assert_true(t.trusted);
}

static void
jumps_are_seen_and_drift_is_not_one(void **state)
{
	struct ticker t;

	(void)state;
	ticker_init(&t, UTC(0));
	assert_false(ticker_see(&t, UTC(T0), (mono_ms){1000}));
	assert_false(ticker_see(&t, UTC(T0 + HOUR_MS + 500), (mono_ms){1000 + HOUR_MS}));
	assert_true(ticker_see(&t, UTC(T0), (mono_ms){2000 + HOUR_MS}));
	assert_true(t.jump_ms < -HOUR_MS);
	assert_int_equal(t.jumps, 1);
}

static void
a_clock_put_back_is_believed_once_it_has_caught_up(void **state)
{
	struct ticker t;

	(void)state;
	ticker_init(&t, UTC(0));
	(void)ticker_see(&t, UTC(T0), (mono_ms){1000});
	assert_true(t.trusted && t.sure);
	(void)ticker_see(&t, UTC(T0 - 3 * HOUR_MS), (mono_ms){2000});
	assert_false(t.trusted || t.sure);
	/* three hours on it says T0 again: but monotonic time knows better, so that what devices
	 * send is not taken to be from the future */
	(void)ticker_see(&t, UTC(T0), (mono_ms){2000 + 3 * HOUR_MS});
	assert_true(t.trusted);
	assert_false(t.sure);
	(void)ticker_see(&t, UTC(T0 + 3 * HOUR_MS), (mono_ms){3000 + 3 * HOUR_MS});
	assert_true(t.trusted && t.sure);
	(void)ticker_see(
		&t, UTC(T0 + 3 * HOUR_MS - 4 * MINUTE_MS), (mono_ms){4000 + 3 * HOUR_MS});
	assert_true(t.trusted && t.sure); /* four minutes are a correction */
}

static void
a_clock_that_a_service_put_back_is_believed_at_once(void **state)
{
	struct ticker t;

	(void)state;
	ticker_init(&t, UTC(T0 + DAY_MS));
	t.synced = 1;
	(void)ticker_see(&t, UTC(T0), (mono_ms){1000});
	assert_true(t.trusted && t.sure);
	t.synced = 0;
	(void)ticker_see(&t, UTC(T0 + MINUTE_MS), (mono_ms){1000 + MINUTE_MS});
	assert_true(t.trusted && t.sure); /* and from there on without being told again */
	t.synced = 1;
	(void)ticker_see(&t, UTC(12345), (mono_ms){2000 + MINUTE_MS});
	assert_false(t.trusted); /* but nobody believes in 1970 */
}

static void
a_row_goes_out_once_until_it_failed(void **state)
{
	struct outbox o = {0};

	(void)state;
	assert_true(outbox_take(&o, 1));
	assert_false(outbox_take(&o, 1));
	outbox_ended(&o, 1, 0);
	assert_true(outbox_take(&o, 1));
	outbox_ended(&o, 1, 1);
	assert_false(outbox_take(&o, 1)); /* until it is marked in the store */
	assert_int_equal(outbox_to_mark(&o), 1);
	outbox_marked(&o, 1);
	assert_int_equal(outbox_to_mark(&o), 0);
	assert_int_equal(o.n, 0);
	outbox_ended(&o, 99, 1); /* a stranger */
	assert_int_equal(o.n, 0);
}

static void
the_window_is_bounded(void **state)
{
	struct outbox o = {0};

	(void)state;
	for (int64_t id = 1; id <= OUTBOX_WINDOW; id++)
		assert_true(outbox_take(&o, id));
	assert_false(outbox_take(&o, OUTBOX_WINDOW + 1));
	outbox_ended(&o, 3, 0);
	assert_true(outbox_take(&o, OUTBOX_WINDOW + 1));
}

/* --- the control socket: a loop on this side, plain sockets on the other ------------------ */

static char dir[64];

static char *
answer(void *user, const char *request)
{
	int *asked = user;

	++*asked;
	return strcmp(request, "ping") == 0 ? strdup("pong") : NULL;
}

static int
dial(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/" CONTROL_SOCKET, dir);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

static void
turn(uv_loop_t *loop)
{
	for (int i = 0; i < 20; i++)
		uv_run(loop, UV_RUN_NOWAIT);
}

static int
make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/dozed-edges-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void
answers_one_line_and_ends_the_connection(void **state)
{
	struct control *c;
	struct stat st;
	uv_loop_t loop;
	char text[16] = "", path[96];
	int fd, asked = 0;

	(void)state;
	uv_loop_init(&loop);
	assert_int_equal(control_open(&loop, dir, answer, &asked, &c), 0);
	snprintf(path, sizeof(path), "%s/" CONTROL_SOCKET, dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	fd = dial();
	assert_int_equal(write(fd, "pi", 2), 2);
	turn(&loop);
	assert_int_equal(asked, 0);
	assert_int_equal(write(fd, "ng\n", 3), 3);
	turn(&loop);
	assert_int_equal(read(fd, text, sizeof(text)), 5);
	assert_string_equal(text, "pong\n");
	assert_int_equal(read(fd, text, sizeof(text)), 0);
	close(fd);
	control_close(c);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	assert_int_equal(stat(path, &st), -1);
}

static void
long_requests_and_a_ninth_client_are_turned_away(void **state)
{
	struct control *c;
	uv_loop_t loop;
	char big[CONTROL_REQUEST_MAX + 1], text[16];
	int fds[CONTROL_CLIENTS + 1], asked = 0;

	(void)state;
	uv_loop_init(&loop);
	assert_int_equal(control_open(&loop, dir, answer, &asked, &c), 0);
	memset(big, 'x', sizeof(big));
	fds[0] = dial();
	assert_int_equal(write(fds[0], big, sizeof(big)), sizeof(big));
	turn(&loop);
	assert_true(read(fds[0], text, sizeof(text)) <= 0);
	assert_int_equal(asked, 0);
	close(fds[0]);
	for (int i = 0; i < CONTROL_CLIENTS + 1; i++) {
		fds[i] = dial();
		turn(&loop);
	}
	assert_int_equal(read(fds[CONTROL_CLIENTS], text, sizeof(text)), 0);
	assert_int_equal(recv(fds[0], text, sizeof(text), MSG_DONTWAIT), -1);
	for (int i = 0; i < CONTROL_CLIENTS + 1; i++)
		close(fds[i]);
	control_close(c);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void
a_socket_in_use_is_left_alone_and_a_stale_one_removed(void **state)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct control *c, *second;
	uv_loop_t loop;
	int fd, asked = 0;

	(void)state;
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/" CONTROL_SOCKET, dir);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	close(fd); /* as a kill -9 leaves it */
	uv_loop_init(&loop);
	assert_int_equal(control_open(&loop, dir, answer, &asked, &c), 0);
	assert_int_equal(control_open(&loop, dir, answer, &asked, &second), -EADDRINUSE);
	control_close(c);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_from_before_the_software_is_not_believed),
		cmocka_unit_test(a_clock_behind_the_store_is_not_believed),
		cmocka_unit_test(jumps_are_seen_and_drift_is_not_one),
		cmocka_unit_test(a_clock_put_back_is_believed_once_it_has_caught_up),
		cmocka_unit_test(a_clock_that_a_service_put_back_is_believed_at_once),
		cmocka_unit_test(a_row_goes_out_once_until_it_failed),
		cmocka_unit_test(the_window_is_bounded),
		cmocka_unit_test_setup_teardown(
			answers_one_line_and_ends_the_connection, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			long_requests_and_a_ninth_client_are_turned_away, make_dir,
			remove_dir),
		cmocka_unit_test_setup_teardown(
			a_socket_in_use_is_left_alone_and_a_stale_one_removed, make_dir,
			remove_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
