/* SPDX-License-Identifier: MIT */
/* The real bridge, a real mosquitto and a tiny hub that acks: what is lost on the way or
 * killed on the way arrives all the same, and every (epoch, seq) is one batch for ever. */
#include "bridge_hub.h"

/* --- tests --------------------------------------------------------------------------- */

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/dozed-publish-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	start_broker("allow_anonymous true");
	return 0;
}

static void
everything_arrives_and_the_bridge_says_goodbye(void **state)
{
	(void)state;
	start_hub(0, 0);
	assert_exit(0,
		start_bridge("sim --people 2 --nights 40 --to %U --spool %S --wait 30"));
	assert_string_equal(said, "");
	assert_no_holes(78);
	assert_int_equal(hub.repeats, 0);
	pthread_mutex_lock(&hub.mutex);
	while (strcmp(hub.online, "offline") != 0)
		pthread_cond_wait(&hub.changed, &hub.mutex);
	pthread_mutex_unlock(&hub.mutex);
	/* the next run counts on */
	unsigned before = hub.distinct;
	assert_exit(0, start_bridge("sim --nights 5 --to %U --spool %S --wait 30"));
	assert_no_holes(before + 5);
	assert_int_equal(hub.repeats, 0);
}

static void
what_a_broker_drops_is_sent_again(void **state)
{
	(void)state;
	start_hub(7, 0);
	/* The last is no multiple of 7, so its ack shows all gaps; and they are filled at
	 * once, not after the silence that --wait would not outlast. */
	assert_exit(
		0, start_bridge("sim --nights 60 --seed 3 --to %U --spool %S --wait 4"));
	assert_no_holes(57);
	assert_true(hub.heard - hub.distinct >= 8);
	assert_true(hub.repeats < 8);
}

static void
a_killed_bridge_loses_nothing(void **state)
{
	static const unsigned moments[] = {0, 1, 17, 60, 90, 150};
	(void)state;
	start_hub(11, 0);
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		unsigned from = hub.heard;
		pid_t pid = start_bridge(
			"sim --people 4 --nights 50 --to %U --spool %S --wait 30");
		await(&hub.heard, from + moments[i]);
		kill(pid, SIGKILL);
		assert_int_equal(ended(pid), -1);
	}
	assert_exit(0, start_bridge("send --to %U --spool %S --wait 30"));
	assert_no_holes(150);
	printf("6 kills: %u messages, %u batches, %u of them twice, none lost\n",
		hub.heard, hub.distinct, hub.repeats);
}

static void
without_answers_it_keeps_everything_and_says_so(void **state)
{
	(void)state;
	start_hub(0, 1);
	assert_exit(1, start_bridge("sim --nights 30 --to %U --spool %S --wait 1"));
	assert_non_null(strstr(said, "no answer from dozed"));
	assert_non_null(
		strstr(said, "batches wait in the spool and will be sent next time"));
	unsigned waiting = hub.distinct;
	assert_true(waiting >= 28);
	/* a day later the hub answers */
	pthread_mutex_lock(&hub.mutex);
	hub.mute = 0;
	pthread_mutex_unlock(&hub.mutex);
	assert_exit(0, start_bridge("send --to %U --spool %S --wait 30"));
	assert_int_equal(hub.distinct, waiting);
	assert_no_holes(waiting);
	assert_exit(0, start_bridge("send --to %U --spool %S --wait 30"));
}

static void
without_a_broker_it_keeps_everything_and_says_so(void **state)
{
	(void)state;
	stop_broker();
	assert_exit(1, start_bridge("sim --nights 10 --to %U --spool %S --wait 1"));
	assert_non_null(strstr(said, "no connection to 127.0.0.1"));
	assert_non_null(strstr(said, "10 batches wait in the spool"));
}

static void
a_refused_password_is_no_reason_to_wait(void **state)
{
	(void)state;
	stop_broker();
	start_broker("allow_anonymous false");
	assert_exit(1, start_bridge("sim --nights 10 --to %U --spool %S --wait 600"));
	assert_non_null(strstr(said, "we are not authorised"));
	assert_non_null(strstr(said, "10 batches wait in the spool"));
}

