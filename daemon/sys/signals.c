/* SPDX-License-Identifier: MIT */
/* Three uv_signal handles. SIGPIPE is ignored: a peer that went away is an errno. */
#include "sys/signals.h"

#include <signal.h>

static void
on_stop(uv_signal_t *h, int signum)
{
	struct signals *s = h->data;

	(void)signum;
	s->stop(s->user);
}

static void
on_reload(uv_signal_t *h, int signum)
{
	struct signals *s = h->data;

	(void)signum;
	s->reload(s->user);
}

int
signals_start(struct signals *s, uv_loop_t *loop)
{
	struct {
		uv_signal_t *handle;
		int signum;
		uv_signal_cb cb;
	} table[] = {
		{&s->term, SIGTERM, on_stop},
		{&s->intr, SIGINT, on_stop},
		{&s->hup, SIGHUP, on_reload},
	};
	int rc = 0;

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < array_len(table); i++) {
		rc = uv_signal_init(loop, table[i].handle);
		assert(rc == 0);
		table[i].handle->data = s;
		rc = uv_signal_start(table[i].handle, table[i].cb, table[i].signum);
		if (rc < 0)
			return rc;
	}
	return 0;
}

void
signals_close(struct signals *s)
{
	uv_signal_t *all[] = {&s->term, &s->intr, &s->hup};

	for (size_t i = 0; i < array_len(all); i++)
		if (!uv_is_closing((uv_handle_t *)all[i]))
			uv_close((uv_handle_t *)all[i], NULL);
}
