/* SPDX-License-Identifier: MIT */
/* A mosquitto of our own and bridges to run against it; header only, for one test program. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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

static inline void
start_broker(const char *extra)
{
	char conf[128];
	snprintf(conf, sizeof conf, "%s/mosquitto.conf", dir);
	for (int attempt = 0; attempt < 5; attempt++) {
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
			int status;
			if (answers())
				return;
			if (waitpid(broker, &status, WNOHANG) == broker)
				break; /* somebody else took the port */
			nanosleep(&(struct timespec){0, 5000000}, NULL);
		}
	}
	fail_msg("mosquitto does not start");
}

/* Asked until it ends: mosquitto forgets a SIGTERM that comes before its loop runs. */
static inline void
stop_broker(void)
{
	while (broker > 0 && waitpid(broker, NULL, WNOHANG) == 0) {
		kill(broker, SIGTERM);
		nanosleep(&(struct timespec){0, 5000000}, NULL);
	}
	broker = 0;
}

/* argv by words; %U is the broker, %S the spool. */
static inline pid_t
start_bridge(const char *words)
{
	static char text[512], program[256], spool[96];
	char *argv[32] = {(char *)"dozed-bridge"};
	int n = 1;
	char *rest = NULL;
	const char *build = getenv("DOZED_BUILD");

	snprintf(program, sizeof program, "%s/bridge/dozed-bridge", build ? build : ".");
	snprintf(spool, sizeof spool, "%s/spool", dir);
	snprintf(text, sizeof text, "%s", words);
	for (char *w = strtok_r(text, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
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

static inline int
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
