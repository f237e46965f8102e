// SPDX-License-Identifier: MIT
// hammer_readers [COUNT [SEED [READER [FROM]]]]: COUNT mutated files for every reader of the
// table (or one, from the FROM-th on), and as many with one damaged record, which must cost no
// other. Each is read as the bridge reads it; what must hold stands in reader_check.c. The file
// that breaks something is kept, its path is in the last line.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "reader_cases.h"
#include "reader_work.h"

#define FORMS_MAX 64
#define RECORDS   5
/* of a file of which one record is damaged */
#define HARMED_MIN 3
#define HARMED_MAX 8

static struct blob whole[FORMS_MAX]; /* every form's file of RECORDS records */
static char path[4096];

static void
save(const struct blob *b)
{
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(b->data, 1, b->n, f) != b->n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

/* The k-th of the reader's forms, of n. */
static size_t
forms_of(const char *reader, size_t ret[static FORMS_MAX])
{
	size_t n = 0;
	for (size_t i = 0; forms[i].reader; i++)
		if (strcmp(forms[i].reader, reader) == 0)
			ret[n++] = i;
	return n;
}

static void
read_blob(const struct form *f, const struct blob *b, struct case_file file,
	struct outcome *o)
{
	save(b);
	file.path = path;
	file.person = strstr(f->head, "person,") ? NULL : "anna";
	case_read(reader_by_name(f->reader), &file, o);
}

struct tally {
	unsigned long whole, part, none;
};

static void
count(struct tally *t, const struct outcome *o)
{
	if (o->refused == 0)
		t->whole++;
	else if (o->used)
		t->part++;
	else
		t->none++;
}

/* One mutated file. */
static void
mutated(size_t form, uint64_t seed, struct tally *t)
{
	struct blob b = {0};
	struct outcome o;
	size_t other = 0;
	enum form_kind kind = forms[form].kind;

	while (whole[other].n)
		other++;
	other = case_below(&seed, (uint32_t)other);
	form_make(&forms[form], (int)(1 + case_below(&seed, 8)), -1, &b);
	int by_sql = kind == FORM_SQL && case_below(&seed, 2);
	if (by_sql)
		mutate_sql(&b, &seed);
	for (uint32_t k = by_sql ? case_below(&seed, 2) : 1 + case_below(&seed, 3); k > 0;
		k--)
		mutate(&b, kind, &whole[other], &seed);
	if (forms[form].mend && case_below(&seed, 4))
		forms[form].mend(&b);
	size_t size = b.n; /* unpacked */
	if (b.n && case_below(&seed, 16) == 0)
		mutate_packed(&b, &seed);
	read_blob(&forms[form], &b,
		(struct case_file){.size = size, .explain = case_below(&seed, 4) == 0},
		&o);
	count(t, &o);
	outcome_finish(&o);
	blob_finish(&b);
}

/* What the file of n records without the one `without` gives; there are few of them. */
static const struct outcome *
rest_of(size_t form, int n, int without)
{
	static struct outcome known[FORMS_MAX][HARMED_MAX + 1][HARMED_MAX];
	struct outcome *o = &known[form][n][without];
	struct blob b = {0};

	if (!o->said) {
		form_make(&forms[form], n, without, &b);
		read_blob(&forms[form], &b, (struct case_file){.size = b.n}, o);
		blob_finish(&b);
	}
	return o;
}

/* One damaged record: exactly the others are taken. */
static int
one_damaged(size_t form, uint64_t seed)
{
	const struct form *f = &forms[form];
	struct blob b = {0};
	struct outcome damaged;
	char what[80];
	int n = (int)(HARMED_MIN + case_below(&seed, HARMED_MAX - HARMED_MIN + 1)),
	    harm = (int)case_below(&seed, (uint32_t)n);

	if (!form_harm(f, n, harm, &seed, &b, what))
		return 0;
	const struct outcome *rest = rest_of(form, n, harm);
	read_blob(f, &b, (struct case_file){.size = b.n}, &damaged);
	int same = damaged.batches.n == rest->batches.n &&
		   (f->absent || !rest->refused) &&
		   memcmp(damaged.batches.data, rest->batches.data, rest->batches.n) == 0;
	if (!same || damaged.refused == 0) {
		fprintf(stderr,
			"broken: %s %s of %d records, %s: %zu bytes where the others "
			"give %zu\n"
			"%s%s",
			f->reader, f->name, n, what, damaged.batches.n, rest->batches.n,
			damaged.said, rest->said);
		abort();
	}
	outcome_finish(&damaged);
	blob_finish(&b);
	return 1;
}

/* The files as they are, which are taken whole. */
static void
undamaged(const struct reader *r, size_t form)
{
	struct outcome o;

	read_blob(&forms[form], &whole[form], (struct case_file){.size = whole[form].n},
		&o);
	if (o.refused || o.used == 0 ||
		!r->sniff((const char *)whole[form].data,
			whole[form].n < INPUT_SNIFF ? whole[form].n : INPUT_SNIFF)) {
		fprintf(stderr, "broken: %s %s is refused, or not known\n%s", r->name,
			forms[form].name, o.said);
		exit(1);
	}
	outcome_finish(&o);
}

static int
torment(const struct reader *r, unsigned long first, unsigned long last, uint64_t seed)
{
	size_t of[FORMS_MAX], n = forms_of(r->name, of);
	struct tally t = {0};
	unsigned long single = 0;
	struct timespec a, b;

	if (n == 0) {
		printf("FAIL %s: has no small files in reader_forms.c\n", r->name);
		return 1;
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (size_t i = 0; i < n; i++)
		undamaged(r, of[i]);
	for (unsigned long i = first; i < last; i++) {
		uint64_t own = seed + i;
		own = case_random(&own);
		snprintf(path + strlen(path) - 6, 7, "%06lu", i % 1000000);
		mutated(of[i % n], own, &t);
		single += (unsigned long)one_damaged(of[i % n], own);
		unlink(path);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	printf("ok   %s: %lu mutated files (%lu whole, %lu in part, %lu not at all), %lu "
	       "with one "
	       "damaged record, %.1f s; at most %.0f %% of the steps and %.0f %% of the "
	       "memory "
	       "allowed\n",
		r->name, last - first, t.whole, t.part, t.none, single,
		(double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9,
		100 * work_most(), 100 * memory_most());
	return 0;
}

/* Every reader in a process of its own, as many at a time as there are processors: what one of them
 * breaks stops no other. */
static int
all_readers(const char *directory, unsigned long n, uint64_t seed)
{
	long free_jobs = sysconf(_SC_NPROCESSORS_ONLN);
	int status, failed = 0;

	for (size_t i = 0; readers[i]; i++) {
		if (free_jobs-- <= 0 && wait(&status) > 0)
			failed |= status;
		pid_t pid = fork();
		if (pid < 0)
			return 1;
		if (pid > 0)
			continue;
		snprintf(path, sizeof path, "%s/%s.000000", directory, readers[i]->name);
		int r = torment(readers[i], 0, n, seed);
		fflush(stdout);
		_exit(r);
	}
	while (wait(&status) > 0)
		failed |= status;
	return failed != 0;
}

int
main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL);
	const struct reader *only = argc > 3 ? reader_by_name(argv[3]) : NULL;
	unsigned long from = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
	const char *tmp = getenv("TMPDIR");
	char directory[2048];
	int failed;

	snprintf(directory, sizeof directory, "%s/dozed-hammer-XXXXXX",
		tmp ? tmp : "/tmp");
	if (!mkdtemp(directory)) {
		perror(directory);
		return 1;
	}
	printf("hammer_readers %lu 0x%" PRIx64 ", in %s\n", n, seed, directory);
	fflush(stdout);
	for (size_t i = 0; forms[i].reader; i++)
		form_make(&forms[i], RECORDS, -1, &whole[i]);
	if (only) {
		snprintf(path, sizeof path, "%s/%s.000000", directory, only->name);
		failed = torment(only, from, from + n, seed);
	} else {
		failed = all_readers(directory, n, seed);
	}
	for (size_t i = 0; i < FORMS_MAX; i++)
		blob_finish(&whole[i]);
	rmdir(directory);
	return failed;
}
