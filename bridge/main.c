/* SPDX-License-Identifier: MIT */
/* dozed-bridge: what wearables export, as dozed.v1 batches, to a broker or a file. */
#include "job.h"
#include "publish.h"
#include "recording.h"
#include "serve.h"
#include "status.h"

#include <stdio.h>
#include <string.h>

static int
list_formats(void)
{
	for (size_t i = 0; readers[i]; i++)
		printf("%-15s %s\n                %s\n", readers[i]->name,
			readers[i]->carries, readers[i]->example);
	puts("sim             a simulated wearable and its wearer: nights, ratings, "
	     "minute "
	     "data\n"
	     "auto            any file of the above, by how it begins\n"
	     "send            nothing new: only what still waits in the spool");
	return 0;
}

static void
summary(const struct job *j, unsigned long batches)
{
	const struct collect *c = &j->found;

	if (!j->options->verbose)
		return;
	fprintf(stderr,
		"%lu files: %lu samples, %lu sessions, %lu ratings, %lu markers in %lu "
		"batches; %lu refused; "
		"came twice: %lu samples, %lu sessions, %lu ratings, %lu markers\n",
		j->files, c->samples, c->sessions, c->ratings, c->markers, batches,
		j->report.refused, c->replaced_samples, c->replaced_sessions,
		c->replaced_ratings, c->replaced_markers);
}

static int
to_file(struct job *j)
{
	const struct options *o = j->options;
	struct recording rec = {.options = o};
	int r = recording_open(&rec, o->out, j->now);

	j->to = (struct outlet){recording_put, &rec};
	if (r == 0)
		r = job_read(j);
	if (r == 0)
		r = job_flush(j);
	if (r == 0)
		r = recording_close(&rec);
	else
		recording_abandon(&rec);
	if (r < 0)
		fprintf(stderr, "dozed-bridge: %s: %s\n", o->out, strerror(-r));
	summary(j, rec.batches);
	return r == 0 ? job_status(j) : 2;
}

static int
to_broker(struct job *j)
{
	unsigned long batches = 0;
	int r = publish_job(j, &batches);

	summary(j, batches);
	return r;
}

/* What the files hold and what it would become; nothing is handed on. */
static int
explain(struct job *j)
{
	int r = job_read(j);

	report_end(&j->report);
	return r < 0 ? 2 : job_status(j);
}

/* NULL, or why the options make no service. */
static const char *
service_fault(const struct options *o)
{
	if (!o->to || o->explain)
		return "a service needs --to";
	if (strcmp(o->format, "sim") == 0 || strcmp(o->format, "send") == 0)
		return "a service reads files or messages: name their format, or auto";
	if (o->follow && o->n_paths == 0)
		return "--follow: which paths?";
	if (o->all)
		return "--all is for one run: a service reads again what changes";
	if (o->listen && !o->token_file)
		return "--listen needs --token-file";
	if (!o->follow && o->n_paths > 0)
		return "a service reads paths with --follow only";
	return NULL;
}

static int
run(struct options *o)
{
	struct job j;
	const char *why = serve_is_wanted(o) ? service_fault(o) : NULL;
	int is_send = strcmp(o->format, "send") == 0;
	int is_sim = strcmp(o->format, "sim") == 0;
	int r = job_init(&j, o);

	if (r == 0 && !o->explain && !o->to == !o->out) {
		fprintf(stderr,
			"dozed-bridge: say where it goes: either --to or --out\n");
		r = JOB_E_USAGE;
	}
	if (r == 0 && is_send && !o->to) {
		fprintf(stderr, "dozed-bridge: send needs --to\n");
		r = JOB_E_USAGE;
	}
	if (r == 0 && why) {
		fprintf(stderr, "dozed-bridge: %s\n", why);
		r = JOB_E_USAGE;
	}
	if (r == 0 && !is_sim && !is_send && o->n_paths == 0 && !serve_is_wanted(o)) {
		fprintf(stderr, "dozed-bridge: which files? See --help\n");
		r = JOB_E_USAGE;
	}
	if (r == 0 && (is_sim || is_send) && o->n_paths > 0) {
		fprintf(stderr, "dozed-bridge: %s reads no files\n", o->format);
		r = JOB_E_USAGE;
	}
	if (!o->source && strcmp(o->format, "auto") != 0)
		o->source = o->format;
	if (!o->device)
		o->device = "file";
	if (r == 0)
		r = o->explain           ? explain(&j)
		    : o->out             ? to_file(&j)
		    : serve_is_wanted(o) ? serve_job(&j)
					 : to_broker(&j);
	else
		r = 2;
	job_finish(&j);
	return r;
}

int
main(int argc, char **argv)
{
	struct options o;
	int r = options_parse(&o, argc, argv);

	if (r)
		return r == OPTIONS_E_HELP ? 0 : 2;
	if (strcmp(o.format, "formats") == 0)
		return list_formats();
	if (strcmp(o.format, "status") == 0)
		return status_print(&o);
	return run(&o);
}
