/* SPDX-License-Identifier: MIT */
/* What NIGHT and NIGHTS scorers say, as it goes into the night's record. Of more than there is
 * room for the first is kept: scorers come in running order, so it is the same every time. */
#pragma once

#include "core/records.h"
#include "core/scorers.h"

void night_add_reasons(
	struct night *n, const struct scorer *d, const struct scorer_result *r);
/* It was called and gave nothing: r->skip says why. */
void night_add_note(
	struct night *n, const struct scorer *d, const struct scorer_result *r);
