/* SPDX-License-Identifier: MIT */
/* The status JSON as a page for people. */
#pragma once

#include <jansson.h>
#include <stdio.h>

void status_page(const json_t *root, FILE *out);
