/* SPDX-License-Identifier: MIT */
/* The small thread that talks to the MQTT client so that the loop never waits for Paho's
 * lock. Gets parcels by a pipe (no second lock), in order; answers come through the
 * inbox. Bounded: at most COURIER_PARCELS_MAX wait. */
#pragma once

#include "base/base.h"
#include "in/inbox.h"
#include "in/mqtt.h"

#define COURIER_PARCELS_MAX 128

struct courier;

enum { COURIER_E_FULL = 1 };

/* Takes over the client: it is freed by the thread after courier_stop. */
int courier_start(struct mqtt *m, struct inbox *inbox, struct courier **ret) must_check;
/* Everything is copied. A refusal by the client is told as inbox_put_sent(id, 0). */
int courier_publish(struct courier *c, const struct publication *p) must_check;
int courier_connect(struct courier *c, const char *password) must_check;
/* Asks the thread to say goodbye and end; LINK_STOPPED follows in the inbox. */
void courier_stop(struct courier *c, int timeout_ms);
/* After LINK_STOPPED. Returns NULL. */
struct courier *courier_join(struct courier *c);
