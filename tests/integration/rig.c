/* SPDX-License-Identifier: MIT */
/* Processes, ports and waiting for the integration tests. */
#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void
rig_fail(const struct rig *r, const char *what)
{
	char command[256];

	fprintf(stderr, "gave up: %s\n", what);
	if (r->dir[0]) {
		snprintf(command, sizeof(command),
			"tail -n 40 %s/dozed.log %s/broker.log >&2", r->dir, r->dir);
		if (system(command) != 0)
			fprintf(stderr, "no logs\n");
	}
	if (r->daemon > 0)
		kill(r->daemon, SIGKILL);
	if (r->broker > 0)
		kill(r->broker, SIGKILL);
	snprintf(command, sizeof(command), "rm -rf %s", r->dir);
	if (r->dir[0] && !getenv("DOZED_KEEP") && system(command) != 0)
		fprintf(stderr, "%s stays\n", r->dir);
	exit(1);
}

int64_t
rig_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A daemon that ended by itself is not waited for. */
void
rig_look_alive(struct rig *r)
{
	if (r->daemon > 0 && waitpid(r->daemon, NULL, WNOHANG) == r->daemon) {
		r->daemon = 0;
		rig_fail(r, "dozed ended by itself");
	}
}

/* Takes what was told, always: a full socket would hold the daemon up. */
void
rig_hear(struct rig *r)
{
	char text[1024], *rest, *l;
	ssize_t n;

	while ((n = recv(r->notify_fd, text, sizeof(text) - 1, MSG_DONTWAIT)) > 0) {
		text[n] = '\0';
		for (rest = text; (l = strsep(&rest, "\n"));) {
			if (r->n_told == RIG_TOLD_MAX)
				memmove(r->told, r->told + 1,
					--r->n_told * sizeof(r->told[0]));
			snprintf(r->told[r->n_told++], sizeof(r->told[0]), "%s", l);
		}
	}
}

void
rig_nap(void)
{
	usleep(5000);
}

static int
free_port(void)
{
	struct sockaddr_in sa = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, len) != 0 ||
		getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
		abort();
	close(fd);
	return ntohs(sa.sin_port);
}

static int
is_listening(int port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ok = connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0;

	close(fd);
	return ok;
}

static pid_t
spawn(const struct rig *r, const char *const *argv, const char *log)
{
	pid_t parent = getpid(), pid = fork();
	char path[128];
	int fd;

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGXFSZ, SIG_IGN); /* a file too large is an errno: rig_limit_files */
	if (getppid() != parent)
		_exit(1);
	snprintf(path, sizeof(path), "%s/%s", r->dir, log);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, 1);
	dup2(fd, 2);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

