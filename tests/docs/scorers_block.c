/* SPDX-License-Identifier: MIT */
/* Prints the reference of scorers from their descriptors, as Markdown, in the order of the
 * files given: what docs/scorers.md has between its two marks. usage: scorers_block x.so ... */
#include "scorer.h"

#include <dlfcn.h>
#include <string.h>

/* 57600 as "16 h", 330 as "330 s" */
static void
show_time(int32_t s)
{
	if (s % 3600 == 0 && s > 0)
		printf("%d h", s / 3600);
	else if (s % 60 == 0 && s > 0)
		printf("%d min", s / 60);
	else
		printf("%d s", s);
}

static void
show_window(const struct scorer_span *w)
{
	switch (w->kind) {
	case SCORER_SLIDING:
		printf("every ");
		show_time(w->hop_s);
		printf(", a stretch of ");
		show_time(w->length_s);
		printf(" that begins ");
		show_time(w->anchor_s);
		printf(" earlier");
		break;
	case SCORER_RECORDING:
		printf("the two days around a night, at once");
		break;
	case SCORER_NIGHT:
		printf("a night");
		if (w->anchor_s) {
			printf(", and the ");
			show_time(w->anchor_s);
			printf(" before it");
		}
		break;
	case SCORER_NIGHTS:
		printf("the last %d nights", w->days);
		break;
	case SCORER_DAYS:
		printf("the last %d days", w->days);
		break;
	}
	printf("\n");
}

static void
show_step(int32_t step_ms)
{
	if (step_ms == SCORER_AS_RECORDED)
		printf(", as recorded");
	else if (step_ms == SCORER_EVENTS)
		printf(", one by one");
	else if (step_ms > 0)
		printf(", %g s", step_ms / 1000.);
}

static void
show_ports(const char *what, const struct scorer_port *ports, int reads)
{
	printf("- %s: ", what);
	for (const struct scorer_port *p = ports; p && p->channel; p++) {
		printf("%s`%s%s` (%s", p == ports ? "" : " · ", p->channel,
			reads && !p->required ? "?" : "", p->unit);
		show_step(p->step_ms);
		printf(")");
	}
	printf("\n");
}

/* "a|b|c" as `a` `b` `c`, and which of them is the default */
static void
show_choices(const struct scorer_option *o)
{
	const char *at = o->choices;
	for (int i = 0; *at; i++) {
		int n = (int)strcspn(at, "|");
		printf("%s`%.*s`%s", i ? ", " : "", n, at,
			i == (int)o->def ? " (default)" : "");
		at += n + (at[n] == '|');
	}
}

static void
show_option(const struct scorer_option *o)
{
	const char *blank = o->unit && o->unit[0] ? " " : "";
	printf("  - `%s`: ", o->name);
	if (o->choices)
		show_choices(o);
	else
		printf("default %.7g, from %.7g to %.7g%s%s", o->def, o->min, o->max,
			blank, o->unit ? o->unit : "");
	printf("; %s\n", o->help);
}

static void
show_scorer(const struct scorer *s)
{
	printf("\n### %s\n\nVersion %s: %s.\n\n- window: ", s->name, s->version,
		s->summary);
	show_window(&s->window);
	show_ports("reads", s->reads, 1);
	show_ports("writes", s->writes, 0);
	if (!s->options || !s->options->name)
		return;
	printf("- options\n");
	for (const struct scorer_option *o = s->options; o->name; o++)
		show_option(o);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		void *so = dlopen(argv[i], RTLD_NOW | RTLD_LOCAL);
		const struct scorer *s = so ? dlsym(so, "dozed_scorer") : NULL;
		if (!s) {
			fprintf(stderr, "%s: %s\n", argv[i], dlerror());
			return 1;
		}
		show_scorer(s);
	}
	return 0;
}
