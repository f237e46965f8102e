/* SPDX-License-Identifier: MIT */
/* The set of loaded scorers, in the order in which they must run. Who reads what somebody
 * writes comes later; a channel that nobody provides, a cycle and a name twice are refused.
 * Loading a .so is sys/loader's business; this file sees only descriptors. */
#pragma once

#include "base/base.h"
#include "core/channel.h"
#include "scorer.h"

#define SCORERS_MAX      64
#define SCORER_PORTS_MAX 16
#define SCORER_OPTS_MAX  16

struct loaded_scorer {
	const struct scorer *desc; /* borrowed: the loader keeps the .so open */
	double options[SCORER_OPTS_MAX];
	unsigned n_reads, n_writes, n_options;
};

/* Scorers in running order: SLIDING before NIGHT before DAYS, within a kind writers before
 * their readers, ties in the order of the configuration. Where two write one channel, the
 * later in this order wins wherever it gives a value. */
struct scorers {
	unsigned n;
	struct loaded_scorer list[SCORERS_MAX];
};

enum {
	SCORERS_E_ABI = 1,     /* another magic or major, or too small */
	SCORERS_E_NAME,        /* bad or second use of a name */
	SCORERS_E_LIMIT,       /* more ports, options or scorers than the limits above */
	SCORERS_E_RANGE,       /* bad span, port range or option default */
	SCORERS_E_UNPROVIDED,  /* a channel nobody provides */
	SCORERS_E_CYCLE,
	SCORERS_E_OPTION,      /* unknown option or value out of range */
};

#define SCORERS_WHY_LEN 256
/* Checks a descriptor and appends it, options at their defaults. On SCORERS_E_* `why` says
 * in one sentence what is wrong, both numbers named where numbers disagree. */
int scorers_add(struct scorers *s, const struct scorer *desc, char why[static SCORERS_WHY_LEN]) must_check;
/* Sets an option from its text (a number, or one of the choices). */
int scorers_set(struct scorers *s, const char *scorer, const char *option, const char *text,
	char why[static SCORERS_WHY_LEN]) must_check;
/* Checks what reads what and puts the list into running order. */
int scorers_order(struct scorers *s, char why[static SCORERS_WHY_LEN]) must_check;
const struct loaded_scorer *scorers_find(const struct scorers *s, const char *name);
