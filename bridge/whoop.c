/* SPDX-License-Identifier: MIT */
/* The whoop reader: sleep records of WHOOP's API v2 (a collection, a list, one record) and
 * the notice that one was deleted. WHOOP states totals, no timeline. A record that is not
 * scored yet has times only and is tentative; updated_at is its revision. */
#include "vendor.h"

#include <stdio.h>
#include <string.h>

#define MILLI 0.001

static const struct vendor_total totals[] = {
	{"stage_summary.total_awake_time_milli", DOZED__V1__METRIC__METRIC_AWAKE_S,
		MILLI},
	{"stage_summary.total_light_sleep_time_milli", DOZED__V1__METRIC__METRIC_LIGHT_S,
		MILLI},
	{"stage_summary.total_slow_wave_sleep_time_milli",
		DOZED__V1__METRIC__METRIC_DEEP_S, MILLI},
	{"stage_summary.total_rem_sleep_time_milli", DOZED__V1__METRIC__METRIC_REM_S,
		MILLI},
	{"sleep_performance_percentage", DOZED__V1__METRIC__METRIC_VENDOR_SCORE, 1},
	{"sleep_efficiency_percentage", DOZED__V1__METRIC__METRIC_EFFICIENCY_PERCENT, 1},
	{0},
};

/* v2: a text; v1: a number. */
static const char *
set_id(struct found_session *s, const json_t *o)
{
	char number[24];
	int64_t id;

	if (json_text(o, "id"))
		return vendor_id(s, json_text(o, "id"));
	if (!json_whole(o, "id", &id))
		return "no id";
	snprintf(number, sizeof number, "%lld", (long long)id);
	return vendor_id(s, number);
}

static const char *
convert(const struct reading *g, const json_t *o, struct found_session *s)
{
	const char *state = json_text(o, "score_state"),
		   *updated = json_text(o, "updated_at");
	int nap = json_flag(o, "nap"), offset;
	const char *why = set_id(s, o);

	if (why || (why = vendor_time(g, json_text(o, "start"), &s->start, NULL)) ||
		(why = vendor_time(g, json_text(o, "end"), &s->end, NULL)))
		return why;
	if (updated && (why = vendor_time(g, updated, &s->revision, NULL)))
		return why;
	if (!vendor_offset_text(json_text(o, "timezone_offset"), &offset))
		offset = vendor_offset(g, s->end, 0);
	vendor_offsets_end(g, s, offset);
	s->kind = nap == 1 ? SLEEP_NAP : nap == 0 ? SLEEP_MAIN : SLEEP_UNSPECIFIED;
	s->status = state && strcmp(state, "PENDING_SCORE") == 0 ? RECORD_TENTATIVE
								 : RECORD_FINAL;
	vendor_totals(s, json_at(o, "score"), totals);
	vendor_sum_sleep(s);
	return NULL;
}

/* A webhook: "sleep.deleted" withdraws; "sleep.updated" only says that there is something. */
static int
notice(struct reading *g, const json_t *o, const char *type)
{
	struct found_session s = {.status = RECORD_DELETED};

	if (strcmp(type, "sleep.deleted") != 0) {
		report_refuse(g->report, 0,
			"a notice that there is something to fetch, no sleep itself");
		return 0;
	}
	return vendor_session(g, &s, NULL, "notice", set_id(&s, o));
}

static int
one(struct reading *g, const json_t *o, void *ctx)
{
	unsigned long *n = ctx;
	struct found_session s = {0};
	const char *type = json_text(o, "type");
	char place[VENDOR_PLACE_LEN];

	if (type)
		return notice(g, o, type);
	snprintf(place, sizeof place, "sleep %lu", ++*n);
	const char *why = convert(g, o, &s);
	return vendor_session(g, &s, NULL, place, why);
}

static int
read_whoop(struct input *in, struct reading *g)
{
	unsigned long n = 0;

	return vendor_records(in, g, "records", one, &n);
}

static int
sniff(const char *head, size_t n)
{
	static const char *const record[] = {
		"\"score_state\"", "\"timezone_offset\"", "\"nap\"", NULL};
	static const char *const notices[] = {"\"sleep.", "\"trace_id\"", NULL};
	return vendor_sniff(head, n, record) || vendor_sniff(head, n, notices);
}

/* clang-format off */
static const struct field fields[] = {
	{"records.id", "record_id", NULL},
	{"records.start", "start", NULL},
	{"records.end", "end", NULL},
	{"records.timezone_offset", "offset", "of the end; the start's from --zone where that agrees"},
	{"records.updated_at", "revision", NULL},
	{"records.created_at", NULL, "updated_at is the revision"},
	{"records.nap", "kind", NULL},
	{"records.score_state", "status", "PENDING_SCORE: tentative"},
	{"records.cycle_id", NULL, "WHOOP's own day"},
	{"records.v1_id", NULL, "of the older interface"},
	{"records.user_id", NULL, "whose it is says --person"},
	{"records.score.stage_summary.total_in_bed_time_milli", NULL, "the end less the start"},
	{"records.score.stage_summary.total_awake_time_milli", "awake", NULL},
	{"records.score.stage_summary.total_no_data_time_milli", NULL, "what is left of the night by itself"},
	{"records.score.stage_summary.total_light_sleep_time_milli", "light", "also part of total sleep"},
	{"records.score.stage_summary.total_slow_wave_sleep_time_milli", "deep", "also part of total sleep"},
	{"records.score.stage_summary.total_rem_sleep_time_milli", "REM", "also part of total sleep"},
	{"records.score.stage_summary.sleep_cycle_count", NULL, "no such number of a night"},
	{"records.score.stage_summary.disturbance_count", NULL, "disturbances are not awakenings"},
	{"records.score.sleep_performance_percentage", "vendor score", NULL},
	{"records.score.sleep_efficiency_percentage", "efficiency", "not a night's SE, which the hub counts"},
	{"records.score.sleep_consistency_percentage", NULL, "WHOOP's own comparison of nights"},
	{"records.score.respiratory_rate", NULL, "of the whole night; the hub works from samples"},
	{"records.score.sleep_needed.baseline_milli", NULL, "a need, not a sleep"},
	{"records.score.sleep_needed.need_from_sleep_debt_milli", NULL, "a need, not a sleep"},
	{"records.score.sleep_needed.need_from_recent_strain_milli", NULL, "a need, not a sleep"},
	{"records.score.sleep_needed.need_from_recent_nap_milli", NULL, "a need, not a sleep"},
	{"next_token", NULL, "of the interface: more pages"},
	{"id", "record_id", "of a notice"},
	{"type", "status", "sleep.deleted withdraws the record"},
	{"user_id", NULL, "whose it is says --person"},
	{"trace_id", NULL, "of the interface"},
	{0},
};
/* clang-format on */

const struct reader reader_whoop = {
	.name = "whoop",
	.carries =
		"sleep of WHOOP's API v2 (JSON): totals of each night and nap, not yet "
		"scored ones, deletions",
	.example = "{\"records\": [{\"id\": ..., \"score_state\": ..., \"score\": ...}]}",
	.fields = fields,
	.sniff = sniff,
	.read = read_whoop,
};
