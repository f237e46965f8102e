/* SPDX-License-Identifier: MIT */
/* vendor_totals: the numbers of a night for which the tracker's maker states totals and nothing
 * else (WHOOP, aggregated Apple Health, Oura without phases): no stages, hence no epochs.
 *
 *     TST          stated; without it nothing is written (bridges add up light, deep, REM)
 *     TIB          time in bed: out of bed - in bed, of the record
 *     SE = 100 * TST / TIB     not the maker's own efficiency, which is often something else
 *     WASO         stated as such; "awake" alone may hold the time before sleep and is WASO
 *                  only together with a stated latency: awake - latency
 *     SOL          stated latency
 *     awakenings, light, deep, rem   as stated
 * What is not stated is not written: nobody saw when sleep began. The host gives the vendor.*
 * totals only for a record without stages; where a night has epochs as well, sleep_stats
 * comes after this scorer and its numbers stand. A total longer than the time in bed is not
 * believed: no numbers. Confidence 1: it says what the maker says. */
#include "scorer.h"

enum {
	READ_TST,
	READ_WASO,
	READ_AWAKE,
	READ_LIGHT,
	READ_DEEP,
	READ_REM,
	READ_AWAKENINGS,
	READ_LATENCY
};
enum {
	WRITE_TIB,
	WRITE_TST,
	WRITE_SE,
	WRITE_WASO,
	WRITE_SOL,
	WRITE_AWAKENINGS,
	WRITE_LIGHT,
	WRITE_DEEP,
	WRITE_REM
};

#define MS_PER_MIN 60000.0
#define ROUND_MIN  1.0 /* makers round to minutes */

static double
stated(const struct scorer_window *in, int port)
{
	return in->views[port].n ? in->views[port].v[0] : NAN;
}

static void
put(const struct scorer_window *in, struct scorer_result *ret, uint32_t port, double v)
{
	if (!isnan(v))
		scorer_put(ret, port, in->at_ms, v, 1);
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)options;
	double tib = (double)(in->end_ms - in->start_ms) / MS_PER_MIN;
	double light = stated(in, READ_LIGHT), deep = stated(in, READ_DEEP),
	       rem = stated(in, READ_REM), awake = stated(in, READ_AWAKE),
	       latency = stated(in, READ_LATENCY), waso = stated(in, READ_WASO);
	double tst = stated(in, READ_TST);
	if (tst > tib + ROUND_MIN)
		return scorer_skip(ret, "more sleep is stated than time in bed");
	if (isnan(waso) && awake >= latency)
		waso = awake - latency;
	put(in, ret, WRITE_TIB, tib);
	put(in, ret, WRITE_TST, tst);
	put(in, ret, WRITE_SE, fmin(100, 100 * tst / tib));
	put(in, ret, WRITE_WASO, waso);
	put(in, ret, WRITE_SOL, latency);
	put(in, ret, WRITE_AWAKENINGS, stated(in, READ_AWAKENINGS));
	put(in, ret, WRITE_LIGHT, light);
	put(in, ret, WRITE_DEEP, deep);
	put(in, ret, WRITE_REM, rem);
	return SCORER_OK;
}

#define MINUTES "min", 0, 2880, 0
#define COUNT   "count", 0, 2880, 0

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "vendor_totals",
	.version = "1.0",
	.summary = "numbers of a night of which the maker states totals, but no stages",
	.reads =
		(const struct scorer_port[]){
			[READ_TST] = {"vendor.tst", "min", 0, 2880, 1},
			[READ_WASO] = {"vendor.waso", MINUTES},
			[READ_AWAKE] = {"vendor.awake", MINUTES},
			[READ_LIGHT] = {"vendor.light", MINUTES},
			[READ_DEEP] = {"vendor.deep", MINUTES},
			[READ_REM] = {"vendor.rem", MINUTES},
			[READ_AWAKENINGS] = {"vendor.awakenings", COUNT},
			[READ_LATENCY] = {"vendor.latency", "min", 0, 1440, 0},
			{0},
		},
	.writes =
		(const struct scorer_port[]){
			[WRITE_TIB] = {"night.tib", MINUTES},
			[WRITE_TST] = {"night.tst", MINUTES},
			[WRITE_SE] = {"night.se", "%", 0, 100, 0},
			[WRITE_WASO] = {"night.waso", MINUTES},
			[WRITE_SOL] = {"night.sol", MINUTES},
			[WRITE_AWAKENINGS] = {"night.awakenings", COUNT},
			[WRITE_LIGHT] = {"night.light", MINUTES},
			[WRITE_DEEP] = {"night.deep", MINUTES},
			[WRITE_REM] = {"night.rem", MINUTES},
			{0},
		},
	.window = {.kind = SCORER_NIGHT},
	.score = score,
};
