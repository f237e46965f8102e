/* SPDX-License-Identifier: MIT */
/* What `dozed status` tells, as JSON: the part that the store knows, for the daemon's answer
 * and for the command where no daemon runs. */
#pragma once

#include <jansson.h>

#include "config.h"
#include "store/store.h"

#define STATUS_DEAD_LETTERS 10

/* ISO 8601 in the person's zone (NULL: UTC); null for 0. */
json_t *status_time(const struct zone *zone, utc_ms t);
/* A row for each push section: name, kind, and counts of what the store still remembers. */
json_t *status_push(struct store *s, const struct config *c);
/* Adds "store", "people", "devices", "push" and "dead_letters" to root. */
void status_store(json_t *root, struct store *s, const struct config *c);
