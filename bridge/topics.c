/* SPDX-License-Identifier: MIT */
/* See topics.h. */
#include "topics.h"

#include "flight.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SUBSCRIBE_AGAIN_MS 30000

struct topics {
	struct topics_options o;
	struct link *link;
	unsigned connected; /* number of the connection that is subscribed on */
	unsigned tried;     /* on which that was tried last */
	unsigned failed;
	int up, is_held, said_refused;
	int64_t connect_ms, subscribe_ms;
};

/* --- filters ---------------------------------------------------------------------------- */

const char *
topic_filter_fault(const char *filter)
{
	size_t n = strlen(filter);

	if (n == 0 || n > TOPIC_RESERVED_MAX)
		return "a topic filter has 1 to 255 bytes";
	if (filter[0] == '$')
		return "what begins with $ is the broker's own";
	for (const char *p = filter; *p; p++) {
		int starts = p == filter || p[-1] == '/', ends = p[1] == 0 || p[1] == '/';
		if (*p == '+' && !(starts && ends))
			return "a + stands for a whole level: health/+/sleep";
		if (*p == '#' && !(starts && p[1] == 0))
			return "a # stands at the end, for all levels from there: "
			       "health/#";
	}
	return NULL;
}

int
topic_matches(const char *filter, const char *topic)
{
	if (topic[0] == '$')
		return 0;
	for (;;) {
		size_t f = strcspn(filter, "/"), t = strcspn(topic, "/");
		if (filter[0] == '#')
			return 1;
		if (!(f == 1 && filter[0] == '+') &&
			!(f == t && memcmp(filter, topic, f) == 0))
			return 0;
		filter += f;
		topic += t;
		if (*topic == 0) /* "a/#" matches "a", too */
			return *filter == 0 || strcmp(filter, "/#") == 0;
		if (*filter == 0)
			return 0;
		filter++;
		topic++;
	}
}

void
topic_person(const char *filter, const char *topic, char ret[static ID_MAX + 1])
{
	const char *level = "";
	size_t n = 0;

	while (*filter && *filter != '#') {
		size_t f = strcspn(filter, "/"), t = strcspn(topic, "/");
		level = topic;
		n = t;
		if (filter[0] == '+')
			break;
		filter += f + (filter[f] == '/');
		topic += t + (topic[t] == '/');
	}
	snprintf(ret, ID_MAX + 1, "%.*s", n <= ID_MAX ? (int)n : 0, level);
	if (!id_is_valid(ret))
		ret[0] = 0;
}

/* --- messages (Paho's thread) ----------------------------------------------------------- */

static utc_ms
wall_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return UTC((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* Returns only if the message may be acknowledged. */
static void
keep(struct topics *t, const struct tray_document *d)
{
	int r = tray_put(t->o.tray, d, wall_now(), NULL);

	if (r == TRAY_E_BIG) {
		fprintf(stderr,
			"dozed-bridge: a message of %zu MiB is more than a document: "
			"it is left out\n",
			d->n >> 20);
		return;
	}
	if (r == 0)
		return;
	fprintf(stderr,
		"dozed-bridge: a message cannot be kept: %s; ending, so that the broker "
		"keeps it\n",
		r == TRAY_E_FULL ? "too many wait" : strerror(-r));
	_exit(1);
}

static void
on_news(void *ctx)
{
	struct topics *t = ctx;

	t->o.wake(t->o.ctx);
}

static void
on_message(void *ctx, const char *topic, const void *payload, size_t n)
{
	struct topics *t = ctx;
	const struct options *o = t->o.options;
	char person[ID_MAX + 1];
	int i = 0;

	while (i < o->topics.n && !topic_matches(o->topics.v[i], topic))
		i++;
	/* a filter of an earlier run is still in the session; nothing is what clears a retained one */
	if (i == o->topics.n || n == 0)
		return;
	topic_person(o->topics.v[i], topic, person);
	keep(t, &(struct tray_document){o->person   ? o->person
					: person[0] ? person
						    : NULL,
			t->o.format, payload, n});
	t->o.wake(t->o.ctx);
}

/* --- the connection --------------------------------------------------------------------- */

static void
subscribe(struct topics *t, unsigned connection, int64_t now_ms)
{
	const struct option_list *topics = &t->o.options->topics;
	char *filter[OPTIONS_LIST_MAX];

	for (int i = 0; i < topics->n; i++)
		filter[i] = (char *)topics->v[i];
	t->subscribe_ms = now_ms;
	t->tried = connection;
	int r = link_subscribe(t->link, filter, topics->n);
	if (r == 0)
		t->connected = connection;
	if (r == -EACCES && !t->said_refused++)
		fprintf(stderr,
			"dozed-bridge: the broker refuses a --topic: see its ACL\n");
}

void
topics_step(struct topics *t, int64_t now_ms)
{
	struct link_news news;

	link_wait(t->link, 0, &news);
	t->up = news.up;
	t->failed = news.failed;
	t->is_held = tray_is_filling(t->o.tray);
	if (t->is_held) {
		link_disconnect(t->link);
		t->up = 0;
		return;
	}
	if (t->up && t->connected != news.connected &&
		(t->tried != news.connected ||
			now_ms - t->subscribe_ms >= SUBSCRIBE_AGAIN_MS))
		subscribe(t, news.connected, now_ms);
	if (!t->up && now_ms - t->connect_ms >= flight_connect_wait(t->failed)) {
		t->connect_ms = now_ms;
		(void)!link_connect(t->link); /* the next attempt is due all the same */
	}
}

int64_t
topics_due(const struct topics *t)
{
	if (t->is_held)
		return INT64_MAX; /* who takes from the tray steps us */
	if (!t->up)
		return t->connect_ms + flight_connect_wait(t->failed);
	return t->connected == t->tried ? INT64_MAX
					: t->subscribe_ms + SUBSCRIBE_AGAIN_MS;
}

int
topics_open(const struct topics_options *o, struct topics **ret)
{
	struct topics *t = xcalloc(1, sizeof *t);
	char id[64];
	struct link_options link = {
		.client_id = id, .wake = on_news, .take = on_message, .ctx = t};

	t->o = *o;
	for (int i = 0; i < o->options->topics.n; i++) {
		const char *why = topic_filter_fault(o->options->topics.v[i]);
		if (!why)
			continue;
		fprintf(stderr, "dozed-bridge: --topic \"%s\": %s\n",
			o->options->topics.v[i], why);
		free(t);
		return -EINVAL;
	}
	snprintf(id, sizeof id, "dozed-bridge-%s-in", o->spool_name);
	int r = dial(o->options, o->broker, &link, &t->link);
	if (r != 0) {
		free(t);
		return r;
	}
	*ret = t;
	return 0;
}

struct topics *
topics_close(struct topics *t)
{
	if (!t)
		return NULL;
	link_close(t->link);
	free(t);
	return NULL;
}
