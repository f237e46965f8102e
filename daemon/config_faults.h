/* SPDX-License-Identifier: MIT */
/* Faults of a configuration as they are found, told sorted by place. Knows nothing of what
 * is being read. */
#pragma once

#include "config.h"

#define FAULTS_MAX 100

struct fault {
	struct config_place at; /* line 0: the file as a whole */
	int syntax;             /* found while reading, kept over a second reading */
	char text[320];
};

struct faults {
	unsigned n, more; /* more: found after the list was full */
	struct fault list[FAULTS_MAX];
};

/* Foreign text in a message is cut and its control bytes shown as '?'. */
void faults_add(struct faults *f, struct config_place at, int syntax, const char *fmt,
	...) printf_like(4, 5);
/* Forgets what is not a syntax fault. */
void faults_keep_syntax(struct faults *f);
unsigned faults_syntax(const struct faults *f);
void faults_tell(struct faults *f, const char (*files)[256],
	void (*complain)(void *ctx, const char *text), void *ctx);
