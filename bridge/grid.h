/* SPDX-License-Identifier: MIT */
/* Finds out whether the samples of a channel lie on a regular grid (a sample a minute, 50
 * a second), and where such a grid breaks off. Regular series are half the size on the
 * wire and tell the hub the epoch length; jitter must never be pressed into a grid. */
#pragma once

#include "collect.h"

#define GRID_HOLE_MAX 60 /* a longer hole, in samples, begins a new series */

/* Sets s->interval_ms; s is sorted by time, without equal times. Regular = at least half
 * of the steps are the same and 9 in 10 are small multiples of that. */
void grid_find(const struct channel *ch, struct samples *s);

/* 1 if sample i continues the grid of sample i - 1. */
int grid_continues(const struct samples *s, size_t i);
