/* SPDX-License-Identifier: MIT */
/* `dozed check`: reads the configuration as `run` would, loads the scorers, looks at the
 * directories, and tells what it found. Changes nothing, connects to nothing. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/args.h"
#include "cmd/check_push.h"
#include "sys/loader.h"

static void
complain(void *ctx, const char *text)
{
	++*(int *)ctx;
	fprintf(stderr, "%s\n", text);
}

static void
show_broker(const struct config *c)
{
	const struct broker_config *b = &c->broker;
	int v6 = strchr(b->host, ':') != NULL;
	printf("broker       %s%s%s:%d, %s, client id \"%s\"", v6 ? "[" : "", b->host,
		v6 ? "]" : "", b->port, b->tls ? "TLS" : "not encrypted", b->client_id);
	if (b->username[0])
		printf(", user \"%s\"", b->username);
	printf("\ntopics       %s%s/...\n", c->topic_prefix, c->topic_root);
}

/* Whoever runs `check` need not be the user that the daemon runs as. */
static void
show_state_dir(const struct config *c)
{
	const char *what = "can be written";
	if (access(c->state_dir, W_OK | X_OK) != 0)
		what = errno == ENOENT   ? "not there yet"
		       : errno == EACCES ? "cannot be written by you"
					 : strerror(errno);
	printf("state        %s (%s)\n", c->state_dir, what);
}

/* A file that `option` names; at least so long. */
static void
check_secret(const struct config *c, struct config_place at, const char *option,
	const char *path, size_t least, int *faults)
{
	char secret[1024], line[800];
	const char *why;
	if (!path[0])
		return;
	int r = config_secret(path, "", secret, sizeof secret);
	size_t n = r == 0 ? strlen(secret) : least;
	explicit_bzero(secret, sizeof secret);
	if (r == 0 && n >= least)
		return;
	if (r == -EACCES) {
		printf("%-12s %s (not readable by you, perhaps by the daemon)\n", option,
			path);
		return;
	}
	why = r == -EPERM      ? "can be read by everybody; chmod o-r it"
	      : r == -EMSGSIZE ? "holds no secret, or more than one line can be"
	      : r == 0         ? "is too short to be secret"
			       : strerror(-r);
	snprintf(line, sizeof line, "%s:%d: %s %s: %s", c->files[at.file],
		at.line > 0 ? at.line : 1, option, path, why);
	complain(faults, line);
}

static void
show_people(const struct config *c)
{
	printf("people       %s\n",
		c->n_people ? "" : "none yet: every message is a dead letter");
	for (unsigned i = 0; i < c->n_people; i++) {
		const struct person *p = &c->people[i];
		printf("  %-12s %s%s%s, %s", p->id, p->name, p->name[0] ? ", " : "",
			zone_name(p->zone), p->n_devices ? "devices" : "any device");
		for (unsigned k = 0; k < p->n_devices; k++)
			printf("%s%s", k ? ", " : " ", p->devices[k]);
		putchar('\n');
	}
}

static void
show_alert(const struct policy *p)
{
	printf("alert        from p = %g on, after %d rated days, at most %d in 7 days, "
	       "%d free "
	       "%s between\n"
	       "             %lld min after the morning's last sign, from %02d:%02d, by "
	       "%02d:%02d, never after %02d:%02d\n",
		p->threshold, p->min_rated_days, p->max_per_week, p->free_days,
		p->free_days == 1 ? "day" : "days", (long long)(p->settle_ms / MINUTE_MS),
		p->earliest_min / 60, p->earliest_min % 60, p->hard_stop_min / 60,
		p->hard_stop_min % 60, p->expiry_min / 60, p->expiry_min % 60);
}

static void
show_page(const struct page_config *p)
{
	int six = strchr(p->listen, ':') != NULL;
	if (p->port == 0)
		printf("page         none\n");
	else
		printf("page         http://%s%s%s:%d/%s\n", six ? "[" : "", p->listen,
			six ? "]" : "", p->port,
			p->token_file[0] ? ", asks for the token"
					 : ", open to everybody on this machine");
}

