/* SPDX-License-Identifier: MIT */
/* sleep_wake on the shared nights with polysomnography. test_sleep_wake_psg --print gives p of
 * every epoch, for tests/acceptance/sleep_wake.py, which compares it with the fit's own
 * arithmetic and judges nights left out. */
#include "scorers/sleep_wake_night.h"

#define EPOCHS_MAX  1000
#define SUBJECTS    21
#define SHARED_FILE "sleep/sleep_accel_psg/sleep_accel_epochs30.csv"

struct shared_night {
	double count[EPOCHS_MAX], heart[EPOCHS_MAX], stage[EPOCHS_MAX];
	uint32_t n;
};

/* Returns the nights, 0 where the file is not there. */
static int
read_shared(struct shared_night *nights)
{
	FILE *f = shared_data(SHARED_FILE);
	char line[256], *cells[8], last[16] = "";
	int k = -1;
	if (!f)
		return 0;
	assert_non_null(fgets(line, sizeof line, f));
	while (fgets(line, sizeof line, f)) {
		assert_int_equal(split(line, cells, 8), 8);
		if (strcmp(cells[0], last) != 0) {
			assert_true(++k < SUBJECTS);
			snprintf(last, sizeof last, "%s", cells[0]);
			for (int i = 0; i < EPOCHS_MAX; i++)
				nights[k].count[i] = nights[k].heart[i] =
					nights[k].stage[i] = NAN;
		}
		long at = lround(number(cells[2]) * 120);
		assert_in_range(at, 0, EPOCHS_MAX - 1);
		nights[k].stage[at] = number(cells[3]);
		nights[k].count[at] = number(cells[4]);
		nights[k].heart[at] = number(cells[5]);
		nights[k].n = (uint32_t)at + 1;
	}
	fclose(f);
	return k + 1;
}

static void
score_shared(struct rig *r, const struct shared_night *night, int with_heart, double *p)
{
	double nothing[EPOCHS_MAX];
	for (int i = 0; i < EPOCHS_MAX; i++)
		nothing[i] = NAN;
	lend(r, nothing, NULL, night->n);
	rig_view(r, WALCH_COUNT, night->count, night->n, STEP_S);
	if (with_heart)
		rig_view(r, WALCH_HEART, night->heart, night->n, STEP_S);
	score_p(r, p);
}

/* These nights were fitted: a check of the sums, no measure of what it is worth. */
static void
fitted_nights_are_found_again(void **state)
{
	static struct shared_night nights[SUBJECTS];
	double p[EPOCHS_MAX];
	int n = read_shared(nights), seen[2] = {0}, found[2] = {0};
	if (n == 0)
		skip();
	assert_int_equal(n, SUBJECTS);
	for (int k = 0; k < n; k++) {
		score_shared(*state, &nights[k], 1, p);
		for (uint32_t i = 0; i < nights[k].n; i++) {
			int sleep = nights[k].stage[i] > 0;
			assert_int_equal(isnan(p[i]), isnan(nights[k].stage[i]));
			if (isnan(p[i]))
				continue;
			seen[sleep]++;
			found[sleep] += (p[i] >= SLEEP_WAKE_THRESHOLD) == sleep;
		}
	}
	print_message("fitted nights: %d of %d sleep, %d of %d wake\n", found[1], seen[1],
		found[0], seen[0]);
	assert_int_equal(seen[0] + seen[1], 16464);
	assert_true(found[1] > .92 * seen[1] && found[0] > .65 * seen[0]);
}

static int
print_shared(void)
{
	static struct shared_night nights[SUBJECTS];
	struct rig *r = rig_open("sleep_wake");
	double whole[EPOCHS_MAX], counts[EPOCHS_MAX];
	int n = read_shared(nights);
	for (int k = 0; k < n; k++) {
		score_shared(r, &nights[k], 1, whole);
		score_shared(r, &nights[k], 0, counts);
		for (uint32_t i = 0; i < nights[k].n; i++)
			if (!isnan(nights[k].stage[i]))
				printf("%.17g %.17g\n", whole[i], counts[i]);
	}
	rig_close(r);
	return n ? 0 : 77;
}

#define t(f) rig_test(f, "sleep_wake")

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		t(fitted_nights_are_found_again),
	};
	if (argc > 1 && strcmp(argv[1], "--print") == 0)
		return print_shared();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
