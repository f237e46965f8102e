/* SPDX-License-Identifier: MIT */
/* The body of a posted form, application/x-www-form-urlencoded. Pure, and small on purpose:
 * our forms have three short fields. */
#pragma once

#include "base/base.h"

#define FORM_MAX 1024 /* bytes of a body; more is refused before it is read */

/* The field's value, decoded: 1; 0 if it is not there, twice there, does not fit, or holds a
 * NUL or a broken escape. */
int form_field(
	const char *body, size_t n, const char *name, char *ret, size_t size) must_check;
/* A whole number 0 ... max without sign or blanks: 1, or 0. */
int form_number(const char *text, int max, int *ret) must_check;
