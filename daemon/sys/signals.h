/* SPDX-License-Identifier: MIT */
/* SIGTERM, SIGINT and SIGHUP as events of the loop; nothing runs inside a handler. */
#pragma once

#include <uv.h>

#include "base/base.h"

struct signals {
	uv_signal_t term, intr, hup;
	void (*stop)(void *user);
	void (*reload)(void *user);
	void *user; /* borrowed */
};

int signals_start(
	struct signals *s, uv_loop_t *loop) must_check; /* stop, reload, user are set */
void signals_close(struct signals *s);
