/* SPDX-License-Identifier: MIT */
/* Facts for notices: one that reads well, and as many others as one likes, extremes included. */
#pragma once

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/words_notice.h"

struct fact_box {
	struct person who;
	struct forecast f, before;
	struct night night;
	struct notice_facts x;
};

static inline struct forecast
example_forecast(void)
{
	struct forecast f = {.person = "anna",
		.date = DAY(20541),
		.probability = 0.31,
		.threshold = 5.7,
		.base_rate = 0.158,
		.rated_days = 61,
		.positives = 9,
		.n_reasons = 5,
		.like_days = 14,
		.like_high = 6};
	f.reasons[0] = (struct reason){"waso_high", 129, 55, 0.07, "pain_forecast"};
	f.reasons[1] = (struct reason){"sleep_quality", 3, 5.31, 0.52, "pain_forecast"};
	f.reasons[2] = (struct reason){"yesterday", 4, 4.46, -0.11, "pain_forecast"};
	f.reasons[3] = (struct reason){"tracker", 1.6, 0, 0.12, "pain_forecast"};
	f.reasons[4] = (struct reason){"tst_low", 391, 412, 0.02, "pain_forecast"};
	return f;
}

static inline struct night
example_night(void)
{
	struct night n = {.person = "anna", .date = DAY(20541), .n_values = 2};
	n.values[0] = (struct named_value){"night.tst", 452, 1};
	n.values[1] = (struct named_value){"night.waso", 24, 1};
	n.n_reasons = 2;
	n.reasons[0] = (struct reason){"z_tst", 452, 401, -0.4, "baseline"};
	n.reasons[1] = (struct reason){"z_waso", 24, 58, -0.3, "baseline"};
	return n;
}

static inline uint32_t
fact_dice(uint32_t *state, uint32_t sides)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % sides;
}

static inline double
fact_value(uint32_t *s)
{
	static const double extremes[] = {
		-123456.7, -1, 0, 0.4, 1, 10, 1440, 99999.9, 1e300, (double)NAN};
	if (fact_dice(s, 4) == 0)
		return extremes[fact_dice(s, array_len(extremes))];
	return fact_dice(s, 6000) / 10.0;
}

static inline unsigned
fact_count(uint32_t *s)
{
	switch (fact_dice(s, 5)) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return 4000000000u;
	}
	return fact_dice(s, 60);
}

static inline void
random_forecast(uint32_t *s, struct forecast *f)
{
	static const char *const codes[] = {"tracker", "sleep_quality", "yesterday",
		"recent_pain", "pain_morning", "tst_low", "se_low", "waso_high",
		"wakes_high", "sq_low", "moon_phase"};
	static const char *const missing[] = {"", "sleep", "yesterday",
		"sleep,sleep_quality,pain_morning,yesterday", "moon"};
	*f = example_forecast();
	f->n_reasons = fact_dice(s, REASONS_MAX + 1);
	for (uint32_t i = 0; i < f->n_reasons; i++) {
		f->reasons[i] = (struct reason){.value = fact_value(s),
			.usual = fact_value(s),
			.weight = ((int)fact_dice(s, 600) - 300) / 100.0};
		snprintf(f->reasons[i].code, sizeof f->reasons[i].code, "%s",
			codes[fact_dice(s, array_len(codes))]);
	}
	f->like_days = fact_count(s), f->like_high = fact_count(s);
	if (f->like_high > f->like_days)
		f->like_high = f->like_days;
	f->probability = fact_dice(s, 101) / 100.0;
	f->base_rate = fact_dice(s, 97) / 96.0;
	snprintf(f->missing, sizeof f->missing, "%s",
		missing[fact_dice(s, array_len(missing))]);
}

/* Facts number i; the same every time. x points into the box. */
static inline void
random_facts(unsigned i, enum language l, struct fact_box *box)
{
	uint32_t s = i * 2654435761u + 1;
	memset(box, 0, sizeof *box);
	box->who.language = l;
	unsigned longest = fact_dice(&s, 3) ? 4 : sizeof box->who.name - 1;
	memset(box->who.name, 'W', fact_dice(&s, 4) ? longest : 0);
	random_forecast(&s, &box->f);
	random_forecast(&s, &box->before);
	box->night = example_night();
	for (uint32_t k = 0; k < box->night.n_values; k++)
		box->night.values[k].value = fact_value(&s);
	box->x = (struct notice_facts){.who = &box->who,
		.f = &box->f,
		.before = &box->before,
		.night = &box->night,
		.days_silent = (int)fact_dice(&s, 9) - 1,
		.week_nights = fact_dice(&s, 8),
		.week_rated = fact_dice(&s, 8),
		.week_held = fact_dice(&s, 8),
		.told = fact_count(&s)};
	box->x.week_high = fact_dice(&s, box->x.week_rated + 1);
	box->x.told_rated = fact_count(&s) % (box->x.told ? box->x.told : 1);
	box->x.told_right =
		fact_dice(&s, box->x.told_rated + (box->x.told_rated < 1u << 24));
}
