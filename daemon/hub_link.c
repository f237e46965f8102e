/* SPDX-License-Identifier: MIT */
/* The hub's side of the broker: when to try, how long to wait, what to say. One attempt at a
 * time; 1 s doubling to 60 s with jitter (5 s for a broker on this machine, which costs
 * nothing to ask), for the first attempt as for the thousandth. */
#include "hub_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"

#define ANSWER_MS                                                                        \
	MINUTE_MS /* Paho tells within 13 s; this is for the day when it does not */

static const struct broker_config *
broker(const struct hub *h)
{
	return &h->setup.config->broker;
}

static int
is_near(const char *host)
{
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
	       strcmp(host, "::1") == 0;
}

static int64_t
with_jitter(int64_t ms)
{
	uint16_t r = 0;

	if (getrandom(&r, sizeof(r), GRND_NONBLOCK) != sizeof(r))
		r = 0;
	return ms - ms / 5 + ms * 2 / 5 * r / UINT16_MAX; /* 80 ... 120 % */
}

static void
on_connect_timer(uv_timer_t *t)
{
	link_try(t->data);
}

static void
try_later(struct hub *h)
{
	int64_t max = is_near(broker(h)->host) ? HUB_RETRY_NEAR_MS : HUB_RETRY_MAX_MS;

	if (h->link_delay_ms == 0)
		h->link_delay_ms = SECOND_MS;
	uv_timer_start(&h->connect, on_connect_timer,
		(uint64_t)with_jitter(h->link_delay_ms), 0);
	h->link_delay_ms = h->link_delay_ms * 2 < max ? h->link_delay_ms * 2 : max;
}

void
link_try(struct hub *h)
{
	char password[256] = "";
	int rc;

	if (h->stopping)
		return;
	h->link = BROKER_CONNECTING;
	/* read each time: a changed password needs no restart */
	rc = config_secret(
		broker(h)->password_file, "broker-password", password, sizeof(password));
	if (rc != 0 && rc != -ENOENT && h->link_delay_ms == 0)
		log_error("broker: its password cannot be read: %s", strerror(-rc));
	if (rc != 0)
		password[0] = '\0';
	uv_timer_start(&h->connect, on_connect_timer, ANSWER_MS, 0);
	if (courier_connect(h->courier, password) != 0)
		try_later(h);
	explicit_bzero(password, sizeof(password));
}

static void
set_link(struct hub *h, enum link_state state, const char *why)
{
	h->link = state;
	h->link_since = h->ticker.utc;
	snprintf(h->link_why, sizeof(h->link_why), "%s", why);
	hub_tell_status(h);
}

void
link_changed(struct hub *h, enum inbox_link link, const char *why)
{
	ticker_look(&h->ticker);
	switch (link) {
	case LINK_NONE:
		break;
	case LINK_UP:
		if (why[0])
			log_error("broker: %s", why);
		if (h->link != BROKER_UP)
			log_info("broker: connected");
		uv_timer_stop(&h->connect);
		h->link_delay_ms = 0;
		set_link(h, BROKER_UP, why);
		break;
	case LINK_LOST:
		log_warning("broker: %s; trying again", why);
		h->link_delay_ms = 0;
		set_link(h, BROKER_WAITING, why);
		try_later(h);
		break;
	case LINK_FAILED:
		if (strcmp(why, h->link_why) != 0) /* said once, not at each attempt */
			log_warning("broker: %s; trying again until it works", why);
		set_link(h, BROKER_WAITING, why);
		try_later(h);
		break;
	case LINK_STOPPED:
		hub_closed(h);
		break;
	}
}

static void
on_link(void *user, enum mqtt_link link, const char *why)
{
	static const enum inbox_link map[] = {[MQTT_UP] = LINK_UP,
		[MQTT_LOST] = LINK_LOST,
		[MQTT_FAILED] = LINK_FAILED};
	struct hub *h = user;

	inbox_put_link(h->inbox, map[link], why);
}

static void
on_sent(void *user, int64_t id, int ok)
{
	struct hub *h = user;

	inbox_put_sent(h->inbox, id, ok);
}

static void
on_message(void *user, const char *topic, size_t topic_len, const void *payload, size_t n)
{
	struct hub *h = user;

	intake_message(h->intake, topic, topic_len, payload, n);
}

int
link_open(struct hub *h, char why[static 256])
{
	/* Paho's threads see the hub only through these three */
	const struct mqtt_events events = {h, on_message, on_link, on_sent};
	const struct config *c = h->setup.config;
	static const char *const topics[] = {"v1/ingest/+/+/+", "+/sleep_quality/set",
		"+/pain_morning/set", "+/pain_day/set", "+/cmd"};
	char filters[array_len(topics)][192], status[192], birth[160];
	struct mqtt_options o = {.host = c->broker.host,
		.client_id = c->broker.client_id,
		.username = c->broker.username,
		.port = c->broker.port,
		.keep_alive_s = c->broker.keep_alive_s,
		.tls = c->broker.tls,
		.ca_file = c->broker.ca_file,
		.cert_file = c->broker.cert_file,
		.key_file = c->broker.key_file,
		.status_topic = status,
		.n_subscriptions = array_len(topics) + 1};
	struct mqtt *m;
	int rc;

	snprintf(status, sizeof(status), "%s%s/status", c->topic_prefix, c->topic_root);
	for (size_t i = 0; i < array_len(topics); i++) {
		snprintf(filters[i], sizeof(filters[i]), "%s%s/%s", c->topic_prefix,
			c->topic_root, topics[i]);
		o.subscriptions[i] = filters[i];
	}
	ha_birth_topic(c, birth);
	o.subscriptions[array_len(topics)] = birth;
	rc = mqtt_new(&o, &events, &m);
	if (rc == 0)
		rc = courier_start(m, h->inbox, &h->courier);
	if (rc != 0)
		snprintf(why, 256, "the MQTT client cannot be set up: %s", strerror(-rc));
	return rc;
}