static void
show_ports(const char *what, const struct scorer_port *ports, int reads)
{
	if (!ports || !ports[0].channel)
		return;
	printf("    %-7s", what);
	for (const struct scorer_port *p = ports; p->channel; p++)
		printf("%s%s%s", p == ports ? "" : ", ", p->channel,
			reads && !p->required ? "?" : "");
	putchar('\n');
}

static void
show_window(const struct scorer_span *w)
{
	switch (w->kind) {
	case SCORER_SLIDING:
		printf("every %d s over %d s\n", w->hop_s, w->length_s);
		break;
	case SCORER_RECORDING:
		printf("the days around a night\n");
		break;
	case SCORER_NIGHT:
		printf("a night\n");
		break;
	case SCORER_NIGHTS:
		printf("%d nights\n", w->days);
		break;
	case SCORER_DAYS:
		printf("%d days\n", w->days);
		break;
	}
}

static void
show_scorers(const struct scorers *s)
{
	printf("scorers      in running order (? = does without)\n");
	for (unsigned i = 0; i < s->n; i++) {
		const struct loaded_scorer *l = &s->list[i];
		printf("  %s %s, ", l->desc->name, l->desc->version);
		show_window(&l->desc->window);
		show_ports("reads", l->desc->reads, 1);
		show_ports("writes", l->desc->writes, 0);
		for (unsigned k = 0; k < l->n_options; k++) {
			const struct scorer_option *o = &l->desc->options[k];
			if (l->options[k] != o->def)
				printf("    %s = %g (default %g)\n", o->name,
					l->options[k], o->def);
		}
	}
}

static int
check_file(const char *file)
{
	struct config *c = NULL;
	struct loader *loader = NULL;
	int faults = 0;
	if (config_read(file, complain, &faults, &c) != 0) {
		fprintf(stderr, "%d %s; the daemon would refuse to start\n", faults,
			faults == 1 ? "fault" : "faults");
		return EXIT_CONFIG;
	}
	printf("read         %s", c->files[0]);
	for (int i = 1; i < c->n_files; i++)
		printf(", %s", c->files[i]);
	putchar('\n');
	show_broker(c);
	check_secret(
		c, c->password_at, "password_file", c->broker.password_file, 1, &faults);
	check_secret(c, c->token_at, "token_file", c->page.token_file, CONFIG_TOKEN_MIN,
		&faults);
	show_state_dir(c);
	show_people(c);
	check_push(c, complain, &faults);
	show_alert(&c->policy);
	show_page(&c->page);
	struct scorers *s cleanup(freep) = xcalloc(1, sizeof *s);
	if (config_scorers(c, complain, &faults, s, &loader) == 0)
		show_scorers(s);
	if (faults == 0)
		puts("no fault found");
	else
		fprintf(stderr, "%d %s; the daemon would refuse to start\n", faults,
			faults == 1 ? "fault" : "faults");
	loader_free(loader);
	config_free(c);
	return faults ? EXIT_CONFIG : EXIT_DONE;
}

int
cmd_check(const struct cmd_context *ctx, int argc, char **argv)
{
	int defaults = 0, quiet = 0, rest;
	const struct arg table[] = {
		{"--defaults", NULL, ARG_FLAG, &defaults,
			"print a configuration that shows every option at its default"},
		{"--quiet", NULL, ARG_FLAG, &quiet, "say nothing but faults"},
		{0},
	};
	static const struct arg_words words = {NULL,
		"Reads the configuration, loads the scorers, and says what it found: "
		"every "
		"fault as\nfile:line: reason. Exit status 0 good, 78 refused."};
	int rc = args_parse(table, &words, argc, argv, &rest);
	if (rc != ARGS_GO)
		return rc;
	if (defaults)
		return config_defaults_print(stdout, config_scorer_dir_default())
			       ? EXIT_NO
			       : EXIT_DONE;
	if (quiet && !freopen("/dev/null", "w", stdout))
		return EXIT_NO;
	return check_file(ctx->config_file);
}
