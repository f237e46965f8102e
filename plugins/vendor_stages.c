/* SPDX-License-Identifier: MIT */
/* vendor_stages: asleep or awake, as the tracker's maker scored the night.
 *
 * Reads the stage of each epoch from the maker's own sleep record and translates:
 *     asleep     light, deep, rem, asleep (where the maker does not stage)
 *     awake      awake, awake in bed, out of bed
 *     restless   awake, by default: in Fitbit's older "classic" records the minutes asleep
 *                that Fitbit states are those of `asleep` alone on 102 of 103 PMData records,
 *                and its minutes awake hold the restless ones (with restless as sleep: 24 of
 *                103). `restless = asleep` is for makers who mean otherwise
 *     no value   in bed (says nothing about sleep), not measurable, missing
 * Minutes of light, deep and rem are counted by sleep_stats, like every number of a night.
 * The confidence of an epoch is 1: the maker states none.
 *
 * Good to know: wrist trackers find about half to two thirds of the time awake, and agree
 * with polysomnography on deep and rem in 50 to 80 of 100 epochs (Robbins 2024). */
#include "scorer.h"

enum { READ_STAGE };
enum { WRITE_ASLEEP };
enum { OPTION_RESTLESS };

/* dozed.v1.SleepStage */
enum {
	AWAKE = 1,
	ASLEEP = 2,
	OUT_OF_BED = 3,
	LIGHT = 4,
	DEEP = 5,
	REM = 6,
	AWAKE_IN_BED = 7,
	RESTLESS = 9,
	STAGES = 11,
};

static double
is_asleep(int stage, int restless_is_asleep)
{
	switch (stage) {
	case ASLEEP:
	case LIGHT:
	case DEEP:
	case REM:
		return 1;
	case AWAKE:
	case AWAKE_IN_BED:
	case OUT_OF_BED:
		return 0;
	case RESTLESS:
		return restless_is_asleep;
	}
	return NAN;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *v = &in->views[READ_STAGE];
	uint32_t known = 0;
	for (uint32_t i = 0; i < v->n; i++) {
		int stage = v->v[i] > 0 && v->v[i] < STAGES ? (int)v->v[i] : 0;
		double asleep = is_asleep(stage, options[OPTION_RESTLESS] > 0);
		if (isnan(asleep))
			continue;
		known++;
		scorer_put(ret, WRITE_ASLEEP, v->t0_ms + (int64_t)i * v->interval_ms,
			asleep, 1);
	}
	if (known == 0)
		return scorer_skip(ret, "the tracker's record says nothing about sleep");
	return SCORER_OK;
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "vendor_stages",
	.version = "1.1",
	.summary = "asleep or awake from the tracker's own sleep record",
	.reads = (const struct scorer_port[]){{"vendor_stage", "stage", 1, 10, 1}, {0}},
	.writes = (const struct scorer_port[]){{"asleep", "0/1", 0, 1, 0}, {0}},
	.window = {.kind = SCORER_NIGHT},
	.options =
		(const struct scorer_option[]){
			{"restless", 0, 0, 1, "", "awake|asleep",
				"what the stage `restless` of some makers counts as"},
			{0},
		},
	.score = score,
};
