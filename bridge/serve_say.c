/* SPDX-License-Identifier: MIT */
/* What the service tells whoever reads its journal: each thing once, when it begins and when it is
 * over. */
#include "serve_private.h"

#include <stdio.h>
#include <string.h>

#include "spool.h"

#define DOWN_MS 5000 /* a broker that only restarts is not worth a line */

static const char *
batches(unsigned long n)
{
	return n == 1 ? "batch waits" : "batches wait";
}

static void
say_link(struct serve *s, int64_t now_ms)
{
	const struct flight *f = &s->flight;

	if (f->up) {
		if (s->said.down)
			fprintf(stderr, "dozed-bridge: connected to %s\n", f->broker.key);
		s->said.down = 0;
		s->said.down_ms = now_ms;
		return;
	}
	if (s->said.down || (f->failed == 0 && now_ms - s->said.down_ms < DOWN_MS))
		return;
	s->said.down = 1;
	fprintf(stderr,
		"dozed-bridge: no connection to %s%s%s: what is read waits in the "
		"spool\n",
		f->broker.key, f->why[0] ? ": " : "", f->why);
}

static void
say_silence(struct serve *s, int64_t now_ms)
{
	struct flight *f = &s->flight;
	unsigned long n = spool_count(f->spool);

	if (n == 0 || !f->up) {
		f->progress_ms = now_ms;
		s->said.silent = s->said.silent && n > 0;
		return;
	}
	if (now_ms - f->progress_ms < s->o->wait_s * 1000) {
		s->said.silent = 0;
		return;
	}
	if (!s->said.silent++)
		fprintf(stderr,
			"dozed-bridge: no answer from dozed: is it running, and are "
			"these people "
			"in its configuration? %lu %s in the spool\n",
			n, batches(n));
}

void
serve_say(struct serve *s, int64_t now_ms)
{
	say_link(s, now_ms);
	say_silence(s, now_ms);
	if (spool_is_full(s->flight.spool))
		serve_say_full(s);
	else if (s->said.full && spool_count(s->flight.spool) == 0) {
		/* at the edge it would be said again and again */
		s->said.full = 0;
		fprintf(stderr, "dozed-bridge: dozed has stored all that waited\n");
	}
	if (s->follow && follow_is_over(s->follow) && !s->said.crowded++)
		fprintf(stderr,
			"dozed-bridge: more than %d files to follow: the others are not "
			"read\n",
			FOLLOW_FILES_MAX);
}

void
serve_say_full(struct serve *s)
{
	if (!s->said.full++)
		fprintf(stderr,
			"dozed-bridge: the spool is full (%lld MiB, --spool-limit): "
			"waiting until "
			"dozed has stored some of it\n",
			(long long)s->o->spool_mib);
}

void
serve_say_broken(struct serve *s, int r)
{
	if (!s->said.broken++)
		fprintf(stderr, "dozed-bridge: the spool %s: %s; trying again\n",
			spool_path(s->flight.spool), strerror(-r));
}

/* A path that is not there, each time that the set of them changes. */
void
serve_say_missing(struct serve *s)
{
	char now[sizeof s->said.missing] = "";
	const char *path, *why;
	size_t n = 0;

	for (int i = 0; (path = follow_missing(s->follow, i, &why)); i++)
		n += (size_t)snprintf(now + (n < sizeof now ? n : sizeof now - 1),
			n < sizeof now ? sizeof now - n : 1, "%s\n", path);
	if (strcmp(now, s->said.missing) == 0)
		return;
	snprintf(s->said.missing, sizeof s->said.missing, "%s", now);
	for (int i = 0; (path = follow_missing(s->follow, i, &why)); i++)
		fprintf(stderr, "dozed-bridge: %s: %s; looking again every minute\n",
			path, why);
}
