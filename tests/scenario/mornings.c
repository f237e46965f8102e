/* SPDX-License-Identifier: MIT */
/* dozed-mornings [N [SEED]]: what people are told in N mornings of chance.
 *
 * Lives of two people with a month of history and a month of mornings: records that come late, are
 * revised or deleted, taps that come late and are set right, answers, evenings that are rated the next
 * day. The hub restarts, is off for hours, is killed between storing and the turn, and has turns that
 * fail half-way on a full disk. Settings are drawn, too. Of every life is checked what was sent:
 * at most one alert for a person and morning, at most one correction, no id and revision twice, nothing
 * in quiet hours or after it is over, no more than the week's budget; that each notice that is kept
 * was sent once; and at the end that a replay decides the same. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "cmd/cmd.h"
#include "chance.h"
#include "life.h"
#include "world.h"

#define HISTORY  30 /* days that a new hub is given */
#define MORNINGS 30 /* of a life, for each of two */
#define PEOPLE   2
#define ROOM     (8 * 4096) /* that a full disk has left, at most */

static const char *const ids[PEOPLE] = {"anna", "ben"};
static const char *const zones[PEOPLE] = {"Europe/Berlin", "America/New_York"};

static struct chance chance;

struct tally {
	unsigned mornings, alerts, withdrawn, late, other, held, restarts, kills, failed,
		bad;
};

struct settings {
	char config[1024];
	int max_per_week, free_days;
};

static int
one_in(int n)
{
	return chance_between(&chance, 1, n) == 1;
}

/* --- settings ----------------------------------------------------------------------------- */

static void
draw(struct settings *s)
{
	static const char *const quiet[][2] = {{"22:00", "06:00"}, {"23:00", "09:00"},
		{"00:00", "00:00"}, {"12:00", "13:30"}, {"21:00", "11:30"}};
	static const char *const scorers[] = {"pain_logistic", "pain_forecast"};
	static const char *const until[] = {"12:00", "10:00", "16:00"};
	int used = snprintf(s->config, sizeof s->config,
		"scorers = {\"vendor_stages\", \"sleep_stats\", \"night_score\", "
		"\"%s\"}\n",
		scorers[chance_between(&chance, 0, 1)]);
	for (int i = 0; i < PEOPLE; i++) {
		const char *const *q =
			quiet[chance_between(&chance, 0, array_len(quiet) - 1)];
		used += snprintf(s->config + used, sizeof s->config - (size_t)used,
			"person \"%s\" { timezone = \"%s\" quiet_from = \"%s\" "
			"quiet_until = \"%s\" sleep_prompt = \"%s\" }\n",
			ids[i], zones[i], q[0], q[1], one_in(2) ? "08:30" : "off");
	}
	s->max_per_week = one_in(2) ? 2 : 7;
	s->free_days = chance_between(&chance, 0, 1);
	snprintf(s->config + used, sizeof s->config - (size_t)used,
		"alert { settle = \"%d min\" max_per_week = %d free_days = %d\n"
		"digest_after = %d good_nights = %s correct_until = \"%s\" }\n",
		chance_between(&chance, 5, 40), s->max_per_week, s->free_days,
		one_in(2) ? 3 : 0, one_in(2) ? "true" : "false",
		until[chance_between(&chance, 0, 2)]);
}

/* --- the hub's days ----------------------------------------------------------------------- */

/* Goes on to when the next thing arrives, and stores it. */
static void
arrivals(struct world *w)
{
	unsigned n = 0;
	if (w->n_queue && w->queue[0].at.ms > w->now.ms)
		world_go(w, UTC(w->queue[0].at.ms - 1));
	if (w->n_queue)
		w->now = w->queue[0].at;
	for (; n < w->n_queue && w->queue[n].at.ms <= w->now.ms; n++) {
		world_put(w, &w->queue[n].from, w->queue[n].payload, w->queue[n].size);
		free(w->queue[n].payload);
	}
	if (n)
		memmove(w->queue, w->queue + n, (w->n_queue - n) * sizeof *w->queue);
	w->n_queue -= n;
}

