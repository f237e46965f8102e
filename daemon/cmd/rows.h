/* SPDX-License-Identifier: MIT */
/* Records as rows of a table: columns and cells side by side, one place for `nights`,
 * `export` and `replay`. Times with the person's offset, what is unknown empty. */
#pragma once

#include "cmd/table.h"
#include "core/person.h"
#include "core/decision.h"
#include "core/records.h"

#define NIGHT_COLUMNS                                                                    \
	"person,date,kind,in_bed,onset,wake,out_bed,tib_min,spt_min,tst_min,sol_min,"    \
	"waso_min,"                                                                      \
	"awakenings,se_pct,score,coverage,sources,revision"
#define VALUE_COLUMNS "person,date,kind,ordinal,channel,value,confidence"
#define DAY_COLUMNS                                                                      \
	"person,date,tst_min,se_pct,waso_min,sol_min,awakenings,score,sleep_quality,"    \
	"pain_morning,pain_day,probability,threshold,outcome"
#define FORECAST_COLUMNS                                                                 \
	"person,date,issued_at,probability,threshold,alerted,outcome,scorer,"            \
	"changed_since"
#define ALERT_COLUMNS "person,date,id,rule,revision,state,issued_at,title,text"
#define DECISION_COLUMNS                                                                 \
	"person,date,at,live,verdict,rule,probability,low,base_rate,threshold,why"
#define RATING_COLUMNS   "person,time,date,kind,value"
#define FEEDBACK_COLUMNS "person,time,kind"
#define SESSION_COLUMNS                                                                  \
	"person,date,source,device,record_id,revision,status,kind,app,start,end,spans,"  \
	"asleep_min,awake_min,light_min,deep_min,rem_min,unmeasured_min,"                \
	"stated_asleep_min,stated_waso_min,stated_awake_min,stated_light_min,"           \
	"stated_deep_min,stated_rem_min,stated_awakenings,stated_latency_min,"           \
	"stated_score"
#define STAGE_COLUMNS  "person,start,duration_s,stage,source,device,record_id"
#define SAMPLE_COLUMNS "person,time,source,device,channel,value"
#define EPOCH_COLUMNS  "person,time,channel,value"

/* Fills the columns of NIGHT_COLUMNS; the numbers of an insufficient night are empty. */
void row_night(struct table *t, const struct night *n, const struct zone *zone);
/* Every number of a night by its channel, one row each. */
void row_values(struct table *t, const struct night *n);
void row_day(struct table *t, const struct person *who, const struct day *d);
void row_forecast(struct table *t, const struct person *who, const struct day *d);
void row_decision(struct table *t, const struct decision *d, const struct zone *zone);
void row_alert(struct table *t, const struct alert *a, const struct zone *zone);
void row_rating(struct table *t, const struct person *who, civil_day date,
	const struct rating *r);
void row_feedback(struct table *t, const struct person *who, const struct feedback *f);

/* With ".250" where the instant has milliseconds; empty for 0. */
void cell_time(struct table *t, const struct zone *zone, utc_ms at);
const char *alert_state_name(enum alert_state s);
