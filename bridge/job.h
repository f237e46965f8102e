/* SPDX-License-Identifier: MIT */
/* One run of the bridge: read every path (or simulate), sort, cut into batches, hand them
 * to the outlet. Knows readers and batches, no broker. */
#pragma once

#include "batcher.h"
#include "options.h"
#include "reader.h"

struct job {
	struct options *options; /* borrowed; source is filled in by what auto finds */
	const struct reader *reader; /* NULL: by sniffing */
	const struct reader *first;  /* what the first file was read by */
	int source_of_reader;    /* no --source: each file's is the name of its reader */
	const char *person;      /* borrowed; NULL: --person */
	int among_others;        /* every file counts as found in a directory */
	struct zone *zone, *utc; /* owned */
	utc_ms now;
	struct collect found;
	struct report report;
	struct fidelity fidelity; /* of the file being read */
	struct outlet to;
	struct marks *marks; /* borrowed; NULL: every file is read as a whole */
	char **paths;        /* every file read; rows refer to them */
	size_t n_paths, cap_paths;
	unsigned long files, used;
	int failed; /* a file could not be read to its end */
	int broken; /* negative errno of the outlet: nothing more can be handed on */
};

enum { JOB_E_USAGE = 1 }; /* a complaint has been printed */

/* Checks the options and opens the zones. */
int job_init(struct job *j, struct options *o) must_check;
void job_finish(struct job *j);

/* Reads all paths into the collection. 0 or what the outlet returned. */
int job_read(struct job *j) must_check;
/* Hands everything on. */
int job_flush(struct job *j) must_check;
/* 0 all read, 1 some refused, 2 nothing usable. */
int job_status(const struct job *j);

/* One path as a job of its own: what it holds is read and handed on, nothing of it stays. */
struct job_item {
	const char *path;
	const char *person;          /* NULL: --person */
	const struct reader *reader; /* NULL: that of the options, or by sniffing */
	int among_others;            /* what no reader knows is none of our business */
};
struct job_result {
	unsigned long files; /* that a reader knew */
	unsigned long used, refused;
	int failed; /* not to its end, or by no reader */
};
/* 0 or what the outlet returned. */
int job_take(
	struct job *j, const struct job_item *item, struct job_result *ret) must_check;
