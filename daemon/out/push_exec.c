/* SPDX-License-Identifier: MIT */
/* See push_exec.h. One struct a run: the process, a pipe in, a pipe out, a timer. It is freed
 * when the last of the four has closed. */
#include "out/push_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

struct push_exec {
	uv_process_t process;
	uv_pipe_t in, out;
	uv_timer_t timer;
	uv_write_t write;
	char *json; /* owned */
	push_done done;
	void *user; /* borrowed */
	int n_handles, is_late, closing;
	size_t n_printed;
	char printed[PUSH_EXEC_PRINT_MAX + 1], spill[512], name[ID_MAX + 1];
};

static void
on_closed(uv_handle_t *h)
{
	struct push_exec *x = h->data;
	if (--x->n_handles == 0) {
		free(x->json);
		free(x);
	}
}

static void
close_all(struct push_exec *x)
{
	uv_handle_t *all[] = {(uv_handle_t *)&x->in, (uv_handle_t *)&x->out,
		(uv_handle_t *)&x->timer, (uv_handle_t *)&x->process};
	size_t n = x->process.loop ? 4 : 3; /* where it never came to a process */
	x->closing = 1;
	for (size_t i = 0; i < n; i++)
		if (!uv_is_closing(all[i]))
			uv_close(all[i], on_closed);
}

/* The group that the program leads: it and what it started. */
static void
signal_group(struct push_exec *x, int signum)
{
	if (x->process.pid > 1)
		kill(-x->process.pid, signum);
}

static void
on_ended(uv_process_t *process, int64_t status, int signum)
{
	struct push_exec *x = process->data;
	struct push_result r = {.outcome = PUSH_AGAIN};
	if (x->is_late)
		snprintf(r.why, sizeof r.why, "the program took too long");
	else if (signum != 0)
		snprintf(r.why, sizeof r.why, "the program ended by signal %d", signum);
	else if (status == PUSH_EXEC_TEMPFAIL)
		snprintf(r.why, sizeof r.why, "the program asks to try later (75)");
	else if (status != 0)
		snprintf(r.why, sizeof r.why, "the program ended with %d", (int)status);
	if (signum == 0 && status != PUSH_EXEC_TEMPFAIL && !x->is_late)
		r.outcome = status == 0 ? PUSH_DONE : PUSH_REFUSED;
	x->printed[x->n_printed] = '\0';
	if (x->n_printed > 0)
		log_debug("push \"%s\": the program said: %s", x->name, x->printed);
	push_done done = x->done;
	void *user = x->user;
	close_all(x);
	if (done)
		done(user, &r);
}

static void
on_late(uv_timer_t *t)
{
	struct push_exec *x = t->data;
	signal_group(x, x->is_late ? SIGKILL : SIGTERM);
	x->is_late = 1;
	uv_timer_start(t, on_late, PUSH_EXEC_GRACE_MS, 0);
}

static void
on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *ret)
{
	struct push_exec *x = h->data;
	size_t room = PUSH_EXEC_PRINT_MAX - x->n_printed;
	(void)suggested;
	*ret = room > 0 ? uv_buf_init(x->printed + x->n_printed, (unsigned)room)
			: uv_buf_init(x->spill, sizeof x->spill);
}

static void
on_print(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct push_exec *x = s->data;
	if (n < 0)
		uv_read_stop(s);
	else if (buf->base != x->spill)
		x->n_printed += (size_t)n;
}

/* A program that does not read is no failure: its exit status tells. */
static void
on_written(uv_write_t *w, int status)
{
	struct push_exec *x = w->data;
	(void)status;
	if (!x->closing && !uv_is_closing((uv_handle_t *)&x->in))
		uv_close((uv_handle_t *)&x->in, on_closed); /* the end of its input */
}

static int
spawn(uv_loop_t *loop, struct push_exec *x, const struct push_config *c)
{
	char *args[PUSH_WORDS_MAX + 1] = {NULL}, *env[5] = {NULL};
	char home[300], credentials[300];
	unsigned n = 0;
	int fds[2], rc = pipe2(fds, O_CLOEXEC) == 0 ? 0 : -errno;
	if (rc < 0)
		return rc;
	uv_pipe_open(&x->out, fds[0]);
	for (unsigned i = 0; i < c->n_words; i++)
		args[i] = (char *)c->command[i]; /* uv_spawn only reads them */
	env[n++] = (char *)"PATH=/usr/local/bin:/usr/bin:/bin";
	env[n++] = (char *)"LANG=C.UTF-8";
	snprintf(home, sizeof home, "HOME=%.290s", getenv("HOME") ? getenv("HOME") : "/");
	env[n++] = home;
	if (getenv("CREDENTIALS_DIRECTORY")) {
		snprintf(credentials, sizeof credentials, "CREDENTIALS_DIRECTORY=%.270s",
			getenv("CREDENTIALS_DIRECTORY"));
		env[n++] = credentials;
	}
	uv_stdio_container_t stdio[3] = {
		{.flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
			.data.stream = (uv_stream_t *)&x->in},
		{.flags = UV_INHERIT_FD, .data.fd = fds[1]},
		{.flags = UV_INHERIT_FD, .data.fd = fds[1]},
	};
	const uv_process_options_t o = {.exit_cb = on_ended,
		.file = args[0],
		.args = args,
		.env = env,
		.cwd = "/",
		.flags = UV_PROCESS_DETACHED,
		.stdio_count = 3,
		.stdio = stdio};
	/* what libraries opened without care is not for the program */
	(void)close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	rc = uv_spawn(loop, &x->process, &o);
	close(fds[1]);
	return rc;
}

struct push_exec *
push_exec_start(uv_loop_t *loop, const struct push_exec_order *o, struct push_result *ret)
{
	struct push_exec *x = xcalloc(1, sizeof *x);
	x->json = o->json;
	snprintf(x->name, sizeof x->name, "%s", o->c->name);
	uv_pipe_init(loop, &x->in, 0);
	uv_pipe_init(loop, &x->out, 0);
	uv_timer_init(loop, &x->timer);
	x->in.data = x->out.data = x->timer.data = x->process.data = x;
	int rc = spawn(loop, x, o->c);
	x->n_handles = x->process.loop ? 4 : 3;
	if (rc < 0) {
		*ret = (struct push_result){.outcome = PUSH_AGAIN};
		snprintf(ret->why, sizeof ret->why, "%.80s cannot be started: %s",
			o->c->command[0], uv_strerror(rc));
		close_all(x);
		return NULL;
	}
	x->done = o->done;
	x->user = o->user;
	uv_timer_start(&x->timer, on_late, (uint64_t)o->timeout_ms, 0);
	uv_read_start((uv_stream_t *)&x->out, on_alloc, on_print);
	uv_buf_t buf = uv_buf_init(x->json, (unsigned)strlen(x->json));
	x->write.data = x;
	if (uv_write(&x->write, (uv_stream_t *)&x->in, &buf, 1, on_written) < 0)
		uv_close((uv_handle_t *)&x->in, on_closed);
	return x;
}

void
push_exec_close(struct push_exec *x)
{
	if (!x || x->closing)
		return;
	x->done = NULL;
	signal_group(x, SIGKILL);
	close_all(x);
}
