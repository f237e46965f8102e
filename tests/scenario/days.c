/* SPDX-License-Identifier: MIT */
/* `days`: many similar days in one line. A bad night (one in three, by the seed) is rated low and
 * followed by a painful day, so that there is something to forecast. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

struct recipe {
	const struct person *who;
	int with_session, with_activity, with_taps, with_pain, plain, at_once;
	int bed_min, rise_min; /* of the evening before, of the day */
	utc_ms arrives;
};

static void
plan(struct script *s, const struct recipe *r, struct batch *b, const char *source,
	const char *device, utc_ms at)
{
	snprintf(b->from.person, sizeof b->from.person, "%s", r->who->id);
	snprintf(b->from.source, sizeof b->from.source, "%s", source);
	snprintf(b->from.device, sizeof b->from.device, "%s", device);
	if (!r->at_once && at.ms < s->world.now.ms)
		script_fail(s, "`days` begins in the past: is there a `day` before it?");
	world_plan(&s->world, b, r->at_once ? r->arrives : at);
}

static void
plan_session(struct script *s, const struct recipe *r, civil_day d, int awake_min)
{
	utc_ms from = zone_instant(r->who->zone, DAY(d.n - 1), r->bed_min);
	utc_ms to = zone_instant(r->who->zone, d, r->rise_min);
	uint32_t length = (uint32_t)((to.ms - from.ms) / SECOND_MS),
		 half = length / 120 * 60;
	uint32_t awake = (uint32_t)awake_min * 60;
	struct stage_span spans[] = {{0, half, STAGE_LIGHT}, {half, awake, STAGE_AWAKE},
		{half + awake, length - half - awake, STAGE_REM}};
	struct session v = {.status = RECORD_FINAL,
		.start = from,
		.end = to,
		.n_stages = 3,
		.stages = spans,
		.latency_s = NAN,
		.vendor_score = NAN};
	snprintf(v.source, sizeof v.source, "fitbit");
	snprintf(v.record_id, sizeof v.record_id, "day-%d", (int)d.n);
	struct batch b = {.n_sessions = 1, .sessions = &v};
	plan(s, r, &b, "fitbit", "band", UTC(to.ms + 5 * MINUTE_MS));
}

static void
plan_rating(struct script *s, const struct recipe *r, utc_ms at, enum rating_kind kind,
	int value)
{
	struct rating v = {kind, at, value, 0};
	struct batch b = {.n_ratings = 1, .ratings = &v};
	plan(s, r, &b, "tap", "mqtt", at);
}

/* From 18:00 the evening before to 18:00, an hour a batch. */
static void
plan_activity(struct script *s, const struct recipe *r, civil_day d, struct chance *c)
{
	const struct zone *z = r->who->zone;
	utc_ms t = zone_instant(z, DAY(d.n - 1), 18 * 60),
	       end = zone_instant(z, d, 18 * 60);
	utc_ms bed =
		zone_instant(z, DAY(d.n - 1), r->bed_min + chance_between(c, -10, 10));
	utc_ms rise = zone_instant(z, d, r->rise_min + chance_between(c, -10, 10));
	struct motion_maker m = {.chance = {chance_next(c)}};
	double v[60];
	while (t.ms < end.ms) {
		struct series q = {
			channel_by_name("activity"), t, MINUTE_MS, 0, NULL, v, 0};
		for (; q.n < 60 && t.ms < end.ms; t.ms += MINUTE_MS)
			v[q.n++] = motion_minute(&m, t.ms >= bed.ms && t.ms < rise.ms
							     ? MOTION_ASLEEP
							     : MOTION_AWAKE);
		struct batch b = {.n_series = 1, .series = &q};
		plan(s, r, &b, "csv", "watch", t);
	}
}

static void
plan_day(struct script *s, const struct recipe *r, civil_day d, struct chance *c)
{
	const struct zone *z = r->who->zone;
	int bad = !r->plain && chance_between(c, 0, 2) == 0;
	if (r->with_session)
		plan_session(s, r, d,
			bad ? chance_between(c, 80, 120) : chance_between(c, 10, 30));
	if (r->with_activity)
		plan_activity(s, r, d, c);
	if (r->with_taps)
		plan_rating(s, r, zone_instant(z, d, r->rise_min + 30),
			RATING_SLEEP_QUALITY,
			bad ? chance_between(c, 0, 2) : chance_between(c, 6, 8));
	if (r->with_pain)
		plan_rating(s, r, zone_instant(z, d, 20 * 60), RATING_PAIN_DAY,
			bad ? chance_between(c, 7, 9) : chance_between(c, 2, 4));
}

/* days 20 anna session activity taps pain [plain] [sleep 23:00 07:00] [seed 5] [arrives ...]:
 * begins with the night into the day in force and leaves the day after the last in force */
void
days_statement(struct script *s)
{
	long n = word_number(s, 1, 1, 3660);
	struct recipe r = {
		.who = word_person(s, 2), .bed_min = 23 * 60, .rise_min = 7 * 60};
	struct chance c = {1};
	for (int i = 3; i < s->n;) {
		if (word_is(s, i, "session")) {
			r.with_session = 1, i++;
		} else if (word_is(s, i, "activity")) {
			r.with_activity = 1, i++;
		} else if (word_is(s, i, "taps")) {
			r.with_taps = 1, i++;
		} else if (word_is(s, i, "pain")) {
			r.with_pain = 1, i++;
		} else if (word_is(s, i, "plain")) {
			r.plain = 1, i++;
		} else if (word_is(s, i, "sleep")) {
			r.bed_min = word_clock(s, i + 1, NULL);
			r.rise_min = word_clock(s, i + 2, NULL), i += 3;
			r.bed_min += r.bed_min < 12 * 60 ? 24 * 60 : 0;
		} else if (word_is(s, i, "seed")) {
			c.state = (uint64_t)word_number(s, i + 1, 0, 1000000), i += 2;
		} else if (word_is(s, i, "arrives")) {
			i++;
			r.arrives = word_instant(s, &i, r.who), r.at_once = 1;
		} else {
			script_fail(s, "\"%s\"?", s->word[i]);
		}
	}
	for (long k = 0; k < n; k++, s->day.n++)
		plan_day(s, &r, s->day, &c);
}
