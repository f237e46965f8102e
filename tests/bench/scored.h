/* SPDX-License-Identifier: MIT */
/* The scorers' part of stages.c: runs the line with all of them, keeps the windows that each was
 * lent, and calls it on them again. Every descriptor is copied and its score() replaced by
 * keep_window(), which knows by the options that it is given whose call it is. */
#pragma once

struct kept_window {
	struct scorer_window w;
	struct scorer_view views[SCORER_PORTS_MAX];
};

struct scored {
	const struct scorer *real;
	struct scorer copy;
	double calls, calls_before, samples; /* samples: of the windows that are kept */
	size_t size, scratch_size;
	uint32_t values;
	unsigned n;
	struct kept_window list[KEPT];
	/* for a measured turn */
	const double *options;
	void *scratch;
	struct scorer_value *room;
};

static struct scored scored_list[SCORERS_MAX];
static struct scorers scored_set;
static int keeping;

static struct scored *
scored_by(const double *options)
{
	size_t at = (size_t)((const char *)options - (const char *)scored_set.list) /
		    sizeof *scored_set.list;
	for (unsigned i = 0; i < SCORERS_MAX; i++)
		if (scored_set.list[at].desc == &scored_list[i].copy)
			return &scored_list[i];
	abort();
}

static void
keep_view(struct scored *s, struct scorer_view *to, const struct scorer_view *from)
{
	*to = *from;
	if (from->n == 0)
		return;
	to->v = memcpy(
		malloc(from->n * sizeof *from->v), from->v, from->n * sizeof *from->v);
	if (from->t_ms)
		to->t_ms = memcpy(malloc(from->n * sizeof *from->t_ms), from->t_ms,
			from->n * sizeof *from->t_ms);
	s->size += from->n * sizeof *from->v;
}

/* What a call is given anew. */
static double
new_samples(const struct scorer *d, const struct scorer_window *w)
{
	uint32_t most = 1;
	for (uint32_t i = 0; i < w->n_views; i++)
		most = w->views[i].n > most ? w->views[i].n : most;
	return d->window.kind == SCORER_SLIDING && most > 1
		       ? (double)most * d->window.hop_s / d->window.length_s
		       : most;
}

static int
keep_window(
	const struct scorer_window *in, const double *options, struct scorer_result *ret)
{
	struct scored *s = scored_by(options);
	s->calls++;
	s->options = options;
	if (keeping && s->n < KEPT && s->size < KEPT_SIZE) {
		struct kept_window *k = &s->list[s->n++];
		k->w = *in;
		k->w.views = k->views;
		for (uint32_t i = 0; i < in->n_views; i++)
			keep_view(s, &k->views[i], &in->views[i]);
		s->samples += new_samples(s->real, in);
		s->scratch_size = in->scratch_size > s->scratch_size ? in->scratch_size
								     : s->scratch_size;
		s->values = ret->cap_values > s->values ? ret->cap_values : s->values;
	}
	return s->real->score(in, options, ret);
}

static void
score_again(void *ctx)
{
	struct scored *s = ctx;
	struct scorer_reason reasons[REASONS_MAX];
	for (unsigned i = 0; i < s->n; i++) {
		struct scorer_window w = s->list[i].w;
		struct scorer_result r = {.values = s->room,
			.cap_values = s->values,
			.reasons = reasons,
			.cap_reasons = REASONS_MAX};
		w.scratch = w.scratch_size ? s->scratch : NULL;
		memset(s->scratch, 0, w.scratch_size);
		kept = s->real->score(&w, s->options, &r);
	}
}

static int
is_scorer(const struct dirent *e)
{
	size_t n = strlen(e->d_name);
	return n > 3 && strcmp(e->d_name + n - 3, ".so") == 0;
}

static void
open_scorers(struct loader **loader)
{
	const char *dir = getenv("DOZED_SCORER_DIR");
	char why[SCORERS_WHY_LEN] = "DOZED_SCORER_DIR is not set";
	struct dirent **found;
	int n = dir ? scandir(dir, &found, is_scorer, alphasort) : -1;
	int r = n < 0 || loader_new(dir, loader) || n > SCORERS_MAX;
	for (int i = 0; i < n && !r; i++) {
		struct scored *s = &scored_list[i];
		found[i]->d_name[strlen(found[i]->d_name) - 3] = 0;
		r = loader_open(*loader, found[i]->d_name, &s->real, why);
		if (r)
			break;
		s->copy = *s->real;
		s->copy.score = keep_window;
		r = scorers_add(&scored_set, &s->copy, why);
		free(found[i]);
	}
	if (n >= 0)
		free(found);
	if (r || scorers_order(&scored_set, why))
		fprintf(stderr, "%s\n", why), exit(1);
}

static void
run_line(struct line *line, struct feed *feed)
{
	int more = 1, r = feed_commit(feed);
	while (r == 0 && more)
		r = line_take(line, UTC((PERSON_DAY_0 + 100) * DAY_MS), PIPELINE_HISTORY,
			&more);
	if (r)
		fprintf(stderr, "scoring stopped: %s\n", strerror(-r)), exit(1);
}

static void
run_person(const char *dir, const struct config *config)
{
	static struct person_feed p;
	struct line *line = NULL;
	struct feed feed;
	char why[256] = "";
	if (line_open(config, &scored_set, dir, &line, why))
		fprintf(stderr, "%s\n", why), exit(1);
	feed_init(&feed, config, line_store(line));
	p.feed = &feed;
	for (int d = 0; d < DAYS; d++)
		person_minutes(&p, PERSON_DAY_0 + d),
			person_records(&p, PERSON_DAY_0 + d);
	run_line(line, &feed);
	for (unsigned i = 0; i < SCORERS_MAX; i++)
		scored_list[i].calls_before = scored_list[i].calls,
		scored_list[i].calls = 0;
	keeping = 1;
	person_raw(&p, PERSON_DAY_0 + DAYS - 1);
	run_line(line, &feed);
	if (feed.refused)
		feed_print_reasons(&feed), exit(1);
	feed_finish(&feed);
	line_close(line);
}

static void
no_fault(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

static void
print_scorer(struct scored *s)
{
	if (s->n == 0) {
		printf("%-32s not called\n", s->real->name);
		return;
	}
	s->scratch = malloc(s->scratch_size + 1);
	s->room = calloc(s->values + 1, sizeof *s->room);
	double ns = measure(score_again, s) / s->n;
	print_row(s->real->name, ns, s->samples / s->n,
		s->calls_before > 0 ? s->calls_before / DAYS * YEAR : s->calls * YEAR);
	free(s->scratch);
	free(s->room);
}

static void
scored(const char *dir)
{
	static const char text[] = "person \"anna\" { timezone = \"Etc/UTC\" }\n";
	char path[128];
	struct config *config = NULL;
	struct loader *loader = NULL;
	snprintf(path, sizeof path, "%s/dozed.conf", dir);
	FILE *f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) ||
		config_read(path, no_fault, NULL, &config))
		exit(1);
	open_scorers(&loader);
	run_person(dir, config);
	for (unsigned i = 0; i < SCORERS_MAX && scored_list[i].real; i++)
		print_scorer(&scored_list[i]);
	config_free(config);
	loader_free(loader);
}
