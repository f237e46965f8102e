/* SPDX-License-Identifier: MIT */
/* What the host does around one score() call, for tests: opens the built .so through the
 * loader, lends arrays and scratch, collects what was written. And lines of shared data.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/scorers.h"
#include "sys/loader.h"

#define RIG_REASONS 8
#define RIG_ROOM(n) ((n) + 64) /* of values a port */

struct rig {
	struct loader *loader;
	const struct scorer *desc;
	double options[SCORER_OPTS_MAX];
	struct scorer_view views[SCORER_PORTS_MAX];
	struct scorer_window in;
	struct scorer_result out;
	struct scorer_value *values;
	struct scorer_reason reasons[RIG_REASONS];
	void *scratch;
};

static inline struct rig *
rig_open_in(const char *dir, const char *name)
{
	char why[LOADER_WHY_LEN] = "";
	struct scorers *all = xcalloc(1, sizeof *all);
	struct rig *r = xcalloc(1, sizeof *r);
	assert_int_equal(loader_new(dir, &r->loader), 0);
	if (loader_open(r->loader, name, &r->desc, why) || scorers_add(all, r->desc, why))
		fail_msg("%s", why);
	memcpy(r->options, all->list[0].options, sizeof r->options);
	free(all);
	return r;
}

static inline struct rig *
rig_open(const char *name)
{
	return rig_open_in(getenv("DOZED_SCORER_DIR"), name);
}

static inline void
rig_close(struct rig *r)
{
	loader_free(r->loader);
	free(r->values);
	free(r->scratch);
	free(r);
}

static inline void
rig_view(struct rig *r, unsigned port, const double *v, uint32_t n, uint32_t interval_s)
{
	r->views[port] =
		(struct scorer_view){v, n, interval_s * 1000, r->in.start_ms, NULL};
}

/* As rig_view, for steps that are no whole seconds. */
static inline void
rig_view_ms(
	struct rig *r, unsigned port, const double *v, uint32_t n, uint32_t interval_ms)
{
	r->views[port] = (struct scorer_view){v, n, interval_ms, r->in.start_ms, NULL};
}

static inline void
rig_events(struct rig *r, unsigned port, const int64_t *t_ms, const double *v, uint32_t n)
{
	r->views[port] =
		(struct scorer_view){v, n, 0, n ? t_ms[0] : r->in.start_ms, t_ms};
}

/* score() on whatever views, start_ms, end_ms and at_ms are set. */
static inline int
rig_score(struct rig *r)
{
	unsigned n = 0, w = 0;
	while (r->desc->reads[n].channel)
		n++;
	while (r->desc->writes[w].channel)
		w++;
	size_t scratch = r->desc->scratch_size + r->desc->scratch_each * r->views[0].n;
	/* as in the host: room for a value a port and element, and some */
	uint32_t cap = RIG_ROOM(r->views[0].n) * w + 64;
	free(r->scratch);
	free(r->values);
	r->scratch = xcalloc(1, scratch ? scratch : 1);
	r->values = xcalloc(cap, sizeof *r->values);
	r->in.size = sizeof r->in;
	r->in.views = r->views;
	r->in.n_views = n;
	r->in.scratch = r->scratch;
	r->in.scratch_size = scratch;
	r->out = (struct scorer_result){.values = r->values,
		.cap_values = cap,
		.reasons = r->reasons,
		.cap_reasons = RIG_REASONS};
	int code = r->desc->score(&r->in, r->options, &r->out);
	assert_true(r->out.n_values <= cap && r->out.n_reasons <= RIG_REASONS);
	for (uint32_t i = 0; i < r->out.n_values; i++) {
		const struct scorer_port *p = &r->desc->writes[r->values[i].port];
		assert_true(r->values[i].value >= p->min && r->values[i].value <= p->max);
		assert_true(r->values[i].confidence >= 0 && r->values[i].confidence <= 1);
	}
	return code;
}

/* The first value of a channel; NAN = none was written. */
static inline double
rig_value(const struct rig *r, const char *channel)
{
	for (uint32_t i = 0; i < r->out.n_values; i++)
		if (strcmp(r->desc->writes[r->values[i].port].channel, channel) == 0)
			return r->values[i].value;
	return NAN;
}

static inline const struct scorer_reason *
rig_reason(const struct rig *r, const char *code)
{
	for (uint32_t i = 0; i < r->out.n_reasons; i++)
		if (strcmp(r->reasons[i].code, code) == 0)
			return &r->reasons[i];
	return NULL;
}

/* A test whose state is a rig of that scorer, opened for it and closed after it. */
static inline int
rig_setup(void **state)
{
	*state = rig_open(*state);
	return 0;
}

static inline int
rig_teardown(void **state)
{
	rig_close(*state);
	return 0;
}

#define rig_test(f, scorer)                                                              \
	cmocka_unit_test_prestate_setup_teardown(                                        \
		f, rig_setup, rig_teardown, (char *)(scorer))
