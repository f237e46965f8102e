/* SPDX-License-Identifier: MIT */
/* What raw acceleration costs: 8 h of three axes at 50 Hz through z_angle, enmo and
 * activity_index (and nonwear), window by window as the host cuts them, on three kinds of arm:
 *     still   asleep, turning over now and then, with the noise of a sensor
 *     busy    never still, +-2 g
 *     hostile from one end of the range to the other, sample by sample
 * usage: DOZED_SCORER_DIR=BUILD/scorers bench_accel */
#include "scorer.h"

#include "bench/cost.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define RATE        50
#define INTERVAL_MS (1000 / RATE)
#define HOURS       8
#define SAMPLES     (HOURS * 3600 * RATE)
#define AXES        3
#define ROOM        256
#define PI          3.14159265358979323846

static uint64_t
chance(void)
{
	static uint64_t state = 1;
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static double
noise(int mg)
{
	return (double)(chance() % (2 * (unsigned)mg + 1)) - mg;
}

static void
make_still(double *axis[AXES])
{
	double tilt = 0;
	for (int i = 0; i < SAMPLES; i++) {
		if (chance() % (600 * RATE) == 0) /* about every ten minutes */
			tilt = (double)(chance() % 360) * PI / 180;
		axis[0][i] = rint(1000 * cos(tilt)) + noise(4);
		axis[1][i] = noise(4);
		axis[2][i] = rint(1000 * sin(tilt)) + noise(4);
	}
}

static void
make_busy(double *axis[AXES])
{
	for (int i = 0; i < SAMPLES; i++)
		for (int a = 0; a < AXES; a++)
			axis[a][i] = noise(2000);
}

static void
make_hostile(double *axis[AXES])
{
	for (int i = 0; i < SAMPLES; i++)
		for (int a = 0; a < AXES; a++)
			axis[a][i] = i % 2 ? 12000 - noise(200) : -12000 + noise(200);
}

/* Every window of the night; returns the seconds it took. */
static double
run(const struct scorer *d, double *axis[AXES])
{
	double options[16] = {0};
	struct scorer_value values[ROOM];
	struct scorer_reason reasons[8];
	size_t size =
		d->scratch_size + d->scratch_each * (size_t)d->window.length_s * RATE;
	void *scratch = malloc(size ? size : 1);
	for (int i = 0; d->options && d->options[i].name; i++)
		options[i] = d->options[i].def;
	double before = seconds();
	for (int at = 0; at < HOURS * 3600; at += d->window.hop_s) {
		int from = at - d->window.anchor_s, to = from + d->window.length_s;
		struct scorer_view views[AXES];
		struct scorer_result ret = {.values = values,
			.cap_values = ROOM,
			.reasons = reasons,
			.cap_reasons = 8};
		from = from < 0 ? 0 : from;
		to = to > HOURS * 3600 ? HOURS * 3600 : to;
		for (int a = 0; a < AXES; a++)
			views[a] = (struct scorer_view){axis[a] + from * RATE,
				(uint32_t)(to - from) * RATE, INTERVAL_MS, from * 1000LL,
				NULL};
		struct scorer_window in = {.size = sizeof in,
			.n_views = AXES,
			.views = views,
			.start_ms = from * 1000LL,
			.end_ms = to * 1000LL,
			.at_ms = at * 1000LL,
			.scratch = scratch,
			.scratch_size = size};
		memset(scratch, 0, size);
		d->score(&in, options, &ret);
	}
	double took = seconds() - before;
	free(scratch);
	return took;
}

static const struct scorer *
open_scorer(const char *name)
{
	char path[1024];
	const char *dir = getenv("DOZED_SCORER_DIR");
	snprintf(path, sizeof path, "%s/%s.so", dir ? dir : "scorers", name);
	void *so = dlopen(path, RTLD_NOW); /* open until the end */
	if (!so) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	return dlsym(so, "dozed_scorer");
}

int
main(void)
{
	static const char *const names[] = {
		"z_angle", "enmo", "activity_index", "nonwear"};
	static const struct {
		const char *name;
		void (*make)(double *axis[AXES]);
	} arms[] = {
		{"still", make_still}, {"busy", make_busy}, {"hostile", make_hostile}};
	double *axis[AXES];
	for (int a = 0; a < AXES; a++)
		axis[a] = malloc(SAMPLES * sizeof **axis);
	printf("%d h of %d Hz, three axes: ns for a sample of three axes, s for the "
	       "night\n",
		HOURS, RATE);
	for (unsigned k = 0; k < sizeof arms / sizeof *arms; k++) {
		double all = 0;
		arms[k].make(axis);
		for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
			double s = run(open_scorer(names[i]), axis);
			all += i < 3 ? s : 0; /* not worn is asked every 15 min only */
			printf("%-8s %-15s %6.1f ns %6.3f s\n", arms[k].name, names[i],
				s / SAMPLES * 1e9, s);
		}
		printf("%-8s %-15s %6.1f ns %6.3f s\n", arms[k].name, "first three",
			all / SAMPLES * 1e9, all);
	}
	for (int a = 0; a < AXES; a++)
		free(axis[a]);
	return 0;
}
