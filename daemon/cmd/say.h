/* SPDX-License-Identifier: MIT */
/* One thing that a person says at the command line: to the daemon on its control socket, or,
 * where none runs, into the store under the line's lock. The same checks and words either way. */
#pragma once

#include "cmd/args.h"
#include "diary.h"

struct saying {
	const struct person *who; /* borrowed */
	const char *what;         /* "pain_day", ..., "cmd" */
	const char *payload;      /* as in MQTT */
	const char *said;         /* how the person wrote it, for a refusal */
};
/* EXIT_DONE and *ret (rating.value and date), or another exit code and told why on stderr. */
int say(const struct cmd_context *ctx, const struct saying *s,
	struct diary_kept *ret) must_check;
