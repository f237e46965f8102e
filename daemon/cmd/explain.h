/* SPDX-License-Identifier: MIT */
/* The two writers of `dozed explain`, and what they share. */
#pragma once

#include "explanation.h"

void explain_text(const struct explanation *x);
void explain_json(const struct explanation *x);
/* "sliding 7 min", "a night", "the last 730 days". */
void explain_window(const struct scorer *s, char ret[static 48]);
