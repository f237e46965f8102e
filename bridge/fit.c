/* SPDX-License-Identifier: MIT */
/* The fit reader: FIT files of Garmin's watches (sleep, monitoring, HRV status), as they lie on
 * the watch or in an account's export. Times are UTC; a message with a local time beside it tells
 * the offset. A night's key is the watch's serial number, the local date it ends on and its rank
 * by length in the file: a watch writes a night anew, into another file, once it knows more, and
 * edges move. The file's own time of creation is the revision; a file that is cut off is
 * tentative. A nap (412) has its start for a key, its own time of change for a revision, and says
 * when it was deleted. Stress and energy have no channel; steps are running totals. */
#include "fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX      1000 /* FITs in one file */
#define EVENT_SLEEP    74
#define EVENT_START    0
#define EVENT_STOP     1
#define STEP_S         60
#define STEP_MAX_S     3600
#define QUARTER_S      900 /* every offset from UTC is a multiple */
#define OFFSET_SLACK_S 120
#define OFFSET_MAX_S   (18 * 3600)
#define HRV_UNIT       (1 / 128.0)
#define BREATH_UNIT    0.01

static int64_t
unix_ms(double fit_s)
{
	return ((int64_t)fit_s + FIT_EPOCH_S) * SECOND_MS;
}

/* A time in a field; 0: none. */
static int64_t
time_in(const struct fit_message *m, int number)
{
	double s = fit_number(m, number);
	return s >= FIT_TIME_LEAST && s < UINT32_MAX ? unix_ms(s) : 0;
}

/* Keeps a value; 0 is how watches say that there was none. */
static int
sample(struct fit *f, const struct fit_message *m, const char *channel, int64_t t,
	double v)
{
	const struct channel *ch = channel_by_name(channel);
	struct reading *g = f->g;
	int32_t wire;
	const char *why = t <= 0 ? "it has no time" : vendor_epoch(g, t, &t);

	if (isnan(v) || v <= 0)
		return 0;
	if (!why && !collect_wire_value(ch, v, &wire))
		why = "it is outside what is plausible";
	if (why) {
		report_refuse(
			g->report, 0, "byte %lu: %s %.10g: %s", m->at, channel, v, why);
		return 0;
	}
	g->used++;
	return collect_sample(g->to, g->person, ch, t, wire);
}

static int
simple(struct fit *f, const struct fit_message *m, const char *channel, double unit)
{
	return sample(f, m, channel, m->time < 0 ? 0 : unix_ms((double)m->time),
		fit_number(m, 0) * unit);
}

/* --- messages ------------------------------------------------------------------------------ */

static int
file_id(struct fit *f, struct fit_message *m)
{
	double serial = fit_number(m, 3), product = fit_number(m, 2);

	if (serial > 0)
		snprintf(f->serial, sizeof f->serial, "%.0f", serial);
	if (product >= 0)
		snprintf(f->device, sizeof f->device, "Garmin %.0f", product);
	f->created = time_in(m, 4);
	return 0;
}

/* Heart rate, whose time may be its lower 16 bits alone: they count on from the last time. */
static int
monitoring(struct fit *f, struct fit_message *m)
{
	double low = fit_number(m, 26);
	int64_t t = m->time;

	if (!isnan(low) && t < 0 && m->last >= 0)
		t = m->last = m->last + (((int64_t)low - m->last) & 0xffff);
	return sample(
		f, m, "heart_rate", t < 0 ? 0 : unix_ms((double)t), fit_number(m, 27));
}

/* A local time beside a time. */
static int
local_time(struct fit *f, struct fit_message *m, int number)
{
	double local = fit_number(m, number);

	if (m->time < 0 || isnan(local) || f->n_offsets == FIT_OFFSETS_MAX)
		return 0;
	double s = local - (double)m->time, rounded = round(s / QUARTER_S) * QUARTER_S;
	if (fabs(s - rounded) > OFFSET_SLACK_S || fabs(rounded) > OFFSET_MAX_S)
		return 0;
	f->offset[f->n_offsets].t = unix_ms((double)m->time);
	f->offset[f->n_offsets++].minutes = (int)(rounded / 60);
	return 0;
}

