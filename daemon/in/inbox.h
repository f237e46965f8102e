/* SPDX-License-Identifier: MIT */
/* Where the threads meet: Paho's thread and the courier put in, the loop takes out. The
 * one lock of the daemon is in here, held for a copy at most, and nobody calls anything
 * while holding it. Carries no payloads: what came in is in the store before it is told
 * here. Bounded everywhere; what does not fit is summed up ("ask for all devices"), never
 * lost. */
#pragma once

#include "base/base.h"
#include "core/batch.h"
#include "core/person.h"

#define INBOX_DEVICES_MAX  128
#define INBOX_COMMANDS_MAX 16
#define INBOX_SENT_MAX     256 /* more than can be in flight: MQTT_IN_FLIGHT_MAX */
#define INBOX_WHY_LEN      128

struct inbox;

enum inbox_link { LINK_NONE, LINK_UP, LINK_LOST, LINK_FAILED, LINK_STOPPED };
enum inbox_admission { ADMITTED, ADMIT_NO_PERSON, ADMIT_NO_DEVICE };
enum inbox_outcome { INBOX_STORED, INBOX_DUPLICATE, INBOX_REFUSED };

struct inbox_counts {
	uint64_t received, stored, duplicates, refused, taps, ignored, commands,
		store_errors;
	uint64_t published, publish_failed;
};

/* What the loop gets: everything since the last time. */
struct inbox_news {
	int stored;         /* something new to score */
	unsigned n_devices; /* that may expect an ack */
	struct device_id devices[INBOX_DEVICES_MAX];
	int all_devices; /* there were more: ask the store */
	unsigned n_commands;
	struct {
		char person[ID_MAX + 1], what[16];
	} commands[INBOX_COMMANDS_MAX];
	int birth;            /* Home Assistant has started */
	enum inbox_link link; /* the newest change, LINK_NONE = none */
	char why[INBOX_WHY_LEN];
	unsigned n_sent; /* publications that ended */
	struct {
		int64_t id;
		int ok;
	} sent[INBOX_SENT_MAX];
};

/* wake(user) is called, outside the lock and in any thread, after something was put in.
 */
struct inbox *inbox_new(void (*wake)(void *user), void *user);
struct inbox *inbox_free(struct inbox *in); /* returns NULL */

/* --- the loop -------------------------------------------------------------------------
 */

void inbox_take(struct inbox *in, struct inbox_news *ret);
void inbox_counts(struct inbox *in, struct inbox_counts *ret);
/* Copies who may send what. Safe at any time. has_device:
 * config's person_has_device, pure. */
typedef int (*inbox_has_device)(
	const struct person *, const char *source, const char *device);
void inbox_admit(struct inbox *in, const struct person *people, unsigned n,
	inbox_has_device has_device);
void inbox_trust_clock(struct inbox *in, int trusted);
/* From now on a receiver that cannot store must not return (see intake.h). */
void inbox_stop(struct inbox *in);
/* How long the receiver has been in one message without a sign of life; 0 = it is not. */
int64_t inbox_stuck_ms(struct inbox *in, mono_ms now);
/* 1 while nothing waits to be taken and no message is being received. */
int inbox_is_idle(struct inbox *in);

/* Pure. */
int inbox_same_device(const struct device_id *a, const struct device_id *b);

/* --- the receiver and the courier ------------------------------------------------------
 */

/* source NULL: only the person counts. */
enum inbox_admission inbox_admits(
	struct inbox *in, const char *person, const char *source, const char *device);
/* 1 and a copy of the person, whose zone the caller frees; 0: nobody has that id. */
int inbox_person(struct inbox *in, const char *id, struct person *ret) must_check;
int inbox_clock_is_trusted(struct inbox *in);
int inbox_is_stopping(struct inbox *in);
/* A sign of life while a message is handled; {0} = done with it. */
void inbox_beat(struct inbox *in, mono_ms now);
void inbox_received(struct inbox *in);
void inbox_store_error(struct inbox *in);
/* from NULL: not a batch of a device. */
void inbox_put(
	struct inbox *in, const struct device_id *from, enum inbox_outcome outcome);
void inbox_put_tap(struct inbox *in);
void inbox_put_ignored(struct inbox *in); /* a tap that says nothing */
void inbox_put_command(struct inbox *in, const char *person, const char *what);
void inbox_put_birth(struct inbox *in);
void inbox_put_link(struct inbox *in, enum inbox_link link, const char *why);
/* id 0: nobody keeps a row for it. Below 0: no result, and not counted as one. */
void inbox_put_sent(struct inbox *in, int64_t id, int ok);
