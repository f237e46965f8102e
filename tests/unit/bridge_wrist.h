/* SPDX-License-Identifier: MIT */
/* What the tests of recordings ask of the samples that came out. */
#pragma once

#include "bridge_vendors.h"

/* The first series of a channel. */
static inline const Dozed__V1__Series *
series(const struct run *r, const char *channel)
{
	for (size_t b = 0; b < r->n; b++)
		for (size_t i = 0; i < r->got[b].b->n_series; i++)
			if ((int)r->got[b].b->series[i]->channel ==
				channel_by_name(channel)->wire)
				return r->got[b].b->series[i];
	fail_msg("no %s; said: %s", channel, r->said);
	return NULL;
}

/* All samples of a channel added up. */
static inline double
sum(const struct run *r, const char *channel)
{
	const struct channel *ch = channel_by_name(channel);
	double all = 0;
	for (size_t b = 0; b < r->n; b++)
		for (size_t i = 0; i < r->got[b].b->n_series; i++) {
			const Dozed__V1__Series *s = r->got[b].b->series[i];
			size_t m = 0;
			double v = 0;
			for (size_t k = 0; (int)s->channel == ch->wire && k < s->n_v;
				k++) {
				v += s->v[k]; /* on the wire it is what changed */
				if (m < s->n_missing && s->missing[m] == k)
					m++;
				else
					all += v * ch->scale;
			}
		}
	return all;
}
