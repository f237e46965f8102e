/* SPDX-License-Identifier: MIT */
/* --topic: MQTT messages as documents, on a connection of their own with a persistent session. A
 * message is acknowledged to the broker once the tray has it safely: it is put there on Paho's
 * thread, whose return acknowledges (link.h). One that cannot be kept ends the process, so that
 * the broker keeps it: a restart begins with what waits in the tray, and asks the broker after.
 * While half of the tray is in use, the connection is ended and the broker keeps what comes. */
#pragma once

#include "base/base.h"
#include "link.h"
#include "options.h"
#include "tray.h"

#define TOPIC_RESERVED_MAX 255 /* bytes of a filter */

struct broker;
struct topics;

struct topics_options {
	const struct options *options; /* borrowed, as all here */
	const struct broker *broker;
	const char *spool_name, *format; /* format NULL: by sniffing */
	struct tray *tray;
	void (*wake)(void *ctx); /* news, or a document; on any thread */
	void *ctx;
};

/* 0, or a complaint has been printed. */
int topics_open(const struct topics_options *o, struct topics **ret) must_check;
struct topics *topics_close(struct topics *t); /* NULL is fine; returns NULL */
/* Connects, subscribes, holds back. Then again at topics_due(), or when woken. */
void topics_step(struct topics *t, int64_t now_ms);
int64_t topics_due(const struct topics *t);

/* NULL, or what is wrong with a filter. */
const char *topic_filter_fault(const char *filter);
int topic_matches(const char *filter, const char *topic);
/* The level of the topic that the filter's first + stands for; without a + the last level that the
 * filter names. "" if that is no id. */
void topic_person(const char *filter, const char *topic, char ret[static ID_MAX + 1]);