/* A turn for whose rows there is little room; what it made is rolled back. 1: it failed. */
static int
full_disk(struct world *w)
{
	char wal[160];
	struct stat st = {0};
	struct rlimit l;
	int more, r;
	snprintf(wal, sizeof wal, "%s/dozed.db-wal", w->dir);
	(void)stat(wal, &st);
	if (getrlimit(RLIMIT_FSIZE, &l) != 0)
		exit(1);
	rlim_t all = l.rlim_cur;
	l.rlim_cur = (rlim_t)chance_between(&chance, 0, ROOM);
	if (setrlimit(RLIMIT_FSIZE, &l) != 0)
		exit(1);
	r = line_take(w->line, w->now, PIPELINE_LIVE, &more);
	l.rlim_cur = all;
	if (setrlimit(RLIMIT_FSIZE, &l) != 0)
		exit(1);
	return r < 0;
}

/* What happens to the hub at a moment of the day. */
static void
disturb(struct world *w, struct tally *t)
{
	switch (chance_between(&chance, 0, 3)) {
	case 0:
		world_off(w);
		world_on(w);
		t->restarts++;
		break;
	case 1: /* off for a while */
		world_off(w);
		w->now.ms += chance_between(&chance, 1, 240) * MINUTE_MS;
		world_on(w);
		t->restarts++;
		break;
	case 2: /* stored and acknowledged; killed before the turn was committed */
		arrivals(w);
		world_off(w);
		world_on(w);
		t->kills++;
		break;
	default:
		arrivals(w);
		t->failed += (unsigned)full_disk(w);
		world_turn(w, PIPELINE_LIVE);
	}
}

static void
live_a_day(struct world *w, struct tally *t)
{
	utc_ms end = UTC(w->now.ms + DAY_MS);
	for (int n = chance_between(&chance, 0, 3); n > 0; n--) {
		/* most of it happens in the morning: 04:00 to 17:00 in UTC */
		utc_ms at = UTC(end.ms - DAY_MS + (n % 2 ? 5 * HOUR_MS : 12 * HOUR_MS) +
				chance_between(&chance, 0, 6 * 60) * MINUTE_MS);
		if (at.ms <= w->now.ms)
			continue;
		world_go(w, at);
		disturb(w, t);
	}
	if (end.ms > w->now.ms)
		world_go(w, end);
}

/* --- checks -------------------------------------------------------------------------------- */

struct check {
	const struct world *w;
	const struct settings *s;
	struct tally *t;
	unsigned life, kept;
};

static void
wrong(struct check *c, const char *id, utc_ms at, const char *what)
{
	char when[CIVIL_TIME_LEN];
	printf("FAILED: life %u: %s, %s: %s\n", c->life, id,
		civil_time_text(NULL, at, when), what);
	c->t->bad++;
}

static const char *
id_of(const struct said *x)
{
	return x->kind == SAID_ALERT ? x->alert.id : x->notice.id;
}

static uint32_t
revision_of(const struct said *x)
{
	return x->kind == SAID_ALERT ? x->alert.revision : x->notice.revision;
}

static void
check_alert(struct check *c, const struct said *x)
{
	const struct alert *a = &x->alert;
	int is_raise = a->state == ALERT_RAISED, week = 0;
	c->t->alerts += is_raise, c->t->withdrawn += !is_raise;
	if (is_raise ? a->revision != 1 : a->state != ALERT_WITHDRAWN || a->revision != 2)
		wrong(c, a->id, x->at, "a revision that its state does not have");
	for (const struct said *y = c->w->said; y < x && is_raise; y++) {
		if (y->kind != SAID_ALERT || y->alert.state != ALERT_RAISED ||
			strcmp(y->alert.person, a->person) != 0)
			continue;
		int apart = a->date.n - y->alert.date.n;
		week += apart < 7;
		if (apart == 0)
			wrong(c, a->id, x->at, "the second alert of the morning");
		else if (apart <= c->s->free_days)
			wrong(c, a->id, x->at, "no free day between two");
	}
	if (week >= c->s->max_per_week)
		wrong(c, a->id, x->at, "more than the week's budget");
}

static void
check_said(struct check *c, const struct said *x)
{
	const char *person = x->kind == SAID_ALERT ? x->alert.person : x->notice.person;
	const struct person *who = world_person(c->w, person);
	utc_ms expires = x->notice.expires;
	if (x->kind != SAID_ALERT && x->kind != SAID_NOTICE)
		return;
	if (x->kind == SAID_ALERT) {
		expires = zone_instant(
			who->zone, x->alert.date, c->w->config->policy.expiry_min);
		check_alert(c, x);
	} else {
		c->t->other++;
	}
	if (person_is_quiet(who, x->at))
		wrong(c, id_of(x), x->at, "told in quiet hours");
	if (x->at.ms >= expires.ms)
		wrong(c, id_of(x), x->at, "told when it was over");
	for (const struct said *y = c->w->said; y < x; y++)
		if ((y->kind == SAID_ALERT || y->kind == SAID_NOTICE) &&
			strcmp(id_of(y), id_of(x)) == 0 &&
			revision_of(y) == revision_of(x))
			wrong(c, id_of(x), x->at, "told twice");
}

