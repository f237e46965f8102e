/* SPDX-License-Identifier: MIT */
/* sim: puts simulated people on the calendar. A night ends before 07:30 local; both morning
 * taps come at 07:30, the day's pain at 20:00. What lies in the future of `now` is left out. */
#include "sim.h"

#include "sim_night.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAP_MIN       (7 * 60 + 30)
#define EVENING_MIN   (20 * 60)
#define LAST_RISE_MIN (7 * 60 + 25)
#define SETTLED_MIN   (TAP_MIN + 5) /* before this the morning is not over */
#define CALM_NIGHTS   6 /* before a poor last night: no alert stands in its way */

struct sim {
	struct job *job;
	const struct sim_world *world;
	const struct zone *zone;
	civil_day last; /* the morning of the last night */
	int today;      /* its evening has not come yet */
	int nights, poor;
	FILE *truth; /* owned; NULL: not asked for */
};

struct wearing {
	char id[ID_MAX + 1];
	struct prng draws, minutes; /* apart: --activity changes nothing else */
	int64_t worn_to;            /* minute data are there until here; 0 = none yet */
	int has_night;              /* the wearable was worn */
};

static int
complain(const char *why)
{
	fprintf(stderr, "dozed-bridge: sim: %s\n", why);
	return JOB_E_USAGE;
}

static int
check(struct sim *s)
{
	struct job *j = s->job;
	const struct options *o = j->options;

	s->zone = j->zone ? j->zone : j->utc;
	s->world = sim_world_by_name(o->profile);
	s->nights = (int)o->nights;
	if (!s->zone)
		return complain("this machine has no time zone data (package tzdata)");
	if (!s->world)
		return complain("--profile is weak, central, strong or no_signal");
	if (o->person && o->people != 1)
		return complain(
			"--person is for --people 1; others are named by --prefix");
	if (!id_is_valid(o->prefix) || strlen(o->prefix) > ID_MAX - 5)
		return complain("--prefix may have a-z 0-9 _ -, at most 27 of them");
	if (o->last_night && strcmp(o->last_night, "poor") != 0)
		return complain("--last-night is poor, or is not given");
	s->poor = o->last_night != NULL;
	if (strcmp(o->end, "today") == 0) {
		s->last = zone_date(s->zone, j->now, 0);
		s->today = j->now.ms >= zone_instant(s->zone, s->last, SETTLED_MIN).ms;
		s->last.n -= !s->today;
	} else if (!civil_date_parse(o->end, &s->last)) {
		return complain("--end is a date, YYYY-MM-DD, or today");
	}
	return 0;
}

static enum sim_mood
mood_of(const struct sim *s, int t)
{
	int before_last = s->nights - t;

	if (!s->poor || before_last > CALM_NIGHTS)
		return SIM_AS_DRAWN;
	return before_last == 0   ? SIM_POOR
	       : before_last == 1 ? SIM_CALM_THEN_SORE
				  : SIM_CALM;
}

static int
put_rating(struct sim *s, const char *person, enum rating_kind kind, utc_ms at, int value)
{
	struct found_rating r = {.at = at.ms, .kind = kind, .value = value};

	if (at.ms >= s->job->now.ms)
		return 0;
	s->job->used++;
	return collect_rating(&s->job->found, person, &r);
}

static int
put_session(struct sim *s, const char *person, const struct sim_night *night)
{
	int64_t end = night->start + night->n * SIM_EPOCH_MS;
	struct found_session v = {.start = night->start, .end = end};
	char text[CIVIL_TIME_LEN];

	if (end >= s->job->now.ms)
		return 0;
	snprintf(v.record_id, sizeof v.record_id, "%s",
		civil_time_text(NULL, UTC(night->start), text));
	v.offset_start_min = zone_offset_s(s->zone, UTC(night->start)) / 60;
	v.offset_end_min = zone_offset_s(s->zone, UTC(end)) / 60;
	v.stages = xcalloc(night->n, sizeof *v.stages);
	for (uint32_t i = 0, k; i < night->n; i = k) {
		for (k = i; k < night->n && night->asleep[k] == night->asleep[i];)
			k++;
		v.stages[v.n_stages++] = (struct stage_span){30 * i, 30 * (k - i),
			night->asleep[i] ? STAGE_ASLEEP : STAGE_AWAKE};
	}
	s->job->used++;
	return collect_session(&s->job->found, person, &v);
}

/* Minutes [from, to); what lies between in bed and out of bed fits to the night. */
static int
put_minutes(struct sim *s, struct wearing *w, const struct sim_night *night, int64_t from,
	int64_t to)
{
	static const char *const names[2] = {"activity", "heart_rate"};

	for (int64_t t = from; t < to && t + MINUTE_MS <= s->job->now.ms;
		t += MINUTE_MS) {
		double value[2];
		sim_minute(night, t, &w->minutes, &value[0], &value[1]);
		for (int k = 0; k < 2; k++) {
			const struct channel *ch = channel_by_name(names[k]);
			int32_t wire;
			if (!collect_wire_value(ch, value[k], &wire))
				continue;
			int r = collect_sample(&s->job->found, w->id, ch, t, wire);
			if (r < 0)
				return r;
			s->job->used++;
		}
	}
	return 0;
}

