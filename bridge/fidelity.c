/* SPDX-License-Identifier: MIT */
/* See fidelity.h. */
#include "fidelity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"

#define FIELDS_SEEN_MAX 4096 /* a hostile file has any number of names */

static int
seen_compare(const void *a, const void *b)
{
	const struct fidelity_seen *x = a, *y = b;
	return strcmp(x->path, y->path);
}

/* NULL once there are too many. */
static struct fidelity_seen *
seen_of(struct fidelity *f, const char *path)
{
	for (size_t i = f->n; i-- > 0;)
		if (strncmp(f->seen[i].path, path, FIDELITY_PATH_MAX - 1) == 0)
			return &f->seen[i];
	if (f->n == FIELDS_SEEN_MAX)
		return NULL;
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 64;
		f->seen = xrealloc(f->seen, f->cap, sizeof *f->seen);
	}
	struct fidelity_seen *s = &f->seen[f->n++];
	*s = (struct fidelity_seen){0};
	snprintf(s->path, sizeof s->path, "%s", path);
	return s;
}

void
fidelity_saw(struct fidelity *f, const char *path, const char *value)
{
	struct fidelity_seen *s = f ? seen_of(f, path) : NULL;
	if (!s)
		return;
	if (!value || !*value) {
		s->empty++;
		return;
	}
	s->values++;
}

void
fidelity_refused(struct fidelity *f, const char *path, const char *why)
{
	struct fidelity_seen *s = f ? seen_of(f, path) : NULL;
	if (!s)
		return;
	if (s->refused++ == 0)
		snprintf(s->why, sizeof s->why, "%s", why);
}

static int
is_counted_key(const char *key)
{
	return key[0] && key[strspn(key, "0123456789:-TZ.+")] == '\0';
}

static void
saw_scalar(struct fidelity *f, const char *path, const json_t *o)
{
	char number[40];
	const char *text = number;
	if (json_is_string(o))
		text = json_string_value(o);
	else if (json_is_integer(o))
		snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
			json_integer_value(o));
	else if (json_is_real(o))
		snprintf(number, sizeof number, "%.10g", json_real_value(o));
	else
		text = json_is_true(o) ? "true" : json_is_false(o) ? "false" : NULL;
	fidelity_saw(f, path, text);
}

void
fidelity_json(struct fidelity *f, const char *prefix, const json_t *o)
{
	const char *key;
	const json_t *v;
	char path[FIDELITY_PATH_MAX];
	if (!f)
		return;
	if (json_is_array(o)) {
		for (size_t i = 0; i < json_array_size(o); i++)
			fidelity_json(f, prefix, json_array_get(o, i));
		return;
	}
	if (!json_is_object(o)) {
		saw_scalar(f, prefix, o);
		return;
	}
	/* jansson's depth limit bounds this recursion */
	json_object_foreach((json_t *)o, key, v)
	{
		snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "." : "",
			is_counted_key(key) ? "*" : key);
		fidelity_json(f, path, v);
	}
}

static const struct field *
field_of(const struct field *fields, const char *path)
{
	for (; fields && fields->path; fields++)
		if (strcmp(fields->path, path) == 0)
			return fields;
	return NULL;
}

void
fidelity_make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

static size_t
wider(size_t width, const char *text)
{
	size_t n = strlen(text);
	return n > width ? n : width;
}

static const char *
becomes(const struct field *known)
{
	return !known ? "(not known)" : known->to ? known->to : "-";
}

void
fidelity_print(struct fidelity *f, const struct field *fields)
{
	size_t path = strlen("field"), to = strlen("becomes");
	if (f->n)
		qsort(f->seen, f->n, sizeof *f->seen, seen_compare);
	for (size_t i = 0; i < f->n; i++) {
		fidelity_make_printable(f->seen[i].path);
		fidelity_make_printable(f->seen[i].why);
		path = wider(path, f->seen[i].path);
		to = wider(to, becomes(field_of(fields, f->seen[i].path)));
	}
	printf("%-*s %7s %7s %7s  %-*s  %s\n", (int)path, "field", "values", "empty",
		"refused", (int)to, "becomes", "how, or why not");
	for (size_t i = 0; i < f->n; i++) {
		const struct fidelity_seen *s = &f->seen[i];
		const struct field *known = field_of(fields, s->path);
		const char *note = known && known->note ? known->note : "";
		int more = *note || s->why[0];
		printf("%-*s %7lu %7lu %7lu  %-*s%s%s%s%s\n", (int)path, s->path,
			s->values, s->empty, s->refused, more ? (int)to : 0,
			becomes(known), more ? "  " : "", note,
			*note && s->why[0] ? "; " : "", s->why);
	}
	f->n = 0;
}

void
fidelity_finish(struct fidelity *f)
{
	free(f->seen);
	*f = (struct fidelity){0};
}
