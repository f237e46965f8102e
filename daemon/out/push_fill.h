/* SPDX-License-Identifier: MIT */
/* {{name}} in a text filled in, by the rules of what the text is. Pure. */
#pragma once

#include <stdio.h>

#include "out/push_config.h"
#include "out/push_notice.h"

/* How a value is written where it is filled in. */
enum fill_as {
	FILL_PLAIN,
	FILL_JSON, /* as the inside of a JSON string */
	FILL_FORM, /* percent-encoded */
	FILL_URL   /* the same, but a '/' stays: tokens may be parts of a path */
};
/* Of a content type: JSON (also "+json"), form, or text; -1: none that is known here. */
int fill_of_type(const char *content_type);

/* What the names stand for. */
struct fill {
	const struct push_config *c;
	const struct push_notice *n;
	const char *token; /* "" where there is none */
	int priority;      /* enum push_priority, never auto */
};
#define FILL_WHY_LEN 128
/* The text filled in, malloc'd; NULL with the reason: an unknown name, or {{ without }}. */
char *fill_text(const char *text, enum fill_as as, const struct fill *f,
	char why[static FILL_WHY_LEN]) must_check;
/* One value, as it is filled in. */
void fill_put(FILE *out, const char *value, enum fill_as as);
/* NULL, or why the template will not do (in `why`): an unknown name, or no JSON once it is
 * filled in. */
const char *fill_fault(
	const char *text, const char *content_type, char why[static FILL_WHY_LEN]);
