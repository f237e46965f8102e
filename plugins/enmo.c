/* SPDX-License-Identifier: MIT */
/* enmo: how much the wrist accelerates beyond gravity, every 5 s, from raw acceleration.
 *
 * van Hees 2013 (PLoS ONE 8:e61691), Euclidean norm minus one:
 *     ENMO = mean over 5 s of max(sqrt(ax^2 + ay^2 + az^2) - 1 g, 0), in mg.
 * Negative differences count as 0 sample by sample, as in the paper and GGIR.
 *
 * Input: accel_x, accel_y, accel_z in mg on one grid of 25 to 200 Hz (intervals of 5 to 40 ms).
 * gravity: what the sensor reads at rest; a sensor that reads 1015 mg adds 15 mg to every value
 * of a still arm, which is as much as sleep. Set it where that is known; no calibration is done
 * here. As a rule of thumb, ours: up to 10 mg still, 30 to 40 light, 100 and more brisk walking.
 *
 * Missing: a sample counts where all three axes are there. 5 s with less than half of their
 * samples get no value. The confidence is the share that was there.
 *
 * What it cannot say: slow turning hardly shows (z_angle sees it), and noise of the sensor
 * counts as movement, as only what is above 1 g is kept. */
#include "axes.h"

enum { WRITE_ENMO };
enum { OPTION_GRAVITY };

#define EPOCH_MS 5000
#define HOP_S    60

static double
mean_beyond(const struct scorer_view *a, int from, int to, double gravity, int *ret_n)
{
	double sum = 0;
	int n = 0;
	for (int i = from; i < to; i++) {
		double x = a[READ_X].v[i], y = a[READ_Y].v[i], z = a[READ_Z].v[i];
		double beyond = sqrt(x * x + y * y + z * z) - gravity;
		sum += beyond > 0 ? beyond : 0; /* nothing, too, where it is NAN */
		n += !isnan(beyond);
	}
	*ret_n = n;
	return n ? sum / n : NAN;
}

static int
score(const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	const struct scorer_view *a = in->views;
	int written = 0;
	const char *why = axes_refuse(a);
	if (why)
		return scorer_skip(ret, why);
	int due = axes_due(a, EPOCH_MS);
	for (int k = 0; k < HOP_S * 1000 / EPOCH_MS; k++) {
		int64_t t = in->at_ms + k * EPOCH_MS;
		int n = 0;
		double v = mean_beyond(a, axes_index(a, t), axes_index(a, t + EPOCH_MS),
			options[OPTION_GRAVITY], &n);
		if (2 * n < due)
			continue;
		scorer_put(ret, WRITE_ENMO, t, v, fmin((double)n / due, 1));
		written++;
	}
	return written ? SCORER_OK
		       : scorer_skip(ret, "too little acceleration in this minute");
}

SCORER_EXPORT = {
	SCORER_HEAD,
	.name = "enmo",
	.version = "1.0",
	.summary = "acceleration beyond gravity every 5 s (ENMO, van Hees 2013)",
	.reads = axes_reads,
	.writes =
		(const struct scorer_port[]){{"enmo", "mg", 0, 60000, 0, EPOCH_MS}, {0}},
	.window = {SCORER_SLIDING, HOP_S, HOP_S, 0, 0},
	.options =
		(const struct scorer_option[]){
			{"gravity", 1000, 900, 1100, "mg", NULL,
				"what the sensor reads lying still"},
			{0},
		},
	.score = score,
};
