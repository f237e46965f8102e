/* SPDX-License-Identifier: MIT */
/* See life.h. */
#include "life.h"

#include <math.h>
#include <stdio.h>

#define RISE_MIN (6 * 60 + 30)
#define LATE_MIN 360      /* a phone brings a night so much later, at most */
#define NOON_MIN (7 * 60) /* after rising: what is set right until then */

struct day_of {
	struct world *w;
	const struct person *who;
	civil_day date;
	struct chance *chance;
	utc_ms all_at; /* > 0: history, here at once */
};

static int
between(const struct day_of *d, int low, int high)
{
	return chance_between(d->chance, low, high);
}

static void
plan(const struct day_of *d, struct batch *b, const char *source, utc_ms at)
{
	snprintf(b->from.person, sizeof b->from.person, "%s", d->who->id);
	snprintf(b->from.source, sizeof b->from.source, "%s", source);
	snprintf(b->from.device, sizeof b->from.device, "x");
	if (d->all_at.ms)
		at = d->all_at;
	world_plan(d->w, b, at.ms > d->w->now.ms ? at : d->w->now);
}

static void
record(const struct day_of *d, int bad, int revision, enum record_status status,
	utc_ms at)
{
	utc_ms from = zone_instant(d->who->zone, DAY(d->date.n - 1), 23 * 60);
	utc_ms to = zone_instant(d->who->zone, d->date, RISE_MIN);
	uint32_t length = (uint32_t)((to.ms - from.ms) / SECOND_MS), half = length / 2;
	uint32_t awake = 60 * (uint32_t)(bad ? between(d, 80, 140) : between(d, 5, 30));
	struct stage_span spans[] = {{0, half, STAGE_LIGHT}, {half, awake, STAGE_AWAKE},
		{half + awake, length - half - awake, STAGE_REM}};
	struct session v = {.revision = revision,
		.status = status,
		.start = from,
		.end = to,
		.n_stages = 3,
		.stages = spans,
		.latency_s = NAN,
		.vendor_score = NAN};
	snprintf(v.source, sizeof v.source, "fitbit");
	snprintf(v.record_id, sizeof v.record_id, "day-%d", (int)d->date.n);
	struct batch b = {.n_sessions = 1, .sessions = &v};
	plan(d, &b, "fitbit", at);
}

static void
tap(const struct day_of *d, enum rating_kind kind, int value, utc_ms at, int late_min)
{
	struct rating r = {kind, at, value, 0};
	struct batch b = {.n_ratings = 1, .ratings = &r};
	plan(d, &b, "tap", UTC(at.ms + late_min * MINUTE_MS));
}

static void
answer(const struct day_of *d, utc_ms at, int late_min)
{
	struct feedback f = {(enum feedback_kind)between(d, 1, FEEDBACK_KINDS - 1), at};
	struct batch b = {.n_feedback = 1, .feedback = &f};
	plan(d, &b, "tap", UTC(at.ms + late_min * MINUTE_MS));
}

static int
one_in(const struct day_of *d, int n)
{
	return between(d, 1, n) == 1;
}

static utc_ms
after(const struct day_of *d, int most_min)
{
	utc_ms rise = zone_instant(d->who->zone, d->date, RISE_MIN);
	return UTC(rise.ms + between(d, 0, most_min) * MINUTE_MS);
}

static int
quality(const struct day_of *d, int bad)
{
	return bad ? between(d, 0, 2) : between(d, 6, 9);
}

/* The night as its maker tells it: late, again, otherwise, no longer. */
static void
night(const struct day_of *d, int bad)
{
	utc_ms at = after(d, one_in(d, 3) ? LATE_MIN : 30);
	if (one_in(d, 12))
		return; /* not worn */
	record(d, bad, 0, one_in(d, 3) ? RECORD_TENTATIVE : RECORD_FINAL, at);
	for (int k = 1; k <= 3 && one_in(d, 3); k++) {
		at = UTC(at.ms + between(d, 1, 180) * MINUTE_MS);
		bad = one_in(d, 3) ? !bad : bad;
		record(d, bad, k, one_in(d, 8) ? RECORD_DELETED : RECORD_FINAL, at);
	}
}

static void
day(const struct day_of *d)
{
	int bad = between(d, 0, 4) < 2, late = one_in(d, 4) ? LATE_MIN : 1;
	utc_ms evening = zone_instant(d->who->zone, d->date, 20 * 60);
	night(d, bad);
	if (!one_in(d, 6))
		tap(d, RATING_SLEEP_QUALITY, quality(d, bad), after(d, 90),
			between(d, 0, late));
	for (int k = 0; k < 3 && one_in(d, 3); k++) /* set right */
		tap(d, RATING_SLEEP_QUALITY, quality(d, one_in(d, 2) ? !bad : bad),
			after(d, NOON_MIN), between(d, 0, late));
	if (one_in(d, 6))
		tap(d, RATING_PAIN_MORNING, between(d, 0, 10), after(d, 120), 0);
	if (!one_in(d, 6)) /* some of it comes the next morning */
		tap(d, RATING_PAIN_DAY, bad ? between(d, 6, 9) : between(d, 1, 4),
			evening, one_in(d, 5) ? between(d, 1, 900) : 0);
	if (one_in(d, 5))
		answer(d, after(d, 600), one_in(d, 4) ? between(d, 0, 300) : 0);
}

void
life_history(struct world *w, const struct person *who, int days, struct chance *chance)
{
	int32_t today = zone_date(who->zone, w->now, 0).n;
	for (int32_t n = today - days; n < today; n++) {
		struct day_of d = {w, who, DAY(n), chance, w->now};
		day(&d);
	}
}

void
life_day(struct world *w, const struct person *who, civil_day date, struct chance *chance)
{
	struct day_of d = {w, who, date, chance, UTC(0)};
	day(&d);
}
