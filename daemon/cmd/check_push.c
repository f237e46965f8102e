/* SPDX-License-Identifier: MIT */
/* See check_push.h. */
#include "cmd/check_push.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct look {
	const struct config *c;
	const struct push_config *p;
	void (*complain)(void *ctx, const char *text);
	void *ctx;
};

static void printf_like(3, 4)
	tell(const struct look *l, const char *option, const char *fmt, ...)
{
	struct config_place at = config_push_place(l->c, l->p, option);
	char reason[512], line[800];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	snprintf(line, sizeof line, "%s:%d: %s", l->c->files[at.file], at.line, reason);
	l->complain(l->ctx, line);
}

/* needed: the kind cannot do without. */
static void
check_secret(const struct look *l, const char *option, const char *path,
	const char *credential, int needed)
{
	char secret[PUSH_SECRET_LEN];
	int r = config_secret(path, credential, secret, sizeof secret);
	explicit_bzero(secret, sizeof secret);
	if (r == 0 || (r == -ENOENT && !path[0] && !needed))
		return;
	if (r == -EACCES) {
		printf("             %s %s is not readable by you, perhaps by the "
		       "daemon\n",
			option, path);
		return;
	}
	if (r == -ENOENT && !path[0]) {
		if (getenv("CREDENTIALS_DIRECTORY"))
			tell(l, "kind", "push \"%s\": neither %s nor the credential %s",
				l->p->name, option, credential);
		else
			printf("             no %s; the service must load the credential "
			       "%s\n",
				option, credential);
		return;
	}
	tell(l, option, "%s %s: %s", option, path,
		r == -EPERM      ? "can be read by everybody; chmod o-r it"
		: r == -EMSGSIZE ? "holds no secret, or more than one line can be"
				 : strerror(-r));
}

static void
check_file(const struct look *l, const char *option, const char *path, int mode)
{
	if (path[0] && access(path, mode) != 0)
		tell(l, option, "%s %s: %s", option, path, strerror(errno));
}

static const char *
who_is_reached(const struct config *c, const char *name, char *ret, size_t size)
{
	size_t n = 0;
	ret[0] = '\0';
	for (unsigned i = 0; i < c->n_people; i++)
		for (unsigned k = 0; k < c->people[i].n_push; k++)
			if (strcmp(c->people[i].push[k], name) == 0 && n < size)
				n += (size_t)snprintf(ret + n, size - n, "%s%s",
					n ? ", " : "", c->people[i].id);
	return ret[0] ? ret : "nobody";
}

void
check_push(
	const struct config *c, void (*complain)(void *ctx, const char *text), void *ctx)
{
	if (c->n_push > 0)
		printf("push\n");
	for (unsigned i = 0; i < c->n_push; i++) {
		const struct push_config *p = &c->push[i];
		const struct look l = {c, p, complain, ctx};
		char token[PUSH_CREDENTIAL_LEN], user[PUSH_CREDENTIAL_LEN], who[256];
		push_credentials(p, token, user);
		printf("  %-12s %s %s, for %s\n", p->name, push_kind_names[p->kind],
			p->kind == PUSH_EXEC ? p->command[0]
			: p->url[0]          ? p->url
					     : PUSH_URL_PUSHOVER,
			who_is_reached(c, p->name, who, sizeof who));
		if (p->kind != PUSH_EXEC)
			check_secret(&l, "token_file", p->token_file, token,
				push_needs_token(p));
		if (push_needs_user(p))
			check_secret(&l, "user_file", p->user_file, user, 1);
		check_file(&l, "ca_file", p->ca_file, R_OK);
		check_file(&l, "template_file", p->template_file, R_OK);
		if (p->kind == PUSH_EXEC)
			check_file(&l, "command", p->command[0], X_OK);
	}
}
