/* SPDX-License-Identifier: MIT */
/* The real bridge, a real mosquitto and a tiny hub that acks: what is lost on the way or
 * killed on the way arrives all the same, and every (epoch, seq) is one batch for ever. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <MQTTAsync.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

#include "dozed/v1/ack.pb-c.h"
#include "dozed/v1/batch.pb-c.h"

#define SEQ_MAX    512
#define PEOPLE_MAX 8
#define PATIENCE_S 60

extern char **environ;
static char dir[64], url[64], said[16384];
static int port;
static pid_t broker;

/* --- processes ----------------------------------------------------------------------- */

static int
free_port(void)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static int
answers(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int ok = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
	close(fd);
	return ok;
}

static void
start_broker(const char *extra)
{
	char conf[128];
	snprintf(conf, sizeof conf, "%s/mosquitto.conf", dir);
	for (int attempt = 0; attempt < 5; attempt++) {
		int status;
		port = free_port();
		snprintf(url, sizeof url, "mqtt://127.0.0.1:%d", port);
		FILE *f = fopen(conf, "w");
		fprintf(f,
			"listener %d 127.0.0.1\n%s\npersistence "
			"false\nmax_queued_messages 100000\n"
			"log_type none\n",
			port, extra);
		fclose(f);
		pid_t parent = getpid();
		broker = fork();
		if (broker == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != parent)
				_exit(1);
			execlp("mosquitto", "mosquitto", "-c", conf, (char *)NULL);
			execl("/usr/sbin/mosquitto", "mosquitto", "-c", conf,
				(char *)NULL);
			_exit(127);
		}
		for (;;) {
			int status_now;
			if (answers())
				return;
			if (waitpid(broker, &status_now, WNOHANG) == broker)
				break; /* somebody else took the port */
			nanosleep(&(struct timespec){0, 5000000}, NULL);
		}
		(void)status;
	}
	fail_msg("mosquitto does not start");
}

static void
stop_broker(void)
{
	if (broker > 0) {
		kill(broker, SIGTERM);
		waitpid(broker, NULL, 0);
	}
	broker = 0;
}

/* argv by words; %U is the broker, %S the spool. */
static pid_t
start_bridge(const char *words)
{
	static char text[512], program[256], spool[96];
	char *argv[32] = {(char *)"dozed-bridge"};
	int n = 1;
	const char *build = getenv("DOZED_BUILD");

	snprintf(program, sizeof program, "%s/bridge/dozed-bridge", build ? build : ".");
	snprintf(spool, sizeof spool, "%s/spool", dir);
	snprintf(text, sizeof text, "%s", words);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		argv[n++] = strcmp(w, "%U") == 0 ? url : strcmp(w, "%S") == 0 ? spool : w;
	pid_t pid = fork();
	if (pid == 0) {
		char out[96];
		snprintf(out, sizeof out, "%s/said", dir);
		int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(fd, 1);
		dup2(fd, 2);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execv(program, argv);
		_exit(127);
	}
	return pid;
}

