/* SPDX-License-Identifier: MIT */
/* See outcome.h. */
#include "outcome.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fidelity.h"

#include "dozed/v1/batch.pb-c.h"

/* Minutes, as the stages give them, else as stated; NAN: neither. */
static double
minutes(const struct found_session *s, unsigned stages, int metric)
{
	double sum = 0;
	for (uint32_t i = 0; i < s->n_stages; i++)
		if (stages & 1u << s->stages[i].stage)
			sum += s->stages[i].duration_s;
	if (s->n_stages)
		return sum / 60;
	for (uint32_t i = 0; i < s->n_metrics; i++)
		if (s->metrics[i].metric == metric)
			return s->metrics[i].value / 60;
	return NAN;
}

#define SET(stage) (1u << STAGE_##stage)
static const struct {
	const char *name;
	unsigned stages;
	int metric;
} totals[] = {
	{"asleep", SET(ASLEEP) | SET(LIGHT) | SET(DEEP) | SET(REM),
		DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S},
	{"awake", SET(AWAKE) | SET(AWAKE_IN_BED) | SET(OUT_OF_BED) | SET(RESTLESS),
		DOZED__V1__METRIC__METRIC_AWAKE_S},
	{"light", SET(LIGHT), DOZED__V1__METRIC__METRIC_LIGHT_S},
	{"deep", SET(DEEP), DOZED__V1__METRIC__METRIC_DEEP_S},
	{"REM", SET(REM), DOZED__V1__METRIC__METRIC_REM_S},
};
#define SHOWN_AS_ZERO 2 /* of them: asleep, awake */

static const char *
state(const struct found_session *s)
{
	switch (s->status) {
	case RECORD_TENTATIVE:
		return ", tentative";
	case RECORD_DELETED:
		return ", deleted";
	case RECORD_UNSPECIFIED:
	case RECORD_FINAL:
		break;
	}
	return "";
}

static void
print_session(const struct found_session *s)
{
	char start[CIVIL_TIME_LEN], end[CIVIL_TIME_LEN];
	if (s->start == 0 && s->end == 0) {
		char id[sizeof s->record_id];
		memcpy(id, s->record_id, sizeof id);
		fidelity_make_printable(id);
		printf("  sleep %s%s\n", id, state(s));
		return;
	}
	printf("  %s %s to %s%s: %.4g min", s->kind == SLEEP_NAP ? "nap" : "sleep",
		civil_offset_text(s->offset_start_min, UTC(s->start), start),
		civil_offset_text(s->offset_end_min, UTC(s->end), end), state(s),
		(double)(s->end - s->start) / MINUTE_MS);
	for (size_t i = 0; i < array_len(totals); i++) {
		double m = minutes(s, totals[i].stages, totals[i].metric);
		if (!isnan(m) && (m > 0 || i < SHOWN_AS_ZERO))
			printf(", %s %.4g", totals[i].name, m);
	}
	printf("%s\n", s->n_stages    ? ""
		       : s->n_metrics ? " (as stated; no stages)"
				      : ", its times only");
}

static void
print_count(const char *name, unsigned long n, const char *one, const char *many)
{
	if (n)
		printf("  %s: %lu %s\n", name, n, n == 1 ? one : many);
}

static int
print_wearer(const struct wearer *w, int with_name)
{
	size_t ratings[RATING_KINDS] = {0};
	int any = w->n_sessions + w->n_ratings + w->n_markers > 0;
	if (any && with_name)
		printf("  %s\n", w->id);
	for (size_t i = 0; i < w->n_sessions && i < OUTCOME_SHOWN_MAX; i++)
		print_session(&w->sessions[i]);
	if (w->n_sessions > OUTCOME_SHOWN_MAX)
		printf("  and %zu more\n", w->n_sessions - OUTCOME_SHOWN_MAX);
	for (size_t i = 0; i < w->n_ratings; i++)
		ratings[w->ratings[i].kind]++;
	for (int kind = 1; kind < RATING_KINDS; kind++)
		print_count(rating_names[kind], ratings[kind], "rating", "ratings");
	print_count("in bed, out of bed", w->n_markers, "marker", "markers");
	return any;
}

void
outcome_print(struct collect *c, const unsigned long before[static COLLECT_CHANNELS])
{
	int any = 0;
	collect_sort(c);
	printf("what comes of it\n");
	for (size_t i = 0; i < c->n_people; i++)
		any |= print_wearer(c->people[i], c->n_people > 1);
	for (const struct channel *ch = channels; ch->name; ch++) {
		unsigned long n =
			ch->wire ? c->of_channel[ch->wire] - before[ch->wire] : 0;
		print_count(ch->name, n, "sample", "samples");
		any |= n > 0;
	}
	if (!any)
		printf("  nothing\n");
}
