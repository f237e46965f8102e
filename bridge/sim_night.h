/* SPDX-License-Identifier: MIT */
/* The hypnogram of a simulated night on a grid of 30 s, and minute data that fit to it. */
#pragma once

#include "sim_model.h"

#include "base/clock.h"

#define SIM_EPOCH_MS   (30 * SECOND_MS)
#define SIM_EPOCHS_MAX 2880

struct sim_night {
	int64_t start; /* in bed */
	uint32_t n;    /* epochs until out of bed */
	unsigned char asleep[SIM_EPOCHS_MAX];
};

/* A night that ends at out_of_bed, has exactly the minutes and awakenings of the day, and is
 * otherwise drawn. */
void sim_night_make(struct sim_night *night, const struct sim_day *d, int64_t out_of_bed,
	struct prng *draws);

/* Movement counts of the minute at t and the mean heart rate in it; night NULL: up and about. */
void sim_minute(const struct sim_night *night, int64_t t, struct prng *draws,
	double *ret_counts, double *ret_bpm);