static int
monitoring_info(struct fit *f, struct fit_message *m)
{
	return local_time(f, m, 0);
}

static int
correlation(struct fit *f, struct fit_message *m)
{
	return local_time(f, m, 3);
}

static int
event(struct fit *f, struct fit_message *m)
{
	double type = fit_number(m, 1);
	int64_t t = m->time < 0 ? 0 : unix_ms((double)m->time);

	if (fit_number(m, 0) != EVENT_SLEEP || t == 0)
		return 0;
	if (type == EVENT_START && f->n_start < FIT_EVENTS_MAX)
		f->start[f->n_start++] = t;
	if (type == EVENT_STOP && f->n_stop < FIT_EVENTS_MAX)
		f->stop[f->n_stop++] = t;
	return 0;
}

/* Begins a stream of minutes. */
static int
sleep_info(struct fit *f, struct fit_message *m)
{
	double step = fit_number(m, 1);

	f->stream = m->time < 0 ? 0 : unix_ms((double)m->time);
	f->step = (step >= 1 && step <= STEP_MAX_S ? (int64_t)step : STEP_S) * SECOND_MS;
	return local_time(f, m, 2);
}

static int
sleep_raw(struct fit *f, struct fit_message *m)
{
	(void)m;
	f->stream += f->stream ? f->step : 0;
	f->raw++;
	return 0;
}

static int
sleep_level(struct fit *f, struct fit_message *m)
{
	double level = fit_number(m, 0);
	int64_t t = m->time < 0 ? f->stream : unix_ms((double)m->time), at;

	f->stream += f->stream ? f->step : 0;
	if (isnan(level))
		return 0;
	const char *why = t <= 0                          ? "it has no time"
			  : level > 4                     ? "not a level of sleep"
			  : f->n_levels == FIT_LEVELS_MAX ? "more levels than a file has"
							  : vendor_epoch(f->g, t, &at);
	if (why) {
		report_refuse(f->g->report, 0, "byte %lu: sleep level %.0f: %s", m->at,
			level, why);
		return 0;
	}
	if (f->n_levels == f->cap_levels) {
		f->cap_levels = f->cap_levels ? 2 * f->cap_levels : 256;
		f->level = xrealloc(f->level, f->cap_levels, sizeof *f->level);
	}
	f->level[f->n_levels] = (struct fit_level){t, (int)level, (uint32_t)f->n_levels};
	f->n_levels++;
	return 0;
}

static int
assessment(struct fit *f, struct fit_message *m)
{
	f->score = fit_number(m, 6);
	f->awakenings = fit_number(m, 11);
	return 0;
}

/* A second each from the message's time on. */
static int
hsa_heart_rate(struct fit *f, struct fit_message *m)
{
	int r = 0;

	for (unsigned i = 0; i < fit_count(m, 2) && r == 0; i++)
		r = sample(f, m, "heart_rate",
			m->time < 0 ? 0 : unix_ms((double)m->time + i),
			fit_element(m, 2, i));
	return r;
}

static int
nap(struct fit *f, struct fit_message *m)
{
	struct found_session s = {.start = time_in(m, 0),
		.end = time_in(m, 2),
		.revision = time_in(m, 7),
		.kind = SLEEP_NAP};
	double from = fit_number(m, 1), to = fit_number(m, 3);
	char place[VENDOR_PLACE_LEN];

	snprintf(place, sizeof place, "byte %lu: nap", m->at);
	snprintf(s.record_id, sizeof s.record_id, "nap-%lld",
		(long long)(s.start / SECOND_MS));
	vendor_app(&s, f->device);
	s.status = fit_number(m, 5) == 1 ? RECORD_DELETED : RECORD_FINAL;
	s.offset_start_min = isnan(from) ? fit_offset(f, s.start) : (int)from;
	s.offset_end_min = isnan(to) ? fit_offset(f, s.end) : (int)to;
	if (s.status != RECORD_DELETED && s.end > s.start)
		vendor_metric(&s, DOZED__V1__METRIC__METRIC_TOTAL_SLEEP_S,
			(double)(s.end - s.start) / SECOND_MS);
	return vendor_session(f->g, &s, NULL, place,
		s.start <= 0                          ? "it has no start"
		: s.revision > f->g->now.ms + HOUR_MS ? "it was changed in the future"
						      : NULL);
}

