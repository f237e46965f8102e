/* SPDX-License-Identifier: MIT */
/* What a file held and what became of it, field by field, for `--explain`: the reader says
 * what it saw (fidelity_saw, fidelity_json), its table of fields says what that becomes. A
 * field that stands in no table is shown as not known, so that nothing is lost in silence. */
#pragma once

#include "base/base.h"

#include <jansson.h>

#define FIDELITY_PATH_MAX 120

struct field;

struct fidelity {
	struct fidelity_seen {
		char path[FIDELITY_PATH_MAX];
		unsigned long values, empty, refused; /* empty: null or "" */
		char why[80];
	} * seen;
	size_t n, cap;
};

/* f may be NULL: nothing is counted then. value: as it stands in the file, NULL or "": empty. */
void fidelity_saw(struct fidelity *f, const char *path, const char *value);
/* The value just seen was not taken, and why. */
void fidelity_refused(struct fidelity *f, const char *path, const char *why);
/* Every scalar below o, by its path: objects add ".key", arrays nothing; keys that are numbers or
 * times of day ("23:41") count as one, "*". */
void fidelity_json(struct fidelity *f, const char *prefix, const json_t *o);

/* Foreign bytes must not steer the terminal. */
void fidelity_make_printable(char *text);
/* The table of one file on standard output, and forgets it. fields may be NULL. */
void fidelity_print(struct fidelity *f, const struct field *fields);
void fidelity_finish(struct fidelity *f);
