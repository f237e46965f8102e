/* SPDX-License-Identifier: MIT */
/* Parcels are heap memory whose ownership goes through the pipe with the pointer. */
#include "in/courier.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum parcel_kind { PARCEL_PUBLISH, PARCEL_CONNECT, PARCEL_STOP };

struct parcel {
	enum parcel_kind kind;
	struct publication pub; /* topic and payload lie in `bytes` */
	int timeout_ms;
	size_t size;
	unsigned char bytes[]; /* payload or password, NUL, topic, NUL */
};

struct courier {
	pthread_t thread;
	int read_fd, write_fd;
	atomic_int waiting;
	struct mqtt *mqtt;   /* owned; the thread's */
	struct inbox *inbox; /* borrowed */
};

static void
deliver(struct courier *c, struct parcel *p)
{
	int rc;

	switch (p->kind) {
	case PARCEL_PUBLISH:
		rc = mqtt_publish(c->mqtt, &p->pub);
		if (rc != 0)
			inbox_put_sent(c->inbox, p->pub.id, 0);
		break;
	case PARCEL_CONNECT:
		rc = mqtt_connect(c->mqtt, p->size ? (const char *)p->bytes : NULL);
		if (rc != 0)
			inbox_put_link(c->inbox, LINK_FAILED,
				"the client library refuses the settings");
		break;
	case PARCEL_STOP:
		mqtt_disconnect(c->mqtt, p->timeout_ms);
		c->mqtt = mqtt_free(c->mqtt);
		inbox_put_link(c->inbox, LINK_STOPPED, "");
		break;
	}
}

static void *
courier_main(void *arg)
{
	struct courier *c = arg;
	struct parcel *p;
	ssize_t n;

	while (c->mqtt) {
		n = read(c->read_fd, &p, sizeof(p));
		if (n < 0 && errno == EINTR)
			continue;
		assert(n == sizeof(p)); /* a pipe of pointers, each written whole */
		deliver(c, p);
		atomic_fetch_sub(&c->waiting, 1);
		explicit_bzero(p->bytes, p->size); /* it may be the password */
		free(p);
	}
	return NULL;
}

int
courier_start(struct mqtt *m, struct inbox *inbox, struct courier **ret)
{
	struct courier *c = xcalloc(1, sizeof(*c));
	sigset_t all, old;
	int fds[2], rc;

	c->mqtt = m;
	c->inbox = inbox;
	if (pipe2(fds, O_CLOEXEC) != 0) {
		rc = -errno;
		free(c);
		return rc;
	}
	c->read_fd = fds[0];
	c->write_fd = fds[1];
	sigfillset(&all); /* signals are the loop's */
	pthread_sigmask(SIG_BLOCK, &all, &old);
	rc = -pthread_create(&c->thread, NULL, courier_main, c);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc != 0) {
		close(fds[0]);
		close(fds[1]);
		free(c);
		return rc;
	}
	*ret = c;
	return 0;
}

static struct parcel *
parcel_new(enum parcel_kind kind, const char *topic, const void *bytes, size_t n)
{
	size_t topic_size = strlen(topic) + 1;
	struct parcel *p = xcalloc(1, sizeof(*p) + n + 1 + topic_size);

	p->kind = kind;
	p->size = n;
	if (n)
		memcpy(p->bytes, bytes, n);
	memcpy(p->bytes + n + 1, topic, topic_size);
	return p;
}

static void
hand_over(struct courier *c, struct parcel *p)
{
	ssize_t n;

	atomic_fetch_add(&c->waiting, 1);
	do
		n = write(c->write_fd, &p, sizeof(p));
	while (n < 0 && errno == EINTR);
	/* the pipe holds 8192 pointers and COURIER_PARCELS_MAX is far below: never blocks
	 */
	assert(n == sizeof(p));
}

int
courier_publish(struct courier *c, const struct publication *pub)
{
	struct parcel *p;

	if (atomic_load(&c->waiting) >= COURIER_PARCELS_MAX)
		return COURIER_E_FULL;
	p = parcel_new(PARCEL_PUBLISH, pub->topic, pub->payload, pub->size);
	p->pub = *pub;
	p->pub.payload = p->bytes;
	p->pub.topic = (const char *)p->bytes + p->size + 1;
	hand_over(c, p);
	return 0;
}

int
courier_connect(struct courier *c, const char *password)
{
	if (atomic_load(&c->waiting) >= COURIER_PARCELS_MAX)
		return COURIER_E_FULL;
	hand_over(c, parcel_new(PARCEL_CONNECT, "", password, strlen(password)));
	return 0;
}

void
courier_stop(struct courier *c, int timeout_ms)
{
	struct parcel *p = parcel_new(PARCEL_STOP, "", NULL, 0);

	p->timeout_ms = timeout_ms;
	hand_over(c, p);
}

struct courier *
courier_join(struct courier *c)
{
	struct parcel *p;

	if (!c)
		return NULL;
	pthread_join(c->thread, NULL);
	close(c->write_fd);
	while (read(c->read_fd, &p, sizeof(p)) == sizeof(p))
		free(p);
	close(c->read_fd);
	free(c);
	return NULL;
}
