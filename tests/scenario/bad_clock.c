/* SPDX-License-Identifier: MIT */
/* dozed-bad-clock [SEED]: one device among five whose clock is wrong, and the other four.
 *
 * Twelve days of one person (two wrists, a maker's records, a lamp's button, taps) are taken with and
 * without a sixth source that sends all of the same kinds and is ten years ahead, ten years behind, or a
 * year behind; live, live with a hub that does not know the time for the first days, and as
 * one import. Every night, day, forecast and alert of those days must be the same, byte for byte; of the
 * time to come there must be nothing. (Forecasts look two years back: what a device says of a year
 * ago is their past, so there the nights alone are compared.) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batches.h"
#include "chance.h"
#include "dump.h"
#include "world.h"

#define DAYS      9 /* short of the holiday that longer histories have */
#define BLIND     3 /* days before the hub knows the time */
#define YEARS_10  (3652 * DAY_MS)
#define ARRIVE_MS MINUTE_MS

static const char *const person = "anna";
static const char *const config =
	"scorers = {\"cole_kripke\", \"vendor_stages\", \"sleep_stats\", "
	"\"night_score\", \"regularity\", \"baseline\", \"sleep_debt\", "
	"\"pain_forecast\"}\n"
	"person \"anna\" { timezone = \"Europe/Berlin\" }\n";

enum way { LIVE, LIVE_BLIND, IMPORT, IMPORT_BLIND, WAYS };
static const char *const way_names[WAYS] = {"live", "live, the hub's clock unknown",
	"as one import", "import without a clock"};

static void
merge(struct batches *to, struct batches *more)
{
	for (unsigned i = 0; i < more->n; i++) {
		to->list = xrealloc(to->list, to->n + 1, sizeof *to->list);
		to->list[to->n++] = more->list[i];
	}
	to->cap = to->n;
	free(more->list);
}

/* Everything by the true time of its last event. off_ms = 0: without the sixth source. */
static void
fill(struct batches *all, const struct zone *z, uint64_t seed, int64_t off_ms, int live)
{
	civil_day first = civil_from_ymd(2026, 3, 22); /* over the change of clocks */
	struct batches bad = {.live = live, .source = "old", .clock_off_ms = off_ms};
	*all = (struct batches){.live = live};
	batches_make_up(all, person, z, first, DAYS, seed);
	if (off_ms) {
		batches_make_up(&bad, person, z, first, DAYS, seed + 1);
		merge(all, &bad);
	}
	batches_sort(all);
}

static char *
run(uint64_t seed, int64_t off_ms, enum way way, unsigned *ret_refused)
{
	struct zone *z;
	struct batches b;
	struct world w;
	if (zone_open("Europe/Berlin", &z) != 0)
		exit(1);
	int live = way == LIVE || way == LIVE_BLIND;
	fill(&b, z, seed, off_ms, live);
	utc_ms start = UTC(b.list[0].last.ms - DAY_MS),
	       end = UTC(b.list[b.n - 1].last.ms + DAY_MS);
	world_open(&w, config, start);
	if (way == LIVE_BLIND || way == IMPORT_BLIND)
		world_clock(&w, -start.ms, 0);
	for (unsigned i = 0; i < b.n; i++) {
		utc_ms at = UTC(b.list[i].last.ms + ARRIVE_MS);
		if (way == LIVE_BLIND && w.hub_off_ms &&
			at.ms > start.ms + BLIND * DAY_MS)
			world_clock(&w, 0, 0);
		if (live)
			world_go(&w, at);
		else
			w.now = end;
		world_put(&w, &b.list[i].from, b.list[i].payload, b.list[i].size);
		if (live)
			world_turn(&w, PIPELINE_LIVE);
	}
	if (w.hub_off_ms)
		w.hub_off_ms = 0;
	if (live)
		world_go(&w, end);
	else
		world_turn(&w, PIPELINE_HISTORY);
	char *text = dump_results(line_store(w.line), &person, 1);
	*ret_refused = w.refused;
	world_close(&w);
	batches_finish(&b);
	zone_free(z);
	return text;
}

/* The date of a line of the dump: the first in it. */
static int
date_of(const char *line, civil_day *ret)
{
	for (; *line && *line != '\n'; line++) {
		char text[CIVIL_DATE_LEN];
		snprintf(text, sizeof text, "%.10s", line);
		if (*line == '2' && civil_date_parse(text, ret))
			return 1;
	}
	return 0;
}

static const char *
next_line(const char *at)
{
	at += strcspn(at, "\n");
	return at + (*at == '\n');
}

/* Only what is dated within the clean run's days, or after them; "" = all, "night " = nights. */
static char *
from_date_on(const char *text, civil_day from, const char *what)
{
	char *ret = xcalloc(1, strlen(text) + 1), *to = ret;
	civil_day d;
	for (const char *at = text; *at; at = next_line(at))
		if (strncmp(at, what, strlen(what)) == 0 &&
			(!date_of(at, &d) || d.n >= from.n)) {
			size_t n = (size_t)(next_line(at) - at);
			memcpy(to, at, n);
			to += n;
		}
	return ret;
}

static int
same(const char *name, const char *want, const char *got)
{
	if (strcmp(want, got) == 0)
		return 1;
	while (*want && *got &&
		strncmp(want, got, (size_t)(next_line(want) - want)) == 0) {
		got += next_line(want) - want;
		want = next_line(want);
	}
	printf("FAILED: %s:\n- %.*s\n+ %.*s\n", name, (int)strcspn(want, "\n"), want,
		(int)strcspn(got, "\n"), got);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int64_t off_ms;
		const char *what;
	} clocks[] = {{"ten years ahead", YEARS_10, ""},
		{"ten years behind", -YEARS_10, ""},
		{"a year behind", -365 * DAY_MS, "night "}};
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	civil_day from = civil_from_ymd(2026, 3, 22);
	int ok = 1;
	for (int way = 0; way < WAYS; way++) {
		unsigned refused;
		char *whole = run(seed, 0, (enum way)way, &refused);
		ok &= refused == 0 && strstr(whole, "night ") != NULL;
		for (size_t i = 0; i < array_len(clocks); i++) {
			char name[96];
			snprintf(name, sizeof name, "%s, %s", way_names[way],
				clocks[i].name);
			char *text = run(seed, clocks[i].off_ms, (enum way)way, &refused);
			char *want = from_date_on(whole, from, clocks[i].what);
			char *got = from_date_on(text, from, clocks[i].what);
			int equal = same(name, want, got);
			if (equal)
				printf("ok: %s (%u batches refused)\n", name, refused);
			ok &= equal;
			free(text);
			free(got);
			free(want);
		}
		free(whole);
	}
	return !ok;
}
