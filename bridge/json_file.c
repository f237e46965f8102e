/* SPDX-License-Identifier: MIT */
/* See json_file.h. */
#include "json_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long
line_of(const char *text, size_t at)
{
	unsigned long line = 1;
	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

int
json_file_each(struct input *in, struct reading *g,
	int (*each)(struct reading *g, const json_t *o, void *ctx), void *ctx)
{
	char *text;
	size_t n, at = 0;
	int r = input_slurp(in, JSON_FILE_MAX, &text, &n);

	if (r < 0)
		return r;
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (r == 0) {
		json_error_t e;
		at += strspn(text + at, " \t\r\n");
		if (at >= n)
			break;
		json_t *o = json_loadb(text + at, n - at, JSON_DISABLE_EOF_CHECK, &e);
		if (o) {
			fidelity_json(g->fidelity, "", o);
			r = each(g, o, ctx);
			json_decref(o);
			at += (size_t)e.position;
			continue;
		}
		report_refuse(g->report,
			line_of(text, at) + (e.line > 0 ? (unsigned long)e.line - 1 : 0),
			"%s", e.text);
		/* the next line may be a document of its own */
		const char *next = memchr(text + at, '\n', n - at);
		if (!next)
			break;
		at = (size_t)(next - text) + 1;
		if (text[at] != '{') /* amid a broken document there is nothing to find */
			break;
	}
	free(text);
	return r;
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