static int
count_notice(void *ctx, const struct notice *n)
{
	(void)n;
	((struct check *)ctx)->kept++;
	return 0;
}

struct corrections {
	struct check *c;
	int32_t date;
	int n;
};

static int
count_corrections(void *ctx, const struct decision *d)
{
	struct corrections *q = ctx;
	if (d->date.n != q->date)
		q->n = 0;
	q->date = d->date.n;
	q->n += d->verdict == VERDICT_WITHDRAWN || d->verdict == VERDICT_RAISED_LATE;
	q->c->t->late += d->verdict == VERDICT_RAISED_LATE;
	q->c->t->held += d->verdict == VERDICT_HELD && d->live;
	if (q->n > 1)
		wrong(q->c, d->person, d->at, "a second correction of the morning");
	return 0;
}

/* As the scripts end: what was decided live is what a replay makes. */
static void
check_replay(struct check *c, struct world *w)
{
	struct cmd_context ctx = {"mornings", w->config};
	char to[CIVIL_DATE_LEN];
	char *argv[] = {(char *)"replay", (char *)"--format", (char *)"csv",
		(char *)"--to", to, NULL};
	/* today is not over: New York's evening still counts as its own day */
	civil_day today = zone_date(world_person(w, ids[PEOPLE - 1])->zone, w->now, 0);
	civil_date_text(DAY(today.n - 1), to);
	snprintf(w->config->state_dir, sizeof w->config->state_dir, "%s", w->dir);
	world_off(w);
	if (cmd_replay(&ctx, 5, argv) != EXIT_DONE)
		wrong(c, "replay", w->now, "decides otherwise");
}

static void
check_life(struct check *c, struct world *w)
{
	struct store *s = line_store(w->line);
	civil_day from = DAY(-1000000), to = DAY(1000000);
	for (unsigned i = 0; i < w->n_said; i++)
		check_said(c, &w->said[i]);
	for (int i = 0; i < PEOPLE; i++) {
		struct corrections q = {c, INT32_MIN, 0};
		if (store_notices_each(s, ids[i], from, to, count_notice, c) != 0 ||
			store_decisions_each(
				s, ids[i], from, to, count_corrections, &q) != 0)
			exit(1);
	}
	if (c->kept != w->n_events)
		wrong(c, "events", w->now, "not one for each notice that is kept");
	check_replay(c, w);
}

/* --- a life --------------------------------------------------------------------------------- */

static void
life(unsigned number, struct tally *t)
{
	struct world w;
	struct settings s;
	struct check c = {&w, &s, t, number, 0};
	civil_day first = civil_from_ymd(2026, 1 + chance_between(&chance, 0, 2), 1);
	/* a replay closes by the real clock: all of it lies in the past */
	draw(&s);
	world_open(&w, s.config, UTC(0));
	w.now = UTC((int64_t)first.n * DAY_MS);
	for (int i = 0; i < PEOPLE; i++)
		life_history(&w, world_person(&w, ids[i]), HISTORY, &chance);
	world_turn(&w, PIPELINE_LIVE);
	for (int d = 1; d <= MORNINGS; d++) {
		for (int i = 0; i < PEOPLE; i++)
			life_day(&w, world_person(&w, ids[i]), DAY(first.n + d), &chance);
		live_a_day(&w, t);
		t->mornings += PEOPLE;
	}
	check_life(&c, &w);
	world_close(&w);
}

int
main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 200, lives = 0;
	struct tally t = {0};
	chance.state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	signal(SIGXFSZ, SIG_IGN);
	for (; t.mornings < n && t.bad < 10; lives++)
		life(lives, &t);
	printf("%u mornings of %u lives: %u alerts, %u withdrawn, %u late, %u held till "
	       "quiet hours ended, %u other notices; %u restarts, %u kills, %u failed "
	       "turns; %u wrong\n",
		t.mornings, lives, t.alerts, t.withdrawn, t.late, t.held, t.other,
		t.restarts, t.kills, t.failed, t.bad);
	return t.bad > 0 || t.alerts == 0 || t.withdrawn + t.late == 0;
}
