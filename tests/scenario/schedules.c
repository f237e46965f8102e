/* SPDX-License-Identifier: MIT */
/* dozed-schedules [N [SEED]]: nights do not depend on the way in which inputs come.
 *
 * A short history (five days of one person: movement with holes and corrections, a maker's records with
 * revisions and deletions, bed markers, taps) is taken once in order: the clean run. Then it comes N
 * times in a way of chance: 30 % of the batches twice, shuffled within a window of 1 000 (more than the
 * history has), one device split into two by batches or by samples, turns at arbitrary moments, live or
 * as one import. All results must be the clean run's, byte for byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batches.h"
#include "chance.h"
#include "dump.h"
#include "world.h"

#define DAYS          5
#define PER_HISTORY   100 /* schedules of one history */
#define TWICE_PERCENT 30
#define WINDOW        1000
#define TURN_EVERY    40 /* batches, on average, where it comes live */

static const char *const person = "anna";
static const char *const zones[] = {
	"Europe/Berlin", "America/New_York", "Pacific/Auckland"};
static const char *const devices[] = {"right", "band", "button", "mqtt"};

struct history {
	char config[128];
	struct zone *zone;
	civil_day first;
	uint64_t seed;
	int one_wrist;
	char *want; /* the clean run's results */
};

static struct chance chance;

static void
fill(const struct history *h, struct batches *b)
{
	b->one_wrist = h->one_wrist;
	batches_make_up(b, person, h->zone, h->first, DAYS, h->seed);
	batches_sort(b);
}

static char *
finish(struct world *w)
{
	char *text = dump_results(line_store(w->line), &person, 1);
	world_close(w);
	return text;
}

static void
open_world(const struct history *h, struct world *w)
{
	world_open(w, h->config, UTC(INT64_C(1893456000000))); /* 2030-01-01 */
}

static void
open_history(struct history *h)
{
	struct batches b = {0};
	struct world w;
	const char *zone = zones[chance_between(&chance, 0, array_len(zones) - 1)];
	snprintf(h->config, sizeof h->config, "person \"%s\" { timezone = \"%s\" }\n",
		person, zone);
	if (zone_open(zone, &h->zone) != 0)
		exit(1);
	/* some of them over a change of clocks */
	h->first = civil_from_ymd(2025, 3, chance_between(&chance, 1, 31));
	h->seed = chance_next(&chance);
	h->one_wrist = chance_between(&chance, 0, 2) > 0;
	fill(h, &b);
	open_world(h, &w);
	for (unsigned i = 0; i < b.n; i++)
		world_put(&w, &b.list[i].from, b.list[i].payload, b.list[i].size);
	world_turn(&w, PIPELINE_HISTORY);
	h->want = finish(&w);
	batches_finish(&b);
}

static void
close_history(struct history *h)
{
	zone_free(h->zone);
	free(h->want);
	*h = (struct history){0};
}

struct keyed {
	int key;
	unsigned index;
};

static int
by_key(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;
	return a->key != b->key ? a->key - b->key
				: (a->index > b->index) - (a->index < b->index);
}

/* Every batch up to WINDOW places late, some once more. The caller frees it. */
static struct keyed *
schedule(const struct batches *b, unsigned *ret_n)
{
	struct keyed *list = xcalloc(2 * (size_t)b->n, sizeof *list);
	unsigned n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		int copies = 1 + (chance_between(&chance, 0, 99) < TWICE_PERCENT);
		for (int c = 0; c < copies; c++)
			list[n++] = (struct keyed){
				(int)i + chance_between(&chance, 0, WINDOW), i};
	}
	qsort(list, n, sizeof *list, by_key);
	*ret_n = n;
	return list;
}

/* What the schedule is, for whoever has to look into one. */
struct way {
	int live;
	enum batches_split split;
	const char *device;
};

static struct way
draw_way(const struct history *h)
{
	struct way way = {chance_between(&chance, 0, 1),
		(enum batches_split)chance_between(&chance, 0, SPLIT_COUNT - 1),
		devices[chance_between(&chance, 0, array_len(devices) - 1)]};
	if (chance_between(&chance, 0, 1)) /* most of it is movement */
		way.device = "right";
	/* which of two wrists counts is decided by who has more samples: of one of them in two halves
	 * nobody can know that they are one wrist, so the other may count then */
	if (!h->one_wrist && strcmp(way.device, "right") == 0)
		way.device = "band";
	return way;
}

static char *
run(const struct history *h, const struct way *way)
{
	struct batches b = {.split = way->split, .salt = chance_next(&chance)};
	struct world w;
	unsigned n;
	snprintf(b.split_device, sizeof b.split_device, "%s", way->device);
	fill(h, &b);
	struct keyed *list cleanup(freep) = schedule(&b, &n);
	open_world(h, &w);
	for (unsigned i = 0; i < n; i++) {
		const struct packed *p = &b.list[list[i].index];
		world_put(&w, &p->from, p->payload, p->size);
		if (way->live && chance_between(&chance, 1, TURN_EVERY) == 1) {
			w.now.ms += chance_between(&chance, 0, 20000);
			world_turn(&w, PIPELINE_LIVE);
		}
	}
	world_turn(&w, way->live ? PIPELINE_LIVE : PIPELINE_HISTORY);
	world_go(&w, UTC(w.now.ms + (way->live ? HOUR_MS : 0)));
	batches_finish(&b);
	return finish(&w);
}

static size_t
line_length(const char *s)
{
	return strcspn(s, "\n");
}

static int
differs(const struct history *h, const char *got, unsigned i, const struct way *way)
{
	static const char *const splits[SPLIT_COUNT] = {
		"whole", "by batches", "by samples"};
	const char *want = h->want;
	if (strcmp(want, got) == 0)
		return 0;
	while (*want && line_length(want) == line_length(got) &&
		strncmp(want, got, line_length(want)) == 0) {
		want += line_length(want) + 1;
		got += line_length(got) + 1;
	}
	printf("FAILED: schedule %u, %s, %s %s, history of seed %llu:\n- %.*s\n+ %.*s\n",
		i, way->live ? "live" : "as history", way->device, splits[way->split],
		(unsigned long long)h->seed, (int)line_length(want), want,
		(int)line_length(got), got);
	return 1;
}

int
main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 300, bad = 0;
	unsigned nights = 0, histories = 0, split = 0;
	struct history h = {0};
	chance.state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	for (unsigned i = 0; i < n && bad < 10; i++) {
		if (i % (n < 10 * PER_HISTORY ? PER_HISTORY / 10 : PER_HISTORY) == 0) {
			close_history(&h);
			open_history(&h);
			histories++;
			for (const char *at = h.want; (at = strstr(at, "night ")); at++)
				nights++;
		}
		struct way way = draw_way(&h);
		char *got = run(&h, &way);
		split += way.split != SPLIT_NONE;
		bad += (unsigned)differs(&h, got, i, &way);
		free(got);
	}
	close_history(&h);
	printf("%u schedules of %u histories with %u nights, a device split in %u of "
	       "them, "
	       "%u different\n",
		n, histories, nights, split, bad);
	return bad > 0 || nights == 0;
}
