/* SPDX-License-Identifier: MIT */
/* See sources.h. */
#include "core/sources.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WIRE_MAX 32 /* bits */

void
sources_add(struct sources *s, const char *device)
{
	char name[ID_MAX + 1];
	size_t length = strcspn(device, "/");
	unsigned at = 0;
	snprintf(name, sizeof name, "%.*s", (int)length, device);
	while (at < s->n && strcmp(s->list[at], name) < 0)
		at++;
	if (s->n == SOURCES_MAX || (at < s->n && strcmp(s->list[at], name) == 0))
		return;
	memmove(s->list + at + 1, s->list + at, (s->n - at) * sizeof s->list[0]);
	memcpy(s->list[at], name, sizeof name);
	s->n++;
}

void
sources_text(const struct sources *s, char ret[static SOURCES_LEN])
{
	size_t used = 0;
	memset(ret, 0, SOURCES_LEN);
	for (unsigned i = 0; i < s->n; i++) {
		if (used + strlen(s->list[i]) + 2 > SOURCES_LEN)
			return;
		used += (size_t)snprintf(
			ret + used, SOURCES_LEN - used, "%s%s", i ? "," : "", s->list[i]);
	}
}

void
sources_feeds(const struct board *b, uint32_t ret[static BOARD_CHANNELS_MAX])
{
	memset(ret, 0, BOARD_CHANNELS_MAX * sizeof *ret);
	for (unsigned i = 0; i < b->n_channels && i < WIRE_MAX; i++) {
		const struct channel *c = channel_by_name(b->channels[i].name);
		if (c && c->kind == CHANNEL_KIND_SAMPLES)
			ret[i] = UINT32_C(1) << i;
	}
	/* in running order: who is read has been here before */
	for (unsigned i = 0; i < b->n_scorers; i++) {
		const struct board_scorer *s = &b->scorers[i];
		uint32_t made_of = 0;
		if (!board_runs(s))
			continue;
		for (unsigned k = 0; k < s->scorer->n_reads; k++)
			made_of |= ret[s->reads[k]];
		for (unsigned k = 0; k < s->scorer->n_writes; k++)
			ret[s->writes[k]] |= made_of;
	}
}

/* The device of every sample that counts in [from, to), if it has a value. */
static void
add_devices(struct sources *to_list, const struct stream *s, int64_t from, int64_t to)
{
	unsigned char used[STREAM_DEVICES_MAX] = {0};
	for (uint32_t i = 0; s->as_runs && i < s->n_runs; i++) {
		const struct stream_run *r = &s->runs[i];
		for (uint32_t k = 0; k < r->n && !used[r->device]; k++) {
			int64_t t = r->start + (int64_t)k * r->interval_ms;
			used[r->device] =
				t >= from && t < to && !isnan(s->values[r->at + k]);
		}
	}
	for (uint32_t i = 0; !s->as_runs && i < s->n_single; i++)
		if (s->single[i].t >= from && s->single[i].t < to)
			used[s->single[i].device] = 1;
	for (uint32_t i = 0; i < s->n_devices; i++)
		if (used[i])
			sources_add(to_list, s->devices[i]);
}

void
sources_add_streams(struct sources *s, const struct stretch *stretch, uint32_t wire,
	utc_ms from, utc_ms to)
{
	for (unsigned i = 0; i < stretch->n_streams; i++)
		if (stretch->streams[i].n_samples > 0 &&
			stretch->stream_channels[i] < WIRE_MAX &&
			wire >> stretch->stream_channels[i] & 1)
			add_devices(s, &stretch->streams[i], from.ms, to.ms);
	for (unsigned i = 0; i < stretch->n_seen; i++) {
		const struct stretch_seen *q = &stretch->seen[i];
		if (q->from_ms < to.ms && q->to_ms > from.ms && q->channel < WIRE_MAX &&
			wire >> q->channel & 1)
			sources_add(s, q->device);
	}
}
