/* SPDX-License-Identifier: MIT */
/* dozed-determinism [POINTS [SEED]]: the same inputs, however they come, give the same bytes.
 *
 * A set of batches of the past is fed to a running hub (many turns at arbitrary moments, its
 * clock going on) in several ways: in order, twice, shuffled within ten minutes of event time,
 * shuffled within a thousand batches with a third of them twice, with the hub closed and
 * opened again at POINTS random places; and imported as history. What is in the store at the end is
 * compared, every field of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batches.h"
#include "chance.h"
#include "dump.h"
#include "world.h"

#define LATENESS_MS   (10 * MINUTE_MS)
#define WINDOW        1000
#define TWICE_PERCENT 30
#define TURN_EVERY    25 /* batches, on average */

struct input {
	const char *name;
	struct batches set;
	char config[2048];
	const char *people[8];
	unsigned n_people;
};

struct order {
	unsigned *list; /* indices into the set */
	unsigned n;
};

static struct chance chance;

/* --- orders ------------------------------------------------------------------------------ */

static struct order
in_order(const struct batches *b, int times)
{
	struct order o = {
		xcalloc(b->n * (unsigned)times, sizeof *o.list), b->n * (unsigned)times};
	for (unsigned i = 0; i < o.n; i++)
		o.list[i] = i % b->n;
	return o;
}

struct keyed {
	int64_t key;
	unsigned index;
};

static int
by_key(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* Each is late by up to spread; twice_percent of them come once more, late on their own. */
static struct order
shuffled(const struct batches *b, int64_t spread, int by_time, int twice_percent)
{
	struct keyed *keys = xcalloc(2 * (size_t)b->n, sizeof *keys);
	unsigned n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		int copies = 1 + (chance_between(&chance, 0, 99) < twice_percent);
		for (int c = 0; c < copies; c++)
			keys[n++] = (struct keyed){
				(by_time ? b->list[i].last.ms : (int64_t)i) +
					chance_between(&chance, 0, (int)spread),
				i};
	}
	qsort(keys, n, sizeof *keys, by_key);
	struct order o = {xcalloc(n, sizeof *o.list), n};
	for (unsigned i = 0; i < n; i++)
		o.list[i] = keys[i].index;
	free(keys);
	return o;
}

/* --- a run --------------------------------------------------------------------------------- */

static void
put(struct world *w, const struct packed *p)
{
	world_put(w, &p->from, p->payload, p->size);
}

static void
reopen(struct world *w)
{
	world_off(w);
	world_on(w);
}

/* A hub's life: what comes, turns in between, restarts at random places, and an hour's peace. */
static char *
live(const struct input *in, const struct order *o, unsigned points)
{
	struct world w;
	unsigned left = points;
	world_open(&w, in->config, UTC(INT64_C(1893456000000))); /* 2030-01-01 */
	for (unsigned i = 0; i < o->n; i++) {
		put(&w, &in->set.list[o->list[i]]);
		if (left > 0 && chance_next(&chance) % (o->n - i) < left) {
			left--;
			reopen(&w);
		}
		if (chance_between(&chance, 1, TURN_EVERY) == 1)
			world_go(&w, UTC(w.now.ms + chance_between(&chance, 0, 20000)));
		if (chance_between(&chance, 1, TURN_EVERY) == 1)
			world_turn(&w, PIPELINE_LIVE);
	}
	world_turn(&w, PIPELINE_LIVE);
	world_go(&w, UTC(w.now.ms + HOUR_MS));
	if (line_waiting(w.line) || line_backlog(w.line)) {
		fprintf(stderr,
			"after an hour %u nights are open and %d batches not scored\n",
			line_waiting(w.line), (int)line_backlog(w.line));
		exit(1);
	}
	if (w.n_said > 0) {
		fprintf(stderr, "history was announced\n");
		exit(1);
	}
	char *text = dump_results(line_store(w.line), in->people, in->n_people);
	world_close(&w);
	return text;
}

static char *
import(const struct input *in, const struct order *o)
{
	struct world w;
	world_open(&w, in->config, UTC(INT64_C(1893456000000)));
	for (unsigned i = 0; i < o->n; i++)
		put(&w, &in->set.list[o->list[i]]);
	world_turn(&w, PIPELINE_HISTORY);
	char *text = dump_results(line_store(w.line), in->people, in->n_people);
	world_close(&w);
	return text;
}

/* --- comparing ------------------------------------------------------------------------------- */

