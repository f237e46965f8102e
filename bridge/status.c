/* SPDX-License-Identifier: MIT */
/* See status.h. Sentences come first: numbers are for who wants them. */
#include "status.h"

#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "standing.h"

#define ZONE_FILE     "/etc/localtime"
#define ZONE_FILE_MAX 65536

/* --- as a table ---------------------------------------------------------------------------- */

static const char *
size_text(int64_t bytes, char ret[static 24])
{
	if (bytes < 1024)
		snprintf(ret, 24, "%lld B", (long long)bytes);
	else if (bytes < 1 << 20)
		snprintf(ret, 24, "%.1f KiB", (double)bytes / 1024);
	else
		snprintf(ret, 24, "%.1f MiB", (double)bytes / (1 << 20));
	return ret;
}

static void
print_device(const struct standing *s, const struct spool_device *d)
{
	char name[3 * (ID_MAX + 1)], time[STANDING_TIME_LEN], size[24];

	snprintf(name, sizeof name, "%s/%s/%s", d->of.person, d->of.source, d->of.device);
	printf("  %-28s", name);
	if (d->waiting)
		printf(" %lu waiting (%s) since %s;", d->waiting,
			size_text(d->bytes, size),
			standing_time(s->zone, d->since, time));
	else
		printf(" nothing waits;");
	printf(" %llu given", (unsigned long long)d->last_seq);
	if (d->acked.ms)
		printf(", answered up to %llu on %s", (unsigned long long)d->acked_seq,
			standing_time(s->zone, d->acked, time));
	putchar('\n');
}

static void
print_marks(const struct standing *s, const char *broker)
{
	unsigned long n = 0;

	for (size_t i = 0; i < s->spool.n_marks; i++)
		n += strcmp(s->spool.marks[i].broker, broker) == 0;
	if (n)
		printf("  %lu %s of how far databases were read (--format json lists "
		       "them)\n",
			n, n == 1 ? "mark" : "marks");
}

static void
print_table(const struct standing *s)
{
	const struct spool_look *l = &s->spool;
	char size[24], refused[24];

	for (unsigned i = 0; i < s->n_advice; i++)
		printf("%s\n", s->advice[i]);
	if (!s->has_spool)
		printf("Nothing was sent from here yet: there is no spool in %s.\n",
			s->dir);
	else if (!s->n_advice)
		printf("All that was read is stored by dozed.\n");
	if (s->has_spool) {
		printf("\nspool %s: %s", s->dir, size_text(l->bytes, size));
		if (l->limit)
			printf(" of %s", size_text(l->limit, size));
		if (l->kept)
			printf(", and %s more that dozed has and has not confirmed yet",
				size_text(l->kept, size));
		printf("; %s\n", l->is_used ? "a dozed-bridge uses it now"
					    : "no dozed-bridge uses it now");
	}
	for (size_t i = 0; i < l->n_devices; i++) {
		const char *broker = l->devices[i].broker;
		if (i == 0 || strcmp(broker, l->devices[i - 1].broker) != 0)
			printf("%s\n", broker);
		print_device(s, &l->devices[i]);
		if (i + 1 == l->n_devices ||
			strcmp(broker, l->devices[i + 1].broker) != 0)
			print_marks(s, broker);
	}
	if (s->tray.inbox.files || s->tray.refused.files || s->tray.forgotten)
		printf("inbox: %lu (%s); refused: %lu (%s), and %lu older ones are "
		       "gone\n",
			s->tray.inbox.files, size_text(s->tray.inbox.bytes, size),
			s->tray.refused.files, size_text(s->tray.refused.bytes, refused),
			s->tray.forgotten);
}

/* --- as JSON ------------------------------------------------------------------------------- */

static json_t *
time_json(utc_ms t)
{
	char text[CIVIL_TIME_LEN];
	return t.ms ? json_string(civil_time_text(NULL, t, text)) : json_null();
}

/* What is no UTF-8 came from outside; it is not worth failing for. */
static json_t *
text_json(const char *text)
{
	json_t *s = json_string(text);
	return s ? s : json_string("?");
}

static json_t *
device_json(const struct spool_device *d)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:o, s:I, s:I, s:o}", "broker",
		d->broker, "person", d->of.person, "source", d->of.source, "device",
		d->of.device, "waiting", (json_int_t)d->waiting, "bytes",
		(json_int_t)d->bytes, "waiting_since", time_json(d->since), "last_seq",
		(json_int_t)d->last_seq, "acked_seq", (json_int_t)d->acked_seq,
		"acked_at", time_json(d->acked));
}

