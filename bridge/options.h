/* SPDX-License-Identifier: MIT */
/* The command line of dozed-bridge. One table feeds parsing and help. */
#pragma once

#include "base/civil.h"

#define OPTIONS_LIST_MAX 16

struct option_list {
	const char *v[OPTIONS_LIST_MAX];
	int n;
};

struct options {
	const char *format; /* a reader, "auto", "sim" or "formats" */
	const char *person, *source, *device, *zone, *to, *out, *spool, *password_file,
		*ca_file;
	const char *topic_root, *now;
	const char *shape; /* of status */
	int64_t wait_s, spool_mib, verbose, explain, all;
	/* a service */
	int64_t follow, settle_s, body_mib;
	const char *listen, *token_file;
	struct option_list topics;
	/* sim */
	int64_t people, nights, seed, activity;
	const char *profile, *end, *last_night, *prefix, *truth;
	char **paths; /* borrowed: argv */
	int n_paths;
};

enum {
	OPTIONS_E_HELP = 1, /* --help or --version was asked for and has been printed */
	OPTIONS_E_USAGE,    /* a complaint has been printed */
};

/* argv is reordered. */
int options_parse(struct options *o, int argc, char **argv) must_check;
void options_help(void);
