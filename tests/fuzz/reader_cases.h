/* SPDX-License-Identifier: MIT */
/* What the programs that torment the bridge's readers share: small well-formed files of every
 * format, their mutations, and what must hold of whatever a reader makes of a file. */
#pragma once

#include "decode_cases.h"
#include "reader.h"

#define CASE_FILE_MAX (192 * 1024)
#define CASE_NOW      INT64_C(1782907200000) /* 2026-07-01T12:00Z */
#define CASE_VARIANTS 4

/* A file being made or mutated; data is owned. */
struct blob {
	unsigned char *data;
	size_t n, cap;
};

void blob_add(struct blob *b, const void *data, size_t n);
void blob_finish(struct blob *b);

enum form_kind { FORM_JSON, FORM_LINES, FORM_XML, FORM_SQL, FORM_BINARY };

/* A form of file that a reader takes: a head, records, a tail. The texts are filled in for the
 * i-th record: @i; its number, @d; and @e; the dates of its evening and its morning, @s<n>; and
 * @m<n>; the seconds and milliseconds since 1970 of n seconds after 22:00 UTC of its evening,
 * @t<n>; the same in 100 ns since the year 1.
 * What stands in MUST() a record cannot do without: it is refused when that is damaged. */
struct form {
	const char *reader, *name;
	enum form_kind kind;
	const char *head, *record[CASE_VARIANTS], *between, *tail;
	const char *
		absent; /* stands where a record is left out, as no value; NULL: nothing */
	/* FORM_BINARY: appends the whole file of n records, leaving out the one `without`, and
	 * damaging the one `harm`, each -1 for none */
	void (*make)(struct blob *to, int n, int without, int harm, uint64_t *seed);
	void (*mend)(
		struct blob *b); /* sizes and check sums of a mutated one; NULL: none */
};

#define MUST(x) "\1" x "\2"

void fit_make(struct blob *to, int n, int without, int harm, uint64_t *seed);
void fit_mend(struct blob *b);

extern const struct form forms[]; /* ends with reader NULL */

/* The whole file of n records, without the one `without` (-1: with all). */
void form_make(const struct form *f, int n, int without, struct blob *to);
/* The same with one value in the record `harm` damaged, which must cost no other record. What was
 * done is printed to `what`. 0: nothing in this record can be. */
int form_harm(const struct form *f, int n, int harm, uint64_t *seed, struct blob *to,
	char what[static 80]);

/* One mutation, of bytes or of what they mean; other: a file to splice with. The file keeps
 * below CASE_FILE_MAX. Returns its name. */
const char *mutate(
	struct blob *b, enum form_kind kind, const struct blob *other, uint64_t *seed);
const char *mutate_sql(struct blob *b, uint64_t *seed); /* of a database as a file */
const char *mutate_packed(struct blob *b, uint64_t *seed);
/* SQL run on an empty database, as a file. */
void sql_make(const char *sql, struct blob *to);

/* What came of a file. */
struct outcome {
	struct blob
		batches; /* packed, one after the other, what the outlet adds left out */
	char *said;      /* owned */
	unsigned long used, refused, sessions, samples, ratings;
	int result; /* of the reader */
};

/* A file to read, with what the user says of it. */
struct case_file {
	const char *path, *person; /* person NULL: the file says it */
	size_t size;               /* unpacked */
	int explain;
};
/* Reads it as the bridge does and checks all that must hold; what does not aborts with a line on
 * stderr. */
void case_read(
	const struct reader *reader, const struct case_file *file, struct outcome *ret);
void outcome_finish(struct outcome *o);
