/* SPDX-License-Identifier: MIT */
/* The actiwatch reader: .AWD files of CamNtech's and Cambridge Neurotechnology's Actiwatches
 * (actiwatch_awd.c) and the CSV that Philips' Actiware exports (actiware.c), each told by its
 * content. Both are what a clock showed that was set once and runs on (wrist.h); an export
 * states its offset from UTC, an .AWD needs --zone. */
#include "actiwatch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_MAX 200 /* bytes within which an export names the program */

int
actiwatch_sample(
	struct reading *g, const char *channel, int64_t t, double v, unsigned long line)
{
	const struct channel *ch = channel_by_name(channel);
	int32_t wire;

	if (isnan(v))
		return 0;
	if (!collect_wire_value(ch, v, &wire)) {
		report_refuse(g->report, line,
			"%s %.10g %s is outside what is plausible, %.10g to %.10g",
			channel, v, ch->unit, ch->min, ch->max);
		return 0;
	}
	g->used++;
	return collect_sample(g->to, g->person, ch, t, wire);
}

static int
is_export(const char *text)
{
	size_t n = strnlen(text, TITLE_MAX);

	return memmem(text, n, "Actiware", 8) != NULL && n > 0 &&
	       (text[0] == '"' || strchr("AF", text[0]));
}

static int
sniff(const char *head, size_t n)
{
	char *bytes = xcalloc(n + 1, 1);

	memcpy(bytes, head, n);
	int text = !memchr(head, 0, n) || (n >= 2 && (unsigned char)head[0] >= 0xfe);
	bytes = actiwatch_utf8(bytes, n);
	int found = text && (is_export(bytes) || awd_sniff(bytes));
	free(bytes);
	return found;
}

static int
read_actiwatch(struct input *in, struct reading *g)
{
	char *text;
	size_t n;

	if (!g->person) {
		report_refuse(g->report, 0, "whose is it? Say --person");
		return 0;
	}
	int r = input_slurp(in, ACTIWATCH_SIZE_MAX, &text, &n);
	if (r < 0)
		return r;
	text = actiwatch_utf8(text, n);
	r = is_export(text) ? actiware_read(g, text) : awd_read(g, text);
	free(text);
	return r;
}

/* clang-format off */
static const struct field fields[] = {
	{"AWD.name", NULL, "whose it is says --person"},
	{"AWD.date", "time", NULL},
	{"AWD.start", "time", "of a clock that runs on; --zone"},
	{"AWD.epoch", "time", "1, 2, 4, 8, 20, 81, C1, C2: 15, 30, 60, 120, 300, 2, 5, 10 s"},
	{"AWD.age", NULL, "of the person"},
	{"AWD.serial", NULL, "nothing here has a record id"},
	{"AWD.sex", NULL, "of the person"},
	{"AWD.counts", "activity", NULL},
	{"AWD.light", "light", "rounded to 0.1 lux"},
	{"AWD.marker", NULL, "a button was pressed; what for is not said"},
	{"Properties", NULL, "of the person, the watch and the analysis"},
	{"Properties.Actiwatch Type", "app", NULL},
	{"Properties.Actiwatch Serial Number", "record_id", NULL},
	{"Properties.Time Zone Offset", "time", "of the start; the clock runs on"},
	{"Statistics.REST", "start, end", "a night or a nap; record_id: its date and rank by length"},
	{"Statistics.SLEEP", "stage", "outside it the rest is awake, as Actiware has it"},
	{"Statistics.Duration", NULL, "checked against the times"},
	{"Statistics.Sleep Time", "total sleep", "of the SLEEP row"},
	{"Statistics.Wake Time", "WASO", "of the SLEEP row"},
	{"Statistics.Efficiency", "efficiency", "of the SLEEP row"},
	{"Statistics.Onset Latency", "latency", "of the SLEEP row"},
	{"Statistics.#Wake Bouts", "AWAKENINGS", "of the SLEEP row"},
	{"Statistics.others", NULL, "ACTIVE, DAILY, CUSTOM, EXCLUDED and summaries: worked out from the epochs"},
	{"Epochs.Line", "time", NULL},
	{"Epochs.Date", "time", "the first; later ones are checked against their line"},
	{"Epochs.Time", "time", "the first; later ones are checked against their line"},
	{"Epochs.Activity", "activity", "not while excluded or off the wrist"},
	{"Epochs.White Light", "light", "rounded to 0.1 lux; not while excluded or off the wrist"},
	{"Epochs.Sleep/Wake", "stage", "0 asleep, 1 awake; not while excluded or off the wrist"},
	{"Epochs.Interval Status", NULL, "EXCLUDED is left out; else the intervals say it"},
	{"Epochs.Off-Wrist Status", NULL, "1: nothing of the epoch is taken"},
	{"Epochs.others", NULL, "seconds, marker, colours of light, mobility, forced scores"},
	{0},
};
/* clang-format on */

const struct reader reader_actiwatch = {
	.name = "actiwatch",
	.carries = "Actiwatches' .AWD files and Actiware's CSV export: movement counts, "
		   "light, "
		   "rest intervals with their sleep and wake",
	.example =
		"night.AWD (local times, so with --zone) / \"Actiware Export File ...\"",
	.fields = fields,
	.sniff = sniff,
	.read = read_actiwatch,
};
