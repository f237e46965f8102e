/* SPDX-License-Identifier: MIT */
/* What happens to a message, in Paho's thread, before the broker gets its
 * acknowledgement: who sent it, is it sound, stored and committed, told to the loop. What
 * is refused leaves a dead letter without content. Owns its own connection to the store.
 *
 * A store that cannot write (disk full) keeps the caller here, trying again from 50 ms to
 * 1 s: returning would acknowledge what is not stored. The broker holds everything back
 * meanwhile. If the daemon is to stop in that state, this never returns: the process ends
 * by _exit with the message unacknowledged, and the broker sends it again. */
#pragma once

#include "base/base.h"
#include "in/inbox.h"
#include "store/store.h"

struct intake;

struct intake_options {
	struct inbox *inbox;     /* borrowed */
	const char *topic_root;  /* with the prefix: "dozed", "p/17/dozed"; copied */
	const char *birth_topic; /* where Home Assistant says "online"; copied */
	const char *state_dir;
	enum store_durability durability;
};

int intake_new(const struct intake_options *o, struct intake **ret,
	char why[static 256]) must_check;
struct intake *intake_free(struct intake *in); /* returns NULL */

/* The handler of struct mqtt_events; user is the intake. */
void intake_message(
	void *user, const char *topic, size_t topic_len, const void *payload, size_t n);
