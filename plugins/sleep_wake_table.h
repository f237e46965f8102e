/* SPDX-License-Identifier: MIT */
/* The weights of sleep_wake. Made by tests/fit/sleep_wake.py --write from 21 nights with
 * polysomnography; a change here by hand is lost. Order: the constant, the windows of
 * movement, those of the heart rate (not in `counts`), the two of the clock. */
#pragma once
#include <stdint.h>

#define SLEEP_WAKE_BEND          10.
#define SLEEP_WAKE_CLIP          3.
#define SLEEP_WAKE_CLOCK_SHIFT_H 7.
#define SLEEP_WAKE_SETTLE_H      (1. / 3)
#define SLEEP_WAKE_THRESHOLD     0.805
#define SLEEP_WAKE_COUNT_WINDOWS 7
#define SLEEP_WAKE_HEART_WINDOWS 5

struct sleep_wake_window {
	uint32_t before, after; /* epochs of 30 s beside the one that is scored */
};
static const struct sleep_wake_window sleep_wake_count_windows[] = {
	{0, 0}, {10, 0}, {30, 0}, {60, 0}, {0, 10}, {0, 30}, {0, 60}};
static const struct sleep_wake_window sleep_wake_heart_windows[] = {
	{0, 0}, {10, 0}, {30, 0}, {0, 10}, {0, 30}};
static const double sleep_wake_whole[] = {
	4.376472,
	-0.378427,
	-0.049505,
	-0.315322,
	-0.479599,
	-0.052513,
	-0.117979,
	-0.134164,
	-0.127991,
	-0.334532,
	-0.221980,
	-0.297669,
	-0.173311,
	-0.429809,
	-3.809367,
};
static const double sleep_wake_counts[] = {
	4.985997,
	-0.377740,
	-0.196691,
	-0.392745,
	-0.344684,
	-0.168217,
	-0.182551,
	-0.144849,
	0.243358,
	-3.947185,
};
