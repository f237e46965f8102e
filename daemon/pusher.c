/* SPDX-License-Identifier: MIT */
/* See pusher.h. */
#include "pusher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "out/push.h"
#include "out/push_exec.h"

#define TEMPLATE_BYTES_MAX (16 * 1024)

/* One that is on its way. */
struct job {
	struct job *next;
	struct pusher *p;
	struct push_exec *exec; /* NULL: it is posted */
	char channel[ID_MAX + 1];
};

struct pusher {
	struct pusher_owner owner;
	uv_loop_t *loop;             /* borrowed */
	const struct config *config; /* borrowed */
	struct push_queue queue;
	struct push *poster; /* owned; NULL until something is posted */
	struct job *jobs;    /* owned; of job.next */
	utc_ms now;          /* of this turn */
};

static uint16_t
chance(void)
{
	uint16_t r = 0;
	if (getrandom(&r, sizeof r, GRND_NONBLOCK) != sizeof r)
		r = UINT16_MAX / 2;
	return r;
}

/* --- how it ended ------------------------------------------------------------------------- */

static void
drop(struct job *j)
{
	struct job **at = &j->p->jobs;
	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	free(j);
}

static void
on_done(void *user, const struct push_result *r)
{
	struct job *j = user;
	struct pusher *p = j->p;
	push_queue_ended(&p->queue, j->channel, r, p->owner.now(p->owner.user), chance());
	drop(j);
	p->owner.ended(p->owner.user);
}

/* --- what is sent ------------------------------------------------------------------------- */

static int printf_like(2, 3) refuse(struct push_result *ret, const char *fmt, ...)
{
	va_list ap;
	*ret = (struct push_result){.outcome = PUSH_AGAIN}; /* until somebody mends it */
	va_start(ap, fmt);
	vsnprintf(ret->why, sizeof ret->why, fmt, ap);
	va_end(ap);
	return -1;
}

/* Somebody who is not in the configuration any more is treated with discretion, too. */
static int
read_notice(
	const struct pusher *p, const struct push_queue_item *item, struct push_notice *n)
{
	const struct person *who;
	int r = push_notice_read(item->payload, item->size, 0, n);
	if (r != 0)
		return r;
	who = config_person(p->config, n->person);
	if (who && !who->discreet)
		return 0;
	push_notice_finish(n);
	return push_notice_read(item->payload, item->size, 1, n);
}

static int
read_secrets(const struct push_config *c, struct push_secrets *s, struct push_result *ret)
{
	char token[PUSH_CREDENTIAL_LEN], user[PUSH_CREDENTIAL_LEN];
	int r;
	push_credentials(c, token, user);
	r = config_secret(c->token_file, token, s->token, sizeof s->token);
	if (r < 0 && (c->token_file[0] || r != -ENOENT || push_needs_token(c)))
		return refuse(ret, "its token cannot be read: %s", strerror(-r));
	if (!push_needs_user(c))
		return 0;
	r = config_secret(c->user_file, user, s->user, sizeof s->user);
	return r < 0 ? refuse(ret, "the user's key cannot be read: %s", strerror(-r)) : 0;
}

/* malloc'd; NULL with errno. */
static char *
read_template(const char *path)
{
	char *text = xcalloc(TEMPLATE_BYTES_MAX + 1, 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd >= 0 ? read(fd, text, TEMPLATE_BYTES_MAX) : -1;
	int err = errno;
	if (fd >= 0)
		close(fd);
	if (n < 0) {
		free(text);
		text = NULL;
	}
	errno = err;
	return text;
}

static int
post(struct job *j, const struct push_config *c, const struct push_notice *n,
	int64_t timeout_ms, struct push_result *ret)
{
	struct push_secrets s = {.token = ""};
	struct push_request *r cleanup(freep) = xcalloc(1, sizeof *r);
	const struct push_options o = {c->ca_file, timeout_ms};
	char why[FILL_WHY_LEN], *template cleanup(freep) = NULL;
	int rc = read_secrets(c, &s, ret);
	if (rc == 0 && c->template_file[0] &&
		!(template = read_template(c->template_file)))
		rc = refuse(ret, "its template cannot be read: %s", strerror(errno));
	if (rc == 0 && push_form(c, n, &s, template, r, why) != 0)
		rc = refuse(ret, "%s", why);
	explicit_bzero(&s, sizeof s);
	if (rc != 0)
		return rc;
	if (!j->p->poster)
		j->p->poster = push_new(j->p->loop);
	rc = j->p->poster ? push_post(j->p->poster, r, &o, on_done, j) : -ELIBACC;
	push_request_finish(r);
	return rc == 0          ? 0
	       : rc == -ELIBACC ? refuse(ret, "libcurl.so.4 cannot be loaded")
				: refuse(ret, "libcurl: %s", strerror(-rc));
}

static int
run(struct job *j, const struct push_config *c, const struct push_notice *n,
	int64_t timeout_ms, struct push_result *ret)
{
	const struct push_exec_order o = {
		c, push_form_json(c, n), timeout_ms, on_done, j};
	j->exec = push_exec_start(j->p->loop, &o, ret);
	return j->exec ? 0 : -1;
}

static int
send_item(void *user, const struct push_queue_item *item, struct push_result *ret)
{
	struct pusher *p = user;
	const struct push_config *c = config_push(p->config, item->channel);
	struct push_notice n;
	/* an attempt ends before the notice does */
	int64_t left = item->expires.ms - p->now.ms, most;
	int r;
	assert(c); /* the queue has the configuration's channels */
	if (read_notice(p, item, &n) != 0) {
		refuse(ret, "what waits is no notice of ours");
		ret->outcome = PUSH_REFUSED;
		return -1;
	}
	struct job *j = xcalloc(1, sizeof *j);
	j->p = p;
	snprintf(j->channel, sizeof j->channel, "%s", item->channel);
	j->next = p->jobs;
	p->jobs = j;
	most = c->timeout_s * SECOND_MS;
	if (item->expires.ms != 0 && left < most)
		most = left > 0 ? left : 1;
	r = c->kind == PUSH_EXEC ? run(j, c, &n, most, ret) : post(j, c, &n, most, ret);
	if (r != 0)
		drop(j);
	push_notice_finish(&n);
	return r;
}

/* --- life ---------------------------------------------------------------------------------- */

struct pusher *
pusher_new(uv_loop_t *loop, struct store *store, const struct pusher_owner *o)
{
	struct pusher *p = xcalloc(1, sizeof *p);
	p->owner = *o;
	p->loop = loop;
	p->queue.store = store;
	p->queue.send = send_item;
	p->queue.user = p;
	return p;
}

void
pusher_configure(struct pusher *p, const struct config *c)
{
	p->config = c;
	push_queue_configure(&p->queue, c->push, c->n_push);
}

utc_ms
pusher_turn(struct pusher *p, utc_ms now)
{
	p->now = now;
	return push_queue_turn(&p->queue, now, chance());
}

void
pusher_close(struct pusher *p)
{
	while (p->jobs) {
		push_exec_close(p->jobs->exec);
		drop(p->jobs);
	}
	push_close(p->poster);
	p->poster = NULL;
}

struct pusher *
pusher_free(struct pusher *p)
{
	if (p)
		push_queue_finish(&p->queue);
	free(p);
	return NULL;
}

const struct push_queue *
pusher_queue(const struct pusher *p)
{
	return &p->queue;
}
