/* SPDX-License-Identifier: MIT */
/* A flight's spool and link, by the options; see flight.h. */
#include "flight.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOCK_POLL_MS 100

int64_t
monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The first line of a file; the caller frees it. */
static char *
read_password(const char *path)
{
	char line[1024] = "";
	FILE *f = fopen(path, "re");

	if (!f || (!fgets(line, sizeof line, f) && ferror(f))) {
		fprintf(stderr, "dozed-bridge: %s: %s\n", path, strerror(errno));
		if (f)
			fclose(f);
		return NULL;
	}
	fclose(f);
	line[strcspn(line, "\r\n")] = 0;
	return xstrdup(line);
}

static int
open_spool(struct flight *f, const struct options *o, const struct broker *b, utc_ms now)
{
	char why[SPOOL_WHY], key[400];
	int64_t until = monotonic_ms() + o->wait_s * 1000;
	struct spool_options spool = {o->spool, key, o->spool_mib << 20, now};
	int r, said = 0;

	snprintf(key, sizeof key, "%s/%s", b->key, o->topic_root);
	for (;;) {
		r = spool_open(&spool, &f->spool, why);
		if (r != SPOOL_E_LOCKED || monotonic_ms() >= until)
			break;
		if (!said++)
			fprintf(stderr, "dozed-bridge: %s; waiting for it\n", why);
		nanosleep(&(struct timespec){0, LOCK_POLL_MS * 1000000L}, NULL);
	}
	if (r)
		fprintf(stderr, "dozed-bridge: %s\n", why);
	return r;
}

int
dial(const struct options *o, const struct broker *b, struct link_options *link,
	struct link **ret)
{
	char *password = NULL;

	if (o->ca_file && access(o->ca_file, R_OK) != 0) {
		fprintf(stderr, "dozed-bridge: %s: %s\n", o->ca_file, strerror(errno));
		return -EACCES;
	}
	if (o->password_file && !(password = read_password(o->password_file)))
		return -EACCES;
	link->uri = b->uri;
	link->user = b->user;
	link->tls = b->tls;
	link->ca_file = o->ca_file;
	link->password = password;
	int r = link_open(link, ret);
	free(password);
	if (r < 0)
		fprintf(stderr, "dozed-bridge: %s: cannot connect\n", b->key);
	return r;
}

int
flight_open(struct flight *f, void (*wake)(void *ctx), void *ctx)
{
	const struct options *o = f->job->options;
	char id[64];
	struct link_options link = {
		.client_id = id, .status_topic = f->status, .wake = wake, .ctx = ctx};
	int r = open_spool(f, o, &f->broker, f->job->now);

	if (r != 0)
		return r;
	snprintf(id, sizeof id, "dozed-bridge-%s", spool_name(f->spool));
	snprintf(f->status, sizeof f->status, "%s/v1/bridge/%s/status", o->topic_root,
		spool_name(f->spool));
	r = dial(o, &f->broker, &link, &f->link);
	if (r != 0)
		f->spool = spool_close(f->spool);
	return r;
}

void
flight_close(struct flight *f)
{
	f->link = link_close(f->link);
	free(steal(&f->devices));
	f->cap_devices = 0;
	f->spool = spool_close(f->spool);
}