/* Minute data up to this rising, and an hour beyond the last one. */
static int
put_worn(struct sim *s, struct wearing *w, const struct sim_night *night, int64_t out,
	int is_last)
{
	int64_t bed = night->start / MINUTE_MS * MINUTE_MS;
	int r = put_minutes(s, w, NULL, w->worn_to ? w->worn_to : bed - 2 * HOUR_MS, bed);

	if (r == 0 && w->has_night)
		r = put_minutes(s, w, night, bed, out);
	if (r == 0 && is_last)
		r = put_minutes(s, w, NULL, out, out + HOUR_MS);
	w->worn_to = out;
	return r;
}

static civil_day
date_of(const struct sim *s, int t)
{
	return DAY(s->last.n - (s->nights - t));
}

static void
put_truth(struct sim *s, const char *person, const struct sim_person *p, civil_day date,
	const struct sim_day *d)
{
	char text[CIVIL_DATE_LEN];
	const struct sim_world *w = p->world;
	const double numbers[] = {p->beta, p->lambda, p->phi, p->gamma, w->delta, w->ve,
		w->rho, p->vu, p->vw, p->pain, d->tau, d->q, d->pain_sd, d->morning_sd};

	fprintf(s->truth, "%s,%s", person, civil_date_text(date, text));
	for (unsigned i = 0; i < array_len(numbers); i++)
		fprintf(s->truth, ",%.10g", numbers[i]);
	fprintf(s->truth, ",%d,%d,%d\n", d->has_night, d->has_morning, d->has_evening);
}

/* One night and the day after it. */
static int
one_day(struct sim *s, struct wearing *w, int t, const struct sim_day *d)
{
	civil_day date = date_of(s, t);
	utc_ms tap = zone_instant(s->zone, date, TAP_MIN);
	struct sim_night night;
	int r = 0;

	/* mostly shortly before the taps, sometimes much earlier */
	double early = prng_normal(&w->draws);
	int rise = LAST_RISE_MIN - (int)(30 * early * early);
	int64_t out = zone_instant(s->zone, date, rise < 300 ? 300 : rise).ms;
	sim_night_make(&night, d, out, &w->draws);
	w->has_night = d->has_night;
	if (d->has_night)
		r = put_session(s, w->id, &night);
	if (r == 0 && s->job->options->activity)
		r = put_worn(s, w, &night, out, t == s->nights);
	if (r == 0 && d->has_morning)
		r = put_rating(s, w->id, RATING_SLEEP_QUALITY, tap, d->quality);
	if (r == 0 && d->has_morning)
		r = put_rating(s, w->id, RATING_PAIN_MORNING, tap, d->pain_morning);
	if (r == 0 && d->has_evening && !(s->today && t == s->nights))
		r = put_rating(s, w->id, RATING_PAIN_DAY,
			zone_instant(s->zone, date, EVENING_MIN), d->pain_day);
	return r;
}

static int
open_truth(struct sim *s)
{
	const char *path = s->job->options->truth;

	if (!path)
		return 0;
	s->truth = fopen(path, "w");
	if (!s->truth) {
		fprintf(stderr, "dozed-bridge: sim: --truth %s: %s\n", path,
			strerror(errno));
		return JOB_E_USAGE;
	}
	fputs(SIM_TRUTH_COLUMNS, s->truth);
	return 0;
}

static int
close_truth(struct sim *s, int r)
{
	if (s->truth && fclose(s->truth) != 0 && r == 0)
		r = -errno;
	return r;
}

int
sim_job(struct job *j)
{
	struct sim s = {.job = j};
	const struct options *o = j->options;
	int r = check(&s);

	if (r == 0)
		r = open_truth(&s);
	for (uint32_t i = 0; i < o->people && r == 0; i++) {
		struct sim_person p;
		struct wearing w = {0};
		snprintf(w.id, sizeof w.id, "%s", o->person ? o->person : o->prefix);
		if (!o->person)
			snprintf(w.id + strlen(w.id), sizeof w.id - strlen(w.id), "%02u",
				i);
		sim_person_init(&p, s.world, (uint64_t)o->seed, i);
		prng_init(&w.draws, (uint64_t)o->seed, i, 2);
		prng_init(&w.minutes, (uint64_t)o->seed, i, 3);
		for (int t = 1; t <= s.nights && r == 0; t++) {
			struct sim_day d;
			sim_person_day(&p, t, s.nights, mood_of(&s, t), &d);
			if (s.truth)
				put_truth(&s, w.id, &p, date_of(&s, t), &d);
			r = one_day(&s, &w, t, &d);
		}
	}
	return close_truth(&s, r);
}