static int
spo2(struct fit *f, struct fit_message *m)
{
	return simple(f, m, "spo2", 1);
}

static int
respiration(struct fit *f, struct fit_message *m)
{
	return simple(f, m, "resp_rate", BREATH_UNIT);
}

static int
hrv_value(struct fit *f, struct fit_message *m)
{
	return simple(f, m, "hrv_rmssd", HRV_UNIT);
}

static const struct {
	unsigned message;
	int (*take)(struct fit *f, struct fit_message *m);
} takers[] = {
	{FIT_FILE_ID, file_id},
	{FIT_EVENT, event},
	{FIT_MONITORING, monitoring},
	{FIT_MONITORING_INFO, monitoring_info},
	{FIT_CORRELATION, correlation},
	{FIT_SPO2, spo2},
	{FIT_SLEEP_INFO, sleep_info},
	{FIT_SLEEP_RAW, sleep_raw},
	{FIT_SLEEP_LEVEL, sleep_level},
	{FIT_RESPIRATION, respiration},
	{FIT_HSA_HEART_RATE, hsa_heart_rate},
	{FIT_SLEEP_ASSESSMENT, assessment},
	{FIT_HRV_VALUE, hrv_value},
	{FIT_NAP, nap},
};

static int
one(void *ctx, struct fit_message *m)
{
	struct fit *f = ctx;

	fit_explain(f->g->fidelity, m);
	for (size_t i = 0; i < array_len(takers); i++)
		if (takers[i].message == m->def->message)
			return takers[i].take(f, m);
	return 0;
}

int
fit_offset(const struct fit *f, int64_t t)
{
	int found = 0, minutes = 0;
	int64_t at = 0;

	for (size_t i = 0; i < f->n_offsets; i++)
		if (!found || (f->offset[i].t <= t && (f->offset[i].t >= at || at > t))) {
			minutes = f->offset[i].minutes;
			at = f->offset[i].t;
			found = 1;
		}
	return found ? minutes : vendor_offset(f->g, t, 0);
}

/* --- the file ------------------------------------------------------------------------------ */

static int
read_part(struct reading *g, struct fit_part *part)
{
	struct fit *f = xcalloc(1, sizeof *f);
	int64_t created;

	*f = (struct fit){
		.g = g, .step = STEP_S * SECOND_MS, .score = NAN, .awakenings = NAN};
	int r = fit_each(part, g->report, one, f);
	f->cut = part->cut;
	if (f->created && vendor_epoch(g, f->created, &created))
		f->created = 0; /* a clock that was wrong orders nothing */
	if (r == 0)
		r = fit_nights(f);
	free(f->level);
	free(f);
	return r;
}

static int
read_fit(struct input *in, struct reading *g)
{
	char *bytes;
	struct fit_part part = {0};

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	int r = input_slurp(in, FIT_SIZE_MAX, &bytes, &part.n);
	if (r < 0)
		return r;
	part.bytes = (unsigned char *)bytes;
	for (int i = 0; r == 0 && (i == 0 || part.at < part.n); i++) {
		if (i == PARTS_MAX ||
			!fit_begins(part.bytes + part.at, part.n - part.at)) {
			report_refuse(
				g->report, 0, "byte %zu: no FIT begins here", part.at);
			break;
		}
		r = read_part(g, &part);
	}
	free(bytes);
	return r;
}

static int
sniff(const char *head, size_t n)
{
	return fit_begins((const unsigned char *)head, n);
}

const struct reader reader_fit = {
	.name = "fit",
	.carries = "FIT files of Garmin's watches: nights with stages, naps and their "
		   "deletion, "
		   "heart rate, HRV, oxygen, breaths",
	.example = "2026-03-29-06-12-11.fit (GARMIN/Sleep, GARMIN/Monitor)",
	.fields = fit_fields,
	.sniff = sniff,
	.read = read_fit,
};
