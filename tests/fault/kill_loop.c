/* SPDX-License-Identifier: MIT */
/* kill_loop [KILLS [SEED]]: the daemon is killed with -9 at random moments while numbered
 * batches arrive. Afterwards: acknowledged by the broker => in the store, exactly once; in the
 * store => was published. Prints its seed and figures. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "batches.h"
#include "peer.h"
#include "rig.h"
#include "store/store.h"

#define DEVICES  4
#define EPOCH    11
#define HOURS    (24 * 14) /* the batches lie in so many hours, again and again */
#define SPACE_US 1500

static struct rig rig;
static uint64_t prng;

/* xorshift64: the same moments for the same seed, as far as a machine can. */
static uint32_t
next(uint32_t below)
{
	prng ^= prng << 13;
	prng ^= prng >> 7;
	prng ^= prng << 17;
	return (uint32_t)(prng >> 32) % below;
}

/* Number k is seq k / DEVICES + 1 of device k % DEVICES. */
static int
send_one(struct peer *p, uint32_t k)
{
	unsigned char bytes[BATCH_BYTES_MAX];
	char topic[96];
	uint64_t seq = k / DEVICES + 1;
	int64_t hour = (int64_t)time(NULL) / 3600 - HOURS - 2 + (int64_t)(seq % HOURS);
	size_t n = batch_activity(bytes, EPOCH, seq, hour * 3600000);

	snprintf(topic, sizeof(topic), "dozed/v1/ingest/anna/csv/watch%u", k % DEVICES);
	return peer_send(p, topic, bytes, n, k);
}

static uint32_t
load(struct peer *p, uint32_t k, int64_t ms)
{
	int64_t end = rig_ms() + ms;

	while (rig_ms() < end && k < PEER_NUMBERS - 2) {
		if (send_one(p, k) == 0)
			k++;
		usleep(SPACE_US);
	}
	return k;
}

struct tally {
	unsigned char *seen;
	uint32_t sent, rows, twice, foreign;
};

static int
each_batch(void *ctx, const struct stored_batch *b)
{
	struct tally *t = ctx;
	uint64_t k = (b->seq - 1) * DEVICES + (uint64_t)(b->from.device[5] - '0');

	t->rows++;
	if (b->epoch != EPOCH || k >= t->sent)
		t->foreign++;
	else if (t->seen[k]++)
		t->twice++;
	return 0;
}

static int
verdict(struct peer *p, uint32_t sent)
{
	struct tally t = {calloc(1, PEER_NUMBERS), sent, 0, 0, 0};
	uint32_t acked = 0, lost = 0;
	char dir[96], why[256];
	struct store *s;

	snprintf(dir, sizeof(dir), "%s/state", rig.dir);
	if (store_open(dir, STORE_READ, STORE_PROCESS, &s, why) != 0 ||
		store_batches_between(
			s, NULL, UTC(INT64_MIN), UTC(INT64_MAX), each_batch, &t) != 0) {
		printf("the store cannot be read: %s\n", why);
		return 1;
	}
	for (uint32_t k = 0; k < sent; k++) {
		acked += (uint32_t)peer_is_acked(p, k);
		lost += peer_is_acked(p, k) && !t.seen[k];
	}
	printf("%" PRIu32 " sent, %" PRIu32 " acknowledged, %" PRIu32 " stored: %" PRIu32
	       " lost, %" PRIu32 " twice, %" PRIu32 " foreign\n",
		sent, acked, t.rows, lost, t.twice, t.foreign);
	store_close(s);
	free(t.seen);
	return lost || t.twice || t.foreign || acked == 0;
}

static void
wait_acked(struct peer *p, uint32_t sent)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS;

	for (uint32_t k = 0; k < sent; k++)
		while (!peer_is_acked(p, k) && rig_ms() < end)
			rig_nap();
}

int
main(int argc, char **argv)
{
	int kills = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	int64_t start = rig_ms();
	uint32_t sent = 0;
	struct peer *p;
	int bad;

	if (seed == 0 && getrandom(&seed, 4, 0) != 4)
		abort();
	prng = seed | 1;
	printf("kill_loop: %d kills, seed %" PRIu64 "\n", kills, seed);
	fflush(stdout);
	rig_open(&rig);
	rig_broker_start(&rig);
	rig_start_ready(&rig);     /* so that the broker knows the session */
	unsetenv("NOTIFY_SOCKET"); /* nobody listens from here on */
	p = peer_open(rig.port, "load", NULL);
	for (int i = 0; i < kills; i++) {
		sent = load(p, sent, 20 + next(600)); /* some die while they start */
		rig_end(&rig, SIGKILL, NULL);
		sent = load(p, sent, next(50));
		rig_start(&rig);
	}
	wait_acked(p, sent);
	rig_until_text(&rig, "broker.state", "connected");
	rig_until(&rig, "store.batches", '>', sent);
	rig_until(&rig, "to_score", '=', 0);
	bad = rig_end(&rig, SIGTERM, NULL) != 0;
	bad |= verdict(p, sent);
	printf("kill_loop: %s, %.1f s\n", bad ? "FAILED" : "passed",
		(double)(rig_ms() - start) / 1000);
	peer_close(p);
	rig_close(&rig);
	return bad;
}