static void
a_broker_that_comes_back_is_served(void **state)
{
	(void)state;
	start_hub(0, 1);
	pid_t pid = start_bridge("sim --nights 40 --to %U --spool %S --wait 30");
	await(&hub.heard, 5);
	stop_hub();
	kill(broker, SIGKILL); /* with everything it held */
	waitpid(broker, NULL, 0);
	char conf[128];
	snprintf(conf, sizeof conf, "%s/mosquitto.conf", dir);
	broker = fork();
	if (broker == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execlp("mosquitto", "mosquitto", "-c", conf, (char *)NULL);
		execl("/usr/sbin/mosquitto", "mosquitto", "-c", conf, (char *)NULL);
		_exit(127);
	}
	while (!answers())
		nanosleep(&(struct timespec){0, 5000000}, NULL);
	start_hub(0, 0);
	assert_exit(0, pid);
	assert_no_holes(38);
}

static void
a_stranger_holds_up_nobody(void **state)
{
	(void)state;
	start_hub(0, 0);
	hub.stranger = "person_00";
	/* far more of the stranger's than may be in flight */
	pid_t pid =
		start_bridge("sim --people 2 --nights 160 --to %U --spool %S --wait 8");
	assert_exit(1, pid);
	assert_non_null(strstr(said, "are these people in its configuration?"));
	uint64_t served = person_of("person_01")->highest;
	assert_in_range(served, 145, 160);
	/* once the hub knows them too, theirs come */
	pthread_mutex_lock(&hub.mutex);
	hub.stranger = NULL;
	pthread_mutex_unlock(&hub.mutex);
	assert_exit(0, start_bridge("send --to %U --spool %S --wait 30"));
	assert_int_equal(person_of("person_01")->highest, served);
	assert_no_holes(290);
}

static void
a_full_spool_waits_for_room(void **state)
{
	(void)state;
	start_hub(0, 0);
	/* three days of acceleration at 4 Hz: more than one MiB */
	char path[96], words[256];
	snprintf(path, sizeof path, "%s/a.csv", dir);
	FILE *f = fopen(path, "w");
	fprintf(f, "time,accel_x,accel_y,accel_z\n");
	for (int64_t i = 0; i < 400000; i++)
		fprintf(f, "%lld,%d,%d,%d\n",
			(long long)(INT64_C(1767225600000) + 250 * i), (int)(i % 1000),
			(int)(i % 77), (int)(i % 13));
	fclose(f);
	snprintf(words, sizeof words,
		"csv --person anna --source sim --to %%U --spool %%S --spool-limit 1 "
		"--wait 30 %s",
		path);
	assert_exit(0, start_bridge(words));
	assert_non_null(strstr(said, "the spool is full (1 MiB, --spool-limit)"));
	assert_no_holes(400000 * 6 / (48 * 1024));
}

int
main(void)
{
#define PUBLISH_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		PUBLISH_TEST(everything_arrives_and_the_bridge_says_goodbye),
		PUBLISH_TEST(what_a_broker_drops_is_sent_again),
		PUBLISH_TEST(a_killed_bridge_loses_nothing),
		PUBLISH_TEST(without_answers_it_keeps_everything_and_says_so),
		PUBLISH_TEST(without_a_broker_it_keeps_everything_and_says_so),
		PUBLISH_TEST(a_refused_password_is_no_reason_to_wait),
		PUBLISH_TEST(a_broker_that_comes_back_is_served),
		PUBLISH_TEST(a_stranger_holds_up_nobody),
		PUBLISH_TEST(a_full_spool_waits_for_room),
	};
	if (system("mosquitto -h >/dev/null 2>&1; [ $? -ne 127 ] || [ -x "
		   "/usr/sbin/mosquitto ]")) {
		puts("SKIP: mosquitto not found");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