static json_t *
spool_json(const struct standing *s)
{
	const struct spool_look *l = &s->spool;
	json_t *devices = json_array(), *marks = json_array();

	for (size_t i = 0; i < l->n_devices; i++)
		json_array_append_new(devices, device_json(&l->devices[i]));
	for (size_t i = 0; i < l->n_marks; i++)
		json_array_append_new(marks, json_pack("{s:o, s:o, s:I}", "broker",
						     text_json(l->marks[i].broker), "key",
						     text_json(l->marks[i].key), "value",
						     (json_int_t)l->marks[i].value));
	return json_pack("{s:o, s:s, s:I, s:b, s:I, s:I, s:I, s:o, s:o, s:o}", "dir",
		text_json(s->dir), "name", l->name, "epoch", (json_int_t)l->epoch,
		"in_use", l->is_used, "waiting", (json_int_t)l->waiting, "bytes",
		(json_int_t)l->bytes, "kept_bytes", (json_int_t)l->kept, "limit_bytes",
		l->limit ? json_integer((json_int_t)l->limit) : json_null(), "devices",
		devices, "marks", marks);
}

static json_t *
refused_json(const struct standing *s)
{
	const struct tray_item *last = &s->last_refused;
	json_t *o = last->arrived.ms ? json_pack("{s:o, s:s, s:s, s:o}", "arrived",
					       time_json(last->arrived), "person",
					       last->person, "format", last->format,
					       "reason", text_json(last->reason))
				     : json_null();

	return json_pack("{s:I, s:I, s:I, s:o}", "documents",
		(json_int_t)s->tray.refused.files, "bytes",
		(json_int_t)s->tray.refused.bytes, "gone", (json_int_t)s->tray.forgotten,
		"last", o);
}

static void
print_json(const struct standing *s)
{
	json_t *advice = json_array();

	for (unsigned i = 0; i < s->n_advice; i++)
		json_array_append_new(advice, text_json(s->advice[i]));
	json_t *root = json_pack("{s:b, s:o, s:o, s:{s:I, s:I, s:o}, s:o}", "ok",
		!s->is_late && !s->is_refused, "advice", advice, "spool",
		s->has_spool ? spool_json(s) : json_null(), "inbox", "documents",
		(json_int_t)s->tray.inbox.files, "bytes", (json_int_t)s->tray.inbox.bytes,
		"since", time_json(s->inbox_since), "refused", refused_json(s));
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

/* --- the command --------------------------------------------------------------------------- */

/* The machine's own zone; NULL: UTC. */
static struct zone *
machine_zone(void)
{
	unsigned char data[ZONE_FILE_MAX];
	const char *name = getenv("TZ");
	struct zone *z = NULL;

	if (name && *name && zone_open(name, &z) == 0)
		return z;
	int fd = open(ZONE_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof data);
	if (fd >= 0)
		close(fd);
	if (n <= 0 || zone_from_bytes("local", data, (size_t)n, &z) < 0)
		return NULL;
	return z;
}

static int
complain(const char *text, const char *what)
{
	fprintf(stderr, "dozed-bridge: status: %s%s\n", text, what);
	return 2;
}

static int
show(const struct options *o, const struct zone *zone, utc_ms now)
{
	char dir[PATH_MAX - 16], why[SPOOL_WHY];
	struct standing s;

	if (spool_directory(o->spool, dir, sizeof dir) < 0)
		return complain(
			"neither HOME nor XDG_STATE_HOME is set: ", "say --spool DIR");
	if (standing_take(dir, zone, now, &s, why) < 0) {
		fprintf(stderr, "dozed-bridge: %s\n", why);
		return 1;
	}
	if (strcmp(o->shape, "json") == 0)
		print_json(&s);
	else
		print_table(&s);
	int status = s.is_late || s.is_refused;
	standing_finish(&s);
	return fflush(stdout) == 0 ? status : 1;
}

int
status_print(const struct options *o)
{
	struct zone *zone = NULL;
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	utc_ms now = UTC((int64_t)t.tv_sec * SECOND_MS + t.tv_nsec / 1000000);
	if (strcmp(o->shape, "table") != 0 && strcmp(o->shape, "json") != 0)
		return complain("--format is table or json, not ", o->shape);
	if (o->n_paths > 0)
		return complain("it reads no files: ", o->paths[0]);
	if (o->now && !civil_time_parse(o->now, NULL, &now, NULL))
		return complain("--now is not a time with a zone: ", o->now);
	if (o->zone && zone_open(o->zone, &zone) < 0)
		return complain("no such time zone: ", o->zone);
	if (!zone)
		zone = machine_zone();
	int status = show(o, zone, now);
	zone_free(zone);
	return status;
}