static int
ended(pid_t pid)
{
	char path[96];
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	snprintf(path, sizeof path, "%s/said", dir);
	FILE *f = fopen(path, "r");
	said[f ? fread(said, 1, sizeof said - 1, f) : 0] = 0;
	if (f)
		fclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define assert_exit(expected, pid)                                                       \
	do {                                                                             \
		int status_ = ended(pid);                                                \
		if (status_ != (expected))                                               \
			fail_msg("exit %d: %s", status_, said);                          \
	} while (0)

/* --- the hub ------------------------------------------------------------------------- */

static struct hub {
	MQTTAsync client;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	int ready, deaf_every, mute;
	unsigned distinct, repeats, heard;
	char online[16];
	struct person {
		char name[40];
		uint64_t epoch;
		uint64_t digest[SEQ_MAX]; /* of the first with this seq; 0 = none */
		int missed[SEQ_MAX];
		uint64_t highest;
	} person[PEOPLE_MAX];
} hub = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static struct person *
person_of(const char *name)
{
	for (int i = 0; i < PEOPLE_MAX; i++) {
		if (!hub.person[i].name[0])
			snprintf(hub.person[i].name, sizeof hub.person[i].name, "%s",
				name);
		if (strcmp(hub.person[i].name, name) == 0)
			return &hub.person[i];
	}
	abort();
}

static void
send_ack(const struct person *p)
{
	Dozed__V1__Ack a = DOZED__V1__ACK__INIT;
	Dozed__V1__Gap gaps[64], *list[64];
	uint8_t bytes[4096];
	char topic[128];

	a.epoch = p->epoch;
	a.highest = p->highest;
	a.gaps = list;
	while (a.contiguous < p->highest && p->digest[a.contiguous + 1])
		a.contiguous++;
	for (uint64_t s = a.contiguous + 1; s <= p->highest && a.n_gaps < 64; s++) {
		if (p->digest[s])
			continue;
		dozed__v1__gap__init(&gaps[a.n_gaps]);
		gaps[a.n_gaps].first = s;
		while (s < p->highest && !p->digest[s + 1])
			s++;
		gaps[a.n_gaps].last = s;
		list[a.n_gaps] = &gaps[a.n_gaps];
		a.n_gaps++;
	}
	snprintf(topic, sizeof topic, "dozed/v1/ack/%s/sim/file", p->name);
	MQTTAsync_send(hub.client, topic, (int)dozed__v1__ack__pack(&a, bytes), bytes, 1,
		0, NULL);
}

static uint64_t
digest(const void *bytes, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < n; i++)
		h = (h ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
	return h | 1;
}

static void
take(const char *name, const MQTTAsync_message *m)
{
	Dozed__V1__Batch *b =
		dozed__v1__batch__unpack(NULL, (size_t)m->payloadlen, m->payload);
	struct person *p = person_of(name);

	if (!b || b->seq == 0 || b->seq >= SEQ_MAX || (p->epoch && p->epoch != b->epoch))
		abort();
	p->epoch = b->epoch;
	hub.heard++;
	/* what a broker drops: the first of these never get here */
	if (hub.deaf_every && b->seq % (unsigned)hub.deaf_every == 0 &&
		!p->missed[b->seq]) {
		p->missed[b->seq] = 1;
	} else {
		uint64_t d = digest(m->payload, (size_t)m->payloadlen);
		if (p->digest[b->seq] && p->digest[b->seq] != d)
			abort(); /* one (epoch, seq), two batches */
		hub.repeats += p->digest[b->seq] != 0;
		hub.distinct += p->digest[b->seq] == 0;
		p->digest[b->seq] = d;
		p->highest = b->seq > p->highest ? b->seq : p->highest;
		if (!hub.mute)
			send_ack(p);
	}
	dozed__v1__batch__free_unpacked(b, NULL);
}

static int
on_message(void *ctx, char *topic, int len, MQTTAsync_message *m)
{
	char name[40];
	(void)ctx;
	(void)len;
	pthread_mutex_lock(&hub.mutex);
	if (sscanf(topic, "dozed/v1/ingest/%39[^/]/sim/file", name) == 1)
		take(name, m);
	else if (strncmp(topic, "dozed/v1/bridge/", 16) == 0)
		snprintf(hub.online, sizeof hub.online, "%.*s", m->payloadlen,
			(char *)m->payload);
	pthread_cond_broadcast(&hub.changed);
	pthread_mutex_unlock(&hub.mutex);
	MQTTAsync_freeMessage(&m);
	MQTTAsync_free(topic);
	return 1;
}

static void
on_ready(void *ctx, MQTTAsync_successData *data)
{
	(void)ctx;
	(void)data;
	pthread_mutex_lock(&hub.mutex);
	hub.ready = 1;
	pthread_cond_broadcast(&hub.changed);
	pthread_mutex_unlock(&hub.mutex);
}

static void
on_connected(void *ctx, MQTTAsync_successData *data)
{
	MQTTAsync_responseOptions o = MQTTAsync_responseOptions_initializer;
	static char *topics[] = {
		(char *)"dozed/v1/ingest/#", (char *)"dozed/v1/bridge/#"};
	static int qos[] = {1, 1};
	(void)ctx;
	(void)data;
	o.onSuccess = on_ready;
	MQTTAsync_subscribeMany(hub.client, 2, topics, qos, &o);
}

/* Under the mutex: waits for a number to be reached. */
static void
await(const unsigned *n, unsigned at_least)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&hub.mutex);
	while (*n < at_least &&
		pthread_cond_timedwait(&hub.changed, &hub.mutex, &until) == 0)
		;
	unsigned reached = *n;
	pthread_mutex_unlock(&hub.mutex);
	if (reached < at_least)
		fail_msg("%u of %u", reached, at_least);
}

static void
start_hub(int deaf_every, int mute)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	char uri[64];

	memset(hub.person, 0, sizeof hub.person);
	hub.ready = 0;
	hub.distinct = hub.repeats = hub.heard = 0;
	hub.deaf_every = deaf_every;
	hub.mute = mute;
	hub.online[0] = 0;
	snprintf(uri, sizeof uri, "tcp://127.0.0.1:%d", port);
	assert_int_equal(MQTTAsync_create(&hub.client, uri, "hub",
				 MQTTCLIENT_PERSISTENCE_NONE, NULL),
		0);
	MQTTAsync_setCallbacks(hub.client, NULL, NULL, on_message, NULL);
	o.MQTTVersion = MQTTVERSION_3_1_1;
	o.cleansession = 1;
	o.onSuccess = on_connected;
	assert_int_equal(MQTTAsync_connect(hub.client, &o), 0);
	await((const unsigned *)&hub.ready, 1);
}

static void
stop_hub(void)
{
	if (hub.client)
		MQTTAsync_destroy(&hub.client);
	hub.client = NULL;
}

static void
assert_no_holes(unsigned expected)
{
	unsigned n = 0;
	for (int i = 0; i < PEOPLE_MAX; i++)
		for (uint64_t s = 1; s <= hub.person[i].highest; s++, n++)
			if (!hub.person[i].digest[s])
				fail_msg("%s: %llu is missing", hub.person[i].name,
					(unsigned long long)s);
	assert_int_equal(n, hub.distinct);
	assert_true(n >= expected);
}

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

static int
teardown(void **state)
{
	char command[128];
	(void)state;
	stop_hub();
	stop_broker();
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
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
	/* 60 batches: the last is no multiple of 7, so its ack shows all gaps */
	assert_exit(
		0, start_bridge("sim --nights 60 --seed 3 --to %U --spool %S --wait 30"));
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
		PUBLISH_TEST(a_full_spool_waits_for_room),
	};
	if (system("mosquitto -h >/dev/null 2>&1; [ $? -ne 127 ] || [ -x "
		   "/usr/sbin/mosquitto ]")) {
		puts("SKIP: mosquitto not found");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
