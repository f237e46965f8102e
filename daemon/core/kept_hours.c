/* SPDX-License-Identifier: MIT */
/* See kept_hours.h. */
#include "core/kept_hours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
kept_hours_finish(struct kept_hours *k)
{
	for (unsigned i = 0; i < KEPT_HOURS_MAX; i++) {
		free(k->list[i].values);
		free(k->list[i].devices);
	}
	memset(k, 0, sizeof *k);
}

void
kept_hours_clear(struct kept_hours *k)
{
	for (unsigned i = 0; i < KEPT_HOURS_MAX; i++)
		k->list[i].whole = 0;
}

void
kept_hours_begin(struct kept_hours *k, const char *person)
{
	kept_hours_clear(k);
	snprintf(k->person, sizeof k->person, "%s", person);
	k->on = 1;
}

void
kept_hours_end(struct kept_hours *k)
{
	kept_hours_clear(k);
	k->on = 0;
}

struct kept_hour *
kept_hours_at(struct kept_hours *k, const char *person, unsigned pass, int64_t hour_ms)
{
	if (!k->on || strcmp(k->person, person) != 0)
		return NULL;
	int64_t number = grid_floor(hour_ms, HOUR_MS) / HOUR_MS;
	int64_t half = pass % 2 * (KEPT_HOURS_MAX / 2);
	struct kept_hour *h =
		&k->list[half + number - grid_floor(number, KEPT_HOURS_MAX / 2)];
	if (h->whole && h->hour_ms == hour_ms && h->pass == pass)
		return h;
	h->hour_ms = hour_ms, h->pass = pass;
	h->whole = h->refused = 0;
	h->n_values = h->n_devices = 0;
	return h;
}

void
kept_hour_put(struct kept_hour *h, unsigned scorer, unsigned port, int64_t t_ms, double v)
{
	int64_t dt = t_ms - h->hour_ms;
	if (h->n_values == KEPT_VALUES_MAX || dt != (int32_t)dt)
		h->refused = 1;
	if (h->refused)
		return;
	if (h->n_values == h->cap_values) {
		h->cap_values = h->cap_values ? 2 * h->cap_values : 256;
		h->values = xrealloc(h->values, h->cap_values, sizeof *h->values);
	}
	h->values[h->n_values++] =
		(struct kept_value){v, (int32_t)dt, (uint16_t)scorer, (uint8_t)port};
}

void
kept_hour_device(struct kept_hour *h, uint16_t channel, const char *device)
{
	if (h->n_devices == h->cap_devices) {
		h->cap_devices = h->cap_devices ? 2 * h->cap_devices : 4;
		h->devices = xrealloc(h->devices, h->cap_devices, sizeof *h->devices);
	}
	struct kept_device *d = &h->devices[h->n_devices++];
	d->channel = channel;
	snprintf(d->device, sizeof d->device, "%s", device);
}
