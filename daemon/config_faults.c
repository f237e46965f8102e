/* SPDX-License-Identifier: MIT */
/* Collects faults and tells them in the order of the files. */
#include "config_faults.h"

#include <stdarg.h>
#include <stdlib.h>

void
faults_add(struct faults *f, struct config_place at, int syntax, const char *fmt, ...)
{
	if (f->n == FAULTS_MAX) {
		f->more++;
		return;
	}
	struct fault *x = &f->list[f->n++];
	x->at = at;
	x->syntax = syntax;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(x->text, sizeof x->text, fmt, ap);
	va_end(ap);
	for (unsigned char *c = (unsigned char *)x->text; *c; c++)
		if (*c < 0x20 || *c == 0x7f)
			*c = '?';
}

void
faults_keep_syntax(struct faults *f)
{
	unsigned n = 0;
	for (unsigned i = 0; i < f->n; i++)
		if (f->list[i].syntax)
			f->list[n++] = f->list[i];
	f->n = n;
	f->more = 0;
}

unsigned
faults_syntax(const struct faults *f)
{
	unsigned n = 0;
	for (unsigned i = 0; i < f->n; i++)
		n += (unsigned)f->list[i].syntax;
	return n;
}

static int
by_place(const void *a, const void *b)
{
	const struct fault *x = a, *y = b;
	if (x->at.file != y->at.file)
		return x->at.file - y->at.file;
	return x->at.line - y->at.line;
}

void
faults_tell(struct faults *f, const char (*files)[256],
	void (*complain)(void *ctx, const char *text), void *ctx)
{
	char line[640];
	/* mergesort in glibc: faults of one line stay in the order of their finding */
	qsort(f->list, f->n, sizeof f->list[0], by_place);
	for (unsigned i = 0; i < f->n; i++) {
		const struct fault *x = &f->list[i];
		snprintf(line, sizeof line, "%s:%d: %s", files[x->at.file],
			x->at.line > 0 ? x->at.line : 1, x->text);
		complain(ctx, line);
	}
	if (f->more > 0) {
		snprintf(
			line, sizeof line, "%s:1: and %u more faults", files[0], f->more);
		complain(ctx, line);
	}
}
