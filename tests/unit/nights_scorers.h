/* SPDX-License-Identifier: MIT */
/* Scorers of many nights, made for tests: what each writes can be said beforehand. */
#pragma once

#include "unit/core_scorers.h"

static double
sum_of(const struct scorer_view *v, double *ret_n)
{
	double sum = 0;
	*ret_n = 0;
	for (uint32_t i = 0; i < v->n; i++)
		if (!isnan(v->v[i]))
			sum += v->v[i], ++*ret_n;
	return sum;
}

/* the last one tonight: sum and number of sleep times, and when the first of them began */
static int
row(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	double n, tst = sum_of(&in->views[0], &n);
	(void)options;
	if (in->views[0].n != 5)
		return -1;
	scorer_put(ret, 0, in->at_ms, tst, 1);
	scorer_put(ret, 1, in->at_ms, n, 1);
	scorer_put(ret, 2, in->at_ms, in->views[1].v[4], 1);
	scorer_put(ret, 3, in->at_ms, in->views[2].v[4], 1);
	scorer_because(ret, "row", tst, NAN, 1);
	return SCORER_OK;
}

/* reads what the one above writes */
static int
chain(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	double n;
	(void)options;
	scorer_put(ret, 0, in->at_ms, sum_of(&in->views[0], &n), 1);
	return SCORER_OK;
}

static int
period(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	double n, asleep = sum_of(&in->views[0], &n);
	(void)options;
	scorer_put(ret, 0, in->at_ms, asleep, 1);
	scorer_put(ret, 1, in->at_ms, in->views[0].n - n, 1);
	return SCORER_OK;
}

static int
moves(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	double n, sum = sum_of(&in->views[0], &n);
	(void)options;
	scorer_put(ret, 0, in->at_ms, sum, 1);
	if (in->views[0].interval_ms == MINUTE_MS)
		scorer_put(ret, 1, in->at_ms, in->views[0].n - n, 1);
	return SCORER_OK;
}

#define ANY(name, unit, needed)                                                          \
	{                                                                                \
		name, unit, -1e9, 1e9, needed, 0                                         \
	}
#define NIGHTS(name, from, to, n, f)                                                     \
	{                                                                                \
		SCORER_HEAD, name, "1", "", from, to, {SCORER_NIGHTS, 0, 0, 0, n}, NULL, \
			0, 0, f                                                          \
	}
static const struct scorer_port row_reads[] = {ANY("night.tst", "min", 1),
	ANY("night.onset", "min", 0), ANY("night.wake", "min", 0), {0}},
				row_writes[] = {ANY("night.row_tst", "min", 0),
					ANY("night.row_n", "count", 0),
					ANY("night.row_onset", "min", 0),
					ANY("night.row_wake", "min", 0), {0}},
				chain_reads[] = {ANY("night.row_tst", "min", 1), {0}},
				chain_writes[] = {ANY("night.chain", "min", 0), {0}},
				period_reads[] = {ANY("sleep_period", "0/1", 1), {0}},
				period_writes[] = {ANY("night.slept", "min", 0),
					ANY("night.unknown", "min", 0), {0}},
				moves_reads[] = {ANY("activity", "counts", 1), {0}},
				moves_writes[] = {ANY("night.moves", "counts", 0),
					ANY("night.still", "min", 0), {0}},
				hours_reads[] = {{"activity", "counts", 0, 1e9, 0,
							 HOUR_MS},
					{0}},
				hours_writes[] = {ANY("night.by_hour", "counts", 0), {0}};
static const struct scorer nights_scorers[] = {
	NIGHTS("chain", chain_reads, chain_writes, 3, chain),
	NIGHTS("row", row_reads, row_writes, 5, row),
	NIGHTS("period", period_reads, period_writes, 3, period),
	NIGHTS("moves", moves_reads, moves_writes, 2, moves),
	NIGHTS("hours", hours_reads, hours_writes, 5, moves),
};
