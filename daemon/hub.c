/* SPDX-License-Identifier: MIT */
/* Opening, closing and the signals. Opened in the order in which things need each other,
 * closed backwards; at the end uv_loop_close() must find nothing left. */
#include "hub_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "sys/notify.h"

/* --- what the service manager is told ---------------------------------------------------- */

void
hub_tell_status(struct hub *h)
{
	static const char *const links[] = {
		"waiting for the broker", "waiting for the broker", "online"};
	struct store_counts n;
	int stored = store_counts(h->store, &n) == 0;

	h->told = ticker_mono();
	notify_status("%s; %u %s, %" PRId64 " nights%s%s", links[h->link],
		h->setup.config->n_people,
		h->setup.config->n_people == 1 ? "person" : "people",
		stored ? n.nights : 0, h->ticker.trusted ? "" : "; the clock is not set",
		h->reload_refused[0] ? "; new configuration refused, the old one stays"
				     : "");
}

/* Reaching this timer shows that the loop turns; the receiver shows it by its beat. */
static void
on_alive(uv_timer_t *t)
{
	struct hub *h = t->data;

	if (inbox_stuck_ms(h->inbox, ticker_mono()) < HUB_STUCK_MS)
		notify_alive();
}

/* --- stopping ---------------------------------------------------------------------------- */

static void
close_one(uv_handle_t *handle, void *unused)
{
	(void)unused;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void
hub_closed(struct hub *h)
{
	h->courier = courier_join(h->courier); /* so that it is past its last wake-up */
	work_close(h);
	ha_close(h);
	hub_push_close(h);
	control_close(h->control);
	h->control = NULL;
	hub_page_close(h);
	signals_close(&h->signals);
	uv_timer_t *timers[] = {&h->take, &h->ack, &h->connect, &h->alive, &h->stop};
	for (size_t i = 0; i < array_len(timers); i++)
		close_one((uv_handle_t *)timers[i], NULL);
	close_one((uv_handle_t *)&h->wake, NULL);
}

/* Somebody holds Paho's lock, most likely a receiver that cannot store. What it has in hand
 * was not acknowledged: the broker keeps it. Our own store is closed in good order. */
static void
on_stop_timeout(uv_timer_t *t)
{
	struct hub *h = t->data;
	char path[300];

	log_warning("stopping without goodbye to the broker, which keeps what was not "
		    "stored");
	line_close(h->line);
	snprintf(path, sizeof(path), "%s/%s", h->setup.config->runtime_dir,
		CONTROL_SOCKET);
	unlink(path);
	_exit(EXIT_DONE);
}

static void
on_stop_signal(void *user)
{
	struct hub *h = user;

	if (h->stopping)
		return;
	h->stopping = 1;
	notify_stopping();
	log_info("stopping");
	uv_timer_stop(&h->take);
	uv_timer_stop(&h->ack);
	uv_timer_stop(&h->connect);
	inbox_stop(h->inbox);
	courier_stop(h->courier, HUB_GOODBYE_MS);
	uv_timer_start(&h->stop, on_stop_timeout, HUB_STOP_MS, 0);
}

static void
on_reload_signal(void *user)
{
	struct hub *h = user;

	if (!h->stopping)
		hub_reload(h);
}

/* --- starting ---------------------------------------------------------------------------- */

static void
wake_loop(void *user)
{
	struct hub *h = user;

	uv_async_send(&h->wake);
}

static void
on_wake(uv_async_t *a)
{
	work_wake(a->data);
}

static void
open_loop(struct hub *h)
{
	uv_timer_t *timers[] = {&h->connect, &h->alive, &h->stop};
	int rc = uv_loop_init(&h->loop);

	assert(rc == 0);
	rc = uv_async_init(&h->loop, &h->wake, on_wake);
	assert(rc == 0);
	h->wake.data = h;
	for (size_t i = 0; i < array_len(timers); i++) {
		uv_timer_init(&h->loop, timers[i]);
		timers[i]->data = h;
	}
	h->inbox = inbox_new(wake_loop, h);
}

/* The store, and who may write into it. */
static int
open_store(struct hub *h, char why[static 256])
{
	const struct config *c = h->setup.config;
	char root[160], birth[160];
	const struct intake_options o = {
		h->inbox, root, birth, c->state_dir, c->durability};
	int rc = line_open(c, h->setup.scorers, c->state_dir, &h->line, why);

	if (rc != 0)
		return rc;
	h->store = line_store(h->line);
	diary_init(&h->page, h->store, DIARY_PAGE, ticker_utc());
	diary_init(&h->command, h->store, DIARY_COMMAND, ticker_utc());
	inbox_admit(h->inbox, c->people, c->n_people, person_has_device);
	snprintf(root, sizeof(root), "%s%s", c->topic_prefix, c->topic_root);
	ha_birth_topic(c, birth);
	return intake_new(&o, &h->intake, why);
}

static int
open_control(struct hub *h, char why[static 256])
{
	const char *dir = h->setup.config->runtime_dir;
	int rc;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		snprintf(why, 256, "%.150s: %s", dir, strerror(errno));
		return -EIO;
	}
	rc = control_open(&h->loop, dir, hub_answer, h, &h->control);
	if (rc == -EADDRINUSE)
		snprintf(why, 256, "%.150s/%s is in use: another dozed runs", dir,
			CONTROL_SOCKET);
	else if (rc != 0)
		snprintf(why, 256, "%.150s/%s: %s", dir, CONTROL_SOCKET, strerror(-rc));
	return rc;
}

