/* SPDX-License-Identifier: MIT */
/* What a night of raw acceleration costs from the payload on: 8 h of three axes at 50 Hz, packed as a
 * bridge packs them, decoded, laid out hour by hour and scored. First with a scorer that only looks at
 * each window, which is the host's own part, then with those that are named.
 * usage: DOZED_SCORER_DIR=BUILD/scorers bench_raw [z_angle enmo activity_index ...] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <dozed/v1/batch.pb-c.h>

#include "bench/cost.h"
#include "bench/samples.h"
#include "in/decode.h"
#include "sys/loader.h"

#define AXES        3
#define INTERVAL_MS 20
#define PIECE       10000 /* samples of an axis in a batch: as many as fit */
#define HOURS       8
#define BATCHES     (HOURS * 3600 * (1000 / INTERVAL_MS) / PIECE)
#define NOON        (INT64_C(20000) * DAY_MS + 12 * HOUR_MS)
#define EVENING     (NOON - 13 * HOUR_MS)
#define ROUNDS      4

static unsigned char *payloads[BATCHES];
static size_t sizes[BATCHES];
static struct arena arena;
static double decode_ms;

static int64_t
batch_start(int i)
{
	return EVENING + (int64_t)i * PIECE * INTERVAL_MS;
}

static void
pack(int i)
{
	static unsigned char i16[AXES][2 * PIECE];
	static unsigned seed = 7;
	Dozed__V1__Series axis[AXES], *list[AXES];
	Dozed__V1__Batch b = DOZED__V1__BATCH__INIT;
	for (int a = 0; a < AXES; a++) {
		dozed__v1__series__init(list[a] = &axis[a]);
		for (int k = 0; k < PIECE; k++) {
			seed = seed * 1103515245u + 12345u;
			int v = (a == 2 ? 1000 : 0) + (int)(seed >> 16) % 40 - 20;
			i16[a][2 * k] = (unsigned char)v;
			i16[a][2 * k + 1] = (unsigned char)(v >> 8);
		}
		axis[a].channel = (Dozed__V1__Channel)(10 + a); /* accel_x .. */
		axis[a].start_ms = batch_start(i);
		axis[a].interval_ms = INTERVAL_MS;
		axis[a].i16.data = i16[a];
		axis[a].i16.len = sizeof i16[a];
	}
	b.epoch = 1, b.seq = (uint64_t)i + 1;
	b.series = list, b.n_series = AXES;
	payloads[i] = malloc(DECODE_PAYLOAD_MAX);
	sizes[i] = dozed__v1__batch__get_packed_size(&b);
	if (!payloads[i] || sizes[i] > DECODE_PAYLOAD_MAX)
		abort();
	dozed__v1__batch__pack(&b, payloads[i]);
}

static int
samples(void *user, const char *person, utc_ms from, utc_ms to,
	int (*each)(void *, const struct batch *), void *ctx)
{
	struct device_id id = {"anna", "bridge", "band"};
	(void)user, (void)person;
	for (int i = 0; i < BATCHES; i++) {
		struct batch b;
		char why[DECODE_WHY_LEN];
		if (batch_start(i) >= to.ms || batch_start(i + 1) <= from.ms)
			continue;
		double begin = seconds();
		if (decode_batch(&arena, &id, UTC(NOON), UTC(INT64_MAX), payloads[i],
			    sizes[i], &b, why)) {
			fprintf(stderr, "%s\n", why);
			exit(1);
		}
		decode_ms += 1e3 * (seconds() - begin);
		int r = each(ctx, &b);
		if (r)
			return r;
	}
	return 0;
}

/* --- scorers ----------------------------------------------------------------------------- */

static int
glance(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	(void)options;
	scorer_put(ret, 0, in->at_ms, in->views[2].v[0], 1);
	return SCORER_OK;
}

static const struct scorer stub = {SCORER_HEAD, "glance", "1", "the first sample of 5 s",
	(const struct scorer_port[]){
		{"accel_x", "mg", -32768, 32767, 1, SCORER_AS_RECORDED},
		{"accel_y", "mg", -32768, 32767, 1, SCORER_AS_RECORDED},
		{"accel_z", "mg", -32768, 32767, 1, SCORER_AS_RECORDED}, {0}},
	(const struct scorer_port[]){{"glance", "mg", -32768, 32767, 0, 0}, {0}},
	.window = {SCORER_SLIDING, 5, 5, 0, 0}, .score = glance};

static void
run(const char *name, const struct scorers *set)
{
	static struct board board;
	static struct stretch stretch;
	struct line_io io = SAMPLES_ALONE(samples);
	if (board_init(&board, set) || stretch_init(&stretch, &board))
		exit(1);
	for (int i = 0; i < ROUNDS; i++) {
		decode_ms = 0;
		double begin = seconds();
		if (stretch_load(&stretch, &io, "anna", UTC(NOON - 30 * HOUR_MS),
			    UTC(NOON + 20 * HOUR_MS)) < 0)
			exit(1);
		double all = 1e3 * (seconds() - begin);
		printf("%-24s all %6.1f ms, of it decoding (twice) %5.1f ms\n", name, all,
			decode_ms);
	}
	for (unsigned i = 0; i < set->n; i++) {
		const struct board_scorer *s = &board.scorers[i];
		unsigned cells = 0;
		const struct board_grid *g = &board.channels[s->writes[0]].span;
		for (uint32_t k = 0; g->set && k < g->n; k++)
			cells += !isnan(g->v[k]);
		printf("  %-22s %llu calls, %u cells of %u ms, %llu skips, faults %s\n",
			s->scorer->desc->name, (unsigned long long)s->calls / ROUNDS,
			cells, g->interval_ms, (unsigned long long)s->skips / ROUNDS,
			s->faults ? s->last_fault : "none");
	}
	stretch_finish(&stretch);
	board_finish(&board);
}

int
main(int argc, char **argv)
{
	static struct scorers set;
	char why[LOADER_WHY_LEN] = "";
	struct loader *loader = NULL;
	struct rusage use;
	void *memory = malloc(DECODE_ARENA_SIZE);
	arena_init(&arena, memory, DECODE_ARENA_SIZE);
	for (int i = 0; i < BATCHES; i++)
		pack(i);
	printf("%d h of three axes at %d Hz, %d batches\n", HOURS, 1000 / INTERVAL_MS,
		BATCHES);
	if (scorers_add(&set, &stub, why) == 0 && scorers_order(&set, why) == 0)
		run("the host alone", &set);
	const char *dir = getenv("DOZED_SCORER_DIR");
	memset(&set, 0, sizeof set);
	for (int i = 1; i < argc; i++) {
		const struct scorer *d;
		if (!dir || (!loader && loader_new(dir, &loader)) ||
			loader_open(loader, argv[i], &d, why) ||
			scorers_add(&set, d, why)) {
			fprintf(stderr, "%s: %s\n", argv[i], why);
			return 1;
		}
	}
	if (set.n > 0 && scorers_order(&set, why) == 0)
		run("with those named", &set);
	fprintf(stderr, "%s%s", why, *why ? "\n" : "");
	if (getrusage(RUSAGE_SELF, &use) == 0)
		printf("most memory: %ld MiB, of it %d MiB payloads\n",
			use.ru_maxrss / 1024, BATCHES * DECODE_PAYLOAD_MAX >> 20);
	for (int i = 0; i < BATCHES; i++)
		free(payloads[i]);
	loader_free(loader);
	free(memory);
	return 0;
}
