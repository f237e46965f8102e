/* SPDX-License-Identifier: MIT */
/* See standing.h. */
#include "standing.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SENDING_MS                                                                       \
	(5 * MINUTE_MS) /* what a bridge that runs has had for less is on its way */
#define FULL_TENTHS 9   /* of the spool's limit */

const char *
standing_time(const struct zone *z, utc_ms t, char ret[static STANDING_TIME_LEN])
{
	static const char *const days[] = {"Thursday", "Friday", "Saturday", "Sunday",
		"Monday", "Tuesday", "Wednesday"}; /* 1970-01-01 was a Thursday */
	utc_ms wall = UTC(t.ms + (z ? zone_offset_s(z, t) : 0) * SECOND_MS);
	int64_t day = wall.ms / DAY_MS - (wall.ms % DAY_MS < 0);
	char text[CIVIL_TIME_LEN];

	civil_time_text(NULL, wall, text);
	snprintf(ret, STANDING_TIME_LEN, "%s %.10s %.5s", days[((day % 7) + 7) % 7], text,
		text + 11);
	return ret;
}

static void printf_like(2, 3) advise(struct standing *s, const char *fmt, ...)
{
	va_list ap;

	if (s->n_advice == STANDING_ADVICE_MAX)
		return;
	char *text = s->advice[s->n_advice++];
	va_start(ap, fmt);
	vsnprintf(text, STANDING_ADVICE_LEN, fmt, ap);
	va_end(ap);
	for (; *text; text++) /* foreign bytes must not steer the terminal */
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

/* --- what was seen ------------------------------------------------------------------------- */

static int
first_waiting(void *ctx, const struct tray_item *i)
{
	((struct standing *)ctx)->inbox_since = i->arrived;
	return 1;
}

static int
last_refused(void *ctx, const struct tray_item *i)
{
	struct tray_item *last = &((struct standing *)ctx)->last_refused;

	*last = *i;
	last->path = NULL;
	return 0;
}

static int
is_old(const struct standing *s, utc_ms since, int64_t ms)
{
	return since.ms > 0 && s->now.ms - since.ms > ms;
}

/* --- what to make of it -------------------------------------------------------------------- */

/* All that waits for one broker. */
struct queue {
	const char *broker;
	unsigned long waiting;
	utc_ms since, answered;
	const struct spool_device *ignored; /* for an hour, while others are answered */
};

static void
add_to_queue(struct queue *q, const struct spool_device *d)
{
	q->waiting += d->waiting;
	if (d->acked.ms > q->answered.ms)
		q->answered = d->acked;
	if (d->since.ms && (!q->since.ms || d->since.ms < q->since.ms))
		q->since = d->since;
}

static int
is_ignored(const struct standing *s, const struct queue *q, const struct spool_device *d)
{
	return d->waiting && d->acked.ms < d->since.ms && q->answered.ms > d->since.ms &&
	       is_old(s, d->since, HOUR_MS);
}

/* "hub:1883/dozed" is " --to mqtt://hub:1883", with --topic-root where it is another. */
static void
road(const char *broker, char *ret, size_t size)
{
	const char *root = strchr(broker, '/'), *port;
	int n = root ? (int)(root - broker) : (int)strlen(broker);

	root = root ? root + 1 : "dozed";
	port = memrchr(broker, ':', (size_t)n);
	snprintf(ret, size, "--to mqtt%s://%.*s%s%s",
		port && strncmp(port, ":8883", 5) == 0 ? "s" : "", n, broker,
		strcmp(root, "dozed") == 0 ? "" : " --topic-root ",
		strcmp(root, "dozed") == 0 ? "" : root);
}

/* Why: as far as it can be told from here. */
static void
why_queue(const struct standing *s, const struct queue *q, char ret[static 512])
{
	const struct spool_device *d = q->ignored;
	char to[400], time[STANDING_TIME_LEN];

	road(q->broker, to, sizeof to);
	if (!s->spool.is_used)
		snprintf(ret, 512,
			"no dozed-bridge is running here. They are sent by its next run, "
			"or at once by `dozed-bridge send %.300s`.",
			to);
	else if (d)
		snprintf(ret, 512,
			"dozed answers for others, but not for %s/%s/%s. Is \"%s\" in "
			"its configuration (dozed check, dozed status)?",
			d->of.person, d->of.source, d->of.device, d->of.person);
	else
		snprintf(ret, 512,
			"dozed has not answered %s%s. Is it running (dozed status), is "
			"the broker %.200s up, and are these people in dozed's "
			"configuration?",
			q->answered.ms ? "since " : "yet",
			q->answered.ms ? standing_time(s->zone, q->answered, time) : "",
			q->broker);
}

static void
advise_queue(struct standing *s, const struct queue *q)
{
	int is_moving = s->spool.is_used && !q->ignored &&
			(!is_old(s, q->since, SENDING_MS) ||
				(q->answered.ms && !is_old(s, q->answered, SENDING_MS)));
	char since[STANDING_TIME_LEN], reason[512];

	if (is_moving)
		snprintf(reason, sizeof reason, "being sent just now.");
	else
		why_queue(s, q, reason);
	advise(s, "%lu %s%s%s: %s%s", q->waiting,
		q->waiting == 1 ? "batch waits" : "batches wait",
		q->since.ms ? " since " : "",
		q->since.ms ? standing_time(s->zone, q->since, since) : "", reason,
		is_moving ? "" : " Nothing is lost meanwhile.");
}

static void
judge_queues(struct standing *s)
{
	const struct spool_look *l = &s->spool;

	for (size_t i = 0, end; i < l->n_devices; i = end) {
		struct queue q = {.broker = l->devices[i].broker};
		for (end = i; end < l->n_devices &&
			      strcmp(l->devices[end].broker, q.broker) == 0;
			end++)
			add_to_queue(&q, &l->devices[end]);
		for (size_t k = i; k < end && !q.ignored; k++)
			if (is_ignored(s, &q, &l->devices[k]))
				q.ignored = &l->devices[k];
		s->is_late |= is_old(s, q.since, STANDING_LATE_MS);
		if (q.waiting)
			advise_queue(s, &q);
	}
}

static void
judge_room(struct standing *s)
{
	const struct spool_look *l = &s->spool;

	if (l->limit && l->bytes / FULL_TENTHS >= l->limit / 10)
		advise(s,
			"The spool is %s: %.1f of %.0f MiB (--spool-limit). Nothing more "
			"is read until dozed has answered; what is not read yet stays "
			"where it is.",
			l->bytes >= l->limit ? "full" : "nearly full",
			(double)l->bytes / (1 << 20), (double)l->limit / (1 << 20));
}

static void
judge_tray(struct standing *s)
{
	const struct tray_item *last = &s->last_refused;
	const struct tray_part *inbox = &s->tray.inbox;
	unsigned long n = s->tray.refused.files;
	char when[STANDING_TIME_LEN];

	s->is_late |= is_old(s, s->inbox_since, STANDING_LATE_MS);
	s->is_refused = n > 0;
	if (inbox->files && is_old(s, s->inbox_since, SENDING_MS))
		advise(s, "%lu %s came in and %s not been read, the first on %s: %s",
			inbox->files, inbox->files == 1 ? "document" : "documents",
			inbox->files == 1 ? "has" : "have",
			standing_time(s->zone, s->inbox_since, when),
			s->spool.is_used ? "the bridge reads on when there is room in "
					   "the spool."
					 : "no dozed-bridge is running here.");
	if (n)
		advise(s,
			"%lu %s could not be read, the last on %s: %.300s. %s in "
			"%.120s/refused with the reason beside %s; delete what you have "
			"seen.",
			n, n == 1 ? "document" : "documents",
			standing_time(s->zone, last->arrived, when),
			last->reason[0] ? last->reason : "no reason was written down",
			n == 1 ? "It lies" : "They lie", s->dir, n == 1 ? "it" : "each");
}

/* --- all of it ----------------------------------------------------------------------------- */

int
standing_take(const char *dir, const struct zone *zone, utc_ms now, struct standing *ret,
	char why[static SPOOL_WHY])
{
	*ret = (struct standing){.dir = dir, .zone = zone, .now = now};
	int r = spool_look(dir, &ret->spool, why);

	if (r < 0)
		return r;
	ret->has_spool = r == 0;
	tray_look(dir, &ret->tray);
	r = tray_each_waiting(dir, first_waiting, ret);
	if (r >= 0)
		r = tray_each_refused(dir, last_refused, ret);
	if (r < 0) {
		snprintf(why, SPOOL_WHY, "%.150s: %s", dir, strerror(-r));
		standing_finish(ret);
		return r;
	}
	judge_queues(ret);
	judge_room(ret);
	judge_tray(ret);
	return 0;
}

void
standing_finish(struct standing *s)
{
	spool_look_finish(&s->spool);
}