static int
open_signals(struct hub *h, char why[static 256])
{
	int rc;

	h->signals.stop = on_stop_signal;
	h->signals.reload = on_reload_signal;
	h->signals.user = h;
	rc = signals_start(&h->signals, &h->loop);
	if (rc != 0)
		snprintf(why, 256, "signals: %s", strerror(-rc));
	return rc;
}

static int
hub_open(struct hub *h, char why[static 256])
{
	int64_t alive;
	int rc = open_store(h, why);

	if (rc != 0)
		return rc;
	work_open(h);
	ha_open(h);
	hub_push_open(h);
	rc = open_control(h, why);
	if (rc == 0)
		rc = open_signals(h, why);
	if (rc == 0)
		rc = link_open(h, why);
	if (rc != 0)
		return rc;
	hub_page_open(h);
	h->started = ticker_mono();
	h->link_since = h->ticker.utc;
	link_try(h);
	alive = notify_alive_interval_ms();
	if (alive > 0)
		uv_timer_start(&h->alive, on_alive, (uint64_t)alive, (uint64_t)alive);
	return 0;
}

static void
hub_close(struct hub *h)
{
	uv_walk(&h->loop, close_one, NULL); /* only where opening failed half way */
	uv_run(&h->loop, UV_RUN_DEFAULT);
	ha_close(h);
	hub_push_free(h);
	h->intake = intake_free(h->intake);
	h->line = line_close(h->line);
	h->inbox = inbox_free(h->inbox);
	setup_close(&h->setup);
	free(h->acks);
	int rc = uv_loop_close(&h->loop);
	assert(rc == 0);
}

int
hub_run(const struct config *config)
{
	struct hub *h = xcalloc(1, sizeof(*h));
	char why[1024] = "";
	int rc = setup_open(&h->setup, config, why, sizeof(why));

	if (rc != 0) {
		log_error("%s", why);
		free(h);
		return EXIT_CONFIG;
	}
	open_loop(h);
	rc = hub_open(h, why);
	if (rc != 0) {
		log_error("%s", why);
	} else {
		log_info("dozed " DOZED_VERSION ": ready, %u people, %u scorers",
			config->n_people, h->setup.scorers->n);
		hub_tell_status(h);
		notify_ready();
		uv_run(&h->loop, UV_RUN_DEFAULT);
	}
	if (h->control)
		control_close(h->control);
	hub_page_close(h);
	hub_close(h);
	free(h);
	if (rc == 0)
		log_info("stopped");
	return rc == 0 ? EXIT_DONE : EXIT_NO;
}
