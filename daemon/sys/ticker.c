/* SPDX-License-Identifier: MIT */
/* Clock readings, their jumps, and whether to believe them. */
#include "sys/ticker.h"

#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static int64_t
clock_us(clockid_t id)
{
	struct timespec ts;
	int rc = clock_gettime(id, &ts);

	assert(rc == 0);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

utc_ms
ticker_utc(void)
{
	return UTC(clock_us(CLOCK_REALTIME) / 1000);
}

mono_ms
ticker_mono(void)
{
	return (mono_ms){clock_us(CLOCK_BOOTTIME) / 1000};
}

int64_t
ticker_manager_usec(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

void
ticker_init(struct ticker *t, utc_ms newest)
{
	*t = (struct ticker){.newest = newest, .sure_off_ms = INT64_MIN / 2};
}

int
ticker_is_behind(const struct ticker *t, utc_ms utc)
{
	return utc.ms < t->newest.ms - TICKER_SLACK_MS;
}

int
ticker_see(struct ticker *t, utc_ms utc, mono_ms mono)
{
	int64_t drift = (utc.ms - t->utc.ms) - (mono.ms - t->mono.ms);
	int jumped =
		t->mono.ms != 0 && (drift > TICKER_JUMP_MS || drift < -TICKER_JUMP_MS);

	if (jumped) {
		t->jumps++;
		t->jump_ms = drift;
	}
	t->utc = utc;
	t->mono = mono;
	t->trusted =
		utc.ms >= TICKER_FLOOR_MS && (t->synced || !ticker_is_behind(t, utc));
	int64_t off = utc.ms - mono.ms;
	t->sure = t->trusted && (t->synced || off >= t->sure_off_ms - TICKER_SLACK_MS);
	if (t->sure)
		t->sure_off_ms = off;
	/* a clock that was put right from ahead counts from where it is now */
	if (t->trusted && (utc.ms > t->newest.ms || ticker_is_behind(t, utc)))
		t->newest = utc;
	return jumped;
}

/* What the kernel knows is hidden from a service under ProtectClock=; the file is not. */
static int
is_synced(void)
{
	struct timex now = {0};
	int state = adjtimex(&now);

	return access(TICKER_SYNCED_FILE, F_OK) == 0 ||
	       (state >= 0 && state != TIME_ERROR);
}

int
ticker_look(struct ticker *t)
{
	utc_ms utc = ticker_utc();

	t->synced = ticker_is_behind(t, utc) && is_synced();
	return ticker_see(t, utc, ticker_mono());
}
