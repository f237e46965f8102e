/* SPDX-License-Identifier: MIT */
/* The set of loaded scorers, in the order in which they must run. Who reads what somebody
 * writes comes later; a channel that nobody provides, a cycle and a name twice are
 * refused. Loading a .so is sys/loader's business; this file sees only descriptors. */
#pragma once

#include "base/base.h"
#include "core/channel.h"
#include "scorer.h"

#define SCORERS_MAX         64
#define SCORER_PORTS_MAX    16 /* reads, writes: each */
#define SCORER_OPTS_MAX     16
#define SCORER_SCRATCH_MAX  65536
#define SCORER_EACH_MAX     256 /* of scratch for every element */
#define SCORER_STEP_MIN_MS  100 /* of a port */
#define SCORER_STEP_MAX_MS  86400000
#define SCORER_FAST_MAX_S   7200 /* length and hop together, where a fast channel is read */
#define SCORER_LENGTH_MAX_S 172800 /* of a SLIDING window */
#define SCORER_REACH_MAX_S  86400  /* of a NIGHT window beyond the night, either way */
#define SCORER_NIGHTS_MAX   400
#define SCORER_DAYS_MAX     1000

struct loaded_scorer {
	const struct scorer *desc; /* borrowed: the loader keeps the .so open */
	double options[SCORER_OPTS_MAX];
	unsigned n_reads, n_writes, n_options;
};

/* Scorers in running order: SLIDING and RECORDING before NIGHT before NIGHTS before DAYS,
 * among these writers before their readers, ties in the order in which they were added. Where two write one
 * channel, the later in this order wins wherever it gives a value. */
struct scorers {
	unsigned n;
	struct loaded_scorer list[SCORERS_MAX];
};

enum {
	SCORERS_E_ABI = 1, /* another magic or major, or too small */
	SCORERS_E_NAME,  /* bad or second use of a name, of a scorer, option or channel */
	SCORERS_E_LIMIT, /* more ports, options, scorers, scratch than the limits above */
	SCORERS_E_RANGE, /* bad span, port range, unit or option default */
	SCORERS_E_UNPROVIDED, /* a required channel that nobody provides, or not in time
			       */
	SCORERS_E_CYCLE,
	SCORERS_E_OPTION, /* unknown option or value out of range */
};

#define SCORERS_WHY_LEN 256
/* Magic, major and size of what may not be a descriptor at all: reads nothing beyond the
 * first `size` bytes. The loader asks before it looks at the name. */
int scorers_check_abi(
	const void *desc, size_t size, char why[static SCORERS_WHY_LEN]) must_check;
/* Checks a descriptor and appends it, options at their defaults. On SCORERS_E_* `why`
 * says in one sentence what is wrong, both numbers named where numbers disagree. */
int scorers_add(struct scorers *s, const struct scorer *desc,
	char why[static SCORERS_WHY_LEN]) must_check;
/* Sets an option from its text (a number, or one of the choices). */
int scorers_set(struct scorers *s, const char *scorer, const char *option,
	const char *text, char why[static SCORERS_WHY_LEN]) must_check;
/* Checks what reads what and puts the list into running order; untouched on SCORERS_E_*.
 * A channel that is only optional may stay unprovided: its view has n = 0. */
int scorers_order(struct scorers *s, char why[static SCORERS_WHY_LEN]) must_check;

/* "SLIDING", ... */
const char *scorers_window_name(enum scorer_window_kind kind);
const struct loaded_scorer *scorers_find(const struct scorers *s, const char *name);
/* What kind of series a channel is, built in or written by a scorer: what SLIDING and
 * RECORDING scorers write are EPOCHS, what NIGHT and NIGHTS scorers write under `night.` is NIGHTLY, else EPOCHS, what
 * DAYS scorers write is DAILY. -1 = nobody provides it. */
int scorers_channel_kind(const struct scorers *s, const char *channel);
