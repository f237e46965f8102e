/* SPDX-License-Identifier: MIT */
/* The example of docs/writing-a-scorer.md, taken out of the document, compiled with cc,
 * opened by the loader, ordered among the bundled scorers, and run on a night. */
#include "scorers/rig.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MINUTES 480

static char dir[] = "/tmp/dozed-guide-XXXXXX";
static int lines;

/* The first C block of the guide into <dir>/resting_pulse.c. */
static void
take_example(void)
{
	char path[1024], line[512];
	int inside = 0;
	snprintf(
		path, sizeof path, "%s/docs/writing-a-scorer.md", getenv("DOZED_SOURCE"));
	FILE *guide = fopen(path, "r");
	snprintf(path, sizeof path, "%s/resting_pulse.c", dir);
	FILE *source = fopen(path, "w");
	assert_non_null(guide);
	assert_non_null(source);
	while (fgets(line, sizeof line, guide)) {
		if (inside && strcmp(line, "```\n") == 0)
			break;
		if (inside) {
			fputs(line, source);
			lines++;
		}
		inside |= strcmp(line, "```c\n") == 0;
	}
	fclose(guide);
	fclose(source);
}

static void
compile_example(void)
{
	char include[1024], so[128], source[128];
	int status = -1;
	snprintf(include, sizeof include, "-I%s/plugins", getenv("DOZED_SOURCE"));
	snprintf(so, sizeof so, "%s/resting_pulse.so", dir);
	snprintf(source, sizeof source, "%s/resting_pulse.c", dir);
	pid_t child = fork();
	if (child == 0) {
		execlp("cc", "cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra",
			"-Werror", include, "-o", so, source, "-lm", (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(chmod(so, 0644), 0);
}

static int
setup(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	take_example();
	compile_example();
	return 0;
}

static int
teardown(void **state)
{
	static const char *const names[] = {"resting_pulse.c", "resting_pulse.so"};
	char path[128];
	(void)state;
	for (size_t i = 0; i < array_len(names); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

static void
example_has_at_most_thirty_lines(void **state)
{
	(void)state;
	assert_in_range(lines, 20, 30);
}

static void
example_runs_on_a_night(void **state)
{
	static double pulse[MINUTES];
	struct rig *r = rig_open_in(dir, "resting_pulse");
	(void)state;
	for (int i = 0; i < MINUTES; i++)
		pulse[i] = 60;
	for (int i = 200; i < 205; i++)
		pulse[i] = 48;
	for (int i = 300; i < 309; i++) /* lower, but never five minutes without a gap */
		pulse[i] = i == 304 ? NAN : 40;
	r->in.end_ms = r->in.at_ms = MINUTES * 60000;
	rig_view(r, 0, pulse, MINUTES, 60);
	assert_int_equal(rig_score(r), SCORER_OK);
	/* four minutes of 40 and one of 60 are calmer on the mean than five of 48 */
	assert_float_equal(rig_value(r, "night.pulse_low"), 44, 1e-12);
	r->options[0] = 3;
	assert_int_equal(rig_score(r), SCORER_OK);
	assert_float_equal(rig_value(r, "night.pulse_low"), 40, 1e-12);
	for (int i = 0; i < MINUTES; i += 2)
		pulse[i] = NAN;
	assert_int_equal(rig_score(r), SCORER_SKIP);
	assert_string_equal(r->out.skip, "no heart rate without a gap");
	rig_close(r);
}

static void
example_takes_its_place_in_the_order(void **state)
{
	struct rig *mine = rig_open_in(dir, "resting_pulse");
	struct rig *stats = rig_open("sleep_stats"), *minutes = rig_open("cole_kripke");
	struct scorers *all = xcalloc(1, sizeof *all);
	char why[SCORERS_WHY_LEN];
	(void)state;
	assert_int_equal(scorers_add(all, mine->desc, why), 0);
	assert_int_equal(scorers_add(all, stats->desc, why), 0);
	assert_int_equal(scorers_add(all, minutes->desc, why), 0);
	assert_int_equal(scorers_set(all, "resting_pulse", "minutes", "10", why), 0);
	assert_int_equal(scorers_set(all, "resting_pulse", "minutes", "90", why),
		SCORERS_E_OPTION);
	assert_string_equal(why, "resting_pulse: minutes = 90 is outside 1..60 min");
	assert_int_equal(scorers_order(all, why), 0);
	assert_string_equal(all->list[0].desc->name, "cole_kripke");
	assert_string_equal(all->list[1].desc->name, "resting_pulse");
	free(all);
	rig_close(mine);
	rig_close(stats);
	rig_close(minutes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_has_at_most_thirty_lines),
		cmocka_unit_test(example_runs_on_a_night),
		cmocka_unit_test(example_takes_its_place_in_the_order),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
