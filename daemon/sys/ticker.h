/* SPDX-License-Identifier: MIT */
/* The only reader of clocks in the daemon. Wall time is not trusted before the software
 * was made, nor before what the store already holds or a trusted reading once showed, unless the
 * system says that it took the time from elsewhere: until then inputs are stored, and nothing is
 * closed or told. Monotonic time counts through suspend, so that a lid that closes is no jump. */
#pragma once

#include "base/base.h"
#include "base/clock.h"

#define TICKER_FLOOR_MS                                                                  \
	INT64_C(1767225600000)          /* 2026-01-01T00:00Z: no earlier time is true */
#define TICKER_SLACK_MS (5 * MINUTE_MS) /* how far the clock may lie behind the store */
#define TICKER_JUMP_MS  (2 * SECOND_MS) /* wall against monotonic */
/* is there once systemd's time service has set the clock; asked only while the clock lies behind */
#define TICKER_SYNCED_FILE "/run/systemd/timesync/synchronized"

/* Safe in any thread. */
utc_ms ticker_utc(void);
mono_ms ticker_mono(void);
/* CLOCK_MONOTONIC in microseconds, as the service manager counts. */
int64_t ticker_manager_usec(void);

struct ticker {
	utc_ms utc, newest;
	mono_ms mono;
	int trusted;
	/* trusted, and no later than monotonic time makes of the last sure reading: only then does a
	 * sample of the future condemn its device and not us */
	int sure;
	int64_t sure_off_ms; /* wall less monotonic, then */
	int synced; /* set by the caller of ticker_see: the time is right although it is behind */
	unsigned jumps;
	int64_t jump_ms; /* the last one; positive: the wall clock was put forward */
};

/* 1 if the reading lies behind what was trusted before. */
int ticker_is_behind(const struct ticker *t, utc_ms utc);
/* newest: when the newest stored input was received; 0 = the store is empty. */
void ticker_init(struct ticker *t, utc_ms newest);
/* Takes a reading: 1 if the wall clock jumped since the last one. Updates `trusted`, and what later
 * readings must not lie behind. */
int ticker_see(struct ticker *t, utc_ms utc, mono_ms mono);
/* The same with both clocks read now. */
int ticker_look(struct ticker *t);
