/* SPDX-License-Identifier: MIT */
/* A configuration as a whole: opened beside the old one, swapped in, or refused with every
 * reason in one line. */
#include "hub_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sys/notify.h"

struct faults {
	char *text;
	size_t size, used;
};

static void
complain(void *ctx, const char *text)
{
	struct faults *f = ctx;
	int n;

	if (f->used + 1 >= f->size)
		return;
	n = snprintf(
		f->text + f->used, f->size - f->used, "%s%s", f->used ? "; " : "", text);
	f->used += (size_t)n < f->size - f->used ? (size_t)n : f->size - f->used - 1;
}

int
setup_open(struct setup *s, const struct config *config, char *why, size_t size)
{
	struct faults f = {why, size, 0};
	int rc;

	why[0] = '\0';
	s->config = config;
	s->scorers = xcalloc(1, sizeof(*s->scorers));
	rc = config_scorers(config, complain, &f, s->scorers, &s->loader);
	if (rc == 0)
		return 0;
	if (!why[0])
		snprintf(why, size, "the scorers cannot be loaded: %s",
			strerror(rc < 0 ? -rc : EINVAL));
	setup_close(s);
	return rc < 0 ? rc : -EINVAL;
}

void
setup_close(struct setup *s)
{
	free(s->scorers); /* descriptors lie in the .so files: these first */
	loader_free(s->loader);
	config_free(s->owned);
	memset(s, 0, sizeof(*s));
}

/* The new file, checked whole, as a setup beside the running one. */
static int
open_new(const struct setup *old, struct setup *ret, char *why, size_t size)
{
	struct faults f = {why, size, 0};
	struct config *c = NULL;
	char which[128];
	int rc;

	why[0] = '\0';
	rc = config_read(old->config->file, complain, &f, &c);
	if (rc != 0) {
		if (!why[0])
			snprintf(why, size, "%s: %s", old->config->file,
				strerror(rc < 0 ? -rc : EINVAL));
		return rc < 0 ? rc : -EINVAL;
	}
	if (config_needs_restart(old->config, c, which)) {
		snprintf(why, size, "%s needs a restart", which);
		config_free(c);
		return -EBUSY;
	}
	rc = setup_open(ret, c, why, size);
	if (rc != 0)
		config_free(c);
	else
		ret->owned = c;
	return rc;
}

static void
refuse(struct hub *h, const char *why)
{
	log_error("reload refused, the old configuration stays: %s", why);
	snprintf(h->reload_refused, sizeof(h->reload_refused), "%.255s", why);
}

void
hub_reload(struct hub *h)
{
	struct setup fresh = {0}, old = h->setup;
	char why[1024];
	int rc;

	notify_reloading();
	rc = open_new(&old, &fresh, why, sizeof(why));
	if (rc != 0) {
		refuse(h, why);
	} else if ((rc = line_reload(h->line, fresh.config, fresh.scorers)) != 0) {
		refuse(h, "the scorers name more channels than there is room for");
		setup_close(&fresh);
	} else {
		inbox_admit(h->inbox, fresh.config->people, fresh.config->n_people,
			person_has_device);
		h->setup = fresh;
		setup_close(&old);
		h->reload_refused[0] = '\0';
		log_init(fresh.config->log_level);
		ha_reloaded(h);
		log_info("configuration reloaded: %u people, %u scorers",
			fresh.config->n_people, fresh.scorers->n);
		hub_push_reload(h);
		work_look(h);
	}
	hub_tell_status(h);
	notify_ready();
}
