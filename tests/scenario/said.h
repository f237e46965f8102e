/* SPDX-License-Identifier: MIT */
/* What the line announced, read back from its outbox the way a subscriber would. */
#pragma once

#include "world.h"

/* 1 and *ret for dozed/v1/out/<person>/{night,forecast,alert}; 0 for everything else (JSON for
 * dashboards says the same again). A payload that cannot be read ends the program. */
int said_decode(const char *topic, const void *payload, size_t n, struct said *ret);
/* Whether it is an event of a notice, the one of an alert, too. */
int said_is_event(const char *topic);
