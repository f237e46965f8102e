/* SPDX-License-Identifier: MIT */
/* What the service manager is told: sd_notify, in the few words that we use. Does nothing
 * where nobody listens. */
#pragma once

#include "base/base.h"
#include "base/clock.h"

void notify_ready(void);
/* One line for people; sent only when it differs from the last one. */
void notify_status(const char *fmt, ...) printf_like(1, 2);
/* A reload has begun; notify_ready() ends it. */
void notify_reloading(void);
void notify_stopping(void);
void notify_alive(void);
/* How often notify_alive() must be called: half of the watchdog's patience; 0 = never. */
int64_t notify_alive_interval_ms(void);
