/* SPDX-License-Identifier: MIT */
/* The server of http/server.h with the page's rules behind it. */
#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/server.h"
#include "web/answer.h"

struct page {
	struct answer_rules rules;
	struct server *server;
};

static void
forget(struct page *p)
{
	explicit_bzero(&p->rules, sizeof p->rules);
	free(p);
}

int
page_open(uv_loop_t *loop, const struct page_options *o, const struct page_events *e,
	struct page **ret)
{
	struct page *p = xcalloc(1, sizeof *p);
	struct answer_rules *r = &p->rules;
	const struct server_options server = {.listen = o->listen,
		.port = o->port,
		.head_max = PAGE_REQUEST_MAX,
		.patience_ms = PAGE_PATIENCE_MS,
		.handle = answer_handle,
		.end = answer_end,
		.user = r};
	r->events = *e;
	snprintf(r->listen, sizeof r->listen, "%s", o->listen);
	snprintf(r->hosts, sizeof r->hosts, "%s", o->hosts);
	snprintf(r->token, sizeof r->token, "%s", o->token);
	int rc = mhd_load(&r->mhd);
	if (rc == 0)
		rc = guard_secret(r->form);
	if (rc == 0)
		rc = guard_secret(r->session);
	if (rc == 0)
		rc = server_open(loop, &r->mhd, &server, &p->server);
	if (rc != 0) {
		forget(p);
		return rc;
	}
	*ret = p;
	return 0;
}

void
page_close(struct page *p)
{
	if (!p)
		return;
	server_close(p->server);
	forget(p);
}
