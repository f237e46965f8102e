/* SPDX-License-Identifier: MIT */
/* A private mosquitto, a real dozed and a fake service manager in one temporary directory.
 * Only processes that were started here are ended, by their pids; they die with the test. */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#define RIG_PATIENCE_MS 20000 /* generous: sanitizers, two shared cores */

#define RIG_TOLD_MAX 64

struct rig {
	char dir[64], conf[128], dozed[512];
	int port, notify_fd;
	pid_t broker, daemon;
	char options[1024];           /* more lines for dozed.conf */
	char told[RIG_TOLD_MAX][160]; /* what the service manager heard, oldest first */
	unsigned n_told;
};

/* Ends the program with 77 where there is no mosquitto or no dozed to test. */
void rig_open(struct rig *r);
void rig_close(struct rig *r);

void rig_broker_start(struct rig *r);
void rig_broker_end(struct rig *r, int signum);

/* Writes dozed.conf: r->options, then these persons ('person "anna" { ... }'). */
void rig_config(struct rig *r, const char *persons);
/* Starts `dozed run`; does not wait. */
void rig_start(struct rig *r);
/* Waits until the fake service manager has been sent a line with this beginning since the
 * last line that was waited for. */
void rig_told(struct rig *r, const char *line);
void rig_start_ready(struct rig *r); /* start, READY=1, and connected to the broker */
/* Signal and wait for the end: returns the exit status (128 + n for a signal), *ret_ms = how
 * long it took. */
int rig_end(struct rig *r, int signum, int64_t *ret_ms);

/* From now on no file of the daemon can grow: as on a full disk. 0: it can again. */
void rig_limit_files(struct rig *r, int on);

/* The status object, asked over the control socket; NULL if nobody answers. */
json_t *rig_status(struct rig *r);
/* Waits until path ("counters.stored") in the status is `value` ("=") or more (">"). */
void rig_until(struct rig *r, const char *path, char how, int64_t value);
void rig_until_text(struct rig *r, const char *path, const char *text);
int64_t rig_number(struct rig *r, const char *path);
/* Runs `dozed ARGS...` to its end: exit status, output into ret. */
int rig_dozed(struct rig *r, const char *const *args, char *ret, size_t size);

/* Ends the test with both logs on stderr. */
void rig_fail(const struct rig *r, const char *what);
/* A daemon that ended by itself is not waited for. */
void rig_look_alive(struct rig *r);
/* Takes what the service manager was told, always: a full socket would hold the daemon up. */
void rig_hear(struct rig *r);

int64_t rig_ms(void); /* monotonic */
void rig_nap(void);   /* between two looks at a condition, never instead of one */