static const char *
mosquitto(void)
{
	static const char *const places[] = {
		"/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

static void
open_notify(struct rig *r)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/notify", r->dir);
	r->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (r->notify_fd < 0 ||
		bind(r->notify_fd, (struct sockaddr *)&sa, sizeof(sa)) != 0)
		abort();
	setenv("NOTIFY_SOCKET", sa.sun_path, 1);
}

void
rig_open(struct rig *r)
{
	const char *build = getenv("DOZED_BUILD");
	char path[128];
	FILE *f;

	memset(r, 0, sizeof(*r));
	snprintf(r->dozed, sizeof(r->dozed), "%s/daemon/dozed", build ? build : ".");
	if (!mosquitto() || access(r->dozed, X_OK) != 0) {
		printf("SKIP: %s not found\n", mosquitto() ? r->dozed : "mosquitto");
		exit(77);
	}
	snprintf(r->dir, sizeof(r->dir), "/tmp/dozed-test-XXXXXX");
	if (!mkdtemp(r->dir))
		abort();
	snprintf(r->conf, sizeof(r->conf), "%s/dozed.conf", r->dir);
	snprintf(path, sizeof(path), "%s/state", r->dir);
	mkdir(path, 0700);
	r->port = free_port();
	snprintf(path, sizeof(path), "%s/mosquitto.conf", r->dir);
	f = fopen(path, "w");
	fprintf(f,
		"%slistener %d 127.0.0.1\nallow_anonymous true\npersistence true\n"
		"persistence_location %s/\nautosave_interval 1\nmax_queued_messages "
		"1000000\n"
		"max_inflight_messages 100\nmessage_size_limit 100000\n",
		getuid() == 0 ? "user root\n" : "", r->port, r->dir);
	fclose(f);
	open_notify(r);
	rig_config(r, "person \"anna\" { timezone = \"Europe/Berlin\" }\n");
}

void
rig_close(struct rig *r)
{
	char command[128];

	if (r->daemon > 0 && rig_end(r, SIGTERM, NULL) != 0)
		rig_fail(r,
			"dozed did not end with 0"); /* a sanitizer had something to say */
	if (r->broker > 0)
		rig_broker_end(r, SIGTERM);
	close(r->notify_fd);
	unsetenv("NOTIFY_SOCKET");
	snprintf(command, sizeof(command), "rm -rf %s", r->dir);
	if (!getenv("DOZED_KEEP") && system(command) != 0)
		abort();
}

void
rig_broker_start(struct rig *r)
{
	char path[128];
	const char *const argv[] = {mosquitto(), "-c", path, NULL};
	int64_t end = rig_ms() + RIG_PATIENCE_MS;

	snprintf(path, sizeof(path), "%s/mosquitto.conf", r->dir);
	r->broker = spawn(r, argv, "broker.log");
	while (!is_listening(r->port)) {
		if (rig_ms() > end || waitpid(r->broker, NULL, WNOHANG) != 0)
			rig_fail(r, "mosquitto does not listen");
		rig_nap();
	}
}

/* Asked until it ends: mosquitto 2.0.11 forgets a SIGTERM that comes between its first listen
 * and its loop (measured: 48 of 60 sent at that moment). */
void
rig_broker_end(struct rig *r, int signum)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS;

	while (waitpid(r->broker, NULL, WNOHANG) == 0) {
		kill(r->broker, signum);
		if (rig_ms() > end)
			rig_fail(r, "mosquitto does not end");
		rig_nap();
	}
	r->broker = 0;
}

void
rig_config(struct rig *r, const char *persons)
{
	FILE *f = fopen(r->conf, "w");

	fprintf(f,
		"state_dir = \"%s/state\"\nruntime_dir = \"%s/state\"\nlog_level = "
		"debug\n"
		"broker { host = \"127.0.0.1\" port = %d }\n%s\n%s",
		r->dir, r->dir, r->port, r->options, persons);
	fclose(f);
}

void
rig_start(struct rig *r)
{
	const char *const argv[] = {r->dozed, "-c", r->conf, "run", NULL};

	r->daemon = spawn(r, argv, "dozed.log");
}

void
rig_told(struct rig *r, const char *line)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS;

	for (;;) {
		rig_hear(r);
		for (unsigned i = 0; i < r->n_told; i++)
			if (strncmp(r->told[i], line, strlen(line)) == 0) {
				r->n_told -= i + 1;
				memmove(r->told, r->told + i + 1,
					r->n_told * sizeof(r->told[0]));
				return;
			}
		if (rig_ms() > end)
			rig_fail(r, line);
		rig_look_alive(r);
		rig_nap();
	}
}

void
rig_start_ready(struct rig *r)
{
	rig_start(r);
	rig_told(r, "READY=1");
	rig_until_text(r, "broker.state", "connected");
}

int
rig_end(struct rig *r, int signum, int64_t *ret_ms)
{
	int64_t start = rig_ms();
	int status = 0;
	pid_t pid;

	kill(r->daemon, signum);
	while ((pid = waitpid(r->daemon, &status, WNOHANG)) == 0) {
		if (rig_ms() > start + RIG_PATIENCE_MS)
			rig_fail(r, "dozed does not end");
		usleep(1000);
	}
	r->daemon = 0;
	if (ret_ms)
		*ret_ms = rig_ms() - start;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void
rig_limit_files(struct rig *r, int on)
{
	struct rlimit now, want;

	if (prlimit(r->daemon, RLIMIT_FSIZE, NULL, &now) != 0)
		rig_fail(r, "prlimit");
	want = now;
	want.rlim_cur = on ? 0 : now.rlim_max;
	if (prlimit(r->daemon, RLIMIT_FSIZE, &want, NULL) != 0)
		rig_fail(r, "prlimit");
}
