/* SPDX-License-Identifier: MIT */
/* --to: every batch goes into the spool first, then to the broker, and leaves the spool when
 * the hub has said that it is stored; a PUBACK is not enough, since a broker acknowledges
 * what it then drops. What the hub did not get is sent again: at once when a later batch of
 * the device has arrived, after a while of silence, on every new connection, and by the
 * next run. The hub knows every (epoch, seq) it has: twice does no harm. */
#include "publish.h"

#include "flight.h"
#include "marks.h"
#include "recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_MS 200

/* One turn: 0, or -ETIMEDOUT when nothing has moved for --wait. */
static int
turn(struct flight *f, int timeout_ms)
{
	struct job *j = f->job;
	int r = flight_step(f, timeout_ms, monotonic_ms());

	report_progress(&j->report, "%lu of %lu batches stored by dozed%s", f->freed,
		f->freed + spool_count(f->spool), f->up ? "" : " (not connected)");
	if (r == 0 && monotonic_ms() - f->progress_ms >= j->options->wait_s * 1000)
		r = -ETIMEDOUT;
	return r;
}

static int
put(void *ctx, struct wearer *w, struct Dozed__V1__Batch *b)
{
	struct flight *f = ctx;
	const struct options *o = f->job->options;
	struct device_id from;
	int r, said = 0;

	outlet_device(&from, w, o);
	while ((r = spool_put(f->spool, &from, b, f->job->now)) == SPOOL_E_FULL) {
		if (!said++ && !f->said_full++) {
			report_progress_end(&f->job->report);
			fprintf(stderr,
				"dozed-bridge: the spool is full (%lld MiB, "
				"--spool-limit): "
				"waiting until dozed has stored some of it\n",
				(long long)o->spool_mib);
		}
		r = spool_commit(f->spool);
		if (r == 0)
			r = turn(f, STEP_MS);
		if (r < 0)
			return r;
	}
	if (r == 0 && ++f->puts % SPOOL_COMMIT_EVERY == 0)
		r = turn(f, 0);
	return r == -ETIMEDOUT ? 0 : r; /* there is room: no reason to stop */
}

static void
explain(const struct flight *f, int r)
{
	unsigned long n = spool_count(f->spool);

	if (r < 0 && r != -ETIMEDOUT)
		fprintf(stderr, "dozed-bridge: %s\n", f->why[0] ? f->why : strerror(-r));
	else if (f->connected == 0)
		fprintf(stderr, "dozed-bridge: no connection to %s%s\n", f->broker.key,
			f->broker.tls ? " (is it up, and its certificate signed by the "
					"--ca-file's authority?)"
				      : "");
	else
		fprintf(stderr, "dozed-bridge: no answer from dozed: is it running, and "
				"are these "
				"people in its configuration?\n");
	if (n)
		fprintf(stderr,
			"dozed-bridge: %lu %s in the spool and will be sent next time\n",
			n, n == 1 ? "batch waits" : "batches wait");
}

int
publish_job(struct job *j, unsigned long *ret_batches)
{
	struct flight f = {.job = j};
	const struct options *o = j->options;
	const char *why = broker_parse(o->to, &f.broker);
	struct marks marks = {0};
	int r, read_all = 0;

	if (why) {
		fprintf(stderr, "dozed-bridge: --to \"%s\": %s\n", o->to, why);
		return 2;
	}
	if (flight_open(&f, NULL, NULL) != 0)
		return 1;
	f.progress_ms = monotonic_ms();
	j->to = (struct outlet){put, &f};
	r = flight_step(&f, 0, f.progress_ms); /* connects while the files are read */
	if (r == 0)
		r = spool_marks_load(f.spool, &marks);
	marks.ignored = o->all != 0;
	j->marks = &marks;
	if (r == 0)
		r = job_read(j);
	if (r == 0)
		r = job_flush(j);
	if (r == 0)
		r = spool_marks_save(f.spool, &marks);
	j->marks = NULL;
	marks_finish(&marks);
	if (r > 0) { /* a usage error of sim */
		flight_close(&f);
		return 2;
	}
	if (r == 0)
		r = spool_commit(f.spool);
	read_all = r == 0;
	f.progress_ms = monotonic_ms(); /* reading a large file is no standstill */
	while (r == 0 && spool_count(f.spool) > 0)
		r = turn(&f, STEP_MS);
	report_progress_end(&j->report);
	if (r < 0)
		explain(&f, r);
	if (!read_all)
		fprintf(stderr,
			"dozed-bridge: not all of the input was taken: run this again\n");
	*ret_batches = f.puts;
	flight_close(&f);
	return r < 0 ? 1 : job_status(j);
}