static size_t
line_length(const char *s)
{
	return strcspn(s, "\n");
}

static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;
	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static int
same(const char *name, const char *way, const char *want, const char *got)
{
	if (strcmp(want, got) == 0) {
		printf("ok: %s, %s\n", name, way);
		return 1;
	}
	while (line_length(want) == line_length(got) &&
		strncmp(want, got, line_length(want)) == 0 && *want) {
		want += line_length(want) + 1;
		got += line_length(got) + 1;
	}
	printf("FAILED: %s, %s: the first line that differs:\n- %.*s\n+ %.*s\n", name,
		way, (int)line_length(want), want, (int)line_length(got), got);
	return 0;
}

static int
compare(struct input *in, unsigned points)
{
	batches_sort(&in->set);
	struct order plain = in_order(&in->set, 1), twice = in_order(&in->set, 2);
	struct order late = shuffled(&in->set, LATENESS_MS, 1, 0);
	struct order wild = shuffled(&in->set, WINDOW, 0, TWICE_PERCENT);
	char *want = live(in, &plain, 0);
	printf("%s: %u batches, %u nights, %u forecasts, %u alerts\n", in->name,
		in->set.n, count(want, "night "), count(want, " forecast "),
		count(want, "\nalert "));
	const struct {
		const char *way;
		char *text;
	} got[] = {
		{"as history", import(in, &plain)},
		{"as history, shuffled", import(in, &wild)},
		{"twice", live(in, &twice, 0)},
		{"shuffled within ten minutes", live(in, &late, 0)},
		{"shuffled within a thousand, a third twice", live(in, &wild, 0)},
		{"closed and opened again", live(in, &plain, points)},
		{"shuffled, closed and opened again", live(in, &wild, points)},
	};
	int ok = count(want, "night ") > 0;
	for (unsigned i = 0; i < array_len(got); i++) {
		ok &= same(in->name, got[i].way, want, got[i].text);
		free(got[i].text);
	}
	free(want);
	free(plain.list);
	free(twice.list);
	free(late.list);
	free(wild.list);
	batches_finish(&in->set);
	return ok;
}

/* --- inputs ------------------------------------------------------------------------------------ */

static void
add_person(struct input *in, const char *id, const char *zone)
{
	size_t used = strlen(in->config);
	snprintf(in->config + used, sizeof in->config - used,
		"person \"%s\" { timezone = \"%s\" }\n", id, zone);
	in->people[in->n_people++] = id;
}

static int
made_up(unsigned points)
{
	static const struct {
		const char *id, *zone;
	} people[] = {{"anna", "Europe/Berlin"}, {"ben", "America/New_York"},
		{"cleo", "Pacific/Auckland"}};
	/* with scorers that look back on other nights and on minutes between them */
	struct input in = {.name = "made up",
		.config = "scorers = {\"cole_kripke\", \"vendor_stages\", "
			  "\"sleep_stats\", \"night_score\", \"fragmentation\", "
			  "\"baseline\", \"sleep_debt\", \"regularity\", "
			  "\"pain_forecast\"}\n"};
	for (unsigned i = 0; i < array_len(people); i++) {
		struct zone *z;
		if (zone_open(people[i].zone, &z) != 0)
			exit(1);
		add_person(&in, people[i].id, people[i].zone);
		/* both Berlin's and New York's change of clocks lie in it */
		batches_make_up(&in.set, people[i].id, z, civil_from_ymd(2025, 3, 5), 30,
			chance_next(&chance));
		zone_free(z);
	}
	return compare(&in, points);
}

static int
recorded(unsigned points)
{
	struct input in = {.name = "recorded"};
	static const char *const awd[] = {"awd_1", "awd_2", "awd_3"},
				 *const diary[] = {"person_00", "person_01", "person_02"};
	for (int i = 0; i < 3; i++) {
		add_person(&in, awd[i], "UTC");
		add_person(&in, diary[i], "UTC");
		if (batches_awd(&in.set, awd[i], i + 1) != 0)
			return 1; /* said SKIP */
	}
	if (batches_diary(&in.set, 3, 60) != 0)
		return 1;
	return compare(&in, points);
}

int
main(int argc, char **argv)
{
	unsigned points = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	chance.state = seed;
	printf("%u restarts, seed %llu\n", points, (unsigned long long)seed);
	int ok = made_up(points);
	ok &= recorded(points);
	return !ok;
}
