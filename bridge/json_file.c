/* SPDX-License-Identifier: MIT */
/* See json_file.h. */
#include "json_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_mend.h"

#define MENDS_MAX  1000 /* a document more broken than this is given up */
#define REREAD_MAX (UINT64_C(1024) << 20) /* bytes that are parsed again for them */

struct document {
	struct report *report;
	const char *text;
	size_t n, at;       /* what is read begins here */
	unsigned long line; /* of at, from 1 */
};

static void
move_to(struct document *d, size_t at)
{
	for (; d->at < at; d->at++)
		d->line += d->text[d->at] == '\n';
}

static unsigned long
line_of(const struct document *d, size_t at)
{
	unsigned long line = d->line;
	for (size_t i = d->at; i < at && i < d->n; i++)
		line += d->text[i] == '\n';
	return line;
}

static void
tell(void *ctx, size_t at, const char *why)
{
	const struct document *d = ctx;
	report_refuse(d->report, line_of(d, d->at + at), "%s", why);
}

/* Where the broken document at d->at ends: a line below it that begins like another, unless the
 * line before goes on. */
static size_t
document_end(const struct document *d)
{
	const char *p = d->text + d->at, *end = d->text + d->n;

	while ((p = memchr(p, '\n', (size_t)(end - p))) && ++p < end) {
		const char *before = p - 1;
		while (before > d->text + d->at && strchr(" \t\r\n", *before))
			before--;
		if (*p == '{' && !strchr(",[{:", *before))
			return (size_t)(p - d->text);
	}
	return d->n;
}

/* What is left of the document in d->text[d->at, end) when its broken records are gone; NULL:
 * nothing, and why was told. */
static json_t *
salvage(struct document *d, size_t end, const char *list)
{
	size_t n = end - d->at;
	char *text = xcalloc(n + JSON_MEND_ROOM, 1);
	struct json_mending m = {.tell = tell, .ctx = d};
	json_t *o;
	json_error_t e;
	char why[JSON_ERROR_TEXT_LENGTH + 64];

	m.why = why;
	memcpy(text, d->text + d->at, n);
	json_mend_values(text, n, &m);
	for (unsigned mends = 0;; mends++) {
		o = json_loadb(text, n, 0, &e);
		if (o || mends == MENDS_MAX || mends * (uint64_t)n > REREAD_MAX)
			break;
		snprintf(why, sizeof why, "%s: what is broken there is passed over",
			e.text);
		if (!json_mend_record(text, &n, (size_t)e.position, list, &m))
			break;
	}
	if (!o)
		tell(d, e.position > 0 && (size_t)e.position < n ? (size_t)e.position : 0,
			e.text);
	free(text);
	return o;
}

static int
take(struct reading *g, struct document *d, const json_t *o,
	int (*each)(struct reading *g, const json_t *o, void *ctx), void *ctx)
{
	fidelity_json(g->fidelity, "", o);
	g->report->line = d->line;
	int r = each(g, o, ctx);
	g->report->line = 0;
	return r;
}

int
json_file_list(struct input *in, struct reading *g, const char *list,
	int (*each)(struct reading *g, const json_t *o, void *ctx), void *ctx)
{
	char *text;
	struct document d = {.report = g->report, .line = 1};
	int r = input_slurp(in, JSON_FILE_MAX, &text, &d.n);

	if (r < 0)
		return r;
	d.text = text;
	move_to(&d, d.n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	while (r == 0) {
		json_error_t e;
		move_to(&d, d.at + strspn(text + d.at, " \t\r\n"));
		if (d.at >= d.n)
			break;
		json_t *o =
			json_loadb(text + d.at, d.n - d.at, JSON_DISABLE_EOF_CHECK, &e);
		size_t end = o ? d.at + (size_t)e.position : document_end(&d);
		if (!o)
			o = salvage(&d, end, list);
		if (o)
			r = take(g, &d, o, each, ctx);
		json_decref(o);
		move_to(&d, end);
	}
	free(text);
	return r;
}

int
json_file_each(struct input *in, struct reading *g,
	int (*each)(struct reading *g, const json_t *o, void *ctx), void *ctx)
{
	return json_file_list(in, g, NULL, each, ctx);
}

const json_t *
json_at(const json_t *o, const char *path)
{
	while (o && *path) {
		char key[64];
		size_t n = strcspn(path, ".");
		assert(n < sizeof key);
		memcpy(key, path, n);
		key[n] = '\0';
		o = json_object_get(o, key);
		path += n + (path[n] == '.');
	}
	return json_is_null(o) ? NULL : o;
}

const char *
json_text(const json_t *o, const char *path)
{
	return json_string_value(json_at(o, path));
}

double
json_num(const json_t *o, const char *path)
{
	const json_t *v = json_at(o, path);
	const char *text = json_string_value(v);
	char *end;

	if (json_is_number(v))
		return json_number_value(v);
	if (!text || !*text || strspn(text, "0123456789+-.eE") != strlen(text))
		return NAN;
	double x = strtod(text, &end);
	return *end == '\0' && isfinite(x) ? x : NAN;
}

int
json_whole(const json_t *o, const char *path, int64_t *ret)
{
	double x = json_num(o, path);

	if (!(fabs(x) <= 0x1p53) || x != floor(x))
		return 0;
	*ret = (int64_t)x;
	return 1;
}

int
json_flag(const json_t *o, const char *path)
{
	const json_t *v = json_at(o, path);
	return json_is_boolean(v) ? json_is_true(v) : -1;
}
